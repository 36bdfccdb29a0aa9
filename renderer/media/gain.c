/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* ReplayGain: a track sounds as loud as others, or as its album does.
 *
 * Tags are foreign: numbers that no music has are left out. They come with the samples that they are
 * about, on the thread of those, so two tracks without a gap between them each get their own.
 * Limits: ReplayGain 2.0 proposes 89 dB and no louder than the peak allows; R128 is RFC 7845, 5.2.1. */

#include <math.h>
#include <string.h>

#include <av-upnp/error.h>

#include "gain.h"

#define GAIN_DB_MAX 51.0 /* that of a byte of LAME's, and more than any music needs */
#define GAIN_PEAK_MAX 100.0
#define GAIN_FACTOR_MAX 10.0 /* GStreamer's volume takes no more */
#define GAIN_REFERENCE_DB 89.0
#define GAIN_R128_DB 5.0 /* -23 LUFS are that much softer than ReplayGain's -18 */
#define GAIN_R128_MAX 32768

static bool
gain_take_double(const GstTagList *list, const char *tag, double max, double *ret_value)
{
	double value = 0;

	if (!gst_tag_list_get_double_index(list, tag, 0, &value) || !isfinite(value) ||
		fabs(value) > max) {
		return false;
	}
	*ret_value = value;
	return true;
}

/* "R128_TRACK_GAIN=-1234": 256ths of a decibel. */
static bool
gain_take_r128(const char *comment, const char *name, double *ret_db)
{
	const size_t len = strlen(name);
	char *end = NULL;

	if (g_ascii_strncasecmp(comment, name, len) != 0 || comment[len] != '=') {
		return false;
	}
	gint64 value = g_ascii_strtoll(comment + len + 1, &end, 10);

	if (end == comment + len + 1 || *end != '\0' || value < -GAIN_R128_MAX ||
		value >= GAIN_R128_MAX) {
		return false;
	}
	*ret_db = (double)value / 256 + GAIN_R128_DB;
	return fabs(*ret_db) <= GAIN_DB_MAX;
}

static void
gain_take_comments(GainTags *tags, const GstTagList *list)
{
	const guint n = MIN(gst_tag_list_get_tag_size(list, GST_TAG_EXTENDED_COMMENT), 256);

	for (guint i = 0; i < n; i++) {
		const char *comment = NULL;

		if (!gst_tag_list_peek_string_index(list, GST_TAG_EXTENDED_COMMENT, i, &comment)) {
			continue;
		}
		tags->has_track |= gain_take_r128(comment, "R128_TRACK_GAIN", &tags->track_db);
		tags->has_album |= gain_take_r128(comment, "R128_ALBUM_GAIN", &tags->album_db);
	}
}

void
gain_take(GainTags *tags, const GstTagList *list)
{
	double reference_db = GAIN_REFERENCE_DB;

	(void)gain_take_double(list, GST_TAG_REFERENCE_LEVEL, 200, &reference_db);
	if (gain_take_double(list, GST_TAG_TRACK_GAIN, GAIN_DB_MAX, &tags->track_db)) {
		tags->has_track = true;
		tags->track_db += GAIN_REFERENCE_DB - reference_db;
	}
	if (gain_take_double(list, GST_TAG_ALBUM_GAIN, GAIN_DB_MAX, &tags->album_db)) {
		tags->has_album = true;
		tags->album_db += GAIN_REFERENCE_DB - reference_db;
	}
	(void)gain_take_double(list, GST_TAG_TRACK_PEAK, GAIN_PEAK_MAX, &tags->track_peak);
	(void)gain_take_double(list, GST_TAG_ALBUM_PEAK, GAIN_PEAK_MAX, &tags->album_peak);
	gain_take_comments(tags, list);
}

double
gain_factor(const GainTags *tags, const GainWish *wish)
{
	/* Where only the other one is known, it is better than none. */
	bool album = tags->has_album && (wish->mode == MEDIA_GAIN_ALBUM || !tags->has_track);

	if (wish->mode == MEDIA_GAIN_OFF || (!album && !tags->has_track)) {
		return 1;
	}
	double db = (album ? tags->album_db : tags->track_db) + wish->preamp_db;
	double peak = album ? tags->album_peak : tags->track_peak;
	double factor = pow(10, CLAMP(db, -GAIN_DB_MAX, GAIN_DB_MAX) / 20);

	factor = MIN(factor, peak > 0 ? 1 / peak : 1);
	return MIN(factor, GAIN_FACTOR_MAX);
}

const GainTags *
gain_choose(const GainTags *tags, const GainTags *said)
{
	return tags->has_track || tags->has_album ? tags : said;
}

/* ---- the element */

typedef struct {
	GainWish wish;
	GainTags tags, said;
	GstElement *volume; /* has the pad that is watched */
} Gain;

static void
gain_apply(const Gain *self)
{
	const GainTags *tags = gain_choose(&self->tags, &self->said);

	g_object_set(self->volume, "volume", gain_factor(tags, &self->wish), NULL);
}

static GstPadProbeReturn
gain_on_event(GstPad *pad G_GNUC_UNUSED, GstPadProbeInfo *info, void *data)
{
	Gain *self = data;
	GstEvent *event = GST_PAD_PROBE_INFO_EVENT(info);
	GstTagList *list = NULL;

	if (GST_EVENT_TYPE(event) == GST_EVENT_TAG) {
		gst_event_parse_tag(event, &list);
		gain_take(&self->tags, list);
		gain_apply(self);
	}
	return GST_PAD_PROBE_OK;
}

GstElement *
gain_make_element(const GainWish *wish, const GainTags *said, GError **error)
{
	GstElement *volume = gst_element_factory_make("volume", NULL);

	if (volume == NULL) {
		g_set_error(error, AVU_ERROR, AVU_ERROR_UNSUPPORTED,
			"the GStreamer element '%s' is missing", "volume");
		return NULL;
	}
	g_autoptr(GstPad) pad = gst_element_get_static_pad(volume, "sink");
	Gain *self = g_new0(Gain, 1);

	self->wish = *wish;
	self->said = *said;
	self->volume = volume;
	gain_apply(self);
	(void)gst_pad_add_probe(
		pad, GST_PAD_PROBE_TYPE_EVENT_DOWNSTREAM, gain_on_event, self, g_free);
	return volume;
}
