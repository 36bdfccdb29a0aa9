/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* pattern.h: the patterns of profile files */
#pragma once

#include <av-upnp/base.h>

/** Does the pattern stand somewhere in the text? * is any text, # a digit; all else, upper and lower
 *  case too, is itself. "*" fits every text. */
bool pattern_is_in(const char *pattern, const char *text);
/** Is it the whole text? * as above, # is itself: for names of DLNA profiles and MIME types. */
bool pattern_is(const char *pattern, const char *text);
