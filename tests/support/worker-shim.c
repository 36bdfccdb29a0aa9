/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Preloaded into the worker by test_worker.py: a WAV file whose chunk after "WAVE" has one of these
 * names does, in the sandboxed child, what a demuxer taken over by a file would try. Success of what
 * must not succeed shows as a normal end; the test expects death or refusal. By test_convert.py: an
 * FFmpeg that was built without the encoder and decoder that the variables LACKS_ENCODER and LACKS_DECODER name. By test_progress.py:
 * a file that is read when the test says so. */
#include <dlfcn.h>
#include <fcntl.h>
#include <linux/futex.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ptrace.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

#include <libavcodec/avcodec.h>
#include <libavformat/avformat.h>

static void
do_abort(void)
{
	abort();
}

static void
do_socket(void)
{
	(void)socket(AF_INET, SOCK_STREAM, 0);
}

static void
do_fork(void)
{
	(void)fork();
}

static void
do_exec(void)
{
	(void)execl("/bin/true", "true", NULL);
}

static void
do_kill(void)
{
	(void)kill(getppid(), SIGTERM);
}

static void
do_trace(void)
{
	(void)ptrace(PTRACE_TRACEME, 0, NULL, NULL);
}

/* refused, not deadly: libraries try it */
static void
do_open(void)
{
	if (open("/etc/hostname", O_RDONLY) >= 0) {
		abort();
	}
}

static void
do_spin(void)
{
	for (volatile unsigned i = 0;; i++) {
	}
}

/* Until one of the files at hand may be executed. */
static void
do_hold(void)
{
	const struct timespec pause = { .tv_nsec = 10000000 };
	const int never = 0; /* its sandbox knows no other way to wait */

	for (struct stat st;; (void)syscall(SYS_futex, &never, FUTEX_WAIT, never, &pause)) {
		for (int fd = 3; fd < 256; fd++) {
			if (fstat(fd, &st) == 0 && S_ISREG(st.st_mode) &&
				(st.st_mode & S_IXUSR) != 0) {
				return;
			}
		}
	}
}

static const struct {
	char name[5];
	void (*run)(void);
} deeds[] = {
	{ "abrt", do_abort },
	{ "sock", do_socket },
	{ "fork", do_fork },
	{ "exec", do_exec },
	{ "kill", do_kill },
	{ "trac", do_trace },
	{ "open", do_open },
	{ "spin", do_spin },
	{ "hold", do_hold },
};

const AVCodec *
avcodec_find_encoder_by_name(const char *name)
{
	const AVCodec *(*real)(const char *) = NULL;
	void *symbol = dlsym(RTLD_NEXT, "avcodec_find_encoder_by_name");
	const char *lacks = getenv("LACKS_ENCODER");

	memcpy(&real, &symbol, sizeof(real));
	return lacks != NULL && strcmp(name, lacks) == 0 ? NULL : real(name);
}

const AVCodec *
avcodec_find_decoder(enum AVCodecID id)
{
	const AVCodec *(*real)(enum AVCodecID) = NULL;
	void *symbol = dlsym(RTLD_NEXT, "avcodec_find_decoder");
	const char *lacks = getenv("LACKS_DECODER");

	memcpy(&real, &symbol, sizeof(real));
	const AVCodec *decoder = real(id);

	return lacks != NULL && decoder != NULL && strcmp(decoder->name, lacks) == 0 ? NULL
										     : decoder;
}

int
avformat_open_input(AVFormatContext **context, const char *url, const AVInputFormat *format,
	AVDictionary **options)
{
	int (*real)(AVFormatContext **, const char *, const AVInputFormat *, AVDictionary **) =
		NULL;
	void *symbol = dlsym(RTLD_NEXT, "avformat_open_input");
	unsigned char head[16] = { 0 };

	memcpy(&real, &symbol, sizeof(real));
	(void)avio_read((*context)->pb, head, sizeof(head));
	(void)avio_seek((*context)->pb, 0, SEEK_SET);
	for (size_t i = 0; i < sizeof(deeds) / sizeof(deeds[0]); i++) {
		if (memcmp(head + 12, deeds[i].name, 4) == 0) {
			deeds[i].run();
		}
	}
	return real(context, url, format, options);
}
