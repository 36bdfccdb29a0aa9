/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* av-upnp/http-server.h: one HTTP server per program: own acceptor, one route table, behind
 * them a loop of our own for media and libmicrohttpd for all else.
 *
 * Each connection has a thread of its own (DESIGN: a slow disk or a paused television holds nobody
 * else's). Handlers run there; what they share is their own to guard. Every request is checked over
 * all its header lines (lengths, duplicates, Host, framing) before a handler sees it. */
#pragma once

#include <av-upnp/address.h>
#include <av-upnp/counters.h>
#include <av-upnp/socket-mark.h>

G_BEGIN_DECLS

typedef enum {
	AVU_HTTP_GET = 1 << 0,
	AVU_HTTP_HEAD = 1 << 1,
	AVU_HTTP_POST = 1 << 2,
	AVU_HTTP_PUT = 1 << 3,
	AVU_HTTP_SUBSCRIBE = 1 << 4,
	AVU_HTTP_UNSUBSCRIBE = 1 << 5,
	AVU_HTTP_NOTIFY = 1 << 6,
} AvuHttpMethod;

typedef struct AvuHttpServer AvuHttpServer;
typedef struct AvuHttpRequest AvuHttpRequest;   /* lives during the handler */
typedef struct AvuHttpResponse AvuHttpResponse; /* owned by its maker until returned */

AVU_API AvuHttpMethod avu_http_request_get_method(const AvuHttpRequest *request);
AVU_API const char *avu_http_request_get_path(const AvuHttpRequest *request); /* raw, no query */
AVU_API const char *avu_http_request_get_rest(const AvuHttpRequest *request); /* after the prefix */
AVU_API const char *avu_http_request_get_query(const AvuHttpRequest *request); /* raw, "" if none */
/** First line of that name, white space around trimmed, or NULL. */
AVU_API const char *avu_http_request_get_header(const AvuHttpRequest *request, const char *name);
/** Of a header that is a list: the values of all lines of that name, with commas in between, or NULL. */
AVU_API const char *avu_http_request_get_list(const AvuHttpRequest *request, const char *name);
AVU_API const char *avu_http_request_get_body(const AvuHttpRequest *request, size_t *ret_len);
AVU_API const AvuAddress *avu_http_request_get_peer(const AvuHttpRequest *request);
/** The address and port the peer reached us at: what URLs in the answer are built from. */
AVU_API const AvuAddress *avu_http_request_get_local(const AvuHttpRequest *request);
AVU_API bool avu_http_request_is_http10(const AvuHttpRequest *request);
/** The connection's descriptor, for looking at only. */
AVU_API int avu_http_request_get_socket(const AvuHttpRequest *request);

/** @param body  reference taken over; NULL: no body */
AVU_API AvuHttpResponse *avu_http_response_new(unsigned status, const char *mime, GBytes *body);
/** A text/plain answer that says what is wrong. */
AVU_API AvuHttpResponse *avu_http_response_new_error(unsigned status, const char *text);
/** Part of a file, sent without copying. @param fd  taken */
AVU_API AvuHttpResponse *avu_http_response_new_file(
	unsigned status, const char *mime, int fd, uint64_t offset, uint64_t length);
/** Octets made while they are sent. read gives > 0 octets, 0 at the end, -1 on fault (connection is
 *  cut); it runs on the connection's thread and may block. @param length  UINT64_MAX: unknown */
AVU_API AvuHttpResponse *avu_http_response_new_stream(unsigned status, const char *mime,
	uint64_t length, ssize_t (*read)(void *data, uint64_t position, char *buffer, size_t max),
	void *data, GDestroyNotify free_data);
AVU_API void avu_http_response_set_header(
	AvuHttpResponse *response, const char *name, const char *value);
/** What the octets are, from which marks and pace follow as avu_http_server_set_qos() has it; without
 *  this call they are AVU_TRAFFIC_DEFAULT.
 *  @param media_octets_per_s  average of the resource, so that STREAMING can be paced; 0: unknown */
AVU_API void avu_http_response_set_traffic(
	AvuHttpResponse *response, AvuTraffic traffic, uint64_t media_octets_per_s);
AVU_API unsigned avu_http_response_get_status(const AvuHttpResponse *response);
/** Called once on the connection's thread after the last octet was handed to the kernel (sent) or
 *  the connection broke. GENA's first event waits for it. octets: of the body; of an answer that broke
 *  off those that the peer has acknowledged. */
AVU_API void avu_http_response_set_done(AvuHttpResponse *response,
	void (*done)(bool sent, uint64_t octets, void *data), void *data);
AVU_API void avu_http_response_free(AvuHttpResponse *response);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(AvuHttpResponse, avu_http_response_free)

/** HEAD arrives as HEAD: answer as for GET, the body is not sent.
 *  @return the answer; never NULL */
typedef AvuHttpResponse *(*AvuHttpHandler)(const AvuHttpRequest *request, void *user_data);

/** What a body that is handed on while it arrives may be; set by the server, changed by begin. */
typedef struct {
	uint64_t length;     /* announced; UINT64_MAX: chunked, so unknown. Not to be changed */
	uint64_t max_octets; /* more gets 413, also announced; the route's max_body before */
	/* CLOCK_MONOTONIC as of avu_now_ns(): the body is complete until then or the connection is cut.
	 * Before: 30 s and what length (max_octets if unknown) takes at
	 * AVU_LIMIT_UPLOAD_OCTETS_PER_S. Without a single octet it ends after AVU_LIMIT_HTTP_IDLE_S. */
	int64_t deadline_ns;
	void *data; /* for take, end and free; NULL before */
} AvuHttpUpload;

/** For bodies that are too large to be collected. All of these run on the connection's thread and may
 *  block (until the deadline): meanwhile nothing is read and the peer waits. */
typedef struct {
	/** The head is checked and routed, of the body nothing was read, no "100 Continue" was said.
	 *  @return NULL: go on; else the answer: given at once, the body is thrown away */
	AvuHttpResponse *(*begin)(
		const AvuHttpRequest *request, AvuHttpUpload *upload, void *user_data);
	/** @param len  > 0
	 *  @return NULL: go on; else the answer, which must be one of avu_http_response_new() or
	 *  _new_error(): given at once, the rest is thrown away, end is not called */
	AvuHttpResponse *(*take)(void *data, const char *octets, size_t len);
	/** The body is complete, as announced. @return the answer; never NULL */
	AvuHttpResponse *(*end)(const AvuHttpRequest *request, void *data);
	/** Once, if begin was called: with the answer given, or when the peer went away or took too long
	 *  (then end was not called). */
	void (*free)(void *data);
} AvuHttpUploadHandler;

typedef struct {
	const char *path; /* "/description.xml", or with prefix "/media/" */
	bool prefix;
	unsigned methods; /* AvuHttpMethod; others get 405 with Allow */
	size_t max_body; /* more gets 413; 0: no body allowed; GET, HEAD and (UN)SUBSCRIBE have none */
	AvuHttpHandler handler;
	/* POST and PUT go here instead of to handler; static. NULL: bodies are collected */
	const AvuHttpUploadHandler *upload;
	/* GET and HEAD of it are served by a loop of our own, which costs less than libmicrohttpd. Other requests
	 * on such a connection are served too, but then all that follow there go through libmicrohttpd: a client
	 * whose connections begin with others has nothing of it. */
	bool direct;
} AvuHttpRoute;

/** start, set_addresses and free belong to one thread, the caller's main one. */
AVU_API AvuHttpServer *avu_http_server_new(void);
/** Closes listeners, ends connections, waits for their threads and so for handlers at work:
 *  what those wait for must be closed before (a mailbox, say). */
AVU_API void avu_http_server_free(AvuHttpServer *server);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(AvuHttpServer, avu_http_server_free)

/** Before start. The longest matching path wins. route is copied. */
AVU_API void avu_http_server_add_route(
	AvuHttpServer *server, const AvuHttpRoute *route, void *user_data);
/** Sources for which accept returns false are closed without an answer. Before start. accept runs on
 *  a thread of the server's and must not wait. */
AVU_API void avu_http_server_set_accept(AvuHttpServer *server,
	bool (*accept)(const AvuAddress *peer, const AvuAddress *local, void *user_data),
	void *user_data);

/** How media leave (IEC 62457). What is not STREAMING with a known bitrate is not paced. */
typedef struct {
	bool dscp;             /* mark packets */
	bool priority;         /* SO_PRIORITY, for VLAN and Wi-Fi queues */
	unsigned pace_percent; /* of the average bitrate, at least 110; 0: no pacing */
	unsigned burst_s;      /* seconds of media that leave at once before, after each seek */
	uint64_t client_octets_per_s; /* all media to one address; 0: no cap */
	uint64_t total_octets_per_s;  /* all media; 0: no cap */
} AvuHttpQos;

/* clang-format off */
#define AVU_HTTP_QOS_DEFAULT { .dscp = true, .priority = true, .pace_percent = 300, .burst_s = 10 }
/* clang-format on */

/** Before start. Without this call: AVU_HTTP_QOS_DEFAULT. */
AVU_API void avu_http_server_set_qos(AvuHttpServer *server, const AvuHttpQos *qos);
/** Before start. @param counters  outlives the server */
AVU_API void avu_http_server_set_counters(AvuHttpServer *server, AvuCounters *counters);
/** Before start. How many connections have a thread at once; AVU_LIMIT_HTTP_SERVED by default, at most
 *  AVU_LIMIT_HTTP_SERVED_MAX. */
AVU_API void avu_http_server_set_max_served(AvuHttpServer *server, unsigned n);

/* A file or stream on its way. */
typedef struct {
	AvuAddress client;
	char *object;                /* the URL's path, raw */
	int64_t since_ns;            /* avu_now_ns() scale */
	uint64_t acked_octets;       /* that the client has of this connection, with heads */
	uint64_t media_octets_per_s; /* 0: unknown */
	uint64_t pace_octets_per_s;  /* AVU_PACE_NONE: not paced now */
	uint64_t
		delivery_octets_per_s; /* what the path carried lately, as the kernel measured it */
	unsigned rtt_us;
	double loss; /* loss event rate: retransmissions by segments, smoothed; 0: none */
	uint64_t tfrc_octets_per_s; /* what a fair flow would get (RFC 5348); UINT64_MAX: no loss */
} AvuHttpTransfer;

/** @return AvuHttpTransfer, g_array_unref() it @thread any */
AVU_API GArray *avu_http_server_list_transfers(AvuHttpServer *server);

/** Reserves the port. 0: preferred if free, else a random one of 49152…65535.
 *  @return false with AVU_ERROR_BUSY "port 8200 is taken …" */
AVU_API bool avu_http_server_start(
	AvuHttpServer *server, uint16_t port, uint16_t preferred, GError **error);
AVU_API uint16_t avu_http_server_get_port(const AvuHttpServer *server);
/** Listens on exactly these addresses from now on (their port is ignored); connections on others that are gone are
 *  ended, streams after AVU_LIMIT_HTTP_AWAY_NS, should the address not be back by then. All or nothing.
 *  @return false with AVU_ERROR_BUSY when another program has the port there, IO */
AVU_API bool avu_http_server_set_addresses(
	AvuHttpServer *server, const AvuAddress *addresses, size_t n, GError **error);
/** Another time for that. @thread any */
AVU_API void avu_http_server_set_away(AvuHttpServer *server, int64_t away_ns);

G_END_DECLS
