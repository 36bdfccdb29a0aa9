/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* avcp watch: events of a renderer or server as they come; a renderer that sends none is asked. Main thread. */
#include <string.h>

#include <av-upnp/clock.h>
#include <av-upnp/error.h>
#include <av-upnp/last-change.h>

#include "address/finder.h"
#include "commands/command.h"
#include "commands/renderer-state.h"
#include "commands/watch-poll.h"
#include "event-server.h"

#define GOODBYE_NS (150 * AVU_NS_PER_MS) /* for UNSUBSCRIBE to get out */
#define POLL_NS AVU_NS_PER_S
#define FIRST_NS (3 * AVU_NS_PER_S) /* the first event follows the answer to SUBSCRIBE at once */
#define DEVICES_MAX 2
#define SERVICES_MAX 16 /* of a device; more are not watched */

typedef struct Watch Watch;

/* One subscription. */
typedef struct {
	Watch *watch;
	AvuRemoteDevice *device;
	const AvuServiceSpec *service; /* NULL: of no standard */
	char *name;
	AvuSubscription *subscription; /* NULL: it says that it has no events */
	bool heard;                    /* there was an event */
	bool polled;                   /* it is asked instead */
	WatchPoll poll;
} Source;

struct Watch {
	Run *run;
	int64_t left; /* events still to show; below 0: all */
	EventServer *server;
	AvuRemoteDevice *devices[DEVICES_MAX];
	size_t n_devices;
	Source sources[DEVICES_MAX * SERVICES_MAX];
	size_t n_sources;
};

static json_t *
event_record(const Source *source, const char *variable, const char *value)
{
	json_t *record = json_object();
	g_autoptr(GDateTime) now = g_date_time_new_from_unix_utc(avu_wall_ns() / AVU_NS_PER_S);
	g_autofree char *date = g_date_time_format(now, "%Y-%m-%dT%H:%M:%S");
	g_autofree char *time =
		g_strdup_printf("%s.%03dZ", date, (int)(avu_wall_ns() / AVU_NS_PER_MS % 1000));

	record_set_text(record, "time", time);
	record_set_text(record, "device", avu_remote_device_get_name(source->device));
	record_set_text(record, "udn", avu_remote_device_get_udn(source->device));
	record_set_text(record, "service", source->name);
	(void)json_object_set_new(record, "instance", json_null());
	(void)json_object_set_new(record, "channel", json_null());
	record_set_text(record, "variable", variable);
	record_set_text(record, "value", value);
	return record;
}

static void
show(const Source *source, json_t *record)
{
	Watch *watch = source->watch;

	if (watch->left == 0) {
		json_decref(record);
		return;
	}
	output_record(watch->run->output, record);
	if (watch->left > 0) {
		watch->left--;
	}
}

static void
show_change(const AvuChange *change, void *data)
{
	const Source *source = data;
	json_t *record = event_record(source, change->name, change->value);

	record_set_count(record, "instance", change->instance);
	record_set_text(record, "channel", change->channel);
	show(source, record);
}

static void
event(uint32_t seq, const char *const *names, const char *const *values, void *user_data)
{
	Source *source = user_data;

	(void)seq;
	source->heard = true;
	source->polled = false;
	for (size_t i = 0; names[i] != NULL; i++) {
		/* What cannot be taken apart is shown as it came. */
		if (strcmp(names[i], "LastChange") != 0 ||
			!avu_last_change_parse(
				values[i], strlen(values[i]), show_change, source, NULL)) {
			show(source, event_record(source, names[i], values[i]));
		}
	}
}

static bool
can_be_asked(const AvuServiceSpec *service)
{
	return service != NULL && watch_poll_knows(service);
}

static void
lost(const GError *error, void *user_data)
{
	Source *source = user_data;
	const bool asked = !source->heard && can_be_asked(source->service);

	if (!source->polled) {
		g_warning("events of \"%s\", %s: %s; trying again%s",
			avu_remote_device_get_name(source->device), source->name, error->message,
			asked ? ", and asking it meanwhile" : "");
	}
	source->polled = asked;
}

static void
show_polled(const char *variable, const char *channel, const char *value, void *data)
{
	const Source *source = data;
	json_t *record = event_record(source, variable, value);

	record_set_count(record, "instance", 0);
	record_set_text(record, "channel", channel);
	show(source, record);
}

/* "urn:example-com:service:Lamp:2" → "Lamp"; g_free() it. */
static char *
name_of(const AvuServiceDescription *service)
{
	g_auto(GStrv) parts = g_strsplit(service->type, ":", -1);
	const guint n = g_strv_length(parts);

	return g_strdup(service->spec != NULL ? service->spec->name
			: n > 1               ? parts[n - 2]
					      : service->type);
}

static void
subscribe(Watch *watch, AvuRemoteDevice *device, const AvuServiceDescription *service)
{
	static const AvuSubscriptionHandler handler = { event, lost };
	Source *source = &watch->sources[watch->n_sources++];

	*source = (Source){
		.watch = watch, .device = device, .service = service->spec, .name = name_of(service)
	};
	source->polled = service->event_url == NULL;
	if (!source->polled) {
		source->subscription = avu_subscribe(event_server_get_subscriber(watch->server),
			avu_url_get_text(service->event_url), &handler, source);
	}
}

/* All that have events, or can be asked; of several of a kind the one that is called. */
static bool
subscribe_device(Watch *watch, AvuRemoteDevice *device, GError **error)
{
	const GPtrArray *services = avu_remote_device_get_description(device)->services;
	const size_t before = watch->n_sources;

	for (guint i = 0; i < services->len && watch->n_sources - before < SERVICES_MAX; i++) {
		const AvuServiceDescription *service = services->pdata[i];

		if ((service->spec == NULL ||
			    avu_remote_device_find_service(device, service->spec) == service) &&
			(service->event_url != NULL || can_be_asked(service->spec))) {
			subscribe(watch, device, service);
		}
	}
	if (watch->n_sources == before) {
		g_set_error(error, AVU_ERROR, AVU_ERROR_UNSUPPORTED, "\"%s\" sends no events",
			avu_remote_device_get_name(device));
		return false;
	}
	return true;
}

static bool
add_device(Watch *watch, AvuDeviceKind kind, const char *wanted, GError **error)
{
	AvuRemoteDevice *device = finder_find(watch->run->session, kind, wanted, error);

	if (device != NULL) {
		watch->devices[watch->n_devices++] = device;
	}
	return device != NULL;
}

/* The renderer unless only a server is named. */
static bool
find_devices(Watch *watch, GError **error)
{
	const char *server = run_get_server(watch->run);
	const char *renderer = avu_settings_get_string(watch->run->settings, "Renderer");
	const bool has_renderer = renderer != NULL && renderer[0] != '\0';

	if ((server == NULL || has_renderer) &&
		!add_device(watch, AVU_DEVICE_RENDERER, has_renderer ? renderer : NULL, error)) {
		return false;
	}
	return server == NULL || add_device(watch, AVU_DEVICE_SERVER, server, error);
}

static bool
is_enough(void *data)
{
	const Watch *watch = data;

	return watch->left == 0 || watch->run->output->failed;
}

static void
watch_clear(Watch *watch)
{
	for (size_t i = 0; i < watch->n_sources; i++) {
		avu_subscription_free(watch->sources[i].subscription);
		watch_poll_clear(&watch->sources[i].poll);
		g_free(watch->sources[i].name);
	}
	event_server_free(watch->server);
	for (size_t i = 0; i < watch->n_devices; i++) {
		avu_remote_device_unref(watch->devices[i]);
	}
}

/* It has taken the subscription, and no event comes. */
static bool
is_mute(const Source *source, int64_t begun_ns)
{
	return !source->polled && !source->heard && can_be_asked(source->service) &&
	       avu_now_ns() - begun_ns > FIRST_NS;
}

/* Waiting in between, until it is enough; events are shown at any time. */
static void
look_on(Watch *watch)
{
	Session *session = watch->run->session;
	const int64_t begun_ns = avu_now_ns();

	do {
		for (size_t i = 0; i < watch->n_sources && !session_is_interrupted(session); i++) {
			Source *source = &watch->sources[i];

			if (is_mute(source, begun_ns)) {
				g_warning("no events of \"%s\", %s; asking it meanwhile",
					avu_remote_device_get_name(source->device), source->name);
				source->polled = true;
			}
			if (source->polled) {
				watch_poll_ask(&source->poll, session, source->device,
					source->service, show_polled, source);
			}
		}
	} while (!session_wait(session, avu_now_ns() + POLL_NS, is_enough, watch) &&
		 !session_is_interrupted(session));
}

static bool
watch_all(Watch *watch, GError **error)
{
	if (!find_devices(watch, error)) {
		return false;
	}
	watch->server =
		event_server_new(watch->run->session, watch->devices, watch->n_devices, error);
	if (watch->server == NULL) {
		return false;
	}
	session_catch_interrupt(watch->run->session);
	for (size_t i = 0; i < watch->n_devices; i++) {
		if (!subscribe_device(watch, watch->devices[i], error)) {
			return false;
		}
	}
	output_begin(watch->run->output, &watch->run->command->schema);
	look_on(watch);
	output_end(watch->run->output);
	return true;
}

static bool
never(void *data)
{
	(void)data;
	return false;
}

static bool
run_watch(Run *run, GError **error)
{
	const int64_t count = avu_settings_get_int(run->settings, "Count");
	Watch watch = { .run = run, .left = count > 0 ? count : -1 };
	const bool done = watch_all(&watch, error);

	watch_clear(&watch);
	if (done) {
		session_clear_interrupt(run->session, GOODBYE_NS);
		(void)session_wait(run->session, avu_now_ns() + GOODBYE_NS, never, NULL);
	}
	return done;
}

static char *
cell_variable(const json_t *record, const char *key)
{
	g_autofree char *variable = output_cell_text(record, key);
	g_autofree char *channel = output_cell_text(record, "channel");

	return channel != NULL ? g_strdup_printf("%s[%s]", variable, channel)
			       : g_steal_pointer(&variable);
}

/* Of a metadata document the title says enough. */
static char *
cell_value(const json_t *record, const char *key)
{
	const char *value = json_string_value(json_object_get(record, key));
	g_autofree char *title = value != NULL && strstr(value, "<DIDL-Lite") != NULL
					 ? metadata_dup_title(value)
					 : NULL;
	json_auto_t *shown = json_object();

	record_set_text(shown, key, title != NULL ? title : value);
	return output_cell_text(shown, key);
}

static const char *const options[] = { "Count", NULL };

static const OutputColumn columns[] = {
	{ "time", "time", output_cell_text, 24 },
	{ "device", "device", output_cell_text, 16 },
	{ "service", "service", output_cell_text, 16 },
	{ "variable", "variable", cell_variable, 24 },
	{ "value", "value", cell_value },
	{ NULL },
};

const Command command_watch = {
	.name = "watch",
	.operands = "",
	.summary = "show events as they come",
	.help = "Subscribes to all services of the renderer of -r (or the only one), of the server "
		"of -s,\n"
		"or of both, and shows one line per variable that changes, LastChange taken apart. "
		"First\n"
		"come the values as they are. A renderer that sends no events is asked every "
		"second.\n"
		"Ends with Ctrl-C, or after N events.\n"
		"\n"
		"  --count N   stop after N events\n"
		"\n"
		"With --json one object per line: {time, device, udn, service, instance, channel,\n"
		"  variable, value}; instance and channel are null where there is none; value is "
		"text as\n"
		"  the device sent it.\n"
		"\n"
		"Examples:\n"
		"  avcp -r kitchen watch\n"
		"  avcp --json -s NAS watch --count 1\n",
	.options = options,
	.schema = { OUTPUT_STREAM, columns },
	.run = run_watch,
};
