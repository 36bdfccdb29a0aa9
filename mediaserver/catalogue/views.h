/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* catalogue/views.h: the tree that people browse, as data: which containers there are, by what they
 * group, and in which order their items stand. Read from the shipped file and the user's own
 * (view-file.h) at the start and again on request; a set is constant, which one is used changes as a whole. */
#pragma once

#include "mediaserver/catalogue/view-filter.h"
#include "mediaserver/catalogue/view-property.h"

G_BEGIN_DECLS

#define VIEW_LEVELS_MAX 4
#define VIEW_VALUES_MAX 4 /* of all levels together */
#define VIEW_SORTS_MAX 8
#define VIEW_ID_MAX 40

#define VIEW_ROOT_ID "0"

/* One layer of groups below a view. */
typedef struct {
	const ViewProperty *property;
	const char *upnp_class;
	const char *missing; /* name of the group of items without a value; NULL: left out */
	const char *name;    /* of a group, "%" is its value; NULL: the value */
	const ViewProperty *sort_by; /* a number; NULL: groups stand by name */
	bool sort_down;
	ViewFilter *filter; /* only items that pass have a group here; NULL: all */
	bool letters;       /* A to Z in between when there are very many groups */
} ViewLevel;

typedef struct {
	const ViewProperty *property;
	bool descending;
} ViewSort;

/* What the catalogue made of a view, for itself. */
typedef struct ViewPlan ViewPlan;

typedef struct View View;
struct View {
	const char *id; /* object id, for ever: clients store it */
	int64_t container;
	const char *parent;
	const char *title;
	const char *upnp_class;
	ItemKind kind; /* of the items below; ITEM_NONE: only views below */
	bool folders;  /* below are the folders of the disk */
	unsigned n_levels;
	ViewLevel levels[VIEW_LEVELS_MAX];
	ViewFilter *filter;            /* NULL: all of the kind */
	unsigned n_sort;               /* 0: by title */
	ViewSort sort[VIEW_SORTS_MAX]; /* own order of the items, the most important first */
	unsigned limit;                /* at most that many items, the first in order; 0: all */
	unsigned sample;               /* so many groups chosen at random; 0: all there are */
	bool letters;                  /* its items stand under A to Z when there are very many */
	bool split;                    /* they do: level 1 is "initial" */
	const char *of;                /* the view they are chosen from; NULL: none */
	const ViewPlan *plan;          /* NULL before view_plans_make() */
};

/** All views, parents before children, the root first; id NULL ends. Empty before views_use(). */
const View *views(void);
const View *view_find(const char *id);
unsigned view_get_n_levels(const View *view);
/** Container id of a view itself. */
int64_t view_get_container(const View *view);
/** The view whose own container this is. @return NULL: it is none of them */
const View *view_find_container(int64_t id);
/** Properties with several values that views group by. NULL-ended, borrowed. */
const ViewProperty *const *views_get_several(void);

typedef struct ViewSet ViewSet;

/* How many sets there may be one after the other: threads keep no record of what they look at, so all
 * are kept to the end of the process. */
#define VIEW_SETS_MAX 500

/** From now on views() is this set, which is taken. @thread any */
void views_use(ViewSet *set);
/** The set in use. NULL before views_use(). */
ViewSet *views_get_used(void);
/** views() is this set for this thread only, until it is called with NULL. */
void views_try(const ViewSet *set);
/** @return false with AVU_ERROR_LIMIT: no more sets fit */
bool views_have_room(GError **error);
/** Changes whenever containers would be others. 0 before views_use(). */
int64_t views_get_signature(void);

G_END_DECLS
