/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The form of a track out of its metadata: attributes of the resource, and the codecs where our own
 * server tells them. Without those the media type says what it can. Pure; main thread. */
#include <inttypes.h>
#include <string.h>

#include <av-upnp/didl.h>
#include <av-upnp/protocol-info.h>

#include "commands/media-format.h"
#include "output/output.h"

/* What people call it; the left is FFmpeg's name, or a media type that leaves no doubt. */
static const struct {
	const char *told, *name;
} codecs[] = {
	{ "aac", "AAC" },
	{ "ac3", "AC-3" },
	{ "alac", "ALAC" },
	{ "dts", "DTS" },
	{ "eac3", "E-AC-3" },
	{ "flac", "FLAC" },
	{ "h264", "H.264" },
	{ "hevc", "H.265" },
	{ "mjpeg", "JPEG" },
	{ "mp2", "MP2" },
	{ "mp3", "MP3" },
	{ "mpeg1video", "MPEG-1" },
	{ "mpeg2video", "MPEG-2" },
	{ "mpeg4", "MPEG-4" },
	{ "opus", "Opus" },
	{ "png", "PNG" },
	{ "vorbis", "Vorbis" },
	{ "audio/aac", "AAC" },
	{ "audio/ac3", "AC-3" },
	{ "audio/flac", "FLAC" },
	{ "audio/l16", "LPCM" },
	{ "audio/l24", "LPCM" },
	{ "audio/mp3", "MP3" },
	{ "audio/mpeg", "MP3" },
	{ "audio/opus", "Opus" },
	{ "audio/wav", "LPCM" },
	{ "audio/x-flac", "FLAC" },
	{ "audio/x-wav", "LPCM" },
	{ "image/gif", "GIF" },
	{ "image/jpeg", "JPEG" },
	{ "image/png", "PNG" },
	{ "image/webp", "WebP" },
};

static const char *
find_name(const char *told)
{
	const size_t len = strcspn(told, ";"); /* audio/L16;rate=44100;channels=2 */

	for (size_t i = 0; i < G_N_ELEMENTS(codecs); i++) {
		if (strlen(codecs[i].told) == len &&
			g_ascii_strncasecmp(codecs[i].told, told, len) == 0) {
			return codecs[i].name;
		}
	}
	return g_str_has_prefix(told, "pcm_") ? "LPCM" : NULL;
}

static const char *
find_fact(const AvuObject *object, const char *name)
{
	for (unsigned i = 0; i < object->n_facts; i++) {
		if (strcmp(object->facts[i].name, name) == 0) {
			return object->facts[i].value;
		}
	}
	return NULL;
}

static void
append_codec(GString *text, const char *told)
{
	if (told != NULL && *told != '\0') {
		const char *name = find_name(told);

		g_string_append_printf(
			text, "%s%s", text->len > 0 ? ", " : "", name != NULL ? name : told);
	}
}

/* The server's facts are those of its file, not of what it makes of it. @return NULL: not known */
static char *
dup_codec(const AvuObject *object, const AvuProtocolInfo *info)
{
	g_autoptr(GString) text = g_string_new(NULL);
	const char *mime = avu_protocol_info_get_mime(info);

	if (!avu_protocol_info_get_dlna(info)->converted) {
		append_codec(text, find_fact(object, "videoCodec"));
		append_codec(text, find_fact(object, "audioCodec"));
	}
	if (text->len == 0 && find_name(mime) != NULL) {
		append_codec(text, mime);
	}
	return text->len > 0 ? g_strdup(text->str) : NULL;
}

static const AvuResource *
find_resource(const AvuObject *object, const char *uri)
{
	for (unsigned i = 0; i < object->n_resources; i++) {
		if (g_strcmp0(object->resources[i].uri, uri) == 0) {
			return &object->resources[i];
		}
	}
	return object->n_resources > 0 ? &object->resources[0] : NULL;
}

/* 0 is no rate and no size: whoever says so does not know. */
static int64_t
known(int64_t value)
{
	return value > 0 ? value : -1;
}

json_t *
media_format_record(const char *didl_text, const char *uri)
{
	g_autoptr(AvuDidl) didl = avu_didl_parse(didl_text, strlen(didl_text), NULL);
	const AvuObject *object =
		didl != NULL && avu_didl_get_n(didl) > 0 ? avu_didl_get(didl, 0) : NULL;
	const AvuResource *resource = object != NULL ? find_resource(object, uri) : NULL;
	const char *text = resource != NULL ? resource->protocol_info : NULL;
	g_autoptr(AvuProtocolInfo) info =
		text != NULL ? avu_protocol_info_parse(text, strlen(text), NULL) : NULL;

	if (info == NULL) {
		return json_null();
	}
	g_autofree char *codec = dup_codec(object, info);
	const char *mime = avu_protocol_info_get_mime(info);
	json_t *record = json_object();

	record_set_text(record, "mime", strcmp(mime, "*") != 0 ? mime : NULL);
	record_set_text(record, "codec", codec);
	record_set_text(record, "profile", avu_protocol_info_get_dlna(info)->profile);
	record_set_count(record, "sample_hz", known(resource->sample_hz));
	record_set_count(record, "bits", known(resource->bits_per_sample));
	record_set_count(record, "channels", known(resource->channels));
	record_set_count(record, "bitrate_bps",
		resource->bitrate_Bps > 0 && resource->bitrate_Bps <= INT64_MAX / 8
			? resource->bitrate_Bps * 8
			: -1);
	record_set_count(record, "width", known(resource->width));
	record_set_count(record, "height", known(resource->height));
	return record;
}

/* ---- for people */

static int64_t
number(const json_t *format, const char *key)
{
	return json_integer_value(json_object_get(format, key));
}

static void
append_channels(GString *text, int64_t channels)
{
	if (channels == 1 || channels == 2) {
		(void)g_string_append(text, channels == 1 ? ", mono" : ", stereo");
	} else if (channels > 0) {
		g_string_append_printf(text, ", %" PRId64 " channels", channels);
	}
}

char *
media_format_cell(const json_t *record, const char *key)
{
	const json_t *format = json_object_get(record, key);
	g_autofree char *codec = output_cell_text(format, "codec");
	g_autofree char *mime = output_cell_text(format, "mime");
	const char *name = codec != NULL ? codec : mime;

	if (name == NULL) {
		return NULL;
	}
	g_autoptr(GString) text = g_string_new(name);

	if (number(format, "width") > 0 && number(format, "height") > 0) {
		g_string_append_printf(text, ", %" PRId64 "x%" PRId64, number(format, "width"),
			number(format, "height"));
	}
	if (number(format, "sample_hz") > 0) {
		g_string_append_printf(
			text, ", %.4g kHz", (double)number(format, "sample_hz") / 1000);
	}
	if (number(format, "bits") > 0) {
		g_string_append_printf(text, ", %" PRId64 " bit", number(format, "bits"));
	}
	append_channels(text, number(format, "channels"));
	if (number(format, "bitrate_bps") > 0) {
		g_string_append_printf(
			text, ", %" PRId64 " kbit/s", (number(format, "bitrate_bps") + 500) / 1000);
	}
	return g_strdup(text->str);
}
