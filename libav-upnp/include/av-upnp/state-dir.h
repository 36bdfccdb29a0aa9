/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* av-upnp/state-dir.h: the folder where one instance of a program keeps what it must remember */
#pragma once

#include <av-upnp/base.h>

G_BEGIN_DECLS

typedef struct AvuStateDir AvuStateDir;

/** Makes the folder where it is missing (mode 0700) and locks it for as long as the object lives.
 *  Open it after avu_drop_privileges().
 *  @param path     NULL: avu_state_dir_default_path()
 *  @param program  "av-mediaserver"
 *  @return NULL with AVU_ERROR_BUSY (names the folder and the process that has it), DENIED, IO */
AVU_API AvuStateDir *avu_state_dir_open(const char *path, const char *program, GError **error);
/** Gives the lock back. */
AVU_API void avu_state_dir_free(AvuStateDir *dir);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(AvuStateDir, avu_state_dir_free)

/** /var/lib/av-upnp/PROGRAM for root, else $XDG_STATE_HOME/av-upnp/PROGRAM, else
 *  ~/.local/state/av-upnp/PROGRAM. Ask before rights are dropped: the answer depends on the user.
 *  @return g_free() it */
AVU_API char *avu_state_dir_default_path(const char *program);

AVU_API const char *avu_state_dir_get_path(const AvuStateDir *dir); /* absolute */
/** @return path of a file in the folder; g_free() it */
AVU_API char *avu_state_dir_build_path(const AvuStateDir *dir, const char *name);

/** One line of text kept under a name ([a-z0-9-]+).
 *  @return NULL when there is none, or what is there is no text; g_free() it */
AVU_API char *avu_state_dir_load_text(const AvuStateDir *dir, const char *name);
/** Replaces it whole or not at all, synced. */
AVU_API bool avu_state_dir_store_text(
	AvuStateDir *dir, const char *name, const char *text, GError **error);

/** A UUID made once and kept for ever, such as "udn" (without "uuid:"); no secret.
 *  @return NULL with the error of storing it; g_free() it */
AVU_API char *avu_state_dir_get_uuid(AvuStateDir *dir, const char *name, GError **error);

/** @return the number stored under name, or fallback when there is none from 0 to max */
AVU_API int64_t avu_state_dir_get_number(
	const AvuStateDir *dir, const char *name, int64_t max, int64_t fallback);
AVU_API bool avu_state_dir_set_number(
	AvuStateDir *dir, const char *name, int64_t value, GError **error);

G_END_DECLS
