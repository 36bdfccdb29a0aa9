/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* From files to sections and entries. Limits: DRAFT_*, the key file's own. The thread that loads. */
#include "draft.h"

#include <errno.h>
#include <stdarg.h>
#include <string.h>

#include <av-upnp/text.h>

#define SHOWN_MAX 60

static void
section_free(void *data)
{
	DraftSection *section = data;

	g_array_unref(section->entries);
	g_free(section);
}

Draft *
draft_new(void)
{
	Draft *draft = g_new0(Draft, 1);

	draft->sections = g_ptr_array_new_with_free_func(section_free);
	draft->problems = g_ptr_array_new_with_free_func(g_free);
	draft->strings = g_string_chunk_new(4096);
	return draft;
}

void
draft_free(Draft *draft)
{
	if (draft == NULL) {
		return;
	}
	g_clear_pointer(&draft->sections, g_ptr_array_unref);
	g_clear_pointer(&draft->problems, g_ptr_array_unref);
	g_clear_pointer(&draft->strings, g_string_chunk_free);
	g_free(draft);
}

const char *
draft_keep(Draft *draft, const char *text, size_t len)
{
	return g_string_chunk_insert_len(draft->strings, text, (gssize)len);
}

static void
add_problem(Draft *draft, char *text)
{
	if (draft->problems->len < DRAFT_PROBLEMS_MAX) {
		g_ptr_array_add(draft->problems, text);
	} else {
		g_free(text);
	}
}

void
draft_refuse(
	Draft *draft, DraftSection *section, const AvuKeyfilePlace *place, const char *format, ...)
{
	va_list args;

	va_start(args, format);
	g_autofree char *text = g_strdup_vprintf(format, args);
	va_end(args);
	add_problem(draft,
		g_strdup_printf("%s:%u:%u: %s", place->file, place->line, place->column, text));
	if (section != NULL) {
		section->bad = true;
	}
}

void
draft_refuse_word(Draft *draft, DraftSection *section, const AvuKeyfilePlace *place,
	const char *what, const char *word, const char *const *list)
{
	g_autofree char *shown = avu_text_for_display(word, SHOWN_MAX);
	const char *nearest = avu_text_nearest(word, list);

	if (nearest != NULL) {
		draft_refuse(draft, section, place, "unknown %s \"%s\", did you mean \"%s\"?", what,
			shown, nearest);
	} else {
		draft_refuse(draft, section, place, "unknown %s \"%s\"", what, shown);
	}
}

DraftSection *
draft_find(const Draft *draft, const char *name)
{
	for (guint i = draft->sections->len; i > 0; i--) {
		DraftSection *section = g_ptr_array_index(draft->sections, i - 1);

		if (g_str_equal(section->name, name)) {
			return section;
		}
	}
	return NULL;
}

/* The section of an entry: the last one, or a new one at the end. */
static DraftSection *
take_section(Draft *draft, const char *name, const AvuKeyfilePlace *place)
{
	DraftSection *last = draft->sections->len > 0
				     ? g_ptr_array_index(draft->sections, draft->sections->len - 1)
				     : NULL;
	DraftSection *earlier;

	if (last != NULL && g_str_equal(last->name, name) && last->place.line == place->line &&
		g_str_equal(last->place.file, place->file)) {
		return last;
	}
	earlier = draft_find(draft, name);
	DraftSection *section = g_new0(DraftSection, 1);

	section->name = draft_keep(draft, name, strlen(name));
	section->place = *place;
	section->entries = g_array_new(FALSE, FALSE, sizeof(DraftEntry));
	g_ptr_array_add(draft->sections, section);
	if (earlier != NULL && g_str_equal(earlier->place.file, place->file)) {
		draft_refuse(draft, section, place, "[%s] is there already, in line %u", name,
			earlier->place.line);
	} else if (earlier != NULL) {
		(void)g_ptr_array_remove(draft->sections, earlier); /* the later file's counts */
	}
	return section;
}

static bool
on_entry(const AvuKeyfileEntry *entry, void *user_data, GError **error)
{
	Draft *draft = user_data;
	DraftEntry kept = { .key_place = entry->key_place, .value_place = entry->value_place };

	if (draft->n_entries >= DRAFT_ENTRIES_MAX) {
		return avu_keyfile_refuse(
			&entry->key_place, error, "more than %d entries in all", DRAFT_ENTRIES_MAX);
	}
	draft->n_entries++;
	kept.key = draft_keep(draft, entry->key, strlen(entry->key));
	kept.value = draft_keep(draft, entry->value, strlen(entry->value));
	g_array_append_val(
		take_section(draft, entry->section, &entry->section_place)->entries, kept);
	return true;
}

static void
on_bad(const char *name, const AvuKeyfilePlace *place, const GError *error, void *user_data)
{
	Draft *draft = user_data;

	add_problem(draft, g_strdup(error->message));
	if (name != NULL) {
		take_section(draft, name, place)->bad = true;
	}
}

void
draft_add_text(Draft *draft, const char *file, const char *text, size_t len)
{
	const char *kept = draft_keep(draft, file, strlen(file));
	g_autoptr(GError) error = NULL;

	if (!avu_keyfile_parse_all(kept, text, len, on_entry, on_bad, draft, &error)) {
		add_problem(draft, g_strdup(error->message));
	}
}

static int
compare_names(const void *a, const void *b)
{
	return strcmp(*(const char *const *)a, *(const char *const *)b);
}

static void
add_folder(Draft *draft, const char *folder, const char *suffix)
{
	g_autoptr(GPtrArray) names = g_ptr_array_new_with_free_func(g_free);
	g_autoptr(GError) error = NULL;
	g_autoptr(GDir) dir = g_dir_open(folder, 0, &error);
	const char *name;

	if (dir == NULL) {
		if (!g_error_matches(error, G_FILE_ERROR, G_FILE_ERROR_NOENT)) {
			add_problem(draft, g_strdup(error->message));
		}
		return;
	}
	while ((name = g_dir_read_name(dir)) != NULL && names->len < DRAFT_NAMES_MAX) {
		if (g_str_has_suffix(name, suffix) && name[0] != '.') {
			g_ptr_array_add(names, g_strdup(name));
		}
	}
	g_ptr_array_sort(names, compare_names);
	if (names->len > DRAFT_FILES_MAX) {
		add_problem(draft,
			g_strdup_printf(
				"%s: more than %d files; \"%s\" and what comes behind is not read",
				folder, DRAFT_FILES_MAX, (char *)names->pdata[DRAFT_FILES_MAX]));
		g_ptr_array_set_size(names, DRAFT_FILES_MAX);
	}
	for (guint i = 0; i < names->len; i++) {
		g_autofree char *path = g_build_filename(folder, names->pdata[i], NULL);
		g_autofree char *text = NULL;
		g_autoptr(GError) unread = NULL;
		size_t len;

		if (g_file_get_contents(path, &text, &len, &unread)) {
			draft_add_text(draft, path, text, len);
		} else {
			add_problem(draft, g_strdup(unread->message));
		}
	}
}

void
draft_add_folders(Draft *draft, const char *const *folders, const char *suffix)
{
	for (size_t i = 0; folders[i] != NULL; i++) {
		add_folder(draft, folders[i], suffix);
	}
}
