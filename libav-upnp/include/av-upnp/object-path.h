/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* av-upnp/object-path.h: objects named by the titles that lead to them, as people write them:
 * "Server:/Music/AC\/DC/Back in Black" */
#pragma once

#include <av-upnp/object.h>

G_BEGIN_DECLS

#define AVU_OBJECT_PATH_DEPTH_MAX 32

typedef struct {
	char *device;  /* before the first ":/"; NULL when the text starts with "/" */
	char **titles; /* unescaped, NULL-ended; none: the root */
} AvuObjectPath;

/** Takes "NAME:/…", "NAME:" (the root) and "/…". In titles "\/" is a slash and "\\" a backslash;
 *  empty titles ("//", a slash at the end) are skipped.
 *  @return NULL with USAGE when the text is none of these, LIMIT when too long or too deep */
AVU_API AvuObjectPath *avu_object_path_parse(const char *text, GError **error);
AVU_API void avu_object_path_free(AvuObjectPath *path);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(AvuObjectPath, avu_object_path_free)
/** Is it a path at all (and not a URL or an object id)? */
AVU_API bool avu_object_path_looks_like(const char *text);
/** A title as it is written in a path. g_free() it. */
AVU_API char *avu_object_path_escape(const char *title);

/* Finds the child meant by one title. Children are added page by page. A title that is equal octet
 * for octet wins; without one, a single child whose title differs in case only. */
typedef struct AvuTitleMatcher AvuTitleMatcher;
AVU_API AvuTitleMatcher *avu_title_matcher_new(const char *title);
AVU_API void avu_title_matcher_free(AvuTitleMatcher *matcher);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(AvuTitleMatcher, avu_title_matcher_free)
AVU_API void avu_title_matcher_add(AvuTitleMatcher *matcher, const AvuObject *child);
/** @param where  title of the container, for messages
 *  @return id of the child, lives as long as matcher; NULL with NOT_FOUND or AMBIGUOUS (lists
 *          title and id of the first ones) */
AVU_API const char *avu_title_matcher_finish(
	AvuTitleMatcher *matcher, const char *where, GError **error);

G_END_DECLS
