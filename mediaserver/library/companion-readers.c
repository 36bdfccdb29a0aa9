/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The readers there are. Constant. */
#include "mediaserver/library/companion-readers.h"

static const CompanionReader readers[] = {
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
