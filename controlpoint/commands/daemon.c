/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* avcp daemon: the queues of all renderers, going on when terminals are closed. Main thread. */
#include <string.h>

#include <av-upnp/clock.h>
#include <av-upnp/error.h>
#include <av-upnp/local-control.h>
#include <av-upnp/notify.h>

#include "commands/command.h"
#include "commands/device-record.h"
#include "queue/client.h"
#include "queue/keeper.h"

#define IDLE_NS (10 * 60 * AVU_NS_PER_S) /* nothing plays and nobody asks: it ends */
#define SETTLE_NS (3 * AVU_NS_PER_S)     /* from the search until all have answered */
#define DEVICES_MAX 100                  /* told: what fits into one answer */
#define LOOK_NS (30 * AVU_NS_PER_S)

typedef struct {
	Session *session;
	Keeper *keeper;
	Announced *announced;
} Daemon;

/* What has been seen, once all had the time to answer. */
static json_t *
answer_devices(Session *session)
{
	const int64_t searched_ns = session_get_searched_ns(session, AVU_DEVICE_OTHER);
	g_autoptr(GPtrArray) devices = session_list(session, AVU_DEVICE_OTHER);
	json_t *answer = json_object();
	json_t *list = json_array();

	for (guint i = 0; i < MIN(devices->len, (guint)DEVICES_MAX); i++) {
		(void)json_array_append_new(list, device_record(devices->pdata[i]));
	}
	if (searched_ns != AVU_TIME_NONE && avu_now_ns() - searched_ns > SETTLE_NS) {
		(void)json_object_set(answer, "devices", list);
	}
	json_decref(list);
	return answer;
}

static json_t *
answer_convert(Keeper *keeper)
{
	g_autoptr(GError) error = NULL;

	return keeper_convert(keeper, &error)
		       ? json_object()
		       : json_pack("{s:i, s:s}", "error", error->code, "text", error->message);
}

/* Whoever asks has had an answer from the device: it is there, and is listened to from now on. */
static json_t *
answer_heard(Announced *announced, const json_t *request)
{
	const char *usn = json_string_value(json_object_get(request, "usn"));
	const int64_t now_ns = avu_now_ns();
	const AnnouncedSpan span = announced_get(announced, usn != NULL ? usn : "", now_ns);

	if (usn != NULL && span.listened_ns == 0) {
		announced_expect(announced, usn, now_ns);
	}
	return json_pack("{s:I, s:I, s:b}", "listened_ns", (json_int_t)span.listened_ns,
		"silence_ns", (json_int_t)span.silence_ns, "heard", span.heard);
}

static json_t *
answer_order(const Daemon *daemon, const json_t *request)
{
	const char *order = json_string_value(json_object_get(request, "do"));

	return g_strcmp0(order, QUEUE_ORDER_DEVICES) == 0 ? answer_devices(daemon->session)
	       : g_strcmp0(order, QUEUE_ORDER_HEARD) == 0 ? answer_heard(daemon->announced, request)
	       : g_strcmp0(order, QUEUE_ORDER_CONVERT) == 0
		       ? answer_convert(daemon->keeper)
		       : keeper_answer(daemon->keeper, request);
}

static char *
on_request(const char *text, void *user_data)
{
	const Daemon *daemon = user_data;
	json_auto_t *request = json_loads(text, 0, NULL);
	json_auto_t *answer = answer_order(daemon, request);
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

/* @param announced  what is heard meanwhile */
static bool
search_and_serve(Run *run, AvuStateDir *state, Announced *announced, GError **error)
{
	g_autofree char *directory = queue_directory();

	/* who moves or comes back is found again; without a network it waits for one */
	(void)session_search(run->session, AVU_DEVICE_OTHER, NULL);
	g_autoptr(Keeper) keeper = keeper_new(run->session, state);
	Daemon daemon = { run->session, keeper, announced };
	g_autoptr(AvuLocalControl) control =
		avu_local_control_new(directory, on_request, &daemon, error);

	if (control == NULL) {
		return false;
	}
	avu_notify("READY=1");
	serve(run->session, keeper, avu_settings_get_bool(run->settings, "Stay"));
	return true;
}

static bool
run_daemon(Run *run, GError **error)
{
	g_autofree char *directory = queue_directory();
	g_autoptr(AvuStateDir) state = avu_state_dir_open(directory, "avcp", error);
	g_autoptr(Announced) announced = announced_new();

	if (state == NULL) {
		return false;
	}
	session_catch_interrupt(run->session);
	session_follow_announcements(run->session, announced);
	const bool good = search_and_serve(run, state, announced, error);

	session_follow_announcements(run->session, NULL);
	return good;
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
