/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What is remembered is what would be written: every resource after every other one, which differ in one
 * field each; also when there are more than it has room for. */
#include "mediaserver/content/protocol-memo.h"

static const struct {
	ItemKind kind;
	ProtocolNaming naming;
	const char *mime;
	unsigned extra;
	AvuDlnaParameters dlna;
	const char *text, *why;
} rows[] = {
	{ ITEM_AUDIO, PROTOCOL_ORIGINAL, "audio/mpeg", 0, { .profile = "MP3" },
		"http-get:*:audio/mpeg:DLNA.ORG_PN=MP3;DLNA.ORG_CI=0", "the least" },
	{ ITEM_AUDIO, PROTOCOL_ORIGINAL, "audio/mpeg", 0, { .profile = "MP3X" },
		"http-get:*:audio/mpeg:DLNA.ORG_PN=MP3X;DLNA.ORG_CI=0", "another profile" },
	{ ITEM_AUDIO, PROTOCOL_ORIGINAL, "audio/mpeg", 0, { .converted = true },
		"http-get:*:audio/mpeg:DLNA.ORG_CI=1", "none, and converted" },
	{ ITEM_AUDIO, PROTOCOL_ORIGINAL, "audio/flac", 0, { .profile = "MP3" },
		"http-get:*:audio/flac:DLNA.ORG_PN=MP3;DLNA.ORG_CI=0", "another type" },
	{ ITEM_AUDIO, PROTOCOL_ORIGINAL, "audio/mpeg", 0,
		{ .profile = "MP3", .has_op = true, .op_range = true },
		"http-get:*:audio/mpeg:DLNA.ORG_PN=MP3;DLNA.ORG_OP=01;DLNA.ORG_CI=0", "octets" },
	{ ITEM_AUDIO, PROTOCOL_ORIGINAL, "audio/mpeg", 0,
		{ .profile = "MP3", .has_op = true, .op_range = true, .op_time = true },
		"http-get:*:audio/mpeg:DLNA.ORG_PN=MP3;DLNA.ORG_OP=11;DLNA.ORG_CI=0", "both" },
	{ ITEM_AUDIO, PROTOCOL_ORIGINAL, "audio/mpeg", 0,
		{ .profile = "MP3", .has_op = true, .op_time = true },
		"http-get:*:audio/mpeg:DLNA.ORG_PN=MP3;DLNA.ORG_OP=10;DLNA.ORG_CI=0", "time" },
	{ ITEM_AUDIO, PROTOCOL_ORIGINAL, "audio/mpeg", 0,
		{ .profile = "MP3", .speeds = "2", .has_op = true, .op_time = true },
		"http-get:*:audio/mpeg:DLNA.ORG_PN=MP3;DLNA.ORG_OP=10;DLNA.ORG_PS=2;DLNA.ORG_CI=0",
		"speeds" },
	{ ITEM_AUDIO, PROTOCOL_ORIGINAL, "audio/mpeg", 0,
		{ .profile = "MP3", .flags = AVU_DLNA_FLAG_STREAMING },
		"http-get:*:audio/mpeg:DLNA.ORG_PN=MP3;DLNA.ORG_CI=0;"
		"DLNA.ORG_FLAGS=01100000000000000000000000000000",
		"flags" },
	{ ITEM_AUDIO, PROTOCOL_ORIGINAL, "audio/mpeg", 0, { .profile = "MP3", .no_ci = true },
		"http-get:*:audio/mpeg:DLNA.ORG_PN=MP3", "no CI" },
	{ ITEM_AUDIO, PROTOCOL_EXTRA, "audio/mpeg", 0, { .profile = "MP3" },
		"http-get:*:audio/mpeg:DLNA.ORG_PN=OTHER;DLNA.ORG_CI=1", "under another name" },
	{ ITEM_AUDIO, PROTOCOL_EXTRA, "audio/mpeg", 1, { .profile = "MP3" },
		"http-get:*:audio/third:DLNA.ORG_PN=THIRD;DLNA.ORG_CI=1", "and a third" },
	{ ITEM_AUDIO, PROTOCOL_EXTRA, "audio/mpeg", 0, { .profile = "MP3X" },
		"http-get:*:audio/mpeg:DLNA.ORG_PN=BY_TYPE;DLNA.ORG_CI=1", "by the type" },
};

static const char *
get(ProtocolMemo *memo, TextPool *pool, size_t i)
{
	const Protocol protocol = { rows[i].kind, rows[i].naming, rows[i].mime, &rows[i].dlna,
		rows[i].extra };

	return protocol_memo_get(memo, &protocol, pool);
}

static void
test_pairs(void)
{
	static const char house[] = "[Own]\nExtra = MP3 > OTHER\n"
				    "Extra = MP3 > THIRD audio/third\n"
				    "Extra = MP3 >\nExtra = audio/mpeg > BY_TYPE\n";
	g_autoptr(AvuClientProfiles) profiles =
		avu_client_profiles_parse("house", house, sizeof(house) - 1, NULL);
	const ClientView view = { .profiles = profiles,
		.profile = avu_client_profiles_find(profiles, "Own") };
	g_autoptr(TextPool) pool = text_pool_new();
	ProtocolMemo memo;

	for (size_t a = 0; a < G_N_ELEMENTS(rows); a++) {
		for (size_t b = 0; b < G_N_ELEMENTS(rows); b++) {
			g_test_message("%s after %s", rows[b].why, rows[a].why);
			protocol_memo_init(&memo, &view);
			g_assert_cmpstr(get(&memo, pool, a), ==, rows[a].text);
			g_assert_cmpstr(get(&memo, pool, b), ==, rows[b].text);
			g_assert_true(get(&memo, pool, a) == get(&memo, pool, a)); /* once */
			protocol_memo_clear(&memo);
		}
	}
}

static void
test_names(void)
{
	static const char house[] = "[Own]\nMime = audio/mpeg > audio/own\nConvert.Seek = none\n";
	g_autoptr(AvuClientProfiles) profiles =
		avu_client_profiles_parse("house", house, sizeof(house) - 1, NULL);
	const ClientView view = { .profiles = profiles,
		.profile = avu_client_profiles_find(profiles, "Own") };
	const AvuDlnaParameters dlna = { .has_op = true, .op_time = true };
	Protocol protocol = { ITEM_AUDIO, PROTOCOL_ORIGINAL, "audio/mpeg", &dlna, 0 };
	g_autoptr(TextPool) pool = text_pool_new();
	ProtocolMemo memo;

	protocol_memo_init(&memo, &view);
	g_assert_cmpstr(protocol_memo_get(&memo, &protocol, pool), ==,
		"http-get:*:audio/own:DLNA.ORG_OP=10;DLNA.ORG_CI=0");
	protocol.naming = PROTOCOL_CONVERTED;
	g_assert_cmpstr(protocol_memo_get(&memo, &protocol, pool), ==, "http-get:*:audio/own:*");
	protocol_memo_clear(&memo);
}

static void
test_full(void)
{
	const AvuDlnaParameters dlna = { .converted = true };
	g_autoptr(TextPool) pool = text_pool_new();
	const char *first = NULL;
	ProtocolMemo memo;

	protocol_memo_init(&memo, NULL);
	for (unsigned round = 0; round < 2; round++) {
		for (unsigned i = 0; i < 2 * PROTOCOL_MEMO_MAX; i++) {
			g_autofree char *mime = g_strdup_printf("audio/x%u", i);
			g_autofree char *right =
				g_strdup_printf("http-get:*:audio/x%u:DLNA.ORG_CI=1", i);
			const Protocol protocol = { ITEM_AUDIO, PROTOCOL_ORIGINAL, mime, &dlna, 0 };
			const char *text = protocol_memo_get(&memo, &protocol, pool);

			g_assert_cmpstr(text, ==, right);
			first = first != NULL ? first : text;
		}
	}
	g_assert_cmpuint(memo.n_known, ==, PROTOCOL_MEMO_MAX);
	g_assert_cmpstr(first, ==, "http-get:*:audio/x0:DLNA.ORG_CI=1"); /* still there */
	protocol_memo_clear(&memo);
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/protocol-memo/pairs", test_pairs);
	g_test_add_func("/protocol-memo/names", test_names);
	g_test_add_func("/protocol-memo/full", test_full);
	return g_test_run();
}
