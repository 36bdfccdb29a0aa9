/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* av-upnp/frame.h: length-prefixed messages between a program and its helpers.
 *
 * On the wire: uint32 length of payload, uint16 type, uint16 number of descriptors, payload;
 * host byte order (both ends are the same machine and the same build). Either side trusts no field:
 * length ≤ AVU_LIMIT_FRAME, at most 64 descriptors. Payloads are built and read field by field. */
#pragma once

#include <av-upnp/base.h>

G_BEGIN_DECLS

#define AVU_FRAME_FDS_MAX 64

typedef struct {
	uint16_t type;
	const uint8_t *data; /* borrowed until the next receive */
	size_t len;
	int fds[AVU_FRAME_FDS_MAX]; /* receiver owns: avu_frame_close_fds() */
	unsigned n_fds;
} AvuFrame;

/* Building a payload. Fixed-width fields, strings as uint32 length + octets. */
typedef struct {
	GByteArray *bytes;
} AvuFrameWriter;
AVU_API void avu_frame_writer_init(AvuFrameWriter *writer);
AVU_API void avu_frame_writer_clear(AvuFrameWriter *writer);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(AvuFrameWriter, avu_frame_writer_clear)
AVU_API void avu_frame_put_u32(AvuFrameWriter *writer, uint32_t value);
AVU_API void avu_frame_put_i64(AvuFrameWriter *writer, int64_t value);
AVU_API void avu_frame_put_string(AvuFrameWriter *writer, const char *text); /* NULL is kept */
AVU_API void avu_frame_put_bytes(AvuFrameWriter *writer, const void *data, size_t len);

/* Reading one. A take beyond the end sets failed and gives 0 or NULL; check once at the end. */
typedef struct {
	const uint8_t *at, *end;
	bool failed;
} AvuFrameReader;
AVU_API AvuFrameReader avu_frame_reader(const AvuFrame *frame);
AVU_API uint32_t avu_frame_take_u32(AvuFrameReader *reader);
AVU_API int64_t avu_frame_take_i64(AvuFrameReader *reader);
/** Copy, sanitized to UTF-8, at most max_bytes (longer fails); NULL was kept. g_free() it. */
AVU_API char *avu_frame_take_string(AvuFrameReader *reader, size_t max_bytes);
AVU_API const uint8_t *avu_frame_take_bytes(AvuFrameReader *reader, size_t *ret_len);
/** @return nothing failed and nothing is left over */
AVU_API bool avu_frame_reader_finish(const AvuFrameReader *reader);

/* Blocking use, for helpers. */
AVU_API bool avu_frame_send(int fd, uint16_t type, const AvuFrameWriter *payload, const int *fds,
	unsigned n_fds, GError **error);
/** @param buffer  kept by the caller between calls; frame->data points into it
 *  @return false with AVU_ERROR_GONE at end of stream, SYNTAX or LIMIT on nonsense */
AVU_API bool avu_frame_receive(int fd, GByteArray *buffer, AvuFrame *ret_frame, GError **error);
AVU_API void avu_frame_close_fds(AvuFrame *frame);

/* Non-blocking use on a main context, for programs. */
typedef struct AvuFrameChannel AvuFrameChannel;
typedef struct {
	/* A frame came; descriptors not taken (set to -1) are closed afterwards. */
	void (*received)(AvuFrame *frame, void *user_data);
	/* The peer closed or sent nonsense (error says which); no more calls follow. */
	void (*closed)(const GError *error, void *user_data);
} AvuFrameHandler;

/** @param fd  taken; set non-blocking. @thread the context's */
AVU_API AvuFrameChannel *avu_frame_channel_new(
	GMainContext *context, int fd, const AvuFrameHandler *handler, void *user_data);
AVU_API void avu_frame_channel_free(AvuFrameChannel *channel);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(AvuFrameChannel, avu_frame_channel_free)
/** Frames go to another from now on, also when it is called by the one they went to. */
AVU_API void avu_frame_channel_set_handler(
	AvuFrameChannel *channel, const AvuFrameHandler *handler, void *user_data);
/** Delivers what has come already, the peer's end as well. For one that is known to be gone: of its last words none
 *  is lost to whoever tells of its end first. The channel may be freed by a call-back. */
AVU_API void avu_frame_channel_drain(AvuFrameChannel *channel);
/** Queues; never blocks. fds are duplicated. @return false with AVU_ERROR_LIMIT when 4 MiB wait
 *  unread, AVU_ERROR_GONE when closed */
AVU_API bool avu_frame_channel_send(AvuFrameChannel *channel, uint16_t type,
	const AvuFrameWriter *payload, const int *fds, unsigned n_fds, GError **error);

G_END_DECLS
