/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* renderer/local/mpris-facts.h: facts of the device as properties of org.mpris.MediaPlayer2.Player */
#pragma once

#include "device.h"

G_BEGIN_DECLS

/** Names of the properties that are told when they change, NULL-ended. */
const char *const *mpris_facts_list(void);
/** @return floating; NULL: no such property */
GVariant *mpris_facts_get(const LocalFacts *facts, const char *property);
/** Object path of the current track, as metadata and SetPosition use it. */
const char *mpris_facts_get_track_id(const LocalFacts *facts);
/** "Track" with shuffle or not → CurrentPlayMode; NULL: no such word. */
const char *mpris_facts_find_mode(const char *loop_status, bool shuffle);

G_END_DECLS
