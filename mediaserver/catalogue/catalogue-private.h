/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* catalogue/catalogue-private.h: what writer and readers share */
#pragma once

#include <pthread.h>
#include <stdatomic.h>

#include "mediaserver/catalogue/catalogue.h"

G_BEGIN_DECLS

#define CATALOGUE_READERS 8

struct Catalogue {
	State *state;
	char *path;
	_Atomic uint32_t update_id;
	_Atomic int64_t n_items;

	/* writer's thread only */
	Database *writer;
	bool changed;     /* in this transaction */
	int64_t n_added;  /* in this transaction, may be negative */
	uint32_t ceiling; /* ids below are reserved */

	pthread_mutex_t lock;
	pthread_cond_t idle;
	Database *readers[CATALOGUE_READERS]; /* guarded by lock; NULL: lent */
};

/** A reader for this call; waits for one, at most as long as a query may take.
 *  @return NULL with 720 */
Database *catalogue_borrow(Catalogue *catalogue, GError **error);
void catalogue_return(Catalogue *catalogue, Database *reader);

/** The number this transaction will carry. @thread writer */
uint32_t catalogue_next_update_id(const Catalogue *catalogue);

/** Groups of one item, in groups.c. @param sign +1: enters them, -1: leaves them */
bool catalogue_regroup(Catalogue *catalogue, const Item *item, int sign, GError **error);
/** Container of a disk folder in the folder view of kind, made with all above it on demand. */
int64_t catalogue_folder_container(const View *view, const CatalogueFolder *folder);
bool catalogue_ensure_folder_container(
	Catalogue *catalogue, const View *view, const CatalogueFolder *folder, GError **error);
/** Makes the rows of the views themselves. */
bool catalogue_put_views(Catalogue *catalogue, GError **error);
const View *catalogue_folder_view(ItemKind kind);

G_END_DECLS
