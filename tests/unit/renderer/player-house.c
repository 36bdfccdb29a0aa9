/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What tests of the player have in common: octets come from a ring that a thread fills, samples go to a
 * file and are compared one by one. */

#include <pthread.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include <glib/gstdio.h>
#include <gst/gst.h>

#include <av-upnp/loop.h>

#include "media/sink-protocols.h"
#include "player-house.h"
#include "tests/support/ring-wait.h"
#include "tracks.h"

/* ---- tracks */

/* Encoded by GStreamer's encoders: a lossless one gives the samples back, whoever decodes. */
GByteArray *
make_piped(const char *folder, const char *pipe)
{
	g_autofree char *to = g_build_filename(folder, "out.bin", NULL);
	g_autofree char *text = g_strdup_printf("%s ! filesink location=%s", pipe, to);
	g_autoptr(GError) error = NULL;
	char *octets = NULL;
	gsize len = 0;

	GstElement *pipeline = gst_parse_launch(text, &error);

	g_assert_no_error(error);
	g_autoptr(GstBus) bus = gst_element_get_bus(pipeline);

	(void)gst_element_set_state(pipeline, GST_STATE_PLAYING);
	g_autoptr(GstMessage) end = gst_bus_timed_pop_filtered(
		bus, 20 * GST_SECOND, GST_MESSAGE_EOS | GST_MESSAGE_ERROR);

	g_assert_true(end != NULL && GST_MESSAGE_TYPE(end) == GST_MESSAGE_EOS);
	(void)gst_element_set_state(pipeline, GST_STATE_NULL);
	gst_object_unref(pipeline);
	g_assert_true(g_file_get_contents(to, &octets, &len, NULL));
	return g_byte_array_new_take((guint8 *)octets, len);
}

GByteArray *
make_encoded(const char *folder, const char *encoder, GByteArray *wav)
{
	g_autofree char *from = g_build_filename(folder, "in.wav", NULL);
	g_autofree char *pipe = g_strdup_printf(
		"filesrc location=%s ! wavparse ! audioconvert ! %s", from, encoder);

	g_assert_true(g_file_set_contents(from, (const char *)wav->data, (gssize)wav->len, NULL));
	return make_piped(folder, pipe);
}

/* ---- a server in a thread */

static void *
origin_run(void *data)
{
	Origin *self = data;

	while (!atomic_load(&self->cancelled)) {
		uint64_t offset = 0;

		if (avu_ring_writer_plan(self->writer, &offset) == AVU_RING_WAIT) {
			ring_wait(self->writer, self->cancel_fd);
			continue;
		}
		if (offset >= self->fails_at) {
			avu_ring_writer_fail(self->writer);
			break;
		}
		if (offset >= self->octets->len) {
			avu_ring_writer_end(self->writer, offset);
			break;
		}
		size_t n = MIN(self->octets->len - offset, 16384);

		n = MIN(n, self->fails_at - offset);
		(void)avu_ring_writer_put(self->writer, offset, self->octets->data + offset, n);
	}
	return NULL;
}

/* @param octets  taken */
Origin *
origin_new(GByteArray *octets, bool seekable, size_t fails_at)
{
	Origin *self = origin_new_late(octets, seekable, fails_at);

	origin_go(self);
	return self;
}

void
origin_go(Origin *self)
{
	g_assert_cmpint(pthread_create(&self->thread, NULL, origin_run, self), ==, 0);
}

Origin *
origin_new_late(GByteArray *octets, bool seekable, size_t fails_at)
{
	Origin *self = g_new0(Origin, 1);

	self->writer = avu_ring_writer_new(NULL);
	self->octets = octets;
	self->fails_at = fails_at;
	self->cancel_fd = eventfd(0, EFD_CLOEXEC);
	avu_ring_writer_describe(self->writer, seekable ? (int64_t)octets->len : -1, seekable);
	return self;
}

void
origin_free(Origin *self)
{
	const uint64_t one = 1;

	atomic_store(&self->cancelled, true);
	g_assert_cmpint(write(self->cancel_fd, &one, sizeof(one)), ==, sizeof(one));
	g_assert_cmpint(pthread_join(self->thread, NULL), ==, 0);
	(void)close(self->cancel_fd);
	avu_ring_writer_free(self->writer);
	g_byte_array_unref(self->octets);
	g_free(self);
}

Track *
origin_track(const Origin *self, uint32_t token, const char *mime, int64_t start_ns)
{
	int fds[AVU_RING_FDS];

	avu_ring_writer_get_fds(self->writer, fds);
	for (size_t i = 0; i < AVU_RING_FDS; i++) {
		fds[i] = dup(fds[i]);
	}
	return track_new(token, g_strdup(mime), start_ns, fds);
}

/* ---- the house */

static void
house_note(House *house, const char *format, ...)
{
	va_list args;

	va_start(args, format);
	g_string_append_vprintf(house->log, format, args);
	va_end(args);
}

static void
on_state(uint32_t token, AvuEngineState state, void *data)
{
	static const char *const names[] = { "stopped", "transitioning", "playing", "paused" };

	house_note(data, "%s:%u ", names[state], token);
}

static void
on_started(uint32_t token, void *data)
{
	house_note(data, "started:%u ", token);
}

static void
on_ended(uint32_t token, void *data)
{
	house_note(data, "ended:%u ", token);
}

static void
on_failed(uint32_t token, int code G_GNUC_UNUSED, const char *sentence, void *data)
{
	g_test_message("track %u: %s", token, sentence);
	g_assert_cmpstr(sentence, !=, "");
	g_free(((House *)data)->sentence);
	((House *)data)->sentence = g_strdup(sentence);
	house_note(data, "failed:%u ", token);
}

static void
on_duration(uint32_t token G_GNUC_UNUSED, int64_t duration_ns, void *data)
{
	((House *)data)->duration_ns = duration_ns;
}

static void
on_seekable(uint32_t token G_GNUC_UNUSED, bool seekable, void *data)
{
	((House *)data)->seekable = seekable;
}

static void
on_position(uint32_t token G_GNUC_UNUSED, int64_t position_ns, void *data)
{
	((House *)data)->position_ns = position_ns;
}

static void
on_speed(uint32_t token, AvuPlaySpeed speed, void *data)
{
	house_note(data, "speed-%d/%d:%u ", speed.numerator, speed.denominator, token);
}

/* @param sink  NULL: samples go to a file, at their own pace when paced; "@" at the end: that file */
void
house_open_with(House *house, const Sinks *sinks, const char *sink, bool paced)
{
	static const AvuEngineListener listener = {
		.state_changed = on_state,
		.track_started = on_started,
		.ended = on_ended,
		.failed = on_failed,
		.duration_known = on_duration,
		.seekable_known = on_seekable,
		.speed_changed = on_speed,
	};
	g_autoptr(GError) error = NULL;

	memset(house, 0, sizeof(*house));
	house->sinks = *sinks;
	house->folder = g_dir_make_tmp("player-XXXXXX", NULL);
	house->out_path = g_build_filename(house->folder, "samples", NULL);
	house->log = g_string_new(NULL);
	const char *file = sink != NULL ? strchr(sink, '@') : NULL;

	house->sinks.audio =
		file != NULL ? g_strdup_printf("%.*s%s", (int)(file - sink), sink, house->out_path)
		: sink != NULL
			? g_strdup(sink)
			: g_strdup_printf("filesink buffer-mode=unbuffered sync=%s location=%s",
				  paced ? "true" : "false", house->out_path);
	house->sinks.video = g_strdup("fakesink sync=true");
	house->sinks.mixer = sinks->exact ? NULL : mixer_new();
	house->sinks.picture = picture_new();
	house->mailbox = avu_mailbox_new(NULL);
	house->player =
		player_new(house->mailbox, &house->sinks, &listener, on_position, house, &error);
	g_assert_no_error(error);
}

void
house_open(House *house, const char *sink, bool paced)
{
	const Sinks sinks = { 0 };

	house_open_with(house, &sinks, sink, paced);
}

void
house_close(House *house)
{
	player_free(house->player);
	avu_mailbox_close(house->mailbox);
	avu_mailbox_unref(house->mailbox);
	mixer_free(house->sinks.mixer);
	picture_free(house->sinks.picture);
	sinks_clear(&house->sinks);
	g_string_free(house->log, TRUE);
	g_free(house->sentence);
	const char *const names[] = { "samples", "in.wav", "out.bin" };

	for (size_t i = 0; i < G_N_ELEMENTS(names); i++) {
		g_autofree char *path = g_build_filename(house->folder, names[i], NULL);

		(void)g_unlink(path);
	}
	(void)g_rmdir(house->folder);
	g_free(house->folder);
	g_free(house->out_path);
}

void
house_too_long(void *data)
{
	House *house = data;

	g_error("waited in vain for \"%s\"; told was: %s", house->waits_for, house->log->str);
}

static void
on_over(void *data)
{
	*(bool *)data = true;
}

void
house_run(int64_t ns)
{
	bool over = false;
	AvuTimer *timer = avu_timer_new(NULL, ns, on_over, &over);

	while (!over) {
		(void)g_main_context_iteration(NULL, TRUE);
	}
	avu_timer_free(timer);
}

void
house_wait(House *house, const char *word)
{
	house->waits_for = word;
	AvuTimer *timer = avu_timer_new(NULL, WAIT_NS, house_too_long, house);

	while (strstr(house->log->str, word) == NULL) {
		(void)g_main_context_iteration(NULL, TRUE);
	}
	avu_timer_free(timer);
}

static bool
house_was_told(const House *house, const char *word, unsigned track)
{
	g_autofree char *text = g_strdup_printf("%s:%u ", word, track);

	return strstr(house->log->str, text) != NULL;
}

void
house_give(House *house, Track *track)
{
	const uint32_t number = track->token;
	const bool late = house_was_told(house, "ended", number - 1);
	g_autofree char *word = g_strdup_printf("%s:%u ", late ? "playing" : "started", number);

	if (late) {
		player_load(house->player, track);
		player_play(house->player);
	} else {
		player_load_next(house->player, track);
	}
	house_wait(house, word);
}

/* A sink that stays ready keeps its file open: what was played before is in front. */
void
house_check_samples(House *house, const GByteArray *expected, bool from_start)
{
	g_autofree char *octets = NULL;
	gsize len = 0;

	g_assert_true(g_file_get_contents(house->out_path, &octets, &len, NULL));
	g_assert_cmpuint(len, >=, expected->len);
	gsize first = from_start ? 0 : len - expected->len;

	for (gsize i = 0; i < expected->len; i++) {
		if ((uint8_t)octets[first + i] != expected->data[i]) {
			g_error("frame %" G_GSIZE_FORMAT " differs", i / FRAME_BYTES);
		}
	}
	g_assert_cmpuint(len - first, ==, expected->len);
}

/* GLib 2.74 keeps 16 KiB of its loading, fontconfig its list of fonts, avdemux 24 octets of each thread; whole stacks are needed to tell that from a leak. */
const char *__asan_default_options(void);
const char *__lsan_default_suppressions(void);

const char *
__asan_default_options(void)
{
	return "fast_unwind_on_malloc=0";
}

const char *
__lsan_default_suppressions(void)
{
	return "leak:call_init\nleak:libfontconfig\nleak:libpango\nleak:libgstlibav\n";
}

void
player_test_init(int *argc, char ***argv)
{
	(void)g_setenv("GST_REGISTRY_FORK", "no", TRUE);
	gst_init(NULL, NULL);
	sink_protocols_rank();
	g_test_init(argc, argv, NULL);
}
