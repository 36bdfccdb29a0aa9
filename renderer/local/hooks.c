/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Runs PROGRAM EVENT for each event, one at a time, what is known in its environment. Values come from
 * the network: they are never part of a command, and the helper gives the program ten seconds. While
 * one runs, what happens is gathered: each event waits once, so a storm of changes costs a run per kind
 * and fifth of a second. Main thread. */

#include "hooks.h"

#include <string.h>

#include <av-upnp/loop.h>
#include <av-upnp/text.h>

#define HOOK_PAUSE_NS (200 * AVU_NS_PER_MS)
#define HOOK_TEXT_MAX 1024

typedef enum { EVENT_STATE, EVENT_TRACK, EVENT_VOLUME, EVENT_MUTE, EVENT_BUFFER, N_EVENTS } Event;

struct Hooks {
	AvuSpawner *spawner;
	const LocalDevice *device;
	char *program;
	AvuTimer *timer;
	AvuStart *start;          /* these two: one runs */
	AvuFrameChannel *running; /* hears the end of the helper */
	bool armed;
	bool due[N_EVENTS];
	char *told[N_EVENTS]; /* what the event was about last */
};

static const char *const event_names[N_EVENTS] = { "state", "track", "volume", "mute", "buffer" };

/* What an event is about: another text is another event. */
static char *
describe(const LocalFacts *facts, Event event)
{
	switch (event) {
	case EVENT_STATE:
		return g_strdup(facts->state);
	case EVENT_TRACK:
		return g_strdup_printf(
			"%s\n%s", facts->uri, facts->title != NULL ? facts->title : "");
	case EVENT_VOLUME:
		return g_strdup_printf("%d", facts->volume);
	case EVENT_BUFFER: /* its level is another one at any time */
		return g_strdup_printf("%u %u %u %u", facts->buffer.underruns,
			facts->buffer.reconnects, facts->buffer.steps_down, facts->buffer.steps_up);
	default:
		return g_strdup(facts->mute ? "1" : "0");
	}
}

static void
add(GPtrArray *argv, const char *name, const char *value)
{
	g_autofree char *shown = avu_text_sanitize(
		value != NULL ? value : "", value != NULL ? strlen(value) : 0, HOOK_TEXT_MAX);

	g_ptr_array_add(argv, g_strdup_printf("AV_%s=%s", name, shown));
}

static void
add_number(GPtrArray *argv, const char *name, bool known, int64_t number)
{
	g_autofree char *text = known ? g_strdup_printf("%" G_GINT64_FORMAT, number) : NULL;

	add(argv, name, text);
}

static void
add_buffer(GPtrArray *argv, const LocalFacts *facts)
{
	const AvuJitterNumbers *buffer = &facts->buffer;
	const bool there = facts->has_buffer;

	add_number(argv, "BUFFER_MS", there && buffer->level_ns != AVU_TIME_NONE,
		buffer->level_ns / AVU_NS_PER_MS);
	add_number(argv, "BUFFER_OCTETS", there, (int64_t)buffer->level_bytes);
	add_number(argv, "BUFFER_TARGET_MS", there, buffer->target_ns / AVU_NS_PER_MS);
	add_number(argv, "UNDERRUNS", there, buffer->underruns);
	add_number(argv, "RECONNECTS", there, buffer->reconnects);
	add_number(argv, "RATE_BPS", there && buffer->rate_bps > 0, (int64_t)buffer->rate_bps);
}

static GPtrArray *
make_argv(const Hooks *hooks, const LocalFacts *facts, Event event)
{
	GPtrArray *argv = g_ptr_array_new_with_free_func(g_free);
	g_autofree char *volume = g_strdup_printf("%d", facts->volume);

	g_ptr_array_add(argv, g_strdup(hooks->program));
	g_ptr_array_add(argv, g_strdup(event_names[event]));
	add(argv, "EVENT", event_names[event]);
	add(argv, "NAME", hooks->device->name);
	add(argv, "STATE", facts->state);
	add(argv, "STATUS", facts->status);
	add(argv, "REASON", facts->reason);
	add(argv, "URI", facts->uri);
	add(argv, "TITLE", facts->title);
	add(argv, "ARTIST", facts->artist);
	add(argv, "ALBUM", facts->album);
	add(argv, "VOLUME", facts->volume >= 0 ? volume : "");
	add(argv, "MUTE", facts->mute ? "1" : "0");
	add_buffer(argv, facts);
	g_ptr_array_add(argv, NULL);
	return argv;
}

static void
on_ended(Hooks *hooks)
{
	g_clear_pointer(&hooks->running, avu_frame_channel_free);
	hooks->armed = true;
	avu_timer_set(hooks->timer, HOOK_PAUSE_NS);
}

static void
on_received(AvuFrame *frame G_GNUC_UNUSED, void *user_data)
{
	on_ended(user_data); /* it has nothing to say */
}

static void
on_closed(const GError *error G_GNUC_UNUSED, void *user_data)
{
	on_ended(user_data);
}

static void
on_started(pid_t pid G_GNUC_UNUSED, AvuFrameChannel *channel, const GError *error, void *user_data)
{
	static const AvuFrameHandler handler = { on_received, on_closed };
	Hooks *hooks = user_data;

	hooks->start = NULL;
	if (error != NULL) {
		g_warning("hook: %s", error->message);
		on_ended(hooks);
		return;
	}
	hooks->running = channel;
	avu_frame_channel_set_handler(channel, &handler, hooks);
}

static void
start(Hooks *hooks, const LocalFacts *facts, Event event)
{
	static const char *const keep_env[] = { "PATH", "HOME", "LANG", "XDG_RUNTIME_DIR",
		"ASAN_OPTIONS", "LSAN_OPTIONS", "UBSAN_OPTIONS", NULL };
	g_autoptr(GPtrArray) argv = make_argv(hooks, facts, event);
	const AvuHelperSpec spec = {
		.name = HOOK_HELPER, .argv = (const char *const *)argv->pdata, .keep_env = keep_env
	};

	hooks->start = avu_spawner_start(hooks->spawner, &spec, on_started, hooks);
}

static bool
is_running(const Hooks *hooks)
{
	return hooks->start != NULL || hooks->running != NULL;
}

static void
on_timer(void *data)
{
	Hooks *hooks = data;
	g_auto(LocalFacts) facts = { NULL };

	hooks->armed = false;
	if (is_running(hooks)) {
		return;
	}
	local_facts_get(hooks->device, &facts);
	for (unsigned e = 0; e < N_EVENTS; e++) {
		g_autofree char *about = describe(&facts, (Event)e);

		if (strcmp(about, hooks->told[e]) != 0) {
			g_free(hooks->told[e]);
			hooks->told[e] = g_steal_pointer(&about);
			hooks->due[e] = true;
		}
	}
	for (unsigned e = 0; e < N_EVENTS && !is_running(hooks); e++) {
		if (hooks->due[e]) {
			hooks->due[e] = false;
			start(hooks, &facts, (Event)e);
		}
	}
}

Hooks *
hooks_new(AvuSpawner *spawner, const LocalDevice *device, const char *program)
{
	Hooks *hooks = g_new0(Hooks, 1);
	g_auto(LocalFacts) facts = { NULL };

	hooks->spawner = spawner;
	hooks->device = device;
	hooks->program = g_strdup(program);
	hooks->timer = avu_timer_new(NULL, AVU_TIME_NONE, on_timer, hooks);
	local_facts_get(device, &facts);
	for (unsigned e = 0; e < N_EVENTS; e++) {
		hooks->told[e] = describe(&facts, (Event)e);
	}
	return hooks;
}

void
hooks_free(Hooks *hooks)
{
	if (hooks == NULL) {
		return;
	}
	if (hooks->start != NULL) {
		avu_start_cancel(hooks->start);
	}
	avu_frame_channel_free(hooks->running);
	avu_timer_free(hooks->timer);
	for (unsigned e = 0; e < N_EVENTS; e++) {
		g_free(hooks->told[e]);
	}
	g_free(hooks->program);
	g_free(hooks);
}

void
hooks_note_change(Hooks *hooks)
{
	if (hooks != NULL && hooks->program != NULL && !hooks->armed && !is_running(hooks)) {
		hooks->armed = true;
		avu_timer_set(hooks->timer, HOOK_PAUSE_NS);
	}
}
