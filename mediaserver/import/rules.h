/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* import/rules.h: what control points may change, and where. Off unless the settings say otherwise. */
#pragma once

#include <av-upnp/settings.h>

#include "mediaserver/library/roots.h"

G_BEGIN_DECLS

typedef enum {
	RULE_CREATE = 1 << 0,       /* CreateObject, CreateReference, uploads */
	RULE_UPDATE = 1 << 1,       /* UpdateObject of other than play state */
	RULE_MOVE = 1 << 2,         /* MoveObject */
	RULE_DESTROY = 1 << 3,      /* DestroyObject: the entry */
	RULE_DELETE_FILES = 1 << 4, /* and the file with it; DeleteResource */
	RULE_IMPORT = 1 << 5,       /* ImportResource */
	RULE_EXPORT = 1 << 6,       /* ExportResource */
} Rule;

typedef struct Rules Rules; /* immutable: any thread */

/** From the settings Writable, Allow and UploadQuota.
 *  @return NULL with AVU_ERROR_USAGE: a folder that is not shared, a word that is none */
Rules *rules_new(const AvuSettings *settings, const Roots *roots, GError **error);
void rules_free(Rules *rules);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Rules, rules_free)

/** Is this allowed anywhere? */
bool rules_allow(const Rules *rules, Rule rule);
/** @param root  uuid */
bool rules_is_writable(const Rules *rules, const char *root);
/** NULL: none. The first of the settings' list: where what has no place goes. */
const Root *rules_get_first_root(const Rules *rules);
uint64_t rules_get_quota_bytes(const Rules *rules);
/** Seconds from CreateObject to the first octet. */
int64_t rules_get_wait_s(const Rules *rules);
/** Seconds for the rest of what has begun. */
int64_t rules_get_resume_s(const Rules *rules);

G_END_DECLS
