/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* library/library-private.h: what the library's thread and its scan share */
#pragma once

#include <pthread.h>
#include <stdatomic.h>

#include "mediaserver/library/candidate.h"
#include "mediaserver/library/library.h"

G_BEGIN_DECLS

struct Library {
	Catalogue *catalogue;
	const Roots *roots;
	WorkerPool *pool;
	AvuMailbox *mailbox;
	LibraryListener listener;
	void *user_data;

	pthread_t thread;
	bool running;
	_Atomic bool stopping;

	pthread_mutex_t lock;
	pthread_cond_t news;
	GQueue probed;      /* ProbeBatch; guarded by lock */
	bool rescan_wanted; /* guarded by lock */

	GHashTable *complained; /* library's thread: names told once */
};

/** A batch that came back; NULL when none is there, or when stopping. */
ProbeBatch *library_take_probed(Library *library, bool wait);
/** Hands a batch out; it comes back by library_take_probed(). */
void library_submit(Library *library, ProbeBatch *batch);
ProbeBatch *library_new_batch(Library *library);
static inline Cargo *
library_cargo_of(const ProbeBatch *batch)
{
	return batch->user_data;
}
void library_batch_free(ProbeBatch *batch);
/** One line about one file or folder, once while the program runs. */
void library_complain(
	Library *library, const DiskFolder *folder, const char *name, const char *what);
void library_tell_changed(Library *library);

/** @return false with error when the catalogue could not be written: the scan is off */
bool scan_run(Library *library, LibraryReport *ret_report, GError **error);

G_END_DECLS
