/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Helpers kept alive: frames both ways, restarts with growing pauses, removal at every moment. Linked with --wrap of
 * avu_now_ns and avu_spawner_start. */
#include <sys/wait.h>

#include <av-upnp/clock.h>
#include <av-upnp/error.h>
#include <av-upnp/supervisor.h>

#include "tests/unit/process/helper.h"

#define WAIT_NS (60 * AVU_NS_PER_S)

int64_t __real_avu_now_ns(void);
int64_t __wrap_avu_now_ns(void);

static int64_t ahead_ns; /* of the clock that others see */

int64_t
__wrap_avu_now_ns(void)
{
	return __real_avu_now_ns() + ahead_ns;
}

AvuStart *__real_avu_spawner_start(
	AvuSpawner *spawner, const AvuHelperSpec *spec, AvuStarted started, void *user_data);
AvuStart *__wrap_avu_spawner_start(
	AvuSpawner *spawner, const AvuHelperSpec *spec, AvuStarted started, void *user_data);

/* The next start comes to nothing within its time. */
static struct {
	GMainContext *context; /* NULL: it does */
	AvuStarted started;
	void *user_data;
} slow;

static gboolean
on_slow(void *data G_GNUC_UNUSED)
{
	g_autoptr(GError) error = g_error_new_literal(AVU_ERROR, AVU_ERROR_TIMEOUT, "slow");

	slow.started(0, NULL, error, slow.user_data);
	return G_SOURCE_REMOVE;
}

AvuStart *
__wrap_avu_spawner_start(
	AvuSpawner *spawner, const AvuHelperSpec *spec, AvuStarted started, void *user_data)
{
	if (slow.context == NULL) {
		return __real_avu_spawner_start(spawner, spec, started, user_data);
	}
	g_autoptr(GSource) source = g_idle_source_new();

	slow.started = started;
	slow.user_data = user_data;
	g_source_set_callback(source, on_slow, NULL, NULL);
	(void)g_source_attach(source, g_steal_pointer(&slow.context));
	return NULL;
}

typedef struct {
	GMainContext *context;
	AvuSpawner *spawner;
	AvuSupervisor *supervisor;
	AvuSupervised *helper;
	unsigned started, received, lost, refused;
	int status, code;
	int64_t pauses_ns[8];
	bool remove_when_lost;
} House;

static void
on_started(AvuSupervised *helper, void *user_data)
{
	House *house = user_data;

	house->started++;
	avu_supervised_send(helper, ASK_REPORT, NULL, NULL, 0);
}

static void
on_received(AvuSupervised *helper, AvuFrame *frame, void *user_data)
{
	House *house = user_data;

	(void)helper;
	g_assert_cmpuint(frame->type, ==, TELL_REPORT);
	house->received++;
}

static void
on_lost(AvuSupervised *helper, int status, int64_t restart_in_ns, void *user_data)
{
	House *house = user_data;

	if (house->lost < G_N_ELEMENTS(house->pauses_ns)) {
		house->pauses_ns[house->lost] = restart_in_ns;
	}
	house->lost++;
	house->status = status;
	if (house->remove_when_lost) {
		avu_supervised_remove(helper);
		house->helper = NULL;
	}
}

static const AvuSupervisedSpec echo_spec = {
	.name = "echo", .started = on_started, .received = on_received, .lost = on_lost
};
static const AvuSupervisedSpec short_spec = {
	.name = "short-lived", .started = on_started, .received = on_received, .lost = on_lost
};

static void
house_init(House *house)
{
	*house = (House){ .context = g_main_context_new(), .helper = NULL };
	house->spawner = avu_spawner_new(house->context, NULL);
	house->supervisor = avu_supervisor_new(house->spawner, house->context);
}

static void
house_clear(House *house)
{
	avu_supervisor_free(house->supervisor);
	/* Exits told now must reach nobody. */
	(void)g_main_context_iteration(house->context, FALSE);
	avu_spawner_free(house->spawner);
	g_main_context_unref(house->context);
}

static void
run_until(House *house, const unsigned *counter, unsigned value)
{
	int64_t deadline = avu_now_ns() + WAIT_NS;

	while (*counter < value && avu_now_ns() < deadline) {
		(void)g_main_context_iteration(house->context, FALSE);
		g_usleep(1000);
	}
	g_assert_cmpuint(*counter, >=, value);
}

static bool
is_gone(pid_t pid)
{
	return kill(pid, 0) != 0 && errno == ESRCH;
}

static void
test_restart(void)
{
	House house;
	pid_t first;

	house_init(&house);
	house.helper = avu_supervisor_add(house.supervisor, &echo_spec, &house);
	g_assert_false(avu_supervised_is_up(house.helper)); /* nobody has waited for it */
	run_until(&house, &house.received, 1);
	g_assert_true(avu_supervised_is_up(house.helper));
	first = avu_supervised_get_pid(house.helper);
	avu_spawner_kill(house.spawner, first, SIGKILL);
	run_until(&house, &house.lost, 1);
	g_assert_false(avu_supervised_is_up(house.helper));
	g_assert_cmpint(WTERMSIG(house.status), ==, SIGKILL);
	avu_supervised_send(house.helper, ASK_REPORT, NULL, NULL, 0); /* dropped */
	run_until(&house, &house.received, 2);
	g_assert_cmpuint(house.started, ==, 2);
	g_assert_cmpint(avu_supervised_get_pid(house.helper), !=, first);
	house_clear(&house);
}

static char *
tell_file(void)
{
	g_autofree char *folder = g_strdup(getenv("AV_UPNP_LIBEXECDIR"));

	return g_build_filename(folder, "word", NULL);
}

/* SEC-185: the program goes on while a helper that is started again says nothing yet, and one that is another by then
 * is none. */
static void
test_late_hello(void)
{
	g_autofree char *path = tell_file();
	const char *const argv[] = { path, NULL };
	AvuSupervisedSpec spec = echo_spec;
	House house, other = { NULL };

	house_init(&house);
	spec.name = "told";
	spec.argv = argv;
	house.helper = avu_supervisor_add(house.supervisor, &spec, &house);
	run_until(&house, &house.received, 1);
	g_assert_true(g_file_set_contents(path, "lie", -1, NULL));
	avu_supervised_kill(house.helper);
	g_test_expect_message(NULL, G_LOG_LEVEL_WARNING, "helper 'told' is of another version*");
	run_until(&house, &house.lost, 2);
	g_test_assert_expected_messages();
	g_assert_cmpuint(house.started, ==, 1);
	g_assert_true(g_file_set_contents(path, "wait", -1, NULL));
	/* the program goes on: another is added, runs and answers */
	other.spawner = house.spawner;
	other.context = house.context;
	other.helper = avu_supervisor_add(house.supervisor, &echo_spec, &other);
	run_until(&other, &other.received, 1);
	g_assert_false(avu_supervised_is_up(house.helper));
	avu_supervised_send(house.helper, ASK_REPORT, NULL, NULL, 0); /* dropped */
	g_assert_cmpint(unlink(path), ==, 0);
	run_until(&house, &house.received, 2);
	g_assert_true(avu_supervised_is_up(house.helper));
	g_assert_cmpuint(house.started, ==, 2);
	g_assert_cmpuint(house.received, ==, 2);
	g_assert_cmpuint(house.lost, ==, 2);
	house_clear(&house);
}

/* What it said before it ended is heard before it is told that it ended, whichever is noticed first. */
static void
test_last_words(void)
{
	for (unsigned i = 0; i < 10; i++) {
		g_auto(AvuFrameWriter) status;
		House house;

		house_init(&house);
		house.helper = avu_supervisor_add(house.supervisor, &echo_spec, &house);
		run_until(&house, &house.received, 1);
		const pid_t pid = avu_supervised_get_pid(house.helper);

		avu_frame_writer_init(&status);
		avu_frame_put_u32(&status, 5);
		avu_supervised_send(house.helper, ASK_REPORT, NULL, NULL, 0);
		avu_supervised_send(house.helper, ASK_EXIT, &status, NULL, 0);
		while (!is_gone(pid)) { /* the spawner has seen it, nobody here has */
			g_usleep(1000);
		}
		run_until(&house, &house.lost, 1);
		g_assert_cmpint(WEXITSTATUS(house.status), ==, 5);
		g_assert_cmpuint(house.received, ==, 2);
		house_clear(&house);
	}
}

/* ROB-018: 100 ms, doubled each time. */
static void
test_backoff(void)
{
	House house;

	house_init(&house);
	house.helper = avu_supervisor_add(house.supervisor, &short_spec, &house);
	run_until(&house, &house.lost, 4);
	g_assert_cmpint(WEXITSTATUS(house.status), ==, 4);
	for (unsigned i = 0; i < 4; i++) {
		g_assert_cmpint(house.pauses_ns[i], ==, (100 << i) * AVU_NS_PER_MS);
	}
	house_clear(&house);
}

/* One that ran for half a minute has shown that it can: its pause is the first one again. All are counted. */
static void
test_proven(void)
{
	g_autoptr(AvuCounters) counters = avu_counters_new();
	House house;

	house_init(&house);
	avu_supervisor_set_counters(house.supervisor, counters);
	house.helper = avu_supervisor_add(house.supervisor, &echo_spec, &house);
	for (unsigned i = 0; i < 4; i++) {
		static const int64_t pauses_ms[] = { 100, 200, 100, 200 };

		run_until(&house, &house.received, i + 1);
		ahead_ns += i == 2 ? 31 * AVU_NS_PER_S : 0;
		avu_supervised_kill(house.helper);
		run_until(&house, &house.lost, i + 1);
		g_assert_cmpint(house.pauses_ns[i], ==, pauses_ms[i] * AVU_NS_PER_MS);
	}
	ahead_ns = 0;
	g_autofree char *text = avu_counters_format_prometheus(counters);

	g_assert_nonnull(strstr(text, "av_helpers_ended_total{helper=\"echo\"} 4\n"));
	house_clear(&house);
}

/* Put to rest it ends, of itself or by force, and nobody is told; woken it is there again, once the one before has gone. */
static void
test_rest(void)
{
	static const char *const names[] = { "echo", "stubborn" };

	for (size_t i = 0; i < G_N_ELEMENTS(names); i++) {
		for (unsigned hurried = 0; hurried < 2; hurried++) {
			AvuSupervisedSpec spec = echo_spec;
			House house;

			house_init(&house);
			spec.name = names[i];
			house.helper = avu_supervisor_add(house.supervisor, &spec, &house);
			run_until(&house, &house.started, 1);
			const pid_t first = avu_supervised_get_pid(house.helper);

			avu_supervised_rest(house.helper);
			while (!hurried && avu_supervised_get_pid(house.helper) != 0) {
				(void)g_main_context_iteration(house.context, TRUE);
			}
			g_assert_cmpuint(house.started, ==, 1);
			avu_supervised_wake(house.helper);
			avu_supervised_wake(house.helper); /* it is awake */
			run_until(&house, &house.started, 2);
			g_assert_true(is_gone(first));
			g_assert_cmpuint(house.lost, ==, 0);
			house_clear(&house);
		}
	}
}

static void
on_refused(const GError *error, void *refused_data)
{
	House *house = refused_data;

	house->refused++;
	house->code = error->code;
	if (house->remove_when_lost) {
		avu_supervised_remove(house->helper);
	}
}

/* What never ran is told once where somebody wants to know, and tried again where nobody does. */
static void
test_first_start_fails(void)
{
	for (unsigned i = 0; i < 3; i++) {
		AvuSupervisedSpec spec = echo_spec;
		House house;

		house_init(&house);
		house.remove_when_lost = i == 1;
		spec.name = "no-such-helper";
		spec.refused = i < 2 ? on_refused : NULL;
		spec.refused_data = &house;
		for (unsigned k = 0; k < 2 && i == 2; k++) {
			g_test_expect_message(NULL, G_LOG_LEVEL_WARNING, "*no-such-helper*again");
		}
		house.helper = avu_supervisor_add(house.supervisor, &spec, &house);
		run_until(&house, i < 2 ? &house.refused : &house.lost, i < 2 ? 1 : 2);
		g_test_assert_expected_messages();
		g_assert_cmpint(house.code, ==, i < 2 ? AVU_ERROR_NOT_FOUND : 0);
		g_assert_cmpuint(house.started, ==, 0);
		g_assert_cmpuint(house.refused, ==, i < 2 ? 1 : 0);
		g_assert_cmpuint(house.lost, ==, i < 2 ? 0 : 2);
		house_clear(&house);
	}
}

/* A machine that is slow for once is no helper that cannot run. */
static void
test_first_start_late(void)
{
	AvuSupervisedSpec spec = echo_spec;
	House house;

	house_init(&house);
	slow.context = house.context;
	spec.refused = on_refused;
	spec.refused_data = &house;
	g_test_expect_message(NULL, G_LOG_LEVEL_WARNING, "slow, trying again");
	house.helper = avu_supervisor_add(house.supervisor, &spec, &house);
	run_until(&house, &house.received, 1);
	g_test_assert_expected_messages();
	g_assert_cmpuint(house.lost, ==, 1);
	g_assert_cmpuint(house.refused, ==, 0);
	house_clear(&house);
}

/* Let go of, or put to rest and woken, while it is on its way. */
static void
test_remove_while_starting(void)
{
	g_autofree char *path = tell_file();
	const char *const argv[] = { path, NULL };
	AvuSupervisedSpec spec = echo_spec;
	House house, other = { NULL };

	house_init(&house);
	spec.name = "told";
	spec.argv = argv;
	g_assert_true(g_file_set_contents(path, "wait", -1, NULL));
	house.helper = avu_supervisor_add(house.supervisor, &spec, &house);
	other.context = house.context;
	other.helper = avu_supervisor_add(house.supervisor, &spec, &other);
	avu_supervised_remove(house.helper);
	avu_supervised_kill(other.helper); /* there is nothing yet */
	avu_supervised_rest(other.helper);
	avu_supervised_wake(other.helper);
	g_assert_cmpint(unlink(path), ==, 0);
	run_until(&other, &other.received, 1);
	g_assert_cmpuint(other.started, ==, 1);
	g_assert_cmpuint(house.started + house.lost + other.lost, ==, 0);
	house_clear(&house);
}

/* Removed while running: it ends by itself when its channel closes, or by force; nobody is told. */
static void
test_remove(void)
{
	static const char *const names[] = { "echo", "stubborn" };

	for (size_t i = 0; i < G_N_ELEMENTS(names); i++) {
		AvuSupervisedSpec spec = echo_spec;
		int64_t deadline;
		House house;
		pid_t pid;

		house_init(&house);
		spec.name = names[i];
		house.helper = avu_supervisor_add(house.supervisor, &spec, &house);
		run_until(&house, &house.started, 1);
		pid = avu_supervised_get_pid(house.helper);
		avu_supervised_remove(house.helper);
		deadline = avu_now_ns() + 10 * AVU_NS_PER_S;
		while (!is_gone(pid) && avu_now_ns() < deadline) {
			(void)g_main_context_iteration(house.context, FALSE);
			g_usleep(1000);
		}
		g_test_message("%s", names[i]);
		g_assert_true(is_gone(pid));
		g_assert_cmpuint(house.lost, ==, 0);
		house_clear(&house);
	}
}

/* Removed by its owner in the very call that says it died. */
static void
test_remove_when_lost(void)
{
	House house;

	house_init(&house);
	house.remove_when_lost = true;
	house.helper = avu_supervisor_add(house.supervisor, &short_spec, &house);
	run_until(&house, &house.lost, 1);
	for (unsigned i = 0; i < 300; i++) { /* longer than the first pause */
		(void)g_main_context_iteration(house.context, FALSE);
		g_usleep(1000);
	}
	g_assert_cmpuint(house.started, ==, 1);
	house_clear(&house);
}

int
main(int argc, char **argv)
{
	char *folder;
	int status;

	if (helper_main(argv, &status)) {
		return status;
	}
	g_test_init(&argc, &argv, NULL);
	folder = helper_folder_make();
	g_test_add_func("/supervisor/restart", test_restart);
	g_test_add_func("/supervisor/late-hello", test_late_hello);
	g_test_add_func("/supervisor/last-words", test_last_words);
	g_test_add_func("/supervisor/backoff", test_backoff);
	g_test_add_func("/supervisor/proven", test_proven);
	g_test_add_func("/supervisor/rest", test_rest);
	g_test_add_func("/supervisor/first-start-fails", test_first_start_fails);
	g_test_add_func("/supervisor/first-start-late", test_first_start_late);
	g_test_add_func("/supervisor/remove", test_remove);
	g_test_add_func("/supervisor/remove-while-starting", test_remove_while_starting);
	g_test_add_func("/supervisor/remove-when-lost", test_remove_when_lost);
	status = g_test_run();
	helper_folder_remove(folder);
	return status;
}
