/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* doctor/ssdp-answer.h: one answer to a search, or announcement, read as it came. Pure. */
#pragma once

#include <av-upnp/address.h>

typedef struct {
	AvuAddress source;
	char *interface; /* it came in on */
	char *location;  /* never NULL */
	char *url; /* that, where it is one; link-local addresses with our zone. NULL: it is none */
	char *usn; /* never NULL */
	char *server;      /* never NULL, may be "" */
	char *nts;         /* "ssdp:alive"; NULL: none given */
	int64_t max_age_s; /* -1: none given */
} SsdpAnswer;

void ssdp_answer_free(void *answer);

/** @return NULL when the datagram is no answer with LOCATION and USN; source and interface are left
 *          for the caller
 *  @clause UDA 1.0, 1.2.3 */
SsdpAnswer *ssdp_answer_parse(const char *octets, size_t len);
/** Where it came from. Sets source, interface and url. */
void ssdp_answer_came(SsdpAnswer *answer, const AvuAddress *source, const char *interface);
/** Are they of one device, whichever of its services they name? By USN, whose UDN ends at "::". */
bool ssdp_answer_is_same_device(const SsdpAnswer *a, const SsdpAnswer *b);
/** The same of an announcement: NULL also when it is no ssdp:alive. @clause UDA 1.0, 1.1.2 */
SsdpAnswer *ssdp_alive_parse(const char *octets, size_t len);
