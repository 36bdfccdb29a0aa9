/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Paths of titles: their grammar, and the question which child a title means. No I/O: whoever walks
 * the tree does the browsing. Any thread. */
#include <string.h>

#include <av-upnp/error.h>
#include <av-upnp/limits.h>
#include <av-upnp/object-path.h>
#include <av-upnp/text.h>

#define LISTED_MAX 5 /* candidates named in a message */
#define SHOWN_CHARS 60

/* Where the titles start, and the length of the device's name: text before the first ":/", before a
 * colon at the very end, or nothing before a leading slash. */
static const char *
find_titles(const char *text, size_t *ret_device_len)
{
	const char *separator = strstr(text, ":/");
	const size_t len = strlen(text);

	if (text[0] == '/') {
		*ret_device_len = 0;
		return text;
	}
	if (separator != NULL && separator[2] == '/') {
		return NULL; /* a URL */
	}
	if (separator == NULL && len > 1 && text[len - 1] == ':') {
		separator = text + len - 1;
	}
	if (separator == NULL || separator == text) {
		return NULL;
	}
	*ret_device_len = (size_t)(separator - text);
	return separator + 1;
}

bool
avu_object_path_looks_like(const char *text)
{
	size_t device_len = 0;

	return find_titles(text, &device_len) != NULL;
}

static void
take_title(GPtrArray *titles, GString *title)
{
	if (title->len > 0) {
		g_ptr_array_add(titles, g_strdup(title->str));
		g_string_truncate(title, 0);
	}
}

static char **
split_titles(const char *text, GError **error)
{
	g_autoptr(GPtrArray) titles = g_ptr_array_new_with_free_func(g_free);
	g_autoptr(GString) title = g_string_new(NULL);

	for (const char *p = text; *p != '\0'; p++) {
		if (p[0] == '\\' && (p[1] == '/' || p[1] == '\\')) {
			g_string_append_c(title, *++p);
		} else if (*p == '/') {
			take_title(titles, title);
		} else {
			g_string_append_c(title, *p);
		}
	}
	take_title(titles, title);
	if (titles->len > AVU_OBJECT_PATH_DEPTH_MAX) {
		g_set_error(error, AVU_ERROR, AVU_ERROR_LIMIT,
			"a path of %u titles, at most %u are followed", titles->len,
			AVU_OBJECT_PATH_DEPTH_MAX);
		return NULL;
	}
	g_ptr_array_add(titles, NULL);
	return (char **)g_ptr_array_free(g_steal_pointer(&titles), false);
}

AvuObjectPath *
avu_object_path_parse(const char *text, GError **error)
{
	size_t device_len = 0;
	const char *titles_text = find_titles(text, &device_len);

	if (titles_text == NULL) {
		g_set_error(error, AVU_ERROR, AVU_ERROR_USAGE,
			"\"%s\" is no path; a path is written \"Server:/folder/title\"", text);
		return NULL;
	}
	if (!g_utf8_validate(text, -1, NULL)) {
		g_set_error(error, AVU_ERROR, AVU_ERROR_USAGE, "a path that is not valid UTF-8");
		return NULL;
	}
	if (strlen(text) > AVU_LIMIT_PATH) {
		g_set_error(error, AVU_ERROR, AVU_ERROR_LIMIT, "a path longer than %d octets",
			AVU_LIMIT_PATH);
		return NULL;
	}
	char **titles = split_titles(titles_text, error);

	if (titles == NULL) {
		return NULL;
	}
	AvuObjectPath *path = g_new0(AvuObjectPath, 1);

	path->device = device_len > 0 ? g_strndup(text, device_len) : NULL;
	path->titles = titles;
	return path;
}

void
avu_object_path_free(AvuObjectPath *path)
{
	if (path != NULL) {
		g_free(path->device);
		g_strfreev(path->titles);
		g_free(path);
	}
}

char *
avu_object_path_escape(const char *title)
{
	GString *out = g_string_new(NULL);

	for (const char *p = title; *p != '\0'; p++) {
		if (*p == '/' || *p == '\\') {
			g_string_append_c(out, '\\');
		}
		g_string_append_c(out, *p);
	}
	return g_string_free(out, false);
}

typedef struct {
	size_t n;
	char *id;            /* of the first */
	GPtrArray *examples; /* "title" (id …), at most LISTED_MAX */
} Candidates;

/* What there is instead. */
typedef struct {
	size_t distance;
	char *title;
} Near;

struct AvuTitleMatcher {
	char *title;
	char *folded;
	Candidates exact;
	Candidates loose;
	Near nearest[LISTED_MAX]; /* nearest first; title NULL ends them */
};

static void
candidates_init(Candidates *candidates)
{
	candidates->examples = g_ptr_array_new_with_free_func(g_free);
}

static void
candidates_clear(Candidates *candidates)
{
	g_free(candidates->id);
	g_ptr_array_unref(candidates->examples);
}

static void
candidates_add(Candidates *candidates, const AvuObject *child)
{
	if (candidates->n++ == 0) {
		candidates->id = g_strdup(child->id);
	}
	if (candidates->examples->len < LISTED_MAX) {
		g_autofree char *title = avu_text_for_display(child->title, SHOWN_CHARS);
		g_autofree char *id = avu_text_for_display(child->id, SHOWN_CHARS);

		g_ptr_array_add(candidates->examples, g_strdup_printf("\"%s\" (id %s)", title, id));
	}
}

/* A part of the title counts as one slip; else it has to be right in more than half. */
static size_t
measure(const AvuTitleMatcher *matcher, const char *folded)
{
	const size_t distance = avu_text_distance(matcher->folded, folded);
	const bool part = matcher->folded[0] != '\0' && folded[0] != '\0' &&
			  (strstr(folded, matcher->folded) != NULL ||
				  strstr(matcher->folded, folded) != NULL);

	return part ? 1 : distance <= strlen(matcher->folded) / 2 ? distance : SIZE_MAX;
}

/* Of those that are equally near, the first ones stay: so those that are not near at all are the first of all. */
static void
note_near(AvuTitleMatcher *matcher, size_t distance, const char *title)
{
	Near *nearest = matcher->nearest;
	size_t at = LISTED_MAX;

	while (at > 0 && (nearest[at - 1].title == NULL || nearest[at - 1].distance > distance)) {
		at--;
	}
	if (at == LISTED_MAX) {
		return;
	}
	g_free(nearest[LISTED_MAX - 1].title);
	memmove(&nearest[at + 1], &nearest[at], (LISTED_MAX - 1 - at) * sizeof *nearest);
	nearest[at] = (Near){ distance, avu_text_for_display(title, SHOWN_CHARS) };
}

/* "; nearest: …", or what else there is; g_free() it. */
static char *
describe_nearest(const AvuTitleMatcher *matcher)
{
	const bool near =
		matcher->nearest[0].title != NULL && matcher->nearest[0].distance != SIZE_MAX;
	GString *text = g_string_new(NULL);

	for (size_t i = 0; i < LISTED_MAX && matcher->nearest[i].title != NULL; i++) {
		if (near && matcher->nearest[i].distance == SIZE_MAX) {
			break;
		}
		g_string_append_printf(text, "%s\"%s\"",
			i > 0  ? ", "
			: near ? "; nearest: "
			       : "; there is ",
			matcher->nearest[i].title);
	}
	return g_string_free(text, false);
}

AvuTitleMatcher *
avu_title_matcher_new(const char *title)
{
	AvuTitleMatcher *matcher = g_new0(AvuTitleMatcher, 1);

	matcher->title = g_strdup(title);
	matcher->folded = g_utf8_casefold(title, -1);
	candidates_init(&matcher->exact);
	candidates_init(&matcher->loose);
	return matcher;
}

void
avu_title_matcher_free(AvuTitleMatcher *matcher)
{
	if (matcher != NULL) {
		g_free(matcher->title);
		g_free(matcher->folded);
		candidates_clear(&matcher->exact);
		candidates_clear(&matcher->loose);
		for (size_t i = 0; i < LISTED_MAX; i++) {
			g_free(matcher->nearest[i].title);
		}
		g_free(matcher);
	}
}

void
avu_title_matcher_add(AvuTitleMatcher *matcher, const AvuObject *child)
{
	if (child->title == NULL || child->id == NULL) {
		return;
	}
	if (strcmp(child->title, matcher->title) == 0) {
		candidates_add(&matcher->exact, child);
		return;
	}
	g_autofree char *folded = g_utf8_casefold(child->title, -1);

	if (strcmp(folded, matcher->folded) == 0) {
		candidates_add(&matcher->loose, child);
	} else if (matcher->exact.n + matcher->loose.n == 0) {
		note_near(matcher, measure(matcher, folded), child->title);
	}
}

const char *
avu_title_matcher_finish(AvuTitleMatcher *matcher, const char *where, GError **error)
{
	const Candidates *best = matcher->exact.n > 0 ? &matcher->exact : &matcher->loose;

	if (best->n == 1) {
		return best->id;
	}
	g_autofree char *title = avu_text_for_display(matcher->title, SHOWN_CHARS);
	g_autofree char *place = avu_text_for_display(where, SHOWN_CHARS);

	if (best->n == 0) {
		g_autofree char *instead = describe_nearest(matcher);

		g_set_error(error, AVU_ERROR, AVU_ERROR_NOT_FOUND,
			"nothing called \"%s\" in \"%s\"%s", title, place, instead);
		return NULL;
	}
	g_ptr_array_add(best->examples, NULL);
	g_autofree char *list = g_strjoinv(", ", (char **)best->examples->pdata);

	g_ptr_array_remove_index(best->examples, best->examples->len - 1);
	g_set_error(error, AVU_ERROR, AVU_ERROR_AMBIGUOUS,
		"%zu things called \"%s\" in \"%s\": %s%s", best->n, title, place, list,
		best->n > LISTED_MAX ? ", …" : "");
	return NULL;
}
