/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* renderer/local/device.h: this renderer as programs of this host see it: the same actions and variables
 * that control points have, without the network. Main thread. */
#pragma once

#include <av-upnp/av-transport.h>
#include <av-upnp/jitter-buffer.h>
#include <av-upnp/rendering-control.h>

G_BEGIN_DECLS

typedef struct {
	AvuService *transport, *rendering_service;
	AvuRendering *rendering;
	const AvuTransport *model; /* what transport is of */
	const char *name, *udn;
	bool has_volume;
	/* How the jitter buffer stands. @return false: nothing is read */
	bool (*get_buffer)(void *data, AvuJitterNumbers *ret_numbers);
	void *buffer_data;
} LocalDevice;

typedef struct {
	char *state;  /* TransportState */
	char *status; /* TransportStatus */
	char *reason; /* why that is ERROR_OCCURRED; NULL: it is not */
	char *actions, *play_mode;
	char *uri, *title, *artist, *album, *genre, *art_uri;
	int64_t position_ns, duration_ns; /* AVU_TIME_NONE: not known */
	uint32_t track, n_tracks;
	int32_t volume; /* position of Master; -1: there is none */
	int32_t volume_max;
	bool mute;
	bool has_buffer; /* buffer is valid */
	AvuJitterNumbers buffer;
} LocalFacts;

void local_facts_get(const LocalDevice *device, LocalFacts *ret_facts);
void local_facts_clear(LocalFacts *facts);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(LocalFacts, local_facts_clear)
/** "Pause" in CurrentTransportActions. */
bool local_facts_can(const LocalFacts *facts, const char *action);

/** An action of instance 0. @param names,values  without InstanceID; both NULL: none
 *  @return false with AVU_UPNP_ERROR */
bool local_device_call(AvuService *service, const char *action, const char *const *names,
	const char *const *values, GError **error);
/** The volume of Master, brought into its range. */
bool local_device_set_volume(const LocalDevice *device, int64_t volume, GError **error);
bool local_device_set_mute(const LocalDevice *device, bool mute, GError **error);
bool local_device_seek(const LocalDevice *device, int64_t position_ns, GError **error);
bool local_device_play(const LocalDevice *device, GError **error);

G_END_DECLS
