/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* stream/remote-source.h: what a server's first answer said of a resource, and whether a later answer goes
 * on with the same octets */
#pragma once

#include <av-upnp/http-stream.h>
#include <av-upnp/media-request.h>

#include "back-off.h"

typedef struct {
	int64_t total_bytes; /* of what was asked for; -1: unknown */
	bool ranges;         /* any offset can be asked for */
	AvuMediaAnswer said; /* how it can be sought, and how far */
	int64_t start_ns; /* what the first octet is, when a time was asked for, or live; else 0 */
	uint64_t base_bytes; /* place of the first octet in the resource, likewise */
	int64_t whole_bytes; /* of the resource; total_bytes, unless a time was asked for; -1: unknown */
	bool live;           /* has no end: a radio station, a tuner */
	/* It is live, and begun at an octet that was asked for: the next one can be asked for, too, as long as the server
	 * has it (DLNA: limited random access, mode 0) */
	bool shifts;
	bool growing; /* it is still made: its length is not known, any octet that there is can be asked for */
	bool repeats; /* begins at a time, and no octet of it can be asked for: the same is asked for once more */
	char *mime, *etag; /* NULL: not said */
	char *validator;   /* for If-Range: strong; NULL: there is none */
	char *station;     /* icy-name */
	char *speeds;      /* DLNA.ORG_PS: with commas between; NULL: not said */
	uint64_t rate_bps; /* icy-br; 0: not said */
} RemoteSource;

typedef enum {
	REMOTE_SOURCE_TAKE, /* the octets that follow are those asked for */
	REMOTE_SOURCE_SKIP, /* the whole resource follows: the octets before the place are to be dropped */
	REMOTE_SOURCE_PLAIN, /* try again at once, without the place that was asked for */
	REMOTE_SOURCE_MISSED, /* what follows is taken: it is what is on the air, and what was between is gone */
	REMOTE_SOURCE_LATER, /* try again; reason and asked_ns are set */
	REMOTE_SOURCE_END,   /* nothing follows: what was read is all of it */
	REMOTE_SOURCE_NEVER, /* no use in asking again */
} RemoteSourceVerdict;

typedef struct {
	RemoteSourceVerdict verdict;
	BackOffReason reason; /* LATER */
	int64_t asked_ns;     /* LATER: Retry-After, or AVU_TIME_NONE */
} RemoteSourceJudgement;

/** @return octets between two titles; 0: there are none. Of each answer anew. */
size_t remote_source_get_icy_interval(const AvuStreamHead *head);

void remote_source_clear(RemoteSource *source);

/** Does it carry octets, whichever they are? */
bool remote_source_is_answer(const AvuStreamHead *head);
/** The first answer. Fills source with TAKE only; else error is set.
 *  @param start_ns  the time that was asked for; 0: none */
RemoteSourceVerdict remote_source_open(RemoteSource *source, const AvuStreamHead *head,
	uint64_t offset, int64_t start_ns, GError **error);
/** Does the answer go at this speed? */
bool remote_source_is_at_speed(const AvuStreamHead *head, AvuPlaySpeed speed);
/** A later answer, to a request for the octets from base_bytes + offset on (with If-Range:
 *  source->validator).
 *  error is set unless the octets can be used. */
RemoteSourceJudgement remote_source_continue(
	const RemoteSource *source, const AvuStreamHead *head, uint64_t offset, GError **error);
/** After a later answer that was taken. @return it is a recording that is not made any more: total_bytes is
 *  known now */
bool remote_source_settle(RemoteSource *source, const AvuStreamHead *head);
