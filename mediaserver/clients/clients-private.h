/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* clients-private.h: what the parts of Clients share
 *
 * clients.c           records, profiles, who asks
 * clients-override.c  what the administrator said
 * clients-witness.c   what devices say of themselves, what was fetched, what was refused
 * clients-report.c    all of it for people */
#pragma once

#include "mediaserver/clients/clients.h"

#include <pthread.h>

#define CLIENT_DEVICE_PREFIX "Device."
#define CLIENT_EVIDENCE_MAX 16 /* at least what avu_client_evidence_list() has */

/* A renderer, and what it says of itself. */
typedef struct {
	ClientDevice device; /* udn NULL: nobody; foreign */
	GPtrArray *sink;     /* AvuProtocolInfo; NULL: not known */
} ClientStand;

typedef struct {
	char *address;
	char *shown
		[CLIENT_EVIDENCE_MAX]; /* what it showed last, by avu_client_evidence_list(); foreign */
	unsigned fingerprint;          /* of all it showed when view was made */
	ClientView *view;              /* the last one; NULL: none of this set of profiles */
	ClientView *remembered;        /* the last by which it was known; NULL: never */
	int64_t known_ns;              /* when that was */
	int64_t first_s, last_s;       /* since 1970 */
	int64_t seen_ns;
	uint64_t n_requests, n_refused;
	char *refused_last; /* a sentence */
	ClientStand stand;  /* what stands there, longest of all that do */
	GPtrArray *others;  /* ClientStand, those that came later; NULL: none */
	History history;
} Record;

struct Clients {
	char **folders;  /* of profiles */
	bool *was_there; /* could each be read when the server started? */
	int watch_fd;
	void (*changed)(void); /* by who watches */
	unsigned watch, rest;  /* sources; rest: something changed a moment ago */
	AvuStateDir *state;    /* NULL: nothing is kept */
	pthread_mutex_t lock;
	AvuClientProfiles *profiles; /* guarded by lock */
	GHashTable *records;         /* address → Record; guarded by lock */
	GHashTable *overrides;       /* address or UDN → name of a profile; guarded by lock */
};

/** Makes it where it is missing. The lock is held. */
Record *clients_take_record(Clients *clients, const char *address);
/** Who it is may have changed. The lock is held. */
void clients_forget_view(Record *record);
/** What it plays may have changed, not who it is. The lock is held. */
void clients_refresh_view(Record *record);
/** As it is taken now; the record's. header: NULL: with what it showed last. The lock is held. */
ClientView *clients_choose_view(
	Clients *clients, Record *record, AvuClientEvidence header, const void *data);
void client_stand_clear(ClientStand *stand);
/** Of several renderers there the first that said one. @return NULL: none did */
GPtrArray *clients_get_sink(const Record *record);
/** Does a renderer of that name stand there? */
bool clients_has_device(const Record *record, const char *udn);
/** @param what  "Device.ModelName" and so on */
const char *client_device_get(const ClientDevice *device, const char *what);
