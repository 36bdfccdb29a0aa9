/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* convert/convert-body.h: the octets of a conversion: a head that the server makes, what the worker sends,
 * filled up or cut to what was promised */
#pragma once

#include <sys/types.h>

#include "mediaserver/convert/conversions.h"

G_BEGIN_DECLS

typedef struct {
	GBytes *head; /* NULL: none */
	uint64_t head_from;
	uint64_t skip; /* octets of the first sample that were not asked for */
	Conversion *conversion;
	uint64_t left;  /* AVU_LENGTH_UNKNOWN: as far as it goes */
	GBytes *fill;   /* when it ends before that: this, again and again; NULL: a fault */
	bool filling;   /* it has ended */
	uint64_t given; /* octets */
} ConvertBody;

/** What decoders of this form pass over. */
GBytes *convert_body_new_fill(RecipeContainer container);
/** @return octets, 0 at the end of what was promised, -1: less came */
ssize_t convert_body_read(ConvertBody *body, char *buffer, size_t max);
/** @param data  ConvertBody from g_new0() */
void convert_body_free(void *data);

G_END_DECLS
