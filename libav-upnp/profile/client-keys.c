/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Keys of client profiles, one row each. Limits: CLIENT_RULES_MAX rules of a kind, CLIENT_WORDS_MAX words
 * of a list. The thread that loads. */
#include "client-private.h"

#include <string.h>

#include <av-upnp/cursor.h>
#include <av-upnp/text.h>

#define MATCH_PREFIX "Match."
#define AT(member_) offsetof(AvuClientProfile, member_)

typedef enum {
	KEY_NOTE,   /* for people */
	KEY_TEXT,   /* const char * */
	KEY_YES,    /* bit of habits */
	KEY_NO,     /* the same: "no" sets it */
	KEY_NUMBER, /* int64_t */
	KEY_WORD,   /* const char *: one of words */
	KEY_WORDS,  /* char **: any */
	KEY_FORMS,  /* unsigned: bits by words, the last of which is none */
	KEY_BITS,   /* unsigned: bits by words, one at least */
	KEY_RULE,   /* GArray of AvuClientRule; may repeat */
	KEY_EXTRA,  /* the same; its TO may have a MIME type behind it */
	KEY_PLAYS,  /* GArray of AvuClientPlays; may repeat */
} KeyType;

typedef struct {
	const char *name;
	KeyType type;
	size_t at;
	int64_t bound; /* YES, NO: the bit; NUMBER: the highest value */
	const char *const *words;
} Key;

static const char *const subtitle_words[] = { "resource", "element", "attribute", "header", "asked",
	"none", NULL };
static const char *const subtitle_type_words[] = { "srt", "vtt", "own", NULL };
/* What old sets have fonts for; what their makers sold in one region reads that of the region alone. */
static const char *const subtitle_charset_words[] = { "UTF-8", "UTF-16", "windows-1250",
	"windows-1251", "windows-1252", "windows-1253", "windows-1254", "windows-1255",
	"windows-1256", "windows-1257", "windows-1258", "windows-874", "ISO-8859-1", "ISO-8859-2",
	"ISO-8859-15", "KOI8-R", "GB18030", "BIG5-HKSCS", "CP932", "CP949", NULL };
static const char *const seek_words[] = { "none", "time", "bytes", "both", NULL };
static const char *const size_words[] = { "none", "estimate", NULL };
static const char *const date_words[] = { "full", "plain", "day", "year", NULL };
static const char *const character_words[] = { "all", "ascii", "quoted", NULL };
static const char *const bookmark_words[] = { "s", "ms", "none", NULL };
static const char *const description_words[] = { "usual", "microsoft", "samsung", NULL };
static const char *const id_words[] = { "own", "microsoft", "samsung", NULL };
static const char *const thumbnail_words[] = { "none", "JPEG_TN", "JPEG_SM", NULL };

static const Key keys[] = {
	{ "Source", KEY_NOTE, 0, 0, NULL },
	{ CLIENT_INHERIT, KEY_NOTE, 0, 0, NULL }, /* done before all others */
	{ "Maker", KEY_TEXT, AT(maker), 0, NULL },
	{ "Generic", KEY_YES, 0, AVU_CLIENT_GENERIC, NULL },
	{ "ControlPoint", KEY_YES, 0, AVU_CLIENT_CONTROL_POINT, NULL },
	{ "Dlna", KEY_NO, 0, AVU_CLIENT_NO_DLNA, NULL },
	{ "Flags", KEY_NO, 0, AVU_CLIENT_NO_FLAGS, NULL },
	{ "Features.Always", KEY_YES, 0, AVU_CLIENT_ALWAYS_FEATURES, NULL },
	{ "Seek.Lenient", KEY_YES, 0, AVU_CLIENT_LENIENT_SEEK, NULL },
	{ "Seek.TimeOnly", KEY_YES, 0, AVU_CLIENT_TIME_SEEK_ONLY, NULL },
	{ "Video.Interactive", KEY_YES, 0, AVU_CLIENT_INTERACTIVE_VIDEO, NULL },
	{ "Picture.CI", KEY_NO, 0, AVU_CLIENT_NO_PICTURE_CI, NULL },
	{ "Picture.Smaller", KEY_NO, 0, AVU_CLIENT_NO_SMALLER, NULL },
	{ "Sort", KEY_NO, 0, AVU_CLIENT_NO_SORT, NULL },
	{ "Class.Basic", KEY_YES, 0, AVU_CLIENT_BASIC_CLASSES, NULL },
	{ "Class.StorageFolders", KEY_YES, 0, AVU_CLIENT_STORAGE_FOLDERS, NULL },
	{ "Title.Dot", KEY_YES, 0, AVU_CLIENT_TITLE_DOT, NULL },
	{ "Title.Extension", KEY_YES, 0, AVU_CLIENT_TITLE_EXTENSION, NULL },
	{ "Title.Max", KEY_NUMBER, AT(title_max), 1024, NULL },
	{ "Text.Max", KEY_NUMBER, AT(text_max), 1024, NULL },
	{ "Text.Characters", KEY_WORD, AT(characters), 0, character_words },
	{ "Date", KEY_WORD, AT(date), 0, date_words },
	{ "Sec", KEY_NO, 0, AVU_CLIENT_NO_SEC, NULL },
	{ "Class.Media", KEY_YES, 0, AVU_CLIENT_MEDIA_CLASS, NULL },
	{ "Bookmark", KEY_WORD, AT(bookmark), 0, bookmark_words },
	{ "Description", KEY_WORD, AT(description), 0, description_words },
	{ "Ids", KEY_WORD, AT(ids), 0, id_words },
	{ "Album.Needed", KEY_YES, 0, AVU_CLIENT_NEEDS_ALBUM, NULL },
	{ "Subtitles", KEY_FORMS, AT(subtitles), 0, subtitle_words },
	{ "Subtitles.Types", KEY_BITS, AT(subtitle_types), 0, subtitle_type_words },
	{ "Subtitles.Charset", KEY_WORD, AT(subtitle_charset), 0, subtitle_charset_words },
	{ "Mime", KEY_RULE, AT(mimes), 0, NULL },
	{ "Name", KEY_RULE, AT(names), 0, NULL },
	{ "Extra", KEY_EXTRA, AT(extra), 0, NULL },
	{ "Art", KEY_WORDS, AT(art), 0, NULL },
	{ "Thumbnail", KEY_WORD, AT(thumbnail), 0, thumbnail_words },
	{ "Plays.Audio", KEY_PLAYS, AT(plays[AVU_PLAYS_AUDIO]), 0, NULL },
	{ "Plays.Video", KEY_PLAYS, AT(plays[AVU_PLAYS_VIDEO]), 0, NULL },
	{ "Plays.Image", KEY_PLAYS, AT(plays[AVU_PLAYS_IMAGE]), 0, NULL },
	{ "Max.Width", KEY_NUMBER, AT(max_width), 65536, NULL },
	{ "Max.Height", KEY_NUMBER, AT(max_height), 65536, NULL },
	{ "Max.SampleRate", KEY_NUMBER, AT(max_sample_hz), 100000000, NULL },
	{ "Max.Bits", KEY_NUMBER, AT(max_bits), 64, NULL },
	{ "Max.Channels", KEY_NUMBER, AT(max_channels), 64, NULL },
	{ "Max.VideoKbps", KEY_NUMBER, AT(max_video_kbps), 10000000, NULL },
	{ "Convert", KEY_NO, 0, AVU_CLIENT_NO_CONVERSION, NULL },
	{ "Convert.First", KEY_YES, 0, AVU_CLIENT_CONVERTED_FIRST, NULL },
	{ "Convert.Order", KEY_WORDS, AT(conversions), 0, NULL },
	{ "Convert.Seek", KEY_WORD, AT(converted_seek), 0, seek_words },
	{ "Convert.Size", KEY_WORD, AT(converted_size), 0, size_words },
};

/* One entry on its way into its client. */
typedef struct {
	Draft *draft;
	DraftSection *section;
	const DraftEntry *entry;
	const Key *key;
	Client *client;
} Setting;

static void
refuse(const Setting *s, const char *what)
{
	draft_refuse(s->draft, s->section, &s->entry->value_place, "%s: %s", s->entry->key, what);
}

static void *
place_of(const Setting *s)
{
	return (char *)&s->client->profile + s->key->at;
}

static bool
repeats(const Setting *s)
{
	for (guint i = 0; i < s->section->entries->len; i++) {
		const DraftEntry *other = &g_array_index(s->section->entries, DraftEntry, i);

		if (other == s->entry) {
			return false;
		}
		if (g_str_equal(other->key, s->entry->key)) {
			return true;
		}
	}
	return false;
}

static void
set_note(const Setting *s)
{
	(void)s;
}

static void
set_text(const Setting *s)
{
	*(const char **)place_of(s) = s->entry->value[0] != '\0' ? s->entry->value : NULL;
}

static void
set_bit(const Setting *s)
{
	const char *value = s->entry->value;
	unsigned *habits = &s->client->profile.habits;
	bool yes = g_str_equal(value, "yes");

	if (!yes && !g_str_equal(value, "no")) {
		refuse(s, "neither yes nor no");
	} else if (yes == (s->key->type == KEY_YES)) {
		*habits |= (unsigned)s->key->bound;
	} else {
		*habits &= ~(unsigned)s->key->bound;
	}
}

static void
set_number(const Setting *s)
{
	if (!avu_parse_int(s->entry->value, 0, s->key->bound, place_of(s))) {
		g_autofree char *text =
			g_strdup_printf("not a number from 0 to %" G_GINT64_FORMAT, s->key->bound);

		refuse(s, text);
	}
}

/* @return index in the words of the key, or -1, which is told */
static int
find_word(const Setting *s, const char *word)
{
	for (int i = 0; s->key->words[i] != NULL; i++) {
		if (g_str_equal(s->key->words[i], word)) {
			return i;
		}
	}
	draft_refuse_word(
		s->draft, s->section, &s->entry->value_place, "value", word, s->key->words);
	return -1;
}

static void
set_word(const Setting *s)
{
	int i = find_word(s, s->entry->value);

	if (i >= 0) {
		*(const char **)place_of(s) = s->key->words[i];
	}
}

/* Blanks part them. @return NULL: there are too many, which is told; g_strfreev() it */
static char **
split_words(const Setting *s, const char *text)
{
	g_autoptr(GPtrArray) words = g_ptr_array_new_with_free_func(g_free);
	AvuCursor in = avu_cursor_string(text);

	(void)avu_cursor_skip_blank(&in);
	while (!avu_cursor_at_end(&in)) {
		AvuCursor word = avu_cursor_take_until(&in, " \t");

		g_ptr_array_add(words, avu_cursor_dup(&word));
		(void)avu_cursor_skip_blank(&in);
	}
	if (words->len > CLIENT_WORDS_MAX) {
		refuse(s, "too many words");
		return NULL;
	}
	g_ptr_array_add(words, NULL);
	return (char **)g_ptr_array_free(g_steal_pointer(&words), FALSE);
}

static void
set_words(const Setting *s)
{
	char **words = split_words(s, s->entry->value);
	char ***place = place_of(s);

	if (words != NULL) {
		g_strfreev(*place);
		*place = words;
	}
}

static void
set_forms(const Setting *s)
{
	g_auto(GStrv) words = split_words(s, s->entry->value);
	unsigned forms = 0;

	for (size_t i = 0; words != NULL && words[i] != NULL; i++) {
		int bit = find_word(s, words[i]);

		if (bit < 0) {
			return;
		}
		/* "none" stands for no bit */
		forms |= s->key->type == KEY_BITS || s->key->words[bit + 1] != NULL ? 1u << bit : 0;
	}
	if (s->key->type == KEY_BITS && forms == 0) {
		refuse(s, "empty");
		return;
	}
	*(unsigned *)place_of(s) = forms;
}

/* In front of what is inherited and behind the section's own: rules are few. */
static void
add_rule(const Setting *s, const AvuClientRule *rule)
{
	GArray **rules = place_of(s);
	guint own = 0;

	for (guint i = 0; i < s->section->entries->len; i++) {
		const DraftEntry *other = &g_array_index(s->section->entries, DraftEntry, i);

		if (other == s->entry) {
			break;
		}
		own += g_str_equal(other->key, s->entry->key) ? 1 : 0;
	}
	if (*rules == NULL) {
		*rules = g_array_new(FALSE, FALSE, sizeof(AvuClientRule));
	}
	if ((*rules)->len >= CLIENT_RULES_MAX) {
		refuse(s, "too many of them");
	} else {
		(void)g_array_insert_vals(*rules, MIN(own, (*rules)->len), rule, 1);
	}
}

static void
set_rule(const Setting *s)
{
	AvuCursor in = avu_cursor_string(s->entry->value);
	AvuCursor from = avu_cursor_take_until(&in, ">");
	AvuClientRule rule = { NULL, NULL, NULL };

	while (from.end > from.at && g_ascii_isspace(from.end[-1])) {
		from.end--;
	}
	if (avu_cursor_len(&from) == 0 || !avu_cursor_take_char(&in, '>')) {
		refuse(s, "not of the form \"FROM > TO\"");
		return;
	}
	(void)avu_cursor_skip_blank(&in);
	rule.from = draft_keep(s->draft, from.at, avu_cursor_len(&from));
	AvuCursor to = s->key->type == KEY_EXTRA ? avu_cursor_take_until(&in, " ") : in;

	rule.to = draft_keep(s->draft, to.at, avu_cursor_len(&to));
	if (s->key->type == KEY_EXTRA && avu_cursor_skip_blank(&in) && !avu_cursor_at_end(&in)) {
		rule.mime = draft_keep(s->draft, in.at, avu_cursor_len(&in));
	}
	if (strpbrk(rule.from, ":, ") != NULL || strpbrk(rule.to, ":, *") != NULL ||
		(rule.mime != NULL && strpbrk(rule.mime, ":, *") != NULL)) {
		refuse(s, "neither a MIME type nor a name");
		return;
	}
	add_rule(s, &rule);
}

static void
plays_clear(void *data)
{
	AvuClientPlays *plays = data;

	g_strfreev(plays->mimes);
	g_strfreev(plays->video_codecs);
	g_strfreev(plays->audio_codecs);
}

/* "MIME…", "MIME… : CODEC…", "MIME… : VIDEO… : AUDIO…"; empty: any. */
static void
set_plays(const Setting *s)
{
	g_auto(GStrv) parts = g_strsplit(s->entry->value, ":", 4);
	const bool video = s->key->at == AT(plays[AVU_PLAYS_VIDEO]);
	const guint n = g_strv_length(parts);
	char **lists[3] = { NULL };
	GArray **place = place_of(s);

	for (guint i = 0; i < MIN(n, 3); i++) {
		lists[i] = split_words(s, parts[i]);
		if (lists[i] != NULL && lists[i][0] == NULL) {
			g_clear_pointer(&lists[i], g_strfreev);
		}
	}
	AvuClientPlays plays = { lists[0], video ? lists[1] : NULL, video ? lists[2] : lists[1] };

	if (plays.mimes == NULL || n > (video ? 3 : 2)) {
		refuse(s, "not of the form \"MIME… : CODEC…\"");
	} else if (*place != NULL && (*place)->len >= CLIENT_RULES_MAX) {
		refuse(s, "too many of them");
	} else {
		if (!repeats(s)) { /* what was inherited is said anew */
			g_clear_pointer(place, g_array_unref);
		}
		if (*place == NULL) {
			*place = g_array_new(FALSE, FALSE, sizeof(AvuClientPlays));
			g_array_set_clear_func(*place, plays_clear);
		}
		g_array_append_val(*place, plays);
		return;
	}
	for (guint i = 0; i < 3; i++) {
		g_strfreev(lists[i]);
	}
}

static bool
may_repeat(const Key *key)
{
	return key->type == KEY_RULE || key->type == KEY_EXTRA || key->type == KEY_PLAYS;
}

static void (*const setters[])(const Setting *setting) = {
	[KEY_NOTE] = set_note,
	[KEY_TEXT] = set_text,
	[KEY_YES] = set_bit,
	[KEY_NO] = set_bit,
	[KEY_NUMBER] = set_number,
	[KEY_WORD] = set_word,
	[KEY_WORDS] = set_words,
	[KEY_FORMS] = set_forms,
	[KEY_BITS] = set_forms,
	[KEY_RULE] = set_rule,
	[KEY_EXTRA] = set_rule,
	[KEY_PLAYS] = set_plays,
};

static void
set_match(Draft *draft, DraftSection *section, const DraftEntry *entry, Client *client)
{
	const char *const *list = avu_client_evidence_list();
	const char *what = entry->key + strlen(MATCH_PREFIX);

	for (size_t i = 0; list[i] != NULL; i++) {
		if (g_str_equal(list[i], what)) {
			const ClientMatch match = { list[i], entry->value };

			if (entry->value[0] == '\0') {
				draft_refuse(draft, section, &entry->value_place,
					"an empty pattern fits everything; that is \"*\"");
			}
			g_array_append_val(client->matches, match);
			return;
		}
	}
	draft_refuse_word(draft, section, &entry->key_place, "thing to match", what, list);
}

void
client_set(Draft *draft, DraftSection *section, const DraftEntry *entry, Client *client)
{
	const char *names[G_N_ELEMENTS(keys) + 1] = { NULL };
	Setting setting = { draft, section, entry, NULL, client };

	if (g_str_has_prefix(entry->key, MATCH_PREFIX)) {
		set_match(draft, section, entry, client);
		return;
	}
	for (size_t i = 0; i < G_N_ELEMENTS(keys); i++) {
		names[i] = keys[i].name;
		if (g_str_equal(keys[i].name, entry->key)) {
			setting.key = &keys[i];
		}
	}
	if (setting.key == NULL) {
		draft_refuse_word(draft, section, &entry->key_place, "key", entry->key, names);
	} else if (!may_repeat(setting.key) && repeats(&setting)) {
		draft_refuse(
			draft, section, &entry->key_place, "\"%s\" is given twice", entry->key);
	} else {
		setters[setting.key->type](&setting);
	}
}

Client *
client_new(void)
{
	Client *client = g_new0(Client, 1);

	client->matches = g_array_new(FALSE, FALSE, sizeof(ClientMatch));
	client->profile.subtitles = AVU_SUBTITLES_ALL;
	client->profile.subtitle_types = AVU_SUBTITLE_SRT | AVU_SUBTITLE_OWN;
	return client;
}

void
client_free(Client *client)
{
	if (client == NULL) {
		return;
	}
	for (size_t i = 0; i < AVU_PLAYS_KINDS; i++) {
		g_clear_pointer(&client->profile.plays[i], g_array_unref);
	}
	g_clear_pointer(&client->profile.mimes, g_array_unref);
	g_clear_pointer(&client->profile.names, g_array_unref);
	g_clear_pointer(&client->profile.extra, g_array_unref);
	g_strfreev(client->profile.conversions);
	g_strfreev(client->profile.art);
	g_array_unref(client->matches);
	g_free(client);
}

/* What it plays is said by the next of kin that says anything, so no copy is needed. */
void
client_inherit(Client *client, const Client *parent)
{
	AvuClientProfile *own = &client->profile;
	const AvuClientProfile copy = *own;

	*own = parent->profile;
	own->name = copy.name;
	own->file = copy.file;
	own->line = copy.line;
	own->habits &= ~(unsigned)AVU_CLIENT_GENERIC;
	own->mimes = own->mimes != NULL ? g_array_copy(own->mimes) : NULL;
	own->names = own->names != NULL ? g_array_copy(own->names) : NULL;
	own->extra = own->extra != NULL ? g_array_copy(own->extra) : NULL;
	own->conversions = g_strdupv(own->conversions);
	own->art = g_strdupv(own->art);
	for (size_t i = 0; i < AVU_PLAYS_KINDS; i++) {
		own->plays[i] = own->plays[i] != NULL ? g_array_ref(own->plays[i]) : NULL;
	}
}
