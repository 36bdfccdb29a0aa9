/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The life of the media process: whether it still answers, and how long it stays with nothing to play.
 *
 * Main thread. While it has a track it is asked every two seconds; one that is stopped or hangs is
 * killed, and what follows is the same as after a crash; silence for want of a processor is none. Without a track it is let go after a time,
 * and woken by the next load: what it takes is memory, what its start takes is a quarter of a second.
 * After a film it is exchanged for a new one sooner: what libav and the pools of frames took, nobody
 * else gives back. */

#include <string.h>

#include "client-private.h"
#include "protocol.h"

#define LIFE_PING_NS (2 * AVU_NS_PER_S)
#define LIFE_SILENT_NS (5 * AVU_NS_PER_S)
/* From its start until it is configured: the first start on a slow disk reads all plug-ins. */
#define LIFE_START_NS (60 * AVU_NS_PER_S)
#define LIFE_IDLE_NS (600 * AVU_NS_PER_S)
#define LIFE_RENEW_NS (40 * AVU_NS_PER_S) /* the output was let go by then, see media/player.c */

/* Decoded by small plug-ins; all else may need libav. */
static const char *const light[] = { "audio/flac", "audio/x-flac", "audio/mpeg", "audio/mp3",
	"audio/x-mp3", "audio/wav", "audio/x-wav", "audio/wave", "audio/L16" };

/* @return for how long media has waited for a processor so far; AVU_TIME_NONE: not known */
static int64_t
life_read_waited(const EngineClient *client)
{
	g_autofree char *path =
		g_strdup_printf("/proc/%d/schedstat", (int)avu_supervised_get_pid(client->media));
	g_autofree char *text = NULL;

	return g_file_get_contents(path, &text, NULL, NULL) ? silence_parse_waited(text)
							    : AVU_TIME_NONE;
}

static void
life_set_pulse(EngineClient *client, int64_t now_ns)
{
	client->pulse_due_ns = now_ns + LIFE_PING_NS;
	avu_timer_set(client->pulse_timer, LIFE_PING_NS);
}

static void
life_on_pulse(void *data)
{
	EngineClient *client = data;
	const int64_t now_ns = avu_now_ns(), waited_ns = life_read_waited(client);

	silence_note_late(&client->silence, now_ns - client->pulse_due_ns);
	if (silence_is_too_long(&client->silence, now_ns, waited_ns,
		    client->ready ? LIFE_SILENT_NS : LIFE_START_NS)) {
		g_warning("the media process does not answer");
		/* What it played was heard until then, and no longer. */
		position_freeze(&client->position);
		avu_supervised_kill(client->media);
		return;
	}
	if (client->ready && client->current == NULL) {
		return;
	}
	if (client->ready) {
		avu_supervised_send(client->media, MEDIA_PING, NULL, NULL, 0);
	}
	if (client->silence.waited_ns == AVU_TIME_NONE) {
		client->silence.waited_ns = waited_ns; /* it was heard since the last look */
	}
	life_set_pulse(client, now_ns);
}

static void
life_on_idle(void *data)
{
	EngineClient *client = data;

	if (!client->ready || client->screen_name != NULL) {
		return; /* still starting; the time counts from there */
	}
	g_info("the media process is let go until something is played");
	client->ready = false;
	client->resting = true;
	avu_timer_set(client->pulse_timer, AVU_TIME_NONE);
	avu_supervised_rest(client->media);
}

static void
life_on_renew(void *data)
{
	EngineClient *client = data;

	if (!client->ready || client->current != NULL) {
		return;
	}
	g_info("the media process is exchanged for a smaller one");
	client->grown = client->ready = false;
	avu_timer_set(client->pulse_timer, AVU_TIME_NONE);
	avu_supervised_rest(client->media);
	avu_supervised_wake(client->media);
}

void
client_note_sent(EngineClient *client, const EngineTrack *track)
{
	bool known = false;

	for (size_t i = 0; track->mime != NULL && i < G_N_ELEMENTS(light) && !known; i++) {
		known = g_ascii_strncasecmp(light[i], track->mime, strlen(light[i])) == 0;
	}
	client->grown = client->grown || !known;
}

void
client_init_life(EngineClient *client, int64_t idle_ns, int64_t renew_ns)
{
	client->renew_ns = renew_ns > 0 ? renew_ns : LIFE_RENEW_NS;
	client->renew_timer = avu_timer_new(NULL, AVU_TIME_NONE, life_on_renew, client);
	client->idle_ns = idle_ns > 0 ? idle_ns : LIFE_IDLE_NS;
	client->pulse_timer = avu_timer_new(NULL, AVU_TIME_NONE, life_on_pulse, client);
	client->idle_timer = avu_timer_new(NULL, client->idle_ns, life_on_idle, client);
}

void
client_clear_life(EngineClient *client)
{
	avu_timer_free(client->pulse_timer);
	avu_timer_free(client->idle_timer);
	avu_timer_free(client->renew_timer);
}

void
client_note_started(EngineClient *client)
{
	const int64_t now_ns = avu_now_ns();

	silence_break(&client->silence, now_ns, AVU_TIME_NONE);
	life_set_pulse(client, now_ns);
}

void
client_note_heard(EngineClient *client)
{
	silence_break(&client->silence, avu_now_ns(), AVU_TIME_NONE);
}

void
client_note_loaded(EngineClient *client)
{
	/* A screen is its to paint: it stays. */
	bool idle = client->current == NULL && client->screen_name == NULL;

	avu_timer_set(client->idle_timer, idle ? client->idle_ns : AVU_TIME_NONE);
	avu_timer_set(
		client->renew_timer, idle && client->grown ? client->renew_ns : AVU_TIME_NONE);
	if (client->current == NULL) {
		return;
	}
	if (client->resting) {
		client->resting = false;
		avu_supervised_wake(client->media);
	} else {
		/* Silence so far was nobody's fault. */
		client_note_started(client);
	}
}
