/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* SIGKILL at random points of uploads: what was acknowledged is there at the next start, and at no time
 * is there a file under its name that is not whole. A child opens all, checks what its parent was told
 * so far, and creates and uploads on until it is killed. Rounds: 100, or AV_UPNP_KILLS. */
#include <glib/gstdio.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include <av-upnp/fd.h>

#include "import-fixture.h"

#define ROUNDS 100
#define OBJECTS_MAX 100000
#define PIECES 3
#define PIECE 5000

typedef enum { STAGE_NONE, STAGE_CREATED, STAGE_SENDING, STAGE_STORED } Stage;

typedef struct {
	int32_t number, stage;
	int64_t id;
} Message;

static struct {
	Stage stage;
	int64_t id;
} objects[OBJECTS_MAX]; /* by number */
static int32_t n_objects;

/* Every octet says whose and where it is. */
static void
make_piece(char piece[PIECE], int32_t number, int part)
{
	for (int i = 0; i < PIECE; i++) {
		piece[i] = (char)(number * 7 + part * 31 + i);
	}
}

/* @return false: it is there and is not whole */
static bool
check_file(const House *h, int32_t number, bool *ret_there)
{
	g_autofree char *path = g_strdup_printf("%s/n%d.wav", h->files, number);
	g_autoptr(GBytes) file = avu_file_read(path, 1000000, NULL);
	char piece[PIECE];
	gsize len;

	*ret_there = file != NULL;
	const char *octets = file != NULL ? g_bytes_get_data(file, &len) : NULL;

	for (int part = 0; octets != NULL && part < PIECES; part++) {
		make_piece(piece, number, part);
		if (len != (gsize)PIECES * PIECE ||
			memcmp(octets + (size_t)part * PIECE, piece, PIECE) != 0) {
			return false;
		}
	}
	return true;
}

static bool
is_all_there(const House *h)
{
	for (int32_t i = 0; i < n_objects; i++) {
		uint64_t bytes;
		bool there;
		const bool whole = check_file(h, i, &there);
		const bool promised = inbox_get_uploaded(h->inbox, objects[i].id, &bytes);

		if (objects[i].stage == STAGE_NONE) {
			continue;
		}
		if (!whole || (objects[i].stage == STAGE_STORED && !there) ||
			(!there && !promised)) {
			fprintf(stderr, "object %d, stage %d: there %d, whole %d, promised %d\n", i,
				(int)objects[i].stage, there, whole, promised);
			return false;
		}
	}
	return true;
}

static void
say(int pipe_fd, int32_t number, Stage stage, int64_t id)
{
	const Message message = { number, (int32_t)stage, id };

	if (write(pipe_fd, &message, sizeof message) != sizeof message) {
		_exit(2);
	}
}

static int64_t
create(House *h, int32_t number)
{
	g_autofree char *title = g_strdup_printf("n%d", number);
	g_autofree char *name = NULL, *sort = NULL;
	Item item;

	fill(&item, title, &sort);
	return inbox_promise(h->inbox, &h->folder, &item, title, "wav", NULL, &name, NULL) ? item.id
											   : 0;
}

static bool
send_all(House *h, int32_t number, int64_t id)
{
	g_autoptr(InboxFile) file =
		inbox_open(h->inbox, id, NULL, 0, (uint64_t)PIECES * PIECE, NULL);
	char piece[PIECE];

	for (int part = 0; file != NULL && part < PIECES; part++) {
		make_piece(piece, number, part);
		if (!inbox_file_write(file, piece, PIECE, NULL)) {
			return false;
		}
	}
	return file != NULL && inbox_file_finish(file, NULL);
}

static void
child(House *h, int pipe_fd)
{
	if (!open_house(h)) {
		_exit(1);
	}
	if (!is_all_there(h)) {
		_exit(6);
	}
	say(pipe_fd, n_objects, STAGE_NONE, 0);
	/* what was left over first: so that not too much is waited for */
	for (int32_t i = 0; i < n_objects; i++) {
		bool there;

		(void)check_file(h, i, &there);
		if (!there && objects[i].stage != STAGE_NONE) {
			say(pipe_fd, i, STAGE_SENDING, objects[i].id);
			if (!send_all(h, i, objects[i].id)) {
				_exit(3);
			}
			say(pipe_fd, i, STAGE_STORED, objects[i].id);
		}
	}
	for (int32_t i = n_objects + 1; i < OBJECTS_MAX; i++) {
		const int64_t id = create(h, i);

		if (id == 0) {
			continue; /* its name is taken: the one before was killed in here */
		}
		say(pipe_fd, i, STAGE_CREATED, id);
		say(pipe_fd, i, STAGE_SENDING, id);
		if (!send_all(h, i, id)) {
			_exit(4);
		}
		say(pipe_fd, i, STAGE_STORED, id);
	}
	_exit(5);
}

static void
hear(const Message *message)
{
	n_objects = MAX(n_objects, message->number + 1);
	if (message->stage != STAGE_NONE) {
		objects[message->number].stage = (Stage)message->stage;
		objects[message->number].id = message->id;
	}
}

static void
round_of(House *h, GRand *rand)
{
	int ends[2], status;
	Message message;

	g_assert_cmpint(pipe(ends), ==, 0);
	pid_t pid = fork();

	if (pid == 0) {
		(void)close(ends[0]);
		child(h, ends[1]);
	}
	(void)close(ends[1]);
	/* it has opened and checked all; from here on any point will do */
	if (read(ends[0], &message, sizeof message) != (ssize_t)sizeof message) {
		g_assert_cmpint(waitpid(pid, &status, 0), ==, pid);
		g_error("the server did not come up again: exit code %d, signal %d",
			WIFEXITED(status) ? WEXITSTATUS(status) : -1,
			WIFSIGNALED(status) ? WTERMSIG(status) : 0);
	}
	hear(&message);
	g_usleep((gulong)g_rand_int_range(rand, 0, 12000));
	(void)kill(pid, SIGKILL);
	g_assert_cmpint(waitpid(pid, &status, 0), ==, pid);
	g_assert_true(WIFSIGNALED(status));
	while (read(ends[0], &message, sizeof message) == sizeof message) {
		hear(&message);
	}
	(void)close(ends[0]);
}

static void
test_uploads(void)
{
	const char *wanted = g_getenv("AV_UPNP_KILLS");
	const int rounds = wanted != NULL ? atoi(wanted) : ROUNDS;
	g_autoptr(GRand) rand = g_rand_new_with_seed(4711);
	g_autofree char *files = make_folder("kill-files-XXXXXX");
	g_autofree char *directory = make_folder("kill-state-XXXXXX");
	House h = { .files = files, .directory = directory };
	int stored = 0;

	for (int i = 0; i < rounds; i++) {
		round_of(&h, rand);
	}
	for (int32_t i = 0; i < n_objects; i++) {
		stored += objects[i].stage == STAGE_STORED;
	}
	g_test_message("%d objects, %d stored", n_objects, stored);
	g_assert_cmpint(stored, >, 0);
	remove_all(files);
	remove_all(directory);
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/kill/uploads", test_uploads);
	return g_test_run();
}
