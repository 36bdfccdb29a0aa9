/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* renderer/engine/protocol.h: the frames between av-renderer and its media process.
 *
 * Fields stand in the order written, as process/frame lays them out. Times are nanoseconds. A token
 * names one track; frames about a token that is neither current nor next are ignored by both. */
#pragma once

#include <av-upnp/base.h>

#define MEDIA_HELPER "media"
#define MEDIA_LIST_DEVICES "--list-devices" /* word for which it answers and ends */
#define MEDIA_DEVICES_MAX (64u * 1024)
#define MEDIA_TEXT_MAX 1024 /* sentences, MIME types */
#define MEDIA_SINK_MAX 4096 /* gst-launch descriptions */
#define MEDIA_PROTOCOLS_MAX (64u * 1024)

/* Small files that belong to a track; control fetches them. */
typedef enum {
	MEDIA_SUBTITLES,
	MEDIA_COVER,
	MEDIA_N_ATTACHMENTS,
} MediaAttachment;

/* Which loudness of the tags counts. */
typedef enum {
	MEDIA_GAIN_OFF,
	MEDIA_GAIN_TRACK,
	MEDIA_GAIN_ALBUM,
	MEDIA_N_GAINS,
} MediaGain;

#define MEDIA_PREAMP_MAX_DB 15
#define MEDIA_NO_GAIN INT64_MIN

#define MEDIA_SUBTITLES_MAX (2u * 1024 * 1024)
#define MEDIA_COVER_MAX (8u * 1024 * 1024) /* LIM-21 */

static inline size_t
media_attachment_max(MediaAttachment kind)
{
	return kind == MEDIA_COVER ? MEDIA_COVER_MAX : MEDIA_SUBTITLES_MAX;
}

typedef enum {
	/* av-renderer → media */
	MEDIA_CONFIGURE = 1, /* strings or NULL: audio and video sink, sound device; u32
			      * mixer yes; strings or NULL: card and control of its mixer;
			      * u32 screen yes; u32 MediaGain, i64 decibels added to it;
			      * u32 DSD goes over PCM yes */
	MEDIA_LOAD,          /* u32 token, string MIME or NULL, i64 start, i64 how long a picture
			      * stands or 0, i64 its server's ReplayGain of the track and of the
			      * album in 0.01 dB or MEDIA_NO_GAIN; ring descriptors, and those of another ring where
			      * the sound is apart */
	MEDIA_LOAD_NEXT,     /* the same */
	MEDIA_DROP_NEXT,     /* u32 token */
	MEDIA_PLAY,          /* – */
	MEDIA_PAUSE,         /* – */
	MEDIA_STOP,          /* – */
	MEDIA_SEEK,          /* u32 token, u32 number of this seek, i64 position */
	MEDIA_VALUE,         /* u32 AvuValue, u32 AvuChannel, i64 number */
	MEDIA_SPEED,         /* i64 numerator, i64 denominator */
	MEDIA_ATTACH,        /* u32 token, u32 MediaAttachment, i64 octets; descriptor of a memfd */
	MEDIA_ABOUT,         /* u32 token, string title, artist, album, each may be NULL */
	MEDIA_PLACE,         /* string name, string place or NULL, u32 it says what is wrong */
	MEDIA_PING,          /* –; answered by MEDIA_PONG */
	MEDIA_HOLD,          /* u32 token, u32 yes: its octets are late, wait in silence / go on */

	/* media → av-renderer */
	MEDIA_PROTOCOLS = 64, /* string: list for SinkProtocolInfo; media is ready */
	MEDIA_STATE,          /* u32 token, u32 AvuEngineState */
	MEDIA_TRACK_STARTED,  /* u32 token */
	MEDIA_ENDED,          /* u32 token */
	MEDIA_FAILED,         /* u32 token, u32 code of AVTransport's Play, string sentence */
	MEDIA_DURATION,       /* u32 token, i64 duration */
	MEDIA_SEEKABLE,       /* u32 token, u32 yes */
	MEDIA_POSITION, /* u32 token, i64 position, u32 number of the last seek, 0: there was none */
	MEDIA_PONG,     /* – */
	MEDIA_VALUE_CHANGED, /* u32 AvuValue, i64 number: of Master, by somebody else */
	MEDIA_DEVICES,       /* string: lines of names, tabs and more */
	MEDIA_SPEED_NOW,     /* u32 token, i64 numerator, i64 denominator: not what was asked for */
} MediaFrame;
