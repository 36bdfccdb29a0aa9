/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* renderer/media/card.h: what is on the screen while no film is: a clock, or what plays. Pure. */
#pragma once

#include <cairo.h>

#include <av-upnp/base.h>

G_BEGIN_DECLS

/* All borrowed, all texts UTF-8. */
typedef struct {
	const char *name;  /* of the device; never NULL */
	const char *place; /* where it is found, or what is wrong; may be NULL */
	bool trouble;      /* place says what is wrong */
	const char *clock; /* "17:42" */
	const char *title; /* NULL: nothing plays */
	const char *artist, *album;
	cairo_surface_t *cover; /* NULL: none */
	int64_t position_ns;    /* AVU_TIME_NONE: not known */
	int64_t duration_ns;    /* likewise */
	bool paused;
	int volume_percent; /* -1: not shown */
	bool mute;
} Card;

/** Paints all of the surface. @param width   at least 64; as is height */
void card_paint(const Card *card, cairo_t *cairo, unsigned width, unsigned height);

/** The volume alone, as it stands over a film: all else is clear.
 *  @param ret_y  where the upper edge belongs in a frame of that size
 *  @return as wide as the frame, premultiplied ARGB32; NULL: no memory; cairo_surface_destroy() it */
cairo_surface_t *card_paint_volume(
	unsigned width, unsigned height, unsigned percent, bool mute, unsigned *ret_y);

G_END_DECLS
