/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* UpdateObject: edits and play state into the overlay. Any thread that may wait. */
#include "mediaserver/import/writer-private.h"

#include <av-upnp/clock.h>
#include <av-upnp/cursor.h>
#include <av-upnp/duration.h>
#include <av-upnp/error.h>

#define EDITS_MAX 64

static bool
is_play(AvuProperty property)
{
	return property == AVU_PROPERTY_PLAYBACK_COUNT ||
	       property == AVU_PROPERTY_LAST_PLAYBACK_POSITION ||
	       property == AVU_PROPERTY_LAST_PLAYBACK_TIME;
}

static bool
set_played_time(OverlayPlay *play, const char *value)
{
	g_autoptr(GTimeZone) local = g_time_zone_new_local();
	g_autofree char *whole = strchr(value, 'T') == NULL ? g_strconcat(value, "T00:00:00", NULL)
							    : g_strdup(value);
	g_autoptr(GDateTime) when = g_date_time_new_from_iso8601(whole, local);

	if (when != NULL) {
		play->played_s = g_date_time_to_unix(when);
	}
	return when != NULL;
}

/* A value that was taken away is one that is not known. */
static bool
set_play(OverlayPlay *play, const AvuContentEdit *edit)
{
	uint64_t count = 0;
	int64_t ns = 0;

	switch (edit->property) {
	case AVU_PROPERTY_PLAYBACK_COUNT:
		if (edit->value != NULL && !avu_parse_uint(edit->value, INT32_MAX, &count)) {
			return false;
		}
		play->count = edit->value != NULL ? (int64_t)count : -1;
		play->watched = count > 0;
		return true;
	case AVU_PROPERTY_LAST_PLAYBACK_POSITION:
		if (edit->value != NULL && !avu_period_parse(edit->value, &ns)) {
			return false;
		}
		play->position_ns = ns > 0 ? ns : AVU_TIME_NONE;
		play->played_s = avu_wall_ns() / AVU_NS_PER_S;
		return true;
	default:
		if (edit->value != NULL) {
			return set_played_time(play, edit->value);
		}
		play->played_s = -1;
		return true;
	}
}

/* @param ret_any  there is something to set */
static bool
take_play(Writer *writer, int64_t item, const AvuContentEdit *edits, unsigned n,
	OverlayPlay *ret_play, bool *ret_any, GError **error)
{
	*ret_any = false;
	(void)overlay_get_play(writer->catalogue, item, "", ret_play);
	for (unsigned i = 0; i < n; i++) {
		if (!is_play(edits[i].property)) {
			continue;
		}
		*ret_any = true;
		if (!set_play(ret_play, &edits[i])) {
			return writer_refuse(error, WRITER_BAD_VALUE, "not a value of play state");
		}
	}
	return true;
}

static bool
update_item(Writer *writer, int64_t item, const AvuContentEdit *edits, unsigned n, GError **error)
{
	OverlayEdit overlay[EDITS_MAX];
	unsigned n_overlay = 0;
	OverlayPlay play;
	bool plays;

	for (unsigned i = 0; i < n && n_overlay < EDITS_MAX; i++) {
		if (!is_play(edits[i].property)) {
			overlay[n_overlay++] = (OverlayEdit){ edits[i].property,
				edits[i].value != NULL ? edits[i].value : "" };
		}
	}
	/* all that can be refused is looked at before anything is changed */
	return take_play(writer, item, edits, n, &play, &plays, error) &&
	       (n_overlay == 0 ||
		       overlay_edit(writer->catalogue, item, overlay, n_overlay, error)) &&
	       (!plays || overlay_set_play(writer->catalogue, item, "", &play, error));
}

bool
writer_update(
	void *self, const char *object_id, const AvuContentEdit *edits, unsigned n, GError **error)
{
	Writer *writer = writer_of(self);
	ObjectId id;

	if (!writer_parse_id(object_id, &id, error)) {
		return false;
	}
	if (id.item != 0) {
		return update_item(writer, id.item, edits, n, error);
	}
	if (n != 1 || edits[0].property != AVU_PROPERTY_TITLE ||
		!overlay_is_made(writer->catalogue, id.container)) {
		return writer_refuse(error, WRITER_READ_ONLY,
			"of containers only lists that were made have a title that can change");
	}
	return overlay_set_title(writer->catalogue, id.container, edits[0].value, error);
}
