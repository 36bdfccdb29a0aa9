/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* worker/convert-output.h: packets of the streams into a container, octets into a pipe */
#pragma once

#include <libavformat/avformat.h>

#include "mediaserver/convert/recipe.h"
#include "mediaserver/worker/ts-stamp.h"

G_BEGIN_DECLS

typedef struct {
	int fd;    /* the caller's */
	bool gone; /* nobody reads any more */
	int told;  /* gets an octet with the first that goes out; -1: told already */
	bool raw;  /* no muxer */
	AVFormatContext *context;
	RecipeContainer container;
	TsStamp stamp; /* of RECIPE_TTS */
	GByteArray *stamped;
} ConvertOutput;

/** @param told  gets an octet with the first that goes out; -1: nobody wants to know */
bool convert_output_open(ConvertOutput *output, RecipeContainer container, int fd, int told);
/** @return number of the stream, -1: the container does not take it */
int convert_output_add(ConvertOutput *output, const AVCodecParameters *parameters);
/** Times of a stream are multiples of this. Only a wish, which some containers have no place for. */
void convert_output_set_clock(ConvertOutput *output, int stream, AVRational unit);
/** Does the container keep the headers of codecs for itself? */
bool convert_output_wants_header(const ConvertOutput *output);
/** After all streams were added: does all that can fail before something is written.
 *  @param offset_us  added to all times */
bool convert_output_prepare(ConvertOutput *output, int64_t offset_us);
/** Prepared. */
bool convert_output_begin(ConvertOutput *output);
/** In front of all, between both. */
bool convert_output_put_number(ConvertOutput *output, int64_t number);
/** @param packet  its times in base; unreferenced @return false: it cannot go on */
bool convert_output_write(ConvertOutput *output, int stream, AVPacket *packet, AVRational base);
bool convert_output_end(ConvertOutput *output);
void convert_output_clear(ConvertOutput *output);

G_END_DECLS
