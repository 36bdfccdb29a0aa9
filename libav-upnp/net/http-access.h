/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* http-access.h: one line per request, under the log topic "access" at level info */
#pragma once

#include "http-table.h"

typedef struct {
	const AvuAddress *client;
	const char *method; /* NULL: not one that we know */
	const char *object; /* the path, raw */
	unsigned status;    /* 0: none */
	const char *range;  /* Content-Range of the answer, or NULL */
	uint64_t octets; /* of the body; of what broke off all that the client has acknowledged */
	int64_t elapsed_ns;
	const char *end; /* "complete", or why not */
} HttpAccess;

/** Cheap question, so that nothing is put together for nobody. */
bool http_access_is_wanted(void);
void http_access_log(const HttpAccess *access);
