/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The bus by libcec, which is loaded when it is asked for: who has no adapter needs no libcec. Its
 * headers say how its structures look, so the library of their version is the one that is loaded.
 *
 * libcec's calls may come from one thread (the helper's main one); its threads only report. */

#include "bus.h"

#include <dlfcn.h>
#include <stdlib.h>
#include <string.h>
#include <sys/auxv.h>

#include <libcec/cecc.h>

#include <av-upnp/error.h>

#define LIBRARY "libcec.so." CEC_LIB_VERSION_MAJOR_STR
#define OPEN_MS 10000
#define ADAPTERS_MAX 4
#define NAME_ROOM 13 /* <Set OSD Name> has no more; ASCII */

/* The functions of libcec that we call. */
#define FUNCTIONS(X)               \
	X(initialise)              \
	X(destroy)                 \
	X(clear_configuration)     \
	X(find_adapters)           \
	X(open)                    \
	X(close)                   \
	X(get_device_power_status) \
	X(power_on_devices)        \
	X(set_active_source)       \
	X(is_libcec_active_source) \
	X(standby_devices)         \
	X(volume_up)               \
	X(volume_down)             \
	X(audio_mute)              \
	X(audio_unmute)            \
	X(audio_get_status)

typedef struct {
#define MEMBER(name) __typeof__(libcec_##name) *name;
	FUNCTIONS(MEMBER)
#undef MEMBER
} Library;

struct CecBus {
	Library lib;
	void *handle;
	libcec_connection_t connection;
	ICECCallbacks callbacks;
	libcec_configuration configuration;
	CecBusEvents events;
	void *data;
};

static const struct {
	cec_user_control_code code;
	CecKey key;
} keys[] = {
	{ CEC_USER_CONTROL_CODE_PLAY, CEC_KEY_PLAY },
	{ CEC_USER_CONTROL_CODE_PLAY_FUNCTION, CEC_KEY_PLAY },
	{ CEC_USER_CONTROL_CODE_PAUSE, CEC_KEY_PAUSE },
	{ CEC_USER_CONTROL_CODE_PAUSE_PLAY_FUNCTION, CEC_KEY_TOGGLE },
	{ CEC_USER_CONTROL_CODE_STOP, CEC_KEY_STOP },
	{ CEC_USER_CONTROL_CODE_STOP_FUNCTION, CEC_KEY_STOP },
	{ CEC_USER_CONTROL_CODE_FORWARD, CEC_KEY_NEXT },
	{ CEC_USER_CONTROL_CODE_BACKWARD, CEC_KEY_PREVIOUS },
};

/* ---- the library */

static bool
load(CecBus *bus, GError **error)
{
	const char *named = getauxval(AT_SECURE) == 0 ? getenv("AV_UPNP_CEC_LIBRARY") : NULL;
	const char *missing = NULL;

	bus->handle =
		dlopen(named != NULL && named[0] == '/' ? named : LIBRARY, RTLD_NOW | RTLD_LOCAL);
	if (bus->handle == NULL) {
		g_set_error(error, AVU_ERROR, AVU_ERROR_UNSUPPORTED,
			"HDMI-CEC needs the package libcec" CEC_LIB_VERSION_MAJOR_STR " (%s)",
			dlerror());
		return false;
	}
	/* POSIX: what dlsym gives may be a function */
#define LOAD(name)                                                      \
	*(void **)&bus->lib.name = dlsym(bus->handle, "libcec_" #name); \
	missing = bus->lib.name == NULL ? #name : missing;
	FUNCTIONS(LOAD)
#undef LOAD
	if (missing != NULL) {
		g_set_error(error, AVU_ERROR, AVU_ERROR_UNSUPPORTED,
			"the libcec that is installed has no libcec_%s", missing);
	}
	return missing == NULL;
}

/* ---- what it reports, on threads of its own */

/* A press is told with duration 0, its release with how long it was. */
static void
on_key(void *data, const cec_keypress *press)
{
	CecBus *bus = data;

	for (size_t i = 0; press->duration == 0 && i < G_N_ELEMENTS(keys); i++) {
		if (keys[i].code == press->keycode) {
			bus->events.key(keys[i].key, bus->data);
		}
	}
}

static void
on_alert(void *data, const libcec_alert alert, const libcec_parameter parameter G_GNUC_UNUSED)
{
	CecBus *bus = data;

	if (alert == CEC_ALERT_CONNECTION_LOST) {
		bus->events.lost(bus->data);
	}
}

/* ---- life */

static void
configure(CecBus *bus, const char *name)
{
	libcec_configuration *configuration = &bus->configuration;

	bus->lib.clear_configuration(configuration);
	bus->callbacks = (ICECCallbacks){ .keyPress = on_key, .alert = on_alert };
	configuration->clientVersion = LIBCEC_VERSION_CURRENT;
	configuration->deviceTypes.types[0] = CEC_DEVICE_TYPE_PLAYBACK_DEVICE;
	g_autofree char *plain = g_str_to_ascii(name, NULL);

	(void)g_strlcpy(configuration->strDeviceName, plain, NAME_ROOM);
	configuration->bActivateSource = 0; /* only when something plays */
	/* Else Stop is held back for a second, as the first key of a chord. */
	configuration->comboKey = CEC_USER_CONTROL_CODE_UNKNOWN;
	configuration->callbacks = &bus->callbacks;
	configuration->callbackParam = bus;
}

CecBus *
cec_bus_new(const char *name, const CecBusEvents *events, void *data, GError **error)
{
	g_autoptr(CecBus) bus = g_new0(CecBus, 1);

	bus->events = *events;
	bus->data = data;
	if (!load(bus, error)) {
		return NULL;
	}
	configure(bus, name);
	bus->connection = bus->lib.initialise(&bus->configuration);
	if (bus->connection == NULL) {
		g_set_error_literal(
			error, AVU_ERROR, AVU_ERROR_UNSUPPORTED, "libcec does not start");
		return NULL;
	}
	return g_steal_pointer(&bus);
}

void
cec_bus_free(CecBus *bus)
{
	if (bus == NULL) {
		return;
	}
	if (bus->connection != NULL) {
		bus->lib.destroy(bus->connection);
	}
	if (bus->handle != NULL) {
		(void)dlclose(bus->handle);
	}
	g_free(bus);
}

bool
cec_bus_open(CecBus *bus, const char *port, char **ret_adapter, GError **error)
{
	g_autofree cec_adapter *adapters = g_new0(cec_adapter, ADAPTERS_MAX);
	const char *wanted = *port != '\0' ? port : NULL;
	const int n = bus->lib.find_adapters(bus->connection, adapters, ADAPTERS_MAX, wanted);

	if (n <= 0) {
		g_set_error(error, AVU_ERROR, AVU_ERROR_UNREACHABLE,
			"no HDMI-CEC adapter was found%s%s: a Raspberry Pi and many boards have "
			"one as /dev/cec0, a PC needs one for USB; the user of this program must "
			"be allowed to open it (groups video and dialout)",
			wanted != NULL ? " at " : "", wanted != NULL ? wanted : "");
		return false;
	}
	adapters[0].comm[sizeof(adapters[0].comm) - 1] = '\0';
	if (!bus->lib.open(bus->connection, adapters[0].comm, OPEN_MS)) {
		g_set_error(error, AVU_ERROR, AVU_ERROR_UNREACHABLE,
			"the HDMI-CEC adapter %s does not open: another program has it, or its "
			"cable leads to no television",
			adapters[0].comm);
		return false;
	}
	*ret_adapter = g_strdup(adapters[0].comm);
	return true;
}

void
cec_bus_close(CecBus *bus)
{
	bus->lib.close(bus->connection);
}

/* ---- deeds */

bool
cec_bus_wake(CecBus *bus)
{
	const cec_power_status power =
		bus->lib.get_device_power_status(bus->connection, CECDEVICE_TV);

	if (power != CEC_POWER_STATUS_STANDBY &&
		power != CEC_POWER_STATUS_IN_TRANSITION_ON_TO_STANDBY) {
		return false;
	}
	(void)bus->lib.power_on_devices(bus->connection, CECDEVICE_TV);
	/* also when it did not say that it heard: some only show a picture when there is a source */
	(void)bus->lib.set_active_source(bus->connection, CEC_DEVICE_TYPE_PLAYBACK_DEVICE);
	return true;
}

bool
cec_bus_standby(CecBus *bus)
{
	return bus->lib.is_libcec_active_source(bus->connection) &&
	       bus->lib.standby_devices(bus->connection, CECDEVICE_TV);
}

static CecAudio
read_status(int status)
{
	const int volume = status & CEC_AUDIO_VOLUME_STATUS_MASK;

	if (status < 0 || volume > CEC_AUDIO_VOLUME_MAX) {
		return (CecAudio){ -1, false };
	}
	return (CecAudio){ volume, (status & CEC_AUDIO_MUTE_STATUS_MASK) != 0 };
}

CecAudio
cec_bus_get_audio(CecBus *bus)
{
	return read_status(bus->lib.audio_get_status(bus->connection));
}

CecAudio
cec_bus_step(CecBus *bus, int direction)
{
	return read_status(direction > 0 ? bus->lib.volume_up(bus->connection, 1)
					 : bus->lib.volume_down(bus->connection, 1));
}

CecAudio
cec_bus_mute(CecBus *bus, bool mute)
{
	return read_status(mute ? bus->lib.audio_mute(bus->connection)
				: bus->lib.audio_unmute(bus->connection));
}
