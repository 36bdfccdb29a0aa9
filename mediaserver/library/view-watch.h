/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* library/view-watch.h: notices when a file of views is another one
 *
 * Library's thread. What counts is whether the files that can be read are still those of before, by their
 * numbers and times; what the kernel tells of their folders only says when to look. */
#pragma once

#include <av-upnp/base.h>

G_BEGIN_DECLS

typedef struct ViewWatch ViewWatch;

/** @param paths  of files, NULL-ended; neither they nor their folders need to exist
 *  @return NULL: the kernel gives no notices; they are used when somebody asks for it */
ViewWatch *view_watch_new(const char *const *paths);
void view_watch_free(ViewWatch *watch);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(ViewWatch, view_watch_free)

/** Readable when something may have changed. */
int view_watch_get_fd(const ViewWatch *watch);
/** Takes the notices; never waits. */
void view_watch_read(ViewWatch *watch);
/** When to look; AVU_TIME_NONE: nothing was noticed. Editors write in several steps: a moment after the last. */
int64_t view_watch_next_ns(const ViewWatch *watch);
/** Looks. @return the files are others than the last time */
bool view_watch_take(ViewWatch *watch);

G_END_DECLS
