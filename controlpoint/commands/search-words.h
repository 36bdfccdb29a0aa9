/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* commands/search-words.h: "title has all of these words", asked of a server or of a title. Pure. */
#pragma once

#include <av-upnp/base.h>

/** Does this list of GetSearchCapabilities let titles be searched? */
bool search_words_supported(const char *capabilities);
/** SearchCriteria for titles that have all words. g_free() it.
 *  @clause ContentDirectory:1 2.5.5.1 */
char *search_words_criteria(char *const *words);
/** The same question answered here, without regard to case and accents. @param title  may be NULL */
bool search_words_match(char *const *words, const char *title);
