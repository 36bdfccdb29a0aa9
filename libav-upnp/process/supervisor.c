/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* process/supervisor.c: helpers that are kept alive. Main context's thread. No start is waited for: the program has
 * others to answer (SEC-185). */
#include <signal.h>
#include <unistd.h>

#include <av-upnp/clock.h>
#include <av-upnp/error.h>
#include <av-upnp/loop.h>
#include <av-upnp/supervisor.h>

#define BACKOFF_FIRST_NS (100 * AVU_NS_PER_MS)
#define BACKOFF_MAX_NS (10 * AVU_NS_PER_S)
#define PROVEN_ALIVE_NS (30 * AVU_NS_PER_S)
#define END_TERM_NS (500 * AVU_NS_PER_MS)
#define END_KILL_NS AVU_NS_PER_S

struct AvuSupervisor {
	AvuSpawner *spawner;
	GMainContext *context;
	AvuCounters *counters; /* NULL: nobody counts */
	GPtrArray *helpers;    /* AvuSupervised*, those being ended too */
};

struct AvuSupervised {
	AvuSupervisor *supervisor;
	AvuSupervisedSpec spec;
	void *user_data;
	pid_t pid;       /* 0: not running */
	AvuStart *start; /* NULL: none under way */
	AvuFrameChannel *channel;
	AvuTimer *timer; /* next start; when ending: next signal */
	AvuCounter *deaths;
	int64_t started_ns;
	int64_t backoff_ns;
	bool proven; /* it has run once */
	bool ending;
	bool resting;
	bool waking; /* the one that was put to rest still has to go */
	bool killed;
};

static void start_helper(AvuSupervised *helper);

static void
stop_starting(AvuSupervised *helper)
{
	if (helper->start != NULL) {
		avu_start_cancel(g_steal_pointer(&helper->start));
	}
}

static void
supervised_free(AvuSupervised *helper)
{
	stop_starting(helper);
	avu_timer_free(helper->timer);
	avu_frame_channel_free(helper->channel);
	g_free(helper);
}

static void
forget(AvuSupervised *helper)
{
	/* The array owns it. */
	(void)g_ptr_array_remove_fast(helper->supervisor->helpers, helper);
}

static void
plan_restart(AvuSupervised *helper, int status)
{
	if (avu_now_ns() - helper->started_ns > PROVEN_ALIVE_NS) {
		helper->backoff_ns = BACKOFF_FIRST_NS;
	}

	const int64_t restart_in_ns = helper->backoff_ns;

	avu_counter_add(helper->deaths, 1);

	avu_timer_set(helper->timer, restart_in_ns);
	helper->backoff_ns = MIN(restart_in_ns * 2, BACKOFF_MAX_NS);
	/* Last: its owner may remove the helper, and with it this memory. */
	if (helper->spec.lost != NULL) {
		helper->spec.lost(helper, status, restart_in_ns, helper->user_data);
	}
}

static void
on_timer(void *data)
{
	AvuSupervised *helper = data;

	if (helper->pid == 0) {
		start_helper(helper);
		return;
	}
	avu_spawner_kill(
		helper->supervisor->spawner, helper->pid, helper->killed ? SIGKILL : SIGTERM);
	helper->killed = true;
	avu_timer_set(helper->timer, END_KILL_NS - END_TERM_NS);
}

static void
on_received(AvuFrame *frame, void *user_data)
{
	AvuSupervised *helper = user_data;

	helper->spec.received(helper, frame, helper->user_data);
}

/* A helper that closes or talks nonsense is of no more use; its exit does the rest. */
static void
on_closed(const GError *error, void *user_data)
{
	AvuSupervised *helper = user_data;

	g_debug("%s: %s", helper->spec.name, error->message);
	if (helper->pid != 0) {
		avu_spawner_kill(helper->supervisor->spawner, helper->pid, SIGKILL);
	}
}

static const AvuFrameHandler channel_handler = { on_received, on_closed };

/* One that never ran will not run the next time either, unless the machine was only slow. */
static void
on_not_started(AvuSupervised *helper, const GError *error)
{
	if (helper->spec.refused != NULL && !helper->proven &&
		!g_error_matches(error, AVU_ERROR, AVU_ERROR_TIMEOUT)) {
		avu_counter_add(helper->deaths, 1);
		helper->spec.refused(error, helper->spec.refused_data);
		return;
	}
	g_warning("%s, trying again", error->message);
	plan_restart(helper, 0);
}

static void
on_started(pid_t pid, AvuFrameChannel *channel, const GError *error, void *user_data)
{
	AvuSupervised *helper = user_data;

	helper->start = NULL;
	if (error != NULL) {
		on_not_started(helper, error);
		return;
	}
	helper->pid = pid;
	helper->proven = true;
	helper->channel = channel;
	avu_frame_channel_set_handler(channel, &channel_handler, helper);
	helper->spec.started(helper, helper->user_data);
}

static void
start_helper(AvuSupervised *helper)
{
	int fds[8];
	const AvuHelperSpec spec = {
		.name = helper->spec.name,
		.argv = helper->spec.argv,
		.keep_env = helper->spec.keep_env,
		.fds = fds,
		.n_fds = helper->spec.get_fds != NULL ? helper->spec.get_fds(fds, helper->user_data)
						      : 0,
	};

	helper->started_ns = avu_now_ns();
	helper->start = avu_spawner_start(helper->supervisor->spawner, &spec, on_started, helper);
}

static void
on_rested(AvuSupervised *helper)
{
	helper->killed = false;
	avu_timer_set(helper->timer, helper->waking ? 0 : AVU_TIME_NONE);
	helper->waking = false;
}

static void
on_exited(pid_t pid, int status, void *user_data)
{
	AvuSupervisor *supervisor = user_data;

	for (guint i = 0; i < supervisor->helpers->len; i++) {
		AvuSupervised *helper = supervisor->helpers->pdata[i];

		if (helper->pid != pid) {
			continue;
		}
		if (helper->channel != NULL) {
			/* Its owner may let go of it there: not of its memory, while it has a pid. */
			avu_frame_channel_drain(helper->channel);
		}
		helper->pid = 0;
		g_clear_pointer(&helper->channel, avu_frame_channel_free);
		if (helper->ending) {
			forget(helper);
		} else if (helper->resting || helper->waking) {
			on_rested(helper);
		} else {
			plan_restart(helper, status);
		}
		return;
	}
}

AvuSupervisor *
avu_supervisor_new(AvuSpawner *spawner, GMainContext *context)
{
	AvuSupervisor *supervisor = g_new0(AvuSupervisor, 1);

	supervisor->spawner = spawner;
	supervisor->context = context;
	supervisor->helpers = g_ptr_array_new_with_free_func((GDestroyNotify)supervised_free);
	avu_spawner_set_exit_handler(spawner, on_exited, supervisor);
	return supervisor;
}

void
avu_supervisor_free(AvuSupervisor *supervisor)
{
	if (supervisor == NULL) {
		return;
	}
	avu_spawner_set_exit_handler(supervisor->spawner, NULL, NULL);
	/* Closed channels tell helpers to end; the spawner sees to those that do not. */
	g_ptr_array_unref(supervisor->helpers);
	g_free(supervisor);
}

void
avu_supervisor_set_counters(AvuSupervisor *supervisor, AvuCounters *counters)
{
	supervisor->counters = counters;
}

/* All helpers of a name count together. */
static AvuCounter *
find_counter(const AvuSupervisor *supervisor, const char *name)
{
	const AvuCounterSpec spec = { .name = "av_helpers_ended_total",
		.help = "Helper processes that ended unasked or did not start",
		.label = "helper",
		.value = name,
		.kind = AVU_COUNTER_TOTAL };

	return avu_counters_add(supervisor->counters, &spec);
}

AvuSupervised *
avu_supervisor_add(AvuSupervisor *supervisor, const AvuSupervisedSpec *spec, void *user_data)
{
	AvuSupervised *helper = g_new0(AvuSupervised, 1);

	helper->supervisor = supervisor;
	helper->spec = *spec;
	helper->user_data = user_data;
	helper->deaths = find_counter(supervisor, spec->name);
	helper->backoff_ns = BACKOFF_FIRST_NS;
	helper->timer = avu_timer_new(supervisor->context, AVU_TIME_NONE, on_timer, helper);
	g_ptr_array_add(supervisor->helpers, helper);
	start_helper(helper);
	return helper;
}

void
avu_supervised_remove(AvuSupervised *helper)
{
	stop_starting(helper);
	if (helper->pid == 0) {
		forget(helper);
		return;
	}
	helper->ending = true;
	g_clear_pointer(&helper->channel, avu_frame_channel_free);
	avu_timer_set(helper->timer, END_TERM_NS);
}

void
avu_supervised_rest(AvuSupervised *helper)
{
	helper->resting = true;
	helper->waking = false;
	helper->backoff_ns = BACKOFF_FIRST_NS;
	stop_starting(helper);
	g_clear_pointer(&helper->channel, avu_frame_channel_free);
	avu_timer_set(helper->timer, helper->pid != 0 ? END_TERM_NS : AVU_TIME_NONE);
}

void
avu_supervised_wake(AvuSupervised *helper)
{
	if (!helper->resting) {
		return;
	}
	helper->resting = false;
	helper->waking = helper->pid != 0;
	avu_supervised_kill(helper);
	avu_timer_set(helper->timer, helper->waking ? END_TERM_NS : 0);
}

void
avu_supervised_kill(AvuSupervised *helper)
{
	if (helper->pid != 0) {
		avu_spawner_kill(helper->supervisor->spawner, helper->pid, SIGKILL);
	}
}

void
avu_supervised_send(AvuSupervised *helper, uint16_t type, const AvuFrameWriter *payload,
	const int *fds, unsigned n_fds)
{
	g_autoptr(GError) error = NULL;

	if (helper->channel != NULL &&
		!avu_frame_channel_send(helper->channel, type, payload, fds, n_fds, &error)) {
		g_warning("%s: %s", helper->spec.name, error->message);
	}
}

bool
avu_supervised_is_up(const AvuSupervised *helper)
{
	return helper->pid != 0 && !helper->ending;
}

pid_t
avu_supervised_get_pid(const AvuSupervised *helper)
{
	return helper->pid;
}
