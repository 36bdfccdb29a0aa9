/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* workers/probe-result.h: what a worker says of one file, and how it travels.
 *
 * Compiled into both ends. The worker drops values outside the ranges of the table in
 * probe-result.c before it sends; the server refuses an answer that has one (SEC-144). */
#pragma once

#include <av-upnp/frame.h>

G_BEGIN_DECLS

/* Frame types on the channel of a worker. */
enum {
	WORKER_PROBE = 1, /* to it: u32 batch, u32 n, n × hint (extension); n descriptors */
	WORKER_RESULT =
		2, /* from it: u32 batch, then some ProbeResults, each as octets; one per file */
	WORKER_DONE = 3, /* from it: u32 batch; every file of it was answered */
};

#define PROBE_HINT_MAX 8
#define PROBE_NO_GAIN INT64_MIN

typedef enum {
	PROBE_OK,
	PROBE_NOT_MEDIA,  /* read, but nothing in it that we know */
	PROBE_UNREADABLE, /* the descriptor gave an I/O error */
	PROBE_DIED,       /* the process that read it died or overran its time */
} ProbeOutcome;

/* Numbers: -1 unknown, but where noted. Strings: NULL unknown. */
typedef struct {
	int64_t file;    /* index in the batch */
	int64_t outcome; /* ProbeOutcome */
	int64_t duration_ns;
	int64_t bitrate_bps;
	int64_t sample_hz;
	int64_t channels;
	int64_t bits;          /* per sample */
	int64_t audio_profile; /* AAC: object type */
	int64_t width, height;
	int64_t video_profile;        /* H.264: profile_idc, 578: constrained baseline */
	int64_t video_level;          /* H.264: level_idc */
	int64_t frame_rate_mhz;       /* frames per 1000 s */
	int64_t interlaced;           /* 1, 0 */
	int64_t audio_bps, video_bps; /* of the streams themselves */
	int64_t packet_size;          /* of a transport stream: 188, 192 */
	int64_t packet_stamped;       /* 1: the four octets before a 192 packet are not all zero */
	int64_t has_cover;
	int64_t track, disc;
	int64_t tracks, discs; /* how many the album has */
	int64_t season, episode;
	int64_t bpm;
	int64_t rating;                 /* 0 to 100 */
	int64_t compilation;            /* 1: of several artists */
	int64_t has_lyrics;             /* 1: words are in the file */
	int64_t track_gain, album_gain; /* ReplayGain in 0.01 dB; PROBE_NO_GAIN: unknown */
	int64_t orientation;            /* EXIF, 1 to 8 */
	int64_t chapters;               /* how many */
	char *container; /* "mp3", "flac", "wav", "mp4", "mkv", "jpeg", …: names of worker/sniff.c */
	char *brand;     /* major brand of an MP4 */
	char *audio_codec, *video_codec; /* FFmpeg's names */
	/* of those that may have several values each is a line */
	char *title, *artist, *album_artist, *album, *genre, *composer;
	char *date;   /* as the file has it */
	char *reason; /* when not PROBE_OK: a few words */
	char *conductor;
	char *original_date; /* of the first release */
	char *comment, *description;
	char *title_sort, *artist_sort, *album_artist_sort, *album_sort, *composer_sort;
	char *publisher, *rights, *series, *director, *actor;
	char *hdr;                                  /* "HDR10", "HLG", "Dolby Vision" */
	char *audio_languages, *subtitle_languages; /* as the file has them */
	char *text_tracks; /* subtitles that are text: "STREAM MARKS LANGUAGE", marks as "f-" */
	char *camera;
	char *location; /* "48.858370,2.294481": degrees north and east */
} ProbeResult;

void probe_result_init(ProbeResult *result);
void probe_result_clear(ProbeResult *result);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(ProbeResult, probe_result_clear)

/** Appends to writer. Values out of range go as unknown, strings are cut to their limit. */
void probe_result_put(const ProbeResult *result, AvuFrameWriter *writer);
/** @param ret_result  initialised by the caller; whatever was taken is in it, clear it also on false
 *  @return false with AVU_ERROR_SYNTAX when a field is missing or out of range */
bool probe_result_take(AvuFrameReader *reader, ProbeResult *ret_result, GError **error);
/** As above, the next of several that stand one after the other, each put as octets. */
bool probe_result_take_one(AvuFrameReader *reader, ProbeResult *ret_result, GError **error);

G_END_DECLS
