/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Random items, and what the standard says of each of them: the model that searches are held against. */
#pragma once

#include <glib/gstdio.h>
#include <string.h>

#include <av-upnp/duration.h>
#include <av-upnp/text.h>

#include "catalogue-backends.h"
#include "mediaserver/catalogue/catalogue.h"

#define N_ITEMS 60
#define MS (AVU_NS_PER_S / 1000)
#define SEPARATOR "\037"

/* Columns that are shown as they are, in the order of Model. Those with several values share a form. */
static const struct {
	AvuProperty property;
	size_t offset;      /* in Item */
	size_t sort_offset; /* of its key in Item; 0: none */
} text_columns[] = {
	{ AVU_PROPERTY_ALBUM_ARTIST, offsetof(Item, album_artist),
		offsetof(Item, sort_album_artist) },
	{ AVU_PROPERTY_SERIES_TITLE, offsetof(Item, series), offsetof(Item, sort_series) },
	{ AVU_PROPERTY_DIRECTOR, offsetof(Item, director), 0 },
	{ AVU_PROPERTY_PUBLISHER, offsetof(Item, publisher), 0 },
	{ AVU_PROPERTY_DESCRIPTION, offsetof(Item, comment), 0 },
	{ AVU_PROPERTY_LONG_DESCRIPTION, offsetof(Item, description), 0 },
	{ AVU_PROPERTY_LANGUAGE, offsetof(Item, audio_languages), 0 },
};
static const struct {
	AvuProperty property;
	size_t offset;
} number_columns[] = {
	{ AVU_PROPERTY_DISC, offsetof(Item, disc) },
	{ AVU_PROPERTY_EPISODE_NUMBER, offsetof(Item, episode) },
	{ AVU_PROPERTY_EPISODE_SEASON, offsetof(Item, season) },
	{ AVU_PROPERTY_PLAYBACK_COUNT, offsetof(Item, play_count) },
	{ AVU_PROPERTY_RES_SAMPLE_FREQUENCY, offsetof(Item, sample_hz) },
	{ AVU_PROPERTY_RES_BITS_PER_SAMPLE, offsetof(Item, bits) },
	{ AVU_PROPERTY_RES_CHANNELS, offsetof(Item, channels) },
};

typedef struct {
	int64_t id;
	char *texts[G_N_ELEMENTS(text_columns)];
	int64_t numbers[G_N_ELEMENTS(number_columns)]; /* -1: none */
	int64_t octets_per_s, width, height;           /* -1: none */
	int64_t played_days, position_s;               /* -1: none */
	char *title, *artist, *album, *genre, *actor, *composer, *date;
	int64_t track, size, duration_ms, rating;
	ItemKind kind;
} Model;

typedef struct {
	char *directory;
	State *state;
	Catalogue *catalogue;
	Model items[N_ITEMS];
	GRand *rand;
} Fixture;

static const char *const words[] = { "Änne", "anne", "Blue", "blue moon", "Moon", "7", "007", "10",
	"100%", "_x_", "say \"hi\"", "a\\b", "Ω mega", "日本語", "日本", "The End", "O'Neil",
	"Straße", "x", "or", "and" };
static const char *const dates[] = { "1999-01-01", "2004-05-14", "2004-05-14T10:00:00",
	"2010-12-31" };

static inline unsigned
below(Fixture *f, unsigned bound)
{
	return (unsigned)g_rand_int_range(f->rand, 0, (gint32)bound);
}

static const char *
pick(Fixture *f)
{
	return words[below(f, G_N_ELEMENTS(words))];
}

/* None, one, or several values. */
static inline char *
pick_values(Fixture *f)
{
	switch (below(f, 4)) {
	case 0:
		return NULL;
	case 1:
		return g_strconcat(pick(f), SEPARATOR "second ", pick(f), NULL);
	default:
		return g_strdup(pick(f));
	}
}

static inline const char *
keep_key(GPtrArray *strings, const char *text)
{
	char *key = text != NULL ? avu_text_sort_key(text) : NULL;

	g_ptr_array_add(strings, key);
	return key;
}

static inline void
put_columns(Item *item, const Model *model, GPtrArray *strings)
{
	for (size_t i = 0; i < G_N_ELEMENTS(text_columns); i++) {
		*(const char **)((char *)item + text_columns[i].offset) = model->texts[i];
		if (text_columns[i].sort_offset != 0) {
			*(const char **)((char *)item + text_columns[i].sort_offset) =
				keep_key(strings, model->texts[i]);
		}
	}
	for (size_t i = 0; i < G_N_ELEMENTS(number_columns); i++) {
		*(int64_t *)((char *)item + number_columns[i].offset) = model->numbers[i];
	}
	item->bitrate_bps = model->octets_per_s < 0 ? -1 : 8 * model->octets_per_s;
	item->width = model->width;
	item->height = model->height;
	item->played = model->played_days < 0 ? -1 : 86400 * model->played_days;
	item->position = model->position_s < 0 ? -1 : model->position_s * AVU_NS_PER_S;
}

static inline void
put(Fixture *f, unsigned i)
{
	static const char *const mimes[] = { NULL, "audio/flac", "video/mp4", "image/jpeg" };
	g_autoptr(GError) error = NULL;
	g_autoptr(GPtrArray) strings = g_ptr_array_new_with_free_func(g_free);
	const CatalogueFolder folder = { "11111111-2222-3333-4444-555555555555", "Files", "" };
	Model *model = &f->items[i];
	g_autofree char *name = g_strdup_printf("file %u", i);
	g_autofree char *sort_title = avu_text_sort_key(model->title);
	Item item;

	item_init(&item);
	item.kind = model->kind;
	item.name = name;
	item.title = model->title;
	item.artist = model->artist;
	item.album = model->album;
	item.genre = model->genre;
	item.actor = model->actor;
	item.composer = model->composer;
	item.date = model->date;
	item.track = model->track;
	item.size_bytes = model->size;
	item.rating = model->rating;
	item.duration_ns = model->duration_ms < 0 ? AVU_TIME_NONE : model->duration_ms * MS;
	item.mime = mimes[model->kind];
	item.sort_title = item.sort_name = sort_title;
	item.sort_artist = keep_key(strings, model->artist);
	item.sort_album = keep_key(strings, model->album);
	item.sort_composer = keep_key(strings, model->composer);
	put_columns(&item, model, strings);
	item_set_groups(&item, strings);
	g_assert_true(catalogue_put_item(f->catalogue, &folder, &item, &error));
	g_assert_no_error(error);
	model->id = item.id;
}

static inline void
fill_columns(Fixture *f, Model *model)
{
	for (size_t i = 0; i < G_N_ELEMENTS(text_columns); i++) {
		model->texts[i] = pick_values(f);
	}
	for (size_t i = 0; i < G_N_ELEMENTS(number_columns); i++) {
		model->numbers[i] = (int64_t)below(f, 9) - 1;
	}
	model->octets_per_s = below(f, 3) == 0 ? -1 : 1 + (int64_t)below(f, 9);
	model->width = below(f, 3) == 0 ? -1 : 1 + (int64_t)below(f, 12);
	model->height = model->width < 0 ? -1 : 1 + (int64_t)below(f, 12);
	model->played_days = below(f, 3) == 0 ? -1 : 1 + (int64_t)below(f, 9);
	model->position_s = below(f, 3) == 0 ? -1 : 1 + (int64_t)below(f, 9);
}

static inline void
fill(Fixture *f)
{
	const CatalogueFolder folder = { "11111111-2222-3333-4444-555555555555", "Files", "" };

	g_assert_true(catalogue_begin(f->catalogue, NULL));
	g_assert_true(catalogue_put_folder(f->catalogue, &folder, NULL));
	for (unsigned i = 0; i < N_ITEMS; i++) {
		f->items[i] = (Model){
			.title = g_strdup(pick(f)),
			.artist = pick_values(f),
			.album = below(f, 3) == 0 ? NULL : g_strdup(pick(f)),
			.genre = pick_values(f),
			.actor = pick_values(f),
			.composer = pick_values(f),
			.date = below(f, 3) == 0 ? NULL
						 : g_strdup(dates[below(f, G_N_ELEMENTS(dates))]),
			.track = (int64_t)below(f, 15) - 1,
			.size = below(f, 5),
			.duration_ms = below(f, 4) == 0 ? -1 : 1000 * (int64_t)below(f, 5000),
			.rating = (int64_t)below(f, 6) * 20 - 20,
			.kind = (ItemKind)(1 + below(f, 3)),
		};
		fill_columns(f, &f->items[i]);
		put(f, i);
	}
	g_assert_true(catalogue_commit(f->catalogue, NULL));
}

/* dc:creator is the first of them. */
static inline const char *
people_of(const Model *model)
{
	return model->artist != NULL ? model->artist : model->texts[0]; /* album artists */
}

/* The values of a property as DIDL-Lite shows them; NULL-ended, g_strfreev() it. */
static inline char **
values_of(const Model *model, AvuProperty property)
{
	static const char *const classes[] = { NULL, "object.item.audioItem.musicTrack",
		"object.item.videoItem", "object.item.imageItem.photo" };
	g_autofree char *made = NULL;
	const char *text = NULL;

	for (size_t i = 0; i < G_N_ELEMENTS(text_columns); i++) {
		text = text_columns[i].property == property ? model->texts[i] : text;
	}
	for (size_t i = 0; i < G_N_ELEMENTS(number_columns); i++) {
		if (number_columns[i].property == property && model->numbers[i] >= 0) {
			text = made = g_strdup_printf("%d", (int)model->numbers[i]);
		}
	}
	switch (property) {
	case AVU_PROPERTY_TITLE:
		text = model->title;
		break;
	case AVU_PROPERTY_ARTIST: /* upnp:artist of any role */
		text = made =
			g_strjoin(model->artist != NULL && model->texts[0] != NULL ? SEPARATOR : "",
				model->artist != NULL ? model->artist : "",
				model->texts[0] != NULL ? model->texts[0] : "", NULL);
		text = text[0] != '\0' ? text : NULL;
		break;
	case AVU_PROPERTY_CREATOR:
		text = people_of(model);
		text = made = text == NULL ? NULL : g_strndup(text, strcspn(text, SEPARATOR));
		break;
	case AVU_PROPERTY_ID:
		text = made = g_strdup_printf("i%015" G_GINT64_MODIFIER "x", model->id);
		break;
	case AVU_PROPERTY_RES_BITRATE:
		text = made = model->octets_per_s < 0
				      ? NULL
				      : g_strdup_printf("%d", (int)model->octets_per_s);
		break;
	case AVU_PROPERTY_RES_RESOLUTION:
		text = made = model->width < 0 ? NULL
					       : g_strdup_printf("%dx%d", (int)model->width,
							 (int)model->height);
		break;
	case AVU_PROPERTY_LAST_PLAYBACK_TIME:
		text = made = model->played_days < 0 ? NULL
						     : g_strdup_printf("1970-01-%02dT00:00:00Z",
							       (int)model->played_days + 1);
		break;
	case AVU_PROPERTY_LAST_PLAYBACK_POSITION:
		text = made = model->position_s < 0
				      ? NULL
				      : g_strdup_printf("P00:00:%02d", (int)model->position_s);
		break;
	case AVU_PROPERTY_ALBUM:
		text = model->album;
		break;
	case AVU_PROPERTY_GENRE:
		text = model->genre;
		break;
	case AVU_PROPERTY_ACTOR:
		text = model->actor;
		break;
	case AVU_PROPERTY_AUTHOR:
		text = model->composer;
		break;
	case AVU_PROPERTY_DATE:
		text = model->date;
		break;
	case AVU_PROPERTY_CLASS:
		text = classes[model->kind];
		break;
	case AVU_PROPERTY_TRACK:
		text = made = model->track < 0 ? NULL : g_strdup_printf("%d", (int)model->track);
		break;
	case AVU_PROPERTY_RATING:
		text = made = model->rating < 0 ? NULL : g_strdup_printf("%d", (int)model->rating);
		break;
	case AVU_PROPERTY_RES_SIZE:
		text = made = g_strdup_printf("%d", (int)model->size);
		break;
	case AVU_PROPERTY_RES_DURATION:
		text = made = model->duration_ms < 0
				      ? NULL
				      : avu_duration_format(model->duration_ms * MS, true);
		break;
	default:
		break; /* @refID: results are the items themselves */
	}
	return text == NULL ? g_new0(char *, 1) : g_strsplit(text, SEPARATOR, -1);
}

static const AvuProperty searched[] = { AVU_PROPERTY_TITLE, AVU_PROPERTY_ARTIST,
	AVU_PROPERTY_CREATOR, AVU_PROPERTY_ALBUM, AVU_PROPERTY_GENRE, AVU_PROPERTY_ACTOR,
	AVU_PROPERTY_AUTHOR, AVU_PROPERTY_DATE, AVU_PROPERTY_CLASS, AVU_PROPERTY_TRACK,
	AVU_PROPERTY_RATING, AVU_PROPERTY_RES_SIZE, AVU_PROPERTY_RES_DURATION, AVU_PROPERTY_REF_ID,
	AVU_PROPERTY_ALBUM_ARTIST, AVU_PROPERTY_SERIES_TITLE, AVU_PROPERTY_DIRECTOR,
	AVU_PROPERTY_PUBLISHER, AVU_PROPERTY_DESCRIPTION, AVU_PROPERTY_LONG_DESCRIPTION,
	AVU_PROPERTY_LANGUAGE, AVU_PROPERTY_DISC, AVU_PROPERTY_EPISODE_NUMBER,
	AVU_PROPERTY_EPISODE_SEASON, AVU_PROPERTY_PLAYBACK_COUNT, AVU_PROPERTY_RES_SAMPLE_FREQUENCY,
	AVU_PROPERTY_RES_BITS_PER_SAMPLE, AVU_PROPERTY_RES_CHANNELS, AVU_PROPERTY_RES_BITRATE,
	AVU_PROPERTY_RES_RESOLUTION, AVU_PROPERTY_LAST_PLAYBACK_TIME,
	AVU_PROPERTY_LAST_PLAYBACK_POSITION, AVU_PROPERTY_ID };

static inline bool
is_integer(const char *text)
{
	const char *digits = text + strspn(text, "+-");

	return digits - text <= 1 && digits[0] != '\0' &&
	       strspn(digits, "0123456789") == strlen(digits);
}

/* Text is compared without case and accents; what is no text for people, without case. */
static inline char *
fold_as(AvuProperty property, const char *text)
{
	switch (property) {
	case AVU_PROPERTY_CLASS:
	case AVU_PROPERTY_DATE:
	case AVU_PROPERTY_ID:
	case AVU_PROPERTY_RES_RESOLUTION:
	case AVU_PROPERTY_LAST_PLAYBACK_TIME:
		return g_ascii_strdown(text, -1);
	default:
		return avu_text_fold(text);
	}
}

/* @clause ContentDirectory:4 5.3.16: numbers when both sides are integers, else text without case */
static inline int
compare(AvuProperty property, const char *a, const char *b)
{
	if (is_integer(a) && is_integer(b)) {
		int64_t one = g_ascii_strtoll(a, NULL, 10), other = g_ascii_strtoll(b, NULL, 10);

		return (one > other) - (one < other);
	}
	g_autofree char *one = fold_as(property, a);
	g_autofree char *other = fold_as(property, b);

	return strcmp(one, other);
}

static inline bool
holds_one(AvuProperty property, AvuQueryOperator relation, const char *value, const char *wanted)
{
	g_autofree char *folded = fold_as(property, value);
	g_autofree char *word = fold_as(property, wanted);
	int order = compare(property, value, wanted);

	switch (relation) {
	case AVU_QUERY_EQUAL:
		return order == 0;
	case AVU_QUERY_NOT_EQUAL:
		return order != 0;
	case AVU_QUERY_LESS:
		return order < 0;
	case AVU_QUERY_LESS_EQUAL:
		return order <= 0;
	case AVU_QUERY_GREATER:
		return order > 0;
	case AVU_QUERY_GREATER_EQUAL:
		return order >= 0;
	case AVU_QUERY_CONTAINS:
		return strstr(folded, word) != NULL;
	case AVU_QUERY_DOES_NOT_CONTAIN:
		return strstr(folded, word) == NULL;
	case AVU_QUERY_STARTS_WITH:
		return g_str_has_prefix(folded, word);
	case AVU_QUERY_DERIVED_FROM:
		return g_str_has_prefix(folded, word) &&
		       (folded[strlen(word)] == '\0' || folded[strlen(word)] == '.');
	case AVU_QUERY_EXISTS:
	case AVU_QUERY_EXISTS_NOT:
		break;
	}
	g_assert_not_reached();
}

static inline bool
holds(const Model *model, const AvuQueryNode *node)
{
	switch (node->kind) {
	case AVU_QUERY_ALL:
		return true;
	case AVU_QUERY_AND:
		return holds(model, node->left) && holds(model, node->right);
	case AVU_QUERY_OR:
		return holds(model, node->left) || holds(model, node->right);
	case AVU_QUERY_RELATION:
		break;
	}
	g_auto(GStrv) values = values_of(model, node->property);

	if (node->relation >= AVU_QUERY_EXISTS) {
		return (values[0] != NULL) == (node->relation == AVU_QUERY_EXISTS);
	}
	for (char **value = values; *value != NULL; value++) {
		if (holds_one(node->property, node->relation, *value, node->value)) {
			return true;
		}
	}
	return false;
}

static inline void
set_up(Fixture *f, const void *seed)
{
	g_autoptr(GError) error = NULL;

	f->rand = g_rand_new_with_seed(GPOINTER_TO_UINT(seed));
	f->directory = g_dir_make_tmp("model-XXXXXX", NULL);
	f->state = state_open(f->directory, &error);
	g_assert_no_error(error);
	f->catalogue = catalogue_backend()->open(f->directory, f->state, &error);
	g_assert_no_error(error);
	fill(f);
}

static inline void
tear_down(Fixture *f, const void *unused)
{
	(void)unused;
	catalogue_close(f->catalogue);
	state_close(f->state);

	g_autoptr(GDir) dir = g_dir_open(f->directory, 0, NULL);
	const char *name;

	while ((name = g_dir_read_name(dir)) != NULL) {
		g_autofree char *path = g_build_filename(f->directory, name, NULL);

		g_assert_cmpint(g_unlink(path), ==, 0);
	}
	g_assert_cmpint(g_rmdir(f->directory), ==, 0);
	for (unsigned i = 0; i < N_ITEMS; i++) {
		Model *model = &f->items[i];

		g_free(model->title);
		g_free(model->artist);
		g_free(model->album);
		g_free(model->genre);
		g_free(model->actor);
		g_free(model->composer);
		g_free(model->date);
		for (size_t t = 0; t < G_N_ELEMENTS(text_columns); t++) {
			g_free(model->texts[t]);
		}
	}
	g_rand_free(f->rand);
	g_free(f->directory);
}
