/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* SIGKILL at random points of scanning and of writing: whatever was acknowledged is there at the next
 * start, and update ids never go back. A child opens the catalogue, checks what its parent was told so
 * far, and writes on until it is killed; each operation is announced before and acknowledged after.
 * Rounds: 200, or AV_UPNP_KILLS. */
#include <glib/gstdio.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

#include <av-upnp/cursor.h>
#include <av-upnp/text.h>

#include "catalogue-backends.h"
#include "mediaserver/catalogue/overlay.h"

#define N_ITEMS 12
#define ROUNDS 200

typedef enum { SAY_READY, SAY_BEGIN, SAY_DONE } Word;
typedef enum { OP_PUT, OP_EDIT, OP_PLAY, OP_LIST, N_OPS } Operation;

/* What the child says; short enough to be written whole. */
typedef struct {
	int32_t word, operation, item, value;
	uint32_t update_id;
} Message;

/* What is known of an item: the last acknowledged, and what may have happened since. 0: nothing. */
typedef struct {
	int32_t done[N_OPS], begun[N_OPS];
} Known;

static Known known[N_ITEMS];
static uint32_t update_id;
static int32_t next_value = 1;
static const CatalogueFolder folder = { "11111111-2222-3333-4444-555555555555", "Files", "" };

static bool
put(Catalogue *catalogue, int32_t i, int32_t value, int64_t *ret_id)
{
	g_autofree char *name = g_strdup_printf("%d.flac", i);
	g_autofree char *title = g_strdup_printf("file %d", value);
	g_autofree char *sort = avu_text_sort_key(title);
	Item item;

	item_init(&item);
	item.kind = ITEM_AUDIO;
	item.name = name;
	item.title = title;
	item.track = value;
	item.mime = "audio/flac";
	item.sort_title = item.sort_name = sort;
	if (!catalogue_begin(catalogue, NULL) || !catalogue_put_folder(catalogue, &folder, NULL) ||
		!catalogue_put_item(catalogue, &folder, &item, NULL)) {
		return false;
	}
	*ret_id = item.id;
	return catalogue_commit(catalogue, NULL);
}

/* Nobody knows an id but from the first put: ids are the same in each round. */
static int64_t ids[N_ITEMS];

static bool
run(Catalogue *catalogue, Operation operation, int32_t i, int32_t value)
{
	g_autofree char *text = g_strdup_printf("edited %d", value);
	const OverlayEdit edit = { AVU_PROPERTY_ALBUM, text };
	const OverlayPlay play = {
		.count = value, .position_ns = AVU_TIME_NONE, .played_s = value
	};
	int64_t unused;

	switch (operation) {
	case OP_PUT:
		return put(catalogue, i, value, &ids[i]);
	case OP_EDIT:
		return overlay_edit(catalogue, ids[i], &edit, 1, NULL);
	case OP_PLAY:
		return overlay_set_play(catalogue, ids[i], "", &play, NULL);
	case OP_LIST:
		return overlay_make_list(catalogue, view_get_container(view_find("music")), text,
			"object.container.playlistContainer", &unused, NULL);
	case N_OPS:
		break;
	}
	return false;
}

static void
note_item(const Item *item, void *data)
{
	int32_t *seen = data;

	seen[OP_PUT] = (int32_t)item->track;
	seen[OP_EDIT] = item->album != NULL ? atoi(item->album + strlen("edited ")) : 0;
	seen[OP_PLAY] = item->play_count > 0 ? (int32_t)item->play_count : 0;
}

static void
note_nothing(const Container *container, void *data)
{
	(void)container, (void)data;
}

/* In the child. @return false: something acknowledged is lost */
static bool
is_all_there(Catalogue *catalogue)
{
	if (catalogue_get_update_id(catalogue) < update_id) {
		fprintf(stderr, "update id %u after %u\n", catalogue_get_update_id(catalogue),
			update_id);
		return false;
	}
	for (int32_t i = 0; i < N_ITEMS; i++) {
		int32_t seen[N_OPS] = { 0 };
		const CatalogueSink sink = { note_nothing, note_item, seen };

		if (ids[i] == 0) {
			continue;
		}
		(void)catalogue_get_item(catalogue, ids[i], 0, &sink, NULL); /* none: all is 0 */
		for (int operation = OP_PUT; operation <= OP_PLAY; operation++) {
			/* values rise: a later one was begun and happened, in this round or before */
			if (seen[operation] < known[i].done[operation] ||
				seen[operation] >
					MAX(known[i].begun[operation], known[i].done[operation])) {
				fprintf(stderr, "item %d, operation %d: %d, acknowledged was %d\n",
					i, operation, seen[operation], known[i].done[operation]);
				return false;
			}
		}
	}
	return true;
}

static void
say(int pipe_fd, Word word, Operation operation, int32_t item, int32_t value, uint32_t id)
{
	const Message message = { (int32_t)word, (int32_t)operation, item, value, id };

	if (write(pipe_fd, &message, sizeof(message)) != sizeof(message)) {
		_exit(2);
	}
}

static void
child(const char *directory, int pipe_fd, uint32_t seed)
{
	g_autoptr(GError) error = NULL;
	g_autoptr(GRand) rand = g_rand_new_with_seed(seed);
	State *state = state_open(directory, &error);
	Catalogue *catalogue =
		state != NULL ? catalogue_backend()->open(directory, state, &error) : NULL;

	if (catalogue == NULL || !is_all_there(catalogue)) {
		fprintf(stderr, "%s\n", error != NULL ? error->message : "lost");
		_exit(1);
	}
	say(pipe_fd, SAY_READY, 0, 0, 0, catalogue_get_update_id(catalogue));
	for (int32_t value = next_value;; value++) {
		int32_t i = g_rand_int_range(rand, 0, N_ITEMS);
		Operation operation =
			ids[i] == 0 ? OP_PUT : (Operation)g_rand_int_range(rand, 0, N_OPS);

		say(pipe_fd, SAY_BEGIN, operation, i, value, 0);
		if (!run(catalogue, operation, i, value)) {
			_exit(1);
		}
		say(pipe_fd, SAY_DONE, operation, i, value, catalogue_get_update_id(catalogue));
	}
}

static void
hear(const Message *message)
{
	Known *item = &known[message->item];

	switch (message->word) {
	case SAY_BEGIN:
		item->begun[message->operation] = message->value;
		next_value = message->value + 1;
		break;
	case SAY_DONE:
		item->done[message->operation] = message->value;
		break;
	default:
		break;
	}
	update_id = MAX(update_id, message->update_id);
}

/* @param ret_ready  it opened and checked all */
static int
hear_all(int pipe_fd, bool *ret_ready)
{
	Message message;
	int n = 0;

	while (read(pipe_fd, &message, sizeof(message)) == sizeof(message)) {
		hear(&message);
		*ret_ready = true;
		n++;
	}
	return n;
}

/* What was begun may have happened or not; what the next child finds is what counts from then on. */
static void
round_of(const char *directory, GRand *rand, bool from_start)
{
	int ends[2], status;
	bool ready = false;
	Message first;

	g_assert_cmpint(pipe(ends), ==, 0);
	pid_t pid = fork();

	if (pid == 0) {
		close(ends[0]);
		child(directory, ends[1], g_rand_int(rand));
	}
	close(ends[1]);
	(void)g_rand_int(rand);
	/* some are killed while they open */
	if (!from_start && read(ends[0], &first, sizeof(first)) == sizeof(first)) {
		hear(&first);
		ready = true;
	}
	g_usleep((gulong)g_rand_int_range(rand, 100, from_start ? 20000 : 12000));
	(void)kill(pid, SIGKILL);
	(void)hear_all(ends[0], &ready);
	close(ends[0]);
	g_assert_cmpint(waitpid(pid, &status, 0), ==, pid);
	/* ended by itself: it said why */
	g_assert_true(WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL);
	g_assert_true(ready || from_start);
}

static void
learn_ids(const char *directory)
{
	State *state = state_open(directory, NULL);
	Catalogue *catalogue = catalogue_backend()->open(directory, state, NULL);

	for (int32_t i = 0; i < N_ITEMS; i++) {
		g_assert_true(put(catalogue, i, next_value, &ids[i]));
		known[i].done[OP_PUT] = next_value++;
	}
	update_id = catalogue_get_update_id(catalogue);
	catalogue_close(catalogue);
	state_close(state);
}

static void
remove_all(char *directory)
{
	g_autoptr(GDir) dir = g_dir_open(directory, 0, NULL);
	const char *name;

	while ((name = g_dir_read_name(dir)) != NULL) {
		g_autofree char *path = g_build_filename(directory, name, NULL);

		g_assert_cmpint(g_unlink(path), ==, 0);
	}
	g_assert_cmpint(g_rmdir(directory), ==, 0);
	g_free(directory);
}

static void
test_kill(void)
{
	char *directory = g_dir_make_tmp("kill-XXXXXX", NULL);
	g_autoptr(GRand) rand = g_rand_new_with_seed(7);
	const char *wanted = g_getenv("AV_UPNP_KILLS");
	uint64_t rounds = ROUNDS;

	if (wanted != NULL) {
		g_assert_true(avu_parse_uint(wanted, 1000000, &rounds));
	}
	learn_ids(directory);
	for (uint64_t i = 0; i < rounds; i++) {
		round_of(directory, rand, i % 5 == 4);
	}
	g_test_message("%d operations in %d rounds", (int)next_value, (int)rounds);
	remove_all(directory);
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/kill/catalogue", test_kill);
	return g_test_run();
}
