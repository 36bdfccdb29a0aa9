/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* A descriptor as FFmpeg's input. Nothing a file says opens another one, and no demuxer but the one
 * that was chosen is tried. Runs in a sandboxed child. Compiles with FFmpeg 5.1 and 7.1. */
#include "mediaserver/worker/input.h"

#include <errno.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include <av-upnp/clock.h>

#define IO_BUFFER 32768

/* Decoders that avformat_find_stream_info may open. */
static const char decoders[] =
	"h264,hevc,mpeg1video,mpeg2video,mpeg4,msmpeg4v2,msmpeg4,h263,vc1,wmv1,wmv2,wmv3,vp8,vp9,"
	"av1,"
	"theora,mjpeg,flv,aac,aac_latm,mp1float,mp2float,mp3float,mp1,mp2,mp3,ac3,eac3,dca,truehd,"
	"flac,"
	"vorbis,opus,wmav1,wmav2,wmapro,wmalossless,alac,amrnb,amrwb,pcm_bluray,pcm_dvd,pcm_s16be,"
	"pcm_s16le,wavpack,adpcm_swf,nellymoser,speex";

static ssize_t
read_flow(int fd, uint8_t *buffer, size_t len)
{
	ssize_t got;

	do {
		got = read(fd, buffer, len);
	} while (got < 0 && errno == EINTR);
	return got;
}

/* Of a pipe: what was read of it to see what it is, then what follows. */
static ssize_t
read_source(const Input *source, uint8_t *buffer, size_t len, int64_t at)
{
	if (source->flows && at >= (int64_t)source->head_len) {
		return read_flow(source->fd, buffer, len);
	}
	if (source->flows) {
		len = MIN(len, source->head_len - (size_t)at);
		memcpy(buffer, source->head + at, len);
		return (ssize_t)len;
	}
	if (source->memory == NULL) {
		return pread(source->fd, buffer, len, at);
	}
	len = at < source->size ? MIN(len, (size_t)(source->size - at)) : 0;
	memcpy(buffer, source->memory + at, len);
	return (ssize_t)len;
}

static int64_t
used_cpu_ns(void)
{
	struct timespec used = { 0 };

	(void)clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &used);
	return (int64_t)used.tv_sec * AVU_NS_PER_S + used.tv_nsec;
}

static int
source_read(void *opaque, uint8_t *buffer, int len)
{
	Input *source = opaque;

	if ((source->deadline_ns > 0 && avu_now_ns() >= source->deadline_ns) ||
		(source->cpu_ns > 0 && used_cpu_ns() >= source->cpu_ns)) {
		source->failed = source->late = true;
		return AVERROR(ETIMEDOUT);
	}
	ssize_t got = read_source(source, buffer, (size_t)len, source->at);

	if (got < 0) {
		source->failed = true;
		return AVERROR(errno);
	}
	source->at += got;
	return got == 0 ? AVERROR_EOF : (int)got;
}

static int64_t
source_seek(void *opaque, int64_t offset, int whence)
{
	Input *source = opaque;

	switch (whence & ~AVSEEK_FORCE) {
	case AVSEEK_SIZE:
		return source->size;
	case SEEK_CUR:
		offset += source->at;
		break;
	case SEEK_END:
		offset += source->size;
		break;
	default:
		break;
	}
	if (offset < 0) {
		return AVERROR(EINVAL);
	}
	source->at = offset;
	return offset;
}

bool
input_prepare(Input *source)
{
	struct stat st;
	ssize_t got = 1;

	if (fstat(source->fd, &st) < 0) {
		return false;
	}
	source->size = st.st_size;
	source->flows = S_ISFIFO(st.st_mode);
	while (source->flows && got > 0 && source->head_len < sizeof(source->head)) {
		got = read_flow(source->fd, source->head + source->head_len,
			sizeof(source->head) - source->head_len);
		source->head_len += got > 0 ? (size_t)got : 0;
	}
	return got >= 0;
}

size_t
input_read_at(void *data, uint64_t offset, uint8_t *buffer, size_t len)
{
	Input *source = data;

	if (offset > INT64_MAX || (source->flows && offset >= source->head_len)) {
		return 0;
	}
	ssize_t got = read_source(source, buffer, len, (int64_t)offset);

	source->failed = source->failed || got < 0;
	return got < 0 ? 0 : (size_t)got;
}

/* Nothing a file says opens another one. */
static int
refuse_open(AVFormatContext *context, AVIOContext **io, const char *url, int flags,
	AVDictionary **options)
{
	(void)context, (void)io, (void)url, (void)flags, (void)options;
	return AVERROR(EPERM);
}

static void
io_free(AVIOContext **io)
{
	if (*io != NULL) {
		av_freep(&(*io)->buffer); /* FFmpeg may have replaced ours */
		avio_context_free(io);
	}
}

void
input_close(AVFormatContext **context)
{
	AVIOContext *io = *context != NULL ? (*context)->pb : NULL;

	avformat_close_input(context);
	io_free(&io);
}

AVFormatContext *
input_open(Input *source, const SniffFormat *format)
{
	return input_open_with(source, format, NULL, NULL);
}

AVFormatContext *
input_open_with(Input *source, const SniffFormat *format, const char *option, const char *value)
{
	AVDictionary *options = NULL;
	const AVInputFormat *demuxer = av_find_input_format(format->demuxer);
	AVFormatContext *context = avformat_alloc_context();
	uint8_t *buffer = av_malloc(IO_BUFFER);
	AVIOContext *io = buffer == NULL
				  ? NULL
				  : avio_alloc_context(buffer, IO_BUFFER, 0, source, source_read,
					    NULL, source->flows ? NULL : source_seek);

	if (demuxer == NULL || context == NULL || io == NULL) {
		if (io == NULL) {
			av_free(buffer);
		}
		io_free(&io);
		avformat_free_context(context);
		return NULL;
	}
	source->at = 0;
	context->pb = io;
	context->flags |= AVFMT_FLAG_CUSTOM_IO;
	context->io_open = refuse_open;
	context->format_whitelist = av_strdup(demuxer->name);
	context->codec_whitelist = av_strdup(decoders);
	context->protocol_whitelist = av_strdup("none");
	if (option != NULL) {
		(void)av_dict_set(&options, option, value, 0); /* without it the default counts */
	}
	const int code = avformat_open_input(&context, "", demuxer, &options);

	av_dict_free(&options);
	if (code < 0) { /* frees context, not io */
		io_free(&io);
		return NULL;
	}
	return context;
}

const SniffFormat *
input_recognise(Input *source, const char *hint, uint64_t *ret_tag_len)
{
	uint8_t head[SNIFF_LEN];
	size_t len = input_read_at(source, 0, head, sizeof(head));
	uint64_t tag_len = sniff_id3v2_len(head, len);

	if (tag_len > 0) {
		len = input_read_at(source, tag_len, head, sizeof(head));
	}
	const SniffFormat *format = sniff(head, len, tag_len > 0, hint);

	if (format == NULL && source->flows) {
		format = sniff_under_way(hint);
	}

	*ret_tag_len = tag_len;
	return format != NULL && format->demuxer != NULL ? format : NULL;
}
