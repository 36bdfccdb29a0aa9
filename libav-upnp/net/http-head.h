/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* net/http-head.h: the head of an answer, line by line as it arrives (LIM-22); pure */
#pragma once

#include <glib.h>

#include <av-upnp/base.h>

typedef struct {
	GHashTable *headers; /* lower-case name → value of the last line of that name */
	size_t octets;
	unsigned lines;
	unsigned status; /* of the block under way or complete */
	bool complete;   /* the empty line of a final answer was seen */
	bool ambiguous;  /* a line that may stand once stands twice and says two things */
} HttpHead;

/* Which octets an answer holds. */
typedef struct {
	uint64_t first;
	int64_t total; /* of the whole resource; -1: unknown */
} HttpHeadRange;

void http_head_init(HttpHead *head);
void http_head_clear(HttpHead *head);
/** Takes one line with its end. Interim answers count for the limit and are forgotten.
 *  @return false at the limit */
bool http_head_take(HttpHead *head, const char *line, size_t len);
/** @param name  in lower case. @return borrowed, or NULL */
const char *http_head_get(const HttpHead *head, const char *name);
/** @return Content-Length; -1: unknown, or framed otherwise */
int64_t http_head_get_length(const HttpHead *head);
/** Content-Range of a 206. @clause RFC 9110, 14.4; the total may be an asterisk */
bool http_head_get_range(const HttpHead *head, HttpHeadRange *ret_range);
