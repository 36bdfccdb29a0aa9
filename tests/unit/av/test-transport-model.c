/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Random sequences of actions, of what an engine may do, and of time, given to AVTransport and to a model
 * of it (transport-model.h). After each step both must agree, the events must have told every change, and
 * what is offered must be what would succeed.
 *
 *     test-transport-model [--sequences=N] [--steps=N] [--seed=N] [--jobs=N]
 *
 * A failure names its sequence; where shuffling matters it takes those before it to find it again. Each
 * job is a process with its part of the seeds. */
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

#include "transport-steps.h"

static unsigned n_sequences = 1500, n_steps = 30, n_jobs = 1, first_seed = 1;

static void
world_init(World *w)
{
	static AvuClock clock = { clock_now_ns, NULL };
	const AvuTransportConfig config = { .engine = &engine,
		.engine_self = w,
		.lists = &lists,
		.lists_self = w,
		.clock = &clock,
		.seed = 1 };

	*w = (World){ .now_ns = 1000 * S };
	clock.self = w;
	fixture_init(&w->base);
	w->transport = avu_transport_new(w->base.host, &config);
	fixture_start(&w->base, "AVTransport");
	w->variables = avu_service_get_variables(w->base.service);
	variables_set_listener(w->variables, NULL, NULL); /* events are taken by the test */
	w->told = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, g_free);
	take_first_event(w);
}

static void
world_clear(World *w)
{
	avu_transport_free(w->transport);
	fixture_clear(&w->base);
	g_hash_table_unref(w->told);
	g_free(w->uri);
	g_free(w->next_uri);
}

static void
run_sequence(World *w, unsigned seed)
{
	int total = 0;

	for (size_t i = 0; i < G_N_ELEMENTS(steps); i++) {
		total += steps[i].weight;
	}
	w->rand = g_rand_new_with_seed(seed);
	(void)code_of(w, "SetAVTransportURI", "CurrentURI", "", "CurrentURIMetaData", "");
	(void)code_of(w, "SetPlayMode", "NewPlayMode", "NORMAL", NULL, NULL);
	model_init(&w->model, w->now_ns);
	check(w);
	for (unsigned step = 0; step < n_steps; step++) {
		/* first something to play */
		int at = step == 0 ? 0 : step == 1 ? AT_PLAY : random_below(w, total);
		size_t i = 0;

		while (at >= steps[i].weight) {
			at -= steps[i++].weight;
		}
		steps[i].run(w);
		if (g_test_verbose()) {
			g_test_message("%s: now %d n %d at %d failed %x, next %d n %d, %s, mode "
				       "%s, does %d",
				steps[i].name, w->model.now.source, w->model.now.n, w->model.now.at,
				w->model.now.failed, w->model.next.source, w->model.next.n,
				model_state(&w->model), mode_names[w->model.mode], w->model.does);
		}
		check(w);
	}
	check_told(w);
	g_rand_free(w->rand);
}

static unsigned running_seed;

static void
tell_seed(const char *domain, GLogLevelFlags level, const char *message, void *data)
{
	(void)data;
	if ((level & G_LOG_LEVEL_ERROR) != 0) {
		g_printerr("in the sequence of --seed=%u, begun at %u\n", running_seed, first_seed);
	}
	g_log_default_handler(domain, level, message, NULL);
}

static void
run_part(unsigned seed, unsigned n)
{
	World w;

	first_seed = seed;
	world_init(&w);
	for (unsigned i = 0; i < n; i++) {
		running_seed = seed + i;
		if (g_test_verbose()) {
			g_test_message("seed %u", running_seed);
		}
		run_sequence(&w, running_seed);
	}
	world_clear(&w);
}

static void
test_sequences(void)
{
	const unsigned part = n_sequences / n_jobs;

	if (n_jobs == 1) {
		run_part(first_seed, n_sequences);
		return;
	}
	for (unsigned i = 0; i < n_jobs; i++) {
		pid_t child = fork();

		g_assert_cmpint(child, >=, 0);
		if (child == 0) {
			run_part(first_seed + i * part, part);
			_exit(EXIT_SUCCESS);
		}
	}
	for (unsigned i = 0; i < n_jobs; i++) {
		int status = 0;

		g_assert_cmpint(wait(&status), >, 0);
		g_assert_cmpint(status, ==, 0);
	}
}

static void
take_option(int *argc, char **argv, const char *name, unsigned *value)
{
	for (int i = 1; i < *argc; i++) {
		if (g_str_has_prefix(argv[i], name)) {
			*value = (unsigned)atoi(argv[i] + strlen(name));
			memmove(argv + i, argv + i + 1, sizeof(*argv) * (size_t)(*argc - i));
			(*argc)--;
			return;
		}
	}
}

int
main(int argc, char **argv)
{
	take_option(&argc, argv, "--sequences=", &n_sequences);
	take_option(&argc, argv, "--seed=", &first_seed);
	take_option(&argc, argv, "--steps=", &n_steps);
	take_option(&argc, argv, "--jobs=", &n_jobs);
	g_assert_true(n_jobs > 0);
	g_test_init(&argc, &argv, NULL);
	(void)g_log_set_default_handler(tell_seed, NULL);
	g_test_add_func("/transport-model/sequences", test_sequences);
	return g_test_run();
}
