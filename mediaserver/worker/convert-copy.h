/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* worker/convert-copy.h: packets of a stream as they are, in another container */
#pragma once

#include <libavformat/avformat.h>

#include "mediaserver/worker/convert-output.h"

G_BEGIN_DECLS

typedef struct {
	ConvertOutput *output;
	const AVStream *in;
	int stream;
	int64_t zero; /* in the stream's time base: becomes 0 */
	int64_t end;  /* after zero; -1 */
	bool done, begun;
} ConvertCopy;

bool convert_copy_init(ConvertCopy *copy, const AVStream *stream, int64_t zero, int64_t end_ns,
	ConvertOutput *output);
/** Its times are later by so much. @param offset  in their unit */
void convert_copy_move(AVPacket *packet, int64_t offset);
/** @return false: nobody takes the output */
bool convert_copy_push(ConvertCopy *copy, const AVPacket *packet);

G_END_DECLS
