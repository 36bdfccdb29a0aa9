/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <pthread.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>

#include <glib/gstdio.h>

#include <av-upnp/error.h>
#include <av-upnp/fd.h>
#include <av-upnp/local-control.h>
#include <av-upnp/loop.h>

#define SILENT 20 /* more than are listened to at once */

typedef struct {
	char *directory;
	AvuLocalControl *control;
	unsigned n_asked;
	uint64_t ticket; /* of who asked "later" */
} Fixture;

/* "later" is answered by who asks next; "big" gives the largest answer there may be, everything else comes back. */
static char *
on_request(const char *request, void *user_data)
{
	Fixture *fixture = user_data;

	fixture->n_asked++;
	if (strcmp(request, "later") == 0) {
		fixture->ticket = avu_local_control_defer(fixture->control);
		return NULL;
	}
	avu_local_control_answer(fixture->control, fixture->ticket, "at last");
	return strcmp(request, "big") == 0 ? g_strnfill(AVU_LOCAL_ANSWER_MAX + 1, 'x')
					   : g_strconcat("you said ", request, NULL);
}

static void
set_up(Fixture *fixture, const void *data)
{
	g_autoptr(GError) error = NULL;

	(void)data;
	fixture->directory = g_dir_make_tmp("test-local-XXXXXX", &error);
	g_assert_no_error(error);
	fixture->control = avu_local_control_new(fixture->directory, on_request, fixture, &error);
	g_assert_no_error(error);
}

static void
tear_down(Fixture *fixture, const void *data)
{
	(void)data;
	g_clear_pointer(&fixture->control, avu_local_control_free);
	/* nothing is left behind: the folder is empty */
	g_assert_cmpint(g_rmdir(fixture->directory), ==, 0);
	g_free(fixture->directory);
}

typedef struct {
	const char *directory;
	const char *request;
	char *answer;
	GError *error;
	_Atomic bool done;
} Question;

static void *
ask(void *data)
{
	Question *question = data;

	question->answer =
		avu_local_control_ask(question->directory, question->request, &question->error);
	question->done = true;
	g_main_context_wakeup(NULL);
	return NULL;
}

/* The asker blocks, as the verb of another process would: on a thread of its own. */
static void
run_question(Question *question)
{
	pthread_t thread;

	g_assert_cmpint(pthread_create(&thread, NULL, ask, question), ==, 0);
	while (!question->done) {
		g_main_context_iteration(NULL, true);
	}
	pthread_join(thread, NULL);
}

static void
test_answer(Fixture *fixture, const void *data)
{
	Question question = { .directory = fixture->directory, .request = "status" };

	(void)data;
	run_question(&question);
	g_assert_no_error(question.error);
	g_assert_cmpstr(question.answer, ==, "you said status");
	g_assert_cmpuint(fixture->n_asked, ==, 1);
	g_free(question.answer);
}

static void
test_sizes(Fixture *fixture, const void *data)
{
	g_autofree char *longest = g_strnfill(AVU_LOCAL_REQUEST_MAX, 'q');
	g_autofree char *longer = g_strnfill(AVU_LOCAL_REQUEST_MAX + 1, 'q');
	Question big = { .directory = fixture->directory, .request = "big" };
	Question whole = { .directory = fixture->directory, .request = longest };
	Question too_long = { .directory = fixture->directory, .request = longer };

	(void)data;
	run_question(&big);
	g_assert_cmpuint(strlen(big.answer), ==, AVU_LOCAL_ANSWER_MAX);
	run_question(&whole);
	g_assert_true(g_str_has_prefix(whole.answer, "you said qqq"));
	run_question(&too_long);
	g_assert_error(too_long.error, AVU_ERROR, AVU_ERROR_LIMIT);
	g_assert_cmpuint(fixture->n_asked, ==, 2);
	g_free(big.answer);
	g_free(whole.answer);
	g_error_free(too_long.error);
}

/* Others are answered while one waits. */
static void
test_later(Fixture *fixture, const void *data)
{
	Question later = { .directory = fixture->directory, .request = "later" };
	Question next = { .directory = fixture->directory, .request = "next" };
	pthread_t thread;

	(void)data;
	g_assert_cmpint(pthread_create(&thread, NULL, ask, &later), ==, 0);
	while (fixture->ticket == 0) {
		g_main_context_iteration(NULL, true);
	}
	g_assert_false(later.done);
	run_question(&next);
	pthread_join(thread, NULL);
	g_assert_no_error(later.error);
	g_assert_cmpstr(later.answer, ==, "at last");
	g_assert_cmpstr(next.answer, ==, "you said next");
	g_free(later.answer);
	g_free(next.answer);
}

static int
connect_silently(const char *directory)
{
	const int fd = socket(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0);
	struct sockaddr_un address = { .sun_family = AF_UNIX };

	g_snprintf(address.sun_path, sizeof address.sun_path, "%s/control", directory);
	g_assert_cmpint(connect(fd, (const struct sockaddr *)&address, sizeof address), ==, 0);
	return fd;
}

/* An answer that comes when the asker had to give way goes to nobody, least of all to his successor. */
static void
test_too_late(Fixture *fixture, const void *data)
{
	int fds[SILENT];
	char octets[16];

	(void)data;
	fds[0] = connect_silently(fixture->directory);
	g_assert_cmpint(send(fds[0], "later", 5, 0), ==, 5);
	while (fixture->ticket == 0) {
		g_main_context_iteration(NULL, true);
	}
	for (size_t i = 1; i < SILENT; i++) {
		fds[i] = connect_silently(fixture->directory);
		while (g_main_context_iteration(NULL, false)) {
		}
	}
	avu_local_control_answer(fixture->control, fixture->ticket, "at last");
	for (size_t i = 0; i < SILENT; i++) {
		g_assert_cmpint(recv(fds[i], octets, sizeof octets, MSG_DONTWAIT), <=, 0);
		close(fds[i]);
	}
}

/* Those who connect and say nothing cannot keep others out. */
static void
test_silent_askers(Fixture *fixture, const void *data)
{
	Question question = { .directory = fixture->directory, .request = "still there" };
	int fds[SILENT];

	(void)data;
	for (size_t i = 0; i < SILENT; i++) {
		fds[i] = connect_silently(fixture->directory);
		while (g_main_context_iteration(NULL, false)) {
		}
	}
	run_question(&question);
	g_assert_no_error(question.error);
	g_assert_cmpstr(question.answer, ==, "you said still there");
	for (size_t i = 0; i < SILENT; i++) {
		close(fds[i]);
	}
	g_free(question.answer);
}

static void
test_nobody(void)
{
	g_autoptr(GError) error = NULL;
	g_autofree char *directory = g_dir_make_tmp("test-local-XXXXXX", NULL);

	g_assert_null(avu_local_control_ask(directory, "status", &error));
	g_assert_error(error, AVU_ERROR, AVU_ERROR_UNREACHABLE);
	g_rmdir(directory);
}

/* The socket of an instance that was killed is in nobody's way. */
static void
test_left_behind(Fixture *fixture, const void *data)
{
	g_autoptr(GError) error = NULL;
	g_autofree char *path = g_build_filename(fixture->directory, "control", NULL);
	Question question = { .directory = fixture->directory, .request = "again" };

	(void)data;
	g_clear_pointer(&fixture->control, avu_local_control_free);
	g_assert_true(g_file_set_contents(path, "", 0, &error));
	fixture->control = avu_local_control_new(fixture->directory, on_request, fixture, &error);
	g_assert_no_error(error);
	run_question(&question);
	g_assert_cmpstr(question.answer, ==, "you said again");
	g_free(question.answer);
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add("/local-control/answer", Fixture, NULL, set_up, test_answer, tear_down);
	g_test_add("/local-control/sizes", Fixture, NULL, set_up, test_sizes, tear_down);
	g_test_add("/local-control/silent-askers", Fixture, NULL, set_up, test_silent_askers,
		tear_down);
	g_test_add("/local-control/later", Fixture, NULL, set_up, test_later, tear_down);
	g_test_add("/local-control/too-late", Fixture, NULL, set_up, test_too_late, tear_down);
	g_test_add(
		"/local-control/left-behind", Fixture, NULL, set_up, test_left_behind, tear_down);
	g_test_add_func("/local-control/nobody", test_nobody);
	return g_test_run();
}
