/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* library/formats.h: which files are media, and what they are called on the network */
#pragma once

#include <av-upnp/format-profile.h>

#include "mediaserver/catalogue/item.h"
#include "mediaserver/workers/probe-result.h"

G_BEGIN_DECLS

typedef struct {
	const char *extension; /* lower case */
	ItemKind kind;
	const char *mime; /* of a file that could not be read further */
} FormatExtension;

/** By the file's name; NULL: not media. */
const FormatExtension *format_by_name(const char *name);
/** Extension for URLs, by MIME type: some renderers go by it. "" when none is known. */
const char *format_extension(const char *mime);

/** Kind and MIME type by contents. @return false when the table has nothing: go by the name */
bool format_by_contents(const ProbeResult *result, ItemKind *ret_kind, const char **ret_mime);

/** Can a file of that name be played while it is written? */
bool format_can_grow(const char *name);

/** Can the workers say which octet belongs to which time? */
bool format_has_time_index(const char *mime);

/** Folders of profiles: the shipped ones, then the administrator's and the user's. g_strfreev() it */
char **formats_list_folders(void);
/** Reads the profiles of formats; until then no contents have one.
 *  @return false with AVU_ERROR_USAGE, a line for each mistake: the right ones are used all the same */
bool formats_load(GError **error);
/** Reads them again; what is wrong is logged, and left out. Files that are looked at from now on go by them. */
void formats_reload(void);
/** DLNA.ORG_PN of contents that surely conform to the profile; NULL otherwise. @thread any
 *  @param mime  becomes the profile's  @param strings  keeps both */
const char *format_profile(const ProbeResult *result, const char **mime, GPtrArray *strings);

G_END_DECLS
