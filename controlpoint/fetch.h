/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* fetch.h: one HTTP request, waited for */
#pragma once

#include "session.h"

typedef struct {
	unsigned status;
	GBytes *body;
	GHashTable *headers; /* lower-case name → value */
} Fetched;

void fetched_clear(Fetched *fetched);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Fetched, fetched_clear)

/** @param header  one line "Name: value", or NULL  @param max_bytes  of the body; more: LIMIT
 *  @return false with the errors of avu_fetch() */
bool fetch_and_wait(Session *session, const char *url, const char *header, size_t max_bytes,
	Fetched *ret_fetched, GError **error);
