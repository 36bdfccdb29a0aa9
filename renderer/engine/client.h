/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* renderer/engine/client.h: the engine that AVTransport and RenderingControl drive: reads resources
 * into rings and has the media process play them */
#pragma once

#include <av-upnp/counters.h>
#include <av-upnp/engine.h>
#include <av-upnp/http-fetch.h>
#include <av-upnp/jitter-buffer.h>
#include <av-upnp/supervisor.h>

#include "protocol.h"

G_BEGIN_DECLS

typedef struct EngineClient EngineClient;

typedef struct {
	const char *audio_sink; /* gst-launch description; NULL: the system's */
	const char *video_sink;
	const char *audio_device; /* by its name in the list of devices; NULL: the system's */
	/* Volume and mute of Master are this card's; NULL: made in software. */
	const char *mixer_card, *mixer_control;
	const char *screen_name;   /* shown while nothing else is; NULL: no screen */
	const char *registry_path; /* where GStreamer's list of plug-ins is kept */
	bool no_mixer;             /* samples reach the sink unchanged, whatever is set */
	bool dop;                  /* DSD over PCM; with no_mixer only */
	MediaGain gain;            /* loudness by the tags; not with no_mixer */
	int preamp_db;             /* added to it; at most MEDIA_PREAMP_MAX_DB up or down */
	AvuCounters *counters;     /* of the program, or NULL; outlives the client */
	int64_t patience_ns;       /* in transition, until a track is given up; 0: the usual */
	int64_t media_idle_ns; /* with nothing to play, until the media process ends; 0: the usual */
	/* with nothing to play after a film, until the media process is exchanged; 0: the usual */
	int64_t media_renew_ns;
	int64_t buffer_ns; /* how far ahead media is read; 0: the usual */
	/* UDN and serviceId of our ConnectionManager, for servers; NULL: not told */
	const char *peer_manager;
	/* The media process is not there, or another's: the sentence names it. NULL: it is tried again */
	void (*refused)(const GError *error, void *data);
	void *refused_data;
} EngineConfig;

typedef struct {
	const AvuEngineListener *transport; /* called with transport_data */
	void *transport_data;
	/* The media process is up (again) and plays these: a list as in SinkProtocolInfo. */
	void (*ready)(const char *protocols, void *user_data);
	/* Somebody else changed volume or mute of the card. May be NULL */
	void (*value_changed)(AvuValue value, AvuChannel channel, int32_t number, void *user_data);
	void *value_data;
	/* What engine_client_get_buffer() says is worth telling. May be NULL */
	void (*buffer_changed)(void *user_data);
	void *user_data;
} EngineEvents;

/** Starts the media process, and does not wait for it.
 *  @param policy  whom media may be read from; copied, its data outlives the client */
EngineClient *engine_client_new(AvuSupervisor *supervisor, const EngineConfig *config,
	const AvuAddressPolicy *policy);
/** Before that nothing is reported. events is copied. */
void engine_client_set_events(EngineClient *client, const EngineEvents *events);
/** Where the device is found, for the screen; in trouble, what is wrong. @param place  copied */
void engine_client_set_place(EngineClient *client, const char *place, bool trouble);
void engine_client_free(EngineClient *client);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(EngineClient, engine_client_free)

/** How the jitter buffer of what is played stands. @return false: nothing is */
bool engine_client_get_buffer(const EngineClient *client, AvuJitterNumbers *ret_numbers);

/** For avu_transport_new() and avu_rendering_new(), self being the client. */
const AvuEngine *engine_client_get_functions(void);

G_END_DECLS
