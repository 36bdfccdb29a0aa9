/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* A channel in another form: what a station sends goes through a worker to who listens. The worker is the stub that
 * makes capitals of "flac" and nothing of "wav". */
#include <fcntl.h>
#include <stdatomic.h>
#include <string.h>

#include <av-upnp/clock.h>
#include <av-upnp/error.h>

#include "mediaserver/library/formats.h"
#include "mediaserver/live/live-feeds.h"

#define PATIENCE_NS (60 * AVU_NS_PER_S)
#define STATION 7 /* the item */

typedef struct {
	AvuSpawner *spawner;
	AvuMailbox *mailbox;
	AvuSupervisor *supervisor;
	Conversions *conversions;
	ConvertPlan plan;
	LiveChannel *station, *made;
	LiveListener *heard; /* of the station, by the feed */
} Fixture;

/* A worker is there, whatever else the machine has to do: who begins waits two seconds for it. */
static void *
warm_up(void *data)
{
	Fixture *f = data;
	g_auto(ConvertRequest) request = { 0 };
	Conversion *conversion = NULL;

	convert_request_init(&request);
	request.hint = g_strdup("flac");
	while (conversion == NULL) {
		conversion = conversion_begin(f->conversions, &request,
			open("/dev/null", O_RDONLY | O_CLOEXEC), -1, NULL);
	}
	conversion_end(conversion);
	return NULL;
}

/* The main loop starts workers and hears of them. */
static void *
join(GThread *thread, const _Atomic bool *over)
{
	while (!atomic_load(over)) {
		(void)g_main_context_iteration(NULL, FALSE);
		g_thread_yield();
	}
	return g_thread_join(thread);
}

typedef struct {
	void *(*run)(void *data);
	void *data;
	_Atomic bool over;
} Call;

static void *
run_call(void *data)
{
	Call *call = data;
	void *result = call->run(call->data);

	atomic_store(&call->over, true);
	return result;
}

static GThread *
start(Call *call, void *(*run)(void *data), void *data)
{
	*call = (Call){ .run = run, .data = data };
	return g_thread_new("call", run_call, call);
}

static void
set_up(Fixture *f, const void *spawner)
{
	static const ConvertMachine able = { .able = UINT32_MAX };
	Item item;
	Call call;

	item_init(&item);
	item.kind = ITEM_AUDIO;
	item.mime = "audio/flac";
	item.audio_codec = "flac";
	item.sample_hz = 44100;
	item.channels = 2;
	g_assert_true(convert_plan(recipe_find("mp3"), &item, &able, &f->plan));
	f->spawner = (AvuSpawner *)spawner;
	f->mailbox = avu_mailbox_new(NULL);
	f->supervisor = avu_supervisor_new(f->spawner, NULL);
	f->conversions = conversions_new(f->spawner, f->mailbox, 1, 0);
	conversions_start(f->conversions, f->supervisor, NULL, NULL);
	(void)join(start(&call, warm_up, f), &call.over);
	f->station = live_channel_new();
	f->made = live_channel_new();
	f->heard = live_channel_listen(f->station);
}

static void
tear_down(Fixture *f, const void *unused)
{
	(void)unused;
	live_channel_unref(f->station);
	live_channel_unref(f->made);
	conversions_stop(f->conversions);
	conversions_free(f->conversions);
	avu_supervisor_free(f->supervisor);
	avu_mailbox_unref(f->mailbox);
}

/* What the station sends, and as what. */
static void
broadcast(Fixture *f, const char *mime, const char *octets)
{
	const LiveFormat format = { mime, NULL, 0 }; /* it is not waited for somebody else */

	live_channel_open(f->station, &format);
	g_assert_cmpint(
		live_channel_put(f->station, octets, strlen(octets)), ==, (ssize_t)strlen(octets));
}

static void *
feed(void *data)
{
	Fixture *f = data;

	g_assert_true(live_listener_wait_open(f->heard, avu_now_ns() + PATIENCE_NS, NULL));
	live_feed_conversion(f->made, STATION, f->heard, f->conversions, &f->plan); /* taken */
	return NULL;
}

static char *
read_all(LiveListener *listener)
{
	GString *text = g_string_new(NULL);
	char octets[64];
	ssize_t got;

	while ((got = live_listener_read(listener, octets, sizeof octets)) > 0) {
		g_string_append_len(text, octets, got);
	}
	g_assert_cmpint(got, ==, 0); /* a regular end */
	return g_string_free(text, FALSE);
}

static void
test_another_form(Fixture *f, const void *unused)
{
	g_autoptr(LiveListener) listener = live_channel_listen(f->made);
	Call call;

	(void)unused;
	broadcast(f, "audio/flac", "on the air, ");
	GThread *thread = start(&call, feed, f);

	/* it is heard before the station ends */
	while (!live_listener_wait_open(listener, avu_now_ns(), NULL)) {
		(void)g_main_context_iteration(NULL, FALSE);
	}
	g_assert_cmpstr(live_listener_get_mime(listener), ==, f->plan.mime);
	g_assert_cmpint(live_channel_put(f->station, "and off", 7), ==, 7);
	live_channel_close(f->station, NULL);
	(void)join(thread, &call.over);
	g_autofree char *text = read_all(listener);

	g_assert_cmpstr(text, ==, "ON THE AIR, AND OFF");
}

static void
test_nothing_can_be_made(Fixture *f, const void *unused)
{
	g_autoptr(LiveListener) listener = live_channel_listen(f->made);
	g_autoptr(GError) error = NULL;
	Call call;

	(void)unused;
	broadcast(f, "audio/wav", "RIFF");
	/* the station goes on; the feed does not wait for it */
	(void)join(start(&call, feed, f), &call.over);
	g_assert_false(live_listener_wait_open(listener, avu_now_ns() + PATIENCE_NS, &error));
	g_assert_error(error, AVU_ERROR, AVU_ERROR_UNSUPPORTED);
	g_assert_cmpuint(conversions_count(f->conversions), ==, 0);
}

/* Nobody listens to what is made: the conversion ends, and so does the listening to the station. */
static void
test_nobody_listens(Fixture *f, const void *unused)
{
	LiveListener *listener = live_channel_listen(f->made);
	Call call;

	(void)unused;
	broadcast(f, "audio/flac", "on the air");
	GThread *thread = start(&call, feed, f);

	while (!live_listener_wait_open(listener, avu_now_ns(), NULL)) {
		(void)g_main_context_iteration(NULL, FALSE);
	}
	live_listener_free(listener);
	while (!atomic_load(&call.over)) { /* the station is never silent: or this never ends */
		(void)live_channel_put(f->station, "x", 1);
		(void)g_main_context_iteration(NULL, FALSE);
		g_thread_yield();
	}
	(void)g_thread_join(thread);
	g_assert_null(live_channel_listen(f->made));
	g_assert_false(live_channel_is_wanted(f->station));
	while (conversions_count(f->conversions) > 0) {
		(void)g_main_context_iteration(NULL, FALSE);
	}
}

int
main(int argc, char **argv)
{
	g_autofree char *folder = g_path_get_dirname(argv[0]);
	g_autofree char *absolute = g_canonicalize_filename(folder, NULL);

	g_setenv("AV_UPNP_LIBEXECDIR", absolute, TRUE);
	g_autoptr(AvuSpawner) spawner = avu_spawner_new(NULL, NULL);

	g_test_init(&argc, &argv, NULL);
	g_log_set_always_fatal(G_LOG_FATAL_MASK); /* that nothing can be made is a warning */
	g_assert_true(formats_load(NULL));
#define ADD(name, test) g_test_add("/live/convert/" name, Fixture, spawner, set_up, test, tear_down)
	ADD("another-form", test_another_form);
	ADD("nothing-can-be-made", test_nothing_can_be_made);
	ADD("nobody-listens", test_nobody_listens);
#undef ADD
	return g_test_run();
}
