/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* queue/file-share.h: files of this host for renderers, over HTTP: only what was offered, at addresses that
 * nobody guesses. Main thread; files are sent on the server's threads. */
#pragma once

#include "session.h"

#define FILE_SHARE_MAX 20000 /* the oldest goes; more than a queue holds */

typedef struct FileShare FileShare;

/** @param session  outlives it
 *  @param secret   what addresses are made with: with the same one a file keeps its address
 *  @param port     preferred; 0: any */
FileShare *file_share_new(Session *session, const char *secret, uint16_t port);
void file_share_free(FileShare *share);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(FileShare, file_share_free)

/** 0 before the first offer. */
uint16_t file_share_get_port(FileShare *share);
/** @param path    absolute
 *  @param reader  address of the renderer
 *  @return URL, g_free() it; NULL with UNREACHABLE (no address in a network of the reader's), IO */
char *file_share_offer(FileShare *share, const char *path, const char *reader, GError **error);
/** Who fetches the film at path and asks for subtitles in a header is told of that URL.
 *  @param url  NULL: there are none */
void file_share_set_subtitles(FileShare *share, const char *path, const char *url);
/** What comes from a descriptor, to whoever asks for it, from where it stands; the only one of its kind.
 *  @param fd  borrowed for the life of the share */
char *file_share_offer_stream(
	FileShare *share, int fd, const char *mime, const char *reader, GError **error);
