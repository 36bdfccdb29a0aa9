/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* renderer/media/screen.h: the screen while no film is on it: a clock, or a card of what plays */
#pragma once

#include <av-upnp/mailbox.h>

#include "sinks.h"
#include "track.h"

G_BEGIN_DECLS

typedef struct Screen Screen;

/** Shows nothing until screen_set_place().
 *  @param sinks  borrowed; a fresh video sink comes from it whenever the output is taken */
Screen *screen_new(AvuMailbox *mailbox, const Sinks *sinks);
void screen_free(Screen *screen);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Screen, screen_free)

/** @param name   of the device
 *  @param place  where it is found, or, in trouble, what is wrong; may be NULL */
void screen_set_place(Screen *screen, const char *name, const char *place, bool trouble);
/** Something to be read for a while, such as why a track cannot be played. */
void screen_say(Screen *screen, const char *sentence);
/** What plays. @param track  its texts and cover are copied; NULL: nothing */
void screen_set_track(Screen *screen, const Track *track);
/** @param position_ns, duration_ns  or AVU_TIME_NONE */
void screen_set_position(Screen *screen, int64_t position_ns, int64_t duration_ns, bool paused);
/** It was changed: seen for a moment. @param percent  0…100 */
void screen_set_volume(Screen *screen, unsigned percent, bool mute, int64_t for_ns);
/** A film or picture needs the output, or no more. */
void screen_yield(Screen *screen, bool yield);

G_END_DECLS
