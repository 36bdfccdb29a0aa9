/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* address/device-name.h: which of several devices a word on the command line means. Pure. */
#pragma once

#include <av-upnp/base.h>

typedef struct {
	const char *name;
	const char *udn;     /* "uuid:…" */
	const char *address; /* "192.0.2.1" */
	const char *mac;     /* "a1:b2:c3:d4:e5:f6"; NULL or "": not known */
} DeviceLabel;

typedef enum {
	DEVICE_NAME_NONE,
	DEVICE_NAME_PART,  /* a fragment of the name: another device may have it too */
	DEVICE_NAME_WHOLE, /* the whole name, without regard to case and accents; UDN; address */
} DeviceNameMatch;

DeviceNameMatch device_name_match(const DeviceLabel *label, const char *wanted);

/** The device that wanted means: the one whole match, else the one fragment.
 *  @param wanted     NULL: there is to be only one
 *  @param role       "renderer", for messages
 *  @param ret_match  how it matched; may be NULL
 *  @return index; -1 with NOT_FOUND (lists what there is) or AMBIGUOUS (lists the matches) */
int device_name_choose(const DeviceLabel *labels, size_t n, const char *wanted, const char *role,
	DeviceNameMatch *ret_match, GError **error);
