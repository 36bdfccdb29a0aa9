/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* renderer/media/mp3-head.h: what the first frame of an MP3 says about samples that are not music */
#pragma once

#include "sound-trim.h"

G_BEGIN_DECLS

#define MP3_HEAD_BYTES \
	192 /* of a first frame: header, side information, Xing's and LAME's fields */
#define MP3_EXTENSION_BYTES 24

/* Finds the first frame behind tags. Plain values; set to zero at first. */
typedef struct {
	uint64_t wanted; /* offset of the MP3_HEAD_BYTES to be shown next */
	unsigned tags;   /* ID3v2 tags passed */
	bool done;       /* nothing more is looked at */
	bool found;      /* trim and extension are valid */
	SoundTrim trim;
	uint64_t extension; /* offset of the MP3_EXTENSION_BYTES that say so */
} Mp3Head;

/** @param octets       of the resource, from head->wanted on
 *  @param len          less than MP3_HEAD_BYTES: the resource ends there
 *  @param total_bytes  of the resource, -1: unknown */
void mp3_head_see(Mp3Head *head, const uint8_t *octets, size_t len, int64_t total_bytes);
/** Blanks what of the extension lies in octets, so that nobody else cuts what is cut already. */
void mp3_head_hide(const Mp3Head *head, uint64_t offset, uint8_t *octets, size_t len);

G_END_DECLS
