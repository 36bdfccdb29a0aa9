/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What is publicly known of players, line by line (spec/dlna-device-quirks.md 3 to 5, 7 and 8), stands in the
 * profile that each gets. The tables are copied from there, not from the files under test. */
#include "config.h"

#include <string.h>

#include <av-upnp/client-profile.h>

static AvuClientProfiles *shipped;

static const AvuClientProfile *
find(const char *name)
{
	const AvuClientProfile *profile = avu_client_profiles_find(shipped, name);

	g_test_message("%s", name);
	g_assert_nonnull(profile);
	return profile;
}

/* 3 and 5: switches */
static void
test_habits(void)
{
	static const struct {
		const char *player;
		unsigned set, unset;
	} rows[] = {
		{ "Samsung TV", AVU_CLIENT_LENIENT_SEEK | AVU_CLIENT_NO_SMALLER, 0 },
		{ "Samsung Tizen", AVU_CLIENT_LENIENT_SEEK | AVU_CLIENT_NO_SMALLER, 0 },
		{ "Samsung on a PC", 0,
			AVU_CLIENT_LENIENT_SEEK | AVU_CLIENT_NO_SMALLER |
				AVU_CLIENT_INTERACTIVE_VIDEO },
		{ "LG", AVU_CLIENT_TITLE_DOT | AVU_CLIENT_NO_SORT, 0 },
		{ "LG webOS", AVU_CLIENT_ALWAYS_FEATURES, AVU_CLIENT_TITLE_DOT },
		{ "Sony Bravia", AVU_CLIENT_MEDIA_CLASS, 0 },
		{ "Panasonic", AVU_CLIENT_NO_SORT | AVU_CLIENT_NO_PICTURE_CI, 0 },
		{ "Panasonic recorder", AVU_CLIENT_NO_SORT | AVU_CLIENT_NO_PICTURE_CI, 0 },
		{ "Xbox 360", AVU_CLIENT_STORAGE_FOLDERS, 0 },
		{ "BubbleUPnP", AVU_CLIENT_CONTROL_POINT, 0 },
		{ "Hi-Fi control point", AVU_CLIENT_CONTROL_POINT, 0 },
		{ "Raumfeld", AVU_CLIENT_CONTROL_POINT, 0 },
		{ "Onkyo", AVU_CLIENT_LENIENT_SEEK, 0 },
		{ "WD TV Live", AVU_CLIENT_LENIENT_SEEK, 0 },
		{ "DirecTV", AVU_CLIENT_BASIC_CLASSES | AVU_CLIENT_STORAGE_FOLDERS, 0 },
		{ "Sharp",
			AVU_CLIENT_LENIENT_SEEK | AVU_CLIENT_BASIC_CLASSES |
				AVU_CLIENT_STORAGE_FOLDERS,
			0 },
		{ "NetFront", AVU_CLIENT_NO_SORT, 0 },
		{ "Hyundai TV", AVU_CLIENT_TITLE_EXTENSION, 0 },
		{ "Netgear EVA2000", AVU_CLIENT_NEEDS_ALBUM, 0 },
		{ "MediaRoom", AVU_CLIENT_NEEDS_ALBUM, 0 },
		{ "Radio", AVU_CLIENT_LENIENT_SEEK, 0 },
		{ "Certification tool", AVU_CLIENT_NO_SEC,
			AVU_CLIENT_LENIENT_SEEK | AVU_CLIENT_ALWAYS_FEATURES },
		{ "DLNA 1.0", AVU_CLIENT_NO_FLAGS, 0 },
		{ "DLNA 1.5", AVU_CLIENT_GENERIC, AVU_CLIENT_NO_FLAGS },
		{ "Default", 0,
			AVU_CLIENT_LENIENT_SEEK | AVU_CLIENT_NO_FLAGS | AVU_CLIENT_NO_DLNA |
				AVU_CLIENT_NO_SEC | AVU_CLIENT_NO_SORT },
	};

	for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
		const AvuClientProfile *profile = find(rows[i].player);

		g_assert_cmphex(profile->habits & rows[i].set, ==, rows[i].set);
		g_assert_cmphex(profile->habits & rows[i].unset, ==, 0);
	}
}

/* 3, 5 and 7: words */
static void
test_words(void)
{
	static const struct {
		const char *player;
		size_t at;
		const char *value;
	} rows[] = {
#define WORD(member_) offsetof(AvuClientProfile, member_)
		{ "Samsung Q", WORD(bookmark), "ms" },
		{ "Samsung Tizen", WORD(bookmark), "ms" },
		{ "Samsung TV", WORD(bookmark), NULL },
		{ "Samsung BD", WORD(bookmark), "none" },
		{ "Samsung TV", WORD(description), "samsung" },
		{ "Samsung TV", WORD(ids), "samsung" },
		{ "Samsung TV", WORD(thumbnail), "JPEG_SM" },
		{ "Samsung Tizen", WORD(converted_seek), "time" },
		{ "LG webOS", WORD(thumbnail), "JPEG_TN" },
		{ "Panasonic", WORD(thumbnail), "JPEG_TN" },
		{ "Philips", WORD(converted_size), "estimate" },
		{ "Philips Android", WORD(converted_size), "estimate" },
		{ "PlayStation 3", WORD(thumbnail), "JPEG_TN" },
		{ "PlayStation 3", WORD(converted_seek), "time" },
		{ "Xbox 360", WORD(ids), "microsoft" },
		{ "Xbox 360", WORD(description), "microsoft" },
		{ "Xbox One", WORD(converted_seek), "time" },
		{ "Hi-Fi control point", WORD(date), "year" },
		{ "Yamaha", WORD(characters), "ascii" },
		{ "Yamaha", WORD(converted_seek), "time" },
		{ "Onkyo", WORD(converted_seek), "time" },
		{ "Sonos", WORD(converted_size), "estimate" },
		{ "Roku SoundBridge", WORD(ids), "microsoft" },
		{ "Freebox", WORD(thumbnail), "JPEG_TN" },
		{ "DirecTV", WORD(thumbnail), "JPEG_TN" },
		{ "Vizio", WORD(converted_seek), "time" },
		{ "Netgear EVA2000", WORD(thumbnail), "JPEG_TN" },
		{ "MediaRoom", WORD(ids), "microsoft" },
		{ "Medion LifeTab", WORD(ids), "microsoft" },
		{ "Frontier radio", WORD(date), "plain" },
		{ "Bose SoundTouch", WORD(characters), "quoted" },
	};

	for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
		const char *profile = (const char *)find(rows[i].player);

		g_assert_cmpstr(*(const char *const *)(const void *)(profile + rows[i].at), ==,
			rows[i].value);
	}
	g_assert_cmpint(find("Asus O!Play")->title_max, ==, 23);
	g_assert_cmpint(find("Telegent TG100")->text_max, >, 0);
	g_assert_cmpint(find("Telegent TG100")->text_max, <=, 101);
}

/* 4: MIME types; NULL: as everybody gets them, of which the server's own name is right */
static void
test_mimes(void)
{
	static const struct {
		const char *player, *from, *to;
	} rows[] = {
		{ "Samsung TV", "video/x-matroska", "video/x-mkv" },
		{ "Samsung Tizen", "video/x-matroska", "video/x-mkv" },
		{ "Samsung TV", "video/x-msvideo", NULL },
		{ "Samsung TV", "audio/flac", "audio/x-flac" },
		{ "PlayStation 3", "video/x-msvideo", "video/divx" },
		{ "PlayStation 4", "video/x-msvideo", "video/divx" },
		{ "PlayStation 3", "audio/wav", NULL },
		{ "Xbox 360", "video/x-msvideo", "video/avi" },
		{ "Xbox One", "video/x-msvideo", "video/avi" },
		{ "Microsoft", "video/x-msvideo", "video/avi" },
		{ "Kodi", "video/x-msvideo", "video/avi" },
		{ "Asus O!Play", "video/x-msvideo", "video/avi" },
		{ "LG", "video/x-msvideo", "video/avi" },
		{ "LG", "audio/ogg", "application/ogg" },
		{ "LG", "audio/flac", NULL },
		{ "Philips", "video/x-msvideo", "video/avi" },
		{ "Philips", "audio/mp4", NULL },
		{ "Philips", "video/mpeg", NULL },
		{ "Freebox", "video/vnd.dlna.mpeg-tts", "video/mp2t" },
		{ "Kodi", "audio/vnd.dlna.adts", "audio/aac" },
		{ "Denon", "audio/wav", NULL },
		{ "Marantz", "audio/wav", NULL },
		{ "Roku SoundBridge", "audio/wav", NULL },
		{ "Roku", "video/x-matroska", NULL },
		{ "Raumfeld", "audio/ogg", NULL },
		{ "Popcorn Hour", "audio/flac", NULL },
		{ "Sony Blu-ray", "video/x-msvideo", "video/avi" },
		{ "DLNA 1.5", "video/x-msvideo", "video/avi" },
	};

	for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
		g_assert_cmpstr(avu_client_rule_find(find(rows[i].player)->mimes, rows[i].from), ==,
			rows[i].to);
	}
}

/* 3: other names in place of ours */
static void
test_names(void)
{
	static const struct {
		const char *player, *from, *to;
	} rows[] = {
		{ "PlayStation 3", "video/x-msvideo", "AVI" },
		{ "PlayStation 4", "video/x-msvideo", "AVI" },
		{ "LG", "AVC_MKV_HP_HD_AC3", "" },
		{ "LG", "AVC_MP4_MP_SD_AAC_MULT5", "" },
		{ "LG", "MP3", NULL },
		{ "Samsung BD J5500", "MPEG_PS_PAL", "" },
		{ "WD TV Live", "MPEG_TS_SD_EU_ISO", "MPEG_TS_SD_NA" },
		{ "Samsung TV", "MPEG_PS_PAL", NULL },
	};

	for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
		g_assert_cmpstr(avu_client_rule_find(find(rows[i].player)->names, rows[i].from), ==,
			rows[i].to);
	}
}

/* 3 and 5: the same file under other names before the real one */
static void
test_extras(void)
{
	static const struct {
		const char *player, *mime, *profile;
		const char *extras; /* all of them: NAME[ MIME], by commas */
	} rows[] = {
		{ "Sony Bravia", "video/mpeg", "AVC_TS_MP_HD_AC3_ISO", "AVC_TS_HD_50_AC3_ISO" },
		{ "Sony Bravia", "video/vnd.dlna.mpeg-tts", "AVC_TS_HD_60_AC3_T",
			"AVC_TS_HD_50_AC3_T" },
		{ "Sony Bravia", "video/vnd.dlna.mpeg-tts", "AVC_TS_HD_24_AC3",
			"AVC_TS_HD_50_AC3" },
		{ "Sony Bravia", "video/mpeg", "AVC_TS_HD_50_AC3_ISO", "" },
		{ "Sony Bravia", "video/mpeg", "MPEG_TS_SD_NA_ISO",
			"MPEG_TS_SD_EU_ISO,MPEG_TS_SD_KO_ISO" },
		{ "Sony Bravia", "video/mpeg", "MPEG_TS_SD_EU_ISO",
			"MPEG_TS_SD_NA_ISO,MPEG_TS_SD_KO_ISO" },
		{ "Sony Bravia", "video/mp4", "AVC_MP4_MP_SD_AAC_MULT5", "" },
		{ "Sony Blu-ray", "video/mpeg", "MPEG_TS_SD_EU_ISO", "MPEG_TS_SD_NA" },
		{ "Sony Blu-ray", "video/mpeg", "MPEG_TS_HD_NA_ISO",
			"MPEG_TS_SD_NA,MPEG_TS_SD_EU" },
		{ "Sony Blu-ray", "video/mpeg", "AVC_TS_MP_HD_AC3_ISO",
			"MPEG_TS_SD_NA,MPEG_TS_SD_EU" },
		{ "Sony Blu-ray", "video/mp4", "AVC_MP4_MP_SD_AAC_MULT5",
			"MPEG_PS_NTSC video/avi,MPEG_PS_PAL video/avi" },
		{ "Sony Blu-ray", "video/x-matroska", NULL,
			"MPEG_PS_NTSC video/avi,MPEG_PS_PAL video/avi" },
		{ "Sony Blu-ray", "video/x-msvideo", NULL,
			"MPEG_PS_NTSC video/avi,MPEG_PS_PAL video/avi" },
		{ "Toshiba", "video/mpeg", "MPEG_TS_SD_NA_ISO", "MPEG_PS_NTSC" },
		{ "Toshiba", "video/mpeg", "AVC_TS_HD_50_AC3_ISO", "MPEG_PS_NTSC" },
		{ "Default", "video/mpeg", "MPEG_TS_SD_NA_ISO", "" },
	};

	for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
		const GArray *rules = find(rows[i].player)->extra;
		g_autoptr(GString) extras = g_string_new(NULL);
		const AvuClientRule *rule;

		for (unsigned n = 0; (rule = avu_client_rule_nth(
					      rules, rows[i].mime, rows[i].profile, n)) != NULL;
			n++) {
			g_string_append_printf(extras, "%s%s%s%s", n > 0 ? "," : "", rule->to,
				rule->mime != NULL ? " " : "",
				rule->mime != NULL ? rule->mime : "");
		}
		g_assert_cmpstr(extras->str, ==, rows[i].extras);
	}
}

/* 7: how each is told of subtitles; 5: one cover only, of the kind that it shows */
static void
test_sides(void)
{
	enum {
		RESOURCE = AVU_SUBTITLES_RESOURCE,
		ELEMENT = AVU_SUBTITLES_ELEMENT,
		ATTRIBUTE = AVU_SUBTITLES_ATTRIBUTE,
		HEADER = AVU_SUBTITLES_HEADER,
		ASKED = AVU_SUBTITLES_ASKED,
	};
	static const struct {
		const char *player;
		unsigned forms;
	} forms[] = {
		{ "Samsung TV", ELEMENT | ASKED },
		{ "Samsung Tizen", ASKED | HEADER },
		{ "Samsung BD J5500", RESOURCE },
		{ "Philips PUS", ASKED | HEADER | ELEMENT },
		{ "Philips Android", ASKED | HEADER | ELEMENT },
		{ "LG", RESOURCE },
		{ "Panasonic", RESOURCE | ATTRIBUTE },
		{ "VLC", RESOURCE | ATTRIBUTE },
		{ "Movian", RESOURCE | ATTRIBUTE },
		{ "BubbleUPnP", AVU_SUBTITLES_ALL },
		{ "Kodi", RESOURCE | ATTRIBUTE },
		{ "NetFront", RESOURCE },
		{ "Sony Bravia", 0 },
		{ "Sony Blu-ray", 0 },
		{ "PlayStation 3", 0 },
		{ "Xbox 360", 0 },
		{ "Xbox One", 0 },
		{ "Roku", 0 },
	};
	static const struct {
		const char *player, *art;
	} covers[] = {
		{ "PlayStation 3", "JPEG_TN" },
		{ "Sony Bravia", "JPEG_TN" },
		{ "Samsung TV", "JPEG_SM" },
		{ "Samsung Tizen", "JPEG_SM" },
		{ "LG webOS", "JPEG_TN" },
	};

	for (size_t i = 0; i < G_N_ELEMENTS(forms); i++) {
		g_assert_cmphex(find(forms[i].player)->subtitles, ==, forms[i].forms);
	}
	for (size_t i = 0; i < G_N_ELEMENTS(covers); i++) {
		char *const *art = find(covers[i].player)->art;

		g_assert_nonnull(art);
		g_assert_cmpstr(art[0], ==, covers[i].art);
		g_assert_null(art[1]);
	}
}

static bool
has(char *const *list, const char *word)
{
	return list == NULL || g_strv_contains((const char *const *)list, "*") ||
	       g_strv_contains((const char *const *)list, word);
}

/* Does it play this, with these codecs (NULL: whatever they are)? */
static bool
plays(const AvuClientProfile *profile, AvuPlaysKind kind, const char *mime, const char *video,
	const char *audio)
{
	const GArray *list = profile->plays[kind];

	for (guint i = 0; list != NULL && i < list->len; i++) {
		const AvuClientPlays *row = &g_array_index(list, AvuClientPlays, i);

		if (has(row->mimes, mime) && (video == NULL || has(row->video_codecs, video)) &&
			(audio == NULL || has(row->audio_codecs, audio))) {
			return true;
		}
	}
	return false;
}

/* 8: what players take without conversion. A word may be MIME:CODEC. */
#define TS "video/mpeg video/vnd.dlna.mpeg-tts "
static const struct {
	const char *player, *video, *audio, *image;
} direct_play[] = {
	{ "Samsung TV",
		TS "video/x-matroska:h264 video/mp4:mpeg4 video/x-msvideo:mpeg4 "
		   "video/x-ms-asf:vc1 video/x-ms-wmv:wmv3 video/3gpp:h264 "
		   "video/mpeg:mpeg2video video/x-msvideo:mjpeg",
		"audio/mpeg audio/flac", "image/jpeg" },
	{ "LG webOS",
		TS "video/x-matroska:hevc video/x-msvideo:h264 video/mp4:hevc "
		   "video/mpeg:hevc",
		"audio/mpeg", "image/jpeg" },
	{ "Panasonic",
		TS "video/x-matroska:h264 video/mp4:h264 video/quicktime:h264 "
		   "video/x-msvideo:mpeg4 video/x-flv:h264 video/mpeg:mpeg2video",
		"audio/mpeg audio/mp4", "image/jpeg" },
	{ "Sony Bravia 2010", "video/mpeg:h264 video/mpeg:mpeg2video", "audio/mpeg audio/x-ms-wma",
		"image/jpeg" },
	{ "Sony Bravia",
		TS "video/mp4:h264 video/quicktime:h264 video/x-matroska:h264 "
		   "video/x-msvideo:mpeg4 video/x-ms-asf:wmv3",
		"audio/mpeg audio/mp4 audio/wav audio/x-ms-wma", "image/jpeg" },
	{ "Sony Blu-ray",
		TS "video/mp4:h264 video/x-matroska:h264 video/x-msvideo:mpeg4 "
		   "video/x-ms-wmv:wmv3",
		"audio/mpeg audio/mp4 audio/x-ms-wma audio/wav", "image/jpeg image/png image/gif" },
	{ "PlayStation 3", TS "video/x-msvideo:mpeg4 video/mp4:h264",
		"audio/mp4 audio/mpeg audio/wav",
		"image/jpeg image/png image/gif image/bmp image/tiff" },
	{ "PlayStation 4", TS "video/x-msvideo:mpeg4 video/mp4:h264 video/x-matroska:h264",
		"audio/mp4 audio/mpeg audio/wav",
		"image/jpeg image/png image/gif image/bmp image/tiff" },
	{ "Xbox One",
		"video/mpeg video/mp4:h264 video/mp4:hevc video/x-matroska:hevc "
		"video/quicktime:h264 video/x-ms-asf:vc1 video/x-msvideo:mpeg4",
		"audio/mpeg audio/x-ms-wma", "image/jpeg" },
	{ "WD TV Live",
		TS "video/x-msvideo:mpeg4 video/x-matroska:h264 video/mp4:h264 "
		   "video/quicktime:h264 video/x-ms-asf:vc1",
		"audio/mpeg audio/mp4 audio/flac audio/wav audio/ogg audio/x-ms-wma",
		"image/jpeg image/png image/gif image/bmp image/tiff" },
	{ "Denon", "", "audio/mpeg audio/flac audio/mp4 audio/x-ms-wma audio/wav", "" },
	{ "Marantz", "", "audio/mpeg audio/flac audio/mp4 audio/x-ms-wma audio/wav", "" },
	{ "foobar2000", "", "audio/mpeg audio/flac audio/mp4 audio/x-ms-wma audio/wav", "" },
	{ "MediaMonkey", "", "audio/mpeg audio/flac audio/mp4 audio/x-ms-wma audio/wav", "" },
	{ "Dish",
		"video/mpeg:mpeg2video video/mpeg:h264 video/mp4:h264 "
		"video/x-matroska:h264",
		"audio/mpeg audio/flac", "image/jpeg" },
	{ "DirecTV",
		"video/mpeg:mpeg2video video/mpeg:h264 video/mp4:h264 "
		"video/x-matroska:h264",
		"audio/mpeg audio/flac", "image/jpeg" },
	{ "Sonos", "", "audio/mpeg audio/flac", "" },
	{ "Roku SoundBridge", "", "audio/mpeg audio/wav", "" },
	{ "VLC", TS "video/webm:vp9 video/x-matroska:av1", "audio/ogg", "image/webp" },
};

static void
test_direct_play(void)
{
	for (size_t i = 0; i < G_N_ELEMENTS(direct_play); i++) {
		const AvuClientProfile *profile = find(direct_play[i].player);
		const char *const lists[] = {
			[AVU_PLAYS_AUDIO] = direct_play[i].audio,
			[AVU_PLAYS_VIDEO] = direct_play[i].video,
			[AVU_PLAYS_IMAGE] = direct_play[i].image,
		};

		for (unsigned kind = 0; kind < AVU_PLAYS_KINDS; kind++) {
			g_auto(GStrv) words = g_strsplit(lists[kind], " ", -1);

			for (char **word = words; *word != NULL && **word != '\0'; word++) {
				g_auto(GStrv) parts = g_strsplit(*word, ":", 2);

				g_test_message("%s", *word);
				g_assert_true(plays(
					profile, (AvuPlaysKind)kind, parts[0], parts[1], NULL));
			}
			/* who shows no films is not sent any */
			if (*lists[kind] == '\0' && profile->plays[kind] != NULL) {
				g_assert_false(plays(
					profile, (AvuPlaysKind)kind, "video/mp4", "h264", "aac"));
			}
		}
	}
}

/* 8: what is made first for each */
static void
test_conversions(void)
{
	static const struct {
		const char *player, *first_video;
	} rows[] = {
		{ "Samsung Tizen", "avc-ts-ac3" },
		{ "LG webOS", "avc-ts-aac" },
		{ "LG", "avc-ts-aac" },
		{ "Xbox One", "avc-ts-aac" },
		{ "Sony Bravia", "avc-tts-ac3" },
		{ "Sony Bravia 2010", "avc-tts-ac3" },
		{ "Sharp", "avc-tts-ac3" },
		{ "Vizio", "avc-ts-ac3" },
		{ "Roku", "avc-ts-aac" },
		{ "Philips", "avc-ts-ac3" },
		{ "Panasonic", "avc-ts-ac3" },
	};

	for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
		const AvuClientProfile *profile = find(rows[i].player);
		char **name = profile->conversions;

		while (name != NULL && *name != NULL && !g_str_has_prefix(*name, "avc-")) {
			name++;
		}
		g_assert_nonnull(name);
		g_assert_cmpstr(*name, ==, rows[i].first_video);
	}
	g_assert_cmpstr(find("LG")->conversions[0], ==, "mp3");
}

int
main(int argc, char **argv)
{
	g_autofree char *folder = NULL;
	int failed;

	g_test_init(&argc, &argv, NULL);
	folder = g_build_filename(g_getenv("AV_UPNP_DATADIR"), "clients", NULL);
	shipped = avu_client_profiles_load((const char *const[]){ folder, NULL }, NULL);
	g_test_add_func("/profile/quirks/habits", test_habits);
	g_test_add_func("/profile/quirks/words", test_words);
	g_test_add_func("/profile/quirks/mimes", test_mimes);
	g_test_add_func("/profile/quirks/names", test_names);
	g_test_add_func("/profile/quirks/extras", test_extras);
	g_test_add_func("/profile/quirks/sides", test_sides);
	g_test_add_func("/profile/quirks/direct-play", test_direct_play);
	g_test_add_func("/profile/quirks/conversions", test_conversions);
	failed = g_test_run();
	avu_client_profiles_unref(shipped);
	return failed;
}
