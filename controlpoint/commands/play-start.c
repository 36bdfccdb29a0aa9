/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The orders that make a renderer play, and what it makes of them. Main thread. */
#include <av-upnp/clock.h>
#include <av-upnp/error.h>

#include "commands/play-start.h"
#include "commands/renderer-state.h"

/* The state is asked for, not subscribed to: it costs the renderer no connection back to us, which
 * a firewall may forbid. Short at first, since most start within 100 ms. */
#define POLL_FIRST_NS (20 * AVU_NS_PER_MS)
#define POLL_LONGEST_NS (250 * AVU_NS_PER_MS)

bool
play_start_load(Run *run, AvuRemoteDevice *renderer, const PlayItem *item, GError **error)
{
	const char *const arguments[] = { "CurrentURI", item->uri, "CurrentURIMetaData",
		item->metadata, NULL };

	return run_call(
		run, renderer, &avu_service_av_transport, "SetAVTransportURI", arguments, error);
}

/* @return true when the waiting is over: it plays (no error), or it will not (error) */
static bool
is_decided(const AvuRemoteDevice *renderer, const TransportInfo *now, bool was_busy, GError **error)
{
	const char *name = avu_remote_device_get_name(renderer);

	if (now->failed) {
		g_set_error(error, AVU_UPNP_ERROR, AVU_UPNP_ACTION_FAILED,
			"\"%s\" cannot play it: it reports ERROR_OCCURRED and is %s", name,
			transport_state_name(now->state));
		return true;
	}
	if (now->state == TRANSPORT_NO_MEDIA) {
		g_set_error(error, AVU_UPNP_ERROR, AVU_UPNP_ACTION_FAILED,
			"\"%s\" cannot play it: it has dropped the item", name);
		return true;
	}
	/* Busy before and stopped now: something so short that it is over already. */
	return now->state == TRANSPORT_PLAYING || (was_busy && now->state == TRANSPORT_STOPPED);
}

bool
play_start_await(Run *run, AvuRemoteDevice *renderer, bool loaded, GError **error)
{
	const int64_t deadline_ns = avu_now_ns() + session_get_timeout_ns(run->session);
	int64_t pause_ns = POLL_FIRST_NS;
	bool was_busy = false;
	TransportInfo now = { TRANSPORT_STOPPED, false };

	for (;;) {
		g_autoptr(GError) decided = NULL;

		if (!transport_info_get(run, renderer, &now, error)) {
			return false;
		}
		if ((loaded || was_busy || now.state == TRANSPORT_PLAYING) &&
			is_decided(renderer, &now, was_busy, &decided)) {
			if (decided != NULL) {
				g_propagate_error(error, g_steal_pointer(&decided));
				return false;
			}
			return true;
		}
		was_busy = was_busy || now.state == TRANSPORT_TRANSITIONING;
		if (avu_now_ns() >= deadline_ns) {
			g_set_error(error, AVU_ERROR, AVU_ERROR_TIMEOUT,
				"\"%s\" took the item but does not play within the time-out, it is "
				"%s",
				avu_remote_device_get_name(renderer),
				transport_state_name(now.state));
			return false;
		}
		(void)session_wait(run->session, avu_now_ns() + pause_ns, NULL, NULL);
		pause_ns = MIN(pause_ns * 2, POLL_LONGEST_NS);
	}
}

bool
play_start(Run *run, AvuRemoteDevice *renderer, GError **error)
{
	static const char *const normal[] = { "Speed", "1", NULL };

	return run_call(run, renderer, &avu_service_av_transport, "Play", normal, error);
}
