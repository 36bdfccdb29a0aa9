/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What tags say of loudness, and what is made of it: factors by hand, 20 log10. */

#include <math.h>

#include "media/gain.h"

static const struct {
	const char *why;
	const char *tags; /* as gst_tag_list_new_from_string() reads them */
	GainWish wish;
	double factor;
} rows[] = {
	{ "no tag", "taglist, title=x;", { MEDIA_GAIN_TRACK, 6 }, 1 },
	{ "switched off", "taglist, replaygain-track-gain=-6.0;", { MEDIA_GAIN_OFF, 0 }, 1 },
	{ "softer", "taglist, replaygain-track-gain=-6.0206;", { MEDIA_GAIN_TRACK, 0 }, 0.5 },
	{ "that of the album",
		"taglist, replaygain-track-gain=-6.0206, replaygain-album-gain=-12.0412;",
		{ MEDIA_GAIN_ALBUM, 0 }, 0.25 },
	{ "that of the track",
		"taglist, replaygain-track-gain=-6.0206, replaygain-album-gain=-12.0412;",
		{ MEDIA_GAIN_TRACK, 0 }, 0.5 },
	{ "no album: the track's", "taglist, replaygain-track-gain=-6.0206;",
		{ MEDIA_GAIN_ALBUM, 0 }, 0.5 },
	{ "no track: the album's", "taglist, replaygain-album-gain=-6.0206;",
		{ MEDIA_GAIN_TRACK, 0 }, 0.5 },
	{ "more is added", "taglist, replaygain-track-gain=-12.0412;", { MEDIA_GAIN_TRACK, 6 },
		0.498815 },
	{ "louder, and its peak stays below full scale",
		"taglist, replaygain-track-gain=6.0206, replaygain-track-peak=0.4;",
		{ MEDIA_GAIN_TRACK, 0 }, 2 },
	{ "its peak would be cut",
		"taglist, replaygain-track-gain=6.0206, replaygain-track-peak=0.8;",
		{ MEDIA_GAIN_TRACK, 0 }, 1.25 },
	{ "its peak is above full scale as it is",
		"taglist, replaygain-track-gain=-1.0, replaygain-track-peak=2.0;",
		{ MEDIA_GAIN_TRACK, 0 }, 0.5 },
	{ "the peak of the track is not that of the album",
		"taglist, replaygain-album-gain=6.0206, replaygain-track-peak=0.9, "
		"replaygain-album-peak=0.4;",
		{ MEDIA_GAIN_ALBUM, 0 }, 2 },
	{ "louder than a peak that nobody knows", "taglist, replaygain-track-gain=6.0;",
		{ MEDIA_GAIN_TRACK, 0 }, 1 },
	{ "louder than the element can",
		"taglist, replaygain-track-gain=40.0, replaygain-track-peak=0.01;",
		{ MEDIA_GAIN_TRACK, 0 }, 10 },
	{ "another reference",
		"taglist, replaygain-track-gain=0.0, replaygain-reference-level=95.0206;",
		{ MEDIA_GAIN_TRACK, 0 }, 0.5 },
	{ "another reference, of the album",
		"taglist, replaygain-album-gain=0.0, replaygain-reference-level=95.0206;",
		{ MEDIA_GAIN_ALBUM, 0 }, 0.5 },
	{ "R128: 5 dB above its reference", "taglist, extended-comment=\"R128_TRACK_GAIN=-2821\";",
		{ MEDIA_GAIN_TRACK, 0 }, 0.500062 },
	{ "R128 of the album", "taglist, extended-comment=\"R128_ALBUM_GAIN=-2821\";",
		{ MEDIA_GAIN_ALBUM, 0 }, 0.500062 },
	{ "R128 that is no number", "taglist, extended-comment=\"R128_TRACK_GAIN=loud\";",
		{ MEDIA_GAIN_TRACK, 0 }, 1 },
	{ "R128 with more behind it", "taglist, extended-comment=\"R128_TRACK_GAIN=-2821dB\";",
		{ MEDIA_GAIN_TRACK, 0 }, 1 },
	{ "R128 softer than any music", "taglist, extended-comment=\"R128_TRACK_GAIN=-20000\";",
		{ MEDIA_GAIN_TRACK, 0 }, 1 },
	{ "R128 out of its range", "taglist, extended-comment=\"R128_TRACK_GAIN=-40000\";",
		{ MEDIA_GAIN_TRACK, 0 }, 1 },
	{ "louder than any music needs", "taglist, replaygain-track-gain=-1000.0;",
		{ MEDIA_GAIN_TRACK, 0 }, 1 },
	{ "a peak of nothing", "taglist, replaygain-track-gain=6.0, replaygain-track-peak=0.0;",
		{ MEDIA_GAIN_TRACK, 0 }, 1 },
	{ "a peak below nothing", "taglist, replaygain-track-gain=6.0, replaygain-track-peak=-1.0;",
		{ MEDIA_GAIN_TRACK, 0 }, 1 },
};

static void
test_rows(void)
{
	for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
		g_autoptr(GstTagList) list = gst_tag_list_new_from_string(rows[i].tags);
		GainTags tags = { 0 };

		g_test_message("%s", rows[i].why);
		g_assert_nonnull(list);
		gain_take(&tags, list);
		g_assert_cmpfloat_with_epsilon(
			gain_factor(&tags, &rows[i].wish), rows[i].factor, 0.00001);
	}
}

/* Numbers that no text of tags can hold. */
static void
test_absurd(void)
{
	const double numbers[] = { NAN, INFINITY, -INFINITY, 1e300 };
	const GainWish wish = { MEDIA_GAIN_TRACK, 0 };

	for (size_t i = 0; i < G_N_ELEMENTS(numbers); i++) {
		g_autoptr(GstTagList) list = gst_tag_list_new(GST_TAG_TRACK_GAIN, numbers[i],
			GST_TAG_TRACK_PEAK, numbers[i], GST_TAG_REFERENCE_LEVEL, numbers[i], NULL);
		GainTags tags = { 0 };

		gain_take(&tags, list);
		g_assert_cmpfloat(gain_factor(&tags, &wish), ==, 1);
	}
}

/* A reference that is no number does not count, and the gain beside it does. */
static void
test_absurd_reference(void)
{
	g_autoptr(GstTagList) list = gst_tag_list_new(
		GST_TAG_TRACK_GAIN, -6.0206, GST_TAG_REFERENCE_LEVEL, (double)NAN, NULL);
	const GainWish wish = { MEDIA_GAIN_TRACK, 0 };
	GainTags tags = { 0 };

	gain_take(&tags, list);
	g_assert_cmpfloat_with_epsilon(gain_factor(&tags, &wish), 0.5, 0.00001);
}

/* What is in the octets counts before what a server says of them, and that from the first sample on. */
static void
test_said(void)
{
	static const struct {
		const char *tags; /* NULL: none come */
		double factor;
		const char *why;
	} tellers[] = {
		{ NULL, 0.25, "the server alone" },
		{ "taglist, title=x;", 0.25, "tags without loudness" },
		{ "taglist, replaygain-track-gain=-6.0206;", 0.5, "of the track" },
		{ "taglist, replaygain-album-gain=-6.0206;", 0.5, "of the album alone" },
	};
	const GainTags said = { .has_track = true, .track_db = -12.0412 };
	const GainWish wish = { MEDIA_GAIN_TRACK, 0 };

	for (size_t i = 0; i < G_N_ELEMENTS(tellers); i++) {
		g_autoptr(GstElement) element =
			gst_object_ref_sink(gain_make_element(&wish, &said, NULL));
		g_autoptr(GstPad) pad = gst_element_get_static_pad(element, "sink");
		double factor = 0;

		g_test_message("%s", tellers[i].why);
		(void)gst_pad_set_active(pad, TRUE);
		(void)gst_pad_send_event(pad, gst_event_new_stream_start("track"));
		if (tellers[i].tags != NULL) {
			(void)gst_pad_send_event(pad,
				gst_event_new_tag(gst_tag_list_new_from_string(tellers[i].tags)));
		}
		g_object_get(element, "volume", &factor, NULL);
		g_assert_cmpfloat_with_epsilon(factor, tellers[i].factor, 0.00001);
		(void)gst_pad_set_active(pad, FALSE);
	}
}

/* What comes in two lists counts together. */
static void
test_in_pieces(void)
{
	g_autoptr(GstTagList) first = gst_tag_list_new(GST_TAG_TRACK_GAIN, 6.0206, NULL);
	g_autoptr(GstTagList) second = gst_tag_list_new(GST_TAG_TRACK_PEAK, 0.5, NULL);
	const GainWish wish = { MEDIA_GAIN_TRACK, 0 };
	GainTags tags = { 0 };

	gain_take(&tags, first);
	g_assert_cmpfloat(gain_factor(&tags, &wish), ==, 1);
	gain_take(&tags, second);
	g_assert_cmpfloat_with_epsilon(gain_factor(&tags, &wish), 2, 0.00001);
}

int
main(int argc, char **argv)
{
	gst_init(NULL, NULL);
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/gain/rows", test_rows);
	g_test_add_func("/gain/absurd", test_absurd);
	g_test_add_func("/gain/absurd-reference", test_absurd_reference);
	g_test_add_func("/gain/said", test_said);
	g_test_add_func("/gain/in-pieces", test_in_pieces);
	return g_test_run();
}
