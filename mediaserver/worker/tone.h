/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* worker/tone.h: pictures of a large range of brightness (BT.2100) for screens of the usual one (BT.709) */
#pragma once

#include <av-upnp/base.h>

G_BEGIN_DECLS

typedef enum {
	TONE_PQ,  /* SMPTE ST 2084: HDR10, Dolby Vision */
	TONE_HLG, /* ARIB STD-B67 */
} ToneCurve;

/* 4:2:0, limited range. Strides are in octets. */
typedef struct {
	int width, height;         /* even */
	const uint16_t *from[3];   /* 10 bits of BT.2020, not of constant luminance */
	ptrdiff_t from_strides[3]; /* even */
	uint8_t *to[3];            /* 8 bits of BT.709 */
	ptrdiff_t to_strides[3];
} TonePicture;

typedef struct Tone Tone;

Tone *tone_new(ToneCurve curve);
/** Accepts NULL. */
void tone_free(Tone *tone);
void tone_run(const Tone *tone, const TonePicture *picture);

G_END_DECLS
