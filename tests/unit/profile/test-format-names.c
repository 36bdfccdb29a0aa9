/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Every name of DLNA's tables is known, and each that a file can get is got by what stands at its bounds and by
 * nothing beyond them. The tables are copied from the standard's (spec/dlna-media-profiles.md 5 to 11), not
 * from the files under test. */
#include "config.h"

#include <string.h>

#include <av-upnp/format-profile.h>

#include "format-names.h"

static AvuFormatProfiles *shipped;

/* A component of sound at its bounds. hz is one that no narrower component has; what lies outside of low and
 * high is beyond. 0 or negative: that is not a bound of the tables. */
static const struct {
	const char *key, *codec;
	int64_t type, channels, hz, hz_low, hz_high, bits, bps_min, bps;
} sounds[] = {
	{ "AAC", "aac", 2, 2, 48000, 8000, 48000, 0, 0, 576 * KBIT },
	{ "AAC_320", "aac", 2, 2, 48000, 8000, 48000, 0, 0, 320 * KBIT },
	{ "AAC_256", "aac", 17, 2, 44100, 8000, 48000, 0, 0, 256 * KBIT },
	{ "AAC_216", "aac", 2, 2, 32000, 8000, 48000, 0, 0, 216 * KBIT },
	{ "AAC_200", "aac", 2, 2, 24000, 8000, 48000, 0, 0, 200 * KBIT },
	{ "AAC_192", "aac", 2, 2, 22050, 8000, 48000, 0, 0, 192 * KBIT },
	{ "AAC_128", "aac", 2, 2, 48000, 8000, 48000, 0, 0, 128 * KBIT },
	{ "AAC_86", "aac", 2, 2, 16000, 8000, 48000, 0, 0, 86 * KBIT },
	{ "AAC_MULT5", "aac", 2, 6, 48000, 8000, 48000, 0, 0, 1440 * KBIT },
	{ "LTP", "aac", 4, 2, 48000, 8000, 48000, 0, 0, 576 * KBIT },
	{ "LTP_86", "aac", 4, 2, 8000, 8000, 48000, 0, 0, 86 * KBIT },
	{ "LTP_MULT5", "aac", 4, 6, 96000, 0, 96000, 0, 0, 2880 * KBIT },
	{ "LTP_MULT7", "aac", 4, 8, 96000, 0, 96000, 0, 0, 4032 * KBIT },
	{ "HE_L2", "aac", 5, 2, 48000, 16000, 48000, 0, 0, 576 * KBIT },
	{ "HE_L2_320", "aac", 5, 2, 48000, 16000, 48000, 0, 0, 320 * KBIT },
	{ "HE_L2_128", "aac", 5, 2, 48000, 16000, 48000, 0, 0, 128 * KBIT },
	{ "HE_L3", "aac", 5, 2, 12000, 0, 48000, 0, 0, 576 * KBIT },
	{ "HE_L4", "aac", 5, 6, 48000, 0, 48000, 0, 0, 1440 * KBIT },
	{ "HE_MULT7", "aac", 5, 8, 48000, 0, 48000, 0, 0, 0 },
	{ "HE2_L2", "aac", 29, 2, 48000, 16000, 48000, 0, 0, 576 * KBIT },
	{ "HE2_L2_320", "aac", 29, 2, 48000, 16000, 48000, 0, 0, 320 * KBIT },
	{ "HE2_L2_128", "aac", 29, 2, 48000, 16000, 48000, 0, 0, 128 * KBIT },
	{ "HE2_L3", "aac", 29, 2, 12000, 0, 48000, 0, 0, 576 * KBIT },
	{ "HE2_L4", "aac", 29, 6, 48000, 0, 48000, 0, 0, 0 },
	{ "HE2_MULT5", "aac", 29, 6, 48000, 0, 48000, 0, 0, 2880 * KBIT },
	{ "BSAC", "aac", 22, 2, 48000, 16000, 48000, 0, 0, 128 * KBIT },
	{ "BSAC_MULT5", "aac", 22, 6, 48000, 16000, 48000, 0, 0, 128 * KBIT },
	{ "L3", "mp3", -1, 2, 32000, 32000, 48000, 0, 32 * KBIT, 320 * KBIT },
	{ "L3X", "mp3", -1, 2, 24000, 16000, 48000, 0, 8 * KBIT, 320 * KBIT },
	{ "L2", "mp2", -1, 2, 44100, 32000, 48000, 0, 32 * KBIT, 448 * KBIT },
	{ "L2_224", "mp2", -1, 2, 44100, 44100, 44100, 0, 224 * KBIT, 224 * KBIT },
	{ "L2_PS", "mp2", -1, 2, 48000, 48000, 48000, 0, 64 * KBIT, 384 * KBIT },
	{ "L2_PS_MONO", "mp2", -1, -1, 48000, 48000, 48000, 0, 64 * KBIT, 192 * KBIT },
	{ "L1_EU", "mp1", -1, 2, 16000, 16000, 48000, 0, 32 * KBIT, 448 * KBIT },
	{ "L2_EU", "mp2", -1, 2, 16000, 16000, 48000, 0, 32 * KBIT, 384 * KBIT },
	{ "AC3_ALONE", "ac3", -1, 6, 44100, 32000, 48000, 0, 32 * KBIT, 640 * KBIT },
	{ "AC3", "ac3", -1, 6, 48000, 32000, 48000, 0, 0, 448 * KBIT },
	{ "AC3_48", "ac3", -1, 6, 48000, 48000, 48000, 0, 0, 448 * KBIT },
	{ "AC3_PS", "ac3", -1, 6, 48000, 48000, 48000, 0, 64 * KBIT, 448 * KBIT },
	{ "XAC3", "ac3", -1, 6, 48000, 48000, 48000, 0, 448 * KBIT + 1, 640 * KBIT },
	{ "EAC3_ALONE", "eac3", -1, 6, 44100, 32000, 48000, 0, 32 * KBIT, 6144 * KBIT },
	{ "EAC3", "eac3", -1, 6, 48000, 32000, 48000, 0, 32 * KBIT, 3024 * KBIT },
	{ "AMR", "amr_nb", -1, 1, 8000, 8000, 8000, 0, 4750, 12200 },
	{ "WB", "amr_wb", -1, 2, 16000, 8000, 48000, 0, 5200, 48 * KBIT },
	{ "LPCM", "pcm_s16be", -1, 2, 44100, 44100, 48000, 16, 0, 0 },
	{ "LPCM_LOW", "pcm_s16be", -1, 2, 32000, 8000, 32000, 16, 0, 0 },
	{ "LPCM_PS", "pcm_dvd", -1, 2, 48000, 48000, 48000, 16, 0, 0 },
	{ "LPCM_DISC", "pcm_bluray", -1, -2, 48000, 0, 0, 0, 0, 0 },
	{ "LPCM_MP4", "pcm_s16be", -1, -2, 48000, 0, 0, 0, 0, 0 },
	{ "WMA_BASE", "wmav2", -1, 2, 48000, 1, 48000, 0, 0, 192999 },
	{ "WMA_FULL", "wmav2", -1, 2, 48000, 1, 48000, 0, 0, 385 * KBIT },
	{ "WMA_PRO", "wmapro", -1, 8, 96000, 1, 96000, 0, 0, 1500 * KBIT },
	{ "WMA_LSL", "wmalossless", -1, 2, 48000, 1, 48000, 16, 0, 0 },
	{ "WMA_LSL5", "wmalossless", -1, 6, 96000, 1, 96000, 24, 0, 0 },
	{ "ATRAC", "atrac3p", -1, -2, 44100, 0, 0, 0, 0, 0 },
	{ "WMA_ANY", "wmapro", -1, -2, 48000, 0, 0, 0, 0, -192 * KBIT },
	{ "AAC_SMALL", "aac", 2, 2, 48000, 8000, 48000, 0, 0, -96 * KBIT },
	{ "LTP_SMALL", "aac", 4, 2, 8000, 8000, 48000, 0, 0, -86 * KBIT },
	{ "HE_SMALL", "aac", 5, 2, 48000, 16000, 48000, 0, 0, -96 * KBIT },
	{ "HE2_SMALL", "aac", 29, 2, 48000, 16000, 48000, 0, 0, -96 * KBIT },
	{ "G726", "adpcm_g726", -1, 1, 8000, 8000, 8000, 0, 0, 32 * KBIT },
};

/* A component of moving pictures at its bounds, and a profile that it is not. Negative: not a bound of the tables. */
static const struct {
	const char *key, *codec;
	int64_t profile, other_profile, level, width, height, mhz, interlaced, bps;
} pictures[] = {
	{ "MPEG1", "mpeg1video", -1, -1, 0, 352, 240, 29970, 0, 1152 * KBIT },
	{ "M2_NTSC", "mpeg2video", 4, 0, 0, 480, 480, 29970, 1, 9800 * KBIT },
	{ "M2_PAL", "mpeg2video", 5, 1, 0, 352, 288, 25000, 1, 9800 * KBIT },
	{ "M2_LL", "mpeg2video", 4, 0, 0, 352, 288, 30000, 0, 4 * MBIT },
	{ "M2_EU", "mpeg2video", 4, 0, 0, 720, 576, 25000, 1, 15 * MBIT },
	{ "M2_NA", "mpeg2video", 4, 0, 0, 720, 480, 29970, 1, 15 * MBIT },
	{ "M2_NA_60P", "mpeg2video", 4, 0, 0, 704, 480, 59940, 0, 19392700 },
	{ "M2_HD_NA", "mpeg2video", 4, 0, 0, 1280, 1080, 23976, 0, 19392700 },
	{ "M2_50", "mpeg2video", 4, 0, 0, 720, 576, 25000, 1, 15 * MBIT },
	{ "M2_60", "mpeg2video", 4, 0, 0, 720, 480, 29970, 1, 15 * MBIT },
	{ "M2_HDV50", "mpeg2video", 4, 0, 0, 1440, 1080, 25000, 1, 0 },
	{ "M2_HDV60", "mpeg2video", 4, 0, 0, 1440, 1080, 29970, 1, 0 },
	{ "M2_JP", "mpeg2video", 4, 0, 0, -1920, -1080, -29970, 1, 0 },
	{ "M2_JP_SD", "mpeg2video", 4, 0, 0, -704, -480, -29970, 1, 0 },
	{ "SP_L0B", "mpeg4", 0, 15, 0, 176, 144, 15000, 0, 128 * KBIT },
	{ "SP_L2", "mpeg4", 0, 2, 0, 352, 288, 15000, 0, 128 * KBIT },
	{ "SP_L2_QCIF", "mpeg4", 0, 2, 0, 176, 144, 30000, 0, 128 * KBIT },
	{ "SP", "mpeg4", 0, 2, 0, 352, 288, 30000, 0, 384 * KBIT },
	{ "SP_VGA", "mpeg4", 0, 15, 0, 640, 480, 30000, 0, 3 * MBIT },
	{ "SP_L5", "mpeg4", 0, 15, 0, 720, 576, 30000, 0, 8 * MBIT },
	{ "SP_L6", "mpeg4", 0, 15, 0, 1280, 720, 30000, 0, 12 * MBIT },
	{ "ASP", "mpeg4", 15, 0, 0, 720, 576, 30000, 0, 8 * MBIT },
	{ "ASP_L4", "mpeg4", 15, 0, 0, 352, 576, 30000, 0, 2 * MBIT },
	{ "CO", "mpeg4", 2, 15, 0, 352, 288, 30000, 0, 2 * MBIT },
	{ "H263", "h263", -1, -1, 0, 176, 144, 15000, 0, 64 * KBIT },
	{ "H263_45", "h263", -1, -1, 0, -176, -144, -15000, 0, 0 },
	{ "BL_QCIF15", "h264", 66, 77, -11, 352, 288, 15000, 0, 128 * KBIT },
	{ "BL_L1B", "h264", 66, 77, 11, -176, -144, -15000, 0, 128 * KBIT },
	{ "BL_L12", "h264", 66, 77, 12, 320, 240, -15000, 0, 384 * KBIT },
	{ "BL_CIF15", "h264", 578, 66, 12, 352, 288, 15000, 0, 384 * KBIT },
	{ "BL_CIF15_QVGA", "h264", 578, 77, 12, 320, 240, 20000, 0, 384 * KBIT },
	{ "BL_CIF15_Q", "h264", 578, 77, 12, 240, 135, 30000, 0, 384 * KBIT },
	{ "BL_CIF30", "h264", 66, 77, -30, 352, 288, 30000, 0, 2 * MBIT },
	{ "BL_L2", "h264", 66, 77, 20, 352, 288, 30000, 0, 0 },
	{ "BL_L3L", "h264", 578, 66, 30, 640, 480, 30000, 0, 4500 * KBIT },
	{ "BL_L3", "h264", 66, 77, 30, 720, 576, 25000, 0, 4 * MBIT },
	{ "BL_L31", "h264", 66, 77, 31, 1280, 720, -30000, 0, 0 },
	{ "BL_L32", "h264", 66, 77, 32, 1280, 720, -60000, 0, 0 },
	{ "MP_SD", "h264", 77, 88, 30, 720, 576, 30000, 0, 10 * MBIT },
	{ "MP_SD_864", "h264", 77, 88, -31, 864, 576, 30000, 0, 10 * MBIT },
	{ "MP_SD_50", "h264", 77, 88, -31, 720, 576, 50000, 0, 10 * MBIT },
	{ "MP_SD_60", "h264", 77, 88, -31, 720, 480, 60000, 0, 10 * MBIT },
	{ "MP_720p", "h264", 77, 578, 31, 1280, 720, 30000, 0, 14 * MBIT },
	{ "MP_480p", "h264", 77, 578, 31, 640, 480, 60000, 0, 14 * MBIT },
	{ "MP_1080i", "h264", 77, 578, 40, 1920, 1080, 30000, 1, 20 * MBIT },
	{ "MP_720p60", "h264", 77, 578, 40, 1280, 720, 60000, 0, 20 * MBIT },
	{ "MP_HD", "h264", 77, 110, 40, 1920, 1152, -60000, 1, 20 * MBIT },
	{ "HP_SD", "h264", 100, 110, -30, 720, 576, -30000, 1, 0 },
	{ "HP_MP4", "h264", 100, 110, 40, 1920, 1080, -60000, 0, 25 * MBIT },
	{ "HP_E_30", "h264", 100, 110, 40, 1920, 1080, 29970, 1, 25 * MBIT },
	{ "HP_E_60", "h264", 100, 110, 40, 1280, 720, 59940, 0, 25 * MBIT },
	{ "HP_HD", "h264", 100, 110, 40, 1920, 1152, -60000, 1, 30 * MBIT },
	{ "HP_MKV_25", "h264", 100, 110, 40, 1920, 1152, 25000, 1, 30 * MBIT },
	{ "HP_MKV_30", "h264", 100, 110, 40, 1920, 1080, 30000, 0, 30 * MBIT },
	{ "HP_MKV_60", "h264", 100, 110, 40, 1280, 720, 60000, 0, 30 * MBIT },
	{ "HD_50", "h264", 100, 66, -41, 1440, 1080, 25000, 1, 0 },
	{ "HD_50p", "h264", 77, 66, -41, 1280, 720, 50000, 0, 0 },
	{ "HD_60", "h264", 77, 66, -41, 1920, 1080, 29970, 1, 0 },
	{ "HD_60p", "h264", 100, 66, -41, 1280, 720, 59940, 0, 0 },
	{ "WMV_SPLL", "wmv3", 0, 3, 0, 176, 144, 15000, 0, 96 * KBIT },
	{ "WMV_SPML", "wmv3", 0, 3, 0, 240, 176, 30000, 0, 384 * KBIT },
	{ "WMV_SPML_15", "wmv3", 0, 3, 0, 352, 288, 15000, 0, 384 * KBIT },
	{ "WMV_MPML", "wmv3", 1, 3, 0, 720, 480, 30000, 0, 10 * MBIT },
	{ "WMV_MPML_25", "wmv3", 1, 3, 0, 720, 576, 25000, 0, 10 * MBIT },
	{ "WMV_MPHL", "wmv3", 1, 3, 0, 1920, 1080, 30000, 0, 20 * MBIT },
	{ "VC1_L1", "vc1", 3, -1, 0, 720, 576, -25000, 0, 10 * MBIT },
	{ "VC1_L2", "vc1", 3, -1, 0, 1280, 720, 30000, 0, 20 * MBIT },
	{ "VC1_L2_60", "vc1", 3, -1, 0, 720, 480, 60000, 0, 20 * MBIT },
	{ "VC1_L3", "vc1", 3, -1, 0, 1920, 1080, 30000, 1, 45 * MBIT },
	{ "VC1_L3_60", "vc1", 3, -1, 0, 1280, 720, 60000, 0, 45 * MBIT },
	{ "HEVC", "hevc", 1, -1, 0, -3840, -2160, -60000, 0, 0 },
};

static size_t
find_sound(const char *key)
{
	size_t at = 0;

	while (at < G_N_ELEMENTS(sounds) && strcmp(sounds[at].key, key) != 0) {
		at++;
	}
	g_assert_cmpuint(at, <, G_N_ELEMENTS(sounds));
	return at;
}

static size_t
find_picture(const char *key)
{
	size_t at = 0;

	while (at < G_N_ELEMENTS(pictures) && strcmp(pictures[at].key, key) != 0) {
		at++;
	}
	g_assert_cmpuint(at, <, G_N_ELEMENTS(pictures));
	return at;
}

static void
put_sound(size_t at, AvuFormatProbe *probe)
{
	probe->audio_codec = sounds[at].codec;
	probe->audio_profile = sounds[at].type;
	probe->channels = ABS(sounds[at].channels);
	probe->sample_hz = sounds[at].hz;
	probe->bits = sounds[at].bits > 0 ? sounds[at].bits : -1;
	probe->audio_bps = sounds[at].bps != 0 ? ABS(sounds[at].bps) : 96 * KBIT;
}

static void
put_picture(size_t at, AvuFormatProbe *probe)
{
	probe->video_codec = pictures[at].codec;
	probe->video_profile = pictures[at].profile;
	probe->video_level = pictures[at].level != 0 ? ABS(pictures[at].level) : -1;
	probe->width = ABS(pictures[at].width);
	probe->height = ABS(pictures[at].height);
	probe->frame_rate_mhz = ABS(pictures[at].mhz);
	probe->interlaced = pictures[at].interlaced;
	probe->video_bps = pictures[at].bps > 0 ? pictures[at].bps : 64 * KBIT;
}

/* What stands at the bounds; of both together the whole's, which may leave less for the picture. */
static AvuFormatProbe
probe_at_bounds(const NameRow *row, const char *picture, const char *sound)
{
	AvuFormatProbe probe;

	avu_format_probe_init(&probe);
	probe.container = row->container;
	put_sound(find_sound(sound), &probe);
	if (picture != NULL) {
		put_picture(find_picture(picture), &probe);
		if (row->system_bps > 0 && probe.video_bps > row->system_bps - probe.audio_bps) {
			probe.video_bps = row->system_bps - probe.audio_bps;
		}
		g_assert_cmpint(probe.video_bps, >, 0);
	}
	probe.bitrate_bps = probe.audio_bps + (picture != NULL ? probe.video_bps : 0);
	return probe;
}

/* The forms of a transport stream: packets and the end of the name. */
static const struct {
	char letter;
	const char *suffix, *mime;
	int64_t packet_size, stamped;
} forms[] = {
	{ 'I', "_ISO", "video/mpeg", 188, 0 }, { 'T', "_T", "video/vnd.dlna.mpeg-tts", 192, 1 },
	{ 'Z', "", "video/vnd.dlna.mpeg-tts", 192, 0 },
	{ '\0', "", NULL, -1, -1 }, /* of what is none */
};

static const char *
guess(const AvuFormatProbe *probe, const char **ret_mime)
{
	AvuFormatName name = { NULL, NULL };

	(void)avu_format_profiles_guess(shipped, probe, &name);
	*ret_mime = name.mime;
	return name.name;
}

static void
assert_beyond(const AvuFormatProbe *probe, const char *name, const char *what)
{
	const char *mime;
	const char *got = guess(probe, &mime);

	if (g_strcmp0(got, name) == 0) {
		g_test_message("%s has no bound of %s", name, what);
		g_test_fail();
	}
}

/* One step beyond each bound of the sound. */
static void
check_sound_bounds(const AvuFormatProbe *at_bounds, size_t at, const char *name)
{
	const struct {
		const char *what;
		size_t field;
		int64_t bound, value; /* no bound: 0 or less */
	} rows[] = {
#define FIELD(field_) offsetof(AvuFormatProbe, field_)
		{ "channels", FIELD(channels), sounds[at].channels, sounds[at].channels + 1 },
		{ "low rate", FIELD(sample_hz), sounds[at].hz_low, sounds[at].hz_low - 1 },
		{ "high rate", FIELD(sample_hz), sounds[at].hz_high, sounds[at].hz_high + 1 },
		{ "bits", FIELD(bits), sounds[at].bits, 8 },
		{ "few bits a second", FIELD(audio_bps), sounds[at].bps_min,
			sounds[at].bps_min - 1 },
		{ "many bits a second", FIELD(audio_bps), sounds[at].bps, sounds[at].bps + 1 },
		{ "type", FIELD(audio_profile), sounds[at].type, 1 },
	};

	for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
		AvuFormatProbe probe = *at_bounds;

		*(int64_t *)(void *)((char *)&probe + rows[i].field) = rows[i].value;
		if (rows[i].bound > 0 && rows[i].value > 0) {
			assert_beyond(&probe, name, rows[i].what);
		}
	}
}

static void
check_picture_bounds(const AvuFormatProbe *at_bounds, size_t at, const char *name)
{
	const struct {
		const char *what;
		size_t field;
		int64_t bound, value;
	} rows[] = {
		{ "width", FIELD(width), pictures[at].width, pictures[at].width + 2 },
		{ "height", FIELD(height), pictures[at].height, pictures[at].height + 2 },
		{ "frames", FIELD(frame_rate_mhz), pictures[at].mhz, pictures[at].mhz + 1000 },
		{ "level", FIELD(video_level), pictures[at].level, pictures[at].level + 1 },
		{ "profile", FIELD(video_profile), pictures[at].other_profile + 1,
			pictures[at].other_profile },
		{ "bits a second", FIELD(video_bps), pictures[at].bps, pictures[at].bps + 1 },
	};

	for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
		AvuFormatProbe probe = *at_bounds;

		*(int64_t *)(void *)((char *)&probe + rows[i].field) = rows[i].value;
		if (rows[i].bound > 0) {
			assert_beyond(&probe, name, rows[i].what);
		}
	}
}

static void
check_pair(const NameRow *row, size_t form, const char *picture, const char *sound)
{
	AvuFormatProbe probe = probe_at_bounds(row, picture, sound);
	g_autofree char *name = g_strconcat(row->name, forms[form].suffix, NULL);
	g_autofree char *behind =
		row->behind != NULL ? g_strconcat(row->behind, forms[form].suffix, NULL) : NULL;
	const char *mime, *got;

	probe.packet_size = forms[form].packet_size;
	probe.packet_stamped = forms[form].stamped;
	got = guess(&probe, &mime);
	g_test_message("%s: %s %s", name, picture != NULL ? picture : "", sound);
	g_assert_cmpstr(got, ==, behind != NULL ? behind : name);
	g_assert_cmpstr(mime, ==, forms[form].mime != NULL ? forms[form].mime : row->mime);
	if (behind != NULL) {
		return;
	}
	check_sound_bounds(&probe, find_sound(sound), name);
	if (picture != NULL) {
		check_picture_bounds(&probe, find_picture(picture), name);
	}
	if (row->system_bps > 0) {
		probe.bitrate_bps = row->system_bps + 1;
		assert_beyond(&probe, name, "all bits a second");
	}
}

static void
check_form(const NameRow *row, size_t form)
{
	g_autofree char *name = g_strconcat(row->name, forms[form].suffix, NULL);
	const char *mime = forms[form].mime != NULL ? forms[form].mime : row->mime;
	const char *known = avu_format_profiles_find_mime(shipped, name);

	g_test_message("%s", name);
	g_assert_nonnull(known);
	if (row->container == NULL) {
		g_assert_cmpstr(known, ==, mime);
		return;
	}
	g_auto(GStrv) videos = g_strsplit(row->videos != NULL ? row->videos : "", " ", -1);
	g_auto(GStrv) audios = g_strsplit(row->audios, " ", -1);

	for (char **audio = audios; *audio != NULL; audio++) {
		if (row->videos == NULL) {
			check_pair(row, form, NULL, *audio);
		}
		for (char **video = videos; *video != NULL; video++) {
			check_pair(row, form, *video, *audio);
		}
	}
}

static void
add_full_name(GHashTable *all, const NameRow *row, size_t form)
{
	(void)g_hash_table_add(all, g_strconcat(row->name, forms[form].suffix, NULL));
}

/* All of them, in each form, and no other. */
static void
test_names(void)
{
	g_autoptr(GHashTable) all = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);

	for (size_t i = 0; i < G_N_ELEMENTS(names); i++) {
		const bool stream = strspn(names[i].mime, "ITZ") == strlen(names[i].mime);

		for (size_t form = 0; form < G_N_ELEMENTS(forms); form++) {
			if (stream ? forms[form].letter != '\0' &&
						strchr(names[i].mime, forms[form].letter) != NULL
				   : forms[form].letter == '\0') {
				check_form(&names[i], form);
				add_full_name(all, &names[i], form);
			}
		}
	}
	g_assert_cmpuint(avu_format_profiles_get_n(shipped), ==, g_hash_table_size(all));
}

/* Pictures: the smallest name that they fit. */
static void
test_pictures(void)
{
	static const struct {
		const char *in, *kind;
		int64_t width, height;
		const char *name;
	} rows[] = {
		{ "jpeg", "baseline", 48, 48, "JPEG_SM" }, /* icons and thumbnails no file is */
		{ "jpeg", "baseline", 160, 160, "JPEG_SM" },
		{ "jpeg", "baseline", 640, 480, "JPEG_SM" },
		{ "jpeg", "baseline", 641, 480, "JPEG_MED" },
		{ "jpeg", "baseline", 640, 481, "JPEG_MED" },
		{ "jpeg", "baseline", 1024, 768, "JPEG_MED" },
		{ "jpeg", "baseline", 1025, 768, "JPEG_LRG" },
		{ "jpeg", "baseline", 1024, 769, "JPEG_LRG" },
		{ "jpeg", "baseline", 4096, 4096, "JPEG_LRG" },
		{ "jpeg", "baseline", 4097, 4096, NULL },
		{ "jpeg", "baseline", 4096, 4097, NULL },
		{ "jpeg", "progressive", 640, 480, NULL },
		{ "png", "baseline", 160, 160, "PNG_LRG" },
		{ "png", "baseline", 4096, 4096, "PNG_LRG" },
		{ "png", "baseline", 4096, 4097, NULL },
		{ "png", "progressive", 640, 480, NULL },
		{ "gif", "gif", 1600, 1200, "GIF_LRG" },
		{ "gif", "gif", 1601, 1200, NULL },
		{ "tiff", "baseline", 640, 480, NULL },
	};

	for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
		AvuFormatProbe probe;
		const char *mime;

		avu_format_probe_init(&probe);
		probe.container = rows[i].in;
		probe.video_codec = rows[i].kind;
		probe.width = rows[i].width;
		probe.height = rows[i].height;
		g_test_message(
			"%s of %d by %d", rows[i].in, (int)rows[i].width, (int)rows[i].height);
		g_assert_cmpstr(guess(&probe, &mime), ==, rows[i].name);
	}
}

static void
note(const AvuFormatName *name, void *data)
{
	g_string_append_printf(data, "%s %s\n", name->name, name->mime);
}

/* What IEC 62457 makes mandatory, and nothing else. */
static void
test_mandatory(void)
{
	g_autoptr(GString) told = g_string_new(NULL);

	avu_format_profiles_list_mandatory(shipped, note, told);
	g_assert_cmpstr(told->str, ==,
		"JPEG_SM image/jpeg\n"
		"LPCM audio/L16\n"
		"MP3 audio/mpeg\n"
		"MPEG_PS_NTSC video/mpeg\n"
		"MPEG_PS_PAL video/mpeg\n"
		"AVC_MP4_BL_L3_SD_AAC video/mp4\n");
}

int
main(int argc, char **argv)
{
	g_autofree char *folder = NULL;
	int failed;

	g_test_init(&argc, &argv, NULL);
	folder = g_build_filename(g_getenv("AV_UPNP_DATADIR"), "formats", NULL);
	shipped = avu_format_profiles_load((const char *const[]){ folder, NULL }, NULL);
	g_test_add_func("/profile/format/names", test_names);
	g_test_add_func("/profile/format/pictures", test_pictures);
	g_test_add_func("/profile/format/mandatory", test_mandatory);
	failed = g_test_run();
	avu_format_profiles_unref(shipped);
	return failed;
}
