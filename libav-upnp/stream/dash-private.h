/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* stream/dash-private.h: a list of DASH, shared by its periods and the choice in them (dash.c) and the pieces of
 * what was chosen (dash-pieces.c) */
#pragma once

#include <av-upnp/xml-reader.h>

#include "pieces.h"

#define DASH_TIME_MAX PIECES_TIME_MAX
#define DASH_NUMBER_MAX (INT64_MAX / 4)

typedef struct {
	int64_t start_ns, duration_ns; /* duration 0: not known */
	bool grows;                    /* the duration is what there is of it by now */
	bool live;                     /* of a list that is made while it is played */
	int64_t from_ns; /* what ends before this place in it cannot be had any more */
} DashSpan;

/* What a representation is made of: the innermost element that says something counts. */
typedef struct {
	AvuPieceList *list;
	const AvuXmlElement *levels[3]; /* representation, set, period */
	char *base;
	DashSpan span; /* of the period */
	const char *id;
	uint64_t rate_bps;
	unsigned head;
} Dash;

/** Its pieces into the list. @return false with error */
bool dash_add_representation(Dash *self, GError **error);
uint64_t dash_get_number(const AvuXmlElement *element, const char *name, uint64_t fallback);
