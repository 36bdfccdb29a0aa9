/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* libcec without a bus: what is called is written to standard error ("fake-cec: power-on 0"), and kept for
 * fake_cec_take(). The port says what is at the other end of the cable, comma-separated:
 *
 *     standby     the television is in standby
 *     away        it shows somebody else
 *     volume=30   a receiver tells how loud it is; without, nobody does
 *     step=4      of a press of louder or quieter
 *     top=60      it gets no louder
 *     knob=55     after unmute somebody turns the receiver to this
 *     keys=44+46  keys of the remote control, pressed and let go, when it is muted
 *     lost        the adapter is pulled out when it is unmuted
 *     busy        it does not open
 *
 * No port: there is no adapter. */
#include <libcec/cecc.h>

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

char *fake_cec_take(void);

static struct {
	ICECCallbacks *callbacks;
	void *data;
	char port[1024];
	int standby, volume, mute, shown, knob;
	char log[4096];
} fake;

__attribute__((format(printf, 1, 2))) static void
note(const char *format, ...)
{
	char line[256];
	va_list args;

	va_start(args, format);
	(void)vsnprintf(line, sizeof line, format, args);
	va_end(args);
	(void)fprintf(stderr, "fake-cec: %s\n", line);
	(void)strncat(fake.log, line, sizeof fake.log - strlen(fake.log) - 1);
	(void)strncat(fake.log, "\n", sizeof fake.log - strlen(fake.log) - 1);
}

char *
fake_cec_take(void)
{
	char *log = strdup(fake.log);

	fake.log[0] = '\0';
	return log;
}

/* @return behind "word" or "word=", or NULL */
static const char *
find(const char *word)
{
	const char *at = strstr(fake.port, word);

	return at == NULL ? NULL : at + strlen(word);
}

static int
number(const char *word, int fallback)
{
	const char *text = find(word);

	return text != NULL ? atoi(text) : fallback;
}

static int
status(void)
{
	return fake.volume < 0 ? CEC_AUDIO_VOLUME_STATUS_UNKNOWN
			       : fake.volume | (fake.mute ? CEC_AUDIO_MUTE_STATUS_MASK : 0);
}

libcec_connection_t
libcec_initialise(libcec_configuration *configuration)
{
	fake.callbacks = configuration->callbacks;
	fake.data = configuration->callbackParam;
	note("initialise %s type %d", configuration->strDeviceName,
		configuration->deviceTypes.types[0]);
	return &fake;
}

void
libcec_destroy(libcec_connection_t connection)
{
	(void)connection;
	note("destroy");
}

void
libcec_clear_configuration(libcec_configuration *configuration)
{
	memset(configuration, 0, sizeof *configuration);
	for (unsigned i = 0; i < 5; i++) {
		configuration->deviceTypes.types[i] = CEC_DEVICE_TYPE_RESERVED;
	}
}

int8_t
libcec_find_adapters(libcec_connection_t connection, cec_adapter *list, uint8_t n, const char *path)
{
	(void)connection;
	if (path == NULL || n == 0) {
		return 0;
	}
	(void)snprintf(fake.port, sizeof fake.port, "%s", path);
	(void)snprintf(list[0].comm, sizeof list[0].comm, "/dev/fake");
	return 1;
}

int
libcec_open(libcec_connection_t connection, const char *port, uint32_t timeout)
{
	(void)connection;
	(void)timeout;
	note("open %s", port);
	fake.standby = find("standby") != NULL;
	fake.shown = find("away") == NULL;
	fake.volume = number("volume=", -1);
	fake.knob = -1;
	return find("busy") == NULL;
}

void
libcec_close(libcec_connection_t connection)
{
	(void)connection;
	note("close");
}

cec_power_status
libcec_get_device_power_status(libcec_connection_t connection, cec_logical_address address)
{
	(void)connection;
	note("power? %d", address);
	return fake.standby ? CEC_POWER_STATUS_STANDBY : CEC_POWER_STATUS_ON;
}

int
libcec_power_on_devices(libcec_connection_t connection, cec_logical_address address)
{
	(void)connection;
	note("power-on %d", address);
	fake.standby = 0;
	return 1;
}

int
libcec_set_active_source(libcec_connection_t connection, cec_device_type type)
{
	(void)connection;
	note("active-source %d", type);
	fake.shown = 1;
	return 1;
}

int
libcec_is_libcec_active_source(libcec_connection_t connection)
{
	(void)connection;
	note("ours?");
	return fake.shown;
}

int
libcec_standby_devices(libcec_connection_t connection, cec_logical_address address)
{
	(void)connection;
	note("standby %d", address);
	fake.standby = 1;
	return 1;
}

static int
press(const char *what, int direction)
{
	const int top = number("top=", CEC_AUDIO_VOLUME_MAX);

	note("%s", what);
	if (fake.volume >= 0) {
		fake.volume += direction * number("step=", 1);
		fake.volume = fake.volume < 0 ? 0 : fake.volume > top ? top : fake.volume;
	}
	return status();
}

int
libcec_volume_up(libcec_connection_t connection, int release)
{
	(void)connection;
	(void)release;
	return press("louder", 1);
}

int
libcec_volume_down(libcec_connection_t connection, int release)
{
	(void)connection;
	(void)release;
	return press("quieter", -1);
}

static void
press_keys(void)
{
	const char *at = find("keys=");

	while (at != NULL && *at != '\0' && *at != ',') {
		char *end;
		cec_keypress key = { (cec_user_control_code)strtol(at, &end, 16), 0 };

		fake.callbacks->keyPress(fake.data, &key);
		key.duration = 120; /* let go */
		fake.callbacks->keyPress(fake.data, &key);
		at = *end == '+' ? end + 1 : end;
	}
}

uint8_t
libcec_audio_mute(libcec_connection_t connection)
{
	(void)connection;
	note("mute");
	fake.mute = 1;
	press_keys();
	return (uint8_t)status();
}

uint8_t
libcec_audio_unmute(libcec_connection_t connection)
{
	const libcec_parameter none = { CEC_PARAMETER_TYPE_UNKOWN, NULL };

	(void)connection;
	note("unmute");
	fake.mute = 0;
	fake.knob = number("knob=", -1);
	if (find("lost") != NULL) {
		fake.callbacks->alert(fake.data, CEC_ALERT_CONNECTION_LOST, none);
	}
	return (uint8_t)status();
}

uint8_t
libcec_audio_get_status(libcec_connection_t connection)
{
	(void)connection;
	(void)fprintf(stderr, "fake-cec: volume?\n"); /* how often it is asked is up to the time */
	if (fake.knob >= 0) {
		fake.volume = fake.knob;
	}
	return (uint8_t)status();
}
