/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* A file is the one of an item when the kernel said so (renames.c), or when inode, size and time are
 * the item's and the item's own place has it no more: a hard link or a copy is another file. Where
 * inode numbers do not last, only the kernel's word counts. Library's thread. */
#include "mediaserver/library/moves.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>

#include <av-upnp/fd.h>

#include "mediaserver/library/file-system.h"

struct Moves {
	Catalogue *catalogue;
	const Roots *roots;
	const Renames *renames;
	bool nothing_known;   /* the catalogue was empty: nothing can have moved */
	GHashTable *lost;     /* id → CatalogueKnown */
	GArray *order;        /* ids that were lost, some found again */
	GHashTable *by_inode; /* of files in lost: inode → CatalogueKnown of lost */
	GHashTable *claimed;  /* ids */
};

Moves *
moves_new(Catalogue *catalogue, const Roots *roots, const Renames *renames)
{
	Moves *moves = g_new0(Moves, 1);

	moves->catalogue = catalogue;
	moves->roots = roots;
	moves->renames = renames;
	moves->nothing_known = catalogue_count_items(catalogue) == 0;
	moves->lost = g_hash_table_new_full(g_int64_hash, g_int64_equal, NULL, g_free);
	moves->order = g_array_new(FALSE, FALSE, sizeof(int64_t));
	moves->by_inode = g_hash_table_new(g_int64_hash, g_int64_equal);
	moves->claimed = g_hash_table_new_full(g_int64_hash, g_int64_equal, g_free, NULL);
	return moves;
}

void
moves_free(Moves *moves)
{
	if (moves != NULL) {
		g_array_unref(moves->order);
		g_hash_table_unref(moves->by_inode);
		g_hash_table_unref(moves->lost);
		g_hash_table_unref(moves->claimed);
		g_free(moves);
	}
}

void
moves_lose(Moves *moves, const CatalogueKnown *known)
{
	if (g_hash_table_contains(moves->claimed, &known->id) ||
		g_hash_table_contains(moves->lost, &known->id)) {
		return;
	}
	CatalogueKnown *copy = g_new(CatalogueKnown, 1);

	*copy = *known;
	(void)g_hash_table_insert(moves->lost, &copy->id, copy);
	g_array_append_val(moves->order, copy->id);
	if (!copy->folder) {
		(void)g_hash_table_insert(moves->by_inode, &copy->inode, copy);
	}
}

void
moves_find(Moves *moves, int64_t id)
{
	const CatalogueKnown *known = g_hash_table_lookup(moves->lost, &id);

	if (known == NULL) {
		return;
	}
	if (g_hash_table_lookup(moves->by_inode, &known->inode) == known) {
		(void)g_hash_table_remove(moves->by_inode, &known->inode);
	}
	(void)g_hash_table_remove(moves->lost, &id);
}

static int64_t
mtime_of(const struct stat *st)
{
	return (int64_t)st->st_mtim.tv_sec * AVU_NS_PER_S + st->st_mtim.tv_nsec;
}

static bool
is_like(const CatalogueKnown *known, const struct stat *st)
{
	return known->inode == (int64_t)st->st_ino && known->size_bytes == st->st_size &&
	       known->mtime_ns == mtime_of(st);
}

/* The kernel said where it was. @param ret_known  id 0: it said nothing that helps */
static bool
find_renamed(const Moves *moves, const DiskFolder *folder, const char *name, const struct stat *st,
	CatalogueKnown *ret_known, GError **error)
{
	g_autofree char *path = folder->path[0] != '\0' ? g_strconcat(folder->path, "/", name, NULL)
							: g_strdup(name);
	unsigned number;
	g_autofree char *origin =
		renames_find_origin(moves->renames, folder->root->number, path, &number);

	*ret_known = (CatalogueKnown){ 0 };
	if (origin == NULL) {
		return true;
	}
	const Root *root = roots_get(moves->roots, number);
	char *slash = strrchr(origin, '/');
	const char *base = slash != NULL ? slash + 1 : origin;
	g_autofree char *above =
		slash != NULL ? g_strndup(origin, (size_t)(slash - origin)) : g_strdup("");
	const CatalogueFolder was = { root->uuid, root->title, above };

	if (!catalogue_find_entry(
		    moves->catalogue, catalogue_folder_id(&was), base, ret_known, error)) {
		return false;
	}
	/* it may have been written to since, but not become another one */
	bool same = (folder->traits & FILE_SYSTEM_NUMBERLESS) != 0
			    ? ret_known->size_bytes == st->st_size
			    : ret_known->inode == (int64_t)st->st_ino;

	if (ret_known->folder || !same) {
		ret_known->id = 0;
	}
	return true;
}

/* The place where an item was has that file no more. Where it cannot be seen, it is still there. */
static bool
has_left(const Moves *moves, const CataloguePlace *place, const DiskFolder *folder)
{
	const Root *root = roots_find(moves->roots, place->root);
	struct stat st;

	if (root == NULL || !root_is_present(root)) {
		return false;
	}
	avu_autofd int fd = root_open(root, place->path, O_DIRECTORY);

	if (fd < 0) {
		return errno == ENOENT || errno == ENOTDIR;
	}
	if (fstat(fd, &st) < 0 || (root != folder->root && (uint64_t)st.st_dev != folder->device)) {
		return false;
	}
	if (fstatat(fd, place->name, &st, AT_SYMLINK_NOFOLLOW) < 0) {
		return errno == ENOENT;
	}
	return (int64_t)st.st_ino != place->known.inode;
}

/* Inode, size and time are those of an item that is not at its place any more. */
static bool
find_alike(const Moves *moves, const DiskFolder *folder, const struct stat *st,
	CatalogueKnown *ret_known, GError **error)
{
	int64_t inode = (int64_t)st->st_ino;
	const CatalogueKnown *lost = g_hash_table_lookup(moves->by_inode, &inode);

	*ret_known = (CatalogueKnown){ 0 };
	if (lost != NULL && is_like(lost, st)) {
		*ret_known = *lost;
		return true;
	}
	g_autoptr(GArray) places = catalogue_find_by_inode(moves->catalogue, inode, error);

	if (places == NULL) {
		return false;
	}
	for (guint i = 0; i < places->len; i++) {
		const CataloguePlace *place = &g_array_index(places, CataloguePlace, i);

		if (is_like(&place->known, st) &&
			!g_hash_table_contains(moves->claimed, &place->known.id) &&
			has_left(moves, place, folder)) {
			*ret_known = place->known;
			return true;
		}
	}
	return true;
}

bool
moves_claim(Moves *moves, const DiskFolder *folder, const char *name, const struct stat *st,
	int64_t *ret_id, GError **error)
{
	CatalogueKnown known;

	*ret_id = 0;
	if (moves->nothing_known) {
		return true;
	}
	if (!find_renamed(moves, folder, name, st, &known, error)) {
		return false;
	}
	if (known.id == 0 && (folder->traits & FILE_SYSTEM_NUMBERLESS) == 0 &&
		!find_alike(moves, folder, st, &known, error)) {
		return false;
	}
	if (known.id != 0 && !g_hash_table_contains(moves->claimed, &known.id)) {
		moves_find(moves, known.id);
		(void)g_hash_table_add(moves->claimed, g_memdup2(&known.id, sizeof(known.id)));
		*ret_id = known.id;
	}
	return true;
}

bool
moves_take_lost(Moves *moves, CatalogueKnown *ret_known)
{
	while (moves->order->len > 0) {
		int64_t id = g_array_index(moves->order, int64_t, moves->order->len - 1);
		const CatalogueKnown *known = g_hash_table_lookup(moves->lost, &id);

		g_array_set_size(moves->order, moves->order->len - 1);
		if (known != NULL) {
			*ret_known = *known;
			moves_find(moves, id);
			return true;
		}
	}
	return false;
}
