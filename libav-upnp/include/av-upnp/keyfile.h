/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* av-upnp/keyfile.h: "[Section]" / "Key = value" text, with a position for everything said about it.
 *
 * Lines end in LF or CRLF; '#' or ';' as the first character makes a comment; a value is what
 * stands between '=' and the end of its line, without the blanks around it. */
#pragma once

#include <av-upnp/base.h>

G_BEGIN_DECLS

#define AVU_KEYFILE_MAX 262144
#define AVU_KEYFILE_LINE_MAX 4096

/* Where in which file; lines and columns (octets) count from 1. */
typedef struct {
	const char *file;
	unsigned line;
	unsigned column;
} AvuKeyfilePlace;

typedef struct {
	const char
		*section; /* never NULL or empty: an entry before the first section is an error */
	const char *key;
	const char *value; /* may be empty */
	AvuKeyfilePlace section_place, key_place, value_place;
} AvuKeyfileEntry;

/** @return false with error set ends the reading */
typedef bool (*AvuKeyfileFn)(const AvuKeyfileEntry *entry, void *user_data, GError **error);

/** Calls fn for each entry in order.
 *  @param file  only for messages
 *  @return false with AVU_ERROR_USAGE "FILE:LINE:COLUMN: …", AVU_ERROR_LIMIT, or fn's error */
AVU_API bool avu_keyfile_parse(const char *file, const char *text, size_t len, AvuKeyfileFn fn,
	void *user_data, GError **error);

/** Section and its place are NULL before the first one. */
typedef void (*AvuKeyfileBadFn)(const char *section, const AvuKeyfilePlace *section_place,
	const GError *error, void *user_data);

/** The same for files of which one bad line must not take the rest with it: bad is told of it, and of
 *  what fn refuses, and reading goes on. After a bad section line up to the next good one there is no
 *  section.
 *  @return false with AVU_ERROR_LIMIT: nothing was read */
AVU_API bool avu_keyfile_parse_all(const char *file, const char *text, size_t len, AvuKeyfileFn fn,
	AvuKeyfileBadFn bad, void *user_data, GError **error);

/** Sets error to AVU_ERROR_USAGE "FILE:LINE:COLUMN: …". @return false */
AVU_API bool avu_keyfile_refuse(
	const AvuKeyfilePlace *place, GError **error, const char *format, ...) G_GNUC_PRINTF(3, 4);

G_END_DECLS
