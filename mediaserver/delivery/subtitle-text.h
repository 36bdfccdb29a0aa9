/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* delivery/subtitle-text.h: text of subtitles in the encoding that a player reads. Pure; any thread. */
#pragma once

#include <av-upnp/base.h>

G_BEGIN_DECLS

/** @param text     UTF-8 without a mark
 *  @param charset  as iconv knows it; NULL, or one that this machine lacks: UTF-8
 *  @return with the mark that old sets look for, where the encoding has one; what the encoding lacks is "?" */
GBytes *subtitle_text_encode(GBytes *text, const char *charset);

G_END_DECLS
