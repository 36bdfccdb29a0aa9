/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* renderer/media/dsd-head.h: where the bits of a DSD file are: Sony's DSF, Philips' DSDIFF. Pure. */
#pragma once

#include <av-upnp/base.h>

G_BEGIN_DECLS

#define DSD_CHANNELS_MAX 6
/* A look at a file takes at most so many octets: its properties have room in them. */
#define DSD_LOOK_BYTES (16u * 1024)

typedef struct {
	unsigned rate_hz;  /* bits a second, a multiple of 16 */
	unsigned channels; /* 1 … DSD_CHANNELS_MAX */
	uint64_t places; /* which channels these are, a bit for each as in WAVE_FORMAT_EXTENSIBLE */
	bool low_first;  /* the first bit of an octet is its lowest */
	unsigned block;  /* octets of one channel before those of the next */
	uint64_t data_at;        /* of the first octet with bits, in the file */
	uint64_t channel_octets; /* whole octets of each channel */
} DsdHead;

typedef enum {
	DSD_FOUND,   /* head says it all */
	DSD_FURTHER, /* look again, at wanted */
	DSD_REFUSED, /* why says it */
} DsdResult;

/* A walk from chunk to chunk; all zero at first. */
typedef struct {
	DsdHead head;
	uint64_t wanted; /* where to look next */
	unsigned chunks; /* passed */
	const char *why; /* a sentence, when refused */
} DsdWalk;

/** Its first octets are those of a DSD file. @param len  16 at least, else it may be said not to be */
bool dsd_head_is_one(const uint8_t *octets, size_t len);
/** @param octets  from walk->wanted on: DSD_LOOK_BYTES, or to the end of the file */
DsdResult dsd_head_look(DsdWalk *walk, const uint8_t *octets, size_t len);
/** What the first octets alone tell. @return false: they do not, or it is no such file, one that is packed
 *          (DST), has other rates or channels */
bool dsd_head_parse(const uint8_t *octets, size_t len, DsdHead *ret_head);
/** @param index  of an octet of the channel. @return where it is in the file */
uint64_t dsd_head_place(const DsdHead *head, unsigned channel, uint64_t index);

G_END_DECLS
