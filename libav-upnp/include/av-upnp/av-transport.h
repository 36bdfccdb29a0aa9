/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* av-upnp/av-transport.h: AVTransport's behaviour over an engine: instances, each of which has one
 * resource or a list of them, and the one that comes next. The state machine is a table without I/O (av/transport-rules).
 * Main context's thread. */
#pragma once

#include <av-upnp/clock.h>
#include <av-upnp/device-host.h>
#include <av-upnp/engine.h>

G_BEGIN_DECLS

typedef struct AvuTransport AvuTransport;

/* One thing to play; strings are borrowed. */
typedef struct {
	const char *uri;
	const char *metadata;      /* DIDL-Lite or "" */
	const char *protocol_info; /* of the resource, or NULL: not known */
	int64_t duration_ns;       /* or AVU_TIME_NONE */
} AvuTransportItem;

/* What became of reading a list, once, never from inside read(). items is NULL when error is set; n is 0
 * when it turned out to be no list: then the URI is played as it is. first: index of the item to begin
 * with. All of it dies with the call, and so does the job. */
typedef void (*AvuTransportListRead)(const AvuTransportItem *items, size_t n, size_t first,
	const GError *error, void *user_data);

/* Reads playlists and containers, for whose URIs SetAVTransportURI is used as well. */
typedef struct {
	/* Does this name a list? @param protocol_info  from the metadata, or NULL */
	bool (*is_list)(const char *uri, const char *protocol_info, void *self);
	/* Begins to read it.
	 * @return a job, for cancelling; NULL with AVU_UPNP_ERROR 714 or 716 */
	void *(*read)(const char *uri, const char *metadata, const char *protocol_info,
		AvuTransportListRead done, void *user_data, void *self, GError **error);
	/* done is not called. */
	void (*cancel)(void *job, void *self);
	/* The text of a list that a control point pushed: read at once, and done called from inside; n may be 0.
	 * @param start_id  of the object to begin with, or ""
	 * @return false with any error when it is no list, and done was not called */
	bool (*read_text)(const char *text, const char *mime, const char *start_id,
		AvuTransportListRead done, void *user_data, void *self, GError **error);
	const char *const *text_types;   /* MIME types that it reads, NULL-ended; NULL: none */
	const char *const *stream_types; /* those of them that may grow: forms of M3U */
} AvuTransportLists;

typedef struct {
	unsigned version; /* of the service, 1 to 3; 0: the latest */
	const AvuEngine *engine;
	void *engine_self;
	/* May this URI with this protocolInfo (NULL: unknown) be played? false with AVU_UPNP_ERROR 714
	 * (type) or 716 (address). NULL: all may. */
	bool (*accepts)(const char *uri, const char *protocol_info, void *data, GError **error);
	void *accepts_data;
	const AvuTransportLists *lists; /* NULL: every URI is one resource */
	void *lists_self;
	void (*changed)(void *data); /* something that may be kept has changed; may be NULL */
	void *changed_data;
	int64_t picture_ns; /* a picture of a list is shown so long; 0: until somebody says Next */
	const AvuClock *clock; /* for tests; NULL: monotonic */
	uint32_t seed;         /* of shuffling, for tests; 0: some */
} AvuTransportConfig;

/** Adds the service to host. @param config  copied; what it points at outlives the result */
AVU_API AvuTransport *avu_transport_new(AvuDeviceHost *host, const AvuTransportConfig *config);
/** A further instance of the same service, independent of the first but for the version.
 *  @param first  outlives the result  @param id  its InstanceID: not 0, and of no other
 *  @param config  as above */
AVU_API AvuTransport *avu_transport_new_instance(
	AvuTransport *first, unsigned id, const AvuTransportConfig *config);
AVU_API void avu_transport_free(AvuTransport *transport);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(AvuTransport, avu_transport_free)
/** To be wired into the engine; value_changed is not used here. */
AVU_API const AvuEngineListener *avu_transport_get_listener(void);
/** Why TransportStatus is ERROR_OCCURRED, for which the standard has no place.
 *  @return a sentence for people, until anything is called or reported; NULL: it is OK */
AVU_API const char *avu_transport_get_trouble(const AvuTransport *transport);

/* What is to be kept over a restart. */
typedef struct {
	char *uri, *metadata;           /* "": no media */
	char *next_uri, *next_metadata; /* "": none */
	char *mode;                     /* CurrentPlayMode */
	uint32_t track;                 /* CurrentTrack; 0: not known */
	int64_t position_ns;            /* in that track */
} AvuTransportMemory;

/** What there is now; avu_transport_memory_clear() it. */
AVU_API void avu_transport_get_memory(AvuTransport *transport, AvuTransportMemory *ret_memory);
AVU_API void avu_transport_memory_clear(AvuTransportMemory *memory);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(AvuTransportMemory, avu_transport_memory_clear)
/** Stopped with this again, nothing is fetched before Play. What is not accepted any more is left
 *  out. NULL strings count as "". */
AVU_API void avu_transport_restore(AvuTransport *transport, const AvuTransportMemory *memory);

G_END_DECLS
