/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What only shows when all views are read: parents, levels, order, the folders that items live in; and
 * the files that they are read from. Start of the program, one thread. */
#include <string.h>

#include <av-upnp/data-dir.h>
#include <av-upnp/error.h>
#include <av-upnp/fd.h>
#include <av-upnp/hash.h>
#include <av-upnp/text.h>

#include "mediaserver/catalogue/view-draft.h"

const char *
view_set_keep(ViewSet *set, const char *text)
{
	return g_string_chunk_insert_const(set->strings, text);
}

bool
view_refuse(GError **error, const char *format, ...)
{
	va_list args;

	va_start(args, format);
	g_autofree char *text = g_strdup_vprintf(format, args);
	va_end(args);
	g_set_error_literal(error, AVU_ERROR, AVU_ERROR_USAGE, text);
	return false;
}

bool
view_refuse_word(GError **error, const char *what, const char *word, const char *const *list)
{
	const char *nearest = avu_text_nearest(word, list);
	g_autofree char *shown = avu_text_for_display(word, 80);

	return nearest != NULL ? view_refuse(error, "unknown %s \"%s\", did you mean \"%s\"?", what,
					 shown, nearest)
			       : view_refuse(error, "unknown %s \"%s\"", what, shown);
}

static void
draft_free(void *data)
{
	ViewDraft *draft = data;

	g_ptr_array_unref(draft->keys);
	g_free(draft);
}

ViewDraft *
view_set_find_draft(const ViewSet *set, const char *id)
{
	for (guint i = 0; i < set->drafts->len; i++) {
		ViewDraft *draft = g_ptr_array_index(set->drafts, i);

		if (g_strcmp0(draft->view.id, id) == 0) {
			return draft;
		}
	}
	return NULL;
}

static void
source_clear(void *data)
{
	g_bytes_unref(((ViewSource *)data)->text);
}

ViewSet *
view_set_new(void)
{
	ViewSet *set = g_new0(ViewSet, 1);

	set->strings = g_string_chunk_new(4096);
	set->drafts = g_ptr_array_new_with_free_func(draft_free);
	set->filters = g_ptr_array_new_with_free_func((GDestroyNotify)view_filter_free);
	set->split = g_ptr_array_new();
	set->text = g_string_new(NULL);
	set->sources = g_array_new(FALSE, FALSE, sizeof(ViewSource));
	g_array_set_clear_func(set->sources, source_clear);
	return set;
}

void
view_set_free(ViewSet *set)
{
	if (set == NULL) {
		return;
	}
	g_string_chunk_free(set->strings);
	g_ptr_array_unref(set->drafts);
	g_ptr_array_unref(set->filters);
	g_ptr_array_unref(set->split);
	(void)g_string_free(set->text, TRUE);
	g_array_unref(set->sources);
	g_clear_pointer(&set->several, g_ptr_array_unref);
	g_clear_pointer(&set->plans, g_ptr_array_unref);
	g_free(set->views);
	g_free(set);
}

/* How they fit together */

static bool
check_levels(ViewDraft *draft, GError **error)
{
	View *view = &draft->view;
	unsigned n_values = 0;
	static const ViewLevel none;

	for (unsigned l = 0; l < VIEW_LEVELS_MAX; l++) {
		ViewLevel *level = &view->levels[l];
		const ViewProperty *property = level->property;

		if (property == NULL) {
			if (memcmp(level, &none, sizeof(none)) != 0) {
				return view_refuse(error,
					"there are keys of Level%u but no Level%u", l + 1, l + 1);
			}
			continue;
		}
		if (l != view->n_levels) {
			return view_refuse(error, "Level%u without Level%u", l + 1, l);
		}
		if (level->letters && (l > 0 || level->sort_by != NULL)) {
			return view_refuse(error, "Letters are for Level1, and for order by name");
		}
		view->n_levels++;
		n_values += property->owner != 0 ? 2 : 1;
		if (level->upnp_class == NULL) {
			level->upnp_class =
				view->kind == ITEM_VIDEO && property->video_class != NULL
					? property->video_class
					: property->upnp_class;
		}
	}
	if (n_values > VIEW_VALUES_MAX) {
		return view_refuse(error,
			"too many levels: album counts twice, and together there may "
			"be %d",
			VIEW_VALUES_MAX);
	}
	return true;
}

static bool
check_sample(const ViewSet *set, const ViewDraft *draft, GError **error)
{
	const View *view = &draft->view;
	const ViewDraft *of = view_set_find_draft(set, view->of);

	if (view->sample == 0 && view->of == NULL) {
		return true;
	}
	if (view->sample == 0 || of == NULL || of->hidden) {
		return view_refuse(
			error, "Sample and Of go together, and Of is a view that is shown");
	}
	if (view->n_levels != 1 || of->view.n_levels < 1 || view->kind != of->view.kind ||
		view->levels[0].property != of->view.levels[0].property || view->filter != NULL) {
		return view_refuse(error,
			"a sample has the Items and the first level of \"%s\", and "
			"nothing else",
			view->of);
	}
	return true;
}

/* A list that is split has a level that no file names. */
static bool
check_letters(const ViewSet *set, ViewDraft *draft, GError **error)
{
	View *view = &draft->view;

	if (!view->letters) {
		return true;
	}
	if (view->kind == ITEM_NONE || view->n_levels > 0 || view->folders || view->limit > 0) {
		return view_refuse(error,
			"Letters is for a list of items; for groups there is Level1.Letters");
	}
	view->split = g_ptr_array_find_with_equal_func(set->split, view->id, g_str_equal, NULL);
	if (view->split) {
		view->n_levels = 1;
		view->levels[0] = (ViewLevel){ .property = view_property_find("initial"),
			.upnp_class = VIEW_CONTAINER };
	}
	return true;
}

static bool
check_draft(ViewSet *set, ViewDraft *draft, GError **error)
{
	View *view = &draft->view;
	bool has_items = view->kind != ITEM_NONE;

	if (view->title == NULL) {
		return view_refuse(error, "view \"%s\" has no Title", view->id);
	}
	if (!check_levels(draft, error) || !check_sample(set, draft, error)) {
		return false;
	}
	if (!has_items &&
		(view->n_levels > 0 || view->folders || view->filter != NULL || view->limit > 0)) {
		return view_refuse(error, "view \"%s\" says nothing of its Items", view->id);
	}
	if (!check_letters(set, draft, error)) {
		return false;
	}
	if (view->folders && (view->n_levels > 0 || view->filter != NULL || view->limit > 0)) {
		return view_refuse(
			error, "folders are shown as they are: no levels, Filter or Limit");
	}
	if (view->folders && draft->hidden) {
		return view_refuse(
			error, "view \"%s\" is where its items are, it cannot be hidden", view->id);
	}
	if (view->upnp_class == NULL) {
		view->upnp_class = VIEW_CONTAINER;
	}
	return true;
}

static bool
check_parent(const ViewSet *set, const ViewDraft *draft, GError **error)
{
	const char *id = draft->view.parent;

	for (guint depth = 0; !g_str_equal(id, VIEW_ROOT_ID); depth++) {
		const ViewDraft *parent = view_set_find_draft(set, id);

		if (parent == NULL) {
			g_autoptr(GPtrArray) names = g_ptr_array_new();

			for (guint i = 0; i < set->drafts->len; i++) {
				const ViewDraft *other = g_ptr_array_index(set->drafts, i);

				g_ptr_array_add(names, (gpointer)other->view.id);
			}
			g_ptr_array_add(names, NULL);
			return view_refuse_word(
				error, "parent", id, (const char *const *)names->pdata);
		}
		if (parent->view.kind != ITEM_NONE) {
			return view_refuse(
				error, "parent \"%s\" has items: views do not mix with them", id);
		}
		if (depth > set->drafts->len) {
			return view_refuse(error, "view \"%s\" stands in itself", draft->view.id);
		}
		id = parent->view.parent;
	}
	return true;
}

static bool
is_shown(const ViewSet *set, const ViewDraft *draft)
{
	while (draft != NULL && !draft->hidden) {
		if (g_str_equal(draft->view.parent, VIEW_ROOT_ID)) {
			return true;
		}
		draft = view_set_find_draft(set, draft->view.parent);
	}
	return false;
}

/* Items of each kind live in one view of folders. */
static bool
check_homes(const ViewSet *set, GError **error)
{
	for (ItemKind kind = ITEM_AUDIO; kind <= ITEM_IMAGE; kind++) {
		unsigned n = 0;

		for (guint i = 0; i < set->drafts->len; i++) {
			const ViewDraft *draft = g_ptr_array_index(set->drafts, i);

			n += draft->view.folders && draft->view.kind == kind && is_shown(set, draft)
				     ? 1
				     : 0;
		}
		if (n != 1) {
			static const char *const names[] = { "", "audio", "video", "image" };

			return view_refuse(error,
				"%u views with Folders = yes and Items = %s: there "
				"must be one",
				n, names[kind]);
		}
	}
	return true;
}

/* Depth first, so that parents come before children and siblings stay as they stand in the files. */
static unsigned
put_children(ViewSet *set, const char *parent, unsigned n)
{
	for (guint i = 0; i < set->drafts->len; i++) {
		ViewDraft *draft = g_ptr_array_index(set->drafts, i);

		if (g_str_equal(draft->view.parent, parent) && is_shown(set, draft)) {
			set->views[n++] = draft->view;
			n = put_children(set, draft->view.id, n); /* depth: check_parent() */
		}
	}
	return n;
}

static void
collect_several(ViewSet *set)
{
	set->several = g_ptr_array_new();
	for (const View *view = set->views; view->id != NULL; view++) {
		for (unsigned l = 0; l < view->n_levels; l++) {
			const ViewProperty *property = view->levels[l].property;

			if (property->several && !g_ptr_array_find(set->several, property, NULL)) {
				g_ptr_array_add(set->several, (gpointer)property);
			}
		}
	}
	g_ptr_array_add(set->several, NULL);
}

void
view_set_split(ViewSet *set, const char *id)
{
	g_ptr_array_add(set->split, (gpointer)view_set_keep(set, id));
	g_string_append_printf(set->text, "split %s\n", id);
}

bool
view_set_finish(ViewSet *set, GError **error)
{
	for (guint i = 0; i < set->drafts->len; i++) {
		ViewDraft *draft = g_ptr_array_index(set->drafts, i);
		g_autoptr(GError) why = NULL;

		if (!check_draft(set, draft, &why) || !check_parent(set, draft, &why)) {
			return avu_keyfile_refuse(&draft->place, error, "%s", why->message);
		}
	}
	if (!check_homes(set, error)) {
		return false;
	}
	set->views = g_new0(View, set->drafts->len + 2);
	set->views[0] = (View){
		.id = VIEW_ROOT_ID, .parent = "-1", .title = "root", .upnp_class = VIEW_CONTAINER
	};
	(void)put_children(set, VIEW_ROOT_ID, 1);
	for (View *view = set->views; view->id != NULL; view++) {
		view->container = avu_hash_strings(60, "view", view->id, NULL);
	}
	collect_several(set);
	return true;
}

const ViewProperty *const *
view_set_get_several(const ViewSet *set)
{
	return (const ViewProperty *const *)set->several->pdata;
}

const View *
view_set_get_views(const ViewSet *set)
{
	return set->views;
}

int64_t
view_set_get_signature(const ViewSet *set)
{
	return avu_hash_strings(60, set->text->str, NULL);
}

/* Files */

static bool
finish_split(ViewSet *set, const char *const *split, GError **error)
{
	for (; *split != NULL; split++) {
		view_set_split(set, *split);
	}
	return view_set_finish(set, error);
}

static bool
add_file(ViewSet *set, const char *path, GError **error)
{
	g_autoptr(GBytes) bytes = avu_file_read(path, AVU_KEYFILE_MAX, error);
	gsize len;

	if (bytes == NULL) {
		g_prefix_error(error, "views ");
		return false;
	}
	const char *text = g_bytes_get_data(bytes, &len);

	return view_set_add(set, path, text != NULL ? text : "", len, error);
}

/* Is the file one of those in use? */
static bool
is_used(const char *path)
{
	const ViewSet *set = views_get_used();

	for (guint i = 0; set != NULL && i < set->sources->len; i++) {
		if (g_str_equal(g_array_index(set->sources, ViewSource, i).name, path)) {
			return true;
		}
	}
	return false;
}

/* The next place is looked at. A folder that may not be entered, as that of root by a program that gave up his rights, has
 * no views for us, unless there were some at the start. */
static bool
is_absent(const GError *why, const char *path)
{
	return g_error_matches(why, AVU_ERROR, AVU_ERROR_NOT_FOUND) ||
	       (g_error_matches(why, AVU_ERROR, AVU_ERROR_DENIED) && !is_used(path) &&
		       views_get_used() != NULL);
}

ViewSet *
view_set_load(const char *const *split, GError **error)
{
	g_autoptr(ViewSet) set = view_set_new();
	g_autofree char *shipped = avu_dup_data_path(VIEW_FILE_NAME);
	g_auto(GStrv) own = avu_dup_config_paths(VIEW_FILE_NAME);

	if (!add_file(set, shipped, error)) {
		return NULL;
	}
	for (size_t i = 0; own[i] != NULL; i++) {
		g_autoptr(GError) why = NULL;

		if (add_file(set, own[i], &why)) {
			break;
		}
		if (!is_absent(why, own[i])) {
			g_propagate_error(error, g_steal_pointer(&why));
			return NULL;
		}
	}
	return finish_split(set, split, error) ? g_steal_pointer(&set) : NULL;
}

ViewSet *
view_set_copy(const ViewSet *set, const char *const *split, GError **error)
{
	g_autoptr(ViewSet) copy = view_set_new();

	for (guint i = 0; i < set->sources->len; i++) {
		const ViewSource *source = &g_array_index(set->sources, ViewSource, i);
		gsize len;
		const char *text = g_bytes_get_data(source->text, &len);

		if (!view_set_add(copy, source->name, text != NULL ? text : "", len, error)) {
			return NULL;
		}
	}
	return finish_split(copy, split, error) ? g_steal_pointer(&copy) : NULL;
}

bool
views_load(GError **error)
{
	if (views()->id != NULL) {
		return true;
	}
	static const char *const none[] = { NULL };
	ViewSet *set = view_set_load(none, error);

	if (set == NULL) {
		return false;
	}
	views_use(set);
	return true;
}
