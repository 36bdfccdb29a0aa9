/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* avcp play: hands an item to a renderer and sees that it plays. Main thread. */
#include <av-upnp/clock.h>
#include <av-upnp/error.h>

#include "address/content.h"
#include "address/finder.h"
#include "commands/command.h"
#include "item/play-item.h"
#include "commands/queue-deeds.h"
#include "commands/queue-items.h"
#include "commands/renderer-state.h"

/* The state is asked for, not subscribed to: it costs the renderer no connection back to us, which
 * a firewall may forbid. Short at first, since most start within 100 ms. */
#define POLL_FIRST_NS (20 * AVU_NS_PER_MS)
#define POLL_LONGEST_NS (250 * AVU_NS_PER_MS)

static bool
item_from_server(Run *run, AvuRemoteDevice *renderer, PlayItem *ret_item, GError **error)
{
	g_auto(ContentPlace) place = { NULL, NULL };
	g_autofree char *text = NULL;

	if (!content_find(run->session, run->operands[0], run_get_server(run), &place, error)) {
		return false;
	}
	g_autoptr(AvuDidl) didl = content_get(run->session, &place, &text, error);
	g_autoptr(AvuRemoteAnswer) protocols =
		didl != NULL ? session_call(run->session, renderer, &avu_service_connection_manager,
				       "GetProtocolInfo", NULL, error)
			     : NULL;

	return protocols != NULL &&
	       play_item_from_object(avu_didl_get(didl, 0), text,
		       avu_remote_answer_get(protocols, "Sink"), ret_item, error);
}

static bool
load(Run *run, AvuRemoteDevice *renderer, const PlayItem *item, GError **error)
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

/* @param loaded  the renderer has the item; else the daemon is about to give it one, and what it says
 *                until then is of the past */
static bool
await_playing(Run *run, AvuRemoteDevice *renderer, bool loaded, GError **error)
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

/* Several things, or a folder: they go through the queue. */
static bool
play_queue(Run *run, AvuRemoteDevice *renderer, GError **error)
{
	json_auto_t *entries = queue_items(run, renderer, run->operands, run->n_operands, error);

	return entries != NULL && queue_play_instead(renderer, entries, error);
}

/* Is it more than one item? */
static bool
is_many(Run *run, bool *ret_many, GError **error)
{
	g_auto(ContentPlace) place = { NULL, NULL };

	/* a file of this host goes through the queue, whose daemon shares it */
	*ret_many = run->n_operands > 1 || (!queue_names_object(run, run->operands[0]) &&
						   !play_item_is_url(run->operands[0]));
	if (*ret_many || play_item_is_url(run->operands[0])) {
		return true;
	}
	if (!content_find(run->session, run->operands[0], run_get_server(run), &place, error)) {
		return false;
	}
	g_autoptr(AvuDidl) didl = content_get(run->session, &place, NULL, error);

	*ret_many = didl != NULL && avu_didl_get(didl, 0)->container;
	return didl != NULL;
}

/* The orders for what the operands name. */
static bool
start(Run *run, AvuRemoteDevice *renderer, PlayItem *ret_item, bool *ret_many, GError **error)
{
	static const char *const normal[] = { "Speed", "1", NULL };

	*ret_many = false;
	if (run->n_operands > 0 && !is_many(run, ret_many, error)) {
		return false;
	}
	if (*ret_many) {
		return play_queue(run, renderer, error);
	}
	if (run->n_operands > 0 &&
		(!(play_item_is_url(run->operands[0])
				 ? play_item_from_url(run->operands[0], ret_item, error)
				 : item_from_server(run, renderer, ret_item, error)) ||
			!load(run, renderer, ret_item, error))) {
		return false;
	}
	return run_call(run, renderer, &avu_service_av_transport, "Play", normal, error);
}

static bool
run_play(Run *run, GError **error)
{
	g_auto(PlayItem) item = { NULL, NULL, NULL };
	bool many = false;

	/* Both searches run at the same time. */
	for (unsigned i = 0; i < run->n_operands; i++) {
		if (queue_names_object(run, run->operands[i]) &&
			!content_prepare(
				run->session, run->operands[i], run_get_server(run), error)) {
			return false;
		}
	}
	g_autoptr(AvuRemoteDevice) renderer = run_wake_renderer(run, error);

	if (renderer == NULL || !start(run, renderer, &item, &many, error)) {
		return false;
	}
	if (!avu_settings_get_bool(run->settings, "NoWait") &&
		!await_playing(run, renderer, /* loaded = */ !many, error)) {
		return false;
	}
	json_t *record = json_object();

	record_set_text(record, "done", "play");
	record_set_text(record, "title", item.title);
	record_set_text(record, "uri", item.uri);
	run_report(run, renderer, record);
	return true;
}

static const char *const options[] = { "NoWait", NULL };

static const OutputColumn columns[] = {
	{ "renderer", "Playing on", output_cell_text },
	{ "title", "Title", output_cell_text },
	{ NULL },
};

const Command command_play = {
	.name = "play",
	.operands = "[PATH|ID|URL|FILE…]",
	.summary = "play items, folders or files on a renderer, or go on",
	.help = "PATH and ID name an item of a server as for \"avcp ls\"; of its forms the one "
		"that the\n"
		"renderer plays best is chosen. An http URL is handed over as it is. FILE is a "
		"file, a\n"
		"folder or a playlist of this host, which the daemon sends to the renderer. "
		"Folders, files and\n"
		"several operands become the renderer's queue. Without an operand the renderer "
		"plays what it\n"
		"has, from where it was paused.\n"
		"Comes back when the renderer plays; when it reports a failure, with exit code 4.\n"
		"\n"
		"  --no-wait   come back as soon as the renderer took the order\n"
		"\n"
		"With --json: {done, title, uri, renderer, udn}.\n"
		"\n"
		"Examples:\n"
		"  avcp -r kitchen play \"NAS:/Music/Artists/Björk/Post/Hyperballad\"\n"
		"  avcp play NAS:/Music/Albums/Post\n"
		"  avcp play ~/Downloads/talk.mp3 ~/Music/Post\n"
		"  avcp play http://192.0.2.7/stream.mp3\n",
	.max_operands = 1000,
	.operand_specs = { { OPERAND_PLAYABLE }, { OPERAND_PLAYABLE }, { OPERAND_PLAYABLE } },
	.options = options,
	.schema = { OUTPUT_DEED, columns },
	.run = run_play,
};
