/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* catalogue/view-file.h: files of views. The grammar is told at the head of data/views.conf and in
 * av-mediaserver-views(5). */
#pragma once

#include "mediaserver/catalogue/views.h"

G_BEGIN_DECLS

#define VIEW_FILE_NAME "views.conf"
#define VIEWS_MAX 200

/** Only the root in it. */
ViewSet *view_set_new(void);
void view_set_free(ViewSet *set);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(ViewSet, view_set_free)
/** Adds the views of a file; one of the same name takes the place of an earlier file's.
 *  @param file  only for messages
 *  @return false with AVU_ERROR_USAGE "FILE:LINE:COLUMN: …", which names the nearest valid word */
bool view_set_add(ViewSet *set, const char *file, const char *text, size_t len, GError **error);
/** Items of this view stand under letters, if it wants that at all. Before finish. */
void view_set_split(ViewSet *set, const char *id);
/** Checks how the views fit together and puts them in order. */
bool view_set_finish(ViewSet *set, GError **error);
/** Parents before children, id NULL ends; after finish. Lives as long as the set. */
const View *view_set_get_views(const ViewSet *set);
int64_t view_set_get_signature(const ViewSet *set);
/** Properties with several values that its views group by. NULL-ended, borrowed. */
const ViewProperty *const *view_set_get_several(const ViewSet *set);

/** The shipped file, then the first of the user's own that exists.
 *  @param split  ids for view_set_split(), NULL-ended
 *  @return NULL with AVU_ERROR_USAGE,
 *  or NOT_FOUND when the shipped one is not there */
ViewSet *view_set_load(const char *const *split, GError **error);
/** The same files as they were read then, with other views split. @return NULL with AVU_ERROR_USAGE */
ViewSet *view_set_copy(const ViewSet *set, const char *const *split, GError **error);
/** views_use() of view_set_load(), unless views are in use already. */
bool views_load(GError **error);

G_END_DECLS
