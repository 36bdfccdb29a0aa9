/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* av-upnp/mailbox.h: the one way from any thread to the thread of a main context.
 * A pthread mutex, a list and an eventfd, so ThreadSanitizer sees every hand-over. */
#pragma once

#include <av-upnp/base.h>

G_BEGIN_DECLS

typedef struct AvuMailbox AvuMailbox;

/** @param context  whose thread runs the messages; NULL: the default context
 *  @return one reference */
AVU_API AvuMailbox *avu_mailbox_new(GMainContext *context);
AVU_API AvuMailbox *avu_mailbox_ref(AvuMailbox *mailbox);
/** After avu_mailbox_close() nothing is run any more: pending messages are freed, calls fail. */
AVU_API void avu_mailbox_close(AvuMailbox *mailbox);
AVU_API void avu_mailbox_unref(AvuMailbox *mailbox);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(AvuMailbox, avu_mailbox_unref)

/** Runs fn(data) later on the receiving thread, in order of posting, then free_data(data).
 *  Never blocks. @param free_data  may be NULL @thread any */
AVU_API void avu_mailbox_post(
	AvuMailbox *mailbox, void (*fn)(void *data), void *data, GDestroyNotify free_data);

/** Runs fn(data) on the receiving thread and waits for its end, at most until deadline_ns
 *  (avu_now_ns() scale). When the deadline passes first, the message is withdrawn if it has not
 *  started; if it has, it is waited for, so data may live on the caller's stack.
 *  On the receiving thread itself fn is called at once.
 *  @return false with AVU_ERROR_TIMEOUT, or AVU_ERROR_CANCELLED when closed: fn did not run
 *  @thread any */
AVU_API bool avu_mailbox_call(AvuMailbox *mailbox, void (*fn)(void *data), void *data,
	int64_t deadline_ns, GError **error);

G_END_DECLS
