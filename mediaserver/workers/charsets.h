/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* workers/charsets.h: the encodings that text beside media may have. Compiled into both ends: what a
 * setting names is a number on its way to the worker. */
#pragma once

#include <av-upnp/base.h>

G_BEGIN_DECLS

/* "auto", then charsets_list(): what a setting may say. */
extern const char *const charset_words[];

/** NULL-ended; names as iconv knows them. */
const char *const *charsets_list(void);
/** @return its number, -1: none of them. Case and "cp" for "windows-" do not matter */
int charset_find(const char *name);

G_END_DECLS
