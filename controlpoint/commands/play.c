/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* avcp play: hands an item to a renderer and sees that it plays. Main thread. */
#include <string.h>

#include <av-upnp/error.h>

#include "address/content.h"
#include "address/finder.h"
#include "commands/command.h"
#include "item/play-item.h"
#include "commands/play-input.h"
#include "commands/play-start.h"
#include "commands/queue-deeds.h"
#include "commands/queue-items.h"

static bool
item_from_server(Run *run, AvuRemoteDevice *renderer, PlayItem *ret_item, GError **error)
{
	g_auto(ContentPlace) place = { NULL, NULL };
	g_autofree char *text = NULL;

	if (!run_find_object(run, run->operands[0], &place, error)) {
		return false;
	}
	g_autoptr(AvuDidl) didl = content_get(run->session, &place, &text, error);
	g_autoptr(AvuRemoteAnswer) protocols =
		didl != NULL ? session_call(run->session, renderer, &avu_service_connection_manager,
				       "GetProtocolInfo", NULL, error)
			     : NULL;

	if (protocols == NULL) {
		return false;
	}
	g_autoptr(Taste) taste = taste_new(avu_remote_answer_get(protocols, "Sink"),
		avu_remote_device_get_description(renderer));

	return play_item_from_object(avu_didl_get(didl, 0), text, taste, ret_item, error);
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
						   !queue_names_url(run, run->operands[0]));
	if (*ret_many || queue_names_url(run, run->operands[0])) {
		return true;
	}
	if (!run_find_object(run, run->operands[0], &place, error)) {
		return false;
	}
	g_autoptr(AvuDidl) didl = content_get(run->session, &place, NULL, error);

	*ret_many = didl != NULL && avu_didl_get(didl, 0)->container;
	return didl != NULL;
}

static bool
find_item(Run *run, AvuRemoteDevice *renderer, PlayItem *ret_item, GError **error)
{
	return queue_names_url(run, run->operands[0])
		       ? play_item_from_url(run->operands[0], ret_item, error)
		       : item_from_server(run, renderer, ret_item, error);
}

/* The orders for what the operands name. */
static bool
start(Run *run, AvuRemoteDevice *renderer, PlayItem *ret_item, bool *ret_many,
	int64_t *ret_ordered_ns, GError **error)
{
	*ret_many = false;
	if (run->n_operands > 0 && !is_many(run, ret_many, error)) {
		return false;
	}
	if (*ret_many) {
		return play_queue(run, renderer, error);
	}
	g_autoptr(GError) why = NULL;

	if (run->n_operands > 0 && !find_item(run, renderer, ret_item, &why)) {
		if (avu_settings_get_bool(run->settings, "Transcode") &&
			g_error_matches(why, AVU_ERROR, AVU_ERROR_UNSUPPORTED)) {
			*ret_many = true; /* the daemon's server converts it */
			return play_queue(run, renderer, error);
		}
		g_propagate_error(error, g_steal_pointer(&why));
		return false;
	}
	return (run->n_operands == 0 || play_start_load(run, renderer, ret_item, error)) &&
	       play_start(run, renderer, ret_ordered_ns, error);
}

/* NULL: not waited for. */
static void
report(Run *run, AvuRemoteDevice *renderer, const PlayItem *item, const char *state)
{
	json_t *record = json_object();

	record_set_text(record, "done", "play");
	record_set_text(record, "title", item->title);
	record_set_text(record, "uri", item->uri);
	record_set_text(record, "state", state);
	run_report(run, renderer, record);
}

static bool
is_input(const Run *run)
{
	return run->n_operands == 1 && !run_names_objects(run) &&
	       strcmp(run->operands[0], PLAY_INPUT) == 0;
}

static bool
run_play(Run *run, GError **error)
{
	g_auto(PlayItem) item = { .uri = NULL };
	bool many = false;
	int64_t ordered_ns = 0;
	PlayVerdict verdict = PLAY_WAIT;

	/* Both searches run at the same time. */
	for (unsigned i = 0; !is_input(run) && i < run->n_operands; i++) {
		if (queue_names_object(run, run->operands[i]) &&
			!run_prepare_object(run, run->operands[i], error)) {
			return false;
		}
	}
	g_autoptr(AvuRemoteDevice) renderer = run_wake_renderer(run, error);

	if (renderer == NULL) {
		return false;
	}
	if (is_input(run)) {
		return play_input(run, renderer, error);
	}
	if (!start(run, renderer, &item, &many, &ordered_ns, error)) {
		return false;
	}
	const bool waits = !avu_settings_get_bool(run->settings, "NoWait");

	if (waits && !(many ? play_start_await_queue(run, renderer, &verdict, error)
			    : play_start_await(run, renderer, ordered_ns, item.duration_ns,
				      &verdict, error))) {
		return false;
	}
	report(run, renderer, &item, play_verdict_name(verdict));
	return true;
}

/* Of playing nobody needs to be told. */
static char *
cell_state(const json_t *record, const char *key)
{
	const char *state = json_string_value(json_object_get(record, key));

	return g_strcmp0(state, play_verdict_name(PLAY_OVER)) == 0 ? g_strdup("over already")
	       : g_strcmp0(state, play_verdict_name(PLAY_STOPPED)) == 0
		       ? g_strdup("stopped, without a failure")
		       : NULL;
}

static const char *const options[] = { "NoWait", "Object", "Transcode", NULL };

static const OutputColumn columns[] = {
	{ "renderer", "Playing on", output_cell_text },
	{ "title", "Title", output_cell_text },
	{ "state", "Now", cell_state },
	{ NULL },
};

const Command command_play = {
	.name = "play",
	.operands = "[PATH|ID|URL|FILE…|-]",
	.summary = "play items, folders or files on a renderer, or go on",
	.help = "PATH and ID name an item of a server as for \"avcp ls\"; of its forms the one "
		"that the\n"
		"renderer plays best is chosen. An http URL is handed over as it is. FILE is a "
		"file, a\n"
		"folder or a playlist of this host, which the daemon sends to the renderer. "
		"Folders, files and\n"
		"several operands become the renderer's queue. \"-\" is standard input, sent until "
		"it ends or\n"
		"Ctrl-C. Without an operand the renderer plays what it has, from where it was "
		"paused.\n"
		"Comes back when the renderer plays, or has played what is short; when it reports "
		"a "
		"failure,\n"
		"with exit code 4.\n"
		"\n"
		"  --no-wait     come back as soon as the renderer took the order\n"
		"  --object      what is named are object ids, never paths, files or URLs\n"
		"  --transcode   what is there in no form that the renderer plays is converted on "
		"this host\n"
		"\n"
		"With --json: {done, title, uri, state (playing, over, stopped; null with "
		"--no-wait), "
		"renderer, udn}.\n"
		"\n"
		"Examples:\n"
		"  avcp -r kitchen play \"NAS:/Music/Artists/Björk/Post/Hyperballad\"\n"
		"  avcp play NAS:/Music/Albums/Post\n"
		"  avcp play ~/Downloads/talk.mp3 ~/Music/Post\n"
		"  ffmpeg -i talk.opus -f mp3 - | avcp play -\n",
	.max_operands = 1000,
	.operand_specs = { { OPERAND_PLAYABLE }, { OPERAND_PLAYABLE }, { OPERAND_PLAYABLE } },
	.options = options,
	.schema = { OUTPUT_DEED, columns },
	.run = run_play,
};
