/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* catalogue/changes.h: what changed, for those who tell subscribers
 *
 * Every modification of an object has a number of its own, taken from SystemUpdateID; the object keeps
 * it (objectUpdateID), and the container whose children it concerns does, too (containerUpdateID).
 * Numbers never go back. What was committed waits here, at most CATALOGUE_CHANGES_MAX records, until
 * it is taken; nothing is kept over a restart.
 * @clause ContentDirectory:4, update ids and LastChange (spec of tracking changes) */
#pragma once

#include <av-upnp/base.h>

G_BEGIN_DECLS

typedef struct Catalogue Catalogue;

#define CATALOGUE_CHANGES_MAX 4096
#define CATALOGUE_CLASS_MAX 80

typedef enum {
	CATALOGUE_ADDED,
	CATALOGUE_MODIFIED,
	CATALOGUE_DELETED,
} CatalogueChangeKind;

typedef struct {
	CatalogueChangeKind kind;
	int64_t item;      /* 0: the container itself */
	int64_t container; /* item: 0 under its folder, else the reference in that container */
	int64_t parent;    /* container it is or was in; negative: none (root) */
	uint32_t update_id;
	char upnp_class[CATALOGUE_CLASS_MAX];
} CatalogueChange;

/* A container whose containerUpdateID moved. */
typedef struct {
	int64_t id;
	uint32_t update_id;
} CatalogueContainerUpdate;

typedef struct {
	GArray *changes;    /* CatalogueChange, rising update ids: a container comes before and goes
			     * after what is in it */
	GArray *containers; /* CatalogueContainerUpdate, each container once */
	bool lost;          /* there was more than is kept: the first are here */
} CatalogueChanges;

/** Everything committed since the last call; catalogue_changes_clear() it. @thread any */
void catalogue_take_changes(Catalogue *catalogue, CatalogueChanges *ret_changes);
void catalogue_changes_clear(CatalogueChanges *changes);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(CatalogueChanges, catalogue_changes_clear)

G_END_DECLS
