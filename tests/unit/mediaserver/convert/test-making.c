/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* One origin for all who read the same; it goes on with whoever is left, and without the disk. */
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

#include <av-upnp/media-source.h>
#include <glib/gstdio.h>

#include "mediaserver/convert/making.h"

#define SIZE 200000
#define PART 1000
#define NOBODY (-1)

/* Octets that say where they are. */
static char
octet_at(uint64_t at)
{
	return (char)(at % 251);
}

typedef struct {
	uint64_t at;
	uint64_t fails_at; /* 0: never */
	int leaver;        /* a player that is gone */
	bool freed;
	pthread_mutex_t lock; /* of the following */
	pthread_cond_t changed;
	bool shut, waits; /* nothing comes; somebody waits for it */
} Origin;

static ssize_t
origin_read(void *data, int player, char *buffer, size_t max)
{
	Origin *origin = data;
	const size_t n = (size_t)MIN((uint64_t)MIN(max, PART), SIZE - origin->at);

	(void)pthread_mutex_lock(&origin->lock);
	origin->waits = true;
	(void)pthread_cond_broadcast(&origin->changed);
	while (origin->shut) {
		(void)pthread_cond_wait(&origin->changed, &origin->lock);
	}
	origin->waits = false;
	(void)pthread_mutex_unlock(&origin->lock);
	if (player == origin->leaver) {
		return MAKING_PLAYER_LEFT;
	}
	if (origin->fails_at > 0 && origin->at >= origin->fails_at) {
		return -1;
	}
	for (size_t i = 0; i < n; i++) {
		buffer[i] = octet_at(origin->at + i);
	}
	origin->at += n;
	return (ssize_t)n;
}

static void
origin_free(void *data)
{
	((Origin *)data)->freed = true;
}

typedef struct {
	char *folder;
	char key[KEPT_KEY_LEN + 1];
	Makings *makings;
	Origin origin;
} Fixture;

static void
set_up(Fixture *f, gconstpointer data)
{
	const uint64_t limit = data != NULL ? GPOINTER_TO_SIZE(data) : 100 * SIZE;

	f->folder = g_dir_make_tmp("av-upnp-making-XXXXXX", NULL);
	memset(f->key, 'a', KEPT_KEY_LEN);
	f->makings = makings_new(kept_new(f->folder, limit));
	f->origin = (Origin){ .leaver = 12345 };
	(void)pthread_mutex_init(&f->origin.lock, NULL);
	(void)pthread_cond_init(&f->origin.changed, NULL);
}

static unsigned
count_files(const Fixture *f)
{
	GDir *dir = g_dir_open(f->folder, 0, NULL);
	unsigned n = 0;

	while (g_dir_read_name(dir) != NULL) {
		n++;
	}
	g_dir_close(dir);
	return n;
}

static void
tear_down(Fixture *f, gconstpointer data)
{
	g_autofree char *path = g_build_filename(f->folder, f->key, NULL);

	(void)data;
	g_assert_false(makings_has(f->makings, f->key));
	makings_free(f->makings);
	(void)g_unlink(path);
	g_assert_cmpint(g_rmdir(f->folder), ==, 0); /* no half one is left */
	g_free(f->folder);
	(void)pthread_mutex_destroy(&f->origin.lock);
	(void)pthread_cond_destroy(&f->origin.changed);
}

static MakingRole
enter_as(Fixture *f, uint64_t first, uint64_t end, int player, MakingReader **ret_reader)
{
	return makings_enter(f->makings, f->key, first, end,
		first == 0 && (end == SIZE || end == AVU_LENGTH_UNKNOWN), player, ret_reader);
}

static void
begin(Fixture *f, MakingReader *reader)
{
	const MakingOrigin origin = { origin_read, origin_free, &f->origin };

	making_begin(reader, &origin);
}

/* The first one, of a size that is known or not. */
static MakingReader *
start(Fixture *f, uint64_t end, int player)
{
	MakingReader *reader = NULL;

	g_assert_cmpint(enter_as(f, 0, end, player, &reader), ==, MAKING_BEGIN);
	begin(f, reader);
	return reader;
}

static MakingReader *
join(Fixture *f, uint64_t first, uint64_t end)
{
	MakingReader *reader = NULL;

	g_assert_cmpint(enter_as(f, first, end, NOBODY, &reader), ==, MAKING_JOINED);
	return reader;
}

/* @return how many came until n or the end, -1 when it broke */
static int64_t
take(MakingReader *reader, uint64_t from, uint64_t n)
{
	char buffer[3 * PART / 2];
	uint64_t done = 0;

	while (done < n) {
		const ssize_t got =
			making_read(reader, buffer, (size_t)MIN(sizeof(buffer), n - done));

		if (got <= 0) {
			return got < 0 ? -1 : (int64_t)done;
		}
		for (ssize_t i = 0; i < got; i++) {
			g_assert_cmpint(buffer[i], ==, octet_at(from + done + (uint64_t)i));
		}
		done += (uint64_t)got;
	}
	return (int64_t)done;
}

static int64_t
get_kept(const Fixture *f)
{
	uint64_t size;
	const int fd = kept_open(makings_get_kept(f->makings), f->key, &size);

	if (fd < 0) {
		return -1;
	}
	(void)close(fd);
	return (int64_t)size;
}

/* Who comes later, and stays when the first leaves, gets the same; a third finds the file. */
static void
test_two(Fixture *f, gconstpointer data)
{
	static const uint64_t ends[] = { SIZE, AVU_LENGTH_UNKNOWN };

	(void)data;
	for (size_t i = 0; i < G_N_ELEMENTS(ends); i++) {
		f->origin.at = 0;
		f->origin.freed = false;
		MakingReader *first = start(f, ends[i], NOBODY);

		g_assert_cmpint(take(first, 0, 50000), ==, 50000);
		MakingReader *second = join(f, 0, ends[i]);

		g_assert_cmpint(take(second, 0, 70000), ==, 70000); /* ahead now */
		g_assert_cmpint(take(first, 50000, 30000), ==, 30000);
		making_leave(first);
		g_assert_false(f->origin.freed);
		g_assert_cmpint(take(second, 70000, 2 * SIZE), ==, SIZE - 70000);
		making_leave(second);
		g_assert_true(f->origin.freed);
		g_assert_cmpint(get_kept(f), ==, SIZE);
	}
}

/* A part that is there is read from it; one that is not is for a conversion of its own. */
static void
test_parts(Fixture *f, gconstpointer data)
{
	MakingReader *first = start(f, SIZE, NOBODY), *none = NULL;

	(void)data;
	g_assert_cmpint(take(first, 0, 50000), ==, 50000);
	MakingReader *part = join(f, 40000, 41000), *later = join(f, 50000, 50500);

	g_assert_cmpint(take(part, 40000, SIZE), ==, 1000);
	g_assert_cmpint(take(later, 50000, SIZE), ==, 500);
	g_assert_cmpint(enter_as(f, 50501, SIZE, NOBODY, &none), ==, MAKING_ALONE);
	making_leave(part);
	making_leave(later);
	making_leave(first);
	g_assert_cmpint(get_kept(f), ==, -1); /* not taken to its end */
	g_assert_cmpint(enter_as(f, 1, SIZE, NOBODY, &none), ==, MAKING_ALONE);
	g_assert_null(none);
}

/* What breaks breaks for all who have read what there was; the next one begins anew. */
static void
test_failure(Fixture *f, gconstpointer data)
{
	MakingReader *first = start(f, SIZE, NOBODY), *second = join(f, 0, SIZE);

	(void)data;
	f->origin.fails_at = 60000;
	g_assert_cmpint(take(first, 0, SIZE), ==, -1);
	g_assert_cmpint(take(second, 0, 60000), ==, 60000);
	g_assert_cmpint(take(second, 60000, 1), ==, -1);
	making_leave(first);
	making_leave(second);
	f->origin.at = f->origin.fails_at = 0;
	first = start(f, SIZE, NOBODY);
	making_leave(first);
}

/* Who made it is let go with the last octet, or with a fault, though others read on for long. */
static void
test_origin(Fixture *f, gconstpointer data)
{
	static const struct {
		uint64_t end, fails_at, sent;
		const char *why;
	} rows[] = {
		{ SIZE, 0, SIZE, "a size that is known" },
		{ AVU_LENGTH_UNKNOWN, 0, SIZE, "a size that is not" },
		{ SIZE, 60000, 60000, "a fault" },
	};

	(void)data;
	for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
		g_test_message("%s", rows[i].why);
		f->origin.at = 0;
		f->origin.fails_at = rows[i].fails_at;
		f->origin.freed = false;
		MakingReader *first = start(f, rows[i].end, NOBODY),
			     *second = join(f, 0, rows[i].end);

		g_assert_cmpint(take(first, 0, rows[i].sent), ==, rows[i].sent);
		g_assert_cmpint(take(first, rows[i].sent, 1), <=, 0);
		g_assert_true(f->origin.freed);
		g_assert_cmpint(take(second, 0, rows[i].sent), ==, rows[i].sent);
		making_leave(first);
		making_leave(second);
		g_autofree char *path = g_build_filename(f->folder, f->key, NULL);

		(void)g_unlink(path);
	}
}

/* The player whose turn it is has left, and its connection has not noticed yet. */
static void
test_player_left(Fixture *f, gconstpointer data)
{
	MakingReader *first = start(f, SIZE, f->origin.leaver), *second = join(f, 0, SIZE);

	(void)data;
	g_assert_cmpint(take(first, 0, 1), ==, -1);
	g_assert_cmpint(take(second, 0, SIZE), ==, SIZE);
	making_leave(first);
	making_leave(second);
	g_assert_cmpint(get_kept(f), ==, SIZE);
}

/* Larger than half of the limit: who is first goes on alone, who is behind gets what is there, and then a
 * broken end; the file is gone at once. */
static void
test_limit(Fixture *f, gconstpointer data)
{
	MakingReader *none = NULL;

	(void)data;
	g_assert_cmpint(enter_as(f, 0, SIZE, NOBODY, &none), ==, MAKING_ALONE); /* said before */
	MakingReader *first = start(f, AVU_LENGTH_UNKNOWN, NOBODY);
	MakingReader *second = join(f, 0, AVU_LENGTH_UNKNOWN);

	g_assert_cmpint(take(first, 0, 2 * SIZE), ==, SIZE);
	g_assert_cmpuint(count_files(f), ==, 0);
	g_assert_cmpint(take(second, 0, SIZE / 2), ==, SIZE / 2);
	g_assert_cmpint(take(second, SIZE / 2, 1), ==, -1);
	making_leave(second);
	making_leave(first);
	g_assert_cmpint(get_kept(f), ==, -1);
}

/* The same, and who went on alone leaves first, at his end or before: what was written is read all the same. */
static void
test_limit_leaves(Fixture *f, gconstpointer data)
{
	static const struct {
		uint64_t taken;
		const char *why;
	} rows[] = {
		{ 2 * SIZE, "at its end" },
		{ SIZE - PART, "before it" },
	};

	(void)data;
	for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
		g_test_message("%s", rows[i].why);
		f->origin.at = 0;
		f->origin.freed = false;
		MakingReader *first = start(f, AVU_LENGTH_UNKNOWN, NOBODY);
		MakingReader *second = join(f, 0, AVU_LENGTH_UNKNOWN);
		MakingReader *third = join(f, 0, AVU_LENGTH_UNKNOWN);

		g_assert_cmpint(take(first, 0, rows[i].taken), ==, MIN(rows[i].taken, SIZE));
		g_assert_cmpint(take(second, 0, PART), ==, PART);
		making_leave(third);
		making_leave(first);
		g_assert_true(f->origin.freed);
		g_assert_cmpint(take(second, PART, SIZE / 2 - PART), ==, SIZE / 2 - PART);
		g_assert_cmpint(take(second, SIZE / 2, 1), ==, -1);
		making_leave(second);
		g_assert_cmpint(get_kept(f), ==, -1);
	}
}

/* A disk that takes no more (here: a file that may not grow): the stream goes on, the half file is gone, the
 * log says where and what helps. */
static void
test_full(Fixture *f, gconstpointer data)
{
	struct rlimit before, small;
	g_autofree char *wanted = g_strdup_printf(
		"*cannot be kept in %s: *make room on that disk, or set ConvertCache *", f->folder);

	(void)data;
	g_assert_cmpint(getrlimit(RLIMIT_FSIZE, &before), ==, 0);
	small = before;
	small.rlim_cur = 70000;
	(void)signal(SIGXFSZ, SIG_IGN);
	MakingReader *first = start(f, SIZE, NOBODY), *second = join(f, 0, SIZE);

	g_assert_cmpint(setrlimit(RLIMIT_FSIZE, &small), ==, 0);
	g_test_expect_message(NULL, G_LOG_LEVEL_WARNING, wanted);
	g_assert_cmpint(take(first, 0, SIZE), ==, SIZE);
	g_assert_cmpint(setrlimit(RLIMIT_FSIZE, &before), ==, 0);
	g_test_assert_expected_messages();
	g_assert_cmpuint(count_files(f), ==, 0);
	g_assert_cmpint(take(second, 0, 70000), ==, 70000);
	g_assert_cmpint(take(second, 70000, 1), ==, -1);
	making_leave(first);
	making_leave(second);
	first = start(f, SIZE, NOBODY); /* there is room again */
	f->origin.at = 0;
	g_assert_cmpint(take(first, 0, SIZE), ==, SIZE);
	making_leave(first);
	g_assert_cmpint(get_kept(f), ==, SIZE);
}

/* Two threads */

typedef struct {
	Fixture *fixture;
	int player;
	MakingRole role;
	int64_t got;
} Other;

static void *
run_other(void *data)
{
	Other *other = data;
	MakingReader *reader = NULL;

	other->role = enter_as(other->fixture, 0, SIZE, other->player, &reader);
	if (other->role == MAKING_BEGIN) {
		begin(other->fixture, reader);
	}
	other->got = reader != NULL ? take(reader, 0, SIZE) : 0;
	making_leave(reader);
	return NULL;
}

static pthread_t
run(Other *other)
{
	pthread_t thread;

	g_assert_cmpint(pthread_create(&thread, NULL, run_other, other), ==, 0);
	return thread;
}

/* Who comes while it begins waits for that; when it does not begin he tries himself. */
static void
test_beginning(Fixture *f, gconstpointer data)
{
	Other other = { .fixture = f, .player = NOBODY };
	MakingReader *first = NULL;

	(void)data;
	g_assert_cmpint(enter_as(f, 0, SIZE, NOBODY, &first), ==, MAKING_BEGIN);
	pthread_t thread = run(&other);

	begin(f, first);
	g_assert_cmpint(take(first, 0, SIZE), ==, SIZE);
	(void)pthread_join(thread, NULL);
	making_leave(first);
	g_assert_cmpint(other.got, ==, SIZE);
	g_assert_cmpint(other.role, ==, MAKING_JOINED);

	g_assert_cmpint(enter_as(f, 0, SIZE, NOBODY, &first), ==, MAKING_BEGIN);
	f->origin.at = 0;
	thread = run(&other);
	making_leave(first);
	(void)pthread_join(thread, NULL);
	g_assert_cmpint(other.got, ==, SIZE);
	g_assert_cmpint(other.role, ==, MAKING_BEGIN);
}

static void
shut(Origin *origin, bool shut)
{
	(void)pthread_mutex_lock(&origin->lock);
	origin->shut = shut;
	(void)pthread_cond_broadcast(&origin->changed);
	(void)pthread_mutex_unlock(&origin->lock);
}

/* Who waits for octets that are made for another one gets them, too; who leaves meanwhile does not wait. */
static void
test_waiting(Fixture *f, gconstpointer data)
{
	int ends[2];
	char octet;

	(void)data;
	g_assert_cmpint(socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends), ==, 0);
	MakingReader *first = start(f, SIZE, NOBODY), *leaver = NULL;

	g_assert_cmpint(enter_as(f, 0, SIZE, ends[0], &leaver), ==, MAKING_JOINED);
	Other other = { .fixture = f, .player = NOBODY };

	shut(&f->origin, true);
	pthread_t thread = run(&other);

	(void)pthread_mutex_lock(&f->origin.lock);
	while (!f->origin.waits) {
		(void)pthread_cond_wait(&f->origin.changed, &f->origin.lock);
	}
	(void)pthread_mutex_unlock(&f->origin.lock);
	(void)close(ends[1]);
	g_assert_cmpint(making_read(leaver, &octet, 1), ==, -1);
	shut(&f->origin, false);
	g_assert_cmpint(take(first, 0, SIZE), ==, SIZE);
	(void)pthread_join(thread, NULL);
	g_assert_cmpint(other.got, ==, SIZE);
	making_leave(leaver);
	making_leave(first);
	(void)close(ends[0]);
}

#define ADD(name, limit, test) \
	g_test_add("/convert/making/" name, Fixture, limit, set_up, test, tear_down)

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	ADD("two", NULL, test_two);
	ADD("parts", NULL, test_parts);
	ADD("failure", NULL, test_failure);
	ADD("origin", NULL, test_origin);
	ADD("player-left", NULL, test_player_left);
	ADD("limit", GSIZE_TO_POINTER(SIZE), test_limit);
	ADD("limit-leaves", GSIZE_TO_POINTER(SIZE), test_limit_leaves);
	ADD("full", NULL, test_full);
	ADD("beginning", NULL, test_beginning);
	ADD("waiting", NULL, test_waiting);
	return g_test_run();
}
