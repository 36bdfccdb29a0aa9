/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The fields of a probe answer as two tables, from which sending, checking and freeing come.
 * No thread of its own; pure. Ranges: what DIDL-Lite can carry and LIM-46 allows. */
#include "mediaserver/workers/probe-result.h"

#include <av-upnp/error.h>
#include <av-upnp/limits.h>

#define HOURS_NS(n) ((n)*INT64_C(3600) * AVU_NS_PER_S)

static const struct {
	const char *name;
	size_t offset;
	int64_t unknown, min, max;
} numbers[] = {
#define NUMBER(field, unknown, min, max)                                \
	{                                                               \
#field, offsetof(ProbeResult, field), unknown, min, max \
	}
	NUMBER(file, 0, 0, AVU_LIMIT_WORKER_BATCH - 1),
	NUMBER(outcome, PROBE_NOT_MEDIA, PROBE_OK, PROBE_DIED),
	NUMBER(duration_ns, AVU_TIME_NONE, 0, HOURS_NS(10000)),
	NUMBER(bitrate_bps, -1, 1, INT64_C(100000000000)),
	NUMBER(sample_hz, -1, 1, 24576000), /* DSD512 counts single bits */
	NUMBER(channels, -1, 1, 64),
	NUMBER(bits, -1, 1, 64),
	NUMBER(audio_profile, -1, 0, 1000),
	NUMBER(width, -1, 1, 65535),
	NUMBER(height, -1, 1, 65535),
	NUMBER(video_profile, -1, 0, 1000),
	NUMBER(video_level, -1, 0, 1000),
	NUMBER(frame_rate_mhz, -1, 1, 1000000),
	NUMBER(interlaced, -1, 0, 1),
	NUMBER(audio_bps, -1, 1, INT64_C(100000000000)),
	NUMBER(video_bps, -1, 1, INT64_C(100000000000)),
	NUMBER(packet_size, -1, 188, 192),
	NUMBER(packet_stamped, 0, 0, 1),
	NUMBER(has_cover, 0, 0, 1),
	NUMBER(track, -1, 1, 99999),
	NUMBER(disc, -1, 1, 9999),
	NUMBER(tracks, -1, 1, 99999),
	NUMBER(discs, -1, 1, 9999),
	NUMBER(season, -1, 0, 9999), /* 0: specials */
	NUMBER(episode, -1, 0, 99999),
	NUMBER(bpm, -1, 1, 1000),
	NUMBER(rating, -1, 0, 100),
	NUMBER(compilation, 0, 0, 1),
	NUMBER(has_lyrics, 0, 0, 1),
	NUMBER(track_gain, PROBE_NO_GAIN, -10000, 10000),
	NUMBER(album_gain, PROBE_NO_GAIN, -10000, 10000),
	NUMBER(orientation, -1, 1, 8),
	NUMBER(chapters, -1, 1, 9999),
#undef NUMBER
};

static const struct {
	size_t offset;
	size_t max_bytes;
} strings[] = {
#define STRING(field, max_bytes)                        \
	{                                               \
		offsetof(ProbeResult, field), max_bytes \
	}
	STRING(container, 16),
	STRING(brand, 8),
	STRING(audio_codec, 32),
	STRING(video_codec, 32),
	STRING(title, 1024),
	STRING(artist, 1024),
	STRING(album_artist, 1024),
	STRING(album, 1024),
	STRING(genre, 512),
	STRING(composer, 1024),
	STRING(date, 64),
	STRING(reason, 256),
	STRING(conductor, 1024),
	STRING(original_date, 64),
	STRING(comment, 2048),
	STRING(description, 8192),
	STRING(title_sort, 1024),
	STRING(artist_sort, 1024),
	STRING(album_artist_sort, 1024),
	STRING(album_sort, 1024),
	STRING(composer_sort, 1024),
	STRING(publisher, 512),
	STRING(rights, 512),
	STRING(series, 1024),
	STRING(director, 1024),
	STRING(actor, 4096),
	STRING(hdr, 32),
	STRING(audio_languages, 256),
	STRING(subtitle_languages, 512),
	STRING(text_tracks, 1024),
	STRING(camera, 128),
	STRING(location, 32),
#undef STRING
};

static int64_t *
number_at(ProbeResult *result, size_t i)
{
	return (int64_t *)((char *)result + numbers[i].offset);
}

static char **
string_at(ProbeResult *result, size_t i)
{
	return (char **)((char *)result + strings[i].offset);
}

void
probe_result_init(ProbeResult *result)
{
	*result = (ProbeResult){ 0 };
	for (size_t i = 0; i < G_N_ELEMENTS(numbers); i++) {
		*number_at(result, i) = numbers[i].unknown;
	}
}

void
probe_result_clear(ProbeResult *result)
{
	for (size_t i = 0; i < G_N_ELEMENTS(strings); i++) {
		g_clear_pointer(string_at(result, i), g_free);
	}
}

static bool
in_range(size_t i, int64_t value)
{
	return value == numbers[i].unknown || (value >= numbers[i].min && value <= numbers[i].max);
}

void
probe_result_put(const ProbeResult *result, AvuFrameWriter *writer)
{
	ProbeResult *fields =
		(ProbeResult *)result; /* only read: number_at serves both directions */

	for (size_t i = 0; i < G_N_ELEMENTS(numbers); i++) {
		int64_t value = *number_at(fields, i);

		avu_frame_put_i64(writer, in_range(i, value) ? value : numbers[i].unknown);
	}
	for (size_t i = 0; i < G_N_ELEMENTS(strings); i++) {
		const char *text = *string_at(fields, i);

		if (text != NULL && strlen(text) > strings[i].max_bytes) {
			g_autofree char *cut = g_strndup(text, strings[i].max_bytes);

			avu_frame_put_string(writer, cut);
		} else {
			avu_frame_put_string(writer, text);
		}
	}
}

bool
probe_result_take(AvuFrameReader *reader, ProbeResult *ret_result, GError **error)
{
	for (size_t i = 0; i < G_N_ELEMENTS(numbers); i++) {
		int64_t value = avu_frame_take_i64(reader);

		if (reader->failed) {
			break; /* told below */
		}
		if (!in_range(i, value)) {
			g_set_error(error, AVU_ERROR, AVU_ERROR_SYNTAX,
				"a worker's answer has %s = %" G_GINT64_FORMAT, numbers[i].name,
				value);
			return false;
		}
		*number_at(ret_result, i) = value;
	}
	for (size_t i = 0; i < G_N_ELEMENTS(strings); i++) {
		*string_at(ret_result, i) = avu_frame_take_string(reader, strings[i].max_bytes);
	}
	if (!avu_frame_reader_finish(reader)) {
		g_set_error(error, AVU_ERROR, AVU_ERROR_SYNTAX,
			"a worker's answer is cut, has a text too long, or goes on after its end");
		return false;
	}
	return true;
}

bool
probe_result_take_one(AvuFrameReader *reader, ProbeResult *ret_result, GError **error)
{
	size_t len;
	const uint8_t *data = avu_frame_take_bytes(reader, &len);
	const AvuFrame one = { .data = data, .len = len };
	AvuFrameReader within = avu_frame_reader(&one);

	return probe_result_take(&within, ret_result, error);
}
