/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* http-lines.h: the lines of a request's head, in place; pure */
#pragma once

#include "http-check.h"

/** Where the head ends, the empty line included. A bare LF ends a line too: libmicrohttpd thinks so.
 *  @param from  looked at before, nothing ended there
 *  @return 0: not yet */
size_t http_lines_find_end(const char *octets, size_t len, size_t from);
/** Splits a head that http_check_raw() let pass: writes NULs into it, and all strings of head lie in there. Says no
 *  more than that the lines have the one strict form (one blank each in the first, CR LF behind each): whether they
 *  are good is http_check()'s word.
 *  @param octets  len and one more
 *  @return false: it has another form, or more than max lines; octets may have changed */
bool http_lines_split(char *octets, size_t len, HttpLine *lines, size_t max, HttpHead *head);
/** The first of that name, or NULL. */
const HttpLine *http_lines_find(const HttpLine *lines, size_t n, const char *name);
