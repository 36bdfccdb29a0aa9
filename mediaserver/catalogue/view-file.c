/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* From text to views, one row per key. How they fit together is seen to in view-set.c. Start of the
 * program, one thread. */
#include "mediaserver/catalogue/view-draft.h"

#include <string.h>

#include <av-upnp/cursor.h>
#include <av-upnp/error.h>
#include <av-upnp/text.h>

#define TITLE_MAX 256

typedef struct {
	ViewSet *set;
	ViewDraft *draft;
	ViewLevel *level; /* of "LevelN…" */
	const char *value;
} Setting;

/* Values */

static bool
take_bool(const char *value, bool *ret, GError **error)
{
	if (!g_str_equal(value, "yes") && !g_str_equal(value, "no")) {
		return view_refuse(error, "\"%s\" is not yes or no", value);
	}
	*ret = value[0] == 'y';
	return true;
}

static bool
take_number(const char *value, unsigned *ret, GError **error)
{
	int64_t number;

	if (!avu_parse_int(value, 1, VIEW_LIMIT_MAX, &number)) {
		return view_refuse(error, "not a number from 1 to %d", VIEW_LIMIT_MAX);
	}
	*ret = (unsigned)number;
	return true;
}

static bool
take_text(ViewSet *set, const char *value, const char **ret, GError **error)
{
	g_autofree char *clean = avu_text_sanitize(value, strlen(value), TITLE_MAX);

	if (value[0] == '\0' || !g_str_equal(clean, value)) {
		return view_refuse(error, "not a text of 1 to %d octets in UTF-8", TITLE_MAX);
	}
	*ret = view_set_keep(set, value);
	return true;
}

static bool
take_class(ViewSet *set, const char *value, const char **ret, GError **error)
{
	size_t len = strlen(VIEW_CONTAINER);

	if (strncmp(value, VIEW_CONTAINER, len) != 0 || (value[len] != '\0' && value[len] != '.') ||
		strspn(value, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ.") !=
			strlen(value)) {
		return view_refuse(error, "not a class derived from " VIEW_CONTAINER);
	}
	*ret = view_set_keep(set, value);
	return true;
}

static bool
take_filter(ViewSet *set, const char *value, ViewFilter **ret, GError **error)
{
	*ret = view_filter_parse(value, error);
	if (*ret != NULL) {
		g_ptr_array_add(set->filters, *ret);
	}
	return *ret != NULL;
}

/* "-track": the property, and whether downwards. */
static const ViewProperty *
take_sort_word(const char *word, bool *ret_down, GError **error)
{
	*ret_down = word[0] == '-';
	word += *ret_down ? 1 : 0;

	const ViewProperty *property = view_property_find(word);

	if (property == NULL) {
		(void)view_refuse_word(error, "property", word, view_property_list(false));
	}
	return property;
}

/* Keys */

static bool
set_title(Setting *s, GError **error)
{
	return take_text(s->set, s->value, &s->draft->view.title, error);
}

static bool
set_parent(Setting *s, GError **error)
{
	(void)error;
	s->draft->view.parent = view_set_keep(s->set, s->value);
	return true;
}

static bool
set_class(Setting *s, GError **error)
{
	return take_class(s->set, s->value, &s->draft->view.upnp_class, error);
}

static bool
set_items(Setting *s, GError **error)
{
	static const char *const kinds[] = { "audio", "video", "image", NULL };
	static const ItemKind values[] = { ITEM_AUDIO, ITEM_VIDEO, ITEM_IMAGE };

	for (unsigned i = 0; kinds[i] != NULL; i++) {
		if (g_str_equal(kinds[i], s->value)) {
			s->draft->view.kind = values[i];
			return true;
		}
	}
	return view_refuse(error, "\"%s\" is not one of audio, video, image", s->value);
}

static bool
set_folders(Setting *s, GError **error)
{
	return take_bool(s->value, &s->draft->view.folders, error);
}

static bool
set_show(Setting *s, GError **error)
{
	bool show = true;

	if (!take_bool(s->value, &show, error)) {
		return false;
	}
	s->draft->hidden = !show;
	return true;
}

static bool
set_limit(Setting *s, GError **error)
{
	return take_number(s->value, &s->draft->view.limit, error);
}

static bool
set_sample(Setting *s, GError **error)
{
	return take_number(s->value, &s->draft->view.sample, error);
}

static bool
set_of(Setting *s, GError **error)
{
	(void)error;
	s->draft->view.of = view_set_keep(s->set, s->value);
	return true;
}

static bool
set_filter(Setting *s, GError **error)
{
	return take_filter(s->set, s->value, &s->draft->view.filter, error);
}

static bool
set_sort(Setting *s, GError **error)
{
	g_auto(GStrv) words = g_strsplit(s->value, ",", -1);
	View *view = &s->draft->view;

	view->n_sort = 0; /* of an earlier file */
	for (size_t i = 0; words[i] != NULL; i++) {
		ViewSort sort;

		sort.property = take_sort_word(g_strstrip(words[i]), &sort.descending, error);
		if (sort.property == NULL) {
			return false;
		}
		if (view->n_sort == VIEW_SORTS_MAX) {
			return view_refuse(error, "more than %d properties", VIEW_SORTS_MAX);
		}
		view->sort[view->n_sort++] = sort;
	}
	return true;
}

static bool
set_letters(Setting *s, GError **error)
{
	return take_bool(s->value, &s->draft->view.letters, error);
}

static bool
set_level(Setting *s, GError **error)
{
	const ViewProperty *property = view_property_find(s->value);

	if (property == NULL || !property->groups) {
		return view_refuse_word(
			error, "property to group by", s->value, view_property_list(true));
	}
	s->level->property = property;
	return true;
}

static bool
set_level_missing(Setting *s, GError **error)
{
	return take_text(s->set, s->value, &s->level->missing, error);
}

static bool
set_level_name(Setting *s, GError **error)
{
	const char *sign = strchr(s->value, '%');

	if (sign == NULL || strchr(sign + 1, '%') != NULL) {
		return view_refuse(error, "one \"%%\" stands for the value");
	}
	return take_text(s->set, s->value, &s->level->name, error);
}

static bool
set_level_class(Setting *s, GError **error)
{
	return take_class(s->set, s->value, &s->level->upnp_class, error);
}

static bool
set_level_sort(Setting *s, GError **error)
{
	s->level->sort_by = take_sort_word(s->value, &s->level->sort_down, error);
	if (s->level->sort_by != NULL && s->level->sort_by->type != VIEW_PROPERTY_NUMBER) {
		return view_refuse(error, "\"%s\" is not a number", s->level->sort_by->name);
	}
	return s->level->sort_by != NULL;
}

static bool
set_level_filter(Setting *s, GError **error)
{
	return take_filter(s->set, s->value, &s->level->filter, error);
}

static bool
set_level_letters(Setting *s, GError **error)
{
	return take_bool(s->value, &s->level->letters, error);
}

static const struct {
	const char *key; /* of a level: what comes after "LevelN" */
	bool (*set)(Setting *setting, GError **error);
} view_keys[] = {
	{ "Title", set_title },
	{ "Parent", set_parent },
	{ "Class", set_class },
	{ "Items", set_items },
	{ "Folders", set_folders },
	{ "Show", set_show },
	{ "Filter", set_filter },
	{ "Sort", set_sort },
	{ "Limit", set_limit },
	{ "Sample", set_sample },
	{ "Of", set_of },
	{ "Letters", set_letters },
}, level_keys[] = {
	{ "", set_level },
	{ ".Missing", set_level_missing },
	{ ".Name", set_level_name },
	{ ".Class", set_level_class },
	{ ".Sort", set_level_sort },
	{ ".Filter", set_level_filter },
	{ ".Letters", set_level_letters },
};

#define LEVEL "Level"

static bool
refuse_key(const char *key, GError **error)
{
	g_autoptr(GPtrArray) words = g_ptr_array_new_with_free_func(g_free);

	for (size_t i = 0; i < G_N_ELEMENTS(view_keys); i++) {
		g_ptr_array_add(words, g_strdup(view_keys[i].key));
	}
	for (unsigned l = 1; l <= VIEW_LEVELS_MAX; l++) {
		for (size_t i = 0; i < G_N_ELEMENTS(level_keys); i++) {
			g_ptr_array_add(words, g_strdup_printf(LEVEL "%u%s", l, level_keys[i].key));
		}
	}
	g_ptr_array_add(words, NULL);
	return view_refuse_word(error, "key", key, (const char *const *)words->pdata);
}

static bool
set_key(Setting *setting, const char *key, GError **error)
{
	if (g_str_has_prefix(key, LEVEL) && key[strlen(LEVEL)] > '0' &&
		key[strlen(LEVEL)] <= '0' + VIEW_LEVELS_MAX) {
		setting->level = &setting->draft->view.levels[key[strlen(LEVEL)] - '1'];
		for (size_t i = 0; i < G_N_ELEMENTS(level_keys); i++) {
			if (g_str_equal(level_keys[i].key, key + strlen(LEVEL) + 1)) {
				return level_keys[i].set(setting, error);
			}
		}
	}
	for (size_t i = 0; i < G_N_ELEMENTS(view_keys); i++) {
		if (g_str_equal(view_keys[i].key, key)) {
			return view_keys[i].set(setting, error);
		}
	}
	return refuse_key(key, error);
}

/* Sections */

/* Views' names and those of groups and items, "c" or "i" and 15 digits, are told apart by this. */
static bool
is_name(const char *name)
{
	size_t len = strlen(name);

	return len <= VIEW_ID_MAX && g_ascii_islower(name[0]) &&
	       strspn(name, "abcdefghijklmnopqrstuvwxyz0123456789-") == len &&
	       (len != 16 || strspn(name + 1, "0123456789abcdef") != 15);
}

/* @return the draft of this section, begun anew when it is an earlier file's */
static ViewDraft *
begin_section(ViewSet *set, const AvuKeyfileEntry *entry, GError **error)
{
	ViewDraft *draft = view_set_find_draft(set, entry->section);

	if (draft != NULL && draft->file == set->n_files) {
		return draft;
	}
	if (!is_name(entry->section)) {
		(void)avu_keyfile_refuse(&entry->section_place, error,
			"a view is named with lower-case letters, digits and \"-\", at most %d of "
			"them",
			VIEW_ID_MAX);
		return NULL;
	}
	if (draft == NULL && set->drafts->len >= VIEWS_MAX) {
		(void)avu_keyfile_refuse(
			&entry->section_place, error, "more than %d views", VIEWS_MAX);
		return NULL;
	}
	if (draft == NULL) {
		draft = g_new0(ViewDraft, 1);
		g_ptr_array_add(set->drafts, draft);
	} else {
		g_ptr_array_unref(draft->keys);
		*draft = (ViewDraft){ 0 };
	}
	draft->view.id = view_set_keep(set, entry->section);
	draft->view.parent = VIEW_ROOT_ID;
	draft->keys = g_ptr_array_new();
	draft->file = set->n_files;
	draft->place = entry->section_place;
	draft->place.file = view_set_keep(set, entry->section_place.file);
	return draft;
}

static bool
on_entry(const AvuKeyfileEntry *entry, void *user_data, GError **error)
{
	Setting setting = { .set = user_data, .value = entry->value };
	g_autoptr(GError) why = NULL;

	setting.draft = begin_section(setting.set, entry, error);
	if (setting.draft == NULL) {
		return false;
	}
	const char *key = view_set_keep(setting.set, entry->key);

	if (g_ptr_array_find(setting.draft->keys, key, NULL)) {
		return avu_keyfile_refuse(
			&entry->key_place, error, "key \"%s\" stands in this section already", key);
	}
	g_ptr_array_add(setting.draft->keys, (gpointer)key);
	if (!set_key(&setting, key, &why)) {
		return avu_keyfile_refuse(g_str_has_prefix(why->message, "unknown key")
						  ? &entry->key_place
						  : &entry->value_place,
			error, "%s", why->message);
	}
	g_string_append_printf(setting.set->text, "[%s]%s=%s\n", entry->section, key, entry->value);
	return true;
}

bool
view_set_add(ViewSet *set, const char *file, const char *text, size_t len, GError **error)
{
	bool good = avu_keyfile_parse(file, text, len, on_entry, set, error);
	const ViewSource source = { view_set_keep(set, file), g_bytes_new(text, len) };

	g_array_append_val(set->sources, source);
	set->n_files++;
	return good;
}
