/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* output/charset.h: text at terminals that know no UTF-8. There the octets of a harmless letter can be a control
 * character of 8 bits (SEC-202: U+06DB is DB 9B, and 9B begins a sequence), so no octet of UTF-8 reaches them. Main
 * thread. */
#pragma once

#include <stdio.h>

#include <av-upnp/base.h>

/** Sets the character set: that of the locale, UTF-8 where the user named none. */
void charset_init(void);
/** The text in the locale's character set; what that has not is a letter like it, or "?". @param text  UTF-8
 *  @return g_free() it */
char *charset_convert(const char *text);
/** A stream for a terminal: file itself where it knows UTF-8, or one that converts what is written to it. That lives
 *  as long as the program. */
FILE *charset_open(FILE *file);
