/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* base/mailbox.c: messages from any thread to the thread of a main context.
 *
 * Built on a pthread mutex and an eventfd instead of GLib's own queues, whose futexes
 * ThreadSanitizer cannot see. The queue is bounded by its senders: each waits or is few. */
#include <errno.h>
#include <pthread.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include <av-upnp/clock.h>
#include <av-upnp/error.h>
#include <av-upnp/loop.h>
#include <av-upnp/mailbox.h>

/* One call that somebody waits for; lives on the waiter's stack. */
typedef struct {
	enum { CALL_WAITING, CALL_RUNNING, CALL_DONE, CALL_DROPPED } state; /* guarded by lock */
	pthread_cond_t changed;
} Call;

typedef struct Message {
	struct Message *next;
	void (*fn)(void *data);
	void *data;
	GDestroyNotify free_data;
	Call *call; /* NULL: nobody waits */
} Message;

struct AvuMailbox {
	int refs; /* atomic */
	int event_fd;
	GSource *source;
	GMainContext *context;
	pthread_mutex_t lock;
	Message *first, **last; /* guarded by lock */
	bool closed;            /* guarded by lock */
};

static void
drop_message(AvuMailbox *mailbox, Message *message)
{
	if (message->call != NULL) {
		pthread_mutex_lock(&mailbox->lock);
		message->call->state = CALL_DROPPED;
		pthread_cond_signal(&message->call->changed);
		pthread_mutex_unlock(&mailbox->lock);
	} else if (message->free_data != NULL) {
		message->free_data(message->data);
	}
	g_free(message);
}

static void
run_message(AvuMailbox *mailbox, Message *message)
{
	message->fn(message->data);
	if (message->call != NULL) {
		pthread_mutex_lock(&mailbox->lock);
		message->call->state = CALL_DONE;
		pthread_cond_signal(&message->call->changed);
		pthread_mutex_unlock(&mailbox->lock);
	} else if (message->free_data != NULL) {
		message->free_data(message->data);
	}
	g_free(message);
}

static Message *
take_first(AvuMailbox *mailbox)
{
	pthread_mutex_lock(&mailbox->lock);

	Message *message = mailbox->first;

	if (message != NULL) {
		mailbox->first = message->next;
		if (mailbox->first == NULL) {
			mailbox->last = &mailbox->first;
		}
		if (message->call != NULL) {
			message->call->state = CALL_RUNNING;
		}
	}
	pthread_mutex_unlock(&mailbox->lock);
	return message;
}

static bool
on_event(int fd, GIOCondition condition, void *data)
{
	AvuMailbox *mailbox = avu_mailbox_ref(data); /* a message may close and unref it */
	uint64_t count;

	(void)condition;
	/* Emptied first, so that a message posted meanwhile wakes us again. */
	(void)!read(fd, &count, sizeof count);
	/* Bounded, so that a flood of messages does not keep the loop from its other sources. */
	for (unsigned i = 0; i < 64; i++) {
		Message *message = take_first(mailbox);

		if (message == NULL) {
			avu_mailbox_unref(mailbox);
			return G_SOURCE_CONTINUE;
		}
		run_message(mailbox, message);
	}
	count = 1;
	(void)!write(fd, &count, sizeof count);
	avu_mailbox_unref(mailbox);
	return G_SOURCE_CONTINUE;
}

AvuMailbox *
avu_mailbox_new(GMainContext *context)
{
	AvuMailbox *mailbox = g_new0(AvuMailbox, 1);

	mailbox->refs = 1;
	mailbox->event_fd = eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC);
	g_assert(mailbox->event_fd >= 0);
	mailbox->context = g_main_context_ref(context != NULL ? context : g_main_context_default());
	mailbox->last = &mailbox->first;
	pthread_mutex_init(&mailbox->lock, NULL);
	mailbox->source =
		avu_watch_fd(mailbox->context, mailbox->event_fd, G_IO_IN, on_event, mailbox);
	return mailbox;
}

AvuMailbox *
avu_mailbox_ref(AvuMailbox *mailbox)
{
	__atomic_add_fetch(&mailbox->refs, 1, __ATOMIC_RELAXED);
	return mailbox;
}

void
avu_mailbox_close(AvuMailbox *mailbox)
{
	Message *message;

	pthread_mutex_lock(&mailbox->lock);
	mailbox->closed = true;
	pthread_mutex_unlock(&mailbox->lock);
	if (mailbox->source != NULL) {
		g_source_destroy(mailbox->source);
		g_clear_pointer(&mailbox->source, g_source_unref);
	}
	while ((message = take_first(mailbox)) != NULL) {
		drop_message(mailbox, message);
	}
}

void
avu_mailbox_unref(AvuMailbox *mailbox)
{
	if (mailbox == NULL || __atomic_sub_fetch(&mailbox->refs, 1, __ATOMIC_ACQ_REL) > 0) {
		return;
	}
	avu_mailbox_close(mailbox);
	(void)close(mailbox->event_fd);
	pthread_mutex_destroy(&mailbox->lock);
	g_main_context_unref(mailbox->context);
	g_free(mailbox);
}

/* @return false when closed: the message is still the caller's */
static bool
enqueue(AvuMailbox *mailbox, Message *message)
{
	static const uint64_t one = 1;

	pthread_mutex_lock(&mailbox->lock);

	bool open = !mailbox->closed;

	if (open) {
		*mailbox->last = message;
		mailbox->last = &message->next;
	}
	pthread_mutex_unlock(&mailbox->lock);
	if (open) {
		/* Fails only when the counter is full, and then the loop is awake already. */
		(void)!write(mailbox->event_fd, &one, sizeof one);
	}
	return open;
}

void
avu_mailbox_post(AvuMailbox *mailbox, void (*fn)(void *data), void *data, GDestroyNotify free_data)
{
	Message *message = g_new0(Message, 1);

	*message = (Message){ .fn = fn, .data = data, .free_data = free_data };
	if (!enqueue(mailbox, message)) {
		drop_message(mailbox, message);
	}
}

/* The lock is held. @return whether the message was still waiting and is now out of the queue */
static bool
withdraw(AvuMailbox *mailbox, const Call *call)
{
	for (Message **at = &mailbox->first; *at != NULL; at = &(*at)->next) {
		if ((*at)->call == call) {
			Message *message = *at;

			*at = message->next;
			if (mailbox->last == &message->next) {
				mailbox->last = at;
			}
			g_free(message);
			return true;
		}
	}
	return false;
}

static void
wait_for(AvuMailbox *mailbox, Call *call, int64_t deadline_ns)
{
	int64_t until_ns = MAX(deadline_ns, 0); /* before the clock's start: passed as well */
	struct timespec until = { .tv_sec = until_ns / AVU_NS_PER_S,
		.tv_nsec = until_ns % AVU_NS_PER_S };

	pthread_mutex_lock(&mailbox->lock);
	while (call->state == CALL_WAITING || call->state == CALL_RUNNING) {
		if (call->state == CALL_RUNNING || deadline_ns == AVU_TIME_NONE) {
			pthread_cond_wait(&call->changed, &mailbox->lock);
		} else if (pthread_cond_timedwait(&call->changed, &mailbox->lock, &until) ==
				   ETIMEDOUT &&
			   call->state == CALL_WAITING) {
			(void)withdraw(mailbox, call);
			break;
		}
	}
	pthread_mutex_unlock(&mailbox->lock);
}

bool
avu_mailbox_call(AvuMailbox *mailbox, void (*fn)(void *data), void *data, int64_t deadline_ns,
	GError **error)
{
	Call call = { .state = CALL_WAITING };
	Message *message;
	pthread_condattr_t attributes;

	if (g_main_context_is_owner(mailbox->context)) {
		fn(data);
		return true;
	}
	pthread_condattr_init(&attributes);
	pthread_condattr_setclock(&attributes, CLOCK_MONOTONIC);
	pthread_cond_init(&call.changed, &attributes);
	pthread_condattr_destroy(&attributes);
	message = g_new0(Message, 1);
	*message = (Message){ .fn = fn, .data = data, .call = &call };
	if (enqueue(mailbox, message)) {
		wait_for(mailbox, &call, deadline_ns);
	} else {
		g_free(message);
		call.state = CALL_DROPPED;
	}
	pthread_cond_destroy(&call.changed);
	if (call.state == CALL_WAITING) {
		g_set_error(error, AVU_ERROR, AVU_ERROR_TIMEOUT, "the program is busy");
	} else if (call.state == CALL_DROPPED) {
		g_set_error(error, AVU_ERROR, AVU_ERROR_CANCELLED, "the program is ending");
	}
	return call.state == CALL_DONE;
}
