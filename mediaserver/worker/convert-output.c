/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The last step of a conversion. A pipe that is full holds it up: no octet is made before somebody
 * takes it. Runs in a sandboxed child. Compiles with FFmpeg 5.1 and 7.1. */
#include "mediaserver/worker/convert-output.h"

#include <errno.h>
#include <unistd.h>

#include "mediaserver/worker/convert-codec.h"

#define IO_BUFFER (64 * 1024)

#if LIBAVFORMAT_VERSION_MAJOR < 61
typedef uint8_t WrittenOctet;
#else
typedef const uint8_t WrittenOctet;
#endif

static void
tell(ConvertOutput *output)
{
	const int fd = output->told;

	output->told = -1;
	if (fd >= 0 && write(fd, "", 1) != 1) {
		output->gone = true; /* there is no parent any more */
	}
}

static bool
write_all(ConvertOutput *output, const uint8_t *data, size_t len)
{
	while (len > 0 && !output->gone) {
		ssize_t put = write(output->fd, data, len);

		if (put < 0 && errno != EINTR) {
			output->gone = true;
		} else if (put > 0) {
			data += put;
			len -= (size_t)put;
			tell(output);
		}
	}
	return !output->gone;
}

bool
convert_output_put_number(ConvertOutput *output, int64_t number)
{
	return write_all(output, (const uint8_t *)&number, sizeof(number));
}

static bool
write_stamped(ConvertOutput *output)
{
	bool good = write_all(output, output->stamped->data, output->stamped->len);

	g_byte_array_set_size(output->stamped, 0);
	return good;
}

static int
on_write(void *opaque, WrittenOctet *data, int len)
{
	ConvertOutput *output = opaque;
	bool good;

	if (output->stamped != NULL) {
		ts_stamp_push(&output->stamp, data, (size_t)len, output->stamped);
		good = write_stamped(output);
	} else {
		good = write_all(output, data, (size_t)len);
	}
	return good ? len : AVERROR(EPIPE);
}

bool
convert_output_open(ConvertOutput *output, RecipeContainer container, int fd, int told)
{
	const char *muxer = convert_codec_muxer(container);

	*output = (ConvertOutput){
		.fd = fd, .told = told, .container = container, .raw = muxer == NULL
	};
	if (output->raw) {
		return true;
	}
	if (container == RECIPE_TTS) {
		ts_stamp_init(&output->stamp);
		output->stamped = g_byte_array_new();
	}
	uint8_t *buffer = av_malloc(IO_BUFFER);

	if (buffer == NULL ||
		avformat_alloc_output_context2(&output->context, NULL, muxer, NULL) < 0) {
		av_free(buffer);
		return false;
	}
	output->context->pb =
		avio_alloc_context(buffer, IO_BUFFER, 1, output, NULL, on_write, NULL);
	output->context->flags |= AVFMT_FLAG_CUSTOM_IO | AVFMT_FLAG_BITEXACT;
	/* what is made is wanted at once */
	output->context->flush_packets = 1;
	output->context->max_interleave_delta = AV_TIME_BASE;
	return output->context->pb != NULL;
}

int
convert_output_add(ConvertOutput *output, const AVCodecParameters *parameters)
{
	if (output->raw) {
		return 0;
	}
	AVStream *stream = avformat_new_stream(output->context, NULL);

	if (stream == NULL || avcodec_parameters_copy(stream->codecpar, parameters) < 0) {
		return -1;
	}
	stream->codecpar->codec_tag = 0; /* the name it had in the other container */
	return stream->index;
}

void
convert_output_set_clock(ConvertOutput *output, int stream, AVRational unit)
{
	if (!output->raw) {
		output->context->streams[stream]->time_base = unit;
	}
}

bool
convert_output_wants_header(const ConvertOutput *output)
{
	return !output->raw && (output->context->oformat->flags & AVFMT_GLOBALHEADER) != 0;
}

bool
convert_output_prepare(ConvertOutput *output, int64_t offset_us)
{
	if (output->raw) {
		return true;
	}
	AVDictionary *options = convert_codec_muxer_options(output->container);

	output->context->output_ts_offset = offset_us;
	int code = avformat_init_output(output->context, &options);

	av_dict_free(&options);
	return code >= 0;
}

bool
convert_output_begin(ConvertOutput *output)
{
	return output->raw || avformat_write_header(output->context, NULL) >= 0;
}

bool
convert_output_write(ConvertOutput *output, int stream, AVPacket *packet, AVRational base)
{
	if (output->raw) {
		bool good = write_all(output, packet->data, (size_t)packet->size);

		av_packet_unref(packet);
		return good;
	}
	packet->stream_index = stream;
	packet->pos = -1;
	av_packet_rescale_ts(packet, base, output->context->streams[stream]->time_base);
	/* a packet that it does not like is left out, as players do; a pipe that is gone ends all */
	(void)av_interleaved_write_frame(output->context, packet);
	return !output->gone;
}

bool
convert_output_end(ConvertOutput *output)
{
	if (output->raw) {
		return !output->gone;
	}
	bool good = av_write_trailer(output->context) >= 0; /* octets, of some */

	if (output->stamped != NULL) {
		ts_stamp_finish(&output->stamp, output->stamped);
		good = write_stamped(output) && good;
	}
	return good && !output->gone;
}

void
convert_output_clear(ConvertOutput *output)
{
	if (output->context != NULL) {
		AVIOContext *io = output->context->pb;

		if (io != NULL) {
			av_freep(&io->buffer);
			avio_context_free(&io);
		}
		avformat_free_context(output->context);
		output->context = NULL;
	}
	if (output->stamped != NULL) {
		ts_stamp_clear(&output->stamp);
		g_clear_pointer(&output->stamped, g_byte_array_unref);
	}
}
