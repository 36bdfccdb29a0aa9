/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Extensions, containers and MIME types as tables (spec/dlna-protocolinfo.md 5.3: the preferred
 * names), and the profiles that are files. Read once at the start; then any thread. */
#include "mediaserver/library/formats.h"

#include <errno.h>
#include <string.h>
#include <unistd.h>

#include <av-upnp/data-dir.h>
#include <av-upnp/error.h>

#define EXTENSION_MAX 8

static const FormatExtension extensions[] = {
	{ "mp3", ITEM_AUDIO, "audio/mpeg" },
	{ "flac", ITEM_AUDIO, "audio/flac" },
	{ "wav", ITEM_AUDIO, "audio/wav" },
	{ "m4a", ITEM_AUDIO, "audio/mp4" },
	{ "m4b", ITEM_AUDIO, "audio/mp4" },
	{ "m4r", ITEM_AUDIO, "audio/mp4" },
	{ "ogg", ITEM_AUDIO, "audio/ogg" },
	{ "oga", ITEM_AUDIO, "audio/ogg" },
	{ "opus", ITEM_AUDIO, "audio/ogg" },
	{ "aac", ITEM_AUDIO, "audio/vnd.dlna.adts" },
	{ "wma", ITEM_AUDIO, "audio/x-ms-wma" },
	{ "aif", ITEM_AUDIO, "audio/x-aiff" },
	{ "aiff", ITEM_AUDIO, "audio/x-aiff" },
	{ "ape", ITEM_AUDIO, "audio/x-ape" },
	{ "wv", ITEM_AUDIO, "audio/x-wavpack" },
	{ "mpc", ITEM_AUDIO, "audio/x-musepack" },
	{ "tta", ITEM_AUDIO, "audio/x-tta" },
	{ "dsf", ITEM_AUDIO, "audio/dsd" },
	{ "dff", ITEM_AUDIO, "audio/dsd" },
	{ "ac3", ITEM_AUDIO, "audio/vnd.dolby.dd-raw" },
	{ "mka", ITEM_AUDIO, "audio/x-matroska" },
	{ "caf", ITEM_AUDIO, "audio/x-caf" },
	{ "au", ITEM_AUDIO, "audio/basic" },
	{ "amr", ITEM_AUDIO, "audio/amr" },
	{ "mp2", ITEM_AUDIO, "audio/mpeg" },
	{ "mp4", ITEM_VIDEO, "video/mp4" },
	{ "m4v", ITEM_VIDEO, "video/mp4" },
	{ "mov", ITEM_VIDEO, "video/quicktime" },
	{ "mkv", ITEM_VIDEO, "video/x-matroska" },
	{ "webm", ITEM_VIDEO, "video/webm" },
	{ "avi", ITEM_VIDEO, "video/x-msvideo" },
	{ "divx", ITEM_VIDEO, "video/x-msvideo" },
	{ "mpg", ITEM_VIDEO, "video/mpeg" },
	{ "mpeg", ITEM_VIDEO, "video/mpeg" },
	{ "vob", ITEM_VIDEO, "video/mpeg" },
	{ "ts", ITEM_VIDEO, "video/mpeg" },
	{ "m2ts", ITEM_VIDEO, "video/vnd.dlna.mpeg-tts" },
	{ "mts", ITEM_VIDEO, "video/vnd.dlna.mpeg-tts" },
	{ "tts", ITEM_VIDEO, "video/vnd.dlna.mpeg-tts" },
	{ "wmv", ITEM_VIDEO, "video/x-ms-wmv" },
	{ "asf", ITEM_VIDEO, "video/x-ms-asf" },
	{ "flv", ITEM_VIDEO, "video/x-flv" },
	{ "3gp", ITEM_VIDEO, "video/3gpp" },
	{ "3g2", ITEM_VIDEO, "video/3gpp2" },
	{ "m2v", ITEM_VIDEO, "video/mpeg" },
	{ "f4v", ITEM_VIDEO, "video/mp4" },
	{ "mk3d", ITEM_VIDEO, "video/x-matroska" },
	{ "ogv", ITEM_VIDEO, "video/ogg" },
	{ "jpg", ITEM_IMAGE, "image/jpeg" },
	{ "jpeg", ITEM_IMAGE, "image/jpeg" },
	{ "jpe", ITEM_IMAGE, "image/jpeg" },
	{ "jfif", ITEM_IMAGE, "image/jpeg" },
	{ "png", ITEM_IMAGE, "image/png" },
	{ "gif", ITEM_IMAGE, "image/gif" },
	{ "webp", ITEM_IMAGE, "image/webp" },
	{ "bmp", ITEM_IMAGE, "image/bmp" },
	{ "tif", ITEM_IMAGE, "image/tiff" },
	{ "tiff", ITEM_IMAGE, "image/tiff" },
	/* cameras' own; their contents do not tell them apart */
	{ "cr2", ITEM_IMAGE, "image/x-canon-cr2" },
	{ "cr3", ITEM_IMAGE, "image/x-canon-cr3" },
	{ "nef", ITEM_IMAGE, "image/x-nikon-nef" },
	{ "nrw", ITEM_IMAGE, "image/x-nikon-nrw" },
	{ "arw", ITEM_IMAGE, "image/x-sony-arw" },
	{ "dng", ITEM_IMAGE, "image/x-adobe-dng" },
	{ "raf", ITEM_IMAGE, "image/x-fuji-raf" },
	{ "orf", ITEM_IMAGE, "image/x-olympus-orf" },
	{ "rw2", ITEM_IMAGE, "image/x-panasonic-rw2" },
	{ "pef", ITEM_IMAGE, "image/x-pentax-pef" },
	{ "srw", ITEM_IMAGE, "image/x-samsung-srw" },
	{ "heic", ITEM_IMAGE, "image/heic" },
	{ "heif", ITEM_IMAGE, "image/heic" },
	{ "avif", ITEM_IMAGE, "image/avif" },
};

/* First row that fits. NULL fits everything. */
static const struct {
	const char *container; /* of worker/sniff.c */
	const char *brand;     /* beginning of an MP4's major brand */
	const char *video_codec;
	const char *video_mime; /* when there is a moving picture; NULL: never */
	const char *audio_mime; /* when there is not */
} containers[] = {
	{ "mp3", NULL, NULL, NULL, "audio/mpeg" },
	{ "flac", NULL, NULL, NULL, "audio/flac" },
	{ "wav", NULL, NULL, NULL, "audio/wav" },
	{ "ogg", NULL, NULL, "video/ogg", "audio/ogg" },
	{ "mp4", "3g2", NULL, "video/3gpp2", "audio/3gpp2" },
	{ "mp4", "3g", NULL, "video/3gpp", "audio/3gpp" },
	{ "mp4", "qt", NULL, "video/quicktime", "audio/mp4" },
	{ "mp4", NULL, NULL, "video/mp4", "audio/mp4" },
	{ "mkv", NULL, NULL, "video/x-matroska", "audio/x-matroska" },
	{ "webm", NULL, NULL, "video/webm", "audio/webm" },
	{ "avi", NULL, NULL, "video/x-msvideo", NULL },
	{ "asf", NULL, "wmv3", "video/x-ms-wmv", NULL },
	{ "asf", NULL, "wmv2", "video/x-ms-wmv", NULL },
	{ "asf", NULL, "wmv1", "video/x-ms-wmv", NULL },
	{ "asf", NULL, "vc1", "video/x-ms-wmv", NULL },
	{ "asf", NULL, NULL, "video/x-ms-asf", "audio/x-ms-wma" },
	{ "mpeg", NULL, NULL, "video/mpeg", NULL },
	{ "mpegvideo", NULL, NULL, "video/mpeg", NULL },
	{ "flv", NULL, NULL, "video/x-flv", NULL },
	{ "adts", NULL, NULL, NULL, "audio/vnd.dlna.adts" },
	{ "aiff", NULL, NULL, NULL, "audio/x-aiff" },
	{ "ape", NULL, NULL, NULL, "audio/x-ape" },
	{ "wv", NULL, NULL, NULL, "audio/x-wavpack" },
	{ "mpc", NULL, NULL, NULL, "audio/x-musepack" },
	{ "tta", NULL, NULL, NULL, "audio/x-tta" },
	{ "dsf", NULL, NULL, NULL, "audio/dsd" },
	{ "dff", NULL, NULL, NULL, "audio/dsd" },
	{ "ac3", NULL, NULL, NULL, "audio/vnd.dolby.dd-raw" },
	{ "caf", NULL, NULL, NULL, "audio/x-caf" },
	{ "au", NULL, NULL, NULL, "audio/basic" },
	{ "amr", NULL, NULL, NULL, "audio/amr" },
};

static const struct {
	const char *container, *mime;
} pictures[] = {
	{ "jpeg", "image/jpeg" },
	{ "png", "image/png" },
	{ "gif", "image/gif" },
	{ "webp", "image/webp" },
	{ "bmp", "image/bmp" },
	{ "tiff", "image/tiff" },
	{ "heic", "image/heic" },
	{ "avif", "image/avif" },
};

const FormatExtension *
format_by_name(const char *name)
{
	const char *dot = strrchr(name, '.');

	if (dot == NULL || dot == name || strlen(dot + 1) > EXTENSION_MAX) {
		return NULL;
	}
	for (size_t i = 0; i < G_N_ELEMENTS(extensions); i++) {
		if (g_ascii_strcasecmp(dot + 1, extensions[i].extension) == 0) {
			return &extensions[i];
		}
	}
	return NULL;
}

const char *
format_extension(const char *mime)
{
	for (size_t i = 0; i < G_N_ELEMENTS(extensions); i++) {
		if (g_strcmp0(mime, extensions[i].mime) == 0) {
			return extensions[i].extension;
		}
	}
	return "";
}

static bool
fits(const char *wanted, const char *value)
{
	return wanted == NULL || (value != NULL && g_str_has_prefix(value, wanted));
}

static bool
transport_stream(const ProbeResult *result, ItemKind *ret_kind, const char **ret_mime)
{
	*ret_kind = result->video_codec != NULL ? ITEM_VIDEO : ITEM_AUDIO;
	*ret_mime = result->packet_size == 192 ? "video/vnd.dlna.mpeg-tts" : "video/mpeg";
	return true;
}

bool
format_by_contents(const ProbeResult *result, ItemKind *ret_kind, const char **ret_mime)
{
	if (g_strcmp0(result->container, "ts") == 0) {
		return transport_stream(result, ret_kind, ret_mime);
	}
	for (size_t i = 0; i < G_N_ELEMENTS(pictures); i++) {
		if (g_strcmp0(result->container, pictures[i].container) == 0) {
			*ret_kind = ITEM_IMAGE;
			*ret_mime = pictures[i].mime;
			return true;
		}
	}
	for (size_t i = 0; i < G_N_ELEMENTS(containers); i++) {
		const char *mime = result->video_codec != NULL ? containers[i].video_mime
							       : containers[i].audio_mime;

		if (mime != NULL && g_strcmp0(result->container, containers[i].container) == 0 &&
			fits(containers[i].brand, result->brand) &&
			fits(containers[i].video_codec, result->video_codec)) {
			*ret_kind = result->video_codec != NULL ? ITEM_VIDEO : ITEM_AUDIO;
			*ret_mime = mime;
			return true;
		}
	}
	return false;
}

bool
format_can_grow(const char *name)
{
	/* packets that need nothing from the end of their file: what receivers record */
	static const char *const streams[] = { "video/mpeg", "video/vnd.dlna.mpeg-tts" };
	const FormatExtension *format = format_by_name(name);

	for (size_t i = 0; format != NULL && i < G_N_ELEMENTS(streams); i++) {
		if (g_str_equal(format->mime, streams[i])) {
			return true;
		}
	}
	return false;
}

bool
format_has_time_index(const char *mime)
{
	/* what worker/index.c has a way for; frames of APE and Musepack begin within octets */
	static const char *const indexed[] = { "audio/mpeg", "audio/flac", "audio/wav", "audio/mp4",
		"audio/ogg", "audio/vnd.dlna.adts", "audio/x-aiff", "audio/x-wavpack",
		"audio/x-tta", "audio/vnd.dolby.dd-raw", "audio/x-matroska", "audio/webm",
		"audio/x-caf", "audio/basic", "audio/amr", "audio/3gpp", "audio/3gpp2", "video/mp4",
		"video/quicktime", "video/x-matroska", "video/webm", "video/x-msvideo",
		"video/mpeg", "video/vnd.dlna.mpeg-tts", "video/ogg", "video/3gpp", "video/3gpp2",
		"audio/x-ms-wma", "video/x-ms-wmv", "video/x-ms-asf", "video/x-flv" };

	for (size_t i = 0; i < G_N_ELEMENTS(indexed); i++) {
		if (g_strcmp0(mime, indexed[i]) == 0) {
			return true;
		}
	}
	return false;
}

/* The set is immutable and replaced as a whole. */
static GMutex lock; /* guards both */
static AvuFormatProfiles *profiles;
static char **read_folders; /* those that could be read the first time */

char **
formats_list_folders(void)
{
	return avu_dup_profile_folders("formats");
}

/* One that could be read and is there still, as far as this user can see. */
static bool
is_any_closed(void)
{
	bool closed = false;

	for (char **folder = read_folders; folder != NULL && *folder != NULL; folder++) {
		closed = closed || (access(*folder, R_OK | X_OK) < 0 && errno == EACCES);
	}
	return closed;
}

/* Those that are open to this user. g_strfreev() it */
static char **
dup_open(void)
{
	g_auto(GStrv) folders = formats_list_folders();
	GPtrArray *open = g_ptr_array_new();

	for (char **folder = folders; *folder != NULL; folder++) {
		if (access(*folder, R_OK | X_OK) == 0) {
			g_ptr_array_add(open, g_strdup(*folder));
		}
	}
	g_ptr_array_add(open, NULL);
	return (char **)g_ptr_array_free(open, FALSE);
}

/* @param set  taken */
static void
replace(AvuFormatProfiles *set)
{
	g_mutex_lock(&lock);
	AvuFormatProfiles *old = g_steal_pointer(&profiles);

	profiles = set;
	g_mutex_unlock(&lock);
	avu_format_profiles_unref(old);
}

bool
formats_load(GError **error)
{
	g_autoptr(GPtrArray) problems = g_ptr_array_new_with_free_func(g_free);

	g_strfreev(read_folders);
	read_folders = dup_open();
	replace(avu_format_profiles_load((const char *const *)read_folders, problems));
	if (problems->len == 0) {
		return true;
	}
	g_ptr_array_add(problems, NULL);
	g_autofree char *text = g_strjoinv("\n", (char **)problems->pdata);

	g_set_error(error, AVU_ERROR, AVU_ERROR_USAGE, "%s", text);
	return false;
}

void
formats_reload(void)
{
	g_autoptr(GPtrArray) problems = g_ptr_array_new_with_free_func(g_free);
	g_auto(GStrv) folders = dup_open();

	/* one that gave up root may not see the folder of who started it any more */
	if (is_any_closed()) {
		g_warning(
			"a folder of formats is closed to this user: they stay as they were read");
		return;
	}
	replace(avu_format_profiles_load((const char *const *)folders, problems));
	for (guint i = 0; i < problems->len; i++) {
		g_warning("%s; that section is left out", (const char *)problems->pdata[i]);
	}
}

/* MP4 is three containers to DLNA: its own, 3GP, and QuickTime, which has no profiles. */
static const char *
container_of(const ProbeResult *result)
{
	if (g_strcmp0(result->container, "mp4") != 0 || result->brand == NULL) {
		return result->container;
	}
	return g_str_has_prefix(result->brand, "3g")   ? "3gp"
	       : g_str_has_prefix(result->brand, "qt") ? "mov"
						       : "mp4";
}

const char *
format_profile(const ProbeResult *result, const char **mime, GPtrArray *strings)
{
	const AvuFormatProbe probe = {
		.container = container_of(result),
		.audio_codec = result->audio_codec,
		.video_codec = result->video_codec,
		.audio_profile = result->audio_profile,
		.channels = result->channels,
		.sample_hz = result->sample_hz,
		.bits = result->bits,
		.audio_bps = result->audio_bps,
		.video_profile = result->video_profile,
		.video_level = result->video_level,
		.width = result->width,
		.height = result->height,
		.frame_rate_mhz = result->frame_rate_mhz,
		.interlaced = result->interlaced,
		.video_bps = result->video_bps,
		.bitrate_bps = result->bitrate_bps,
		.packet_size = result->packet_size,
		.packet_stamped = result->packet_stamped,
	};
	AvuFormatName name;

	g_mutex_lock(&lock);
	const bool found = result->outcome == PROBE_OK && profiles != NULL &&
			   avu_format_profiles_guess(profiles, &probe, &name);
	char *own_mime = found ? g_strdup(name.mime) : NULL;
	char *own_name = found ? g_strdup(name.name) : NULL;

	g_mutex_unlock(&lock);
	if (!found) {
		return NULL;
	}
	g_ptr_array_add(strings, own_mime);
	g_ptr_array_add(strings, own_name);
	*mime = own_mime;
	return own_name;
}
