/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Messages from other threads: order, deadlines, closing, and a flood of them. To be run once under
 * ThreadSanitizer too (-Db_sanitize=thread), where it must be silent. */
#include <pthread.h>
#include <unistd.h>

#include <av-upnp/clock.h>
#include <av-upnp/error.h>
#include <av-upnp/mailbox.h>

#define SENDERS 4
#define MESSAGES 5000

/* The receiving side; its loop ends when over becomes true there. */
typedef struct {
	AvuMailbox *mailbox;
	GMainContext *context;
	bool over;
} Receiver;

static void
end_loop(void *data)
{
	((Receiver *)data)->over = true;
}

static void
receiver_run(Receiver *receiver)
{
	while (!receiver->over) {
		(void)g_main_context_iteration(receiver->context, TRUE);
	}
}

static void
receiver_init(Receiver *receiver)
{
	*receiver = (Receiver){ .context = g_main_context_new() };
	receiver->mailbox = avu_mailbox_new(receiver->context);
}

static void
receiver_clear(Receiver *receiver)
{
	avu_mailbox_unref(receiver->mailbox);
	g_main_context_unref(receiver->context);
}

/* ---- flood */

typedef struct {
	Receiver *receiver;
	unsigned number;
	unsigned posted_seen; /* touched on the receiving thread only */
	unsigned calls_seen;
	unsigned calls_done; /* counted by the sender */
} Sender;

typedef struct {
	Sender *sender;
	unsigned index;
} Post;

static void
see_post(void *data)
{
	Post *post = data;

	g_assert_cmpuint(post->index, ==, post->sender->posted_seen); /* in order */
	post->sender->posted_seen++;
}

static void
see_call(void *data)
{
	((Sender *)data)->calls_seen++;
}

static void *
send_many(void *data)
{
	Sender *sender = data;
	AvuMailbox *mailbox = avu_mailbox_ref(sender->receiver->mailbox);

	for (unsigned i = 0; i < MESSAGES; i++) {
		Post *post = g_new0(Post, 1);

		*post = (Post){ sender, i };
		avu_mailbox_post(mailbox, see_post, post, g_free);
		if (i % 50 == 0) {
			/* Some of these deadlines have passed, some pass while it waits. */
			int64_t deadline = i % 100 == 0 ? AVU_TIME_NONE : avu_now_ns() + i * 1000;

			sender->calls_done +=
				avu_mailbox_call(mailbox, see_call, sender, deadline, NULL) ? 1 : 0;
		}
	}
	avu_mailbox_unref(mailbox);
	return NULL;
}

static void *
wait_for_senders(void *data)
{
	pthread_t threads[SENDERS];
	Sender *senders = data;

	for (size_t i = 0; i < SENDERS; i++) {
		g_assert_cmpint(pthread_create(&threads[i], NULL, send_many, &senders[i]), ==, 0);
	}
	for (size_t i = 0; i < SENDERS; i++) {
		(void)pthread_join(threads[i], NULL);
	}
	avu_mailbox_post(senders[0].receiver->mailbox, end_loop, senders[0].receiver, NULL);
	return NULL;
}

static void
test_flood(void)
{
	Sender senders[SENDERS] = { 0 };
	Receiver receiver;
	pthread_t starter;

	receiver_init(&receiver);
	for (unsigned i = 0; i < SENDERS; i++) {
		senders[i] = (Sender){ .receiver = &receiver, .number = i };
	}
	g_assert_cmpint(pthread_create(&starter, NULL, wait_for_senders, senders), ==, 0);
	receiver_run(&receiver);
	(void)pthread_join(starter, NULL);
	for (unsigned i = 0; i < SENDERS; i++) {
		g_assert_cmpuint(senders[i].posted_seen, ==, MESSAGES);
		g_assert_cmpuint(senders[i].calls_seen, ==, senders[i].calls_done);
		g_assert_cmpuint(senders[i].calls_done, >=, MESSAGES / 100);
	}
	receiver_clear(&receiver);
}

/* ---- deadlines and closing */

static void
fail_if_run(void *data)
{
	(void)data;
	g_assert_not_reached();
}

static void *
call_a_busy_one(void *data)
{
	Receiver *receiver = data;
	g_autoptr(GError) error = NULL;
	int64_t start = avu_now_ns();

	g_assert_false(avu_mailbox_call(
		receiver->mailbox, fail_if_run, NULL, start + 20 * AVU_NS_PER_MS, &error));
	g_assert_error(error, AVU_ERROR, AVU_ERROR_TIMEOUT);
	g_assert_cmpint(avu_now_ns() - start, >=, 20 * AVU_NS_PER_MS);
	g_clear_error(&error);
	/* Long gone; also one before the clock began. */
	g_assert_false(avu_mailbox_call(receiver->mailbox, fail_if_run, NULL, 1, &error));
	g_assert_error(error, AVU_ERROR, AVU_ERROR_TIMEOUT);
	g_clear_error(&error);
	g_assert_false(avu_mailbox_call(receiver->mailbox, fail_if_run, NULL, -1, &error));
	g_assert_error(error, AVU_ERROR, AVU_ERROR_TIMEOUT);
	return NULL;
}

static void
test_deadline(void)
{
	Receiver receiver;
	pthread_t caller;

	receiver_init(&receiver);
	g_assert_cmpint(pthread_create(&caller, NULL, call_a_busy_one, &receiver), ==, 0);
	(void)pthread_join(caller, NULL); /* nobody runs the loop meanwhile */
	while (g_main_context_iteration(receiver.context, FALSE)) {
		/* withdrawn messages must not run now */
	}
	receiver_clear(&receiver);
}

static void
count_free(void *data)
{
	++*(unsigned *)data;
}

static void *
call_one_that_closes(void *data)
{
	Receiver *receiver = data;
	g_autoptr(GError) error = NULL;

	g_assert_false(avu_mailbox_call(
		receiver->mailbox, fail_if_run, NULL, avu_now_ns() + 60 * AVU_NS_PER_S, &error));
	g_assert_error(error, AVU_ERROR, AVU_ERROR_CANCELLED);
	return NULL;
}

static void
test_close(void)
{
	Receiver receiver;
	unsigned freed = 0;
	pthread_t caller;

	receiver_init(&receiver);
	avu_mailbox_post(receiver.mailbox, fail_if_run, &freed, count_free);
	g_assert_cmpint(pthread_create(&caller, NULL, call_one_that_closes, &receiver), ==, 0);
	/* Whether the call waits already or comes later, it is refused. */
	avu_mailbox_close(receiver.mailbox);
	avu_mailbox_close(receiver.mailbox);
	(void)pthread_join(caller, NULL);
	g_assert_cmpuint(freed, ==, 1);
	avu_mailbox_post(receiver.mailbox, fail_if_run, &freed, count_free);
	g_assert_cmpuint(freed, ==, 2);
	receiver_clear(&receiver);
}

/* ---- on the receiving thread itself */

typedef struct {
	Receiver *receiver;
	unsigned calls;
} Nested;

static void
count_nested(void *data)
{
	((Nested *)data)->calls++;
}

static void
call_from_inside(void *data)
{
	Nested *nested = data;

	g_assert_true(avu_mailbox_call(
		nested->receiver->mailbox, count_nested, nested, avu_now_ns(), NULL));
	nested->receiver->over = true;
}

static void
test_nested(void)
{
	Receiver receiver;
	Nested nested = { &receiver, 0 };

	receiver_init(&receiver);
	avu_mailbox_post(receiver.mailbox, call_from_inside, &nested, NULL);
	receiver_run(&receiver);
	g_assert_cmpuint(nested.calls, ==, 1);
	receiver_clear(&receiver);
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/mailbox/flood", test_flood);
	g_test_add_func("/mailbox/deadline", test_deadline);
	g_test_add_func("/mailbox/close", test_close);
	g_test_add_func("/mailbox/nested", test_nested);
	return g_test_run();
}
