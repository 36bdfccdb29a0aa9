/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* library/cue.h: CUE sheets: one recording, or a few, as the tracks of an album */
#pragma once

#include <av-upnp/base.h>

G_BEGIN_DECLS

#define CUE_BYTES_MAX (256 * 1024)
#define CUE_TRACKS_MAX 99 /* of a CD */

/* Texts: UTF-8, NULL: none. */
typedef struct {
	unsigned number;
	char *file; /* as it stands there: octets */
	char *title, *performer, *songwriter;
	int64_t start_ns;
	int64_t end_ns; /* where the next one in the file begins; AVU_TIME_NONE: at its end */
	int64_t gain;   /* ReplayGain, 0.01 dB; CUE_NO_GAIN */
	bool has_index;
} CueTrack;

#define CUE_NO_GAIN INT64_MIN

typedef struct {
	char *title, *performer, *songwriter, *genre, *date;
	int64_t disc, discs; /* -1: not told */
	int64_t gain;        /* of the album */
	GArray *tracks;      /* CueTrack, in order */
} CueSheet;

/** @return NULL with AVU_ERROR_SYNTAX when it names no track with a file and a place in it, LIMIT
 *  @thread any */
CueSheet *cue_parse(GBytes *bytes, GError **error);
void cue_free(CueSheet *sheet);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(CueSheet, cue_free)

static inline const CueTrack *
cue_get(const CueSheet *sheet, size_t i)
{
	return &g_array_index(sheet->tracks, CueTrack, i);
}

G_END_DECLS
