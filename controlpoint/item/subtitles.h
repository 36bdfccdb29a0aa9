/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* item/subtitles.h: subtitles of a film, told in every way that renderers of some maker look for. Pure, but
 * for subtitles_find_beside(). */
#pragma once

#include <av-upnp/object.h>

/** Completes what a server tells: of the first subtitles that stand there in any form the others are made.
 *  What is added are borrowed texts of the object and constants.
 *  @param forms  of AvuSubtitleForm
 *  @return was anything added? */
bool subtitles_spread(AvuObject *object, unsigned forms);
/** Are there any? */
bool subtitles_has_any(const AvuObject *object);

/** Media type of a file of subtitles by its ending; NULL: it is none. Static. */
const char *subtitles_type_of_path(const char *path);
/** Is this the name of subtitles of the film with that name? @param stem  without its ending */
bool subtitles_belong(const char *name, const char *stem);
/** The subtitles beside a film of this host, SRT first, and of these the one without a language.
 *  @return path, g_free() it; NULL: none. Reads the disk. */
char *subtitles_find_beside(const char *path);
