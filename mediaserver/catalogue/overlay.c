/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Edits and play state: from state.db into the rows of items. A row shows the edited values; what the
 * file said in the columns that differ is kept beside it, so that an edit can be taken back without
 * reading the file. Within the writer's transaction, after state.db has it. */
#include "mediaserver/catalogue/overlay-private.h"
#include "mediaserver/catalogue/sort-key.h"

#include <av-upnp/cursor.h>
#include <av-upnp/error.h>
#include <av-upnp/text.h>

#define NO_SUCH_OBJECT 701
#define BAD_VALUE 703
#define READ_ONLY 705

typedef enum { EDIT_TEXT, EDIT_NUMBER, EDIT_DATE } EditKind;

#define NO_KEY 0 /* the offset of id: no text is there */

/* What an edit of a property changes. */
static const struct {
	AvuProperty property;
	EditKind kind;
	size_t value, sort;
	uint64_t max; /* of a number; 0: what the column holds */
} editable[] = {
#define FIELD(name) offsetof(Item, name)
	{ AVU_PROPERTY_TITLE, EDIT_TEXT, FIELD(title), FIELD(sort_title) },
	{ AVU_PROPERTY_ARTIST, EDIT_TEXT, FIELD(artist), FIELD(sort_artist) },
	{ AVU_PROPERTY_ALBUM_ARTIST, EDIT_TEXT, FIELD(album_artist), FIELD(sort_album_artist) },
	{ AVU_PROPERTY_ALBUM, EDIT_TEXT, FIELD(album), FIELD(sort_album) },
	{ AVU_PROPERTY_GENRE, EDIT_TEXT, FIELD(genre), NO_KEY },
	{ AVU_PROPERTY_COMPOSER, EDIT_TEXT, FIELD(composer), FIELD(sort_composer) },
	{ AVU_PROPERTY_CONDUCTOR, EDIT_TEXT, FIELD(conductor), NO_KEY },
	{ AVU_PROPERTY_PUBLISHER, EDIT_TEXT, FIELD(publisher), NO_KEY },
	{ AVU_PROPERTY_DIRECTOR, EDIT_TEXT, FIELD(director), NO_KEY },
	{ AVU_PROPERTY_ACTOR, EDIT_TEXT, FIELD(actor), NO_KEY },
	{ AVU_PROPERTY_DESCRIPTION, EDIT_TEXT, FIELD(comment), NO_KEY },
	{ AVU_PROPERTY_LONG_DESCRIPTION, EDIT_TEXT, FIELD(description), NO_KEY },
	{ AVU_PROPERTY_RIGHTS, EDIT_TEXT, FIELD(rights), NO_KEY },
	{ AVU_PROPERTY_SERIES_TITLE, EDIT_TEXT, FIELD(series), FIELD(sort_series) },
	{ AVU_PROPERTY_DATE, EDIT_DATE, FIELD(date), NO_KEY },
	{ AVU_PROPERTY_TRACK, EDIT_NUMBER, FIELD(track), NO_KEY },
	{ AVU_PROPERTY_DISC, EDIT_NUMBER, FIELD(disc), NO_KEY },
	{ AVU_PROPERTY_RATING, EDIT_NUMBER, FIELD(rating), NO_KEY, 100 }, /* as Item.rating */
	{ AVU_PROPERTY_EPISODE_NUMBER, EDIT_NUMBER, FIELD(episode), NO_KEY },
	{ AVU_PROPERTY_EPISODE_SEASON, EDIT_NUMBER, FIELD(season), NO_KEY },
#undef FIELD
};

static size_t
find_editable(AvuProperty property)
{
	size_t i = 0;

	while (i < G_N_ELEMENTS(editable) && editable[i].property != property) {
		i++;
	}
	return i;
}

bool
overlay_can_edit(AvuProperty property)
{
	return find_editable(property) < G_N_ELEMENTS(editable);
}

static bool
is_valid(const OverlayEdit *edit)
{
	const size_t row = find_editable(edit->property);
	uint64_t number;

	if (edit->value == NULL || edit->value[0] == '\0') {
		return edit->value == NULL || edit->property != AVU_PROPERTY_TITLE;
	}
	switch (editable[row].kind) {
	case EDIT_NUMBER:
		return avu_parse_uint(edit->value,
			editable[row].max > 0 ? editable[row].max : INT32_MAX, &number);
	case EDIT_DATE:
		return strlen(edit->value) >= 4 && strspn(edit->value, "0123456789") >= 4;
	case EDIT_TEXT:
		break;
	}
	return strlen(edit->value) <= OVERLAY_VALUE_MAX && g_utf8_validate(edit->value, -1, NULL);
}

static const char *
keep(GPtrArray *strings, char *text)
{
	g_ptr_array_add(strings, text);
	return text;
}

static const char **
text_field(Item *item, size_t offset)
{
	return (const char **)((char *)item + offset);
}

/* Laying over */

typedef struct {
	Item *item;
	GPtrArray *strings;
	bool edited;
} Target;

static void
set_text(Target *target, size_t row, const char *value)
{
	const char *copy = value[0] != '\0' ? keep(target->strings, g_strdup(value)) : NULL;

	*text_field(target->item, editable[row].value) = copy;
	if (editable[row].sort != NO_KEY) {
		g_autofree char *first = g_strndup(value, strcspn(value, AVU_VALUE_SEPARATOR));

		*text_field(target->item, editable[row].sort) =
			copy != NULL ? keep(target->strings, sort_key_dup(first)) : NULL;
	}
}

static void
apply_edit(AvuProperty property, const char *value, void *data)
{
	Target *target = data;
	size_t row = find_editable(property);
	uint64_t number;

	if (row == G_N_ELEMENTS(editable)) {
		return; /* of a version that could edit more */
	}
	target->edited = true;
	if (editable[row].kind != EDIT_NUMBER) {
		set_text(target, row, value);
		if (property == AVU_PROPERTY_DATE) {
			target->item->year = item_get_year(target->item);
		}
		return;
	}
	*(int64_t *)((char *)target->item + editable[row].value) =
		avu_parse_uint(value, INT32_MAX, &number) ? (int64_t)number : -1;
}

static void
apply_play(State *state, Item *item)
{
	OverlayPlay play;

	(void)overlay_state_get_play(state, item->id, "", &play); /* none: as nothing was played */
	item->position = play.position_ns;
	item->play_count = play.count;
	item->played = play.played_s;
	item->watched = play.watched;
}

bool
overlay_forget_originals(Catalogue *catalogue, int64_t item, GError **error)
{
	Statement *statement =
		database_prepare(catalogue->writer, "DELETE FROM original WHERE item = ?1", error);

	if (statement == NULL) {
		return false;
	}
	statement_bind_int(statement, 1, item);
	return statement_finish(catalogue->writer, statement, error);
}

static bool
keep_original(Catalogue *catalogue, const Item *base, unsigned column, GError **error)
{
	Statement *statement = database_prepare(
		catalogue->writer, "INSERT OR REPLACE INTO original VALUES (?1, ?2, ?3)", error);

	if (statement == NULL) {
		return false;
	}
	statement_bind_int(statement, 1, base->id);
	statement_bind_text(statement, 2, item_column_name(column));
	item_bind_column(base, column, statement, 3);
	return statement_finish(catalogue->writer, statement, error);
}

static bool
keep_originals(Catalogue *catalogue, const Item *base, const Item *item, GError **error)
{
	if (!overlay_forget_originals(catalogue, item->id, error)) {
		return false;
	}
	for (unsigned i = 0; i < item_get_n_columns(); i++) {
		if (!item_column_equal(base, item, i) &&
			!keep_original(catalogue, base, i, error)) {
			return false;
		}
	}
	return true;
}

bool
overlay_apply(Catalogue *catalogue, Item *item, GPtrArray *strings, GError **error)
{
	Item base = *item;
	Target target = { item, strings, false };

	if (!overlay_state_has_any(catalogue->state)) {
		return true;
	}
	if (!overlay_state_list_edits(catalogue->state, item->id, apply_edit, &target, error)) {
		return false;
	}
	if (target.edited) {
		item_set_groups(item, strings);
		item_set_search_texts(item, strings);
	}
	if (!keep_originals(catalogue, &base, item, error)) {
		return false;
	}
	apply_play(catalogue->state, item);
	return true;
}

/* Taking off */

/* The item as its file says. @return false with 701 when there is none */
static bool
read_base(Catalogue *catalogue, int64_t id, Item *ret_item, GPtrArray *strings, GError **error)
{
	bool there;

	if (!catalogue_read_item(catalogue, id, ret_item, strings, &there, error)) {
		return false;
	}
	if (!there) {
		g_set_error(error, AVU_UPNP_ERROR, NO_SUCH_OBJECT, "no such object");
		return false;
	}
	Statement *row = database_prepare(
		catalogue->writer, "SELECT name, value FROM original WHERE item = ?1", error);
	StatementStep step;

	if (row == NULL) {
		return false;
	}
	statement_bind_int(row, 1, id);
	while ((step = statement_step(catalogue->writer, row, error)) == STATEMENT_ROW) {
		item_set_column(ret_item, statement_get_text(row, 0), row, 1, strings);
	}
	return step == STATEMENT_DONE;
}

/* The row follows the overlay. */
static bool
lay_anew(Catalogue *catalogue, int64_t id, GError **error)
{
	g_autoptr(GPtrArray) strings = g_ptr_array_new_with_free_func(g_free);
	Item item;

	return read_base(catalogue, id, &item, strings, error) &&
	       overlay_apply(catalogue, &item, strings, error) &&
	       catalogue_store_item(catalogue, &item, error);
}

/* Operations */

bool
overlay_begin(Catalogue *catalogue, GError **error)
{
	return catalogue_begin(catalogue, error);
}

bool
overlay_end(Catalogue *catalogue, bool good, GError **error)
{
	Statement *statement =
		good ? database_prepare(catalogue->writer,
			       "INSERT OR REPLACE INTO meta VALUES ('overlay', ?1)", error)
		     : NULL;

	if (statement != NULL) {
		statement_bind_int(statement, 1, overlay_state_get_version(catalogue->state));
		if (statement_finish(catalogue->writer, statement, error)) {
			return catalogue_commit(catalogue, error);
		}
	}
	catalogue_rollback(catalogue);
	return false;
}

static bool
exists(Catalogue *catalogue, int64_t id, GError **error)
{
	g_autoptr(GPtrArray) strings = g_ptr_array_new_with_free_func(g_free);
	Item item;

	return read_base(catalogue, id, &item, strings, error);
}

static bool
check(const OverlayEdit *edits, unsigned n, GError **error)
{
	for (unsigned i = 0; i < n; i++) {
		const char *name = avu_property_get_name(edits[i].property);

		if (!overlay_can_edit(edits[i].property)) {
			g_set_error(error, AVU_UPNP_ERROR, READ_ONLY, "%s cannot be changed", name);
			return false;
		}
		if (!is_valid(&edits[i])) {
			g_set_error(error, AVU_UPNP_ERROR, BAD_VALUE, "not a value of %s", name);
			return false;
		}
	}
	return true;
}

bool
overlay_edit(
	Catalogue *catalogue, int64_t item, const OverlayEdit *edits, unsigned n, GError **error)
{
	return check(edits, n, error) && overlay_begin(catalogue, error) &&
	       overlay_end(catalogue,
		       exists(catalogue, item, error) &&
			       overlay_state_put_edits(catalogue->state, item, edits, n, error) &&
			       lay_anew(catalogue, item, error),
		       error);
}

bool
overlay_set_play(Catalogue *catalogue, int64_t item, const char *user, const OverlayPlay *play,
	GError **error)
{
	return overlay_begin(catalogue, error) &&
	       overlay_end(catalogue,
		       exists(catalogue, item, error) &&
			       overlay_state_put_play(catalogue->state, item, user, play, error) &&
			       lay_anew(catalogue, item, error),
		       error);
}

bool
overlay_get_play(Catalogue *catalogue, int64_t item, const char *user, OverlayPlay *ret_play)
{
	return overlay_state_get_play(catalogue->state, item, user, ret_play);
}

/* Start */

static bool
get_version(Catalogue *catalogue, int64_t *ret_version, GError **error)
{
	Statement *statement = database_prepare(
		catalogue->writer, "SELECT value FROM meta WHERE key = 'overlay'", error);

	*ret_version = 0;
	if (statement == NULL) {
		return false;
	}
	StatementStep step = statement_step(catalogue->writer, statement, error);

	if (step == STATEMENT_ROW) {
		*ret_version = statement_get_int(statement, 0);
		return statement_finish(catalogue->writer, statement, error);
	}
	return step == STATEMENT_DONE;
}

static bool
lay_all(Catalogue *catalogue, GError **error)
{
	g_autoptr(GArray) ids = g_array_new(FALSE, FALSE, sizeof(int64_t));

	if (!overlay_state_list_items(catalogue->state, ids, error) ||
		/* those whose edits were taken back */
		!catalogue_list_ids(catalogue, "SELECT DISTINCT item FROM original WHERE ?1 = ?1",
			0, ids, error)) {
		return false;
	}
	for (guint i = 0; i < ids->len; i++) {
		g_autoptr(GError) cause = NULL;

		/* one whose file is not in the catalogue is met by the scan */
		if (!lay_anew(catalogue, g_array_index(ids, int64_t, i), &cause) &&
			!g_error_matches(cause, AVU_UPNP_ERROR, NO_SUCH_OBJECT)) {
			g_propagate_error(error, g_steal_pointer(&cause));
			return false;
		}
	}
	return overlay_put_objects(catalogue, error);
}

bool
overlay_reconcile(Catalogue *catalogue, GError **error)
{
	int64_t version;

	if (!get_version(catalogue, &version, error)) {
		return false;
	}
	if (version == overlay_state_get_version(catalogue->state)) {
		return true;
	}
	return overlay_begin(catalogue, error) &&
	       overlay_end(catalogue, lay_all(catalogue, error), error);
}
