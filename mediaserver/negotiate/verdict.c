/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The three witnesses. Pure; any thread. */
#include "mediaserver/negotiate/verdict.h"

#include <stdarg.h>
#include <string.h>

#define KBIT 1000
#define SURE 60 /* avu_protocol_info_match(): at least the MIME type, and no name is against it */
#define PERHAPS 40
#define MEMO_STEPS 16 /* then the last is taken anew */
#define NAMED 90      /* the profile's name is equal, and the MIME type; or its alias */
#define NAMED_ALIAS 70

static void say(char *why, const char *format, ...) G_GNUC_PRINTF(2, 3);

static void
say(char *why, const char *format, ...)
{
	va_list args;

	if (why != NULL) {
		va_start(args, format);
		(void)g_vsnprintf(why, VERDICT_WHY_MAX, format, args);
		va_end(args);
	}
}

/* Limits of the profile hold whatever else is said. */
static bool
is_within(const AvuClientProfile *profile, const NegotiateSource *source, char *why)
{
	const struct {
		const char *name;
		int64_t max, value;
	} limits[] = {
		{ "width", profile->max_width, source->width },
		{ "height", profile->max_height, source->height },
		{ "sample rate", profile->max_sample_hz, source->sample_hz },
		{ "bits per sample", profile->max_bits, source->bits },
		{ "channels", profile->max_channels, source->channels },
		{ "kbit/s", profile->max_video_kbps,
			source->kind == ITEM_VIDEO ? source->bitrate_bps / KBIT : 0 },
	};

	for (size_t i = 0; i < G_N_ELEMENTS(limits); i++) {
		/* pictures are made smaller: that is not for here */
		if (limits[i].max > 0 && limits[i].value > limits[i].max &&
			source->kind != ITEM_IMAGE) {
			say(why,
				"profile \"%s\": %s %" G_GINT64_FORMAT " is over %" G_GINT64_FORMAT,
				profile->name, limits[i].name, limits[i].value, limits[i].max);
			return false;
		}
	}
	return true;
}

/* Could a name of the sink's be that of this codec? It is when the source has none itself. */
static bool
is_of_codec(const char *name, const char *codec)
{
	static const struct {
		const char *codec, *begin;
	} rows[] = { { "h264", "AVC_" }, { "mpeg2video", "MPEG_" }, { "hevc", "DASH_HEVC" },
		{ "hevc", "HEVC" }, { "mpeg4", "MPEG4_" }, { "mpeg1video", "MPEG1" },
		{ "wmv3", "WMV" }, { "vc1", "VC1" } };

	for (size_t i = 0; codec != NULL && i < G_N_ELEMENTS(rows); i++) {
		if (strcmp(rows[i].codec, codec) == 0 && g_str_has_prefix(name, rows[i].begin)) {
			return true;
		}
	}
	return codec == NULL;
}

/* As sure as its best entry makes it; 0: no entry. */
static unsigned
score_entry(
	const AvuProtocolInfo *info, const AvuProtocolInfo *entry, const NegotiateSource *source)
{
	unsigned score = avu_protocol_info_match(info, entry);
	const char *name = avu_protocol_info_get_dlna(entry)->profile;

	/* it names what it plays of this type, and the file is none of it */
	if (score > 0 && name != NULL && source->profile == NULL && source->video_codec != NULL &&
		!is_of_codec(name, source->video_codec)) {
		return 0;
	}
	return score;
}

static unsigned
search_sink(const GPtrArray *sink, const NegotiateSource *source)
{
	const AvuDlnaParameters dlna = { .profile = source->profile,
		.converted = source->converted };
	g_autofree char *text = avu_protocol_info_format(source->mime, &dlna);
	g_autoptr(AvuProtocolInfo) info = avu_protocol_info_parse(text, strlen(text), NULL);
	unsigned best = 0;

	for (guint i = 0; info != NULL && i < sink->len && best < 100; i++) {
		const AvuProtocolInfo *entry = g_ptr_array_index(sink, i);
		const char first = avu_protocol_info_get_mime(entry)[0];

		/* lists are long, and two thirds of them are of other kinds */
		if (first == '*' || first == g_ascii_tolower(source->mime[0])) {
			best = MAX(best, score_entry(info, entry, source));
		}
	}
	return best;
}

/* Lists have hundreds of entries, answers hundreds of items, formats are few. */
static unsigned
score_sink(const NegotiateClient *client, const NegotiateSource *source)
{
	char key[MEMO_KEY_MAX];
	SinkMemo *memo = client->memo;
	const int len = g_snprintf(key, sizeof(key), "%s %s %s %d", source->mime,
		source->profile != NULL ? source->profile : "",
		source->video_codec != NULL ? source->video_codec : "", source->converted);

	if (memo == NULL || len >= (int)sizeof(key)) {
		return search_sink(client->sink, source);
	}
	const unsigned home = g_str_hash(key) % MEMO_SLOTS;
	unsigned slot = home;

	for (unsigned i = 1; i < MEMO_STEPS && memo->slots[slot].key[0] != '\0' &&
			     strcmp(memo->slots[slot].key, key) != 0;
		i++) {
		slot = (home + i) % MEMO_SLOTS;
	}
	if (strcmp(memo->slots[slot].key, key) != 0) {
		memo->slots[slot].score = search_sink(client->sink, source);
		(void)g_strlcpy(memo->slots[slot].key, key, MEMO_KEY_MAX);
	}
	return memo->slots[slot].score;
}

/* @param ret_named  an entry has this very name, which stands for codecs, too */
static Verdict
ask_sink(const NegotiateClient *client, const NegotiateSource *source, bool *ret_named, char *why)
{
	const unsigned best = score_sink(client, source);

	*ret_named = best >= NAMED || best == NAMED_ALIAS;
	say(why, "its own list of formats %s %s%s%s",
		best >= SURE      ? "has"
		: best >= PERHAPS ? "may mean"
		: best > 0        ? "has a wildcard for"
				  : "does not have",
		source->mime, source->profile != NULL ? " " : "",
		source->profile != NULL ? source->profile : "");
	return best >= SURE ? VERDICT_YES : best > 0 ? VERDICT_UNSURE : VERDICT_NO;
}

static bool
has_word(char **words, const char *word)
{
	return words == NULL || word == NULL || g_strv_contains((const char *const *)words, word) ||
	       g_strv_contains((const char *const *)words, "*");
}

/* "audio/L16;rate=…" is of the type audio/L16. */
static bool
has_mime(char **mimes, const char *mime)
{
	g_autofree char *type = g_strndup(mime, strcspn(mime, ";"));
	const char *slash = strchr(type, '/');
	g_autofree char *all =
		slash != NULL ? g_strdup_printf("%.*s/*", (int)(slash - type), type) : NULL;

	return has_word(mimes, type) ||
	       (all != NULL && g_strv_contains((const char *const *)mimes, all));
}

static const AvuPlaysKind plays_kinds[] = {
	[ITEM_NONE] = AVU_PLAYS_KINDS,
	[ITEM_AUDIO] = AVU_PLAYS_AUDIO,
	[ITEM_VIDEO] = AVU_PLAYS_VIDEO,
	[ITEM_IMAGE] = AVU_PLAYS_IMAGE,
	[ITEM_RADIO] = AVU_PLAYS_AUDIO,
	[ITEM_TELEVISION] = AVU_PLAYS_VIDEO,
};

static Verdict
ask_profile(const AvuClientProfile *profile, const NegotiateSource *source, char *why)
{
	const AvuPlaysKind kind = plays_kinds[source->kind];
	const GArray *plays = kind < AVU_PLAYS_KINDS ? profile->plays[kind] : NULL;
	bool type = false;

	if (plays == NULL) {
		say(why, "profile \"%s\" says nothing of it", profile->name);
		return VERDICT_UNSURE;
	}
	for (guint i = 0; i < plays->len; i++) {
		const AvuClientPlays *row = &g_array_index(plays, AvuClientPlays, i);

		if (!has_mime(row->mimes, source->mime)) {
			continue;
		}
		type = true;
		if (has_word(row->video_codecs, source->video_codec) &&
			has_word(row->audio_codecs, source->audio_codec)) {
			say(why, "profile \"%s\" has it", profile->name);
			return VERDICT_YES;
		}
	}
	say(why, "profile \"%s\" does not have %s%s%s%s%s", profile->name, source->mime,
		type ? " with " : "",
		type && source->video_codec != NULL ? source->video_codec : "",
		type && source->video_codec != NULL && source->audio_codec != NULL ? " and " : "",
		type && source->audio_codec != NULL ? source->audio_codec : "");
	return VERDICT_NO;
}

static Verdict
ask_history(const History *history, const NegotiateSource *source, char *why)
{
	char key[HISTORY_KEY_MAX];

	history_format_key(key, source->mime, source->video_codec, source->audio_codec);
	switch (history_ask(history, key)) {
	case HISTORY_OPENS:
		/* no reason to hold back what else there is: it may have chosen for another */
		say(why, "it fetched %s before", key);
		return VERDICT_UNSURE;
	case HISTORY_DROPS:
		say(why, "it dropped %s at once, again and again", key);
		return VERDICT_NO;
	default:
		if (why != NULL) { /* of nearly every item: without printf */
			(void)g_strlcpy(why, "nothing is known of ", VERDICT_WHY_MAX);
			(void)g_strlcat(why, key, VERDICT_WHY_MAX);
		}
		return VERDICT_UNSURE;
	}
}

Verdict
verdict_of(const NegotiateClient *client, const NegotiateSource *source, char *why)
{
	Verdict verdict = VERDICT_UNSURE;

	if (!is_within(client->profile, source, why)) {
		return VERDICT_NO;
	}
	if (client->sink != NULL && client->sink->len > 0) {
		bool named;

		verdict = ask_sink(client, source, &named, why);
		/* a type without a name says nothing of codecs: the profile may know more */
		if (verdict == VERDICT_YES && !named &&
			ask_profile(client->profile, source, NULL) == VERDICT_NO) {
			return ask_profile(client->profile, source, why);
		}
	}
	if (verdict == VERDICT_UNSURE) {
		verdict = ask_profile(client->profile, source, why);
	}
	if (verdict == VERDICT_UNSURE) {
		verdict = ask_history(client->history, source, why);
	}
	return verdict;
}

bool
verdict_shows_films(const NegotiateClient *client)
{
	if (client->sink == NULL || client->sink->len == 0) {
		return true; /* a profile has no word for that */
	}
	for (guint i = 0; i < client->sink->len; i++) {
		const char *mime = avu_protocol_info_get_mime(g_ptr_array_index(client->sink, i));

		if (mime[0] == '*' || g_str_has_prefix(mime, "video/")) {
			return true;
		}
	}
	return false;
}
