/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The player of the media process over real GStreamer: octets come from a ring that a thread fills,
 * samples go to a file and are compared one by one. Each track's samples are a counter, so a lost or
 * an added one shows; the expected samples are made here, by hand, not by our pipeline. */

#include <math.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include <glib/gstdio.h>
#include <gst/gst.h>

#include <av-upnp/loop.h>
#include <av-upnp/ring.h>

#include "media/player.h"
#include "media/screen.h"
#include "media/sink-protocols.h"
#include "tests/support/ring-wait.h"
#include "tracks.h"

#define WAIT_NS (20 * AVU_NS_PER_S)

/* ---- tracks */

/* The same samples as LPCM of DLNA: big endian, no header. */
static GByteArray *
make_pcm(unsigned track, unsigned frames)
{
	GByteArray *out = g_byte_array_new();

	put_frames(out, track, 0, frames);
	for (guint i = 0; i + 1 < out->len; i += 2) {
		uint8_t low = out->data[i];

		out->data[i] = out->data[i + 1];
		out->data[i + 1] = low;
	}
	return out;
}

/* Encoded by GStreamer's encoders: a lossless one gives the samples back, whoever decodes. */
static GByteArray *
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

static GByteArray *
make_encoded(const char *folder, const char *encoder, GByteArray *wav)
{
	g_autofree char *from = g_build_filename(folder, "in.wav", NULL);
	g_autofree char *pipe = g_strdup_printf(
		"filesrc location=%s ! wavparse ! audioconvert ! %s", from, encoder);

	g_assert_true(g_file_set_contents(from, (const char *)wav->data, (gssize)wav->len, NULL));
	return make_piped(folder, pipe);
}

/* ---- a server in a thread */

typedef struct {
	AvuRingWriter *writer;
	GByteArray *octets; /* owned */
	size_t fails_at;    /* SIZE_MAX: never */
	int cancel_fd;
	atomic_bool cancelled;
	pthread_t thread;
} Origin;

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
static Origin *
origin_new(GByteArray *octets, bool seekable, size_t fails_at)
{
	Origin *self = g_new0(Origin, 1);

	self->writer = avu_ring_writer_new(NULL);
	self->octets = octets;
	self->fails_at = fails_at;
	self->cancel_fd = eventfd(0, EFD_CLOEXEC);
	avu_ring_writer_describe(self->writer, seekable ? (int64_t)octets->len : -1, seekable);
	g_assert_cmpint(pthread_create(&self->thread, NULL, origin_run, self), ==, 0);
	return self;
}

static void
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

static Track *
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

typedef struct {
	char *folder, *out_path;
	AvuMailbox *mailbox;
	Player *player;
	Sinks sinks;
	GString *log; /* what the player told, in words */
	const char *waits_for;
	int64_t duration_ns;
	bool seekable;
	int64_t position_ns;
} House;

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
on_failed(uint32_t token, const char *sentence, void *data)
{
	g_test_message("track %u: %s", token, sentence);
	g_assert_cmpstr(sentence, !=, "");
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
static void
house_open(House *house, const char *sink, bool paced)
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
	house->sinks.mixer = mixer_new();
	house->sinks.picture = picture_new();
	house->mailbox = avu_mailbox_new(NULL);
	house->player =
		player_new(house->mailbox, &house->sinks, &listener, on_position, house, &error);
	g_assert_no_error(error);
}

static void
house_close(House *house)
{
	player_free(house->player);
	avu_mailbox_close(house->mailbox);
	avu_mailbox_unref(house->mailbox);
	mixer_free(house->sinks.mixer);
	picture_free(house->sinks.picture);
	sinks_clear(&house->sinks);
	g_string_free(house->log, TRUE);
	const char *const names[] = { "samples", "in.wav", "out.bin" };

	for (size_t i = 0; i < G_N_ELEMENTS(names); i++) {
		g_autofree char *path = g_build_filename(house->folder, names[i], NULL);

		(void)g_unlink(path);
	}
	(void)g_rmdir(house->folder);
	g_free(house->folder);
	g_free(house->out_path);
}

static void
on_too_long(void *data)
{
	House *house = data;

	g_error("waited in vain for \"%s\"; told was: %s", house->waits_for, house->log->str);
}

static void
house_wait(House *house, const char *word)
{
	house->waits_for = word;
	AvuTimer *timer = avu_timer_new(NULL, WAIT_NS, on_too_long, house);

	while (strstr(house->log->str, word) == NULL) {
		(void)g_main_context_iteration(NULL, TRUE);
	}
	avu_timer_free(timer);
}

/* A sink that stays ready keeps its file open: what was played before is in front. */
static void
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

/* ---- tests */

static const struct {
	const char *name;
	const char *encoder; /* NULL: the WAV itself */
	const char *mime;
	bool seekable;
} formats[] = {
	{ "wav", NULL, "audio/wav", true },
	{ "wav without ranges", NULL, "audio/wav", false },
	{ "flac", "flacenc", "audio/flac", true },
	{ "flac without ranges", "flacenc", NULL, false },
	{ "flac in matroska", "flacenc ! matroskamux", "audio/x-matroska", true },
	{ "lpcm", "lpcm", "audio/L16;rate=44100;channels=2", true },
};

static void
test_bit_exact(void)
{
	const unsigned frames = 132307; /* no multiple of any block */

	for (size_t i = 0; i < G_N_ELEMENTS(formats); i++) {
		g_autoptr(GByteArray) expected = g_byte_array_new();
		House house;

		g_test_message("%s", formats[i].name);
		house_open(&house, NULL, false);
		GByteArray *octets = make_wav(1, frames);

		if (g_strcmp0(formats[i].encoder, "lpcm") == 0) {
			g_byte_array_unref(octets);
			octets = make_pcm(1, frames);
		} else if (formats[i].encoder != NULL) {
			GByteArray *wav = octets;

			octets = make_encoded(house.folder, formats[i].encoder, wav);
			g_byte_array_unref(wav);
		}
		Origin *origin = origin_new(octets, formats[i].seekable, SIZE_MAX);

		player_load(house.player, origin_track(origin, 7, formats[i].mime, 0));
		house_wait(&house, "paused:7");
		player_play(house.player);
		house_wait(&house, "ended:7");
		put_frames(expected, 1, 0, frames);
		house_check_samples(&house, expected, true);
		if (formats[i].seekable) {
			g_assert_true(house.seekable);
			g_assert_cmpint(house.duration_ns / AVU_NS_PER_MS, ==, 3000);
		}
		house_close(&house);
		origin_free(origin);
	}
}

static void
test_gapless(void)
{
	const unsigned frames[] = { 44103, 30011, 22051 };
	g_autoptr(GByteArray) expected = g_byte_array_new();
	Origin *origins[3];
	House house;

	house_open(&house, NULL, true);
	for (unsigned i = 0; i < 3; i++) {
		g_autoptr(GByteArray) wav = make_wav(i, frames[i]);

		origins[i] = origin_new(
			i == 1 ? g_byte_array_ref(wav) : make_encoded(house.folder, "flacenc", wav),
			true, SIZE_MAX);
		put_frames(expected, i, 0, frames[i]);
	}
	player_load(house.player, origin_track(origins[0], 1, NULL, 0));
	player_load_next(house.player, origin_track(origins[1], 2, NULL, 0));
	house_wait(&house, "paused:1");
	player_play(house.player);
	house_wait(&house, "started:2");
	player_load_next(house.player, origin_track(origins[2], 3, NULL, 0));
	house_wait(&house, "ended:3");
	house_check_samples(&house, expected, true);
	house_close(&house);
	for (unsigned i = 0; i < 3; i++) {
		origin_free(origins[i]);
	}
}

/* A first frame as LAME and FFmpeg write it, made by hand: 128 kbit/s, what the encoder put in front
 * (it answers 576 samples late), and behind. */
static void
put_info_frame(GByteArray *out, const uint8_t header[4], unsigned frames, unsigned padding)
{
	uint8_t frame[417] = { header[0], header[1], header[2], header[3] };
	const unsigned delay = 576;

	memcpy(frame + 36, "Info\0\0\0\1", 8);
	frame[46] = (uint8_t)(frames >> 8);
	frame[47] = (uint8_t)frames;
	memcpy(frame + 48, "LAME3.100", 9);
	frame[69] = (uint8_t)(delay >> 4);
	frame[70] = (uint8_t)(delay << 4 | padding >> 8);
	frame[71] = (uint8_t)padding;
	g_byte_array_append(out, frame, sizeof(frame));
}

static int16_t
album_sample(unsigned n)
{
	return (int16_t)(8000 * sin(n * 0.0627) + 4000 * sin(n * 0.211));
}

/* Samples from..to of an album as MP3, with a tag in front that no buffer holds whole. */
static GByteArray *
make_mp3(const char *folder, unsigned from, unsigned to)
{
	g_autoptr(GByteArray) wav = make_wav(0, to - from);

	for (unsigned n = from; n < to; n++) {
		int16_t pair[CHANNELS] = { album_sample(n), album_sample(n) };

		memcpy(wav->data + 44 + (n - from) * FRAME_BYTES, pair, sizeof(pair));
	}
	g_autoptr(GByteArray) frames =
		make_encoded(folder, "lamemp3enc target=bitrate bitrate=128 cbr=true", wav);
	static const uint8_t id3[] = { 'I', 'D', '3', 3, 0, 0, 0, 6, 0x1a, 0 };
	const unsigned id3_bytes = 6 * 16384 + 0x1a * 128;
	GByteArray *out = g_byte_array_new();
	unsigned count = 0;

	for (guint at = 0; at + 4 <= frames->len; count++) {
		at += 417 + (frames->data[at + 2] >> 1 & 1);
	}
	g_byte_array_append(out, id3, sizeof(id3));
	g_byte_array_set_size(out, sizeof(id3) + id3_bytes);
	memset(out->data + sizeof(id3), 0, id3_bytes);
	put_info_frame(out, frames->data, count, count * 1152 - 576 - (to - from));
	g_byte_array_append(out, frames->data, frames->len);
	return out;
}

/* By how many frames what is heard at a place is later than the album, by least distance. */
static int
album_lag(const int16_t *heard, unsigned at)
{
	double best = INFINITY;
	int best_lag = 0;

	for (int lag = -8; lag <= 8; lag++) {
		double distance = 0;

		for (unsigned n = at; n < at + 4000; n++) {
			int off = heard[CHANNELS * (n + (unsigned)(lag + 8) - 8)] - album_sample(n);

			distance += off * off;
		}
		if (distance < best) {
			best = distance;
			best_lag = lag;
		}
	}
	return best_lag;
}

static void
check_album(const House *house, unsigned frames, const unsigned *places, size_t n)
{
	g_autofree char *octets = NULL;
	gsize len = 0;

	g_assert_true(g_file_get_contents(house->out_path, &octets, &len, NULL));
	g_assert_cmpuint(len / FRAME_BYTES, ==, frames);
	for (size_t i = 0; i < n; i++) {
		g_assert_cmpint(album_lag((const int16_t *)(const void *)octets, places[i]), ==, 0);
	}
}

/* An album that was cut in two and encoded: heard is what was cut, to the sample. */
static void
test_gapless_mp3(void)
{
	const unsigned cut = 132307, frames = cut + 44103;
	const unsigned places[] = { 100, cut - 4100, cut + 100, frames - 4100 };
	House house;

	house_open(&house,
		"audioconvert ! capsfilter caps=audio/x-raw,format=S16LE ! "
		"filesink buffer-mode=unbuffered sync=false location=@",
		false);
	Origin *first = origin_new(make_mp3(house.folder, 0, cut), true, SIZE_MAX);
	Origin *second = origin_new(make_mp3(house.folder, cut, frames), true, SIZE_MAX);

	player_load(house.player, origin_track(first, 1, "audio/mpeg", 0));
	player_load_next(house.player, origin_track(second, 2, "audio/mpeg", 0));
	house_wait(&house, "paused:1");
	g_assert_cmpint(house.duration_ns / 1000, ==, 3000158); /* 132307 / 44100 s */
	player_play(house.player);
	house_wait(&house, "started:2");
	house_wait(&house, "ended:2");
	check_album(&house, frames, places, G_N_ELEMENTS(places));
	house_close(&house);
	origin_free(first);
	origin_free(second);
}

/* What is wrong with the next track does not touch the one that plays, be it heard already or not. */
static void
check_bad_next(bool paced)
{
	const unsigned frames = 3 * 22051;
	g_autoptr(GByteArray) expected = g_byte_array_new();
	GByteArray *junk = g_byte_array_new();
	House house;

	house_open(&house, NULL, paced);
	for (unsigned i = 0; i < 5000; i++) {
		put_le(junk, i * 2654435761u, 4);
	}
	GByteArray *text = g_byte_array_new();

	g_byte_array_append(text, (const uint8_t *)"no media\n", 9);
	Origin *good = origin_new(make_wav(1, frames), true, SIZE_MAX);
	Origin *bad = origin_new(junk, true, SIZE_MAX);
	Origin *dead = origin_new(make_wav(2, 44103), true, 0);
	Origin *words = origin_new(text, true, SIZE_MAX);

	player_load(house.player, origin_track(good, 1, "audio/wav", 0));
	if (paced) {
		player_play(house.player);
	}
	house_wait(&house, paced ? "playing:1" : "paused:1");
	player_load_next(house.player, origin_track(bad, 2, NULL, 0));
	house_wait(&house, "failed:2");
	player_load_next(house.player, origin_track(dead, 3, NULL, 0));
	house_wait(&house, "failed:3");
	player_load_next(house.player, origin_track(words, 4, NULL, 0));
	house_wait(&house, "failed:4");
	/* One that is fine, and taken back. */
	player_load_next(house.player, origin_track(good, 5, NULL, 0));
	player_drop_next(house.player, 5);
	player_play(house.player);
	house_wait(&house, "ended:1");
	put_frames(expected, 1, 0, frames);
	house_check_samples(&house, expected, true);
	house_close(&house);
	origin_free(good);
	origin_free(bad);
	origin_free(dead);
	origin_free(words);
}

/* It fails while the pipeline is on its way to PLAYING. */
static void
check_early_bad_next(void)
{
	g_autoptr(GByteArray) expected = g_byte_array_new();
	GByteArray *text = g_byte_array_new();
	House house;

	house_open(&house, NULL, true);
	g_byte_array_append(text, (const uint8_t *)"no media\n", 9);
	Origin *good = origin_new(make_wav(1, 20 * RATE), true, SIZE_MAX);
	Origin *words = origin_new(text, true, SIZE_MAX);

	player_load(house.player, origin_track(good, 1, "audio/wav", 0));
	player_play(house.player);
	player_load_next(house.player, origin_track(words, 2, NULL, 0));
	house_wait(&house, "failed:2");
	player_seek(house.player, 19 * AVU_NS_PER_S + AVU_NS_PER_S / 2);
	house_wait(&house, "ended:1");
	put_frames(expected, 1, 20 * RATE - RATE / 2, 20 * RATE);
	house_check_samples(&house, expected, false);
	house_close(&house);
	origin_free(good);
	origin_free(words);
}

static void
test_bad_next(void)
{
	for (unsigned i = 0; i < 3; i++) {
		check_early_bad_next();
	}
	check_bad_next(/* paced = */ false);
	check_bad_next(/* paced = */ true);
}

static const struct {
	const char *why;
	size_t fails_at;
	bool junk;
} broken[] = {
	{ "nothing comes", 0, false },
	{ "ends in the middle of the header", 20, false },
	{ "no media at all", SIZE_MAX, true },
};

static void
test_broken(void)
{
	for (size_t i = 0; i < G_N_ELEMENTS(broken); i++) {
		House house;
		GByteArray *octets = make_wav(1, 44100);

		g_test_message("%s", broken[i].why);
		if (broken[i].junk) {
			memset(octets->data, 0x5a, octets->len);
		}
		Origin *origin = origin_new(octets, true, broken[i].fails_at);
		Origin *good = origin_new(make_wav(2, 44103), true, SIZE_MAX);
		g_autoptr(GByteArray) expected = g_byte_array_new();

		house_open(&house, NULL, false);
		player_load(house.player, origin_track(origin, 1, NULL, 0));
		player_play(house.player);
		house_wait(&house, "failed:1");
		g_assert_null(strstr(house.log->str, "ended"));
		/* And it is alive. */
		player_load(house.player, origin_track(good, 2, NULL, 0));
		player_play(house.player);
		house_wait(&house, "ended:2");
		put_frames(expected, 2, 0, 44103);
		house_check_samples(&house, expected, true);
		house_close(&house);
		origin_free(origin);
		origin_free(good);
	}
}

static void
test_seek(void)
{
	g_autoptr(GByteArray) expected = g_byte_array_new();
	House house;

	house_open(&house, NULL, false);
	g_autoptr(GByteArray) wav = make_wav(1, 132300);
	Origin *origin = origin_new(make_encoded(house.folder, "flacenc", wav), true, SIZE_MAX);

	/* Before the first sample, and then again in pause. */
	player_load(house.player, origin_track(origin, 1, NULL, AVU_NS_PER_S));
	player_seek(house.player, 2 * AVU_NS_PER_S);
	house_wait(&house, "paused:1");
	g_assert_cmpint(house.position_ns, ==, 2 * AVU_NS_PER_S);
	g_string_truncate(house.log, 0);
	player_seek(house.player, AVU_NS_PER_S);
	house_wait(&house, "paused:1");
	g_assert_cmpint(house.position_ns, ==, AVU_NS_PER_S);
	player_play(house.player);
	house_wait(&house, "ended:1");
	put_frames(expected, 1, 44100, 132300);
	house_check_samples(&house, expected, true);
	house_close(&house);
	origin_free(origin);
}

static const struct {
	const char *encoder; /* NULL: the WAV itself */
	AvuPlaySpeed speed;
	int64_t from_ns;
	bool late;       /* asked for when it is paused, else before its first sample */
	unsigned frames; /* heard, of three seconds */
	const char *why;
} speeds[] = {
	{ NULL, { 2, 1 }, 0, true, 3 * RATE / 2, "twice" },
	{ NULL, { 1, 2 }, 0, false, 3 * RATE * 2, "half" },
	{ "flacenc", { 4, 1 }, AVU_NS_PER_S, true, 2 * RATE / 4, "four times, from a place" },
	{ "flacenc", { 32, 1 }, 0, false, 3 * RATE / 32, "as fast as it gets" },
	{ NULL, { -2, 1 }, 2 * AVU_NS_PER_S, true, RATE,
		"backwards, where the demuxer cannot: goes on at 1" },
	{ "flacenc", { -2, 1 }, 2 * AVU_NS_PER_S, true, 2 * RATE / 2 + 3 * RATE,
		"backwards, and from the beginning" },
};

#define STRIDE (RATE / 30) /* what scaletempo works in */

static void
test_speeds(void)
{
	for (size_t i = 0; i < G_N_ELEMENTS(speeds); i++) {
		House house;
		g_autofree char *octets = NULL;
		gsize len = 0;

		g_test_message("%s", speeds[i].why);
		house_open(&house, NULL, false);
		GByteArray *wav = make_wav(1, 3 * RATE);
		Origin *origin =
			origin_new(speeds[i].encoder != NULL
					   ? make_encoded(house.folder, speeds[i].encoder, wav)
					   : g_byte_array_ref(wav),
				true, SIZE_MAX);

		g_byte_array_unref(wav);
		player_load(house.player, origin_track(origin, 1, NULL, speeds[i].from_ns));
		if (speeds[i].late) {
			house_wait(&house, "paused:1");
		}
		player_set_speed(house.player, speeds[i].speed);
		player_play(house.player);
		house_wait(&house, "ended:1");
		g_assert_true(g_file_get_contents(house.out_path, &octets, &len, NULL));
		g_assert_cmpuint(len / FRAME_BYTES, >, speeds[i].frames * 9 / 10);
		g_assert_cmpuint(len / FRAME_BYTES, <, speeds[i].frames * 11 / 10 + STRIDE);
		g_assert_cmpint(strstr(house.log->str, "speed-1/1:1") != NULL, ==,
			speeds[i].speed.numerator < 0);
		house_close(&house);
		origin_free(origin);
	}
}

/* What cannot be sought plays on at 1, and says so. */
static void
test_no_speed(void)
{
	g_autoptr(GByteArray) expected = g_byte_array_new();
	House house;

	house_open(&house, NULL, false);
	Origin *origin = origin_new(make_wav(1, RATE), false, SIZE_MAX);

	player_load(house.player, origin_track(origin, 1, NULL, 0));
	house_wait(&house, "paused:1");
	player_set_speed(house.player, (AvuPlaySpeed){ 2, 1 });
	g_assert_nonnull(strstr(house.log->str, "speed-1/1:1"));
	player_play(house.player);
	house_wait(&house, "ended:1");
	put_frames(expected, 1, 0, RATE);
	house_check_samples(&house, expected, true);
	house_close(&house);
	origin_free(origin);
}

/* 64 × 32, left half white, and an EXIF block that says the camera was turned: upright the white half
 * is above. */
static GByteArray *
make_turned_jpeg(const char *folder)
{
	static const uint8_t exif[] = { 0xff, 0xe1, 0, 34, 'E', 'x', 'i', 'f', 0, 0, 'I', 'I', 42,
		0, 8, 0, 0, 0, 1, 0, 0x12, 1, 3, 0, 1, 0, 0, 0, 6, 0, 0, 0, 0, 0, 0, 0 };
	g_autoptr(GByteArray) plain = make_piped(folder,
		"videotestsrc num-buffers=1 pattern=white ! video/x-raw,width=32,height=32 ! "
		"videobox right=-32 fill=black ! jpegenc");
	GByteArray *out = g_byte_array_new();

	g_byte_array_append(out, plain->data, 2);
	g_byte_array_append(out, exif, sizeof(exif));
	g_byte_array_append(out, plain->data + 2, plain->len - 2);
	return out;
}

/* A picture stands upright, for its time, and the next follows. */
static void
test_pictures(void)
{
	House house;
	g_autofree char *octets = NULL;
	gsize len = 0;

	house_open(&house, "fakesink", true);
	g_free(house.sinks.video);
	house.sinks.video = g_strdup_printf("videoconvert ! video/x-raw,format=GRAY8 ! filesink "
					    "sync=true buffer-mode=unbuffered location=%s",
		house.out_path);
	GByteArray *jpeg = make_turned_jpeg(house.folder);
	Origin *origin = origin_new(jpeg, true, SIZE_MAX);
	Track *first = origin_track(origin, 1, "image/jpeg", 0);
	Track *second = origin_track(origin, 2, "image/jpeg", 0);

	first->show_ns = 400 * AVU_NS_PER_MS;
	int64_t before_us = g_get_monotonic_time();

	player_load(house.player, first);
	player_load_next(house.player, second);
	player_play(house.player);
	house_wait(&house, "playing:1");
	house_wait(&house, "started:2");
	g_assert_cmpint(g_get_monotonic_time() - before_us, >=, 400 * 1000);
	house_wait(&house, "playing:2");
	house.waits_for = "the second picture";
	AvuTimer *timer = avu_timer_new(NULL, WAIT_NS, on_too_long, &house);

	while (len < 64 * 32) {
		(void)g_main_context_iteration(NULL, TRUE);
		g_clear_pointer(&octets, g_free);
		(void)g_file_get_contents(house.out_path, &octets, &len, NULL);
	}
	avu_timer_free(timer);
	for (unsigned row = 0; row < 64; row++) {
		bool white = (uint8_t)octets[row * 32 + 4] > 128;

		if (row < 28 || row > 36) {
			g_assert_true(white == (row < 32));
		}
	}
	house_close(&house);
	origin_free(origin);
}

/* The matrix of a track's header, 40 octets into it, becomes that of a quarter turn (ISO 14496-12,
 * 8.3.2.3). */
static void
turn_track(GByteArray *film)
{
	static const uint8_t quarter[36] = { [5] = 1, [12] = 0xff, [13] = 0xff, [32] = 0x40 };
	guint at = 0;

	while (memcmp(film->data + at, "tkhd", 4) != 0) {
		g_assert_cmpuint(++at, <, film->len - 84);
	}
	memcpy(film->data + at + 4 + 40, quarter, sizeof(quarter));
}

/* So is a film of a telephone that was held upright. */
static void
test_turned_film(void)
{
	House house;
	g_autofree char *octets = NULL;
	gsize len = 0;

	house_open(&house, "fakesink", true);
	g_free(house.sinks.video);
	house.sinks.video = g_strdup_printf(
		"videoconvert ! video/x-raw,format=GRAY8 ! filesink location=%s", house.out_path);
	GByteArray *film = make_piped(house.folder,
		"videotestsrc num-buffers=5 pattern=white ! video/x-raw,width=32,height=32 ! "
		"videobox right=-32 fill=black ! jpegenc ! qtmux");

	turn_track(film);
	Origin *origin = origin_new(film, true, SIZE_MAX);

	player_load(house.player, origin_track(origin, 1, "video/quicktime", 0));
	player_play(house.player);
	house_wait(&house, "ended:1");
	player_free(g_steal_pointer(&house.player)); /* what was written is there */
	g_assert_true(g_file_get_contents(house.out_path, &octets, &len, NULL));
	g_assert_cmpuint(len, ==, 5 * 64 * 32);
	for (unsigned row = 0; row < 64; row++) {
		bool white = (uint8_t)octets[row * 32 + 4] > 128;

		if (row < 28 || row > 36) {
			g_assert_true(white == (row < 32));
		}
	}
	house_close(&house);
	origin_free(origin);
}

#define FILM_WIDTH 320
#define FILM_HEIGHT 240
#define FILM                                                                            \
	"videotestsrc pattern=black num-buffers=38 ! video/x-raw,width=320,height=240," \
	"framerate=25/1 ! jpegenc ! matroskamux name=m"
#define SUBTITLES "1\n00:00:00,500 --> 00:00:01,000\n<b>Seen</b>\n\n"

/* Bright points of a frame in its rows from … to. */
static unsigned
count_bright(const House *house, unsigned frame, unsigned from, unsigned to)
{
	g_autofree char *octets = NULL;
	gsize len = 0;
	unsigned n = 0;

	g_assert_true(g_file_get_contents(house->out_path, &octets, &len, NULL));
	g_assert_cmpuint(len, >=, (frame + 1) * FILM_WIDTH * FILM_HEIGHT);
	const char *first = octets + (gsize)frame * FILM_WIDTH * FILM_HEIGHT;

	for (unsigned at = from * FILM_WIDTH; at < to * FILM_WIDTH; at++) {
		n += (uint8_t)first[at] > 180;
	}
	return n;
}

/* Subtitles of a file beside the film, and of the film itself. */
static void
test_subtitles(void)
{
	for (unsigned own = 0; own < 2; own++) {
		House house;

		house_open(&house, "fakesink", true);
		g_free(house.sinks.video);
		house.sinks.video = g_strdup_printf(
			"videoconvert ! video/x-raw,format=GRAY8 ! filesink sync=true "
			"buffer-mode=unbuffered location=%s",
			house.out_path);
		g_autofree char *srt = g_build_filename(house.folder, "in.wav", NULL);
		g_autofree char *with =
			g_strdup_printf("filesrc location=%s ! subparse ! m. " FILM, srt);

		g_assert_true(g_file_set_contents(srt, SUBTITLES, -1, NULL));
		Origin *origin =
			origin_new(make_piped(house.folder, own ? with : FILM), true, SIZE_MAX);

		player_load(house.player, origin_track(origin, 1, "video/x-matroska", 0));
		if (!own) {
			player_attach(house.player, 1, MEDIA_SUBTITLES,
				g_bytes_new_static(SUBTITLES, strlen(SUBTITLES)));
		}
		player_play(house.player);
		house_wait(&house, "ended:1");
		/* At 0.2, 0.8 and 1.2 s. */
		g_assert_cmpuint(count_bright(&house, 5, 0, FILM_HEIGHT), ==, 0);
		g_assert_cmpuint(count_bright(&house, 20, FILM_HEIGHT / 2, FILM_HEIGHT), >, 20);
		g_assert_cmpuint(count_bright(&house, 20, 0, FILM_HEIGHT / 2), ==, 0);
		g_assert_cmpuint(count_bright(&house, 30, 0, FILM_HEIGHT), ==, 0);
		house_close(&house);
		origin_free(origin);
	}
}

#define SCREEN_WIDTH 320
#define SCREEN_HEIGHT 180

/* Runs until the screen's last frame has this many bright points or more in a part of it (or fewer). */
static void
screen_wait(House *house, const unsigned part[4], unsigned bright, bool more)
{
	AvuTimer *timer = avu_timer_new(NULL, WAIT_NS, on_too_long, house);

	house->waits_for = more ? "light on the screen" : "darkness on the screen";
	for (bool found = false; !found;) {
		g_autofree char *octets = NULL;
		gsize len = 0;
		unsigned n = 0;

		(void)g_main_context_iteration(NULL, TRUE);
		(void)g_file_get_contents(house->out_path, &octets, &len, NULL);
		gsize frames = len / (SCREEN_WIDTH * SCREEN_HEIGHT);

		for (unsigned y = part[2]; frames > 0 && y < part[3]; y++) {
			for (unsigned x = part[0]; x < part[1]; x++) {
				n += (uint8_t)octets[((frames - 1) * SCREEN_HEIGHT + y) *
							     SCREEN_WIDTH +
						     x] > 100;
			}
		}
		found = frames > 0 && (more ? n >= bright : n <= bright);
	}
	avu_timer_free(timer);
}

/* A clock while nothing plays, title and cover with music, and nothing of it in the way of a film. */
static void
test_screen(void)
{
	static const unsigned clock[] = { 0, SCREEN_WIDTH, 35, 92 };
	static const unsigned title[] = { 122, SCREEN_WIDTH, 34, 60 };
	static const unsigned cover[] = { 20, 106, 34, 120 };
	House house;

	house_open(&house, "fakesink sync=true", true);
	g_free(house.sinks.video);
	house.sinks.video = g_strdup_printf(
		"videoconvert ! videoscale ! video/x-raw,format=GRAY8,width=%d,height=%d ! "
		"filesink buffer-mode=unbuffered append=true location=%s",
		SCREEN_WIDTH, SCREEN_HEIGHT, house.out_path);
	Screen *screen = screen_new(house.mailbox, &house.sinks);
	g_autoptr(GByteArray) white =
		make_piped(house.folder, "videotestsrc num-buffers=1 pattern=white ! "
					 "video/x-raw,width=64,height=64 ! jpegenc");
	Origin *origin = origin_new(make_wav(1, 20 * RATE), true, SIZE_MAX);
	Origin *film = origin_new(make_piped(house.folder, FILM), true, SIZE_MAX);

	house.sinks.screen = screen;
	screen_set_place(screen, "Kitchen", "10.1.2.3", false);
	screen_wait(&house, clock, 100, true);
	player_load(house.player, origin_track(origin, 1, NULL, 0));
	player_describe(house.player, 1, "A title", "Somebody", NULL);
	player_play(house.player);
	screen_wait(&house, title, 30, true);
	screen_wait(&house, cover, 0, false);
	player_attach(house.player, 1, MEDIA_COVER, g_bytes_new(white->data, white->len));
	screen_wait(&house, cover, 80 * 80, true);
	player_load(house.player, origin_track(film, 2, "video/x-matroska", 0));
	player_play(house.player);
	house_wait(&house, "playing:2");
	screen_wait(&house, cover, 0, false);
	player_stop(house.player);
	screen_wait(&house, clock, 100, true);
	player_stop(house.player);
	house.sinks.screen = NULL;
	screen_free(screen);
	house_close(&house);
	origin_free(origin);
	origin_free(film);
}

/* A second of DSD without a sound (0x69 is its silence) in Sony's file: it is decoded to samples. */
static void
test_dsd(void)
{
	const unsigned rate = 2822400, block = 4096,
		       blocks = 86; /* 86 × 4096 × 8 is just below it */
	GByteArray *out = g_byte_array_new();
	House house;
	g_autofree char *octets = NULL;
	gsize len = 0;

	g_byte_array_append(out, (const uint8_t *)"DSD ", 4);
	const struct {
		uint64_t value;
		unsigned bytes;
	} fields[] = { { 28, 8 }, { 28 + 52 + 12 + 2 * block * blocks, 8 }, { 0, 8 },
		{ 0x20746d66, 4 }, { 52, 8 }, { 1, 4 }, { 0, 4 }, { 2, 4 }, { 2, 4 }, { rate, 4 },
		{ 1, 4 }, { block * blocks * 8, 8 }, { block, 4 }, { 0, 4 }, { 0x61746164, 4 },
		{ 12 + 2 * block * blocks, 8 } };

	for (size_t i = 0; i < G_N_ELEMENTS(fields); i++) {
		put_le(out, (uint32_t)fields[i].value, 4);
		if (fields[i].bytes == 8) {
			put_le(out, 0, 4);
		}
	}
	guint head = out->len;

	g_byte_array_set_size(out, head + 2 * block * blocks);
	memset(out->data + head, 0x69, 2 * block * blocks);
	house_open(&house,
		"audioconvert ! audioresample ! capsfilter caps=audio/x-raw,format=S16LE,"
		"rate=44100 ! filesink buffer-mode=unbuffered location=@",
		false);
	Origin *origin = origin_new(out, true, SIZE_MAX);

	player_load(house.player, origin_track(origin, 1, "audio/x-dsf", 0));
	player_play(house.player);
	house_wait(&house, "ended:1");
	g_assert_true(g_file_get_contents(house.out_path, &octets, &len, NULL));
	g_assert_cmpuint(len / FRAME_BYTES, >, RATE * 98 / 100);
	g_assert_cmpuint(len / FRAME_BYTES, <, RATE * 102 / 100);
	house_close(&house);
	origin_free(origin);
}

static void
test_states(void)
{
	House house;

	house_open(&house, "fakesink sync=true", true);
	Origin *origin = origin_new(make_wav(1, 20 * RATE), true, SIZE_MAX);

	player_load(house.player, origin_track(origin, 1, NULL, 0));
	player_play(house.player);
	house_wait(&house, "transitioning:1 playing:1");
	player_pause(house.player);
	house_wait(&house, "paused:1");
	g_string_truncate(house.log, 0);
	player_play(house.player);
	house_wait(&house, "playing:1");
	player_seek(house.player, 10 * AVU_NS_PER_S);
	house_wait(&house, "transitioning:1 playing:1");
	g_assert_cmpint(house.position_ns, >=, 10 * AVU_NS_PER_S);
	g_assert_cmpint(house.position_ns, <, 12 * AVU_NS_PER_S);
	player_stop(house.player);
	g_assert_nonnull(strstr(house.log->str, "stopped:1"));
	/* Of a dropped track nothing more is heard. */
	g_string_truncate(house.log, 0);
	player_load(house.player, origin_track(origin, 2, NULL, 0));
	house_wait(&house, "paused:2");
	g_assert_null(strstr(house.log->str, ":1"));
	house_close(&house);
	origin_free(origin);
}

/* An endless stream is interrupted at once, wherever its reader waits. */
static void
test_stop_while_starved(void)
{
	House house;
	GByteArray *octets = make_wav(1, RATE);
	Origin *origin = g_new0(Origin, 1);

	house_open(&house, NULL, false);
	origin->writer = avu_ring_writer_new(NULL);
	avu_ring_writer_describe(origin->writer, octets->len, true);
	g_assert_cmpuint(avu_ring_writer_put(origin->writer, 0, octets->data, 30000), ==, 30000);
	player_load(house.player, origin_track(origin, 1, NULL, 0));
	player_play(house.player);
	for (unsigned i = 0; i < 20; i++) {
		(void)g_main_context_iteration(NULL, FALSE);
		g_usleep(10 * 1000);
	}
	int64_t before_us = g_get_monotonic_time();

	player_stop(house.player);
	g_assert_cmpint(g_get_monotonic_time() - before_us, <, 500 * 1000);
	house_close(&house);
	avu_ring_writer_free(origin->writer);
	g_byte_array_unref(octets);
	g_free(origin);
}

/* Commands in any order and at any moment: nothing hangs, and what is loaded last plays whole. */
static void
storm_step(House *house, GRand *rand, Origin *const origins[3], uint32_t *token)
{
	Origin *origin = origins[g_rand_int_range(rand, 0, 3)];

	switch (g_rand_int_range(rand, 0, 10)) {
	case 0:
		player_load(house->player, origin_track(origin, ++*token, NULL, 0));
		break;
	case 1:
	case 2:
		player_load_next(house->player, origin_track(origin, ++*token, NULL, 0));
		break;
	case 3:
		player_drop_next(house->player, *token);
		break;
	case 4:
		player_pause(house->player);
		break;
	case 5:
		player_seek(house->player, g_rand_int_range(rand, 0, 1200) * AVU_NS_PER_MS);
		break;
	case 6:
		mixer_set(house->sinks.mixer, AVU_VALUE_VOLUME, AVU_CHANNEL_MASTER,
			g_rand_int_range(rand, -75 * 256, 1));
		break;
	case 7:
		player_stop(house->player);
		break;
	case 8:
		player_set_speed(
			house->player, (AvuPlaySpeed){ g_rand_int_range(rand, 0, 2) * 6 - 2, 1 });
		break;
	default:
		player_play(house->player);
		break;
	}
	for (int i = g_rand_int_range(rand, 0, 8); i > 0; i--) {
		(void)g_main_context_iteration(NULL, FALSE);
		g_usleep((gulong)g_rand_int_range(rand, 0, 3000));
	}
}

static void
test_storm(void)
{
	const unsigned frames = 44103;
	g_autoptr(GRand) rand = g_rand_new_with_seed((guint32)g_test_rand_int());
	g_autoptr(GByteArray) expected = g_byte_array_new();
	uint32_t token = 0;
	House house;

	house_open(&house, NULL, true);
	GByteArray *junk = g_byte_array_new();

	for (unsigned i = 0; i < 3000; i++) {
		put_le(junk, i * 2654435761u, 4);
	}
	Origin *const origins[] = { origin_new(make_wav(1, frames), true, SIZE_MAX),
		origin_new(make_wav(2, frames), false, SIZE_MAX),
		origin_new(junk, true, SIZE_MAX) };

	for (unsigned i = 0; i < 400; i++) {
		storm_step(&house, rand, origins, &token);
	}
	g_string_truncate(house.log, 0);
	mixer_set(house.sinks.mixer, AVU_VALUE_VOLUME, AVU_CHANNEL_MASTER, 0);
	player_load(house.player, origin_track(origins[0], 1000, NULL, 0));
	player_play(house.player);
	house_wait(&house, "ended:1000");
	put_frames(expected, 1, 0, frames);
	house_check_samples(&house, expected, false);
	house_close(&house);
	for (size_t i = 0; i < G_N_ELEMENTS(origins); i++) {
		origin_free(origins[i]);
	}
}

/* GLib 2.74 keeps 16 KiB of its loading, fontconfig its list of fonts; whole stacks are needed to tell that from a leak. */
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
	return "leak:call_init\nleak:libfontconfig\nleak:libpango\n";
}

int
main(int argc, char **argv)
{
	(void)g_setenv("GST_REGISTRY_FORK", "no", TRUE);
	gst_init(NULL, NULL);
	sink_protocols_rank();
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/player/bit-exact", test_bit_exact);
	g_test_add_func("/player/gapless", test_gapless);
	g_test_add_func("/player/gapless-mp3", test_gapless_mp3);
	g_test_add_func("/player/bad-next", test_bad_next);
	g_test_add_func("/player/broken", test_broken);
	g_test_add_func("/player/seek", test_seek);
	g_test_add_func("/player/speeds", test_speeds);
	g_test_add_func("/player/no-speed", test_no_speed);
	g_test_add_func("/player/pictures", test_pictures);
	g_test_add_func("/player/turned-film", test_turned_film);
	g_test_add_func("/player/subtitles", test_subtitles);
	g_test_add_func("/player/screen", test_screen);
	g_test_add_func("/player/dsd", test_dsd);
	g_test_add_func("/player/states", test_states);
	g_test_add_func("/player/stop-while-starved", test_stop_while_starved);
	g_test_add_func("/player/storm", test_storm);
	return g_test_run();
}
