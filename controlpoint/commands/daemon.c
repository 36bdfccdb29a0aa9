/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* avcp daemon: the queues of all renderers, going on when terminals are closed. Main thread. */
#include <string.h>

#include <av-upnp/clock.h>
#include <av-upnp/error.h>
#include <av-upnp/local-control.h>
#include <av-upnp/notify.h>

#include "commands/command.h"
#include "queue/client.h"
#include "queue/keeper.h"

#define IDLE_NS (10 * 60 * AVU_NS_PER_S) /* nothing plays and nobody asks: it ends */
#define LOOK_NS (30 * AVU_NS_PER_S)

static char *
on_request(const char *text, void *user_data)
{
	json_auto_t *request = json_loads(text, 0, NULL);
	json_auto_t *answer = keeper_answer(user_data, request);
	char *out = json_dumps(answer, JSON_COMPACT);
	char *copy = g_strdup(out);

	free(out);
	return copy;
}

static bool
is_interrupted(void *data)
{
	return session_is_interrupted(data);
}

static void
serve(Session *session, const Keeper *keeper, bool for_ever)
{
	while (!session_wait(session, avu_now_ns() + LOOK_NS, is_interrupted, session) &&
		!session_is_interrupted(session)) {
		if (!for_ever && avu_now_ns() - keeper_get_idle_since(keeper) > IDLE_NS) {
			return;
		}
	}
}

static bool
run_daemon(Run *run, GError **error)
{
	g_autofree char *directory = queue_directory();
	g_autoptr(AvuStateDir) state = avu_state_dir_open(directory, "avcp", error);

	if (state == NULL) {
		return false;
	}
	session_catch_interrupt(run->session);
	/* who moves or comes back is found again; without a network it waits for one */
	(void)session_search(run->session, AVU_DEVICE_RENDERER, NULL);
	g_autoptr(Keeper) keeper = keeper_new(run->session, state);
	g_autoptr(AvuLocalControl) control =
		avu_local_control_new(directory, on_request, keeper, error);

	if (control == NULL) {
		return false;
	}
	avu_notify("READY=1");
	serve(run->session, keeper, avu_settings_get_bool(run->settings, "Stay"));
	return true;
}

static const char *const options[] = { "Stay", NULL };

static const OutputColumn columns[] = {
	{ NULL },
};

const Command command_daemon = {
	.name = "daemon",
	.operands = "",
	.summary = "keep queues playing (started by itself)",
	.help = "Holds the queues of all renderers and their sleep timers, so that they go on when "
		"the\n"
		"terminal is closed. \"avcp queue\" starts it when it is needed; it ends after ten "
		"minutes in\n"
		"which nothing played and nobody asked. The user unit avcp.service starts it with "
		"the session.\n"
		"\n"
		"  --stay   do not end by itself\n",
	.options = options,
	.schema = { OUTPUT_DEED, columns },
	.run = run_daemon,
};
