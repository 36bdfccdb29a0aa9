/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* renderer/local/television.h: the television at the other end of the HDMI cable: woken when something
 * plays, put to standby when nothing has for long, its remote control, its volume. Main thread. */
#pragma once

#include <string.h>

#include <av-upnp/engine.h>
#include <av-upnp/settings.h>
#include <av-upnp/supervisor.h>

#include "device.h"

G_BEGIN_DECLS

typedef struct Television Television;

/** Volume and mute of Master are the television's, or those of the receiver beside it. */
static inline bool
television_has_volume(const AvuSettings *settings)
{
	return strcmp(avu_settings_get_string(settings, "Cec"), "volume") == 0;
}

typedef struct {
	AvuSupervisor *supervisor;
	const AvuSettings *settings;
	const char *name;        /* as the television shows it; copied */
	const AvuEngine *engine; /* gets what is not the television's */
	void *self;              /* the engine */
	/* The helper is not there, or another's: the sentence names it. */
	void (*refused)(const GError *error, void *data);
	void *refused_data;
} TelevisionSpec;

/** Starts the helper, and does not wait for it. @param spec  what it names outlives the television
 *  @return NULL: the settings want no television */
Television *television_new(const TelevisionSpec *spec);
void television_free(Television *television);

/** An engine between RenderingControl and the other: only its set_value() is to be called. */
const AvuEngine *television_get_engine(void);
/** Who hears that somebody else made it louder. */
void television_set_listener(Television *television,
	void (*value_changed)(AvuValue value, AvuChannel channel, int32_t number, void *data),
	void *data);
/** Whom the keys of the remote control drive. @param device  outlives it */
void television_set_device(Television *television, const LocalDevice *device);
/** A variable of the device has changed. NULL does nothing. */
void television_note_change(Television *television);

G_END_DECLS
