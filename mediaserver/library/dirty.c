/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* A set by root, folder and name. Bounded: who writes a million names in a minute gets a walk. Pure. */
#include "mediaserver/library/dirty.h"

#include <string.h>

#define ENTRIES_MAX 16384

struct Dirty {
	GHashTable *entries; /* DirtyEntry, as its own key */
	int64_t next_ns;
};

void
dirty_entry_free(void *data)
{
	DirtyEntry *entry = data;

	g_free(entry->folder);
	g_free(entry->name);
	g_free(entry);
}

static unsigned
entry_hash(const void *data)
{
	const DirtyEntry *entry = data;

	return g_str_hash(entry->folder) * 31 + g_str_hash(entry->name) + entry->root;
}

static int
entry_equal(const void *a, const void *b)
{
	const DirtyEntry *first = a;
	const DirtyEntry *second = b;

	return first->root == second->root && g_str_equal(first->folder, second->folder) &&
	       g_str_equal(first->name, second->name);
}

static int
entry_compare(const void *a, const void *b)
{
	const DirtyEntry *first = *(const DirtyEntry *const *)a;
	const DirtyEntry *second = *(const DirtyEntry *const *)b;
	int order = first->root < second->root ? -1 : first->root > second->root;

	order = order != 0 ? order : strcmp(first->folder, second->folder);
	return order != 0 ? order : strcmp(first->name, second->name);
}

Dirty *
dirty_new(void)
{
	Dirty *dirty = g_new0(Dirty, 1);

	dirty->entries = g_hash_table_new_full(entry_hash, entry_equal, dirty_entry_free, NULL);
	dirty->next_ns = AVU_TIME_NONE;
	return dirty;
}

void
dirty_free(Dirty *dirty)
{
	if (dirty != NULL) {
		g_hash_table_unref(dirty->entries);
		g_free(dirty);
	}
}

static void
note_due(Dirty *dirty, int64_t due_ns)
{
	if (dirty->next_ns == AVU_TIME_NONE || due_ns < dirty->next_ns) {
		dirty->next_ns = due_ns;
	}
}

void
dirty_forget_root(Dirty *dirty, unsigned root)
{
	GHashTableIter iter;
	void *key;

	g_hash_table_iter_init(&iter, dirty->entries);
	while (g_hash_table_iter_next(&iter, &key, NULL)) {
		if (((const DirtyEntry *)key)->root == root) {
			g_hash_table_iter_remove(&iter);
		}
	}
}

static void
put_new(Dirty *dirty, const DirtyEntry *entry)
{
	DirtyEntry *copy = g_new(DirtyEntry, 1);

	*copy = *entry;
	copy->folder = g_strdup(entry->folder);
	copy->name = g_strdup(entry->name);
	(void)g_hash_table_add(dirty->entries, copy);
	note_due(dirty, entry->due_ns);
}

/* There are fewer roots than entries: the one with most of them has several. */
static unsigned
find_largest(const Dirty *dirty)
{
	g_autoptr(GHashTable) counts = g_hash_table_new(g_direct_hash, g_direct_equal);
	GHashTableIter iter;
	void *key;
	unsigned largest = 0, most = 0;

	g_hash_table_iter_init(&iter, dirty->entries);
	while (g_hash_table_iter_next(&iter, &key, NULL)) {
		void *root = GUINT_TO_POINTER(((const DirtyEntry *)key)->root);
		unsigned n = GPOINTER_TO_UINT(g_hash_table_lookup(counts, root)) + 1;

		(void)g_hash_table_insert(counts, root, GUINT_TO_POINTER(n));
		if (n > most) {
			most = n;
			largest = GPOINTER_TO_UINT(root);
		}
	}
	return largest;
}

/* One walk instead of many names. */
static void
make_room(Dirty *dirty, int64_t due_ns)
{
	DirtyEntry all = { .root = find_largest(dirty),
		.folder = (char *)"",
		.name = (char *)"",
		.extent = DIRTY_TREE,
		.due_ns = due_ns };
	const DirtyEntry *old = g_hash_table_lookup(dirty->entries, &all);

	if (old != NULL && old->extent == DIRTY_TREE) { /* else it might never be walked */
		all.due_ns = MIN(all.due_ns, old->due_ns);
	}
	dirty_forget_root(dirty, all.root);
	put_new(dirty, &all);
}

void
dirty_add(Dirty *dirty, const DirtyEntry *entry, bool keep_quiet)
{
	DirtyEntry *old = g_hash_table_lookup(dirty->entries, entry);

	if (old == NULL && g_hash_table_size(dirty->entries) >= ENTRIES_MAX) {
		make_room(dirty, entry->due_ns + DIRTY_STORM_NS);
		old = g_hash_table_lookup(dirty->entries, entry); /* it may be that walk */
	}
	if (old == NULL) {
		put_new(dirty, entry);
		return;
	}
	old->due_ns = MIN(old->due_ns, entry->due_ns); /* else it might never be */
	old->quiet_ns = keep_quiet ? old->quiet_ns : entry->quiet_ns;
	old->extent = MAX(old->extent, entry->extent);
	old->waited = old->waited || entry->waited;
	note_due(dirty, entry->due_ns);
}

int64_t
dirty_next_ns(const Dirty *dirty)
{
	return g_hash_table_size(dirty->entries) > 0 ? dirty->next_ns : AVU_TIME_NONE;
}

GPtrArray *
dirty_take(Dirty *dirty, int64_t now_ns)
{
	GPtrArray *due = g_ptr_array_new_with_free_func(dirty_entry_free);
	GHashTableIter iter;
	void *key;

	dirty->next_ns = AVU_TIME_NONE;
	g_hash_table_iter_init(&iter, dirty->entries);
	while (g_hash_table_iter_next(&iter, &key, NULL)) {
		DirtyEntry *entry = key;

		if (entry->due_ns <= now_ns) {
			g_hash_table_iter_steal(&iter);
			g_ptr_array_add(due, entry);
		} else {
			note_due(dirty, entry->due_ns);
		}
	}
	g_ptr_array_sort(due, entry_compare);
	return due;
}
