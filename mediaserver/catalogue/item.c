/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The item table: one row per column, from which schema, writing and reading come. No state but the
 * texts and the empty item built from it once. Any thread. */
#include "mediaserver/catalogue/item-sql.h"

typedef enum {
	COLUMN_KEY,    /* the item's id; rows have numbers of their own */
	COLUMN_NUMBER, /* integer, never NULL */
	COLUMN_MAYBE,  /* integer, unknown (negative) is NULL */
	COLUMN_SIGNED, /* integer, unknown (INT64_MIN) is NULL */
	COLUMN_TEXT,   /* may be NULL */
	COLUMN_GROUP,  /* text, NULL becomes "" */
	COLUMN_OCTETS, /* blob from a string without NUL */
} ColumnType;

static const char *const sql_types[] = {
	[COLUMN_KEY] = "INTEGER NOT NULL UNIQUE",
	[COLUMN_NUMBER] = "INTEGER NOT NULL",
	[COLUMN_MAYBE] = "INTEGER",
	[COLUMN_SIGNED] = "INTEGER",
	[COLUMN_TEXT] = "TEXT",
	[COLUMN_GROUP] = "TEXT NOT NULL",
	[COLUMN_OCTETS] = "BLOB",
};

static const struct {
	const char *name;
	ColumnType type;
	size_t offset;
} columns[] = {
#define COLUMN(field, type)                         \
	{                                           \
#field, type, offsetof(Item, field) \
	}
	COLUMN(id, COLUMN_KEY),
	COLUMN(folder, COLUMN_NUMBER),
	COLUMN(home, COLUMN_NUMBER),
	COLUMN(kind, COLUMN_NUMBER),
	COLUMN(inode, COLUMN_NUMBER),
	COLUMN(size_bytes, COLUMN_NUMBER),
	COLUMN(mtime_ns, COLUMN_NUMBER),
	COLUMN(outcome, COLUMN_NUMBER),
	COLUMN(duration_ns, COLUMN_MAYBE),
	COLUMN(bitrate_bps, COLUMN_MAYBE),
	COLUMN(sample_hz, COLUMN_MAYBE),
	COLUMN(channels, COLUMN_MAYBE),
	COLUMN(bits, COLUMN_MAYBE),
	COLUMN(width, COLUMN_MAYBE),
	COLUMN(height, COLUMN_MAYBE),
	COLUMN(track, COLUMN_MAYBE),
	COLUMN(disc, COLUMN_MAYBE),
	COLUMN(has_cover, COLUMN_NUMBER),
	COLUMN(has_art, COLUMN_NUMBER),
	COLUMN(has_ifo, COLUMN_NUMBER),
	COLUMN(list, COLUMN_NUMBER),
	COLUMN(start_ns, COLUMN_MAYBE),
	COLUMN(end_ns, COLUMN_MAYBE),
	COLUMN(tracks, COLUMN_MAYBE),
	COLUMN(discs, COLUMN_MAYBE),
	COLUMN(year, COLUMN_MAYBE),
	COLUMN(season, COLUMN_MAYBE),
	COLUMN(episode, COLUMN_MAYBE),
	COLUMN(bpm, COLUMN_MAYBE),
	COLUMN(rating, COLUMN_MAYBE),
	COLUMN(compilation, COLUMN_NUMBER),
	COLUMN(has_lyrics, COLUMN_NUMBER),
	COLUMN(track_gain, COLUMN_SIGNED),
	COLUMN(album_gain, COLUMN_SIGNED),
	COLUMN(frame_rate_mhz, COLUMN_MAYBE),
	COLUMN(orientation, COLUMN_MAYBE),
	COLUMN(chapters, COLUMN_MAYBE),
	COLUMN(added, COLUMN_MAYBE),
	COLUMN(play_count, COLUMN_MAYBE),
	COLUMN(position, COLUMN_MAYBE),
	COLUMN(played, COLUMN_MAYBE),
	COLUMN(watched, COLUMN_NUMBER),
	COLUMN(promised, COLUMN_NUMBER),
	COLUMN(object_update_id, COLUMN_NUMBER),
	COLUMN(name, COLUMN_OCTETS),
	COLUMN(title, COLUMN_TEXT),
	COLUMN(artist, COLUMN_TEXT),
	COLUMN(album_artist, COLUMN_TEXT),
	COLUMN(album, COLUMN_TEXT),
	COLUMN(genre, COLUMN_TEXT),
	COLUMN(composer, COLUMN_TEXT),
	COLUMN(date, COLUMN_TEXT),
	COLUMN(conductor, COLUMN_TEXT),
	COLUMN(publisher, COLUMN_TEXT),
	COLUMN(director, COLUMN_TEXT),
	COLUMN(actor, COLUMN_TEXT),
	COLUMN(original_date, COLUMN_TEXT),
	COLUMN(taken, COLUMN_TEXT),
	COLUMN(comment, COLUMN_TEXT),
	COLUMN(description, COLUMN_TEXT),
	COLUMN(rights, COLUMN_TEXT),
	COLUMN(series, COLUMN_TEXT),
	COLUMN(audio_codec, COLUMN_TEXT),
	COLUMN(video_codec, COLUMN_TEXT),
	COLUMN(hdr, COLUMN_TEXT),
	COLUMN(audio_languages, COLUMN_TEXT),
	COLUMN(subtitle_languages, COLUMN_TEXT),
	COLUMN(camera, COLUMN_TEXT),
	COLUMN(location, COLUMN_TEXT),
	COLUMN(subtitles, COLUMN_OCTETS),
	COLUMN(url, COLUMN_TEXT),
	COLUMN(mime, COLUMN_TEXT),
	COLUMN(profile, COLUMN_TEXT),
	COLUMN(group_artist, COLUMN_GROUP),
	COLUMN(group_album, COLUMN_GROUP),
	COLUMN(album_owner, COLUMN_GROUP),
	COLUMN(group_genre, COLUMN_GROUP),
	COLUMN(group_year, COLUMN_GROUP),
	COLUMN(group_initial, COLUMN_GROUP),
	COLUMN(sort_name, COLUMN_OCTETS),
	COLUMN(sort_title, COLUMN_OCTETS),
	COLUMN(sort_artist, COLUMN_OCTETS),
	COLUMN(sort_album, COLUMN_OCTETS),
	COLUMN(sort_album_artist, COLUMN_OCTETS),
	COLUMN(sort_composer, COLUMN_OCTETS),
	COLUMN(sort_series, COLUMN_OCTETS),
	COLUMN(fold_title, COLUMN_TEXT),
	COLUMN(fold_artist, COLUMN_TEXT),
	COLUMN(fold_album, COLUMN_TEXT),
	COLUMN(fold_genre, COLUMN_TEXT),
#undef COLUMN
};

static int64_t *
number_at(Item *item, size_t i)
{
	return (int64_t *)((char *)item + columns[i].offset);
}

static const char **
text_at(Item *item, size_t i)
{
	return (const char **)((char *)item + columns[i].offset);
}

static bool
is_number(size_t i)
{
	return columns[i].type <= COLUMN_SIGNED;
}

static bool
is_known(size_t i, int64_t value)
{
	return columns[i].type == COLUMN_MAYBE    ? value >= 0
	       : columns[i].type == COLUMN_SIGNED ? value != INT64_MIN
						  : true;
}

static void *
build_unknown(void *unused)
{
	static Item unknown;

	(void)unused;
	for (size_t i = 0; i < G_N_ELEMENTS(columns); i++) {
		if (columns[i].type == COLUMN_MAYBE) {
			*number_at(&unknown, i) = -1;
		} else if (columns[i].type == COLUMN_SIGNED) {
			*number_at(&unknown, i) = INT64_MIN;
		}
	}
	unknown.duration_ns = AVU_TIME_NONE;
	return &unknown;
}

void
item_init(Item *item)
{
	static GOnce once = G_ONCE_INIT;

	*item = *(const Item *)g_once(&once, build_unknown, NULL);
}

const char *
item_kind_get_class(unsigned kind)
{
	static const char *const classes[] = {
		[ITEM_NONE] = "object.item",
		[ITEM_AUDIO] = "object.item.audioItem.musicTrack",
		[ITEM_VIDEO] = "object.item.videoItem",
		[ITEM_IMAGE] = "object.item.imageItem.photo",
		[ITEM_RADIO] = "object.item.audioItem.audioBroadcast",
		[ITEM_TELEVISION] = "object.item.videoItem.videoBroadcast",
	};

	return kind < G_N_ELEMENTS(classes) ? classes[kind] : NULL;
}

bool
item_is_live(const Item *item)
{
	return item->kind == ITEM_RADIO || item->kind == ITEM_TELEVISION;
}

const char *
item_get_class(const Item *item)
{
	return item_kind_get_class((unsigned)item->kind);
}

/* Keys and groups are for finding: nobody is shown them, and they are half of the row. */
static bool
is_shown(size_t i)
{
	static const char *const hidden[] = { "sort_", "fold_", "group_", "album_owner" };

	for (size_t h = 0; h < G_N_ELEMENTS(hidden); h++) {
		if (g_str_has_prefix(columns[i].name, hidden[h])) {
			return false;
		}
	}
	return true;
}

bool
item_is_growing(const Item *item)
{
	return item->size_bytes == ITEM_SIZE_GROWS;
}

bool
item_has_art(const Item *item)
{
	return item->kind == ITEM_AUDIO ? item->has_cover > 0 || item->has_art > 0
					: item->width > 0; /* its header could be read */
}

/* Behind the columns: the shared folder that the file lies in. */
#define ROOT_SQL ", (SELECT root FROM folder WHERE folder.id = item.folder)"

typedef struct {
	char *create, *put, *get, *get_shown, *get_shown_row, *get_shown_row_only;
	unsigned shown[G_N_ELEMENTS(columns)]; /* indices in columns */
	unsigned n_shown;
} Texts;

static void *
build_texts(void *unused)
{
	static Texts texts;
	/* rows stand in the order they came: with hashes as row numbers each insert would touch a
	 * page of its own */
	GString *create = g_string_new("CREATE TABLE item (row INTEGER PRIMARY KEY");
	GString *put = g_string_new("INSERT INTO item VALUES (NULL");
	GString *update = g_string_new(NULL);
	GString *get = g_string_new("SELECT ");
	GString *shown = g_string_new("SELECT ");

	(void)unused;
	for (size_t i = 0; i < G_N_ELEMENTS(columns); i++) {
		const char *comma = i == 0 ? "" : ", ";

		g_string_append_printf(
			create, ", %s %s", columns[i].name, sql_types[columns[i].type]);
		g_string_append_printf(put, ", ?%zu", i + 1);
		g_string_append_printf(
			update, "%s%s = excluded.%s", comma, columns[i].name, columns[i].name);
		g_string_append_printf(get, "%sitem.%s", comma, columns[i].name);
		if (is_shown(i)) {
			g_string_append_printf(shown, "%s%s", comma, columns[i].name);
			texts.shown[texts.n_shown++] = (unsigned)i;
		}
	}
	g_string_append(create, ") STRICT;");
	g_string_append_printf(put, ") ON CONFLICT (id) DO UPDATE SET %s", update->str);
	(void)g_string_free(update, TRUE);
	g_string_append(get, ROOT_SQL " FROM item WHERE id = ?1");
	texts.get_shown = g_strconcat(shown->str, ROOT_SQL " FROM item WHERE id = ?1", NULL);
	texts.get_shown_row = g_strconcat(shown->str, ROOT_SQL " FROM item WHERE row = ?1", NULL);
	texts.get_shown_row_only = g_strconcat(shown->str, ", NULL FROM item WHERE row = ?1", NULL);
	(void)g_string_free(shown, TRUE);
	texts.create = g_string_free(create, FALSE);
	texts.put = g_string_free(put, FALSE);
	texts.get = g_string_free(get, FALSE);
	return &texts;
}

static const Texts *
get_texts(void)
{
	static GOnce once = G_ONCE_INIT;

	return g_once(&once, build_texts, NULL);
}

const char *
item_sql_create(void)
{
	return get_texts()->create;
}

const char *
item_sql_put(void)
{
	return get_texts()->put;
}

const char *
item_sql_get(void)
{
	return get_texts()->get;
}

const char *
item_sql_get_shown(void)
{
	return get_texts()->get_shown;
}

const char *
item_sql_get_shown_row(bool root)
{
	return root ? get_texts()->get_shown_row : get_texts()->get_shown_row_only;
}

unsigned
item_get_n_columns(void)
{
	return G_N_ELEMENTS(columns);
}

const char *
item_column_name(unsigned column)
{
	return columns[column].name;
}

void
item_bind_column(const Item *item, unsigned column, Statement *statement, int at)
{
	Item *fields = (Item *)item; /* only read: number_at serves both directions */

	if (is_number(column)) {
		int64_t value = *number_at(fields, column);

		if (is_known(column, value)) {
			statement_bind_int(statement, at, value);
		}
		return;
	}
	const char *text = *text_at(fields, column);

	if (columns[column].type == COLUMN_OCTETS && text != NULL) {
		statement_bind_blob(statement, at, text, strlen(text));
	} else {
		statement_bind_text(statement, at,
			text == NULL && columns[column].type == COLUMN_GROUP ? "" : text);
	}
}

void
item_bind(const Item *item, Statement *statement)
{
	for (unsigned i = 0; i < G_N_ELEMENTS(columns); i++) {
		item_bind_column(item, i, statement, (int)i + 1);
	}
}

bool
item_column_equal(const Item *a, const Item *b, unsigned column)
{
	return is_number(column)
		       ? *number_at((Item *)a, column) == *number_at((Item *)b, column)
		       : g_strcmp0(*text_at((Item *)a, column), *text_at((Item *)b, column)) == 0;
}

static const char *
keep(GPtrArray *strings, const char *text)
{
	char *copy = g_strdup(text);

	if (copy != NULL) {
		g_ptr_array_add(strings, copy);
	}
	return copy;
}

void
item_set_column(Item *item, const char *name, Statement *row, int at, GPtrArray *strings)
{
	Item unknown;

	item_init(&unknown);
	for (unsigned i = 0; i < G_N_ELEMENTS(columns); i++) {
		if (!g_str_equal(columns[i].name, name)) {
			continue;
		}
		if (is_number(i)) {
			*number_at(item, i) = statement_is_null(row, at)
						      ? *number_at(&unknown, i)
						      : statement_get_int(row, at);
		} else {
			*text_at(item, i) = keep(strings, statement_get_text(row, at));
		}
	}
}

void
item_own(Item *item, GPtrArray *strings)
{
	for (unsigned i = 0; i < G_N_ELEMENTS(columns); i++) {
		if (!is_number(i)) {
			*text_at(item, i) = keep(strings, *text_at(item, i));
		}
	}
	item->root = keep(strings, item->root);
}

static void
set_from_row(Item *item, size_t i, Statement *statement, int column)
{
	if (!is_number(i)) {
		*text_at(item, i) = statement_get_text(statement, column); /* NULL for NULL */
	} else if (columns[i].type <= COLUMN_NUMBER || !statement_is_null(statement, column)) {
		*number_at(item, i) = statement_get_int(statement, column);
	}
}

void
item_from_row(Item *ret_item, Statement *statement)
{
	item_init(ret_item);
	for (size_t i = 0; i < G_N_ELEMENTS(columns); i++) {
		set_from_row(ret_item, i, statement, (int)i);
	}
	ret_item->root = statement_get_text(statement, (int)G_N_ELEMENTS(columns));
}

void
item_from_shown(Item *ret_item, Statement *statement)
{
	const Texts *texts = get_texts();

	item_init(ret_item);
	for (unsigned i = 0; i < texts->n_shown; i++) {
		set_from_row(ret_item, texts->shown[i], statement, (int)i);
	}
	ret_item->root = statement_get_text(statement, (int)texts->n_shown);
}
