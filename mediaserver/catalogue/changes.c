/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The record of changes. The writer's part (this transaction) needs no lock, the committed part has
 * one. Both are bounded: a first scan changes millions of objects and nobody can be told of each. */
#include "mediaserver/catalogue/changes-private.h"

#include <pthread.h>

/* What happened to one object in this transaction: 0 or the number. */
typedef struct {
	int64_t item, container; /* the key: its first two members */
	CatalogueChange last;
	uint32_t added, modified, deleted;
} Fate;

struct ChangeLog {
	GHashTable *fates;    /* Fate → itself; writer's */
	GHashTable *children; /* CatalogueContainerUpdate → itself; writer's */
	bool overflow;        /* writer's */

	pthread_mutex_t lock;
	GArray *changes;        /* guarded by lock */
	GHashTable *containers; /* CatalogueContainerUpdate → itself; guarded by lock */
	bool lost;              /* guarded by lock */
};

static unsigned
hash_fate(const void *key)
{
	const Fate *fate = key;
	/* both are hashes themselves */
	uint64_t mixed = (uint64_t)fate->item ^ (uint64_t)fate->container << 1;

	return (unsigned)(mixed ^ mixed >> 32);
}

static gboolean
equal_fate(const void *a, const void *b)
{
	const Fate *one = a, *other = b;

	return one->item == other->item && one->container == other->container;
}

static GHashTable *
new_containers(void)
{
	return g_hash_table_new_full(g_int64_hash, g_int64_equal, NULL, g_free);
}

ChangeLog *
change_log_new(void)
{
	ChangeLog *log = g_new0(ChangeLog, 1);

	(void)pthread_mutex_init(&log->lock, NULL);
	log->fates = g_hash_table_new_full(hash_fate, equal_fate, NULL, g_free);
	log->children = new_containers();
	log->changes = g_array_new(FALSE, FALSE, sizeof(CatalogueChange));
	log->containers = new_containers();
	return log;
}

void
change_log_free(ChangeLog *log)
{
	if (log == NULL) {
		return;
	}
	g_hash_table_unref(log->fates);
	g_hash_table_unref(log->children);
	g_array_unref(log->changes);
	g_hash_table_unref(log->containers);
	(void)pthread_mutex_destroy(&log->lock);
	g_free(log);
}

static Fate *
find_fate(ChangeLog *log, const CatalogueChange *change)
{
	const Fate key = { .item = change->item, .container = change->container };
	Fate *fate = g_hash_table_lookup(log->fates, &key);

	if (fate == NULL && g_hash_table_size(log->fates) < CATALOGUE_CHANGES_MAX) {
		fate = g_new0(Fate, 1);
		fate->item = key.item;
		fate->container = key.container;
		g_hash_table_add(log->fates, fate);
	}
	return fate;
}

void
change_log_note(ChangeLog *log, const CatalogueChange *change)
{
	Fate *fate = find_fate(log, change);

	if (fate == NULL) {
		log->overflow = true;
		return;
	}
	fate->last = *change;
	switch (change->kind) {
	case CATALOGUE_ADDED:
		/* one that went and came back was never gone for anybody */
		if (fate->deleted != 0) {
			fate->deleted = 0;
			fate->modified = change->update_id;
		} else {
			fate->added = change->update_id;
		}
		break;
	case CATALOGUE_MODIFIED:
		fate->modified = change->update_id;
		break;
	case CATALOGUE_DELETED:
		fate->deleted = fate->added != 0 ? 0 : change->update_id;
		fate->added = fate->modified = 0;
		break;
	}
}

static void
set_container(GHashTable *containers, int64_t id, uint32_t update_id, bool *ret_lost)
{
	CatalogueContainerUpdate *entry = g_hash_table_lookup(containers, &id);

	if (entry == NULL) {
		if (g_hash_table_size(containers) >= CATALOGUE_CHANGES_MAX) {
			*ret_lost = true;
			return;
		}
		entry = g_new0(CatalogueContainerUpdate, 1);
		entry->id = id;
		(void)g_hash_table_insert(containers, &entry->id, entry);
	}
	entry->update_id = update_id;
}

void
change_log_note_children(ChangeLog *log, int64_t container, uint32_t update_id)
{
	set_container(log->children, container, update_id, &log->overflow);
}

static int
by_update_id(const void *a, const void *b)
{
	const CatalogueChange *one = a, *other = b;

	return (one->update_id > other->update_id) - (one->update_id < other->update_id);
}

static void
append(GArray *changes, const Fate *fate, CatalogueChangeKind kind, uint32_t update_id)
{
	CatalogueChange change = fate->last;

	if (update_id != 0) {
		change.kind = kind;
		change.update_id = update_id;
		g_array_append_val(changes, change);
	}
}

/* The lock is held. */
static void
publish_changes(ChangeLog *log)
{
	g_autoptr(GArray) changes = g_array_new(FALSE, FALSE, sizeof(CatalogueChange));
	GHashTableIter at;
	void *fate;

	g_hash_table_iter_init(&at, log->fates);
	while (g_hash_table_iter_next(&at, &fate, NULL)) {
		append(changes, fate, CATALOGUE_ADDED, ((Fate *)fate)->added);
		append(changes, fate, CATALOGUE_MODIFIED, ((Fate *)fate)->modified);
		append(changes, fate, CATALOGUE_DELETED, ((Fate *)fate)->deleted);
	}
	g_array_sort(changes, by_update_id);
	unsigned room = CATALOGUE_CHANGES_MAX - MIN(log->changes->len, CATALOGUE_CHANGES_MAX);

	if (changes->len > 0) {
		g_array_append_vals(log->changes, changes->data, MIN(changes->len, room));
	}
	log->lost = log->lost || log->overflow || changes->len > room;
}

void
change_log_publish(ChangeLog *log)
{
	GHashTableIter at;
	void *entry;

	(void)pthread_mutex_lock(&log->lock);
	publish_changes(log);
	g_hash_table_iter_init(&at, log->children);
	while (g_hash_table_iter_next(&at, NULL, &entry)) {
		const CatalogueContainerUpdate *update = entry;

		set_container(log->containers, update->id, update->update_id, &log->lost);
	}
	(void)pthread_mutex_unlock(&log->lock);
	change_log_drop(log);
}

void
change_log_drop(ChangeLog *log)
{
	g_hash_table_remove_all(log->fates);
	g_hash_table_remove_all(log->children);
	log->overflow = false;
}

void
change_log_take(ChangeLog *log, CatalogueChanges *ret_changes)
{
	GHashTableIter at;
	void *entry;

	ret_changes->containers = g_array_new(FALSE, FALSE, sizeof(CatalogueContainerUpdate));
	(void)pthread_mutex_lock(&log->lock);
	ret_changes->changes = g_steal_pointer(&log->changes);
	log->changes = g_array_new(FALSE, FALSE, sizeof(CatalogueChange));
	ret_changes->lost = log->lost;
	log->lost = false;
	g_hash_table_iter_init(&at, log->containers);
	while (g_hash_table_iter_next(&at, NULL, &entry)) {
		g_array_append_vals(ret_changes->containers, entry, 1);
	}
	g_hash_table_remove_all(log->containers);
	(void)pthread_mutex_unlock(&log->lock);
}

void
catalogue_changes_clear(CatalogueChanges *changes)
{
	g_clear_pointer(&changes->changes, g_array_unref);
	g_clear_pointer(&changes->containers, g_array_unref);
}
