/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Keys of format profiles, one row each. Limits: FORMAT_WORDS_MAX words of a value, FORMAT_SIZES_MAX sizes
 * of a set. The thread that loads. */
#include <string.h>

#include <av-upnp/cursor.h>

#include "format-private.h"

#define AT(member_) offsetof(Format, member_)
#define BPS_MAX INT64_C(10000000000)
#define MHZ 1000
/* 30000/1001 is 29.97, 24000/1001 is 23.976. */
#define RATE_SLACK_MHZ 10

typedef struct Key Key;

/* One entry on its way into its format. */
typedef struct {
	Draft *draft;
	DraftSection *section;
	const DraftEntry *entry;
	const Key *key;
	Format *format;
} Setting;

struct Key {
	const char *name;
	unsigned kinds; /* in which sections, 1 << FormatKind */
	void (*set)(const Setting *setting, void *place);
	size_t at;
};

static void
refuse(const Setting *s, const char *what)
{
	draft_refuse(s->draft, s->section, &s->entry->value_place, "%s: %s", s->entry->key, what);
}

static bool
take_words(const Setting *s, FormatWords *ret_words)
{
	AvuCursor in = avu_cursor_string(s->entry->value);

	ret_words->n = 0;
	(void)avu_cursor_skip_blank(&in);
	while (!avu_cursor_at_end(&in)) {
		AvuCursor word = avu_cursor_take_until(&in, " \t");

		if (ret_words->n == FORMAT_WORDS_MAX) {
			refuse(s, "too many words");
			return false;
		}
		ret_words->words[ret_words->n++] =
			draft_keep(s->draft, word.at, avu_cursor_len(&word));
		(void)avu_cursor_skip_blank(&in);
	}
	if (ret_words->n == 0) {
		refuse(s, "empty");
	}
	return ret_words->n > 0;
}

static void
set_words(const Setting *s, void *place)
{
	(void)take_words(s, place);
}

static void
set_text(const Setting *s, void *place)
{
	*(const char **)place = s->entry->value;
}

/* "5" or "1-6" */
static bool
parse_range(const char *word, FormatRange *ret_range)
{
	AvuCursor in = avu_cursor_string(word);
	uint64_t min, max;

	if (!avu_cursor_take_uint(&in, BPS_MAX, &min)) {
		return false;
	}
	max = min;
	if (avu_cursor_take_char(&in, '-') && !avu_cursor_take_uint(&in, BPS_MAX, &max)) {
		return false;
	}
	*ret_range = (FormatRange){ (int64_t)min, (int64_t)max };
	return avu_cursor_at_end(&in) && min <= max;
}

static void
set_ranges(const Setting *s, void *place)
{
	FormatRanges *ranges = place;
	FormatWords words;

	if (!take_words(s, &words)) {
		return;
	}
	*ranges = (FormatRanges){ 0 };
	for (unsigned i = 0; i < words.n; i++) {
		if (strcmp(words.words[i], "unknown") == 0) {
			ranges->unknown = true;
		} else if (parse_range(words.words[i], &ranges->ranges[ranges->n])) {
			ranges->n++;
		} else {
			refuse(s, "neither a number nor a range of numbers");
			return;
		}
	}
}

static void
set_range(const Setting *s, void *place)
{
	if (!parse_range(s->entry->value, place)) {
		refuse(s, "neither a number nor a range of numbers");
	}
}

static void
set_number(const Setting *s, void *place)
{
	if (!avu_parse_int(s->entry->value, 1, BPS_MAX, place)) {
		refuse(s, "not a number");
	}
}

static void
set_yes(const Setting *s, void *place)
{
	if (strcmp(s->entry->value, "yes") != 0) {
		refuse(s, "not yes");
	}
	*(bool *)place = true;
}

static void
set_no(const Setting *s, void *place)
{
	if (strcmp(s->entry->value, "no") != 0) {
		refuse(s, "not no");
	}
	*(bool *)place = true;
}

/* "29.97" in thousandths */
static bool
take_rate(AvuCursor *in, int64_t *ret_mhz)
{
	static const int64_t scale[] = { 1000, 100, 10, 1 };
	uint64_t whole, part = 0;
	ptrdiff_t digits = 0;

	if (!avu_cursor_take_uint(in, 1000, &whole)) {
		return false;
	}
	if (avu_cursor_take_char(in, '.')) {
		const char *start = in->at;

		if (!avu_cursor_take_uint(in, 999, &part)) {
			return false;
		}
		digits = in->at - start;
	}
	if (digits > 3) {
		return false;
	}
	*ret_mhz = (int64_t)whole * MHZ + (int64_t)part * scale[digits];
	return true;
}

static void
set_rate(const Setting *s, void *place)
{
	AvuCursor in = avu_cursor_string(s->entry->value);

	if (!take_rate(&in, place) || !avu_cursor_at_end(&in)) {
		refuse(s, "not a number of frames per second");
	} else {
		*(int64_t *)place += RATE_SLACK_MHZ;
	}
}

static bool
take_size(AvuCursor *in, int64_t *ret_width, int64_t *ret_height)
{
	uint64_t width, height;

	if (!avu_cursor_take_uint(in, 65535, &width) || !avu_cursor_take_char(in, 'x') ||
		!avu_cursor_take_uint(in, 65535, &height)) {
		return false;
	}
	*ret_width = (int64_t)width;
	*ret_height = (int64_t)height;
	return width > 0 && height > 0;
}

static void
set_max(const Setting *s, void *place)
{
	AvuCursor in = avu_cursor_string(s->entry->value);

	(void)place;
	if (!take_size(&in, &s->format->max_width, &s->format->max_height) ||
		!avu_cursor_at_end(&in)) {
		refuse(s, "not of the form WIDTHxHEIGHT");
	}
}

/* "720x576@25", "720x480@-29.97", "1920x1080@25i" */
static bool
parse_size(const char *word, FormatSize *ret_size)
{
	AvuCursor in = avu_cursor_string(word);
	bool up_to;

	*ret_size = (FormatSize){ 0 };
	if (!take_size(&in, &ret_size->width, &ret_size->height)) {
		return false;
	}
	if (avu_cursor_take_char(&in, '@')) {
		up_to = avu_cursor_take_char(&in, '-');
		if (!take_rate(&in, &ret_size->rate_mhz.max)) {
			return false;
		}
		ret_size->rate_mhz.min = up_to ? 1 : ret_size->rate_mhz.max - RATE_SLACK_MHZ;
		ret_size->rate_mhz.max += RATE_SLACK_MHZ;
		ret_size->interlaced = avu_cursor_take_char(&in, 'i');
	}
	return avu_cursor_at_end(&in);
}

static void
set_sizes(const Setting *s, void *place)
{
	FormatWords words;
	FormatSize size;

	(void)place;
	for (unsigned i = 0; take_words(s, &words) && i < words.n; i++) {
		if (!parse_size(words.words[i], &size) ||
			s->format->sizes->len == FORMAT_SIZES_MAX) {
			refuse(s, "not sizes of the form WIDTHxHEIGHT@RATE, or too many");
			return;
		}
		g_array_append_val(s->format->sizes, size);
	}
}

enum {
	OF_PROFILES = 1 << FORMAT_PROFILE,
	OF_SIZES = 1 << FORMAT_SIZES,
	OF_VIDEO = 1 << FORMAT_VIDEO,
	OF_AUDIO = 1 << FORMAT_AUDIO,
};

static const Key keys[] = {
	{ "Size", OF_SIZES, set_sizes, 0 },
	{ "Codec", OF_VIDEO | OF_AUDIO, set_words, AT(codecs) },
	{ "Picture", OF_PROFILES, set_words, AT(codecs) },
	{ "Type", OF_AUDIO, set_ranges, AT(types) },
	{ "Channels", OF_AUDIO, set_ranges, AT(channels) },
	{ "Hz", OF_AUDIO, set_ranges, AT(hz) },
	{ "Bits", OF_AUDIO, set_ranges, AT(bits) },
	{ "BitRate", OF_VIDEO | OF_AUDIO, set_range, AT(bps) },
	{ "Known", OF_AUDIO, set_yes, AT(bps_known) },
	{ "Profile", OF_VIDEO, set_ranges, AT(profiles) },
	{ "Level", OF_VIDEO, set_number, AT(level) },
	{ "Max", OF_VIDEO | OF_PROFILES, set_max, 0 },
	{ "RateMax", OF_VIDEO, set_rate, AT(max_rate_mhz) },
	{ "Sizes", OF_VIDEO, set_words, AT(videos) },
	{ "Mime", OF_PROFILES, set_text, AT(mime) },
	{ "Container", OF_PROFILES, set_words, AT(containers) },
	{ "Forms", OF_PROFILES, set_words, AT(forms) },
	{ "Video", OF_PROFILES, set_words, AT(videos) },
	{ "Audio", OF_PROFILES, set_words, AT(audios) },
	{ "System", OF_PROFILES, set_number, AT(system_bps) },
	{ "Guess", OF_PROFILES, set_no, AT(no_guess) },
	{ "Mandatory", OF_PROFILES, set_yes, AT(mandatory) },
};

static const char *const prefixes[] = {
	[FORMAT_PROFILE] = "",
	[FORMAT_SIZES] = "sizes ",
	[FORMAT_VIDEO] = "video ",
	[FORMAT_AUDIO] = "audio ",
};

const char *
format_prefix(FormatKind kind)
{
	return prefixes[kind];
}

FormatKind
format_kind_of(const char *section)
{
	for (unsigned i = FORMAT_SIZES; i < FORMAT_KINDS; i++) {
		if (g_str_has_prefix(section, prefixes[i])) {
			return (FormatKind)i;
		}
	}
	return FORMAT_PROFILE;
}

void
format_set(Draft *draft, DraftSection *section, const DraftEntry *entry, Format *format)
{
	const char *names[G_N_ELEMENTS(keys) + 4] = { FORMAT_LIKE, FORMAT_TAIL "X",
		FORMAT_MIME "X" };
	const unsigned kind = 1u << format_kind_of(section->name);
	unsigned n = 3;
	Setting setting = { draft, section, entry, NULL, format };

	for (size_t i = 0; i < G_N_ELEMENTS(keys); i++) {
		if ((keys[i].kinds & kind) == 0) {
			continue;
		}
		names[n++] = keys[i].name;
		if (g_str_equal(keys[i].name, entry->key)) {
			setting.key = &keys[i];
		}
	}
	if (setting.key == NULL) {
		draft_refuse_word(draft, section, &entry->key_place, "key", entry->key, names);
	} else {
		setting.key->set(&setting, (char *)format + setting.key->at);
	}
}

bool
format_parse_tail(Draft *draft, DraftSection *section, const DraftEntry *entry,
	FormatWords *ret_audios, int64_t *ret_system_bps)
{
	const Setting setting = { draft, section, entry, NULL, NULL };

	if (!take_words(&setting, ret_audios)) {
		return false;
	}
	if (ret_audios->n > 1 &&
		avu_parse_int(ret_audios->words[ret_audios->n - 1], 1, BPS_MAX, ret_system_bps)) {
		ret_audios->n--;
	}
	return true;
}

Format *
format_new(void)
{
	Format *format = g_new0(Format, 1);

	format->sizes = g_array_new(FALSE, FALSE, sizeof(FormatSize));
	return format;
}

void
format_free(Format *format)
{
	if (format != NULL) {
		g_array_unref(format->sizes);
		g_free(format);
	}
}
