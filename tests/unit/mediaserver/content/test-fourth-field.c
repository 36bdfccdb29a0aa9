/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The fourth field of every kind of resource, by how it can be sought in. Expected values are put together by hand
 * from the bits of spec/dlna-protocolinfo.md 2 and its tables 1.1 and 3:
 *
 *   80000000 sender-paced    08000000 s0 moves        04000000 sN moves      20000000 bytes, limited
 *   01000000 streaming       00800000 interactive     00400000 background    00200000 may stall
 *   00100000 the others count
 *
 *   a file             streaming + background + stall + v1.5               = 01700000
 *   one that grows     the same + sN                                       = 05700000
 *   a picture          interactive + background + stall + v1.5             = 00F00000
 *   live, joined late  s0 + sN + streaming + v1.5 + limited bytes          = 2D100000
 *   live, as it comes  s0 + sN + streaming + v1.5 + sender-paced           = 8D100000
 */
#include <string.h>

#include "mediaserver/catalogue/catalogue.h"
#include "mediaserver/content/emission.h"

#define ZEROS "000000000000000000000000"
#define AV "DLNA.ORG_FLAGS=01700000" ZEROS
#define GROWING "DLNA.ORG_FLAGS=05700000" ZEROS
#define PICTURE "DLNA.ORG_FLAGS=00F00000" ZEROS
#define LIVE_LATE "DLNA.ORG_FLAGS=2D100000" ZEROS
#define LIVE_NOW "DLNA.ORG_FLAGS=8D100000" ZEROS
#define FILM_SPEEDS "DLNA.ORG_PS=2,4,8,16,32,-2,-4,-8,-16,-32"
#define MINUTE (60 * AVU_NS_PER_S)

/* What is on the disk. */
typedef struct {
	ItemKind kind;
	const char *mime, *profile, *codec; /* of sound, or of the picture of a film */
	int64_t duration_ns, start_ns, size_bytes;
	const char *url;
	bool looked_at; /* its contents are known */
} Thing;

#define FILE_OF(kind_, mime_, profile_, codec_)                                             \
	{                                                                                   \
		(kind_), (mime_), (profile_), (codec_), 3 * MINUTE, -1, 1000000, NULL, true \
	}

static const Thing mp3 = FILE_OF(ITEM_AUDIO, "audio/mpeg", "MP3", "mp3");
static const Thing flac = FILE_OF(ITEM_AUDIO, "audio/flac", NULL, "flac");
static const Thing ape = FILE_OF(ITEM_AUDIO, "audio/x-ape", NULL, "ape");
static const Thing dsd = FILE_OF(ITEM_AUDIO, "audio/dsd", NULL, "dsd_lsbf_planar");
static const Thing mp4 = FILE_OF(ITEM_VIDEO, "video/mp4", "AVC_MP4_MP_SD_AAC_MULT5", "h264");
static const Thing tts =
	FILE_OF(ITEM_VIDEO, "video/vnd.dlna.mpeg-tts", "AVC_TS_HD_50_AC3_T", "h264");
static const Thing mkv = FILE_OF(ITEM_VIDEO, "video/x-matroska", NULL, "hevc");
static const Thing ogv = FILE_OF(ITEM_VIDEO, "video/ogg", NULL, "theora");
static const Thing photo = FILE_OF(ITEM_IMAGE, "image/jpeg", "JPEG_LRG", "mjpeg");
static const Thing drawing = FILE_OF(ITEM_IMAGE, "image/png", NULL, "png");
/* broken off before its length was found */
static const Thing no_length = { ITEM_AUDIO, "audio/mpeg", "MP3", "mp3", AVU_TIME_NONE, -1, 1000,
	NULL, true };
static const Thing film_no_length = { ITEM_VIDEO, "video/mpeg", "MPEG_PS_PAL", "mpeg2video",
	AVU_TIME_NONE, -1, 1000, NULL, true };
/* uploaded just now */
static const Thing new_song = { ITEM_AUDIO, "audio/mpeg", NULL, NULL, AVU_TIME_NONE, -1, 1000, NULL,
	false };
static const Thing new_film = { ITEM_VIDEO, "video/mp4", NULL, NULL, AVU_TIME_NONE, -1, 1000, NULL,
	false };
static const Thing new_photo = { ITEM_IMAGE, "image/jpeg", NULL, NULL, AVU_TIME_NONE, -1, 1000,
	NULL, false };
/* a track of a CUE sheet, and of one of an MP3 */
static const Thing track = { ITEM_AUDIO, "audio/flac", NULL, "flac", MINUTE, MINUTE, 1000000, NULL,
	true };
static const Thing recording = { ITEM_VIDEO, "video/mpeg", "MPEG_TS_SD_EU_ISO", "mpeg2video",
	AVU_TIME_NONE, -1, ITEM_SIZE_GROWS, NULL, true };
static const Thing station = { ITEM_RADIO, "audio/mpeg", NULL, NULL, AVU_TIME_NONE, -1, -1,
	"http://192.0.2.1/live", false };
static const Thing ogg_station = { ITEM_RADIO, "audio/ogg", NULL, NULL, AVU_TIME_NONE, -1, -1,
	"http://192.0.2.1/live", false };
static const Thing television = { ITEM_TELEVISION, "video/mpeg", NULL, NULL, AVU_TIME_NONE, -1, -1,
	"http://192.0.2.1/tv", false };

static const char house[] = "[Plain]\nMaker = none\n"
			    "[Panasonic]\nPicture.CI = no\n"
			    "[Old]\nFlags = no\n"
			    "[None]\nDlna = no\n"
			    "[Time]\nSeek.TimeOnly = yes\n"
			    "[Made by time]\nConvert.Seek = time\n"
			    "[Made by none]\nConvert.Seek = none\n"
			    "[Octets]\nConvert.Size = estimate\n"
			    "[Names]\nName = video/x-matroska > MKV\nName = MP3 >\n"
			    "[Twice]\nExtra = video/x-matroska > MPEG_PS_PAL video/avi\n";

static const struct {
	const Thing *thing;
	const char *client;
	const char *mime, *uri; /* of the resource that is meant: a part of its address, or NULL */
	const char *fourth;     /* NULL: there is no such resource */
	const char *why;
} rows[] = {
	/* originals: by octets always, by time where an index is made, fast where films are packed anew */
	{ &mp3, "Plain", "audio/mpeg", NULL, "DLNA.ORG_PN=MP3;DLNA.ORG_OP=11;DLNA.ORG_CI=0;" AV,
		"a song" },
	{ &flac, "Plain", "audio/flac", NULL, "DLNA.ORG_OP=11;DLNA.ORG_CI=0;" AV,
		"without a name" },
	{ &ape, "Plain", "audio/x-ape", NULL, "DLNA.ORG_OP=01;DLNA.ORG_CI=0;" AV, "no index" },
	{ &dsd, "Plain", "audio/dsd", NULL, "DLNA.ORG_OP=01;DLNA.ORG_CI=0;" AV, "no index" },
	{ &no_length, "Plain", "audio/mpeg", NULL,
		"DLNA.ORG_PN=MP3;DLNA.ORG_OP=01;DLNA.ORG_CI=0;" AV, "times without a length" },
	{ &mp4, "Plain", "video/mp4", NULL,
		"DLNA.ORG_PN=AVC_MP4_MP_SD_AAC_MULT5;DLNA.ORG_OP=11;" FILM_SPEEDS
		";DLNA.ORG_CI=0;" AV,
		"a film" },
	{ &tts, "Plain", "video/vnd.dlna.mpeg-tts", NULL,
		"DLNA.ORG_PN=AVC_TS_HD_50_AC3_T;DLNA.ORG_OP=11;" FILM_SPEEDS ";DLNA.ORG_CI=0;" AV,
		"with stamps" },
	{ &mkv, "Plain", "video/x-matroska", NULL,
		"DLNA.ORG_OP=11;" FILM_SPEEDS ";DLNA.ORG_CI=0;" AV, "no name" },
	{ &ogv, "Plain", "video/ogg", NULL, "DLNA.ORG_OP=11;" FILM_SPEEDS ";DLNA.ORG_CI=0;" AV,
		"of pages" },
	{ &film_no_length, "Plain", "video/mpeg", NULL,
		"DLNA.ORG_PN=MPEG_PS_PAL;DLNA.ORG_OP=01;DLNA.ORG_CI=0;" AV, "no length" },
	{ &photo, "Plain", "image/jpeg", "/media/",
		"DLNA.ORG_PN=JPEG_LRG;DLNA.ORG_OP=01;DLNA.ORG_CI=0;" PICTURE, "a photograph" },
	{ &drawing, "Plain", "image/png", "/media/", "DLNA.ORG_OP=01;DLNA.ORG_CI=0;" PICTURE,
		"a picture without a name" },
	/* uploaded and not looked at */
	{ &new_song, "Plain", "audio/mpeg", NULL, "DLNA.ORG_OP=01;DLNA.ORG_CI=0;" AV,
		"nothing is known but the type" },
	{ &new_film, "Plain", "video/mp4", NULL, "DLNA.ORG_OP=01;DLNA.ORG_CI=0;" AV, "a film" },
	{ &new_photo, "Plain", "image/jpeg", NULL, "DLNA.ORG_OP=01;DLNA.ORG_CI=0;" PICTURE,
		"a picture" },
	{ &new_photo, "Plain", "image/jpeg", "/art/", NULL, "nothing is made of it yet" },
	/* pieces and recordings */
	{ &track, "Plain", "audio/flac", NULL, "DLNA.ORG_OP=01;DLNA.ORG_CI=0;" AV,
		"a piece of a file" },
	{ &recording, "Plain", "video/mpeg", "/media/",
		"DLNA.ORG_PN=MPEG_TS_SD_EU_ISO;DLNA.ORG_OP=01;DLNA.ORG_CI=0;" GROWING,
		"its end moves" },
	/* made while they are sent: by time where there is a length, by octets where the size is known */
	{ &flac, "Plain", "audio/L16;rate=44100;channels=2", NULL,
		"DLNA.ORG_PN=LPCM;DLNA.ORG_OP=11;DLNA.ORG_CI=1;" AV, "samples of an exact length" },
	{ &mp3, "Plain", "audio/L16;rate=44100;channels=2", NULL,
		"DLNA.ORG_PN=LPCM;DLNA.ORG_OP=10;DLNA.ORG_CI=1;" AV, "of one that is guessed" },
	{ &flac, "Plain", "audio/mpeg", NULL, "DLNA.ORG_PN=MP3;DLNA.ORG_OP=10;DLNA.ORG_CI=1;" AV,
		"no size" },
	{ &track, "Plain", "audio/mpeg", NULL, "DLNA.ORG_PN=MP3;DLNA.ORG_OP=10;DLNA.ORG_CI=1;" AV,
		"of a piece" },
	{ &no_length, "Plain", "audio/L16;rate=44100;channels=2", NULL,
		"DLNA.ORG_PN=LPCM;DLNA.ORG_CI=1;" AV, "neither: no OP at all" },
	{ &mkv, "Plain", "video/mpeg", "avc-ts-ac3",
		"DLNA.ORG_PN=AVC_TS_MP_SD_AC3_ISO;DLNA.ORG_OP=10;" FILM_SPEEDS ";DLNA.ORG_CI=1;" AV,
		"a film" },
	{ &flac, "Octets", "audio/mpeg", NULL, "DLNA.ORG_PN=MP3;DLNA.ORG_OP=11;DLNA.ORG_CI=1;" AV,
		"a size that is guessed and kept" },
	{ &flac, "Made by time", "audio/L16;rate=44100;channels=2", NULL,
		"DLNA.ORG_PN=LPCM;DLNA.ORG_OP=10;DLNA.ORG_CI=1;" AV, "for who stumbles over both" },
	{ &flac, "Made by none", "audio/L16;rate=44100;channels=2", NULL,
		"DLNA.ORG_PN=LPCM;DLNA.ORG_CI=1;" AV, "for who stumbles over either" },
	/* pictures that are made */
	{ &photo, "Plain", "image/jpeg", "med.jpg",
		"DLNA.ORG_PN=JPEG_MED;DLNA.ORG_OP=01;DLNA.ORG_CI=1;" PICTURE, "smaller" },
	{ &photo, "Plain", "image/jpeg", "-tn.jpg",
		"DLNA.ORG_PN=JPEG_TN;DLNA.ORG_OP=01;DLNA.ORG_CI=1;" PICTURE, "a thumbnail" },
	{ &drawing, "Plain", "image/jpeg", "lrg.jpg",
		"DLNA.ORG_PN=JPEG_LRG;DLNA.ORG_OP=01;DLNA.ORG_CI=1;" PICTURE, "of another format" },
	{ &mp4, "Plain", "image/jpeg", "-tn.jpg",
		"DLNA.ORG_PN=JPEG_TN;DLNA.ORG_OP=01;DLNA.ORG_CI=1;" PICTURE, "of a film" },
	/* live: no OP while the beginning moves */
	{ &station, "Plain", "audio/mpeg", "/live/", "DLNA.ORG_CI=0;" LIVE_LATE,
		"frames can be gone back to" },
	{ &ogg_station, "Plain", "audio/ogg", "/live/", "DLNA.ORG_CI=0;" LIVE_NOW, "pages cannot" },
	{ &television, "Plain", "video/mpeg", "/live/", "DLNA.ORG_CI=0;" LIVE_LATE, "packets" },
	{ &station, "Plain", "audio/mpeg", "192.0.2.1", "*", "what stands there is not ours" },
	{ &station, "Plain", "audio/L16;rate=44100;channels=2", "/live/",
		"DLNA.ORG_PN=LPCM;DLNA.ORG_CI=1;" LIVE_LATE, "made while it comes" },
	/* text beside a film */
	{ &mkv, "Plain", "text/srt", NULL, "*", "subtitles" },
	/* players that want it otherwise */
	{ &photo, "Panasonic", "image/jpeg", "/media/",
		"DLNA.ORG_PN=JPEG_LRG;DLNA.ORG_OP=01;" PICTURE, "no CI of the original" },
	{ &photo, "Panasonic", "image/jpeg", "-tn.jpg",
		"DLNA.ORG_PN=JPEG_TN;DLNA.ORG_OP=01;DLNA.ORG_CI=1;" PICTURE, "but of the smaller" },
	{ &mp3, "Panasonic", "audio/mpeg", NULL, "DLNA.ORG_PN=MP3;DLNA.ORG_OP=11;DLNA.ORG_CI=0;" AV,
		"and of all that is no picture" },
	{ &mp3, "Old", "audio/mpeg", NULL, "DLNA.ORG_PN=MP3;DLNA.ORG_OP=11;DLNA.ORG_CI=0",
		"DLNA 1.0 has no flags" },
	{ &mp3, "None", "audio/mpeg", NULL, "*", "no DLNA" },
	{ &photo, "None", "image/jpeg", "-tn.jpg", "*", "no DLNA" },
	{ &flac, "None", "audio/L16;rate=44100;channels=2", NULL, "*", "no DLNA" },
	{ &mp3, "Time", "audio/mpeg", NULL, "DLNA.ORG_PN=MP3;DLNA.ORG_OP=10;DLNA.ORG_CI=0;" AV,
		"by time alone" },
	{ &ape, "Time", "audio/x-ape", NULL, "DLNA.ORG_OP=01;DLNA.ORG_CI=0;" AV,
		"where there is any" },
	{ &mkv, "Names", "video/x-matroska", NULL,
		"DLNA.ORG_PN=MKV;DLNA.ORG_OP=11;" FILM_SPEEDS ";DLNA.ORG_CI=0;" AV, "a name" },
	{ &mp3, "Names", "audio/mpeg", NULL, "DLNA.ORG_OP=11;DLNA.ORG_CI=0;" AV, "no name" },
	{ &mkv, "Twice", "video/avi", ".x0",
		"DLNA.ORG_PN=MPEG_PS_PAL;DLNA.ORG_OP=11;" FILM_SPEEDS ";DLNA.ORG_CI=1;" AV,
		"once more under another name" },
	{ &mkv, "Twice", "video/x-matroska", NULL,
		"DLNA.ORG_OP=11;" FILM_SPEEDS ";DLNA.ORG_CI=0;" AV, "and as it is" },
};

static Item
item_of(const Thing *thing)
{
	const bool film = thing->kind == ITEM_VIDEO;
	Item item;

	item_init(&item);
	item.id = 0x123;
	item.home = 0x45;
	item.kind = thing->kind;
	item.title = "x";
	item.name = "x";
	item.mime = thing->mime;
	item.profile = thing->profile;
	item.duration_ns = thing->duration_ns;
	item.start_ns = thing->start_ns;
	item.size_bytes = thing->size_bytes;
	item.url = thing->url;
	if (!thing->looked_at) {
		return item;
	}
	item.sample_hz = thing->kind == ITEM_IMAGE ? -1 : film ? 48000 : 44100;
	item.channels = thing->kind == ITEM_IMAGE ? -1 : 2;
	item.audio_codec = film ? "ac3" : thing->kind == ITEM_AUDIO ? thing->codec : NULL;
	item.video_codec = film ? thing->codec : NULL;
	item.width = film ? 640 : thing->kind == ITEM_IMAGE ? 4000 : -1;
	item.height = film ? 360 : thing->kind == ITEM_IMAGE ? 3000 : -1;
	item.frame_rate_mhz = film ? 25000 : -1;
	item.subtitles = thing == &mkv ? "srt en -- x.srt" : NULL;
	return item;
}

/* What was told of an object, copied: its strings live until the next one. */
static void
copy_resources(const AvuObject *object, void *data)
{
	GPtrArray *told = data;

	for (unsigned i = 0; i < object->n_resources; i++) {
		g_ptr_array_add(told, g_strdup(object->resources[i].protocol_info));
		g_ptr_array_add(told, g_strdup(object->resources[i].uri));
	}
}

static char *
dup_no_title(void *data, int64_t item)
{
	(void)data, (void)item;
	return NULL;
}

static uint32_t
get_no_recipes(void *data, int64_t item)
{
	(void)data, (void)item;
	return 0;
}

/* @return protocolInfo and address of each resource, by turns */
static GPtrArray *
tell(const Thing *thing, const AvuClientProfiles *profiles, const char *client)
{
	static const ContentLive live = { dup_no_title, get_no_recipes, NULL };
	static const ContentWriting writing = { .writer = NULL };
	static const char *const recipes[] = { "lpcm", "mp3", "copy-ts", "avc-ts-ac3", NULL };
	GPtrArray *told = g_ptr_array_new_with_free_func(g_free);
	ConvertMachine machine = { .decode_pps = INT64_C(1000000000),
		.h264_pps = { INT64_C(1000000000), INT64_C(1000000000), INT64_C(1000000000) },
		.mpeg2_pps = INT64_C(1000000000) };
	const ClientView view = { .profiles = (AvuClientProfiles *)profiles,
		.profile = avu_client_profiles_find(profiles, client) };
	Emission emission = { .base_url = "http://192.0.2.9:80",
		.writing = &writing,
		.live = &live,
		.client = &view,
		.machine = &machine,
		.emit = copy_resources,
		.data = told };
	const Item item = item_of(thing);

	g_assert_nonnull(view.profile);
	for (size_t i = 0; recipes[i] != NULL; i++) {
		machine.able |= 1u << recipe_index(recipe_find(recipes[i]));
	}
	emission_begin(&emission);
	emission_item(&item, &emission);
	emission_clear(&emission);
	return told;
}

/* @return its fourth field; NULL: there is none */
static const char *
find(const GPtrArray *told, const char *mime, const char *uri)
{
	g_autofree char *start = g_strconcat("http-get:*:", mime, ":", NULL);

	for (guint i = 0; i + 1 < told->len; i += 2) {
		const char *info = told->pdata[i], *address = told->pdata[i + 1];

		g_test_message("%s %s", info, address);
		if (g_str_has_prefix(info, start) &&
			(uri == NULL || strstr(address, uri) != NULL)) {
			return info + strlen(start);
		}
	}
	return NULL;
}

static void
test_rows(void)
{
	g_autoptr(AvuClientProfiles) profiles =
		avu_client_profiles_parse("house", house, sizeof(house) - 1, NULL);

	for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
		g_autoptr(GPtrArray) told = tell(rows[i].thing, profiles, rows[i].client);

		g_test_message("%s: %s", rows[i].thing->mime, rows[i].why);
		g_assert_cmpstr(find(told, rows[i].mime, rows[i].uri), ==, rows[i].fourth);
	}
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/content/fourth-field", test_rows);
	return g_test_run();
}
