/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* renderer/cec/bus.h: what is asked of the HDMI-CEC bus. libcec comes in behind it (bus-libcec.c), or
 * nothing (bus-absent.c). Calls wait for the bus, seconds where a device is silent. */
#pragma once

#include "protocol.h"

G_BEGIN_DECLS

typedef struct CecBus CecBus;

/* Called on threads of the bus. */
typedef struct {
	void (*key)(CecKey key, void *data);
	void (*lost)(void *data); /* the adapter was pulled out */
} CecBusEvents;

typedef struct {
	int volume; /* 0…100; -1: nobody tells */
	bool mute;
} CecAudio;

/** @param name  as the television shows it; cut to 12 octets
 *  @return NULL with AVU_ERROR_UNSUPPORTED: there is no libcec */
CecBus *cec_bus_new(const char *name, const CecBusEvents *events, void *data, GError **error);
void cec_bus_free(CecBus *bus);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(CecBus, cec_bus_free)

/** @param port  "": the first adapter
 *  @param ret_adapter  its path, g_free() it
 *  @return false with AVU_ERROR_UNREACHABLE, in words for people */
bool cec_bus_open(CecBus *bus, const char *port, char **ret_adapter, GError **error);
void cec_bus_close(CecBus *bus);

/** Turns the television on and makes it show us, if it is in standby; else it is left alone.
 *  @return it was */
bool cec_bus_wake(CecBus *bus);
/** Puts the television into standby if it shows us. @return it did */
bool cec_bus_standby(CecBus *bus);
CecAudio cec_bus_get_audio(CecBus *bus);
/** One press of a key. @param direction  1 louder, -1 quieter */
CecAudio cec_bus_step(CecBus *bus, int direction);
CecAudio cec_bus_mute(CecBus *bus, bool mute);

G_END_DECLS
