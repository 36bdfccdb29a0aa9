/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The record of changes: what of a transaction is told, in which order, and what is not kept. */
#include "mediaserver/catalogue/changes-private.h"

#define A CATALOGUE_ADDED
#define M CATALOGUE_MODIFIED
#define D CATALOGUE_DELETED

typedef struct {
	CatalogueChangeKind kind;
	int64_t item;
	int64_t container;
	uint32_t update_id;
} Step;

static const struct {
	Step steps[4];
	const char *told; /* kind, id, number; in order */
	const char *why;
} rows[] = {
	{ { { A, 1, 0, 5 } }, "A1@5 ", "a new item" },
	{ { { M, 1, 0, 5 }, { M, 1, 0, 7 } }, "M1@7 ", "twice modified: the last number" },
	{ { { A, 1, 0, 5 }, { M, 1, 0, 6 } }, "A1@5 M1@6 ", "new, then modified: it came first" },
	{ { { A, 1, 0, 5 }, { D, 1, 0, 6 } }, "", "came and went: nobody saw it" },
	{ { { D, 1, 0, 5 }, { A, 1, 0, 6 } }, "M1@6 ", "went and came back: changed" },
	{ { { M, 1, 0, 5 }, { D, 1, 0, 6 } }, "D1@6 ", "nobody needs the change of what is gone" },
	{ { { M, 2, 0, 5 }, { M, 1, 0, 6 }, { M, 2, 0, 7 } }, "M1@6 M2@7 ", "numbers rise" },
	{ { { M, 1, 0, 5 }, { M, 1, 9, 6 } }, "M1@5 M1@6 ", "an item and its reference are two" },
};

static void
note(ChangeLog *log, const Step *step)
{
	const CatalogueChange change = { .kind = step->kind,
		.item = step->item,
		.container = step->container,
		.update_id = step->update_id };

	change_log_note(log, &change);
}

static char *
take(ChangeLog *log, bool *ret_lost)
{
	g_auto(CatalogueChanges) changes = { 0 };
	GString *text = g_string_new(NULL);

	change_log_take(log, &changes);
	for (guint i = 0; i < changes.changes->len; i++) {
		const CatalogueChange *change = &g_array_index(changes.changes, CatalogueChange, i);

		g_string_append_printf(text, "%c%d@%u ", "AMD"[change->kind], (int)change -> item,
			change -> update_id);
	}
	*ret_lost = changes.lost;
	return g_string_free(text, FALSE);
}

static void
test_rows(void)
{
	for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
		ChangeLog *log = change_log_new();
		bool lost;

		for (size_t s = 0; s < G_N_ELEMENTS(rows[i].steps); s++) {
			if (rows[i].steps[s].update_id != 0) {
				note(log, &rows[i].steps[s]);
			}
		}
		g_autofree char *early = take(log, &lost);

		g_assert_cmpstr(early, ==, "");
		change_log_publish(log);
		g_autofree char *told = take(log, &lost);

		g_test_message("%s", rows[i].why);
		g_assert_cmpstr(told, ==, rows[i].told);
		g_assert_false(lost);
		change_log_free(log);
	}
}

static void
test_rollback(void)
{
	ChangeLog *log = change_log_new();
	bool lost;

	note(log, &(Step){ A, 1, 0, 5 });
	change_log_note_children(log, 7, 5);
	change_log_drop(log);
	note(log, &(Step){ A, 2, 0, 5 });
	change_log_publish(log);
	g_autofree char *told = take(log, &lost);

	g_assert_cmpstr(told, ==, "A2@5 ");
	g_autofree char *again = take(log, &lost);

	g_assert_cmpstr(again, ==, "");
	change_log_free(log);
}

static void
test_containers(void)
{
	ChangeLog *log = change_log_new();
	g_auto(CatalogueChanges) changes = { 0 };

	change_log_note_children(log, 7, 5);
	change_log_note_children(log, 8, 6);
	change_log_publish(log);
	change_log_note_children(log, 7, 9);
	change_log_publish(log);
	change_log_take(log, &changes);
	g_assert_cmpuint(changes.containers->len, ==, 2);
	for (guint i = 0; i < 2; i++) {
		const CatalogueContainerUpdate *update =
			&g_array_index(changes.containers, CatalogueContainerUpdate, i);

		g_assert_cmpuint(update->update_id, ==, update->id == 7 ? 9 : 6);
	}
	change_log_free(log);
}

/* A first scan: bounded, and it says so. */
static void
test_bounds(void)
{
	ChangeLog *log = change_log_new();
	g_auto(CatalogueChanges) changes = { 0 };

	for (int part = 0; part < 3; part++) {
		for (int i = 1; i <= CATALOGUE_CHANGES_MAX; i++) {
			note(log, &(Step){ A, part * CATALOGUE_CHANGES_MAX + i, 0, (uint32_t)i });
			change_log_note_children(
				log, part * CATALOGUE_CHANGES_MAX + i, (uint32_t)i);
		}
		change_log_publish(log);
	}
	change_log_take(log, &changes);
	g_assert_cmpuint(changes.changes->len, ==, CATALOGUE_CHANGES_MAX);
	g_assert_cmpuint(changes.containers->len, ==, CATALOGUE_CHANGES_MAX);
	g_assert_true(changes.lost);
	catalogue_changes_clear(&changes);
	change_log_take(log, &changes);
	g_assert_false(changes.lost);
	change_log_free(log);
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/changes/rows", test_rows);
	g_test_add_func("/changes/rollback", test_rollback);
	g_test_add_func("/changes/containers", test_containers);
	g_test_add_func("/changes/bounds", test_bounds);
	return g_test_run();
}
