/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Profiles of players: what a file may say, what is inherited, who is recognised. */
#include "config.h"

#include <string.h>

#include <glib/gstdio.h>

#include <av-upnp/client-profile.h>

static const char *
find_line(const void *lines, const char *what)
{
	size_t len = strlen(what);

	for (const char *const *line = lines; *line != NULL; line++) {
		if (strncmp(*line, what, len) == 0 && (*line)[len] == ':') {
			return *line + len + 2;
		}
	}
	return NULL;
}

static const char house[] = "[Default]\n"
			    "Mime = audio/x > audio/default\n"
			    "[Maker]\n"
			    "Inherit = Default\n"
			    "Maker = Acme\n"
			    "Match.User-Agent = Acme\n"
			    "Seek.Lenient = yes\n"
			    "Mime = video/x > video/maker\n"
			    "Plays.Video = video/mp4 : h264 : aac\n"
			    "[Model]\n"
			    "Inherit = Maker\n"
			    "Match.User-Agent = Acme*TV-##\n"
			    "Match.Address = 192.0.2.1\n"
			    "Match.Device.ModelName = TV\n"
			    "Mime = video/x > video/model\n"
			    "Mime = video/y > video/z\n"
			    "Seek.Lenient = no\n"
			    "Plays.Video = video/mpeg\n";

/* Lines of strangers need not be text, what is told to a harness must be. */
static void
tell(const char *line, const char *why)
{
	g_autofree char *escaped = g_strescape(line, NULL);

	g_test_message("%s: %s", escaped, why);
}

static void
test_match(void)
{
	static const struct {
		const char *line;
		const char *name, *why;
	} rows[] = {
		{ "User-Agent: Acme/1 TV-42", "Model", "the particular before the general" },
		{ "User-Agent: x Acme TV-4", "Maker", "# is a digit, and there are two" },
		{ "User-Agent: acme", "Default", "upper and lower case differ" },
		{ "User-Agent: TV-42 Acme", "Maker", "the pieces have an order" },
		{ "Address: 192.0.2.1", "Model", "an address" },
		{ "Address: 192.0.2.10", "Default", "another one that begins like it" },
		{ "Device.ModelName: Big TV", "Model", "what the device at the address says" },
		{ "User-Agent: \xff\xfe", "Default", "no text at all" },
	};
	g_autoptr(GPtrArray) problems = g_ptr_array_new_with_free_func(g_free);
	g_autoptr(AvuClientProfiles) set =
		avu_client_profiles_parse("h", house, strlen(house), problems);

	g_assert_cmpuint(problems->len, ==, 0);
	for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
		const char *const lines[] = { rows[i].line, NULL };
		AvuClientMatch match;
		bool fits = avu_client_profiles_match(set, find_line, lines, &match);

		tell(rows[i].line, rows[i].why);
		g_assert_cmpstr(match.profile->name, ==, rows[i].name);
		g_assert_true(fits == !g_str_equal(rows[i].name, "Default"));
		g_assert_true((match.what != NULL) == fits);
	}
}

static void
test_inheritance(void)
{
	g_autoptr(AvuClientProfiles) set =
		avu_client_profiles_parse("h", house, strlen(house), NULL);
	const AvuClientProfile *model = avu_client_profiles_find(set, "Model");
	const AvuClientProfile *maker = avu_client_profiles_find(set, "Maker");

	g_assert_cmpstr(model->maker, ==, "Acme");
	g_assert_true(avu_client_has(maker, AVU_CLIENT_LENIENT_SEEK));
	g_assert_false(avu_client_has(model, AVU_CLIENT_LENIENT_SEEK));
	g_assert_cmpstr(avu_client_rule_find(model->mimes, "video/x"), ==, "video/model");
	g_assert_cmpstr(avu_client_rule_find(model->mimes, "video/y"), ==, "video/z");
	g_assert_cmpstr(avu_client_rule_find(model->mimes, "audio/x"), ==, "audio/default");
	g_assert_cmpstr(avu_client_rule_find(maker->mimes, "video/x"), ==, "video/maker");
	g_assert_null(avu_client_rule_find(maker->mimes, "video/y"));
	/* what it plays is said anew, not added to */
	g_assert_cmpuint(maker->plays[AVU_PLAYS_VIDEO]->len, ==, 1);
	g_assert_cmpuint(model->plays[AVU_PLAYS_VIDEO]->len, ==, 1);
	const AvuClientPlays *plays =
		&g_array_index(model->plays[AVU_PLAYS_VIDEO], AvuClientPlays, 0);

	g_assert_cmpstr(plays->mimes[0], ==, "video/mpeg");
	g_assert_null(plays->video_codecs);
	plays = &g_array_index(maker->plays[AVU_PLAYS_VIDEO], AvuClientPlays, 0);
	g_assert_cmpstr(plays->video_codecs[0], ==, "h264");
	g_assert_cmpstr(plays->audio_codecs[0], ==, "aac");
}

static void
test_mistakes(void)
{
	static const struct {
		const char *text, *problem;
		unsigned left; /* sections */
	} rows[] = {
		{ "[A]\nMaker = x\n", NULL, 1 },
		{ "[A]\nMakr = x\n[B]\nMaker = y\n",
			"f:2:1: unknown key \"Makr\", did you mean \"Maker\"?", 1 },
		{ "[A]\nSeek.Lenient = maybe\n", "f:2:16: Seek.Lenient: neither yes nor no", 0 },
		{ "[A]\nMatch.User-Agnt = x\n",
			"f:2:1: unknown thing to match \"User-Agnt\", did you mean \"User-Agent\"?",
			0 },
		{ "[A]\nMatch.User-Agent =\n",
			"f:2:19: an empty pattern fits everything; that is \"*\"", 0 },
		{ "[A]\nMime = video/x\n", "f:2:8: Mime: not of the form \"FROM > TO\"", 0 },
		{ "[A]\nMime = a:b > c\n", "f:2:8: Mime: neither a MIME type nor a name", 0 },
		{ "[A]\nMax.Bits = 65\n", "f:2:12: Max.Bits: not a number from 0 to 64", 0 },
		{ "[A]\nSubtitles = resource elemnt\n",
			"f:2:13: unknown value \"elemnt\", did you mean \"element\"?", 0 },
		{ "[A]\nDate = weekly\n", "f:2:8: unknown value \"weekly\"", 0 },
		{ "[A]\nSubtitles.Types = srt txt\n", "f:2:19: unknown value \"txt\"", 0 },
		{ "[A]\nSubtitles.Charset = windows-1249\n",
			"f:2:21: unknown value \"windows-1249\", did you mean \"windows-1250\"?",
			0 },
		{ "[A]\nSubtitles.Types =\n", "f:2:18: Subtitles.Types: empty", 0 },
		{ "[A]\nMaker = x\nMaker = y\n", "f:3:1: \"Maker\" is given twice", 0 },
		{ "[A]\nInherit = Bb\n[Bbb]\n", "f:2:11: unknown profile to inherit from \"Bb\"",
			0 },
		{ "[A]\nInherit = A\n",
			"f:2:11: [A] cannot inherit from [A]: it does so itself, or through too "
			"many",
			0 },
		{ "[A]\nMaker\n[B]\nMaker = y\n",
			"f:2:1: \"Maker\" is neither \"[Section]\" nor \"Key = value\"", 1 },
		{ "[A]\nMaker = x\n[B]\nMaker = y\n[A]\nSort = no\n",
			"f:5:1: [A] is there already, in line 1", 2 },
		{ "Maker = x\n[A]\nMaker = x\n", "f:1:1: key before the first [Section]", 1 },
	};

	for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
		g_autoptr(GPtrArray) problems = g_ptr_array_new_with_free_func(g_free);
		g_autoptr(AvuClientProfiles) set = avu_client_profiles_parse(
			"f", rows[i].text, strlen(rows[i].text), problems);

		g_test_message("%s", rows[i].text);
		g_assert_cmpstr(problems->len > 0 ? problems->pdata[0] : NULL, ==, rows[i].problem);
		g_assert_cmpuint(avu_client_profiles_get_n(set), ==, rows[i].left);
	}
}

/* A ring of parents, and a child of a bad one: each is told, none is used. */
static void
test_families(void)
{
	static const char text[] = "[A]\nInherit = B\n[B]\nInherit = C\n[C]\nInherit = A\n"
				   "[D]\nInherit = E\n[E]\nNonsense = 1\n[F]\nMaker = f\n";
	g_autoptr(GPtrArray) problems = g_ptr_array_new_with_free_func(g_free);
	g_autoptr(AvuClientProfiles) set =
		avu_client_profiles_parse("f", text, strlen(text), problems);

	g_assert_cmpuint(avu_client_profiles_get_n(set), ==, 1);
	g_assert_cmpstr(avu_client_profiles_get(set, 0)->name, ==, "F");
	g_assert_cmpuint(problems->len, ==, 5);
}

enum {
	SAMSUNG = AVU_CLIENT_INTERACTIVE_VIDEO | AVU_CLIENT_LENIENT_SEEK,
	LG = AVU_CLIENT_ALWAYS_FEATURES,
	LENIENT = AVU_CLIENT_LENIENT_SEEK,
	ASKED = SAMSUNG | LG,
};
static const struct {
	const char *line, *name, *maker;
	unsigned habits; /* of ASKED */
} players[] = {
	{ "User-Agent: DLNADOC/1.50 SEC_HHP_[TV] UE65JU7000/1.0 UPnP/1.0", "Samsung TV", "Samsung",
		SAMSUNG },
	{ "User-Agent: SEC_HHP_[TV]UE40D7000/1.0", "Samsung TV", "Samsung", SAMSUNG },
	{ "User-Agent: SEC_HHP_[TV] Samsung Q7 Series/1.0", "Samsung Q", "Samsung", SAMSUNG },
	{ "User-Agent: DLNADOC/1.50 SEC_HHP_[TV] Samsung QE55Q70/1.0", "Samsung Tizen", "Samsung",
		SAMSUNG },
	{ "User-Agent: DLNADOC/1.50 SEC_HHP_[TV] UE55RU7100/1.0 UPnP/1.0", "Samsung Tizen",
		"Samsung", SAMSUNG },
	{ "User-Agent: SEC_HHP_[TV]UN65TU8000/1.0", "Samsung Tizen", "Samsung", SAMSUNG },
	{ "User-Agent: DLNADOC/1.50 SEC_HHP_[TV] UE40F6400/1.0", "Samsung TV", "Samsung", SAMSUNG },
	{ "User-Agent: SEC_HHP_BD-D5100/1.0", "Samsung BD", "Samsung", SAMSUNG },
	{ "User-Agent: [BD]J5500/1.0", "Samsung BD J5500", "Samsung", SAMSUNG },
	{ "User-Agent: SEC_HHP_[PC]LPC001/1.0", "Samsung on a PC", "Samsung", 0 },
	{ "User-Agent: SamsungWiselinkPro/1.0", "Samsung A", "Samsung", SAMSUNG },
	{ "User-Agent: Samsung DTV DMR", "Samsung B", "Samsung", SAMSUNG },
	{ "User-Agent: Linux/3.0.13 UPnP/1.0 LGE_DLNA_SDK/1.6.0 DLNADOC/1.50", "LG", "LG", LG },
	{ "User-Agent: Linux/4.4 UPnP/1.0 LGE WebOS TV/Version 0.9", "LG webOS", "LG", LG },
	{ "DLNADeviceName.lge.com: %5BTV%5D", "LG webOS", "LG", LG },
	{ "X-AV-Client-Info: av=5.0; cn=\"Sony Corporation\"; mn=\"BRAVIA KDL-40W905A\"; "
	  "mv=\"1.7\";",
		"Sony Bravia", "Sony", 0 },
	{ "X-AV-Client-Info: av=5.0; cn=\"Sony Corporation\"; mn=\"BRAVIA KDL-40EX500\"; "
	  "mv=\"1.7\";",
		"Sony Bravia 2010", "Sony", 0 },
	{ "X-AV-Client-Info: av=5.0; cn=\"Sony Corporation\"; mn=\"Blu-ray Disc Player\"; "
	  "mv=\"2.0\"",
		"Sony Blu-ray", "Sony", 0 },
	{ "X-AV-Physical-Unit-Info: pa=\"BDP-S370\"", "Sony Blu-ray", "Sony", 0 },
	{ "X-AV-Client-Info: av=5.0; mn=\"STR-DN1040\"", "Sony receiver", "Sony", 0 },
	{ "User-Agent: PLAYSTATION 3", "PlayStation 3", "Sony", LENIENT },
	{ "X-AV-Client-Info: av=5.0; mn=\"PLAYSTATION 3\"", "PlayStation 3", "Sony", LENIENT },
	{ "User-Agent: PLAYSTATION 4", "PlayStation 4", "Sony", 0 },
	{ "User-Agent: Panasonic MIL DLNA CP UPnP/1.0 DLNADOC/1.50", "Panasonic", "Panasonic", 0 },
	{ "X-PANASONIC-DMP-Profile: MPEG_TS_SD_EU AVCHD", "Panasonic", "Panasonic", 0 },
	{ "Device.ModelName: DMR-BWT700", "Panasonic recorder", "Panasonic", 0 },
	{ "User-Agent: PhilipsIntelSDK/1.4 DLNADOC/1.50", "Philips", "Philips", 0 },
	{ "User-Agent: 55PUS6162/12 DLNADOC/1.50", "Philips PUS", "Philips", 0 },
	{ "User-Agent: 5PUS6162/12", "Default", NULL, 0 },
	{ "User-Agent: 55PUS616", "Default", NULL, 0 },
	{ "User-Agent: Android TV 2021 Philips", "Philips Android", "Philips", 0 },
	{ "User-Agent: Philips Android TV", "Default", NULL, 0 },
	{ "User-Agent: Xbox/2.0.17559.0 UPnP/1.0 Xbox/2.0.17559.0", "Xbox 360", "Microsoft", 0 },
	{ "User-Agent: Xbox-SystemOS/10", "Xbox One", "Microsoft", 0 },
	{ "User-Agent: NSPlayer/12.00.22621.2428 WMFSDK/12.00", "Microsoft", "Microsoft", 0 },
	{ "User-Agent: Microsoft-Windows/10.0 UPnP/1.0 Microsoft-DLNA DLNADOC/1.50", "Microsoft",
		"Microsoft", 0 },
	{ "User-Agent: Microsoft-IPTV-Client", "MediaRoom", "Microsoft", 0 },
	{ "User-Agent: VLC/3.0.18 LibVLC/3.0.18", "VLC", "VideoLAN", 0 },
	{ "User-Agent: UPnP/1.0 DLNADOC/1.50 Kodi", "Kodi", "Kodi", 0 },
	{ "User-Agent: Linux/5.4 UPnP/1.0 BubbleUPnP/3.5", "BubbleUPnP", NULL, 0 },
	{ "User-Agent: Linn/Kazoo", "Hi-Fi control point", NULL, 0 },
	{ "User-Agent: Audionet", "Hi-Fi control point", NULL, 0 },
	{ "User-Agent: Movian 5.0", "Movian", NULL, 0 },
	{ "User-Agent: bridgeCo-DMP/3", "Denon", "Denon", 0 },
	{ "Device.Manufacturer: Marantz", "Marantz", "Marantz", 0 },
	{ "User-Agent: KnOS/3.2 UPnP/1.0", "Yamaha", "Yamaha", LENIENT },
	{ "User-Agent: Mediabolic-IMHTTP/1.8.225", "Onkyo", "Onkyo", LENIENT },
	{ "Device.UDN: uuid:RINCON_000E58", "Sonos", "Sonos", 0 },
	{ "User-Agent: Allegro-Software-WebClient/5.40b1", "Bose SoundTouch", "Bose", 0 },
	{ "User-Agent: Reciva IR", "Radio", "Reciva", LENIENT },
	{ "User-Agent: FSL DLNADOC/1.50", "Frontier radio", "Frontier Silicon", LENIENT },
	{ "User-Agent: DLNADOC/1.00 Kitchen Radio", "DLNA 1.0 radio", "Reciva", LENIENT },
	{ "User-Agent: Roku/DVP-9.0", "Roku", "Roku", 0 },
	{ "Device.ModelName: Roku SoundBridge", "Roku SoundBridge", "Roku", 0 },
	{ "User-Agent: alphanetworks", "WD TV Live", "Western Digital", LENIENT },
	{ "User-Agent: fbxupnpav/1.0", "Freebox", "Freebox", 0 },
	{ "User-Agent: DIRECTV/1", "DirecTV", "DirecTV", 0 },
	{ "User-Agent: SMP8634", "Popcorn Hour", NULL, 0 },
	{ "User-Agent: Intel_SDK_for_UPnP_devices/1.2", "Toshiba", "Toshiba", 0 },
	{ "User-Agent: SHARP-AQUOS-DMP/1.1W", "Sharp", "Sharp", LENIENT },
	{ "User-Agent: IPI/1.0 UPnP/1.0 DLNADOC/1.50", "Vizio", "Vizio", 0 },
	{ "User-Agent: IPI/1", "NetFront", NULL, 0 },
	{ "FriendlyName.dlna.org: HYUNDAITV", "Hyundai TV", NULL, 0 },
	{ "User-Agent: O!Play HD2", "Asus O!Play", NULL, 0 },
	{ "User-Agent: Verismo,WebClient", "Netgear EVA2000", NULL, 0 },
	{ "Device.FriendlyName: LIFETAB_P9514", "Medion LifeTab", NULL, 0 },
	{ "User-Agent: CTT", "Certification tool", NULL, 0 },
	{ "User-Agent: DLNADOC/1.50 Somebody/1.0", "DLNA 1.5", NULL, 0 },
	{ "User-Agent: sec_hhp_", "Default", NULL, 0 },
	{ "User-Agent: \xff\xfe", "Default", NULL, 0 },
};

/* The agents that are publicly known (dlna-device-quirks.md 3), and what stands for them. */
static void
test_players(void)
{
	g_autofree char *folder = g_build_filename(g_getenv("AV_UPNP_DATADIR"), "clients", NULL);
	const char *const folders[] = { folder, NULL };
	g_autoptr(AvuClientProfiles) set = avu_client_profiles_load(folders, NULL);

	for (size_t i = 0; i < G_N_ELEMENTS(players); i++) {
		const char *const lines[] = { players[i].line, NULL };
		AvuClientMatch match;

		(void)avu_client_profiles_match(set, find_line, lines, &match);
		tell(players[i].line, players[i].name);
		g_assert_cmpstr(match.profile->name, ==, players[i].name);
		g_assert_cmpstr(match.profile->maker, ==, players[i].maker);
		g_assert_cmpuint(match.profile->habits & ASKED, ==, players[i].habits);
	}
}

static const char *
show_nothing(const void *data, const char *what)
{
	(void)what;
	return data;
}

/* What is shipped is right, and says who is unknown. */
static void
test_shipped(void)
{
	g_autofree char *folder = g_build_filename(g_getenv("AV_UPNP_DATADIR"), "clients", NULL);
	const char *const folders[] = { folder, NULL };
	g_autoptr(GPtrArray) problems = g_ptr_array_new_with_free_func(g_free);
	g_autoptr(AvuClientProfiles) set = avu_client_profiles_load(folders, problems);
	AvuClientMatch match;

	for (guint i = 0; i < problems->len; i++) {
		g_test_message("%s", (const char *)problems->pdata[i]);
	}
	g_assert_cmpuint(problems->len, ==, 0);
	g_assert_cmpuint(avu_client_profiles_get_n(set), >=, 2);
	g_assert_cmpstr(avu_client_profiles_get_fallback(set)->name, ==, "Default");
	g_assert_false(avu_client_profiles_match(set, show_nothing, NULL, &match));
	g_assert_cmpstr(match.profile->name, ==, "Default");
}

/* Of too many files the first by name are read, whatever the order on the disk, and somebody is told. */
static void
test_too_many(void)
{
	g_autofree char *folder = g_dir_make_tmp("profiles-XXXXXX", NULL);
	const char *const folders[] = { folder, NULL };
	g_autoptr(GPtrArray) problems = g_ptr_array_new_with_free_func(g_free);

	for (unsigned i = 300; i > 0; i--) {
		g_autofree char *path = g_strdup_printf("%s/%03u.client", folder, i - 1);
		g_autofree char *text =
			g_strdup_printf("[P%03u]\nMatch.User-Agent = p%03u\n", i - 1, i - 1);

		g_assert_true(g_file_set_contents(path, text, -1, NULL));
	}
	g_autoptr(AvuClientProfiles) set = avu_client_profiles_load(folders, problems);
	bool told = false;

	for (guint i = 0; i < problems->len; i++) {
		g_test_message("%s", (const char *)problems->pdata[i]);
		told = told || strstr(problems->pdata[i], "more than 256 files; \"256.client\"");
	}
	g_assert_true(told);
	for (unsigned i = 0; i < 300; i++) {
		g_autofree char *line = g_strdup_printf("User-Agent: p%03u", i);
		g_autofree char *name = g_strdup_printf("P%03u", i);
		g_autofree char *path = g_strdup_printf("%s/%03u.client", folder, i);
		const char *const lines[] = { line, NULL };
		AvuClientMatch match;

		(void)avu_client_profiles_match(set, find_line, lines, &match);
		g_assert_true((g_strcmp0(match.profile->name, name) == 0) == (i < 256));
		g_assert_cmpint(g_unlink(path), ==, 0);
	}
	g_assert_cmpint(g_rmdir(folder), ==, 0);
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/profile/client/match", test_match);
	g_test_add_func("/profile/client/inheritance", test_inheritance);
	g_test_add_func("/profile/client/mistakes", test_mistakes);
	g_test_add_func("/profile/client/families", test_families);
	g_test_add_func("/profile/client/players", test_players);
	g_test_add_func("/profile/client/shipped", test_shipped);
	g_test_add_func("/profile/client/too-many", test_too_many);
	return g_test_run();
}
