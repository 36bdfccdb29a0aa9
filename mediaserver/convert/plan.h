/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* convert/plan.h: what becomes of one item by one recipe on this machine, in numbers.
 *
 * The same plan makes the resource in a listing, contentFeatures.dlna.org and the worker's request, so
 * they cannot differ. Pure, any thread. */
#pragma once

#include <av-upnp/client-profile.h>
#include <av-upnp/protocol-info.h>

#include "mediaserver/catalogue/item.h"
#include "mediaserver/convert/decodable.h"
#include "mediaserver/convert/recipe.h"

G_BEGIN_DECLS

/* DLNA.ORG_PS of all that a worker makes key frames of. */
#define CONVERT_SPEEDS "2,4,8,16,32,-2,-4,-8,-16,-32"

typedef enum {
	CONVERT_VERYFAST, /* of x264; names in worker/convert-codec.c */
	CONVERT_SUPERFAST,
	CONVERT_ULTRAFAST,
	CONVERT_PRESETS,
} ConvertPreset;

/* What this machine can. Measured once, by the worker (machine.h). */
typedef struct {
	uint32_t able; /* bit n: the codecs of recipe_nth(n) are there */
	/* pixels per second with all cores; 0: not measured, taken as able to do 1280x720 at 25 */
	int64_t decode_pps;
	int64_t h264_pps[CONVERT_PRESETS];
	int64_t mpeg2_pps;
	DecodableGaps gaps;
	/* of who asks: pictures that are made are no larger; 0: no bound */
	int64_t max_width, max_height, max_kbps;
} ConvertMachine;

/** The machine as it is for one client, whose screen or network is smaller than what it can make. */
ConvertMachine convert_machine_for(const ConvertMachine *machine, const AvuClientProfile *client);

typedef struct {
	const Recipe *recipe;
	char mime[64];                     /* complete: "audio/L16;rate=44100;channels=2" */
	const char *profile;               /* DLNA.ORG_PN; static; NULL: none */
	int64_t sample_hz, channels, bits; /* of what comes out; -1: as it is in the file */
	int64_t width, height;             /* within these the picture is fitted; -1: as it is */
	int64_t frame_rate_mhz;            /* -1: as it is */
	int64_t video_bps;                 /* of the picture; -1 */
	int64_t bitrate_bps;               /* of all, about; -1: unknown */
	int64_t duration_ns;               /* AVU_TIME_NONE: unknown, then there is no seek */
	uint64_t size_bytes; /* exact: the worker fills or cuts to it; AVU_LENGTH_UNKNOWN */
	bool byte_seek;      /* any octet can be asked for */
	bool estimated;      /* size_bytes is a guess, and what comes is filled up or cut to it */
	bool halves_rate;    /* every other frame is left out */
	bool changes_region; /* 25 frames/s become 29.97 or the other way: the last choice */
	ConvertPreset preset;
	double cost; /* seconds of this machine for one of it; 0: little (a copy, sound), or not measured */
} ConvertPlan;

/** @return false: this recipe makes nothing of this item, or not fast enough here */
bool convert_plan(const Recipe *recipe, const Item *item, const ConvertMachine *machine,
	ConvertPlan *ret_plan);

/** For clients that know octets only: a size by rate and duration, where what comes can be joined at any
 *  place and filled up. Changes nothing where the size is known already, or nothing is known. */
void convert_plan_estimate(ConvertPlan *plan);

/** The fourth field of its resource; borrows from the plan. */
AvuDlnaParameters convert_plan_get_dlna(const ConvertPlan *plan);

/** Octets before the samples, of WAV: 44 or 68; else 0. */
uint64_t convert_plan_get_head(const ConvertPlan *plan);
/** Octets of one sample of all channels; 0: not PCM. */
uint64_t convert_plan_get_frame(const ConvertPlan *plan);

G_END_DECLS
