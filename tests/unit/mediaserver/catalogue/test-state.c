/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* state.db over versions and accidents: what is in there is all there is. */
#include <glib/gstdio.h>

#include <av-upnp/error.h>

#include "mediaserver/catalogue/database.h"
#include "mediaserver/catalogue/state-private.h"

typedef struct {
	char *directory, *path;
} Fixture;

static void
set_up(Fixture *f, const void *unused)
{
	(void)unused;
	f->directory = g_dir_make_tmp("state-XXXXXX", NULL);
	f->path = g_build_filename(f->directory, "state.db", NULL);
}

static void
tear_down(Fixture *f, const void *unused)
{
	g_autoptr(GDir) dir = g_dir_open(f->directory, 0, NULL);
	const char *name;

	(void)unused;
	while ((name = g_dir_read_name(dir)) != NULL) {
		g_autofree char *path = g_build_filename(f->directory, name, NULL);

		g_assert_cmpint(g_unlink(path), ==, 0);
	}
	g_assert_cmpint(g_rmdir(f->directory), ==, 0);
	g_free(f->directory);
	g_free(f->path);
}

/* What each released version left on disks. */
static const char version_1[] =
	"CREATE TABLE value (key TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT, WITHOUT ROWID;"
	"CREATE TABLE root (path BLOB PRIMARY KEY, uuid TEXT NOT NULL UNIQUE) STRICT, WITHOUT "
	"ROWID;"
	"CREATE TABLE settled (root TEXT, path BLOB, id INTEGER NOT NULL UNIQUE,"
	"  PRIMARY KEY (root, path)) STRICT, WITHOUT ROWID;"
	"INSERT INTO value VALUES ('update-id', '4711'), ('colour', 'blue');"
	"INSERT INTO root VALUES (CAST('/srv/music' AS BLOB), 'uuid-of-old');"
	"INSERT INTO settled VALUES ('uuid-of-old', CAST('a/b.mp3' AS BLOB), 77);"
	"PRAGMA user_version = 1;";

static void
write_database(const Fixture *f, const char *sql)
{
	g_autoptr(GError) error = NULL;
	g_autoptr(Database) database = database_open(f->path, DATABASE_FULL_SYNC, &error);

	g_assert_no_error(error);
	g_assert_true(database_run(database, sql, &error));
}

static void
expect_old_values(State *state)
{
	g_autofree char *colour = state_dup(state, "colour");
	g_autofree char *root = state_dup_root(state, "/srv/music", NULL);

	g_assert_cmpstr(colour, ==, "blue");
	g_assert_cmpstr(root, ==, "uuid-of-old");
	g_assert_cmpint(state_find_settled(state, root, "a/b.mp3"), ==, 77);
	g_assert_cmpuint(state_get_update_id(state), ==, 4711);
}

/* ROB-021. */
static void
test_migration(Fixture *f, const void *unused)
{
	g_autoptr(GError) error = NULL;
	g_autofree char *copy = g_strconcat(f->path, ".v1", NULL);

	(void)unused;
	write_database(f, version_1);
	State *state = state_open(f->directory, &error);

	g_assert_no_error(error);
	expect_old_values(state);
	state_close(state);
	/* the way back for an older program */
	g_assert_true(g_file_test(copy, G_FILE_TEST_EXISTS));
	state = state_open(f->directory, &error);
	g_assert_no_error(error);
	expect_old_values(state);
	state_close(state);
}

/* FLT-26. */
static void
test_newer(Fixture *f, const void *unused)
{
	g_autoptr(GError) error = NULL;
	g_autofree char *before = NULL, *after = NULL;
	size_t len_before, len_after;

	(void)unused;
	write_database(f, "CREATE TABLE future (x); PRAGMA user_version = 99;");
	g_assert_true(g_file_get_contents(f->path, &before, &len_before, NULL));
	g_assert_null(state_open(f->directory, &error));
	g_assert_error(error, AVU_ERROR, AVU_ERROR_UNSUPPORTED);
	g_assert_true(g_file_get_contents(f->path, &after, &len_after, NULL));
	g_assert_cmpmem(before, len_before, after, len_after);
}

static const struct {
	const char *contents;
	size_t len;
	const char *why;
} damages[] = {
	{ "this is no database, and longer than its head", 45, "another format" },
	{ "", 0, "length nought" },
};

/* FLT-21. */
static void
test_damage(Fixture *f, const void *unused)
{
	(void)unused;
	for (size_t i = 0; i < G_N_ELEMENTS(damages); i++) {
		g_autoptr(GError) error = NULL;
		State *state = state_open(f->directory, &error);

		g_assert_no_error(error);
		g_assert_true(state_set(state, "colour", "blue", &error));
		g_assert_true(state_set(state, "shape", "round", &error));
		state_close(state);
		g_test_message("%s", damages[i].why);
		g_assert_true(g_file_set_contents(
			f->path, damages[i].contents, (gssize)damages[i].len, NULL));
		g_test_expect_message(NULL, G_LOG_LEVEL_WARNING, "*last good copy*");
		state = state_open(f->directory, &error);
		g_test_assert_expected_messages();
		g_assert_no_error(error);
		g_autofree char *colour = state_dup(state, "colour");
		g_autofree char *shape = state_dup(state, "shape");

		g_assert_cmpstr(colour, ==, "blue");
		g_assert_cmpstr(shape, ==, "round");
		state_close(state);
	}
}

static void
test_damage_without_copy(Fixture *f, const void *unused)
{
	g_autoptr(GError) error = NULL;

	(void)unused;
	g_assert_true(g_file_set_contents(f->path, damages[0].contents, -1, NULL));
	g_assert_null(state_open(f->directory, &error));
	g_assert_error(error, AVU_ERROR, AVU_ERROR_SYNTAX);
	g_assert_true(g_file_test(f->path, G_FILE_TEST_EXISTS));
}

/* Who tells control points of a change on the main thread does not wait for a disk that is being synced. */
static void
test_read_while_written(Fixture *f, const void *unused)
{
	State *state = state_open(f->directory, NULL);

	(void)unused;
	g_assert_true(state_set(state, "key", "one", NULL));
	(void)pthread_mutex_lock(&state->lock); /* somebody writes */
	g_autofree char *value = state_dup(state, "key");

	(void)pthread_mutex_unlock(&state->lock);
	g_assert_cmpstr(value, ==, "one");
	g_assert_true(state_set(state, "key", "two", NULL));
	g_autofree char *other = state_dup(state, "key");

	g_assert_cmpstr(other, ==, "two");
	g_assert_null(state_dup(state, "none"));
	state_close(state);
	state = state_open(f->directory, NULL);
	g_autofree char *kept = state_dup(state, "key");

	g_assert_cmpstr(kept, ==, "two");
	state_close(state);
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
#define ADD(name, test) g_test_add("/state/" name, Fixture, NULL, set_up, test, tear_down)
	ADD("migration", test_migration);
	ADD("newer", test_newer);
	ADD("damage", test_damage);
	ADD("damage-without-copy", test_damage_without_copy);
	ADD("read-while-written", test_read_while_written);
#undef ADD
	return g_test_run();
}
