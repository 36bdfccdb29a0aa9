/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* A sound card whose time is the test's: it takes a fifth of a second more than it has played, and plays as
 * much as it is told to, so that what is heard is counted in samples and not by a clock on the wall. */
#pragma once

#include <gst/gst.h>

G_BEGIN_DECLS

#define SOUND_CARD "testcard" /* the element; there is one card */

typedef enum { CARD_FREE, CARD_BUSY, CARD_ABSENT } CardPlace;

/** After gst_init(). */
void sound_card_register(void);
/** As new: nothing was opened, nothing is heard. While no element has it open. */
void sound_card_reset(CardPlace place);
/** Plays for so long; what the program did not bring by then is silence.
 *  @return false: the card was closed or emptied meanwhile, or the program brings nothing for long */
gboolean sound_card_play(unsigned ms);
/** How many frames that are not silence were heard up to now. */
guint64 sound_card_get_heard(void);
/** Frames that wait in the card and are not silence. */
guint64 sound_card_get_waiting(void);
gboolean sound_card_is_open(void);
/** Rates that it was opened with, one after the other: "44100 48000 ". Free it. */
char *sound_card_dup_rates(void);

G_END_DECLS
