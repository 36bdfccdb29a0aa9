/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* One renderer and its queue. The renderer is asked twice a second, more often near the end of a track:
 * that works with those that never send events, and costs no connection back. One call is under way at a
 * time; each ends by the fetcher's deadline. Main thread. */
#include <string.h>

#include <av-upnp/clock.h>
#include <av-upnp/duration.h>
#include <av-upnp/error.h>
#include <av-upnp/loop.h>

#include "queue/player.h"

#define LOOK_NS (500 * AVU_NS_PER_MS)
#define LOOK_CLOSELY_NS (100 * AVU_NS_PER_MS)
#define CLOSE_NS (2 * AVU_NS_PER_S)
#define CALL_NS (10 * AVU_NS_PER_S)
#define AGAIN_NS (2 * AVU_NS_PER_S) /* when the renderer does not answer */
#define LOST_NS (60 * AVU_NS_PER_S) /* then it is given up */
#define FAILURES_MAX 5              /* entries in a row that it cannot play */

#define NOT_WANTED UINT_MAX

typedef void (*Then)(Player *player, const AvuRemoteAnswer *answer, const GError *error);

struct Player {
	AvuFetcher *fetcher;
	Queue *queue;
	Feeder feeder;
	PlayerListener listener;
	AvuRemoteDevice *device; /* NULL: not there */
	AvuTimer *timer;         /* next look */
	AvuTimer *sleep;
	int64_t sleep_ns;    /* when, AVU_TIME_NONE: not */
	AvuRemoteCall *call; /* one at a time */
	Then then;           /* what its answer is for */
	bool running;
	bool stopped_for_load; /* it wanted to be stopped before it took another URI */
	unsigned wanted;       /* entry to be played as soon as nothing is under way */
	unsigned n_failures;
	int64_t silent_ns; /* since when it does not answer; AVU_TIME_NONE: it does */
	char *trouble;
	/* of the look under way */
	FeederView view;
	char *uri;
};

static void look(void *data);
static void load(Player *player);

static void
tell(Player *player)
{
	player->listener.changed(player, player->listener.user_data);
}

static void
end(Player *player, const char *trouble)
{
	player->running = false;
	g_free(player->trouble);
	player->trouble = g_strdup(trouble);
	feeder_stop(&player->feeder);
	avu_timer_set(player->timer, AVU_TIME_NONE);
	tell(player);
}

/* Calls */

static void
on_answer(AvuRemoteAnswer *answer, const GError *error, void *user_data)
{
	Player *player = user_data;

	player->call = NULL;
	player->then(player, answer, error);
}

/* One at a time, of AVTransport. @param then  also called when nothing could be sent */
static void
call(Player *player, const char *action, const char *const *arguments, Then then)
{
	g_autoptr(GError) error = NULL;

	player->then = then;
	if (player->device == NULL) {
		g_set_error(&error, AVU_ERROR, AVU_ERROR_UNREACHABLE, "the renderer has gone");
	} else {
		player->call =
			avu_remote_call(player->device, player->fetcher, &avu_service_av_transport,
				action, arguments, CALL_NS, on_answer, player, &error);
	}
	if (error != NULL) {
		then(player, NULL, error);
	}
}

static bool
is_silence(const GError *error)
{
	return error != NULL && error->domain == AVU_ERROR &&
	       (error->code == AVU_ERROR_UNREACHABLE || error->code == AVU_ERROR_TIMEOUT);
}

/* It did not answer: again in a while, not for ever. @return true: error was that */
static bool
bear_silence(Player *player, const GError *error)
{
	if (!is_silence(error)) {
		player->silent_ns = AVU_TIME_NONE;
		return false;
	}
	if (player->silent_ns == AVU_TIME_NONE) {
		player->silent_ns = avu_now_ns();
	}
	if (avu_now_ns() - player->silent_ns > LOST_NS) {
		end(player, error->message);
	} else {
		avu_timer_set(player->timer, AGAIN_NS);
	}
	return true;
}

/* Loading */

static void
fail_entry(Player *player, const char *why)
{
	const unsigned at = queue_get_at(player->queue);

	if (++player->n_failures >= FAILURES_MAX) {
		end(player, why);
		return;
	}
	g_warning("queue: entry %u is left out: %s", at + 1, why);
	queue_set_at(player->queue, at + 1);
	if (at + 1 >= queue_get_n(player->queue)) {
		end(player, why);
		return;
	}
	load(player);
}

static void
on_playing(Player *player, const AvuRemoteAnswer *answer, const GError *error)
{
	const QueueEntry *entry = queue_get(player->queue, queue_get_at(player->queue));

	(void)answer;
	if (!player->running || bear_silence(player, error)) {
		return;
	}
	if (error != NULL) {
		fail_entry(player, error->message);
		return;
	}
	if (entry == NULL) {
		end(player, NULL); /* taken out of the queue meanwhile */
		return;
	}
	feeder_loaded(&player->feeder, entry->uri, entry->duration_ns, avu_now_ns());
	tell(player);
	avu_timer_set(player->timer, LOOK_CLOSELY_NS);
}

static void
on_stopped_for_load(Player *player, const AvuRemoteAnswer *answer, const GError *error)
{
	(void)answer, (void)error; /* what SetAVTransportURI says next is what counts */
	if (player->running) {
		load(player);
	}
}

static void
on_loaded(Player *player, const AvuRemoteAnswer *answer, const GError *error)
{
	static const char *const normal[] = { "Speed", "1", NULL };

	(void)answer;
	if (!player->running || bear_silence(player, error)) {
		return;
	}
	if (error != NULL && !player->stopped_for_load) {
		player->stopped_for_load = true;
		call(player, "Stop", NULL, on_stopped_for_load);
		return;
	}
	player->stopped_for_load = false;
	if (error != NULL) {
		fail_entry(player, error->message);
		return;
	}
	call(player, "Play", normal, on_playing);
}

static void
load(Player *player)
{
	const QueueEntry *entry = queue_get(player->queue, queue_get_at(player->queue));

	if (entry == NULL) {
		end(player, NULL);
		return;
	}
	const char *const arguments[] = { "CurrentURI", entry->uri, "CurrentURIMetaData",
		entry->metadata, NULL };

	feeder_stop(&player->feeder);
	call(player, "SetAVTransportURI", arguments, on_loaded);
}

/* Looking */

static int64_t
pause_until_look(const Player *player)
{
	const FeederView *view = &player->view;
	const bool close =
		view->state != FEEDER_PLAYING ||
		(view->duration_ns != AVU_TIME_NONE && view->position_ns != AVU_TIME_NONE &&
			view->duration_ns - view->position_ns < CLOSE_NS);

	return close && view->state != FEEDER_PAUSED ? LOOK_CLOSELY_NS : LOOK_NS;
}

/* What was asked for while a call was under way. @return true: something was */
static bool
do_wanted(Player *player)
{
	if (player->wanted == NOT_WANTED) {
		return false;
	}
	queue_set_at(player->queue, player->wanted);
	player->wanted = NOT_WANTED;
	load(player);
	return true;
}

static void
on_handed(Player *player, const AvuRemoteAnswer *answer, const GError *error)
{
	const QueueEntry *next = queue_get(player->queue, queue_get_at(player->queue) + 1);

	(void)answer;
	if (!player->running || do_wanted(player)) {
		return;
	}
	/* one that cannot be had is no habit: it is found out again when its turn comes */
	if (next != NULL && !is_silence(error)) {
		feeder_handed(&player->feeder, next->uri, error == NULL);
	}
	avu_timer_set(player->timer, LOOK_NS);
}

static void
hand_next(Player *player)
{
	const QueueEntry *next = queue_get(player->queue, queue_get_at(player->queue) + 1);
	const char *const arguments[] = { "NextURI", next->uri, "NextURIMetaData", next->metadata,
		NULL };

	call(player, "SetNextAVTransportURI", arguments, on_handed);
}

static void
act(Player *player, FeederStep step)
{
	const unsigned at = queue_get_at(player->queue);

	switch (step) {
	case FEEDER_WAIT:
		break;
	case FEEDER_HAND:
		hand_next(player);
		return;
	case FEEDER_MOVED_ON:
		player->n_failures = 0;
		queue_set_at(player->queue, at + 1);
		tell(player);
		break;
	case FEEDER_LOAD:
		player->n_failures = 0;
		queue_set_at(player->queue, at + 1);
		load(player);
		return;
	case FEEDER_SKIP:
		fail_entry(player, "the renderer cannot play it");
		return;
	case FEEDER_YIELD:
		end(player, NULL);
		return;
	}
	avu_timer_set(player->timer, pause_until_look(player));
}

static int64_t
time_of(const AvuRemoteAnswer *answer, const char *argument)
{
	int64_t ns = 0;

	return avu_duration_parse(avu_remote_answer_get(answer, argument), false, &ns)
		       ? ns
		       : AVU_TIME_NONE;
}

static void
on_position(Player *player, const AvuRemoteAnswer *answer, const GError *error)
{
	const QueueEntry *next = queue_get(player->queue, queue_get_at(player->queue) + 1);

	if (!player->running || do_wanted(player) || bear_silence(player, error)) {
		return;
	}
	const char *uri = answer != NULL ? avu_remote_answer_get(answer, "TrackURI") : "";

	g_free(player->uri);
	player->uri = uri[0] != '\0' && strcmp(uri, "NOT_IMPLEMENTED") != 0 ? g_strdup(uri) : NULL;
	player->view.uri = player->uri;
	player->view.position_ns = answer != NULL ? time_of(answer, "RelTime") : AVU_TIME_NONE;
	player->view.duration_ns =
		answer != NULL ? time_of(answer, "TrackDuration") : AVU_TIME_NONE;
	if (player->view.duration_ns == 0) {
		player->view.duration_ns = AVU_TIME_NONE; /* "not known" (AVTransport:1 2.2.14) */
	}
	act(player, feeder_look(&player->feeder, &player->view, next != NULL ? next->uri : NULL,
			    avu_now_ns()));
}

static FeederState
state_of(const char *text)
{
	static const struct {
		const char *name;
		FeederState state;
	} states[] = {
		{ "STOPPED", FEEDER_STOPPED },
		{ "NO_MEDIA_PRESENT", FEEDER_STOPPED },
		{ "PLAYING", FEEDER_PLAYING },
		{ "PAUSED_PLAYBACK", FEEDER_PAUSED },
	};

	for (size_t i = 0; i < G_N_ELEMENTS(states); i++) {
		if (g_ascii_strcasecmp(states[i].name, text) == 0) {
			return states[i].state;
		}
	}
	return FEEDER_BUSY;
}

static void
on_state(Player *player, const AvuRemoteAnswer *answer, const GError *error)
{
	if (!player->running || do_wanted(player) || bear_silence(player, error)) {
		return;
	}
	if (error != NULL) {
		avu_timer_set(player->timer, AGAIN_NS); /* busy with itself, as some are at times */
		return;
	}
	player->view.state = state_of(avu_remote_answer_get(answer, "CurrentTransportState"));
	player->view.failed =
		g_ascii_strcasecmp(avu_remote_answer_get(answer, "CurrentTransportStatus"),
			"ERROR_OCCURRED") == 0;
	call(player, "GetPositionInfo", NULL, on_position);
}

static void
look(void *data)
{
	Player *player = data;

	if (!player->running || player->call != NULL) {
		return;
	}
	if (player->feeder.uri == NULL) {
		load(player); /* loading met silence */
	} else {
		call(player, "GetTransportInfo", NULL, on_state);
	}
}

/* Orders */

static void
on_sleep(void *data)
{
	Player *player = data;

	player->sleep_ns = AVU_TIME_NONE;
	player_stop(player);
}

Player *
player_new(AvuFetcher *fetcher, Queue *queue, NextHabit habit, const PlayerListener *listener)
{
	Player *player = g_new0(Player, 1);

	player->fetcher = fetcher;
	player->queue = queue;
	player->listener = *listener;
	player->wanted = NOT_WANTED;
	player->silent_ns = AVU_TIME_NONE;
	player->sleep_ns = AVU_TIME_NONE;
	player->timer = avu_timer_new(NULL, AVU_TIME_NONE, look, player);
	player->sleep = avu_timer_new(NULL, AVU_TIME_NONE, on_sleep, player);
	feeder_init(&player->feeder, habit);
	return player;
}

void
player_free(Player *player)
{
	if (player == NULL) {
		return;
	}
	if (player->call != NULL) {
		avu_remote_call_cancel(player->call);
	}
	avu_timer_free(player->timer);
	avu_timer_free(player->sleep);
	feeder_clear(&player->feeder);
	queue_free(player->queue);
	if (player->device != NULL) {
		avu_remote_device_unref(player->device);
	}
	g_free(player->trouble);
	g_free(player->uri);
	g_free(player);
}

void
player_set_device(Player *player, AvuRemoteDevice *device)
{
	if (player->device != NULL) {
		avu_remote_device_unref(player->device);
	}
	player->device = device != NULL ? avu_remote_device_ref(device) : NULL;
}

AvuRemoteDevice *
player_get_device(Player *player)
{
	return player->device;
}

Queue *
player_get_queue(Player *player)
{
	return player->queue;
}

void
player_queue_changed(Player *player)
{
	feeder_forget_next(&player->feeder);
	tell(player);
}

NextHabit
player_get_habit(const Player *player)
{
	return player->feeder.habit;
}

void
player_play(Player *player, unsigned at)
{
	g_clear_pointer(&player->trouble, g_free);
	player->running = true;
	player->n_failures = 0;
	player->silent_ns = AVU_TIME_NONE;
	player->wanted = at;
	if (player->call == NULL) {
		(void)do_wanted(player);
	}
}

bool
player_step(Player *player, int step, GError **error)
{
	const unsigned at = queue_get_at(player->queue);
	const unsigned n = queue_get_n(player->queue);

	if (step > 0 ? at + 1 >= n : at == 0) {
		g_set_error(error, AVU_ERROR, AVU_ERROR_NOT_FOUND, "the queue has no %s entry",
			step > 0 ? "next" : "previous");
		return false;
	}
	player_play(player, step > 0 ? at + 1 : at - 1);
	return true;
}

static void
on_stop(Player *player, const AvuRemoteAnswer *answer, const GError *error)
{
	(void)answer;
	if (error != NULL) {
		g_warning("%s", error->message);
	}
	if (!player->running || !do_wanted(player)) {
		tell(player);
	}
}

void
player_stop(Player *player)
{
	if (player->call != NULL) {
		avu_remote_call_cancel(g_steal_pointer(&player->call));
	}
	player->wanted = NOT_WANTED;
	end(player, NULL);
	call(player, "Stop", NULL, on_stop);
}

void
player_sleep(Player *player, int64_t delay_ns)
{
	player->sleep_ns = delay_ns == AVU_TIME_NONE ? AVU_TIME_NONE : avu_now_ns() + delay_ns;
	avu_timer_set(player->sleep, delay_ns);
}

int64_t
player_get_sleep(const Player *player)
{
	return player->sleep_ns == AVU_TIME_NONE ? AVU_TIME_NONE
						 : MAX(player->sleep_ns - avu_now_ns(), 0);
}

bool
player_is_running(const Player *player)
{
	return player->running;
}

bool
player_has_begun(const Player *player)
{
	return player->running && player->wanted == NOT_WANTED && player->feeder.uri != NULL;
}

bool
player_is_needed(const Player *player)
{
	return player->running || player->sleep_ns != AVU_TIME_NONE;
}

const char *
player_get_trouble(const Player *player)
{
	return player->trouble;
}
