/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* delivery/file-answers.h: what workers say of files that somebody waits for, kept while the files stay
 * the same */
#pragma once

#include <sys/stat.h>

#include "mediaserver/art/cache.h"
#include "mediaserver/workers/pool.h"

G_BEGIN_DECLS

/* What is kept; values are immutable and counted. */
typedef struct {
	WorkerJobKind kind;
	/* @return NULL: this is no answer; the file counts as having none. @param size  of the file */
	void *(*parse)(AvuFrameReader *answer, uint64_t size);
	void *(*ref)(void *value);
	void (*unref)(void *value);
	size_t (*weigh)(const void *value); /* octets */
	size_t weight_max;                  /* of all together */
	WorkerJobKind
		long_kind; /* asked in the background what is UNFINISHED; 0: such files have none now */
} FileAnswerClass;

typedef struct FileAnswers FileAnswers;

/** Until start, everything is busy. @param class  static */
FileAnswers *file_answers_new(const FileAnswerClass *class);
/** After the pool, whose jobs refer to it. */
void file_answers_free(FileAnswers *answers);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(FileAnswers, file_answers_free)
/** Answers outlive the server: before start. @param disk  outlives it; may be shared with others */
void file_answers_keep(FileAnswers *answers, ArtCache *disk);
/** @param pool  outlives stop */
void file_answers_start(FileAnswers *answers, WorkerPool *pool);
/** Before start. What is UNFINISHED goes on by workers of its own: of each file one question, of all some, of which
 *  nobody waits longer than wait_ns; who asks later gets BUSY until it is there.
 *  @param get_workers  called on the main thread when there is something for them; may give NULL */
void file_answers_set_long(
	FileAnswers *answers, WorkerPool *(*get_workers)(void *data), void *data, int64_t wait_ns);
/** Nobody waits any more, now and later. Before the HTTP server is freed, which waits for those who
 *  wait here. */
void file_answers_stop(FileAnswers *answers);

/** Waits for a worker when the answer is not at hand, for some seconds at most.
 *  @param st  of fd: what it says of identity, size and time is the key, with the question
 *  @param hint  extension  @param question  reference taken; may be NULL
 *  @return reference; NULL with AVU_ERROR_UNSUPPORTED (there is none), BUSY, IO @thread any */
void *file_answers_get(FileAnswers *answers, int fd, const struct stat *st, const char *hint,
	GBytes *question, GError **error);

G_END_DECLS
