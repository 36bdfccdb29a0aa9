/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* library/watch.h: notices of the kernel about folders (inotify)
 *
 * Library's thread. Folders are watched one by one, as the walk comes to them; where that is not
 * possible, the caller has to look again from time to time. */
#pragma once

#include <av-upnp/base.h>

G_BEGIN_DECLS

typedef enum {
	WATCH_CREATED, /* and perhaps still being written; a hard link, too */
	WATCH_WRITTEN, /* its writer closed it */
	WATCH_ARRIVED, /* renamed into this folder: whole */
	WATCH_TOUCHED, /* rights or times */
	WATCH_GONE,    /* removed or renamed away */
} WatchEvent;

typedef struct {
	/* @param folder  path below the root  @param name  octets */
	void (*changed)(unsigned root, const char *folder, const char *name, bool is_folder,
		WatchEvent event, void *user_data);
	/* Both ends are watched. changed() is called for both, too. */
	void (*renamed)(unsigned from_root, const char *from, unsigned to_root, const char *to,
		void *user_data);
	/* Notices were lost: look at everything again. */
	void (*overflowed)(void *user_data);
} WatchListener;

typedef struct Watch Watch;

/** @return NULL with AVU_ERROR_LIMIT when the kernel gives none; the sentence has the remedy */
Watch *watch_new(GError **error);
void watch_free(Watch *watch);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Watch, watch_free)
/** Readable when there is something to read; also readable when it need not be read at once. */
int watch_get_fd(const Watch *watch);

/** Watches a folder, or goes on watching it under this path.
 *  @return false with AVU_ERROR_LIMIT when there are no watches left, or another error */
bool watch_add(Watch *watch, int fd, unsigned root, const char *path, GError **error);
size_t watch_get_n(const Watch *watch);
/** The folder and those below it are not there any more. */
void watch_forget(Watch *watch, unsigned root, const char *path);

/** Tells what has been noticed so far; never waits. */
void watch_read(Watch *watch, const WatchListener *listener, void *user_data);

G_END_DECLS
