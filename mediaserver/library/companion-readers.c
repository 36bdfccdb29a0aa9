/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The readers there are. Constant. */
#include "mediaserver/library/companion-readers.h"

#include "mediaserver/library/list-readers.h"

static const CompanionReader readers[] = {
	{ COMPANION_PLAYLIST, /* with_media = */ false, playlist_reader_put,
		playlist_reader_remove },
	{ COMPANION_CUE, /* with_media = */ true, cue_reader_put, cue_reader_remove },
	{ .kind = COMPANION_NONE }, /* ends */
};

const CompanionReader *
companion_reader_of(CompanionKind kind)
{
	for (const CompanionReader *reader = readers; reader->kind != COMPANION_NONE; reader++) {
		if (reader->kind == kind) {
			return reader;
		}
	}
	return NULL;
}
