/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* av/transport-private.h: the transport, between the service's actions and the engine */
#pragma once

#include <av-upnp/av-transport.h>
#include <av-upnp/loop.h>

#include "transport-rules.h"
#include "transport-track.h"

struct AvuTransport {
	const AvuEngine *engine;
	void *engine_self;
	bool (*accepts)(const char *uri, const char *protocol_info, void *data, GError **error);
	void *accepts_data;
	const AvuClock *clock;
	AvuVariables *variables;
	AvuTimer *timer; /* ends a TRANSITIONING that lasts too long */

	TransportTrack *current; /* NULL: NO_MEDIA_PRESENT */
	TransportTrack *next;    /* may be NULL */
	bool loaded;             /* the engine has current */
	TransportWish wish;
	AvuEngineState engine_state; /* of current, while loaded */
	int64_t start_ns;            /* where the next load starts; the position while stopped */
	bool trouble;                /* TransportStatus ERROR_OCCURRED */
	uint32_t last_token;
	TransportState state; /* as told last */
	int64_t since_ns;     /* of TRANSITIONING */
};

/* The engine is told; nothing is published. */
void transport_load(AvuTransport *self);
void transport_replace(AvuTransport *self, TransportTrack *take_track);
void transport_set_next(AvuTransport *self, TransportTrack *take_track);
bool transport_advance(AvuTransport *self); /* next becomes current; false: there is none */
void transport_drop(AvuTransport *self);    /* to STOPPED, at the start of the current track */
void transport_seek_to(AvuTransport *self, int64_t position_ns);
int64_t transport_get_position_ns(const AvuTransport *self); /* at least 0 */

/* State, media and errors into the state variables, from which the events follow. */
void transport_publish(AvuTransport *self);
/* Gives up a TRANSITIONING that lasted too long; also armed as a timer by publish. */
void transport_expire(AvuTransport *self);
/* Actions with arguments and answers. */
extern const AvuBinding transport_bindings[];
