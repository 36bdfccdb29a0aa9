/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* library/library-private.h: what the library's thread and its scan share */
#pragma once

#include <pthread.h>
#include <stdatomic.h>

#include "mediaserver/library/candidate.h"
#include "mediaserver/library/dirty.h"
#include "mediaserver/library/library.h"
#include "mediaserver/library/renames.h"
#include "mediaserver/library/view-watch.h"
#include "mediaserver/library/watch.h"

G_BEGIN_DECLS

/* A file found by a walk may be one that is being copied: written to so lately, it is put off. */
#define LIBRARY_QUIET_NS AVU_NS_PER_S
/* Its writer has it open and does not write: it may wait for a slow source, or keep it open for good */
#define LIBRARY_WRITER_QUIET_NS (10 * AVU_NS_PER_S)

/* How a root is kept up with. */
typedef struct {
	bool polled;          /* some of it is not watched */
	int64_t next_ns;      /* to be walked again; AVU_TIME_NONE: not by itself */
	int64_t walk_took_ns; /* the last one */
} RootCare;

struct Library {
	LibrarySpec spec;
	Catalogue *catalogue;
	const Roots *roots;
	LibraryListener listener;
	void *user_data;

	pthread_t thread;
	bool running;
	_Atomic bool stopping;

	pthread_mutex_t lock;
	pthread_cond_t news;
	GQueue probed;      /* ProbeBatch; guarded by lock */
	bool rescan_wanted; /* guarded by lock */
	GQueue touched;     /* DirtyEntry; guarded by lock */
	int wake;           /* eventfd: something of these came */

	/* library's thread only */
	Watch *watch;          /* NULL: none to be had */
	ViewWatch *view_watch; /* the same */
	Dirty *dirty;
	Renames *renames;
	RootCare *care;        /* of each root */
	int mounts;            /* /proc/self/mountinfo; -1: none */
	int64_t next_check_ns; /* whether roots that are away have come */
	int64_t next_read_ns;  /* of notices, while scanning */
	int64_t mend_ns; /* when the catalogue is tried to be built anew once more; AVU_TIME_NONE: never failed */
	int64_t again_ns;       /* what failed is tried again after so long; 0: nothing did */
	char *gave_up;          /* why, as it was told; NULL: nothing failed */
	GHashTable *complained; /* names told once */
	bool told_overflow, told_watches, told_links;
	ProgressMeter meter;
	bool showing_progress;
	int64_t next_progress_ns, next_log_ns;
};

/* library.c */

/** A batch that came back; NULL when there is none in that time, or when stopping. @param wait_ns  0: does not wait */
ProbeBatch *library_take_probed(Library *library, int64_t wait_ns);
/** Hands a batch out; it comes back by library_take_probed(). */
void library_submit(Library *library, ProbeBatch *batch);
ProbeBatch *library_new_batch(Library *library);
static inline Cargo *
library_cargo_of(const ProbeBatch *batch)
{
	return batch->user_data;
}

/* tell.c: what others hear */

/** One line about one file or folder, once while the program runs. */
void library_complain(
	Library *library, const DiskFolder *folder, const char *name, const char *what);
/** What is no fault, and is missed all the same: told of the first link alone. */
void library_tell_link(Library *library, const DiskFolder *folder, const char *name);
void library_tell_changed(Library *library);
/** Called often while scanning: shows progress, reads notices. */
void library_note_progress(Library *library, const LibraryReport *report);
/** @param report  taken */
void library_tell_scanned(Library *library, LibraryReport *report);

/* notice.c: what is to be looked at */

/** Notices of changes in the folder from now on, or else it is polled.
 *  @param fd  the folder, open */
void library_watch_folder(Library *library, const DiskFolder *folder, int fd);
/** The file is looked at when it has been quiet for so long. */
void library_put_off(
	Library *library, const DiskFolder *folder, const char *name, int64_t quiet_ns);
void library_read_notices(Library *library);
/** Something is to be looked at. @param entry  copied */
void library_note_dirty(Library *library, const DirtyEntry *entry, bool keep_quiet);
/** A root is to be walked as a whole. */
void library_note_root(Library *library, unsigned root, int64_t due_ns);

/* care.c: roots that come and go, and those that have to be walked from time to time */

void library_check_roots(Library *library);
/** When a root is next to be checked or walked; AVU_TIME_NONE: never */
int64_t library_next_care_ns(const Library *library);
/** Marks as dirty what is to be walked now. */
void library_care(Library *library);
/** A root was walked. @param found_any  media is in it */
void library_note_walked(Library *library, const Root *root, int64_t took_ns, bool found_any);

/* view-care.c: the files of views */

/** @return NULL: none to be had */
ViewWatch *library_watch_views(void);
/** Uses the files of views as they are now; with a mistake in one, those of before. */
void library_reload_views(Library *library);
/** The same, when it was noticed that they are others. */
void library_care_views(Library *library);
/** After items came or went: lists that are long or short now. */
void library_balance_views(Library *library);

G_END_DECLS
