/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* A spawner that answers late, never, twice, or what nobody asked: played by the test, over the same socket. */
#include <sys/socket.h>

#include <av-upnp/clock.h>
#include <av-upnp/error.h>

#include "libav-upnp/process/spawner-protocol.h"
#include "tests/unit/process/helper.h"

typedef struct {
	AvuSpawner *spawner;
	int fd; /* the fake's end */
	GByteArray *buffer;
	unsigned started, failed, exited;
	pid_t pid;
	AvuFrameChannel *channel;
	int code;
} House;

static void
on_end(const GError *error, void *user_data)
{
	(void)error, (void)user_data;
}

static void
on_frame(AvuFrame *frame, void *user_data)
{
	(void)frame, (void)user_data;
}

static void
on_started(pid_t pid, AvuFrameChannel *channel, const GError *error, void *user_data)
{
	static const AvuFrameHandler handler = { on_frame, on_end };
	House *house = user_data;

	if (error != NULL) {
		g_assert_cmpint(error->domain, ==, AVU_ERROR);
		house->failed++;
		house->code = error->code;
		return;
	}
	house->started++;
	house->pid = pid;
	avu_frame_channel_free(house->channel);
	house->channel = channel;
	avu_frame_channel_set_handler(channel, &handler, house);
}

static void
on_exited(pid_t pid, int status, void *user_data)
{
	House *house = user_data;

	(void)pid, (void)status;
	house->exited++;
}

static void
house_init_impatient(House *house, int64_t patience_ns)
{
	int pair[2];

	g_assert_cmpint(socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, pair), ==, 0);
	*house = (House){ .fd = pair[1], .buffer = g_byte_array_new() };
	house->spawner = spawner_new_over(pair[0], 0, "/folder", patience_ns, NULL);
	avu_spawner_set_exit_handler(house->spawner, on_exited, house);
}

static void
house_init(House *house)
{
	house_init_impatient(house, INT64_MAX / 4);
}

static void
house_clear(House *house)
{
	avu_spawner_free(house->spawner);
	avu_frame_channel_free(house->channel);
	(void)close(house->fd);
	g_byte_array_unref(house->buffer);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(House, house_clear)

static AvuStart *
ask(House *house)
{
	static const AvuHelperSpec spec = { .name = "echo" };

	return avu_spawner_start(house->spawner, &spec, on_started, house);
}

/* Everything that is there is dispatched; nothing is waited for. */
static void
settle(void)
{
	while (g_main_context_iteration(NULL, FALSE)) {
	}
}

/* @return the number of the next question, which is of this type; of a kill the pid */
static uint32_t
hear(House *house, uint16_t type)
{
	AvuFrame frame;

	g_assert_true(avu_frame_receive(house->fd, house->buffer, &frame, NULL));
	g_assert_cmpuint(frame.type, ==, type);
	AvuFrameReader reader = avu_frame_reader(&frame);

	return avu_frame_take_u32(&reader);
}

/* @param channel  the helper's end of it goes there; NULL: no descriptor is sent */
static void
say(const House *house, uint16_t type, uint32_t first, uint32_t second, int *channel)
{
	g_auto(AvuFrameWriter) payload = { 0 };
	int pair[2] = { -1, -1 };

	if (channel != NULL) {
		g_assert_cmpint(socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, pair), ==, 0);
		*channel = pair[1];
	}
	avu_frame_writer_init(&payload);
	avu_frame_put_u32(&payload, first);
	avu_frame_put_u32(&payload, second);
	g_assert_true(
		avu_frame_send(house->fd, type, &payload, pair, channel != NULL ? 1 : 0, NULL));
	if (channel != NULL) {
		(void)close(pair[0]);
	}
}

static void
say_hello(int channel)
{
	g_auto(AvuFrameWriter) hello = { 0 };

	avu_frame_writer_init(&hello);
	avu_frame_put_string(&hello, AVU_VERSION);
	avu_frame_put_string(&hello, "echo");
	g_assert_true(avu_frame_send(channel, AVU_HELPER_HELLO, &hello, NULL, 0, NULL));
}

/* In another order than they were asked, and after others were let go of. */
static void
test_late(void)
{
	g_auto(House) house;
	int channels[3];

	house_init(&house);
	(void)ask(&house);
	AvuStart *cancelled = ask(&house);

	(void)ask(&house);
	settle();
	const uint32_t first = hear(&house, SPAWNER_START);
	const uint32_t second = hear(&house, SPAWNER_START);
	const uint32_t third = hear(&house, SPAWNER_START);

	g_assert_cmpuint(house.started + house.failed, ==, 0);
	avu_start_cancel(cancelled);
	say(&house, SPAWNER_STARTED, third, 103, &channels[2]);
	say(&house, SPAWNER_STARTED, second, 102, &channels[1]);
	say_hello(channels[1]);
	settle();
	g_assert_cmpuint(house.started, ==, 0);
	/* nobody wants that one any more */
	g_assert_cmpuint(hear(&house, SPAWNER_KILL), ==, 102);
	say_hello(channels[2]);
	settle();
	g_assert_cmpuint(house.started, ==, 1);
	g_assert_cmpint(house.pid, ==, 103);
	say(&house, SPAWNER_FAILED, first, ENOMEM, NULL);
	settle();
	g_assert_cmpuint(house.started, ==, 1);
	g_assert_cmpuint(house.failed, ==, 1);
	for (size_t i = 1; i < G_N_ELEMENTS(channels); i++) {
		(void)close(channels[i]);
	}
}

/* Its end is told before its first words were read: these are heard first. */
static void
test_ended_at_once(void)
{
	g_auto(House) house;
	int channel;

	house_init(&house);
	for (unsigned silent = 0; silent < 2; silent++) {
		(void)ask(&house);
		settle();
		say(&house, SPAWNER_STARTED, hear(&house, SPAWNER_START), 100 + silent, &channel);
		if (!silent) {
			say_hello(channel);
		}
		say(&house, SPAWNER_EXITED, 100 + silent, 0, NULL);
		settle(); /* the channel stays open, as when a child of the helper has it */
		g_assert_cmpuint(house.started, ==, 1);
		g_assert_cmpuint(house.failed, ==, silent);
		g_assert_cmpuint(house.exited, ==, 1 + silent);
		(void)close(channel);
	}
	g_assert_cmpint(house.code, ==, AVU_ERROR_GONE);
}

/* Never: what is under way is bounded, and one that nobody waits for counts until it is answered. */
static void
test_never(void)
{
	g_auto(House) house;

	house_init(&house);
	for (unsigned i = 0; i < AVU_SPAWNER_STARTS_MAX; i++) {
		avu_start_cancel(ask(&house));
		settle();
	}
	g_assert_cmpuint(house.failed, ==, 0);
	(void)ask(&house);
	g_assert_cmpuint(house.failed, ==, 0); /* not before the call returns */
	settle();
	g_assert_cmpuint(house.failed, ==, 1);
	g_assert_cmpint(house.code, ==, AVU_ERROR_LIMIT);
	say(&house, SPAWNER_FAILED, hear(&house, SPAWNER_START), ENOENT, NULL);
	settle();
	(void)ask(&house);
	settle();
	g_assert_cmpuint(house.failed, ==, 1); /* there is room for one */
	(void)shutdown(house.fd, SHUT_RDWR);
	g_test_expect_message(NULL, G_LOG_LEVEL_CRITICAL, "the spawner has died*");
	settle();
	g_test_assert_expected_messages();
	g_assert_cmpuint(house.failed, ==, 2);
	g_assert_cmpint(house.code, ==, AVU_ERROR_GONE);
	(void)ask(&house);
	avu_start_cancel(ask(&house));
	settle();
	g_assert_cmpuint(house.failed, ==, 3);
	avu_spawner_kill(house.spawner, 1, SIGKILL); /* nobody is there */
}

/* Neither the spawner nor a helper is waited for longer than that, and what comes later is not wanted. */
static void
test_too_late(void)
{
	g_auto(House) house;
	int channel;

	house_init_impatient(&house, 1);
	(void)ask(&house);
	while (house.failed == 0) {
		(void)g_main_context_iteration(NULL, TRUE);
	}
	g_assert_cmpint(house.code, ==, AVU_ERROR_TIMEOUT);
	say(&house, SPAWNER_STARTED, hear(&house, SPAWNER_START), 100, &channel);
	say_hello(channel);
	settle();
	g_assert_cmpuint(hear(&house, SPAWNER_KILL), ==, 100);
	g_assert_cmpuint(house.started, ==, 0);
	g_assert_cmpuint(house.failed, ==, 1);
	(void)close(channel);
}

/* Answers to a first start that was answered ("twice") and to one that was not asked: a spawner that says so is none,
 * and every start that waits for it is told. */
static const struct {
	uint16_t type;
	uint32_t number; /* added to that of a start that is answered already */
	uint32_t value;
	bool has_channel;
	const char *why;
} nonsense[] = {
	{ SPAWNER_STARTED, 0, 200, true, "the same start twice" },
	{ SPAWNER_FAILED, 0, ENOENT, false, "and it failed, too" },
	{ SPAWNER_STARTED, 77, 200, true, "a start that nobody asked for" },
	{ SPAWNER_FAILED, 77, ENOENT, false, "a failure of none" },
	{ SPAWNER_STARTED, 1, 200, false, "without a channel" },
	{ SPAWNER_STARTED, 1, 0, true, "no process" },
	{ SPAWNER_STARTED, 1, UINT32_MAX, true, "every process" },
	{ SPAWNER_FAILED, 1, ENOENT, true, "failed, with a channel" },
	{ SPAWNER_EXITED, UINT32_MAX, 0, false, "the end of every process" },
	{ SPAWNER_KILL, 1, 0, false, "a question" },
	{ 999, 1, 0, false, "a type that is none" },
};

static void
test_nonsense(void)
{
	for (size_t i = 0; i < G_N_ELEMENTS(nonsense); i++) {
		g_auto(House) house;
		int first = -1, channel = -1;

		g_test_message("%s", nonsense[i].why);
		house_init(&house);
		(void)ask(&house);
		(void)ask(&house);
		settle();
		const uint32_t number = hear(&house, SPAWNER_START);
		const bool ends = nonsense[i].type == SPAWNER_EXITED;

		say(&house, SPAWNER_STARTED, number, 100, &first);
		say_hello(first);
		settle();
		g_assert_cmpuint(house.started, ==, 1);
		say(&house, nonsense[i].type,
			ends ? nonsense[i].number : number + nonsense[i].number, nonsense[i].value,
			nonsense[i].has_channel ? &channel : NULL);
		g_test_expect_message(NULL, G_LOG_LEVEL_CRITICAL, "the spawner has died*");
		settle();
		g_test_assert_expected_messages();
		g_assert_cmpuint(house.started, ==, 1);
		g_assert_cmpuint(house.failed, ==, 1);
		g_assert_cmpint(house.code, ==, AVU_ERROR_GONE);
		(void)close(first);
		if (channel >= 0) {
			(void)close(channel);
		}
	}
}

/* What its helper says first, if it is not who it is. */
static void
test_first_words(void)
{
	static const struct {
		uint16_t type;
		const char *version, *name;
		int code;
		const char *why;
	} rows[] = {
		{ AVU_HELPER_HELLO, AVU_VERSION, "echo", 0, "as it should" },
		{ AVU_HELPER_HELLO, "0.0.0", "echo", AVU_ERROR_UNSUPPORTED, "of another version" },
		{ AVU_HELPER_HELLO, AVU_VERSION, "worker", AVU_ERROR_UNSUPPORTED, "somebody else" },
		{ AVU_HELPER_HELLO, NULL, NULL, AVU_ERROR_UNSUPPORTED, "no strings" },
		{ TELL_REPORT, AVU_VERSION, "echo", AVU_ERROR_UNSUPPORTED, "another frame" },
		{ HELPER_NOT_RUN, AVU_VERSION, "echo", AVU_ERROR_IO, "not run, without a reason" },
	};

	for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
		g_auto(AvuFrameWriter) words = { 0 };
		g_auto(House) house;
		int channel;

		g_test_message("%s", rows[i].why);
		house_init(&house);
		(void)ask(&house);
		settle();
		say(&house, SPAWNER_STARTED, hear(&house, SPAWNER_START), 100, &channel);
		avu_frame_writer_init(&words);
		avu_frame_put_string(&words, rows[i].version);
		avu_frame_put_string(&words, rows[i].name);
		g_assert_true(avu_frame_send(channel, rows[i].type, &words, NULL, 0, NULL));
		settle();
		g_assert_cmpuint(house.started, ==, rows[i].code == 0 ? 1 : 0);
		g_assert_cmpuint(house.failed, ==, rows[i].code == 0 ? 0 : 1);
		g_assert_cmpint(house.code, ==, rows[i].code);
		if (rows[i].code != 0) {
			g_assert_cmpuint(hear(&house, SPAWNER_KILL), ==, 100);
		}
		(void)close(channel);
	}
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/spawner-answers/late", test_late);
	g_test_add_func("/spawner-answers/ended-at-once", test_ended_at_once);
	g_test_add_func("/spawner-answers/never", test_never);
	g_test_add_func("/spawner-answers/too-late", test_too_late);
	g_test_add_func("/spawner-answers/nonsense", test_nonsense);
	g_test_add_func("/spawner-answers/first-words", test_first_words);
	return g_test_run();
}
