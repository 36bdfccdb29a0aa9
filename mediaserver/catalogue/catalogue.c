/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Transactions, reader pool and update ids of library.db. */
#include "mediaserver/catalogue/overlay-private.h"

#include <time.h>

#include <av-upnp/clock.h>
#include <av-upnp/error.h>
#include <av-upnp/limits.h>
#include <av-upnp/random.h>

#include "mediaserver/catalogue/aside.h"
#include "mediaserver/catalogue/counts.h"
#include "mediaserver/catalogue/letters.h"
#include "mediaserver/catalogue/renumber.h"
#include "mediaserver/catalogue/sample.h"
#include "mediaserver/catalogue/sort-key.h"
#include "mediaserver/catalogue/search-value.h"
#include "mediaserver/catalogue/text-index.h"
#include "mediaserver/catalogue/view-file.h"
#include "mediaserver/catalogue/view-reload.h"
#include "mediaserver/catalogue/view-sql.h"

/* a scan uses some 50 000 a second: a synced write every other second */
#define UPDATE_IDS_RESERVED 100000
/* Transactions take parts of a second, but for other views over a large library: who asked hears that
 * it is busy, long before control points give up (30 s). */
#define TURN_WAIT_NS (10 * AVU_NS_PER_S)

/* Nobody has subscribed yet who could be told what came. */
static bool
make_views(Catalogue *catalogue, GError **error)
{
	if (!catalogue_begin(catalogue, error)) {
		return false;
	}
	if (!letters_load(catalogue, error) || !samples_load(catalogue, error) ||
		!view_reload(catalogue, error)) {
		catalogue_rollback(catalogue);
		return false;
	}
	change_log_drop(catalogue->changes);
	return catalogue_commit(catalogue, error);
}

/* What has to be in the file before others look. */
static bool
begin_with(Catalogue *catalogue, GError **error)
{
	return make_views(catalogue, error) && overlay_reconcile(catalogue, error) &&
	       (!renumber_is_due(catalogue) || renumber(catalogue, error));
}

/* With the file that is there, or with a new one. */
static bool
open_whole(Catalogue *catalogue, GError **error)
{
	g_autoptr(GError) cause = NULL;

	if (catalogue_open_files(catalogue, &cause) && begin_with(catalogue, &cause)) {
		return true;
	}
	if (!catalogue_is_damaged(catalogue)) {
		g_propagate_error(error, g_steal_pointer(&cause));
		return false;
	}
	g_message("a part of the catalogue is damaged; it is built anew");
	if (!catalogue_renew_files(catalogue, error) || !begin_with(catalogue, error)) {
		return false;
	}
	atomic_store(&catalogue->damaged, false);
	return true;
}

Catalogue *
catalogue_open(const char *directory, State *state, GError **error)
{
	if (!views_load(error)) {
		return NULL;
	}
	view_plans_make(views_get_used());
	g_autoptr(Catalogue) catalogue = g_new0(Catalogue, 1);

	pthread_condattr_t attributes;

	(void)pthread_mutex_init(&catalogue->lock, NULL);
	(void)pthread_condattr_init(&attributes);
	(void)pthread_condattr_setclock(&attributes, CLOCK_MONOTONIC);
	(void)pthread_cond_init(&catalogue->idle, &attributes);
	(void)pthread_cond_init(&catalogue->written, &attributes);
	(void)pthread_condattr_destroy(&attributes);
	catalogue->changes = change_log_new();
	catalogue->later = g_hash_table_new_full(g_int64_hash, g_int64_equal, g_free, g_free);
	catalogue->chosen = g_hash_table_new_full(g_int64_hash, g_int64_equal, g_free, NULL);
	catalogue->split = g_hash_table_new_full(g_int64_hash, g_int64_equal, g_free, NULL);
	catalogue->listings = listing_cache_new(CATALOGUE_LISTINGS_BYTES);
	catalogue->known = g_hash_table_new_full(g_int64_hash, g_int64_equal, g_free, NULL);
	atomic_store(&catalogue->query_ns, AVU_LIMIT_QUERY_NS);
	atomic_store(&catalogue->turn_ns, TURN_WAIT_NS);
	catalogue->query_clock = avu_clock_monotonic();
	catalogue->state = state;
	catalogue->settling = catalogue_new_settling();
	catalogue->path = g_build_filename(directory, "library.db", NULL);
	return open_whole(catalogue, error) ? g_steal_pointer(&catalogue) : NULL;
}

void
catalogue_close(Catalogue *catalogue)
{
	g_autoptr(GError) error = NULL;

	if (catalogue == NULL) {
		return;
	}
	if (catalogue->writer != NULL && !state_reserve_update_ids(catalogue->state,
						 atomic_load(&catalogue->update_id), &error)) {
		g_warning("update ids go on from the last reserve: %s", error->message);
	}
	catalogue_close_files(catalogue);
	g_clear_pointer(&catalogue->settling, g_array_unref);
	change_log_free(catalogue->changes);
	listing_cache_free(catalogue->listings);
	g_hash_table_unref(catalogue->known);
	g_hash_table_unref(catalogue->split);
	g_hash_table_unref(catalogue->chosen);
	g_hash_table_unref(catalogue->later);
	(void)pthread_cond_destroy(&catalogue->idle);
	(void)pthread_cond_destroy(&catalogue->written);
	(void)pthread_mutex_destroy(&catalogue->lock);
	g_free(catalogue->path);
	g_free(catalogue);
}

char *
catalogue_dup_reset_token(Catalogue *catalogue)
{
	return state_dup(catalogue->state, "reset-token");
}

void
catalogue_set_letters_above(Catalogue *catalogue, int64_t n_groups)
{
	catalogue->letters_above = n_groups;
}

void
catalogue_set_query_limit(Catalogue *catalogue, int64_t limit_ns)
{
	atomic_store(&catalogue->query_ns, limit_ns);
}

void
catalogue_set_turn_limit(Catalogue *catalogue, int64_t limit_ns)
{
	atomic_store(&catalogue->turn_ns, limit_ns);
}

void
catalogue_set_query_clock(Catalogue *catalogue, const AvuClock *clock)
{
	catalogue->query_clock = clock;
}

uint64_t
catalogue_count_commits(Catalogue *catalogue)
{
	return atomic_load(&catalogue->n_commits);
}

uint32_t
catalogue_get_update_id(Catalogue *catalogue)
{
	return atomic_load(&catalogue->update_id);
}

int64_t
catalogue_count_items(Catalogue *catalogue)
{
	return atomic_load(&catalogue->n_items);
}

uint32_t
catalogue_stamp(Catalogue *catalogue)
{
	/* at the end they stay: the transaction is not committed, nothing goes back */
	return catalogue->stamp == UINT32_MAX ? UINT32_MAX : ++catalogue->stamp;
}

void
catalogue_note(Catalogue *catalogue, const CatalogueChange *change)
{
	change_log_note(catalogue->changes, change);
}

void
catalogue_note_children(Catalogue *catalogue, int64_t container, uint32_t update_id)
{
	change_log_note_children(catalogue->changes, container, update_id);
}

void
catalogue_take_changes(Catalogue *catalogue, CatalogueChanges *ret_changes)
{
	change_log_take(catalogue->changes, ret_changes);
}

/* The lock is held. Who wrote last lets others go first: it would be back before they wake up. */
static bool
must_wait(const Catalogue *catalogue)
{
	return catalogue->writing ||
	       (catalogue->n_waiting > 0 &&
		       pthread_equal(catalogue->writer_thread, pthread_self()) != 0);
}

static bool
has_turn(const Catalogue *catalogue)
{
	return catalogue->writing && pthread_equal(catalogue->writer_thread, pthread_self()) != 0;
}

/* One writes at a time. @return false with AVU_ERROR_BUSY */
static bool
take_turn(Catalogue *catalogue, GError **error)
{
	const int64_t until_ns = avu_now_ns() + atomic_load(&catalogue->turn_ns);
	const struct timespec until = { .tv_sec = until_ns / AVU_NS_PER_S,
		.tv_nsec = until_ns % AVU_NS_PER_S };
	int code = 0;

	(void)pthread_mutex_lock(&catalogue->lock);
	const bool held = catalogue->turn_held && has_turn(catalogue);

	while (!held && must_wait(catalogue) && code == 0) {
		const bool waits = catalogue->writing;

		catalogue->n_waiting += waits ? 1 : 0;
		code = pthread_cond_timedwait(&catalogue->written, &catalogue->lock, &until);
		catalogue->n_waiting -= waits ? 1 : 0;
	}
	const bool mine = held || !must_wait(catalogue);

	if (mine) {
		catalogue->writing = true;
		catalogue->writer_thread = pthread_self();
	} else { /* nobody lets this one go first any more */
		(void)pthread_cond_broadcast(&catalogue->written);
	}
	(void)pthread_mutex_unlock(&catalogue->lock);
	if (!mine) {
		g_set_error(error, AVU_ERROR, AVU_ERROR_BUSY, "others write to the catalogue");
	}
	return mine;
}

static void
end_turn(Catalogue *catalogue)
{
	(void)pthread_mutex_lock(&catalogue->lock);
	if (!catalogue->turn_held) {
		catalogue->writing = false;
		(void)pthread_cond_broadcast(&catalogue->written);
	}
	(void)pthread_mutex_unlock(&catalogue->lock);
}

/* Transactions of this thread one after the other, and none of others between. By who has the turn. */
static void
hold_turn(Catalogue *catalogue, bool held)
{
	(void)pthread_mutex_lock(&catalogue->lock);
	catalogue->turn_held = held;
	(void)pthread_mutex_unlock(&catalogue->lock);
}

static bool
is_my_turn(Catalogue *catalogue)
{
	(void)pthread_mutex_lock(&catalogue->lock);
	bool mine = has_turn(catalogue);

	(void)pthread_mutex_unlock(&catalogue->lock);
	return mine;
}

bool
catalogue_begin(Catalogue *catalogue, GError **error)
{
	if (!take_turn(catalogue, error)) {
		return false;
	}
	catalogue->stamp = atomic_load(&catalogue->update_id);
	catalogue->n_added = 0;
	g_hash_table_remove_all(catalogue->known);
	g_hash_table_remove_all(catalogue->later);
	catalogue_forget_settling(catalogue);
	if (!database_run(catalogue->writer, "BEGIN IMMEDIATE", error)) {
		end_turn(catalogue);
		return false;
	}
	return true;
}

void
catalogue_rollback(Catalogue *catalogue)
{
	if (is_my_turn(catalogue)) {
		/* none may be open any more */
		(void)database_run(catalogue->writer, "ROLLBACK", NULL);
		change_log_drop(catalogue->changes);
		/* views that were tried with it are not tried any more */
		views_try(NULL);
		/* a writer that cannot read its tables will not commit, either */
		(void)letters_load(catalogue, NULL);
		(void)samples_load(catalogue, NULL);
		end_turn(catalogue);
	}
}

/* The reserve is on the disk before a number of it is shown. */
static bool
reserve(Catalogue *catalogue, GError **error)
{
	if (catalogue->stamp == UINT32_MAX) {
		g_set_error(error, AVU_ERROR, AVU_ERROR_LIMIT,
			"the numbers of changes are used up; start the server again");
		return false;
	}
	if (catalogue->stamp <= catalogue->ceiling) {
		return true;
	}
	uint32_t ceiling =
		catalogue->stamp + MIN(UPDATE_IDS_RESERVED, UINT32_MAX - catalogue->stamp);

	if (!state_reserve_update_ids(catalogue->state, ceiling, error)) {
		return false;
	}
	catalogue->ceiling = ceiling;
	return true;
}

static bool
store_numbers(Catalogue *catalogue, GError **error)
{
	Statement *statement = database_prepare(catalogue->writer,
		"INSERT OR REPLACE INTO meta VALUES ('update_id', ?1), ('items', ?2)", error);

	if (statement == NULL) {
		return false;
	}
	statement_bind_int(statement, 1, catalogue->stamp);
	statement_bind_int(statement, 2, atomic_load(&catalogue->n_items) + catalogue->n_added);
	return statement_finish(catalogue->writer, statement, error);
}

bool
catalogue_commit_views(Catalogue *catalogue, ViewSet *set, GError **error)
{
	bool changed = catalogue->stamp != atomic_load(&catalogue->update_id);

	if (!counts_flush(catalogue, error) || (changed && !letters_balance(catalogue, error)) ||
		!samples_refresh(catalogue, error) ||
		!text_index_update(catalogue->writer, error) || !reserve(catalogue, error) ||
		!catalogue_settle_ids(catalogue, error) ||
		(catalogue->stamp != atomic_load(&catalogue->update_id) &&
			!store_numbers(catalogue, error)) ||
		!database_run(catalogue->writer, "COMMIT", error)) {
		catalogue_rollback(catalogue);
		return false;
	}
	atomic_fetch_add(&catalogue->n_commits, 1);
	atomic_store(&catalogue->update_id, catalogue->stamp);
	atomic_fetch_add(&catalogue->n_items, catalogue->n_added);
	change_log_publish(catalogue->changes);
	if (set != NULL) {
		views_use(set);
	}
	end_turn(catalogue);
	return true;
}

bool
catalogue_commit(Catalogue *catalogue, GError **error)
{
	return catalogue_commit_views(catalogue, NULL, error);
}

bool
catalogue_tidy(Catalogue *catalogue, bool first, bool *ret_more, GError **error)
{
	if (!catalogue_begin(catalogue, error)) {
		return false;
	}
	if (!text_index_join(catalogue->writer, first, ret_more, error)) {
		catalogue_rollback(catalogue);
		return false;
	}
	return catalogue_commit(catalogue, error);
}

static Database *
find_idle(Catalogue *catalogue)
{
	for (unsigned i = 0; i < CATALOGUE_READERS; i++) {
		if (catalogue->readers[i] != NULL) {
			return g_steal_pointer(&catalogue->readers[i]);
		}
	}
	return NULL;
}

Database *
catalogue_borrow(Catalogue *catalogue, GError **error)
{
	struct timespec until;
	/* what it waits for a reader is part of its time */
	const int64_t deadline_ns =
		avu_clock_now_ns(catalogue->query_clock) + atomic_load(&catalogue->query_ns);
	Database *reader;
	int code = 0;

	(void)clock_gettime(CLOCK_MONOTONIC, &until); /* that of idle */
	until.tv_sec += AVU_LIMIT_QUERY_NS / AVU_NS_PER_S;
	(void)pthread_mutex_lock(&catalogue->lock);
	while ((reader = find_idle(catalogue)) == NULL && code == 0) {
		code = pthread_cond_timedwait(&catalogue->idle, &catalogue->lock, &until);
	}
	(void)pthread_mutex_unlock(&catalogue->lock);
	if (reader == NULL) {
		g_set_error(error, AVU_UPNP_ERROR, 720, "too many requests at once");
		return NULL;
	}
	database_set_deadline(reader, catalogue->query_clock, deadline_ns);
	return reader;
}

void
catalogue_return(Catalogue *catalogue, Database *reader)
{
	(void)pthread_mutex_lock(&catalogue->lock);
	for (unsigned i = 0; i < CATALOGUE_READERS; i++) {
		if (catalogue->readers[i] == NULL) {
			catalogue->readers[i] = reader;
			break;
		}
	}
	(void)pthread_cond_signal(&catalogue->idle);
	(void)pthread_mutex_unlock(&catalogue->lock);
}

bool
catalogue_rebuild(Catalogue *catalogue, GError **error)
{
	if (!take_turn(catalogue, error)) {
		return false;
	}
	hold_turn(catalogue, true);
	change_log_drop(catalogue->changes);
	const bool good = catalogue_replace_files(catalogue, begin_with, error);

	hold_turn(catalogue, false);
	end_turn(catalogue);
	if (good) {
		atomic_store(&catalogue->damaged, false);
	}
	return good;
}

void
catalogue_end_long(Catalogue *catalogue)
{
	atomic_store(&catalogue->ending, true);
}

bool
catalogue_is_damaged(Catalogue *catalogue)
{
	return atomic_load(&catalogue->damaged);
}

void
catalogue_set_damaged(Catalogue *catalogue, void (*damaged)(void *data), void *data)
{
	catalogue->on_damaged = damaged;
	catalogue->on_damaged_data = data;
}
