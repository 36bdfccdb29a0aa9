/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The player of the media process over real GStreamer, for its tests: octets come from a ring that a
 * thread fills, samples go to a file. */
#pragma once

#include <stdatomic.h>

#include <av-upnp/ring.h>

#include "media/player.h"

#define WAIT_NS (60 * AVU_NS_PER_S)

/** Instead of g_test_init(). */
void player_test_init(int *argc, char ***argv);

/** What this pipeline without a sink gives, a GStreamer one. @param folder  of the house */
GByteArray *make_piped(const char *folder, const char *pipe);
/** The same samples, encoded: a lossless encoder gives them back, whoever decodes. */
GByteArray *make_encoded(const char *folder, const char *encoder, GByteArray *wav);

/* A server in a thread. */
typedef struct {
	AvuRingWriter *writer;
	GByteArray *octets; /* owned */
	size_t fails_at;    /* SIZE_MAX: never */
	int cancel_fd;
	atomic_bool cancelled;
	pthread_t thread;
} Origin;

/** @param octets  taken  @param fails_at  from this octet on nothing comes; SIZE_MAX: all of it comes */
Origin *origin_new(GByteArray *octets, bool seekable, size_t fails_at);
/** As origin_new(), but nothing comes before origin_go(), which has to follow. */
Origin *origin_new_late(GByteArray *octets, bool seekable, size_t fails_at);
void origin_go(Origin *origin);
void origin_free(Origin *origin);
Track *origin_track(const Origin *origin, uint32_t token, const char *mime, int64_t start_ns);

typedef struct {
	char *folder, *out_path;
	AvuMailbox *mailbox;
	Player *player;
	Sinks sinks;
	GString *log;   /* what the player told, in words */
	char *sentence; /* of the last failure; NULL: there was none */
	const char *waits_for;
	int64_t duration_ns;
	bool seekable;
	int64_t position_ns;
} House;

/** @param sink  NULL: samples go to a file, at their own pace when paced; "@" at the end: that file */
void house_open(House *house, const char *sink, bool paced);
/** As house_open(), with what its sinks say already. */
void house_open_with(House *house, const Sinks *sinks, const char *sink, bool paced);
void house_close(House *house);
/** Runs until the player has told this. */
void house_wait(House *house, const char *word);
/** What a control process does: the track follows the one whose token is one less; if it comes too late for that,
 *  it is loaded. Runs until it has begun. @param track  taken */
void house_give(House *house, Track *track);
/** Runs for so long. */
void house_run(int64_t ns);
/** For a timer: it took too long. @param data  a House whose waits_for is set */
void house_too_long(void *data);
/** @param from_start  nothing was played before: a sink that stays ready keeps its file open */
void house_check_samples(House *house, const GByteArray *expected, bool from_start);
