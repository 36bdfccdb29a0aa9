/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* av-upnp/media-source.h: where the octets of a media resource come from.
 *
 * Whatever can be streamed is one of these: a file, a file that still grows, a part of a file behind a
 * new header, a pipe, a conversion that starts at any time. Delivery asks three things, in this order
 * and on the connection's thread, so each may block for as long as a player waits (some seconds):
 *
 *   get_span   what is there now, and what can be asked for. Cheap; touches no medium.
 *   locate     where a time lies. Only if the span says AVU_SEEK_TIME.
 *   open       the octets of a part. Not for HEAD.
 *
 * A new kind of source embeds AvuMediaSource as its first member and gives a class. It serves one
 * request: made by the handler, freed by delivery; what open gave outlives it. */
#pragma once

#include <sys/types.h>

#include <av-upnp/play-speed.h>

G_BEGIN_DECLS

#define AVU_LENGTH_UNKNOWN UINT64_MAX

typedef struct AvuTimeIndex AvuTimeIndex; /* time-index.h */

typedef enum {
	AVU_SEEK_BYTES = 1 << 0, /* a part may start at every octet of the span */
	AVU_SEEK_TIME = 1 << 1,  /* … at every time of the span */
} AvuSeek;

/* What can be read now. Octets and time count from the start of the resource, also when that start is
 * no longer there. */
typedef struct {
	unsigned seek; /* AvuSeek */
	/* Parts may be asked within [first_byte, end_byte) and [first_ns, end_ns] only, and these
	 * change: DLNA's limited random access. Else the whole is there at any time. */
	bool limited;
	bool start_moves; /* s0 increases: time shift, live. Without a seek sending starts at the end */
	bool end_moves; /* sN increases: a recording in progress, live */
	uint64_t first_byte;
	uint64_t end_byte; /* behind the last octet there is now; AVU_LENGTH_UNKNOWN */
	int64_t first_ns;
	int64_t end_ns; /* AVU_TIME_NONE: unknown */
} AvuMediaSpan;

/* What is to be sent. */
typedef struct {
	uint64_t first_byte; /* AVU_LENGTH_UNKNOWN: the source does not know octets at this place */
	uint64_t end_byte;   /* behind the last; AVU_LENGTH_UNKNOWN: as far as it goes */
	bool timed;          /* asked for by time: from_ns and to_ns hold */
	int64_t from_ns;
	int64_t to_ns;      /* AVU_TIME_NONE: as far as it goes */
	AvuPlaySpeed speed; /* 1 unless has_speed said yes to another */
} AvuMediaPart;

/* Octets under way. Either a file, which the kernel sends, or a function. */
typedef struct {
	uint64_t length; /* AVU_LENGTH_UNKNOWN: until read gives 0 */
	int fd;          /* the receiver's; -1: read is used */
	uint64_t offset; /* in fd */
	/* > 0 octets, 0 at the end, -1 on fault; may block. @param position  octets given so far */
	ssize_t (*read)(void *data, uint64_t position, char *buffer, size_t max);
	void *data;
	GDestroyNotify free_data;
} AvuMediaBody;

typedef struct AvuMediaSource AvuMediaSource;

typedef struct {
	void (*get_span)(AvuMediaSource *source, AvuMediaSpan *ret_span);
	/** Fills the octets of a part that was asked for by time, and moves from_ns back and to_ns on
	 *  to where decoding can really start and end. Octets stay unknown where only open knows.
	 *  May be NULL when the span never has AVU_SEEK_TIME.
	 *  @return false with UNSUPPORTED (no time seek in this one after all: 406), BUSY (503), IO */
	bool (*locate)(AvuMediaSource *source, AvuMediaPart *part, GError **error);
	/** NULL: 1 only. */
	bool (*has_speed)(AvuMediaSource *source, AvuPlaySpeed speed);
	/** @param part  as located @return false with NOT_FOUND (404), DENIED (403), BUSY (503), IO */
	bool (*open)(AvuMediaSource *source, const AvuMediaPart *part, AvuMediaBody *ret_body,
		GError **error);
	void (*free)(AvuMediaSource *source);
} AvuMediaSourceClass;

struct AvuMediaSource {
	const AvuMediaSourceClass *class;
};

AVU_API void avu_media_source_get_span(AvuMediaSource *source, AvuMediaSpan *ret_span);
AVU_API bool avu_media_source_locate(AvuMediaSource *source, AvuMediaPart *part, GError **error);
AVU_API bool avu_media_source_has_speed(AvuMediaSource *source, AvuPlaySpeed speed);
AVU_API bool avu_media_source_open(
	AvuMediaSource *source, const AvuMediaPart *part, AvuMediaBody *ret_body, GError **error);
/** Accepts NULL. */
AVU_API void avu_media_source_free(AvuMediaSource *source);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(AvuMediaSource, avu_media_source_free)

AVU_API void avu_media_body_clear(AvuMediaBody *body);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(AvuMediaBody, avu_media_body_clear)

/* Gives the index of a file when a time is asked for the first time.
 * @return reference, or NULL with UNSUPPORTED, BUSY or IO. @thread the connection's; may block */
typedef AvuTimeIndex *(*AvuTimeIndexGetter)(void *data, GError **error);

/** A whole file. @param fd  taken  @param duration_ns  AVU_TIME_NONE: unknown
 *  @param get_index  NULL: no time seek. data lives as long as the source */
AVU_API AvuMediaSource *avu_media_source_new_file(
	int fd, uint64_t size_bytes, int64_t duration_ns, AvuTimeIndexGetter get_index, void *data);

/** A file that somebody still writes: s0 fixed, sN increasing. A part without an end is sent while
 *  the file grows, until is_growing says no and the end is reached, or for AVU_LIMIT_GROWTH_WAIT_NS
 *  nothing came.
 *  @param fd  taken  @param is_growing  called with the descriptor; any thread; must not wait */
AVU_API AvuMediaSource *avu_media_source_new_growing(int fd, bool (*is_growing)(int fd));

/** head, then the octets [offset, offset + length) of a file: a track cut out of an album. Seekable by
 *  octets; the header is made for the whole part. @param head  reference taken; may be NULL
 *  @param fd  taken */
AVU_API AvuMediaSource *avu_media_source_new_slice(
	GBytes *head, int fd, uint64_t offset, uint64_t length);

/** A pipe of unknown length, read once from its start. @param fd  taken */
AVU_API AvuMediaSource *avu_media_source_new_pipe(int fd);

G_END_DECLS
