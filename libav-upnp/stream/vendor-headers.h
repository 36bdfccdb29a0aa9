/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* vendor-headers.h: what makers of players want beyond DLNA's headers. Two tables in one file: who is
 * who, and which header is answered how. */
#pragma once

#include <av-upnp/delivery.h>

/** Value of a request header or NULL. */
typedef const char *(*HeaderGetter)(const void *request, const char *name);

typedef enum {
	VENDOR_INTERACTIVE_VIDEO = 1 << 0, /* asks Interactive for video; given as Streaming is */
	VENDOR_LENIENT_SEEK = 1 << 1,      /* seeks whatever OP says; what cannot be is ignored */
	VENDOR_ALWAYS_FEATURES = 1 << 2,   /* wants contentFeatures on every answer */
} VendorHabit;

typedef struct {
	const char *maker;
	const char *header;  /* by which it is known */
	const char *pattern; /* that its value contains: see the table */
	unsigned habits;     /* VendorHabit */
} VendorClient;

/** @return the first row that fits, static; NULL: none */
const VendorClient *vendor_find_client(HeaderGetter header, const void *request);
/** Every row, for tests. */
const VendorClient *vendor_get_clients(size_t *ret_n);

static inline bool
vendor_has(const VendorClient *client, VendorHabit habit)
{
	return client != NULL && (client->habits & habit) != 0;
}

/** Calls add for each header that this client wants on this answer.
 *  @param client  NULL: not known */
void vendor_add_headers(const AvuDelivery *delivery, const VendorClient *client,
	HeaderGetter header, const void *request,
	void (*add)(void *data, const char *name, const char *value), void *data);

/** What the client calls itself, for the log: DLNA's friendlyName, a maker's header, User-Agent.
 *  Foreign text; NULL: nothing. g_free() it. */
char *vendor_dup_client_name(HeaderGetter header, const void *request);
