/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* A few rows of the catalogue, each of use for as long as nothing was committed since. Any thread. */
#include "mediaserver/delivery/known-files.h"

#include <pthread.h>

/* As many players as may be seeking at once, each in its own file. */
#define PLACES 64

typedef struct {
	int64_t id;
	uint64_t commits;    /* of the catalogue before it was asked */
	CatalogueFile *file; /* NULL: empty */
} Place;

struct KnownFiles {
	Catalogue *catalogue;
	pthread_mutex_t lock;
	Place places[PLACES]; /* by id; guarded by lock */
};

KnownFiles *
known_files_new(Catalogue *catalogue)
{
	KnownFiles *known = g_new0(KnownFiles, 1);

	known->catalogue = catalogue;
	(void)pthread_mutex_init(&known->lock, NULL);
	return known;
}

static void
clear(void *file)
{
	catalogue_file_clear(file);
}

void
known_file_unref(CatalogueFile *file)
{
	if (file != NULL) {
		g_atomic_rc_box_release_full(file, clear);
	}
}

void
known_files_free(KnownFiles *known)
{
	if (known == NULL) {
		return;
	}
	for (unsigned i = 0; i < PLACES; i++) {
		known_file_unref(known->places[i].file);
	}
	(void)pthread_mutex_destroy(&known->lock);
	g_free(known);
}

static Place *
place_of(KnownFiles *known, int64_t id)
{
	return &known->places[(uint64_t)id % PLACES];
}

static CatalogueFile *
look_up(KnownFiles *known, int64_t id, uint64_t commits)
{
	CatalogueFile *file = NULL;

	(void)pthread_mutex_lock(&known->lock);
	const Place *place = place_of(known, id);

	if (place->file != NULL && place->id == id && place->commits == commits) {
		file = g_atomic_rc_box_acquire(place->file);
	}
	(void)pthread_mutex_unlock(&known->lock);
	return file;
}

static void
remember(KnownFiles *known, int64_t id, uint64_t commits, CatalogueFile *file)
{
	(void)pthread_mutex_lock(&known->lock);
	Place *place = place_of(known, id);
	CatalogueFile *before = place->file;

	*place = (Place){ id, commits, g_atomic_rc_box_acquire(file) };
	(void)pthread_mutex_unlock(&known->lock);
	known_file_unref(before);
}

CatalogueFile *
known_files_find(KnownFiles *known, int64_t id, GError **error)
{
	/* before the question: what is committed meanwhile makes the answer an old one */
	const uint64_t commits = catalogue_count_commits(known->catalogue);
	CatalogueFile *file = look_up(known, id, commits);

	if (file != NULL) {
		return file;
	}
	file = g_atomic_rc_box_new0(CatalogueFile);
	if (!catalogue_find_file(known->catalogue, id, file, error)) {
		known_file_unref(file);
		return NULL;
	}
	remember(known, id, commits, file);
	return file;
}
