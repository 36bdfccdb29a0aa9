/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* http-thread.h: threads without signals: those are the main thread's business, and a peer that leaves during
 * sendfile() must be an error, not a SIGPIPE. Any thread. */
#pragma once

#include <pthread.h>
#include <signal.h>

#include <av-upnp/base.h>

/** From now on threads of the caller are begun so. @return for http_thread_restore() */
sigset_t http_thread_block_signals(void);
void http_thread_restore_signals(const sigset_t *before);

/** @param ret_thread  to be joined; NULL: nobody does that
 *  @param stack       octets; 0: as many as usual
 *  @return 0 or an errno */
int http_thread_start(pthread_t *ret_thread, size_t stack, void *(*run)(void *data), void *data);
