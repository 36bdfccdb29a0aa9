/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* http-linger.h: connections that were answered while their peer still sends */
#pragma once

#include "http-table.h"

typedef struct HttpLinger HttpLinger;

/** @return NULL with IO */
HttpLinger *http_linger_new(GError **error);
void http_linger_free(HttpLinger *linger);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(HttpLinger, http_linger_free)

/** The descriptor stays the caller's: a duplicate is kept, so that its close does not end the
 *  connection. Nothing more can be sent from now on. @thread any */
void http_linger_add(HttpLinger *linger, int fd);
/** http_linger_add() if link was refused something or has octets unread: to be called before it is closed. */
void http_linger_follow(HttpLinger *linger, const HttpConnection *link);
/** Says an answer without a body, and that the connection ends; it is to linger. @param status  with its reason
 *  and what else stands in the head */
void http_linger_say(int fd, const char *status);
/** To be polled for input, then http_linger_run(). */
int http_linger_get_fd(const HttpLinger *linger);
/** Throws away what has come and closes what has ended or lasted too long.
 *  @return how many are left @thread one */
size_t http_linger_run(HttpLinger *linger, int64_t now_ns);
