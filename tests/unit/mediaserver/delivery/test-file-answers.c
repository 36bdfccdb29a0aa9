/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The cache of answers, with indexes as its example, against workers that tell the truth, lie and die. Runs stub-worker.c. */
#include <fcntl.h>
#include <glib/gstdio.h>
#include <pthread.h>
#include <stdatomic.h>
#include <string.h>
#include <sys/mman.h>

#include <av-upnp/error.h>
#include <av-upnp/fd.h>

#include "mediaserver/delivery/time-indexes.h"
#include "mediaserver/workers/piece-result.h"

typedef struct {
	FileAnswers *answers;
	const char *hint;
	int fd;
	int64_t size; /* as stat says it: another one is another file */
	GBytes *question;
	AvuTimeIndex *index;
	GError *error;
	atomic_bool over;
} Question;

/* As a connection's thread does. */
static void *
ask(void *data)
{
	Question *question = data;
	struct stat st;

	g_assert_cmpint(fstat(question->fd, &st), ==, 0);
	st.st_size = question->size;
	question->index = file_answers_get(question->answers, question->fd, &st, question->hint,
		question->question != NULL ? g_bytes_ref(question->question) : NULL,
		&question->error);
	atomic_store(&question->over, true);
	return NULL;
}

/* ThreadSanitizer sees the beginnings and ends of these. */
static pthread_t
begin(Question *question)
{
	pthread_t thread;

	g_assert_cmpint(pthread_create(&thread, NULL, ask, question), ==, 0);
	return thread;
}

/* The main thread brings the answers. */
static void
work_until(const Question *question)
{
	while (!atomic_load(&question->over)) {
		(void)g_main_context_iteration(NULL, FALSE);
		g_usleep(100);
	}
}

typedef struct {
	AvuSpawner *spawner;
	AvuMailbox *mailbox;
	AvuSupervisor *supervisor;
	WorkerPool *pool;
	FileAnswers *answers;
	int fd;
} Fixture;

static void
set_up(Fixture *f, const void *spawner)
{
	f->spawner = (AvuSpawner *)spawner;
	f->mailbox = avu_mailbox_new(NULL);
	f->supervisor = avu_supervisor_new(f->spawner, NULL);
	f->pool = worker_pool_new(f->spawner, f->supervisor, f->mailbox, 1, NULL, NULL);
	f->answers = file_answers_new(&time_indexes);
	f->fd = memfd_create("media", MFD_CLOEXEC);
	file_answers_start(f->answers, f->pool);
}

static void
tear_down(Fixture *f, const void *unused)
{
	(void)unused;
	file_answers_stop(f->answers);
	avu_mailbox_close(f->mailbox);
	worker_pool_free(f->pool);
	file_answers_free(f->answers);
	avu_supervisor_free(f->supervisor);
	avu_mailbox_unref(f->mailbox);
	avu_fd_cleanup(&f->fd);
}

/* @return error code, 0: an index. At its second call with same the answer comes from memory. */
static int
question(Fixture *f, const char *hint, int64_t size)
{
	Question question = { .answers = f->answers, .hint = hint, .fd = f->fd, .size = size };
	pthread_t thread = begin(&question);
	g_autoptr(AvuTimeIndex) index = NULL;
	g_autoptr(GError) error = NULL;

	work_until(&question);
	(void)pthread_join(thread, NULL);
	index = question.index;
	error = question.error;
	g_assert_true((index == NULL) != (error == NULL));
	if (index != NULL) {
		g_assert_cmpuint(avu_time_index_get_n_points(index), ==, 3);
		g_assert_cmpint(avu_time_index_get_duration_ns(index), ==, 9 * AVU_NS_PER_S);
	}
	return error != NULL ? error->code : 0;
}

static void
test_answers(Fixture *f, const void *unused)
{
	static const struct {
		const char *hint;
		int64_t size;
		int code;
		const char *why;
	} rows[] = {
		{ "index", 1000, 0, "made" },
		{ "die", 1000, 0, "from memory: no worker is asked" },
		{ "index", 1001, 0, "the file is another by now" },
		{ "none", 2000, AVU_ERROR_UNSUPPORTED, "the worker finds none" },
		{ "index", 2000, AVU_ERROR_UNSUPPORTED, "remembered" },
		{ "good", 3000, AVU_ERROR_UNSUPPORTED, "an answer that is no index" },
		{ "die", 4000, AVU_ERROR_UNSUPPORTED, "the worker died of it" },
		{ "index", 4000, AVU_ERROR_UNSUPPORTED, "remembered" },
		{ "io", 5000, AVU_ERROR_BUSY, "the disk failed" },
		{ "index", 5000, 0, "it does not any more" },
		{ "index", 5, AVU_ERROR_UNSUPPORTED, "all points lie behind the file" },
	};

	(void)unused;
	for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
		g_test_message("%s", rows[i].why);
		g_assert_cmpint(question(f, rows[i].hint, rows[i].size), ==, rows[i].code);
	}
}

/* The same file, asked another thing: another answer. */
static void
test_questions(Fixture *f, const void *unused)
{
	g_autoptr(GBytes) one = piece_question_new(0, 1);
	g_autoptr(GBytes) two = piece_question_new(0, 2);
	Question questions[] = {
		{ .hint = "index", .question = one },
		{ .hint = "none", .question = two },
		{ .hint = "none", .question = one },
	};

	(void)unused;
	for (size_t i = 0; i < G_N_ELEMENTS(questions); i++) {
		questions[i].answers = f->answers;
		questions[i].fd = f->fd;
		questions[i].size = 1000;
		pthread_t thread = begin(&questions[i]);

		work_until(&questions[i]);
		(void)pthread_join(thread, NULL);
		g_assert_cmpint(questions[i].index != NULL, ==, i != 1);
		g_clear_pointer(&questions[i].index, avu_time_index_unref);
		g_clear_error(&questions[i].error);
	}
}

/* Several at once: four ask for one file, eight for others. One job answers the four; of the nine files
 * at most one finds no place. */
static void
test_together(Fixture *f, const void *unused)
{
	Question questions[12];
	pthread_t threads[12];
	unsigned n_busy = 0;

	(void)unused;
	for (size_t i = 0; i < G_N_ELEMENTS(questions); i++) {
		questions[i] = (Question){ .answers = f->answers,
			.hint = "index",
			.fd = f->fd,
			.size = i < 4 ? 1000 : 1000 + (int64_t)i };
		threads[i] = begin(&questions[i]);
	}
	for (bool all = false; !all;) {
		(void)g_main_context_iteration(NULL, FALSE);
		all = true;
		for (size_t i = 0; i < G_N_ELEMENTS(questions); i++) {
			all = all && atomic_load(&questions[i].over);
		}
		g_thread_yield();
	}
	for (size_t i = 0; i < G_N_ELEMENTS(questions); i++) {
		(void)pthread_join(threads[i], NULL);
		if (questions[i].error != NULL) {
			g_assert_error(questions[i].error, AVU_ERROR, AVU_ERROR_BUSY);
			n_busy++;
		}
		g_clear_pointer(&questions[i].index, avu_time_index_unref);
		g_clear_error(&questions[i].error);
	}
	g_assert_cmpuint(n_busy, <=, 1);
}

/* Whoever waits is let go when the server ends. */
static void
test_stop(Fixture *f, const void *unused)
{
	Question question = { .answers = f->answers, .hint = "index", .fd = f->fd, .size = 1000 };
	pthread_t thread = begin(&question);

	(void)unused;
	file_answers_stop(f->answers); /* before or after it began to wait */
	(void)pthread_join(thread, NULL);
	g_assert_error(question.error, AVU_ERROR, AVU_ERROR_BUSY);
	g_clear_error(&question.error);
}

/* All files below are opened to do this to them. */
static void
for_files(const char *folder, void (*deed)(const char *path))
{
	g_autoptr(GDir) dir = g_dir_open(folder, 0, NULL);
	const char *name;

	while (dir != NULL && (name = g_dir_read_name(dir)) != NULL) {
		g_autofree char *path = g_build_filename(folder, name, NULL);

		if (g_file_test(path, G_FILE_TEST_IS_DIR)) {
			for_files(path, deed);
		}
		deed(path);
	}
}

static void
damage(const char *path)
{
	if (g_file_test(path, G_FILE_TEST_IS_REGULAR)) {
		g_assert_true(g_file_set_contents(path, "x", 1, NULL));
	}
}

static void
erase(const char *path)
{
	g_assert_cmpint(g_remove(path), ==, 0);
}

/* What one server found out, the next one knows, without a worker; of a file that changed, or from a disk that
 * lies, nothing. */
static void
test_restart(Fixture *f, const void *unused)
{
	g_autofree char *folder = g_dir_make_tmp("answers-XXXXXX", NULL);
	const struct {
		int64_t size;
		bool damaged;
		int code;
		const char *why;
	} rows[] = {
		{ 1000, false, 0, "as it was" },
		{ 1001, false, AVU_ERROR_BUSY, "another file" },
		{ 1000, true, AVU_ERROR_BUSY, "damaged" },
	};

	(void)unused;
	g_autoptr(ArtCache) disk = art_cache_new(folder, 1 << 20);

	file_answers_keep(f->answers, disk);
	g_assert_cmpint(question(f, "index", 1000), ==, 0);
	for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
		g_autoptr(FileAnswers) next = file_answers_new(&time_indexes); /* has no worker */
		FileAnswers *before = f->answers;

		g_test_message("%s", rows[i].why);
		if (rows[i].damaged) {
			for_files(folder, damage);
		}
		file_answers_keep(next, disk);
		f->answers = next;
		g_assert_cmpint(question(f, "index", rows[i].size), ==, rows[i].code);
		f->answers = before;
	}
	for_files(folder, erase);
	erase(folder);
}

typedef struct {
	Fixture *fixture;
	WorkerPool *pool; /* NULL: never asked for */
} Long;

static WorkerPool *
get_long(void *data)
{
	Long *slow = data;
	const Fixture *f = slow->fixture;

	if (slow->pool == NULL) {
		slow->pool = worker_pool_new(f->spawner, f->supervisor, f->mailbox, 1, NULL, NULL);
	}
	return slow->pool;
}

/* What takes longer than a player waits goes on in the background, once for each file; until then nobody waits and
 * nothing is read; then it is there, also for the next server. */
static void
test_long(Fixture *f, const void *unused)
{
	g_autofree char *folder = g_dir_make_tmp("answers-XXXXXX", NULL);
	FileAnswerClass class = time_indexes;
	Long slow = { .fixture = f };

	(void)unused;
	class.long_kind = WORKER_SUBTITLE_LONG;
	g_autoptr(ArtCache) disk = art_cache_new(folder, 1 << 20);
	FileAnswers *answers = file_answers_new(&class), *before = f->answers;

	g_assert_cmpint(question(f, "late", 1000), ==, AVU_ERROR_BUSY); /* where nothing is long */
	f->answers = answers;
	file_answers_keep(answers, disk);
	file_answers_set_long(answers, get_long, &slow, 0);
	file_answers_start(answers, f->pool);
	g_assert_cmpint(question(f, "late", 1000), ==, AVU_ERROR_BUSY);
	g_assert_nonnull(slow.pool);
	g_assert_cmpint(question(f, "index", 1000), ==, AVU_ERROR_BUSY);
	g_assert_cmpint(question(f, "index", 1001), ==, AVU_ERROR_BUSY); /* of the same file */
	g_assert_cmpint(lseek(f->fd, 1, SEEK_SET), ==, 1); /* what the stub waits for */
	while (question(f, "die", 1000) == AVU_ERROR_BUSY) {
		(void)g_main_context_iteration(NULL, FALSE);
	}
	g_assert_cmpint(question(f, "die", 1000), ==, 0); /* from memory */
	g_assert_cmpint(question(f, "index", 1001), ==, 0);
	while (question(f, "never", 2000) == AVU_ERROR_BUSY) {
		(void)g_main_context_iteration(NULL, FALSE);
	}
	g_assert_cmpint(question(f, "index", 2000), ==, AVU_ERROR_UNSUPPORTED); /* remembered */
	file_answers_stop(answers);
	file_answers_free(answers);

	g_autoptr(FileAnswers) next = file_answers_new(&class); /* has no worker */

	file_answers_keep(next, disk);
	f->answers = next;
	g_assert_cmpint(question(f, "die", 1000), ==, 0);
	f->answers = before;
	worker_pool_free(slow.pool);
	for_files(folder, erase);
	erase(folder);
}

/* Who may wait gets it with the same request. */
static void
test_long_wait(Fixture *f, const void *unused)
{
	FileAnswerClass class = time_indexes;
	Long slow = { .fixture = f };
	FileAnswers *answers = file_answers_new(&class), *before = f->answers;

	(void)unused;
	class.long_kind = WORKER_SUBTITLE_LONG;
	file_answers_set_long(answers, get_long, &slow, 60 * AVU_NS_PER_S);
	file_answers_start(answers, f->pool);
	f->answers = answers;
	g_assert_cmpint(lseek(f->fd, 1, SEEK_SET), ==, 1); /* what the stub waits for */
	g_assert_cmpint(question(f, "late", 1000), ==, 0);
	f->answers = before;
	file_answers_stop(answers);
	worker_pool_free(slow.pool);
	file_answers_free(answers);
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
	g_log_set_always_fatal(G_LOG_FATAL_MASK); /* that a worker died is a warning */
	g_test_add("/delivery/file-answers/answers", Fixture, spawner, set_up, test_answers,
		tear_down);
	g_test_add("/delivery/file-answers/questions", Fixture, spawner, set_up, test_questions,
		tear_down);
	g_test_add("/delivery/file-answers/together", Fixture, spawner, set_up, test_together,
		tear_down);
	g_test_add("/delivery/file-answers/restart", Fixture, spawner, set_up, test_restart,
		tear_down);
	g_test_add("/delivery/file-answers/long", Fixture, spawner, set_up, test_long, tear_down);
	g_test_add("/delivery/file-answers/long-wait", Fixture, spawner, set_up, test_long_wait,
		tear_down);
	g_test_add("/delivery/file-answers/stop", Fixture, spawner, set_up, test_stop, tear_down);
	return g_test_run();
}
