/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* workers/convert-request.h: how a conversion is asked of a worker that makes nothing else.
 *
 * Octets leave through a pipe, which the server reads; frames only begin and end. In front of the octets
 * of a copy that is asked for from a time on stands an int64: where it really begins, in ns of the item.
 * Numbers
 * of a request come from a plan, none from a client but the times (SEC-160). Compiled into both ends. */
#pragma once

#include <av-upnp/frame.h>

#include "mediaserver/convert/decodable.h"
#include "mediaserver/convert/recipe.h"

G_BEGIN_DECLS

/* Frame types on the channel of a worker that converts, beside those of job.h. The end of a conversion
 * comes as WORKER_ANSWER with an outcome and no octets. */
enum {
	/* to it: u32 number, request; descriptors: a pipe's end, the file; of one that joins, the file of its sound */
	WORKER_CONVERT = 6,
	WORKER_CONVERT_END = 7, /* to it: u32 number: nobody reads it any more */
	WORKER_MEASURE = 9,     /* to it: u32 number, u32 threads; descriptor: a pipe's end */
	WORKER_ABLE = 8,        /* from it, first: ConvertAbility */
};

/* At once: sound takes a hundredth of a core, its number bounds memory; of films the setting says how
 * many, at most so many. */
#define CONVERT_SOUNDS_MAX 16
#define CONVERT_FILMS_MAX 64
/* With those that have been told to end and have not yet. */
#define CONVERT_MAX (2 * (CONVERT_SOUNDS_MAX + CONVERT_FILMS_MAX))

/* Of the worker's command line: "convert", how nice conversions are. */
#define CONVERT_NICENESS 10

#define CONVERT_HINT_MAX 8
#define CONVERT_SPEED_MAX 32
/* LIM-42 counts all of a process */
#define CONVERT_THREADS_MAX 6

/* Numbers: -1 as it is in the file. */
typedef struct {
	int64_t recipe; /* recipe_index() */
	int64_t sample_hz, channels, bits;
	int64_t width, height, frame_rate_mhz;
	int64_t video_bps;
	int64_t preset;         /* ConvertPreset */
	int64_t threads;        /* for each codec of a film */
	int64_t start_ns;       /* the item begins here in its file */
	int64_t from_ns, to_ns; /* of the item; to -1: up to its end */
	/* of PCM, after start_ns: exactly these samples, silence where the file has none; n -1: all */
	int64_t first_sample, n_samples;
	/* 1; else key frames alone, backwards when negative: then to_ns lies before from_ns */
	int64_t speed;
	/* 1: key frames as they are, in the file's own container; of the recipe nothing counts */
	int64_t own;
	/* 1: pictures and sound come apart, and go out as they are; of the recipe nothing counts */
	int64_t joins;
	char *hint; /* extension; may be NULL */
	/* of the plan (plan.h): who admits it looks at it; the worker is not told */
	double cost;
} ConvertRequest;

void convert_request_init(ConvertRequest *request);
void convert_request_clear(ConvertRequest *request);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(ConvertRequest, convert_request_clear)

void convert_request_put(const ConvertRequest *request, AvuFrameWriter *writer);
/** Reads to the end of the payload. @return false: a number is out of its range */
bool convert_request_take(AvuFrameReader *reader, ConvertRequest *ret_request);

/* What a worker's FFmpeg lacks: bit n for RecipeContainer, RecipeVideo or RecipeAudio n; and decoders. */
typedef struct {
	uint32_t no_container, no_video, no_audio;
	DecodableGaps gaps;
} ConvertAbility;

void convert_ability_put(const ConvertAbility *ability, AvuFrameWriter *writer);
bool convert_ability_take(AvuFrameReader *reader, ConvertAbility *ret_ability);
/** Can it make this recipe? */
bool convert_ability_has(const ConvertAbility *ability, const Recipe *recipe);

G_END_DECLS
