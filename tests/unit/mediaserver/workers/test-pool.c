/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The pool against workers that die and lie (SEC-144, 145, 151): every batch is answered whole, what
 * nobody answered counts as deadly, and the next batch finds a worker again. Runs stub-worker.c, which
 * is built beside this test under the name "worker". */
#include <fcntl.h>

#include "mediaserver/workers/pool.h"

typedef struct {
	AvuSpawner *spawner;
	GMainLoop *loop;
	ProbeBatch *done;
	WorkerJob *job;
} Fixture;

static void
on_done(ProbeBatch *batch, void *user_data)
{
	Fixture *f = user_data;

	f->done = batch;
	g_main_loop_quit(f->loop);
}

static ProbeBatch *
run_batch(Fixture *f, WorkerPool *pool, const char *how)
{
	ProbeBatch *batch = probe_batch_new(on_done, f);

	for (unsigned i = 0; i < 3; i++) {
		probe_batch_add(batch, open("/dev/null", O_RDONLY | O_CLOEXEC), how);
	}
	worker_pool_submit(pool, batch);
	g_main_loop_run(f->loop);
	return f->done;
}

static const struct {
	const char *how;
	unsigned n_ok;
	const char *why;
} rows[] = {
	{ "good", 3, "an honest worker" },
	{ "together", 3, "all answers in one frame" },
	{ "cut", 2, "the last answer of a frame lacks its end" },
	{ "part", 1, "says it is done, and is not" },
	{ "die", 0, "dies at each try" },
	{ "beyond", 0, "answers a file that was not asked" },
	{ "twice", 1, "answers a file twice" },
	{ "number", 0, "answers another batch" },
	{ "type", 0, "a frame that is none" },
	{ "short", 0, "an answer without fields" },
};

static void
test_lies(Fixture *f, const void *unused)
{
	(void)unused;
	for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
		g_autoptr(GError) error = NULL;
		g_autoptr(AvuMailbox) mailbox = avu_mailbox_new(NULL);
		g_autoptr(AvuSupervisor) supervisor = avu_supervisor_new(f->spawner, NULL);
		g_autoptr(WorkerPool) pool =
			worker_pool_new(f->spawner, supervisor, mailbox, 1, NULL, NULL);
		unsigned n_ok = 0;

		g_assert_no_error(error);
		g_test_message("%s", rows[i].why);
		ProbeBatch *batch = run_batch(f, pool, rows[i].how);

		for (unsigned b = 0; b < batch->n; b++) {
			bool ok = batch->results[b].outcome == PROBE_OK;

			n_ok += ok ? 1 : 0;
			g_assert_true(ok || batch->results[b].outcome == PROBE_DIED);
			g_assert_cmpstr(batch->results[b].title, ==, ok ? "told" : NULL);
			g_assert_cmpint(fcntl(batch->fds[b], F_GETFD), >=,
				0); /* the owner may look at it */
		}
		g_assert_cmpuint(n_ok, ==, rows[i].n_ok);
		probe_batch_free(batch);
		batch = run_batch(f, pool, "good");
		g_assert_cmpint(batch->results[2].outcome, ==, PROBE_OK);
		probe_batch_free(batch);
	}
}

static void
on_job_done(WorkerJob *job, void *user_data)
{
	Fixture *f = user_data;

	f->job = job;
	g_main_loop_quit(f->loop);
}

static WorkerJob *
job_for(Fixture *f, const char *how)
{
	return worker_job_new(
		WORKER_INDEX, open("/dev/null", O_RDONLY | O_CLOEXEC), how, on_job_done, f, NULL);
}

/* The same for single jobs: what is no answer is none, and the next job is answered again. */
static void
test_jobs(Fixture *f, const void *unused)
{
	static const struct {
		const char *how;
		WorkerOutcome outcome;
		const char *why;
	} jobs[] = {
		{ "good", WORKER_OK, "an honest worker" },
		{ "die", WORKER_DIED, "dies at each try" },
		{ "number", WORKER_DIED, "answers another job" },
		{ "type", WORKER_DIED, "answers as to a batch" },
		{ "short", WORKER_DIED, "an answer without octets" },
		{ "outcome", WORKER_DIED, "an outcome that is none" },
	};

	(void)unused;
	for (size_t i = 0; i < G_N_ELEMENTS(jobs); i++) {
		g_autoptr(AvuMailbox) mailbox = avu_mailbox_new(NULL);
		g_autoptr(AvuSupervisor) supervisor = avu_supervisor_new(f->spawner, NULL);
		g_autoptr(WorkerPool) pool =
			worker_pool_new(f->spawner, supervisor, mailbox, 1, NULL, NULL);

		g_test_message("%s", jobs[i].why);
		worker_pool_submit_job(pool, job_for(f, jobs[i].how));
		g_main_loop_run(f->loop);
		g_assert_cmpint(f->job->outcome, ==, jobs[i].outcome);
		g_assert_cmpint(f->job->answer != NULL, ==, jobs[i].outcome == WORKER_OK);
		g_assert_cmpint(f->job->fd, ==, -1);
		g_clear_pointer(&f->job, worker_job_free);
		worker_pool_submit_job(pool, job_for(f, "good"));
		g_main_loop_run(f->loop);
		g_assert_cmpint(f->job->outcome, ==, WORKER_OK);
		g_assert_cmpmem(g_bytes_get_data(f->job->answer, NULL),
			g_bytes_get_size(f->job->answer), "told", 4);
		g_clear_pointer(&f->job, worker_job_free);
	}
}

/* What is finished, in its order: "b" a batch, "j" a job. */
typedef struct {
	GMainLoop *loop;
	GString *order;
} Finished;

static void
note(Finished *finished, char what)
{
	g_string_append_c(finished->order, what);
	g_main_loop_quit(finished->loop);
}

static void
on_noted_batch(ProbeBatch *batch, void *user_data)
{
	note(user_data, 'b');
	probe_batch_free(batch);
}

static void
on_noted_job(WorkerJob *job, void *user_data)
{
	note(user_data, 'j');
	worker_job_free(job);
}

static void
run_until(Finished *finished, size_t n)
{
	while (finished->order->len < n) { /* two may end in one turn of the loop */
		g_main_loop_run(finished->loop);
	}
}

static WorkerJob *
noted_job(Finished *finished)
{
	return worker_job_new(WORKER_INDEX, open("/dev/null", O_RDONLY | O_CLOEXEC), "good",
		on_noted_job, finished, NULL);
}

/* Jobs go before batches that wait. */
static void
test_jobs_first(Fixture *f, const void *unused)
{
	g_autoptr(AvuMailbox) mailbox = avu_mailbox_new(NULL);
	g_autoptr(AvuSupervisor) supervisor = avu_supervisor_new(f->spawner, NULL);
	g_autoptr(WorkerPool) pool = worker_pool_new(f->spawner, supervisor, mailbox, 1, NULL, NULL);
	Finished finished = { f->loop, g_string_new(NULL) };

	(void)unused;
	/* the worker is there from here on, so that the first batch finds it idle */
	worker_pool_submit_job(pool, noted_job(&finished));
	run_until(&finished, 1);
	for (unsigned i = 0; i < 2; i++) {
		ProbeBatch *batch = probe_batch_new(on_noted_batch, &finished);

		probe_batch_add(batch, open("/dev/null", O_RDONLY | O_CLOEXEC), "good");
		worker_pool_submit(pool, batch);
	}
	worker_pool_submit_job(pool, noted_job(&finished));
	run_until(&finished, 4);
	g_assert_cmpstr(finished.order->str, ==, "jbjb");
	(void)g_string_free(finished.order, TRUE);
}

static void
count_free(void *data)
{
	(*(unsigned *)data)++;
}

/* A pool that goes takes its jobs with it, each once. */
static void
test_jobs_freed(Fixture *f, const void *unused)
{
	g_autoptr(AvuMailbox) mailbox = avu_mailbox_new(NULL);
	g_autoptr(AvuSupervisor) supervisor = avu_supervisor_new(f->spawner, NULL);
	WorkerPool *pool = worker_pool_new(f->spawner, supervisor, mailbox, 1, NULL, NULL);
	unsigned n_freed = 0;

	(void)unused;
	for (unsigned i = 0; i < 3; i++) {
		worker_pool_submit_job(
			pool, worker_job_new(WORKER_INDEX, open("/dev/null", O_RDONLY | O_CLOEXEC),
				      "die", on_job_done, &n_freed, count_free));
	}
	avu_mailbox_close(mailbox);
	worker_pool_free(pool);
	g_assert_cmpuint(n_freed, ==, 3);
}

static void
set_up(Fixture *f, const void *spawner)
{
	f->spawner = (AvuSpawner *)spawner;
	f->loop = g_main_loop_new(NULL, FALSE);
}

static void
tear_down(Fixture *f, const void *unused)
{
	(void)unused;
	g_main_loop_unref(f->loop);
}

int
main(int argc, char **argv)
{
	g_autofree char *folder = g_path_get_dirname(argv[0]);
	g_autofree char *absolute = g_canonicalize_filename(folder, NULL);

	g_setenv("AV_UPNP_LIBEXECDIR", absolute, TRUE);
	g_autoptr(AvuSpawner) spawner = avu_spawner_new(NULL, NULL);

	g_assert_nonnull(spawner);
	g_test_init(&argc, &argv, NULL);
	/* that a worker died is a warning, and what this test is about */
	g_log_set_always_fatal(G_LOG_FATAL_MASK);
	g_test_add("/workers/pool/lies", Fixture, spawner, set_up, test_lies, tear_down);
	g_test_add("/workers/pool/jobs", Fixture, spawner, set_up, test_jobs, tear_down);
	g_test_add(
		"/workers/pool/jobs-first", Fixture, spawner, set_up, test_jobs_first, tear_down);
	g_test_add(
		"/workers/pool/jobs-freed", Fixture, spawner, set_up, test_jobs_freed, tear_down);
	return g_test_run();
}
