/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* stream/jitter-private.h: a jitter buffer, shared by its life (jitter-buffer.c), its thread
 * (jitter-thread.c), its connections (jitter-link.c), what it measures (jitter-meter.c) and how it reads
 * what is cut into pieces (jitter-pieces.c, jitter-lists.c) */
#pragma once

#include <pthread.h>
#include <stdatomic.h>

#include <av-upnp/http-stream.h>
#include <av-upnp/icy.h>
#include <av-upnp/jitter-buffer.h>
#include <av-upnp/mailbox.h>

#include "arrival.h"
#include "back-off.h"
#include "buffer-target.h"
#include "jitter-counters.h"
#include "jitter-pieces.h"
#include "remote-source.h"

#define JITTER_LINKS 2 /* one, and one beside it while it is silent */

#define JITTER_TITLES 4 /* that wait for the reader to come to their place */

typedef struct {
	uint64_t at;
	char *text;
} JitterTitle;

/* A connection. */
typedef struct {
	AvuJitterBuffer *buffer;
	AvuStream *stream; /* NULL: free */
	uint64_t at;       /* place of the next octet for the ring */
	uint64_t first;    /* of a piece: the octet that was asked for */
	uint64_t begun_at; /* at when it was asked for */
	int64_t asked_ns;
	bool rested;      /* the ring took no more for a while */
	uint64_t skip;    /* octets in front of it, to be dropped */
	int64_t heard_ns; /* when it was opened, resumed, or last gave octets */
	AvuIcy icy;
	GByteArray *list;              /* a list of pieces or a key is read; NULL: media */
	bool of_key;                   /* it is a key */
	AvuPieceCipher *cipher;        /* of an encrypted piece; NULL: it is none */
	uint64_t secret;               /* octets of it that were decrypted, or not needed */
	uint64_t drop;                 /* of what they become: in the ring already */
	bool answered;                 /* its head was accepted */
	bool full;                     /* stopped: the ring takes no more for now */
	bool over;                     /* done was called */
	RemoteSourceJudgement verdict; /* of its head; valid with over and refusal */
	GError *refusal;               /* why its head was not accepted */
	GError *error;                 /* of done */
} JitterLink;

/* With what the buffer of the next part begins. */
typedef struct {
	JitterPieces *pieces; /* NULL: there is none (yet) */
	Arrival arrival;
	BufferTarget target;
} JitterOnward;

struct AvuJitterGroup {
	AvuMailbox *mailbox; /* its own: closed before the threads are joined */
	AvuAddressPolicy policy;
	AvuJitterListener listener;
	JitterCounters counters;
	char *peer_manager; /* NULL: none */
	GPtrArray *buffers; /* all whose thread was not joined yet */
	pthread_mutex_t lock;
	char *network_host;   /* guarded by lock: of the last stream in pieces */
	uint64_t network_bps; /* likewise: what came from there; 0: not known */
};

struct AvuJitterBuffer {
	AvuJitterGroup *group;
	char *uri, *said_mime;
	void *user_data;
	AvuRingWriter *ring;
	int wake_fd; /* readable: one of these changed */
	atomic_bool cancelled, playing, prefetch;
	atomic_bool left; /* of a part of a stream in pieces: nobody reads it any more */
	atomic_uint underruns;
	_Atomic int64_t duration_ns; /* AVU_TIME_NONE: not known */
	int64_t give_up_ns;
	int64_t start_ns;         /* asked for; 0: from the first octet */
	uint64_t start_byte;      /* asked for instead of that time; 0: none */
	_Atomic uint64_t reached; /* of the resource: behind the last octet that came */
	uint64_t said_bps;        /* its rate; 0: not known */
	int64_t live_ns;    /* of a live one the place to begin, if it is there; 0: as usual */
	bool side;          /* of a stream in pieces the sound that is apart */
	AvuPlaySpeed speed; /* asked for */
	bool again;         /* the first answer is waited for as the later ones are */
	int64_t wished_ns;  /* target without trouble; 0: the usual */
	pthread_t thread;
	bool released; /* main thread: the owner let go */

	/* the buffer's thread's */
	AvuStreamer *streamer;
	JitterLink links[JITTER_LINKS];
	RemoteSource source;
	JitterPieces *pieces; /* NULL: it is one resource, or its part of one in pieces was read */
	bool leaving;         /* left was seen */
	bool parted;          /* what follows is another buffer's */
	bool described;       /* source is valid */
	bool timeless;        /* a time was asked for, and refused */
	bool whole;  /* so was an octet: from the first one, as far as it was read is dropped */
	bool nearer; /* that one was gone, and the nearest one was asked for */
	bool told;   /* opened was posted */
	BackOff back_off;
	int64_t still_ns; /* of a recording that is still made: since when there is no more of it; AVU_TIME_NONE:
			   * that is not known */
	int64_t growth_ns;   /* that long without more is its end */
	int64_t retry_ns;    /* no connection before; AVU_TIME_NONE: at once */
	int64_t progress_ns; /* octets came, or none were wanted */
	bool broken;         /* the next connection is made because one was lost */
	Arrival arrival;
	BufferTarget target;
	uint64_t sampled_at; /* where the reader was at sampled_ns */
	int64_t sampled_ns;
	uint64_t consumed_bps;
	int64_t dry_ns;     /* since when the reader waits; AVU_TIME_NONE: it does not */
	bool starved;       /* that was told */
	unsigned dries;     /* how often */
	unsigned learned;   /* of the underruns */
	int64_t starved_ns; /* in all, without the present one */
	JitterTitle titles[JITTER_TITLES];
	unsigned n_titles;
	GError *trouble; /* the last failure, to be named when all patience is used up */

	/* written before opened or failed is posted, read after */
	char *mime, *station;
	char *speeds; /* as in RemoteSource */
	bool in_pieces, has_side, has_parts;
	int64_t size_bytes; /* of the whole resource; -1: not known */
	int64_t list_ns;    /* how long the list says that it is; AVU_TIME_NONE: it does not */
	bool time_seek, octet_seek;
	int64_t begins_ns;
	uint64_t begins_byte; /* of a live one: the octet that this is the time of */
	AvuMediaAnswer said;
	int64_t said_ns;        /* when */
	int64_t live_begins_ns; /* of a live stream whose places have names; 0: they have none */
	GError *error;
	bool open;

	pthread_mutex_t lock;
	AvuJitterNumbers numbers; /* guarded by lock */
	JitterOnward onward;      /* likewise */
	AvuJitterNumbers counted; /* the thread's: as far as they are in the registry */
};

/** The body of the thread. */
void *jitter_thread_run(void *buffer);
/** Posts that the ring can be handed on; once. */
void jitter_tell_opened(AvuJitterBuffer *buffer);
/** Posts that the reader ran dry, or that there is enough for it again. */
void jitter_tell_starved(AvuJitterBuffer *buffer, bool starved);
/** @param title  taken */
void jitter_tell_title(AvuJitterBuffer *buffer, char *title);
/** Posts that there are numbers worth telling. */
void jitter_tell_changed(AvuJitterBuffer *buffer);
/** Posts that there is another part. */
void jitter_tell_parted(AvuJitterBuffer *buffer);
void jitter_tell_failed(AvuJitterBuffer *buffer);
void jitter_tell_finished(AvuJitterBuffer *buffer);

/** Measures, sets how far the ring reads ahead. @return when to do it again, or AVU_TIME_NONE */
int64_t jitter_meter(AvuJitterBuffer *buffer, const AvuRingLevel *level, int64_t now_ns);
/** Nothing more happens: what happened since is counted and told. */
void jitter_meter_end(AvuJitterBuffer *buffer);

/** Asks for the octets from offset on. @return false: the URL cannot be asked for */
bool jitter_link_open(JitterLink *link, uint64_t offset, GError **error);
/** Tells the titles of all places that the reader has come to. */
void jitter_link_tell_titles(AvuJitterBuffer *buffer, uint64_t wanted);
/** A list of pieces comes instead of media. */
void jitter_pieces_begin(AvuJitterBuffer *buffer, AvuPiecesKind kind);
void jitter_pieces_free(JitterPieces *pieces);
/** Where what comes next is a part of its own, it is another buffer's: it is laid down in buffer->onward.
 *  @return false: it goes on here */
bool jitter_pieces_pass_on(AvuJitterBuffer *buffer);
/** Passes over what the list tells of this part. @return something was */
bool jitter_pieces_leave(JitterPieces *pieces);
/** The list was read: there may be another part behind what comes next. */
bool jitter_pieces_may_break(const JitterPieces *pieces);
/** The stream is known by its list. */
void jitter_pieces_describe(AvuJitterBuffer *buffer);
/** @return false: nothing is to be asked for; *ret_ns when to look again, AVU_TIME_NONE: everything was
 *  read */
bool jitter_pieces_is_due(const AvuJitterBuffer *buffer, int64_t now_ns, int64_t *ret_ns);
/** Address and range of what comes next. @return false with error: there is no way to read it */
bool jitter_pieces_fill(
	const AvuJitterBuffer *buffer, JitterLink *link, AvuStreamRequest *request, GError **error);
/** The octets of an encrypted piece, into the ring. @return octets used */
size_t jitter_pieces_put_secret(JitterLink *link, const char *octets, size_t len);
/** Something is left of the last piece: it goes into the ring before anything else.
 *  @return false: there was nothing */
bool jitter_pieces_put_tail(AvuJitterBuffer *buffer, uint64_t offset);
/** The head of an answer. @return false: link->refusal says why it is of no use */
bool jitter_pieces_on_head(JitterLink *link, const AvuStreamHead *head);
/** @return how many of len octets of media belong to the piece */
size_t jitter_pieces_count(const JitterLink *link, size_t len);
/** So many were taken. */
void jitter_pieces_pass(JitterLink *link, size_t n);
void jitter_pieces_on_list(JitterLink *link, const char *octets, size_t len);
/** The answer is over. @return false: so is everything, buffer->error says why */
bool jitter_pieces_take_end(AvuJitterBuffer *buffer, JitterLink *link);

/** Before the piece that comes next: a head that is not in force yet? */
void jitter_pieces_look_at_head(JitterPieces *pieces);
/** Where the list is that is to be read. */
const char *jitter_pieces_get_list_uri(const JitterPieces *pieces);
/** A list came. @return false: there is no use in going on, buffer->error says why */
bool jitter_pieces_take_list(AvuJitterBuffer *buffer, const GByteArray *text);

/** What the network gave to the streams before from the same host; 0: not known. */
uint64_t jitter_get_network_bps(AvuJitterBuffer *buffer);
void jitter_note_network_bps(AvuJitterBuffer *buffer, uint64_t bps);

/** Lets go of it, whatever it is doing; not within a call-back of the streamer's. */
void jitter_link_close(JitterLink *link);
static inline bool
jitter_link_is_open(const JitterLink *link)
{
	return link->stream != NULL && !link->over;
}
