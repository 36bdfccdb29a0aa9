/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* protocolInfo: grammar, DLNA parameters, lists and matching, against the rows of
 * spec/dlna-protocolinfo.md. */
#include <string.h>

#include <av-upnp/error.h>
#include <av-upnp/protocol-info.h>

#define FLAGS0 "000000000000000000000000"

static const struct {
	const char *text;
	int code;          /* -1: accepted */
	const char *names; /* the message names it */
	const char *why;
} rows[] = {
	{ "http-get:*:audio/mpeg:*", -1, NULL, "plain MP3" },
	{ "http-get:*:audio/mpeg:", -1, NULL, "empty fourth field, as many send it" },
	{ "http-get:*:audio/mpeg:a:b", -1, NULL, "colon in the fourth field" },
	{ "http-get:*:audio/L16;rate=44100;channels=2:DLNA.ORG_PN=LPCM", -1, NULL, "parameters" },
	{ "http-get:*:*:*", -1, NULL, "any format" },
	{ "*:*:*:*", -1, NULL, "anything" },
	{ "internal:192.0.2.1:anything:*", -1, NULL, "format of another protocol" },
	{ "http-get:*:audio/mpeg:SONY.COM_PN=X;DLNA.ORG_PN=MP3", -1, NULL, "other makers" },
	{ "http-get:*:audio/mpeg", AVU_ERROR_SYNTAX, "third field", "fourth field absent" },
	{ "http-get", AVU_ERROR_SYNTAX, "first field", "one word" },
	{ "", AVU_ERROR_SYNTAX, "first field", "empty" },
	{ ":*:audio/mpeg:*", AVU_ERROR_SYNTAX, "first field", "no protocol" },
	{ "http get:*:audio/mpeg:*", AVU_ERROR_SYNTAX, "first field", "space in the protocol" },
	{ "http-get::audio/mpeg:*", AVU_ERROR_SYNTAX, "second field", "no network" },
	{ "http-get:*::*", AVU_ERROR_SYNTAX, "third field", "no format" },
	{ "http-get:*:audio:*", AVU_ERROR_SYNTAX, "third field", "half a MIME type" },
	{ "http-get:*:audio/:*", AVU_ERROR_SYNTAX, "third field", "subtype absent" },
	{ "http-get:*:\xff:*", AVU_ERROR_SYNTAX, "third field", "not UTF-8" },
	{ "http-get:*:audio/mpeg:\xff", AVU_ERROR_SYNTAX, "fourth field", "not UTF-8" },
	{ "http-get:*:audio/mpeg:a\nb", AVU_ERROR_SYNTAX, "fourth field", "line break" },
	{ "http-get:*:audio/mpeg:DLNA.ORG_PN=MP3;DLNA.ORG_PN=MP3", AVU_ERROR_SYNTAX, "DLNA.ORG_PN",
		"a parameter twice" },
	{ "http-get:*:audio/mpeg:DLNA.ORG_PN=", AVU_ERROR_SYNTAX, "DLNA.ORG_PN", "empty profile" },
	{ "http-get:*:audio/mpeg:DLNA.ORG_PN=M-P", AVU_ERROR_SYNTAX, "DLNA.ORG_PN", "not a name" },
	{ "http-get:*:audio/mpeg:DLNA.ORG_OP=2", AVU_ERROR_SYNTAX, "DLNA.ORG_OP",
		"not a digit pair" },
	{ "http-get:*:audio/mpeg:DLNA.ORG_OP=012", AVU_ERROR_SYNTAX, "DLNA.ORG_OP",
		"three digits" },
	{ "http-get:*:audio/mpeg:DLNA.ORG_CI=yes", AVU_ERROR_SYNTAX, "DLNA.ORG_CI", "not a bit" },
	{ "http-get:*:audio/mpeg:DLNA.ORG_FLAGS=xyz", AVU_ERROR_SYNTAX, "DLNA.ORG_FLAGS",
		"not hex" },
};

static void
test_grammar(void)
{
	for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
		g_autoptr(GError) error = NULL;
		g_autoptr(AvuProtocolInfo) info =
			avu_protocol_info_parse(rows[i].text, strlen(rows[i].text), &error);

		g_test_message("%s", rows[i].why); /* not all text is UTF-8 */
		if (rows[i].code < 0) {
			g_assert_no_error(error);
			g_assert_nonnull(info);
			continue;
		}
		g_assert_null(info);
		g_assert_error(error, AVU_ERROR, rows[i].code);
		g_assert_nonnull(strstr(error->message, rows[i].names));
	}
}

static void
test_too_long(void)
{
	g_autoptr(GString) text = g_string_new("http-get:*:audio/mpeg:");
	g_autoptr(GError) error = NULL;

	while (text->len < 1024) {
		g_string_append_c(text, 'x');
	}
	g_autoptr(AvuProtocolInfo) longest = avu_protocol_info_parse(text->str, text->len, &error);

	g_assert_no_error(error);
	g_assert_nonnull(longest);
	g_string_append_c(text, 'x');
	g_assert_null(avu_protocol_info_parse(text->str, text->len, &error));
	g_assert_error(error, AVU_ERROR, AVU_ERROR_LIMIT);
}

static const struct {
	const char *fourth;
	const char *profile;
	bool op_time, op_range, converted;
	uint32_t flags;
	const char *why;
} parameters[] = {
	{ "*", NULL, false, false, false, 0, "none" },
	{ "DLNA.ORG_PN=MP3;DLNA.ORG_OP=01;DLNA.ORG_CI=0;DLNA.ORG_FLAGS=01700000" FLAGS0, "MP3",
		false, true, false, 0x01700000, "MP3 file" },
	{ "DLNA.ORG_PN=MPEG_PS_PAL;DLNA.ORG_CI=1;DLNA.ORG_FLAGS=0D100000" FLAGS0, "MPEG_PS_PAL",
		false, false, true, 0x0D100000, "live conversion" },
	{ "DLNA.ORG_PN=A;DLNA.ORG_OP=11;DLNA.ORG_PS=-8,-4,4,8;DLNA.ORG_CI=0", "A", true, true,
		false, 0, "trick play" },
	{ "DLNA.ORG_FLAGS=01700000" FLAGS0 ";DLNA.ORG_CI=1", NULL, false, false, true, 0x01700000,
		"order of one known program" },
	{ "dlna.org_pn=MP3", "MP3", false, false, false, 0, "names in other case" },
	{ ";DLNA.ORG_OP=10;", NULL, true, false, false, 0, "stray separators" },
	{ "DLNA.ORG_OP=0", NULL, false, false, false, 0, "one digit" },
	{ "DLNA.ORG_PN=*", NULL, false, false, false, 0, "any profile" },
	{ "DLNA.ORG_FLAGS=81500000", NULL, false, false, false, 0x81500000, "flags without zeros" },
};

static void
test_parameters(void)
{
	for (size_t i = 0; i < G_N_ELEMENTS(parameters); i++) {
		g_autofree char *text =
			g_strconcat("http-get:*:Audio/MPEG:", parameters[i].fourth, NULL);
		g_autoptr(AvuProtocolInfo) info = avu_protocol_info_parse(text, strlen(text), NULL);

		g_test_message("%s: %s", parameters[i].fourth, parameters[i].why);
		g_assert_nonnull(info);

		const AvuDlnaParameters *dlna = avu_protocol_info_get_dlna(info);

		g_assert_cmpstr(avu_protocol_info_get_protocol(info), ==, "http-get");
		g_assert_cmpstr(avu_protocol_info_get_mime(info), ==, "audio/mpeg");
		g_assert_cmpstr(dlna->profile, ==, parameters[i].profile);
		g_assert_cmpint(dlna->op_time, ==, parameters[i].op_time);
		g_assert_cmpint(dlna->op_range, ==, parameters[i].op_range);
		g_assert_cmpint(dlna->converted, ==, parameters[i].converted);
		g_assert_cmphex(dlna->flags, ==, parameters[i].flags);
	}
}

static void
test_speeds(void)
{
	static const struct {
		const char *fourth;
		const char *speeds;
		const char *why;
	} lists[] = {
		{ "DLNA.ORG_OP=11;DLNA.ORG_PS=-8,-4,-1/2,1/4,4,8;DLNA.ORG_CI=0",
			"-8,-4,-1/2,1/4,4,8", "a list" },
		{ "DLNA.ORG_PS=2", "2", "one" },
		{ "DLNA.ORG_PS=9999/9999", "9999/9999", "limit" },
		{ "DLNA.ORG_PS=10000", NULL, "limit + 1" },
		{ "DLNA.ORG_PS=0.5", NULL, "decimals" },
		{ "DLNA.ORG_PS=2,", NULL, "comma at the end" },
		{ "DLNA.ORG_PS=,2", NULL, "comma at the start" },
		{ "DLNA.ORG_PS=1/0", NULL, "division" },
		{ "DLNA.ORG_PS=0", NULL, "stands still" },
		{ "DLNA.ORG_PS=", NULL, "empty" },
		{ "DLNA.ORG_OP=01", NULL, "absent" },
	};

	for (size_t i = 0; i < G_N_ELEMENTS(lists); i++) {
		g_autofree char *text =
			g_strconcat("http-get:*:video/mpeg:", lists[i].fourth, NULL);
		g_autoptr(AvuProtocolInfo) info = avu_protocol_info_parse(text, strlen(text), NULL);

		g_test_message("%s", lists[i].why);
		g_assert_nonnull(info);
		g_assert_cmpstr(avu_protocol_info_get_dlna(info)->speeds, ==, lists[i].speeds);
	}
}

/* Worked examples and rules F1, F3, F4 of spec/dlna-protocolinfo.md. */
static const struct {
	const char *mime;
	AvuDlnaParameters dlna;
	const char *text;
} written[] = {
	{ "audio/mpeg", { .profile = "MP3", .op_range = true, .flags = 0x01700000 },
		"http-get:*:audio/mpeg:DLNA.ORG_PN=MP3;DLNA.ORG_OP=01;DLNA.ORG_CI=0;"
		"DLNA.ORG_FLAGS=01700000" FLAGS0 },
	{ "image/jpeg", { .profile = "JPEG_TN", .converted = true, .flags = 0x00F00000 },
		"http-get:*:image/"
		"jpeg:DLNA.ORG_PN=JPEG_TN;DLNA.ORG_CI=1;DLNA.ORG_FLAGS=00F00000" FLAGS0 },
	{ "audio/flac", { .op_range = true, .flags = 0x01700000 },
		"http-get:*:audio/"
		"flac:DLNA.ORG_OP=01;DLNA.ORG_CI=0;DLNA.ORG_FLAGS=01700000" FLAGS0 },
	{ "audio/flac", { .has_op = true }, "http-get:*:audio/flac:*" },
	{ "video/mpeg", { .profile = "X", .op_time = true, .op_range = true, .flags = 0x4D000000 },
		"http-get:*:video/"
		"mpeg:DLNA.ORG_PN=X;DLNA.ORG_CI=0;DLNA.ORG_FLAGS=4D100000" FLAGS0 },
	{ "video/mpeg",
		{ .profile = "MPEG_TS_SD_NA_ISO",
			.op_time = true,
			.op_range = true,
			.speeds = "-8,-4,4,8",
			.flags = 0x01700000 },
		"http-get:*:video/mpeg:DLNA.ORG_PN=MPEG_TS_SD_NA_ISO;DLNA.ORG_OP=11;"
		"DLNA.ORG_PS=-8,-4,4,8;DLNA.ORG_CI=0;DLNA.ORG_FLAGS=01700000" FLAGS0 },
	{ "audio/mpeg", { .flags = 0x01200000 },
		"http-get:*:audio/mpeg:DLNA.ORG_CI=0;DLNA.ORG_FLAGS=01700000" FLAGS0 },
};

static void
test_write(void)
{
	for (size_t i = 0; i < G_N_ELEMENTS(written); i++) {
		g_autofree char *text = avu_protocol_info_format(written[i].mime, &written[i].dlna);
		g_autofree char *features = avu_dlna_format_features(&written[i].dlna);

		g_assert_cmpstr(text, ==, written[i].text);
		g_assert_true(g_str_has_suffix(text, features));
	}
}

static void
test_list(void)
{
	g_autoptr(GPtrArray) list = avu_protocol_info_parse_list(
		"http-get:*:audio/mpeg:*, http-get:*:audio/flac:*,nonsense,,"
		"http-get:*:video/mpeg:DLNA.ORG_PS=-2\\,2;DLNA.ORG_PN=P");

	g_assert_cmpuint(list->len, ==, 3);
	g_assert_cmpstr(avu_protocol_info_get_mime(list->pdata[1]), ==, "audio/flac");
	g_assert_cmpstr(avu_protocol_info_get_dlna(list->pdata[2])->profile, ==, "P");

	g_autoptr(GPtrArray) nothing = avu_protocol_info_parse_list("");
	g_autoptr(GPtrArray) none = avu_protocol_info_parse_list(NULL);

	g_assert_cmpuint(nothing->len, ==, 0);
	g_assert_cmpuint(none->len, ==, 0);

	const char *const entries[] = { "http-get:*:a/b:PS=1,2", "x:*:c\\d:*", NULL };
	g_autofree char *text = avu_protocol_info_format_list(entries);

	g_assert_cmpstr(text, ==, "http-get:*:a/b:PS=1\\,2,x:*:c\\\\d:*");
}

static const struct {
	const char *source, *sink;
	unsigned score;
	const char *why;
} matched[] = {
	{ "http-get:*:audio/mpeg:DLNA.ORG_PN=MP3", "http-get:*:audio/mpeg:DLNA.ORG_PN=MP3", 100,
		"same" },
	{ "http-get:*:audio/mpeg:DLNA.ORG_PN=MP3;DLNA.ORG_CI=1",
		"http-get:*:audio/mpeg:DLNA.ORG_PN=mp3", 90, "converted; profile in other case" },
	{ "http-get:*:audio/mpeg:DLNA.ORG_PN=MP3", "http-get:*:audio/mpeg:*", 80,
		"sink without profile" },
	{ "http-get:*:audio/mpeg:*", "http-get:*:AUDIO/MPEG:*", 80, "nobody names a profile" },
	{ "http-get:*:audio/x-mp3:DLNA.ORG_PN=MP3", "http-get:*:audio/mpeg:DLNA.ORG_PN=MP3", 70,
		"alias" },
	{ "http-get:*:audio/flac:*", "http-get:*:audio/x-flac:*", 60, "alias, no profile" },
	{ "http-get:*:audio/x-flac:*", "http-get:*:application/x-flac:*", 60, "both are aliases" },
	{ "http-get:*:audio/mpeg:*", "http-get:*:audio/mpeg:DLNA.ORG_PN=MP3", 50, "perhaps" },
	{ "http-get:*:audio/mpeg:*", "http-get:*:audio/*:*", 20, "any audio" },
	{ "http-get:*:audio/mpeg:*", "http-get:*:*:*", 20, "any" },
	{ "http-get:*:audio/mpeg:*", "*:*:*:*", 20, "any protocol" },
	{ "http-get:*:audio/L16;rate=44100;channels=2:*", "http-get:*:audio/l16:*", 80,
		"raw, open" },
	{ "http-get:*:audio/L16;rate=44100;channels=2:*",
		"http-get:*:audio/L16;channels=2;rate=44100:*", 80, "raw, other order" },
	{ "http-get:*:audio/L16;rate=44100;channels=2:*",
		"http-get:*:audio/L16;rate=48000;channels=2:*", 50, "raw, other rate" },
	{ "http-get:*:video/mp4;codecs=x:*", "http-get:*:video/mp4:*", 80,
		"parameters are advice" },
	{ "http-get:*:audio/mp4:DLNA.ORG_PN=AAC_ISO",
		"http-get:*:audio/mp4:DLNA.ORG_PN=HEAAC_L2_ISO", 0, "other profile" },
	{ "http-get:*:audio/mp4:DLNA.ORG_PN=AAC_ISO_320",
		"http-get:*:audio/mp4:DLNA.ORG_PN=AAC_ISO", 80, "a profile that holds it" },
	{ "http-get:*:audio/mp4:DLNA.ORG_PN=AAC_ISO_320",
		"http-get:*:audio/x-m4a:DLNA.ORG_PN=aac_mult5_iso", 60, "the widest, of an alias" },
	{ "http-get:*:audio/mp4:DLNA.ORG_PN=AAC_ISO",
		"http-get:*:audio/mp4:DLNA.ORG_PN=AAC_ISO_320", 0, "a narrower one" },
	{ "http-get:*:audio/mp4:DLNA.ORG_PN=AAC_ISO_320",
		"rtsp-rtp-udp:*:audio/mp4:DLNA.ORG_PN=AAC_ISO", 0,
		"holds it, by another protocol" },
	{ "http-get:*:audio/mp4:DLNA.ORG_PN=AAC_ISO_320",
		"http-get:*:audio/mpeg:DLNA.ORG_PN=AAC_ISO", 0, "holds it, of another type" },
	{ "http-get:*:audio/mpeg:*", "http-get:*:audio/flac:*", 0, "other format" },
	{ "http-get:*:video/mpeg:*", "http-get:*:audio/*:*", 0, "not audio" },
	{ "http-get:*:audio/mpeg:*", "rtsp-rtp-udp:*:audio/mpeg:*", 0, "other protocol" },
	{ "http-get:*:audio/mpeg:*", "http-get:192.0.2.1:audio/mpeg:*", 80, "network of one side" },
};

static void
test_match(void)
{
	for (size_t i = 0; i < G_N_ELEMENTS(matched); i++) {
		g_autoptr(AvuProtocolInfo) source =
			avu_protocol_info_parse(matched[i].source, strlen(matched[i].source), NULL);
		g_autoptr(AvuProtocolInfo) sink =
			avu_protocol_info_parse(matched[i].sink, strlen(matched[i].sink), NULL);

		g_test_message("%s in %s: %s", matched[i].source, matched[i].sink, matched[i].why);
		g_assert_cmpuint(avu_protocol_info_match(source, sink), ==, matched[i].score);
	}
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/protocol-info/grammar", test_grammar);
	g_test_add_func("/protocol-info/too-long", test_too_long);
	g_test_add_func("/protocol-info/parameters", test_parameters);
	g_test_add_func("/protocol-info/speeds", test_speeds);
	g_test_add_func("/protocol-info/write", test_write);
	g_test_add_func("/protocol-info/list", test_list);
	g_test_add_func("/protocol-info/match", test_match);
	return g_test_run();
}
