/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The orders that make a renderer play, and what it makes of them. Main thread. */
#include <av-upnp/clock.h>
#include <av-upnp/error.h>

#include "commands/play-start.h"
#include "commands/queue-deeds.h"
#include "commands/renderer-state.h"

/* The state is asked for, not subscribed to: it costs the renderer no connection back to us, which
 * a firewall may forbid. Short at first, since most start within 100 ms. */
#define POLL_FIRST_NS (20 * AVU_NS_PER_MS)
#define POLL_LONGEST_NS (250 * AVU_NS_PER_MS)
#define POLL_QUEUE_NS (50 * AVU_NS_PER_MS) /* the daemon is on this host */

bool
play_start_load(Run *run, AvuRemoteDevice *renderer, const PlayItem *item, GError **error)
{
	const char *const arguments[] = { "CurrentURI", item->uri, "CurrentURIMetaData",
		item->metadata, NULL };

	return run_call(
		run, renderer, &avu_service_av_transport, "SetAVTransportURI", arguments, error);
}

bool
play_start(Run *run, AvuRemoteDevice *renderer, int64_t *ret_ordered_ns, GError **error)
{
	static const char *const normal[] = { "Speed", "1", NULL };

	*ret_ordered_ns = avu_now_ns();
	return run_call(run, renderer, &avu_service_av_transport, "Play", normal, error);
}

static bool
fail(PlayVerdict verdict, const AvuRemoteDevice *renderer, TransportState state, GError **error)
{
	const char *name = avu_remote_device_get_name(renderer);
	const char *stands = transport_state_name(state);

	if (verdict == PLAY_FAILED) {
		g_set_error(error, AVU_UPNP_ERROR, AVU_UPNP_ACTION_FAILED,
			"\"%s\" cannot play it: it reports ERROR_OCCURRED and is %s", name, stands);
	} else if (verdict == PLAY_DROPPED) {
		g_set_error(error, AVU_UPNP_ERROR, AVU_UPNP_ACTION_FAILED,
			"\"%s\" cannot play it: it has dropped the item", name);
	} else {
		g_set_error(error, AVU_ERROR, AVU_ERROR_TIMEOUT,
			"\"%s\" took the item but does not play within the time-out, it is %s",
			name, stands);
	}
	return false;
}

/* What the renderer says of the item, when nobody else knows. One that does not answer has said nothing. */
static int64_t
ask_duration(Run *run, AvuRemoteDevice *renderer)
{
	g_auto(PositionInfo) position = { .uri = NULL };

	return position_info_get(run, renderer, &position, NULL) ? position.duration_ns
								 : AVU_TIME_NONE;
}

bool
play_start_await(Run *run, AvuRemoteDevice *renderer, int64_t ordered_ns, int64_t duration_ns,
	PlayVerdict *ret_verdict, GError **error)
{
	const int64_t deadline_ns = avu_now_ns() + session_get_timeout_ns(run->session);
	PlayLook look = { .duration_ns = duration_ns };
	int64_t pause_ns = POLL_FIRST_NS;
	int64_t seen_ns = ordered_ns; /* when the last look was asked for */

	for (;;) {
		const int64_t asked_ns = avu_now_ns();

		if (!transport_info_get(run, renderer, &look.now, error)) {
			return false;
		}
		look.unseen_ns = MAX(look.unseen_ns, avu_now_ns() - seen_ns);
		seen_ns = asked_ns;
		look.since_ns = avu_now_ns() - ordered_ns;
		look.late = avu_now_ns() >= deadline_ns;
		if (look.now.state == TRANSPORT_STOPPED && look.duration_ns <= 0) {
			look.duration_ns = ask_duration(run, renderer);
		}
		*ret_verdict = play_verdict(&look);
		if (*ret_verdict != PLAY_WAIT) {
			return play_verdict_name(*ret_verdict) != NULL ||
			       fail(*ret_verdict, renderer, look.now.state, error);
		}
		look.was_busy = look.was_busy || look.now.state == TRANSPORT_TRANSITIONING;
		(void)session_wait(run->session, avu_now_ns() + pause_ns, NULL, NULL);
		pause_ns = MIN(pause_ns * 2, POLL_LONGEST_NS);
	}
}

/* What the daemon says: nothing yet, that all of it is over, or that none can be played. */
static PlayVerdict
queue_verdict(const json_t *progress)
{
	const int64_t at = json_integer_value(json_object_get(progress, "at"));

	if (json_is_true(json_object_get(progress, "running"))) {
		return json_is_true(json_object_get(progress, "begun")) ? PLAY_PLAYING : PLAY_WAIT;
	}
	if (json_is_string(json_object_get(progress, "trouble"))) {
		return PLAY_FAILED;
	}
	return at >= json_integer_value(json_object_get(progress, "n")) ? PLAY_OVER : PLAY_STOPPED;
}

bool
play_start_await_queue(
	Run *run, AvuRemoteDevice *renderer, PlayVerdict *ret_verdict, GError **error)
{
	const int64_t deadline_ns = avu_now_ns() + session_get_timeout_ns(run->session);
	TransportInfo now = { TRANSPORT_STOPPED, false };

	for (;;) {
		json_auto_t *progress = queue_get_progress(renderer, error);

		if (progress == NULL) {
			return false;
		}
		*ret_verdict = queue_verdict(progress);
		if (*ret_verdict == PLAY_FAILED) {
			g_set_error(error, AVU_UPNP_ERROR, AVU_UPNP_ACTION_FAILED,
				"\"%s\" cannot play it: %s", avu_remote_device_get_name(renderer),
				json_string_value(json_object_get(progress, "trouble")));
			return false;
		}
		if (*ret_verdict == PLAY_PLAYING &&
			!transport_info_get(run, renderer, &now, error)) {
			return false;
		}
		if (*ret_verdict == PLAY_OVER || *ret_verdict == PLAY_STOPPED ||
			now.state == TRANSPORT_PLAYING) {
			return true;
		}
		if (avu_now_ns() >= deadline_ns) {
			return fail(PLAY_LATE, renderer, now.state, error);
		}
		(void)session_wait(run->session, avu_now_ns() + POLL_QUEUE_NS, NULL, NULL);
	}
}
