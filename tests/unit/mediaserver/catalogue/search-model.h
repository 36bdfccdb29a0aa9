/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Random items, and what the standard says of each of them: the model that searches are held against. */
#pragma once

#include <string.h>

#include <av-upnp/duration.h>
#include <av-upnp/text.h>

#include "catalogue-backends.h"
#include "mediaserver/catalogue/catalogue.h"

#define N_ITEMS 60
#define MS (AVU_NS_PER_S / 1000)
#define SEPARATOR "\037"

typedef struct {
	int64_t id;
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
	item_set_groups(&item, strings);
	g_assert_true(catalogue_put_item(f->catalogue, &folder, &item, &error));
	g_assert_no_error(error);
	model->id = item.id;
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
		put(f, i);
	}
	g_assert_true(catalogue_commit(f->catalogue, NULL));
}

/* The values of a property as DIDL-Lite shows them; NULL-ended, g_strfreev() it. */
static inline char **
values_of(const Model *model, AvuProperty property)
{
	static const char *const classes[] = { NULL, "object.item.audioItem.musicTrack",
		"object.item.videoItem", "object.item.imageItem.photo" };
	g_autofree char *made = NULL;
	const char *text = NULL;

	switch (property) {
	case AVU_PROPERTY_TITLE:
		text = model->title;
		break;
	case AVU_PROPERTY_ARTIST:
		text = model->artist;
		break;
	case AVU_PROPERTY_CREATOR:
		text = made = model->artist == NULL
				      ? NULL
				      : g_strndup(model->artist, strcspn(model->artist, SEPARATOR));
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
	AVU_PROPERTY_RATING, AVU_PROPERTY_RES_SIZE, AVU_PROPERTY_RES_DURATION,
	AVU_PROPERTY_REF_ID };

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
	return property == AVU_PROPERTY_CLASS || property == AVU_PROPERTY_DATE
		       ? g_ascii_strdown(text, -1)
		       : avu_text_fold(text);
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
