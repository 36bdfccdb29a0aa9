/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* From the registry to MIME types: a type is offered when every stage it needs has an element that
 * takes its caps. A table, since GStreamer's caps names and the MIME types that servers use are two
 * languages. Main thread, once at start. */

#include "sink-protocols.h"

#define STAGES_MAX 2

/* Names that differ only in spelling stand side by side: servers use all of them. */
static const struct {
	const char *mimes[7];          /* up to NULL */
	const char *needs[STAGES_MAX]; /* caps of container and content */
	const char *profile;           /* DLNA.ORG_PN; NULL: "*" */
} formats[] = {
	{ { "audio/mpeg", "audio/mp3", "audio/x-mp3" }, { "audio/mpeg, mpegversion=1, layer=3" },
		"MP3" },
	{ { "audio/flac", "audio/x-flac" }, { "audio/x-flac" }, NULL },
	{ { "audio/wav", "audio/x-wav", "audio/wave" }, { "audio/x-wav" }, NULL },
	{ { "audio/aiff", "audio/x-aiff" }, { "audio/x-aiff" }, NULL },
	{ { "audio/mp4", "audio/x-m4a", "audio/m4a" },
		{ "video/quicktime", "audio/mpeg, mpegversion=4, stream-format=raw" },
		"AAC_ISO_320" },
	{ { "audio/aac", "audio/aacp", "audio/vnd.dlna.adts" },
		{ "audio/mpeg, mpegversion=4, stream-format=adts" }, "AAC_ADTS_320" },
	{ { "audio/ogg", "application/ogg", "audio/x-vorbis+ogg" },
		{ "application/ogg", "audio/x-vorbis" }, NULL },
	{ { "audio/opus" }, { "application/ogg", "audio/x-opus" }, NULL },
	{ { "audio/x-ms-wma" }, { "video/x-ms-asf", "audio/x-wma, wmaversion=2" }, "WMABASE" },
	{ { "audio/ac3", "audio/vnd.dolby.dd-raw" }, { "audio/x-ac3" }, "AC3" },
	{ { "audio/x-ape" }, { "application/x-ape" }, NULL },
	/* read by dsd-source; as the decoder takes it up to GStreamer 1.22, and since 1.24 */
	{ { "audio/x-dsf", "audio/dsf", "audio/x-dsd", "audio/dsd", "audio/x-dff", "audio/dff" },
		{ "audio/x-dsd, lsbf=false, planar=false; "
		  "audio/x-dsd, format=DSDU8, reversed-bytes=false, layout=interleaved" },
		NULL },
	{ { "audio/x-wavpack" }, { "audio/x-wavpack" }, NULL },
	{ { "audio/x-matroska" }, { "audio/x-matroska" }, NULL },
	{ { "audio/webm" }, { "audio/webm" }, NULL },
	{ { "video/mp4", "video/x-m4v", "video/quicktime" }, { "video/quicktime", "video/x-h264" },
		"AVC_MP4_BL_CIF15_AAC_520" },
	{ { "video/mpeg" },
		{ "video/mpeg, systemstream=true, mpegversion=2",
			"video/mpeg, mpegversion=2, systemstream=false" },
		"MPEG_PS_PAL" },
	{ { "video/vnd.dlna.mpeg-tts", "video/mp2t" }, { "video/mpegts", "video/x-h264" }, NULL },
	{ { "video/x-matroska", "video/x-mkv" }, { "video/x-matroska", "video/x-h264" }, NULL },
	{ { "video/webm" }, { "video/webm", "video/x-vp8" }, NULL },
	{ { "video/avi", "video/x-msvideo", "video/divx" }, { "video/x-msvideo" }, NULL },
	{ { "video/x-ms-wmv" }, { "video/x-ms-asf", "video/x-wmv, wmvversion=3" }, NULL },
	{ { "video/x-flv" }, { "video/x-flv" }, NULL },
	{ { "video/3gpp" }, { "video/quicktime", "video/x-h263" }, NULL },
	/* what their pieces are; the lists are read by av-renderer */
	{ { "application/vnd.apple.mpegurl", "application/x-mpegurl" },
		{ "video/mpegts", "video/x-h264" }, NULL },
	{ { "application/dash+xml" }, { "video/quicktime", "video/x-h264" }, NULL },
	{ { "image/jpeg" }, { "image/jpeg" }, "JPEG_LRG" },
	{ { "image/png" }, { "image/png" }, "PNG_LRG" },
	{ { "image/gif" }, { "image/gif" }, NULL },
};

/* DLNA's LPCM: the parameters are part of the type. */
static const struct {
	unsigned rate_hz, channels;
} pcm_formats[] = { { 44100, 2 }, { 48000, 2 }, { 44100, 1 }, { 48000, 1 } };

/* Not libav's decoders: they bring 15 MB of libraries with them, for 40 ms of the first track that
 * needs them. */
static const char *const preloaded[] = { "flacdec", "flacparse", "wavparse", "mpg123audiodec",
	"mpegaudioparse", "id3demux", "qtdemux", "aacparse", "decodebin", "audioconvert",
	"audioresample", "volume", "rawaudioparse", "typefind", "queue", "multiqueue" };

static const struct {
	const char *factory;
	unsigned rank;
} ranks[] = {
	/* Starts in a few milliseconds and 37 MB smaller than libav. */
	{ "mpg123audiodec", GST_RANK_PRIMARY + 1 },
	/* Given DSDIFF it neither gives a sample nor fails; that is read by dsd-source. */
	{ "avdemux_iff", GST_RANK_NONE },
	/* Alone it knows how the camera was held. */
	{ "jpegparse", GST_RANK_PRIMARY + 1 },
};

/* A parser alone plays nothing. */
static bool
sink_protocols_takes(GstElementFactory *factory, const GstCaps *caps)
{
	const char *class = gst_element_factory_get_metadata(factory, GST_ELEMENT_METADATA_KLASS);

	return (strstr(class, "Decoder") != NULL || strstr(class, "Demux") != NULL) &&
	       gst_element_factory_can_sink_any_caps(factory, caps);
}

static bool
sink_protocols_has(GList *factories, const char *caps_text)
{
	g_autoptr(GstCaps) caps = gst_caps_from_string(caps_text);

	for (GList *at = factories; at != NULL; at = at->next) {
		if (sink_protocols_takes(at->data, caps)) {
			return true;
		}
	}
	return false;
}

static bool
sink_protocols_needs(GstElementFactory *factory)
{
	for (size_t i = 0; i < G_N_ELEMENTS(formats); i++) {
		for (size_t k = 0; k < STAGES_MAX && formats[i].needs[k] != NULL; k++) {
			g_autoptr(GstCaps) caps = gst_caps_from_string(formats[i].needs[k]);

			if (sink_protocols_takes(factory, caps)) {
				return true;
			}
		}
	}
	return false;
}

GList *
sink_protocols_list_factories(void)
{
	GList *all = gst_element_factory_list_get_elements(
		GST_ELEMENT_FACTORY_TYPE_DECODABLE, GST_RANK_MARGINAL);
	GList *needed = NULL;

	for (GList *at = all; at != NULL; at = at->next) {
		if (sink_protocols_needs(at->data)) {
			needed = g_list_prepend(needed, gst_object_ref(at->data));
		}
	}
	gst_plugin_feature_list_free(all);
	return needed;
}

static void
sink_protocols_add(GString *list, const char *mime, const char *profile)
{
	if (profile != NULL) {
		g_string_append_printf(list, "%shttp-get:*:%s:DLNA.ORG_PN=%s",
			list->len > 0 ? "," : "", mime, profile);
	}
	g_string_append_printf(list, "%shttp-get:*:%s:*", list->len > 0 ? "," : "", mime);
}

char *
sink_protocols_list(void)
{
	g_autoptr(GString) list = g_string_new(NULL);
	GList *factories = gst_element_factory_list_get_elements(
		GST_ELEMENT_FACTORY_TYPE_DECODABLE, GST_RANK_MARGINAL);

	for (size_t i = 0; i < G_N_ELEMENTS(formats); i++) {
		bool playable = true;

		for (size_t k = 0; k < STAGES_MAX && formats[i].needs[k] != NULL; k++) {
			playable = playable && sink_protocols_has(factories, formats[i].needs[k]);
		}
		for (size_t k = 0; playable && formats[i].mimes[k] != NULL; k++) {
			sink_protocols_add(
				list, formats[i].mimes[k], k == 0 ? formats[i].profile : NULL);
		}
	}
	gst_plugin_feature_list_free(factories);
	g_autoptr(GstElementFactory) raw = gst_element_factory_find("rawaudioparse");

	for (size_t i = 0; raw != NULL && i < G_N_ELEMENTS(pcm_formats); i++) {
		g_autofree char *mime = g_strdup_printf("audio/L16;rate=%u;channels=%u",
			pcm_formats[i].rate_hz, pcm_formats[i].channels);

		sink_protocols_add(list, mime, "LPCM");
	}
	return g_string_free(g_steal_pointer(&list), FALSE);
}

void
sink_protocols_rank(void)
{
	for (size_t i = 0; i < G_N_ELEMENTS(ranks); i++) {
		g_autoptr(GstPluginFeature) feature =
			gst_registry_lookup_feature(gst_registry_get(), ranks[i].factory);

		if (feature != NULL) {
			gst_plugin_feature_set_rank(feature, ranks[i].rank);
		}
	}
}

void
sink_protocols_preload(void)
{
	for (size_t i = 0; i < G_N_ELEMENTS(preloaded); i++) {
		GstElement *element = gst_element_factory_make(preloaded[i], NULL);

		if (element != NULL) {
			gst_object_unref(gst_object_ref_sink(element));
		}
	}
}
