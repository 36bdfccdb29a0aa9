/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Names of what was probed; expected values from the DLNA profile tables (spec/dlna-media-profiles.md). */
#include "config.h"

#include <string.h>

#include <glib/gstdio.h>

#include <av-upnp/format-profile.h>

static AvuFormatProfiles *shipped;

/* "key value; key value": a probe in one line */
static AvuFormatProbe
read_probe(char **parts)
{
	static const struct {
		const char *key;
		size_t at;
		bool text;
	} fields[] = {
		{ "in", offsetof(AvuFormatProbe, container), true },
		{ "audio", offsetof(AvuFormatProbe, audio_codec), true },
		{ "video", offsetof(AvuFormatProbe, video_codec), true },
		{ "type", offsetof(AvuFormatProbe, audio_profile), false },
		{ "ch", offsetof(AvuFormatProbe, channels), false },
		{ "hz", offsetof(AvuFormatProbe, sample_hz), false },
		{ "bits", offsetof(AvuFormatProbe, bits), false },
		{ "abps", offsetof(AvuFormatProbe, audio_bps), false },
		{ "profile", offsetof(AvuFormatProbe, video_profile), false },
		{ "level", offsetof(AvuFormatProbe, video_level), false },
		{ "w", offsetof(AvuFormatProbe, width), false },
		{ "h", offsetof(AvuFormatProbe, height), false },
		{ "mhz", offsetof(AvuFormatProbe, frame_rate_mhz), false },
		{ "i", offsetof(AvuFormatProbe, interlaced), false },
		{ "bps", offsetof(AvuFormatProbe, bitrate_bps), false },
		{ "packet", offsetof(AvuFormatProbe, packet_size), false },
		{ "stamped", offsetof(AvuFormatProbe, packet_stamped), false },
	};
	AvuFormatProbe probe;

	avu_format_probe_init(&probe);
	for (; *parts != NULL; parts++) {
		const char *value = strchr(*parts, '=') + 1;
		bool known = false;

		for (size_t i = 0; i < G_N_ELEMENTS(fields); i++) {
			if (strlen(fields[i].key) != (size_t)(value - *parts) - 1 ||
				strncmp(*parts, fields[i].key, strlen(fields[i].key)) != 0) {
				continue;
			}
			known = true;
			if (fields[i].text) {
				*(const char **)((char *)&probe + fields[i].at) = value;
			} else {
				*(int64_t *)(void *)((char *)&probe + fields[i].at) = atoll(value);
			}
		}
		g_assert_true(known);
	}
	return probe;
}

static const struct {
	const char *probe, *name, *mime;
} guesses[] = {
	/* mandatory: IEC 62457 */
	{ "in=mp3 audio=mp3 ch=2 hz=44100 bps=128000", "MP3", "audio/mpeg" },
	{ "in=l16 audio=pcm_s16be ch=2 hz=48000 bits=16", "LPCM", "audio/L16" },
	{ "in=jpeg video=baseline w=640 h=480", "JPEG_SM", "image/jpeg" },
	{ "in=mpeg video=mpeg2video audio=ac3 ch=6 hz=48000 w=720 h=576 mhz=25000 "
	  "bps=6000000",
		"MPEG_PS_PAL", "video/mpeg" },
	{ "in=mpeg video=mpeg2video audio=mp2 ch=2 hz=48000 w=720 h=480 mhz=29970 "
	  "bps=6000000",
		"MPEG_PS_NTSC", "video/mpeg" },
	{ "in=mp4 video=h264 profile=578 level=12 audio=aac type=2 ch=2 hz=44100 w=320 "
	  "h=240 mhz=15000 bps=450000 abps=96000",
		"AVC_MP4_BL_CIF15_AAC_520", "video/mp4" },
	{ "in=ts packet=188 video=h264 profile=66 level=30 audio=mp3 ch=2 hz=48000 w=352 "
	  "h=288 mhz=25000 bps=1500000",
		"AVC_TS_BL_CIF30_MPEG1_L3_ISO", "video/mpeg" },
	{ "in=mp4 video=h264 profile=77 level=30 audio=aac type=2 ch=2 hz=48000 w=720 "
	  "h=576 mhz=25000 bps=3000000",
		"AVC_MP4_MP_SD_AAC_MULT5", "video/mp4" },
	/* sound */
	{ "in=mp3 audio=mp3 ch=2 hz=24000 bps=64000", "MP3X", "audio/mpeg" },
	{ "in=3gp audio=aac type=2 ch=2 hz=44100 bps=96000", "AAC_ISO_320", "audio/3gpp" },
	{ "in=adts audio=aac type=2 ch=6 hz=48000 bps=800000", "AAC_MULT5_ADTS",
		"audio/vnd.dlna.adts" },
	{ "in=adts audio=aac type=29 ch=2 hz=44100 bps=48000", "HEAACv2_L2_320",
		"audio/vnd.dlna.adts" },
	{ "in=mp4 audio=aac type=4 ch=2 hz=48000 bps=128000", "AAC_LTP_ISO", "audio/mp4" },
	{ "in=mp4 audio=aac type=22 ch=2 hz=44100 bps=96000", "BSAC_ISO", "audio/mp4" },
	{ "in=ac3 audio=ac3 ch=6 hz=48000 bps=640000", "AC3", "audio/vnd.dolby.dd-raw" },
	{ "in=ac3 audio=eac3 ch=6 hz=48000 bps=768000", "EAC3", "audio/eac3" },
	{ "in=asf audio=wmav2 ch=2 hz=44100 bps=192000", "WMABASE", "audio/x-ms-wma" },
	{ "in=asf audio=wmav2 ch=2 hz=44100 bps=193000", "WMAFULL", "audio/x-ms-wma" },
	{ "in=asf audio=wmapro ch=6 hz=96000 bps=768000", "WMAPRO", "audio/x-ms-wma" },
	{ "in=flac audio=flac ch=2 hz=44100", NULL, NULL },
	{ "in=ac3 audio=dts ch=6 hz=48000 bps=1536000", NULL, NULL },
	{ "in=mp3 audio=mp3 ch=2 hz=11025 bps=32000", NULL, NULL },
	{ "in=mov audio=aac type=2 ch=2 hz=44100 bps=96000", NULL, NULL },
	/* pictures */
	{ "in=png video=baseline w=4096 h=4096", "PNG_LRG", "image/png" },
	{ "in=png video=baseline w=4097 h=1", NULL, NULL },
	{ "in=gif video=gif w=1600 h=1200", "GIF_LRG", "image/gif" },
	{ "in=jpeg video=progressive w=64 h=64", NULL, NULL },
	/* MPEG-2 in transport streams, the three forms */
	{ "in=ts packet=188 video=mpeg2video audio=mp2 ch=2 hz=48000 w=720 h=576 mhz=25000",
		"MPEG_TS_SD_EU_ISO", "video/mpeg" },
	{ "in=ts packet=192 stamped=1 video=mpeg2video audio=ac3 ch=6 hz=48000 w=1920 "
	  "h=1080 mhz=29970 bps=19000000",
		"MPEG_TS_HD_NA_T", "video/vnd.dlna.mpeg-tts" },
	{ "in=ts packet=192 stamped=0 video=mpeg2video audio=ac3 ch=2 hz=48000 w=704 h=480 "
	  "mhz=59940 bps=9000000",
		"MPEG_TS_SD_NA", "video/vnd.dlna.mpeg-tts" },
	{ "in=ts packet=188 video=mpeg2video audio=ac3 ch=6 hz=48000 abps=640000 w=720 "
	  "h=480 mhz=29970 bps=9000000",
		"MPEG_TS_SD_NA_XAC3_ISO", "video/mpeg" },
	{ "in=ts packet=188 video=mpeg2video audio=aac type=2 ch=2 hz=48000 w=352 h=288 "
	  "mhz=25000 bps=3000000",
		"MPEG_TS_MP_LL_AAC_ISO", "video/mpeg" },
	{ "in=mpeg video=mpeg2video audio=ac3 ch=6 hz=48000 abps=640000 w=720 h=480 "
	  "mhz=29970 bps=9000000",
		"MPEG_PS_NTSC_XAC3", "video/mpeg" },
	{ "in=mpeg video=mpeg1video audio=mp2 ch=2 hz=44100 abps=224000 w=352 h=288 "
	  "mhz=25000 bps=1375000",
		"MPEG1", "video/mpeg" },
	{ "in=mpeg video=mpeg2video audio=ac3 ch=6 hz=48000 w=1280 h=720 mhz=25000", NULL, NULL },
	/* H.264 */
	{ "in=ts packet=192 stamped=1 video=h264 profile=100 level=40 audio=ac3 ch=6 "
	  "hz=48000 w=1920 h=1080 mhz=25000 i=1 bps=17000000",
		"AVC_TS_HD_50_AC3_T", "video/vnd.dlna.mpeg-tts" },
	{ "in=ts packet=188 video=h264 profile=100 level=32 audio=ac3 ch=6 hz=48000 w=1280 "
	  "h=720 mhz=59940 bps=12000000",
		"AVC_TS_HD_60_AC3_ISO", "video/mpeg" },
	{ "in=ts packet=188 video=h264 profile=100 level=40 audio=ac3 ch=6 hz=48000 w=1920 "
	  "h=1080 mhz=25000 i=0 bps=17000000",
		"AVC_TS_HP_HD_AC3_ISO", "video/mpeg" },
	{ "in=ts packet=188 video=h264 profile=77 level=40 audio=aac type=2 ch=2 hz=48000 "
	  "w=1280 h=720 mhz=25000 bps=8000000",
		"AVC_TS_MP_HD_AAC_MULT5_ISO", "video/mpeg" },
	{ "in=ts packet=188 video=h264 profile=100 level=40 audio=dts ch=6 hz=48000 w=1920 "
	  "h=1080 mhz=24000",
		NULL, NULL },
	{ "in=mp4 video=h264 profile=77 level=31 audio=aac type=2 ch=2 hz=48000 w=1280 "
	  "h=720 mhz=25000 bps=5000000",
		"AVC_MP4_MP_HD_720p_AAC", "video/mp4" },
	{ "in=mp4 video=h264 profile=100 level=40 audio=eac3 ch=6 hz=48000 w=1920 h=1080 "
	  "mhz=25000 bps=9000000",
		"AVC_MP4_HP_HD_EAC3", "video/mp4" },
	{ "in=mkv video=h264 profile=100 level=40 audio=aac type=2 ch=2 hz=48000 w=1920 "
	  "h=1080 mhz=25000 bps=9000000",
		"AVC_MKV_HP_HD_AAC_MULT5", "video/x-matroska" },
	{ "in=mkv video=h264 profile=110 level=40 audio=aac type=2 ch=2 hz=48000 w=1920 "
	  "h=1080 mhz=25000",
		NULL, NULL },
	{ "in=mp4 video=h264 profile=100 level=51 audio=aac type=2 ch=2 hz=48000 w=3840 "
	  "h=2160 mhz=25000",
		NULL, NULL },
	{ "in=3gp video=h264 profile=66 level=10 audio=aac type=2 ch=1 hz=16000 w=176 "
	  "h=144 mhz=15000 bps=120000",
		"AVC_3GPP_BL_QCIF15_AAC", "video/3gpp" },
	/* HEVC */
	{ "in=mp4 video=hevc profile=1 audio=ac3 ch=6 hz=48000 w=3840 h=2160 mhz=50000",
		"DASH_HEVC_MP4_UHD_NA", "video/mp4" },
	{ "in=mp4 video=hevc profile=1 audio=aac type=2 ch=2 hz=48000 w=1920 h=1080", NULL, NULL },
	{ "in=mkv video=hevc profile=1 audio=ac3 ch=6 hz=48000 w=1920 h=1080", NULL, NULL },
	/* MPEG-4 part 2, H.263, Windows Media */
	{ "in=mp4 video=mpeg4 profile=0 audio=aac type=2 ch=2 hz=44100 abps=128000 w=320 "
	  "h=240 mhz=30000 bps=500000",
		"MPEG4_P2_MP4_SP_AAC", "video/mp4" },
	{ "in=mp4 video=mpeg4 profile=15 audio=aac type=2 ch=2 hz=44100 w=720 h=576 "
	  "mhz=25000 bps=3000000",
		"MPEG4_P2_MP4_ASP_AAC", "video/mp4" },
	{ "in=3gp video=h263 audio=amrnb ch=1 hz=8000 w=176 h=144 mhz=15000 bps=60000",
		"MPEG4_H263_3GPP_P0_L10_AMR", "video/3gpp" },
	{ "in=asf video=wmv3 profile=1 audio=wmav2 ch=2 hz=44100 abps=128000 w=640 h=480 "
	  "mhz=25000 bps=1500000",
		"WMVMED_BASE", "video/x-ms-wmv" },
	{ "in=asf video=wmv3 profile=1 audio=wmapro ch=6 hz=48000 w=1920 h=1080 mhz=24000 "
	  "bps=9000000",
		"WMVHIGH_PRO", "video/x-ms-wmv" },
	{ "in=asf video=vc1 profile=3 audio=wmapro ch=6 hz=48000 w=1280 h=720 mhz=25000 "
	  "bps=9000000",
		"VC1_ASF_AP_L2_WMA", "video/x-ms-asf" },
	/* nothing at all */
	{ "in=ts packet=188", NULL, NULL },
	{ "in=nothing audio=mp3", NULL, NULL },
	{ "in=mp4 video=h264 profile=77 level=30 w=720 h=576 mhz=25000", NULL, NULL },
};

static void
test_guess(void)
{
	for (size_t i = 0; i < G_N_ELEMENTS(guesses); i++) {
		g_auto(GStrv) parts = g_strsplit(guesses[i].probe, " ", -1);
		AvuFormatProbe probe = read_probe(parts);
		AvuFormatName name = { NULL, NULL };
		bool found = avu_format_profiles_guess(shipped, &probe, &name);

		g_test_message("%s", guesses[i].probe);
		g_assert_cmpstr(name.name, ==, guesses[i].name);
		g_assert_cmpstr(name.mime, ==, guesses[i].mime);
		g_assert_true(found == (guesses[i].name != NULL));
	}
}

/* Names of the tables, also those that no file gets. */
static void
test_names(void)
{
	static const struct {
		const char *name, *mime;
	} rows[] = {
		{ "JPEG_TN", "image/jpeg" },
		{ "PNG_TN", "image/png" },
		{ "LPCM_low", "audio/L16" },
		{ "MPEG_ES_PAL_XAC3", "video/mpeg" },
		{ "MPEG_TS_SD_KO_XAC3_T", "video/vnd.dlna.mpeg-tts" },
		{ "MPEG_TS_JP_T", "video/vnd.dlna.mpeg-tts" },
		{ "MPEG_TS_NA_ISO", "video/mpeg" },
		{ "AVC_TS_HD_24_AC3_ISO", "video/mpeg" },
		{ "AVC_TS_HD_50_LPCM_T", "video/vnd.dlna.mpeg-tts" },
		{ "AVC_TS_JP_AAC_T", "video/vnd.dlna.mpeg-tts" },
		{ "AVC_TS_BL_CIF15_AAC_540_ISO", "video/mpeg" },
		{ "MPEG4_P2_TS_CO_MPEG2_L2_T", "video/vnd.dlna.mpeg-tts" },
		{ "AVC_3GPP_BL_CIF30_AMR_WBplus", "video/3gpp" },
		{ "AVC_MP4_HP_HD_HEAAC_MULT7", "video/mp4" },
		{ "WMVSPLL_BASE", "video/x-ms-wmv" },
		{ "VC1_TS_AP_L2_AC3_ISO", "video/mpeg" },
		{ "DIDL_S", "text/xml" },
		{ "AVI", NULL }, /* made up by others */
		{ "FLAC", NULL },
	};

	for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
		g_test_message("%s", rows[i].name);
		g_assert_cmpstr(
			avu_format_profiles_find_mime(shipped, rows[i].name), ==, rows[i].mime);
	}
	g_assert_cmpuint(avu_format_profiles_get_n(shipped), >=, 400);
}

static void
count(const AvuFormatName *name, void *data)
{
	unsigned *n = data;

	g_assert_nonnull(name->mime);
	(*n)++;
}

static void
test_mandatory(void)
{
	unsigned n = 0;

	avu_format_profiles_list_mandatory(shipped, count, &n);
	/* JPEG_SM, LPCM, MP3, MPEG_PS_NTSC, MPEG_PS_PAL, AVC_MP4_BL_CIF15_AAC_520, AAC_ISO_320 */
	g_assert_cmpuint(n, >=, 5);
}

static void
test_mistakes(void)
{
	static const struct {
		const char *text, *problem;
	} rows[] = {
		{ "[P]\nMime = a/b\nGuess = no\n", NULL },
		{ "[P]\nMime = a/b\n", "f:1:1: [P] needs a Container, or Guess = no" },
		{ "[P]\nContainr = mp3\n",
			"f:2:1: unknown key \"Containr\", did you mean \"Container\"?" },
		{ "[P]\nMime = a/b\nContainer = mp3\nAudio = X\n",
			"f:1:1: there is no [audio X], or it is faulty" },
		{ "[audio X]\nHz = 9-8\n", "f:2:6: Hz: neither a number nor a range of numbers" },
		{ "[audio X]\nMime = a/b\n", "f:2:1: unknown key \"Mime\"" },
		{ "[sizes X]\nSize = 720\n",
			"f:2:8: Size: not sizes of the form WIDTHxHEIGHT@RATE, or too many" },
		{ "[video X]\nRateMax = 29.9701\n",
			"f:2:11: RateMax: not a number of frames per second" },
		{ "[P]\nForms = iso stampd\nGuess = no\n",
			"f:1:1: unknown form \"stampd\", did you mean \"stamped\"?" },
		{ "[audio X]\nLike = X\n",
			"f:2:8: [audio X] cannot be like [audio X]: there is none, or it is "
			"faulty, or too far away" },
	};

	for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
		g_autoptr(GPtrArray) problems = g_ptr_array_new_with_free_func(g_free);
		g_autoptr(AvuFormatProfiles) set = avu_format_profiles_parse(
			"f", rows[i].text, strlen(rows[i].text), problems);

		g_test_message("%s", rows[i].text);
		g_assert_cmpstr(problems->len > 0 ? problems->pdata[0] : NULL, ==, rows[i].problem);
		g_assert_nonnull(set);
	}
}

/* The administrator's and the user's own: names are added and replaced, and tried before the shipped ones. */
static void
test_own_folder(void)
{
	static const char own[] = "[audio ANY]\nCodec = flac\n"
				  "[HOUSE]\nContainer = flac\nMime = audio/x-house\nAudio = ANY\n"
				  "[audio OTHER]\nCodec = mp3\n[MP3]\nContainer = mp3\nMime = "
				  "audio/x-mine\nAudio = OTHER\n";
	g_autoptr(GPtrArray) problems = g_ptr_array_new_with_free_func(g_free);
	g_autofree char *first = g_build_filename(g_getenv("AV_UPNP_DATADIR"), "formats", NULL);
	g_autofree char *folder = g_dir_make_tmp("formats-XXXXXX", NULL);
	g_autofree char *file = g_build_filename(folder, "90-own.profile", NULL);
	const AvuFormatProbe flac = { .container = "flac", .audio_codec = "flac", .channels = 2 };
	const AvuFormatProbe mp3 = { .container = "mp3",
		.audio_codec = "mp3",
		.channels = 2,
		.sample_hz = 44100,
		.audio_bps = 128000 };
	AvuFormatName name;

	g_assert_true(g_file_set_contents(file, own, -1, NULL));
	g_autoptr(AvuFormatProfiles) both =
		avu_format_profiles_load((const char *const[]){ first, folder, NULL }, problems);

	g_assert_cmpstr(problems->len > 0 ? problems->pdata[0] : NULL, ==, NULL);
	g_assert_false(avu_format_profiles_guess(shipped, &flac, &name));
	g_assert_true(avu_format_profiles_guess(both, &flac, &name));
	g_assert_cmpstr(name.name, ==, "HOUSE");
	g_assert_cmpstr(name.mime, ==, "audio/x-house");
	g_assert_true(avu_format_profiles_guess(shipped, &mp3, &name));
	g_assert_cmpstr(name.mime, ==, "audio/mpeg");
	g_assert_true(avu_format_profiles_guess(both, &mp3, &name));
	g_assert_cmpstr(name.name, ==, "MP3");
	g_assert_cmpstr(name.mime, ==, "audio/x-mine");
	(void)g_remove(file);
	(void)g_rmdir(folder);
}

int
main(int argc, char **argv)
{
	g_autofree char *folder = NULL;
	g_autoptr(GPtrArray) problems = g_ptr_array_new_with_free_func(g_free);
	int failed;

	g_test_init(&argc, &argv, NULL);
	folder = g_build_filename(g_getenv("AV_UPNP_DATADIR"), "formats", NULL);
	shipped = avu_format_profiles_load((const char *const[]){ folder, NULL }, problems);
	for (guint i = 0; i < problems->len; i++) {
		g_test_message("%s", (const char *)problems->pdata[i]);
	}
	g_assert_cmpuint(problems->len, ==, 0);
	g_test_add_func("/profile/format/guess", test_guess);
	g_test_add_func("/profile/format/names", test_names);
	g_test_add_func("/profile/format/mandatory", test_mandatory);
	g_test_add_func("/profile/format/mistakes", test_mistakes);
	g_test_add_func("/profile/format/own-folder", test_own_folder);
	failed = g_test_run();
	avu_format_profiles_unref(shipped);
	return failed;
}
