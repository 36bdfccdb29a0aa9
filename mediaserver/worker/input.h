/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* worker/input.h: a file given by descriptor, opened by FFmpeg */
#pragma once

#include <libavformat/avformat.h>

#include "mediaserver/worker/sniff.h"

G_BEGIN_DECLS

typedef struct {
	int fd;             /* the caller's */
	const char *memory; /* instead of fd; may be NULL */
	int64_t at;
	int64_t size;
	bool flows; /* a pipe: from front to back, once; its first octets are in head */
	uint8_t head[SNIFF_LEN];
	size_t head_len;
	int64_t deadline_ns; /* then reading fails, within a demuxer's search too; 0: none */
	int64_t cpu_ns; /* the same, of the processor's time that this process has used; 0: none */
	bool failed;    /* the kernel gave an error, or it is late: not the file's contents */
	bool late;
} Input;

/** Looks at what kind of descriptor it is; waits for the first octets of a pipe.
 *  @return false: the descriptor cannot be looked at */
bool input_prepare(Input *source);
/** Up to len octets at offset; how many came, 0 at the end or on a fault. @param data  Input */
size_t input_read_at(void *data, uint64_t offset, uint8_t *buffer, size_t len);
/** By the file's first octets, behind a tag if there is one. @param hint  extension; may be NULL
 *  @return static, NULL: nothing that FFmpeg is to read */
const SniffFormat *input_recognise(Input *source, const char *hint, uint64_t *ret_tag_len);
/** @return opened context, NULL when the demuxer refuses */
AVFormatContext *input_open(Input *source, const SniffFormat *format);
/** With an option of the demuxer, both of fixed words (SEC-160). @param option  NULL: none */
AVFormatContext *input_open_with(
	Input *source, const SniffFormat *format, const char *option, const char *value);
void input_close(AVFormatContext **context);

G_END_DECLS
