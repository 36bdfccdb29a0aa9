/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Articles and letters of a language. The C library knows languages: a letter has a place of its own
 * where its first weight is not that of the letter without its marks. It stands in keys as the ASCII
 * letter before it and a sign that comes after all letters. Constant once configured, any thread. */
#include "mediaserver/catalogue/sort-key.h"

#include <locale.h>
#include <string.h>

#include <av-upnp/hash.h>
#include <av-upnp/text.h>

/* Latin letters with marks. */
#define FIRST_LETTER 0xdf
#define LAST_LETTER 0x24f
#define AFTER 0x7f
#define WEIGHT_MAX 64

typedef struct {
	gunichar letter; /* small */
	char weight[WEIGHT_MAX];
	char key[4]; /* ASCII letter, AFTER, rank */
} Placed;

static char **articles; /* folded */
static GArray *placed;  /* Placed, by letter; NULL: none */

/* The first level of a collation key: what tells letters apart. */
static bool
get_weight(gunichar letter, locale_t locale, char weight[WEIGHT_MAX])
{
	char text[8] = { 0 };
	char key[512];

	(void)g_unichar_to_utf8(letter, text);
	if (strxfrm_l(key, text, sizeof(key), locale) >= sizeof(key)) {
		return false;
	}
	size_t len = strcspn(key, "\x01");

	if (len == 0 || len >= WEIGHT_MAX) {
		return false;
	}
	memset(weight, 0, WEIGHT_MAX);
	memcpy(weight, key, len);
	return true;
}

/* "o" of "ö"; 0: it is not a letter with marks */
static gunichar
bare_letter(gunichar letter)
{
	char text[8] = { 0 };

	(void)g_unichar_to_utf8(letter, text);
	g_autofree char *fold = avu_text_fold(text);

	return strlen(fold) == 1 && g_ascii_islower(fold[0]) ? (gunichar)fold[0] : 0;
}

static int
compare_weights(const void *a, const void *b)
{
	return strcmp(((const Placed *)a)->weight, ((const Placed *)b)->weight);
}

/* Letters without a bare one ("ø", "æ", "ß") have their place in every language; only those count that
 * this one puts behind an ASCII letter. */
static void
add_letter(GArray *letters, gunichar letter, locale_t locale)
{
	Placed entry = { .letter = letter };
	char bare[WEIGHT_MAX];
	gunichar base = bare_letter(letter);

	if (!g_unichar_islower(letter) || !get_weight(letter, locale, entry.weight)) {
		return;
	}
	if (base != 0 ? get_weight(base, locale, bare) && strcmp(bare, entry.weight) != 0
		      : letter == 0xe6 || letter == 0xf8) {
		g_array_append_val(letters, entry);
	}
}

static void
set_key(Placed *entry, unsigned rank, locale_t locale)
{
	char weight[WEIGHT_MAX];
	char before = 'a';

	for (char c = 'a'; c <= 'z'; c++) {
		if (get_weight((gunichar)c, locale, weight) && strcmp(weight, entry->weight) < 0) {
			before = c;
		}
	}
	entry->key[0] = before;
	entry->key[1] = AFTER;
	entry->key[2] = (char)('!' + MIN(rank, 90u));
}

static GArray *
list_letters(const char *name)
{
	locale_t locale = newlocale(LC_COLLATE_MASK | LC_CTYPE_MASK, name, (locale_t)0);
	GArray *letters = g_array_new(FALSE, FALSE, sizeof(Placed));

	if (locale == (locale_t)0) {
		return letters; /* not on this machine: letters without marks */
	}
	char a[WEIGHT_MAX], acute[WEIGHT_MAX];

	/* a locale that compares code points knows no language */
	if (get_weight('a', locale, a) && get_weight(0xe1, locale, acute) &&
		strcmp(a, acute) == 0) {
		for (gunichar c = FIRST_LETTER; c <= LAST_LETTER; c++) {
			add_letter(letters, c, locale);
		}
	}
	g_array_sort(letters, compare_weights);
	for (guint i = 0; i < letters->len; i++) {
		set_key(&g_array_index(letters, Placed, i), i, locale);
	}
	freelocale(locale);
	return letters;
}

void
sort_key_configure(const char *const *list, const char *locale)
{
	GPtrArray *folded = g_ptr_array_new();

	for (size_t i = 0; list != NULL && list[i] != NULL; i++) {
		g_ptr_array_add(folded, avu_text_fold(list[i]));
	}
	g_ptr_array_add(folded, NULL);
	g_strfreev(articles);
	articles = (char **)g_ptr_array_free(folded, FALSE);
	g_clear_pointer(&placed, g_array_unref);
	if (locale != NULL) {
		placed = list_letters(locale);
	}
}

int64_t
sort_key_get_signature(void)
{
	g_autoptr(GString) text = g_string_new(NULL);

	for (size_t i = 0; articles != NULL && articles[i] != NULL; i++) {
		g_string_append_printf(text, "%s\n", articles[i]);
	}
	for (guint i = 0; placed != NULL && i < placed->len; i++) {
		const Placed *entry = &g_array_index(placed, Placed, i);

		g_string_append_printf(text, "%x=%s\n", entry->letter, entry->key);
	}
	return avu_hash_strings(60, text->str, NULL);
}

/* What stands behind a leading article; text itself when it has none or nothing else. */
static const char *
skip_article(const char *text)
{
	for (size_t i = 0; articles != NULL && articles[i] != NULL; i++) {
		size_t len = strlen(articles[i]);
		bool joined = len > 0 && articles[i][len - 1] == '\'';

		if (g_ascii_strncasecmp(text, articles[i], len) != 0 ||
			(!joined && text[len] != ' ')) {
			continue;
		}
		const char *rest = text + len + strspn(text + len, " ");

		return *rest != '\0' ? rest : text;
	}
	return text;
}

static const Placed *
find_placed(gunichar letter)
{
	for (guint i = 0; placed != NULL && i < placed->len; i++) {
		const Placed *entry = &g_array_index(placed, Placed, i);

		if (entry->letter == letter) {
			return entry;
		}
	}
	return NULL;
}

static void
append_plain(GString *key, const char *text, size_t len)
{
	g_autofree char *part = g_strndup(text, len);
	g_autofree char *part_key = avu_text_sort_key(part);

	/* blanks inside count */
	for (size_t i = 0; key->len > 0 && part[i] == ' '; i++) {
		g_string_append_c(key, ' ');
	}
	g_string_append(key, part_key);
}

char *
sort_key_dup(const char *text)
{
	text = skip_article(text);
	if (placed == NULL || placed->len == 0) {
		return avu_text_sort_key(text);
	}
	g_autofree char *clean = avu_text_sanitize(text, strlen(text), SIZE_MAX);
	g_autofree char *composed = g_utf8_normalize(clean, -1, G_NORMALIZE_ALL_COMPOSE);
	GString *key = g_string_new(NULL);
	const char *plain = composed;

	for (const char *p = composed; *p != '\0'; p = g_utf8_next_char(p)) {
		const Placed *entry = (guchar)*p < 0x80
					      ? NULL
					      : find_placed(g_unichar_tolower(g_utf8_get_char(p)));

		if (entry != NULL) {
			append_plain(key, plain, (size_t)(p - plain));
			g_string_append(key, entry->key);
			plain = g_utf8_next_char(p);
		}
	}
	append_plain(key, plain, strlen(plain));
	return g_string_free(key, FALSE);
}

uint32_t
sort_key_get_letter(const char *key)
{
	for (guint i = 0; placed != NULL && i < placed->len; i++) {
		const Placed *entry = &g_array_index(placed, Placed, i);

		if (g_str_has_prefix(key, entry->key)) {
			return entry->letter;
		}
	}
	return 0;
}
