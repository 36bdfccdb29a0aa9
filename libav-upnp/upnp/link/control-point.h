/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* link/control-point.h: the control point side of libupnp */
#pragma once

#include <netinet/in.h>

#include <av-upnp/base.h>

typedef struct {
	const char *udn;
	const char *target; /* NT or ST; "-" in a bye-bye */
	const char *location;
	const char *server; /* "" when absent */
	unsigned max_age_s;
	int64_t boot_id;
	const char *source; /* address as text */
} ControlPointNotice;

typedef struct {
	/* on threads of libupnp */
	void (*seen)(const ControlPointNotice *notice);
	void (*gone)(const ControlPointNotice *notice);
} ControlPointListener;

/** @param listener  borrowed for ever */
bool control_point_register(const ControlPointListener *listener, GError **error);
/** Sends the search twice; blocks for two tenths of a second. */
bool control_point_search(const char *target, unsigned mx_s, GError **error);
