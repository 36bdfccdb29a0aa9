/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* library/library.h: keeps the catalogue equal to the shared folders
 *
 * One thread of its own walks, watches, compares and writes; workers probe what is new. The catalogue
 * can be read all the while. */
#pragma once

#include <av-upnp/mailbox.h>

#include "mediaserver/catalogue/catalogue.h"
#include "mediaserver/library/progress.h"
#include "mediaserver/library/roots.h"
#include "mediaserver/workers/pool.h"

G_BEGIN_DECLS

typedef struct Library Library;

typedef struct {
	bool complete;     /* all roots were to be walked; else a part of them was looked at */
	bool failed;       /* it was given up, which the log says */
	uint64_t n_files;  /* media files seen, each once; of complete ones only */
	uint64_t n_probed; /* new or changed, and stored */
	uint64_t n_removed;
	uint64_t n_skipped; /* not readable */
	int64_t duration_ns;
	const char *summary; /* of the listener; until its scanned() returns */
} LibraryReport;

typedef struct {
	/* The catalogue changed. @thread main */
	void (*changed)(void *user_data);
	/* All roots are being walked; a few times a second. @thread main */
	void (*progress)(const Progress *progress, void *user_data);
	/* Before scanned(): what that needs of the catalogue. @return g_free()d. @thread the library's */
	char *(*sum_up)(void *user_data);
	/* A look at all of the roots, or at what changed in them, ended. @thread main */
	void (*scanned)(const LibraryReport *report, void *user_data);
} LibraryListener;

typedef struct {
	Catalogue *catalogue;
	State *state;
	const Roots *roots;
	WorkerPool *pool;
	AvuMailbox *mailbox;
	/* Roots are walked again so often, in case a notice was lost; 0: never */
	int64_t reconcile_ns;
	bool locations; /* where pictures were taken is kept */
} LibrarySpec;

/** Starts the thread, which scans at once.
 *  @param spec  copied; what it points to outlives the library */
Library *library_new(const LibrarySpec *spec, const LibraryListener *listener, void *user_data);
/** A scan under way ends at its next file. @thread any */
void library_request_stop(Library *library);
/** The same, and waits for the thread, at most 1 s.
 *  @return false: it hangs, in a disk that does not answer; nothing it uses may be freed */
bool library_stop(Library *library);
/** Stopped, and the pool does not call back any more. */
void library_free(Library *library);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Library, library_free)

/** Walks again as soon as the scan under way, if any, is done. @thread any */
void library_rescan(Library *library);

/** Something was done to this file or folder: it is looked at now, without waiting for notices or for
 *  a file to be quiet. A folder is walked with all below.
 *  @param root  uuid  @param path  below it, octets; "": all of it  @thread any */
void library_touch(Library *library, const char *root, const char *path);
/** The same of a file that is being written. @thread any */
void library_touch_growing(Library *library, const char *root, const char *path);

G_END_DECLS
