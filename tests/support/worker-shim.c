/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Preloaded into the worker by test_worker.py: a WAV file whose chunk after "WAVE" has one of these
 * names does, in the sandboxed child, what a demuxer taken over by a file would try. Success of what
 * must not succeed shows as a normal end; the test expects death or refusal. By test_convert.py: an
 * FFmpeg that was built without the encoder and decoder that the variables LACKS_ENCODER and LACKS_DECODER name. By test_progress.py:
 * a file that is read when the test says so.
 * A kernel without Landlock or without filters of system calls, when LACKS_LANDLOCK or LACKS_SECCOMP is set; with
 * TELLS_OPTIONS each option that an encoder, decoder, muxer or demuxer is given goes to stderr. */
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/futex.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <seccomp.h>
#include <stdarg.h>
#include <stdio.h>
#include <sys/mount.h>
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

static void
do_mount(void)
{
	(void)mount("none", "/av-upnp/nowhere", "tmpfs", 0, NULL);
}

static void
do_write(void)
{
	(void)unlink("/tmp/av-upnp-never");
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
	{ "moun", do_mount },
	{ "wipe", do_write },
	{ "open", do_open },
	{ "spin", do_spin },
	{ "hold", do_hold },
};

/* A kernel of another make */

long
syscall(long number, ...)
{
	static long (*real)(long, ...);
	void *symbol = real == NULL ? dlsym(RTLD_NEXT, "syscall") : NULL;
	long words[6];
	va_list rest;

	if (real == NULL) {
		memcpy(&real, &symbol, sizeof(real));
	}
	va_start(rest, number);
	for (int i = 0; i < 6; i++) {
		words[i] = va_arg(rest, long);
	}
	va_end(rest);
	if (number == SYS_landlock_create_ruleset && getenv("LACKS_LANDLOCK") != NULL) {
		errno = ENOSYS;
		return -1;
	}
	return real(number, words[0], words[1], words[2], words[3], words[4], words[5]);
}

int
seccomp_load(scmp_filter_ctx filter)
{
	int (*real)(scmp_filter_ctx) = NULL;
	void *symbol = dlsym(RTLD_NEXT, "seccomp_load");

	memcpy(&real, &symbol, sizeof(real));
	return getenv("LACKS_SECCOMP") != NULL ? -EINVAL : real(filter);
}

/* What codecs and formats are given */

static void
tell_option(const char *whom, const char *name, const char *value)
{
	char line[400];
	const int len = snprintf(line, sizeof(line), "option %s %s=%s\n", whom, name, value);

	(void)!write(STDERR_FILENO, line, (size_t)len < sizeof(line) ? (size_t)len : sizeof(line));
}

static void
tell_options(const char *whom, AVDictionary *const *options)
{
	const AVDictionaryEntry *entry = NULL;

	if (getenv("TELLS_OPTIONS") == NULL) {
		return;
	}
	tell_option(whom, "", "");
	while (options != NULL &&
		(entry = av_dict_get(*options, "", entry, AV_DICT_IGNORE_SUFFIX)) != NULL) {
		tell_option(whom, entry->key, entry->value);
	}
}

int
avcodec_open2(AVCodecContext *context, const AVCodec *codec, AVDictionary **options)
{
	int (*real)(AVCodecContext *, const AVCodec *, AVDictionary **) = NULL;
	void *symbol = dlsym(RTLD_NEXT, "avcodec_open2");

	memcpy(&real, &symbol, sizeof(real));
	codec = codec != NULL ? codec : context->codec;
	tell_options(codec != NULL ? codec->name : "none", options);
	return real(context, codec, options);
}

int
avformat_init_output(AVFormatContext *context, AVDictionary **options)
{
	int (*real)(AVFormatContext *, AVDictionary **) = NULL;
	void *symbol = dlsym(RTLD_NEXT, "avformat_init_output");

	memcpy(&real, &symbol, sizeof(real));
	tell_options(context->oformat->name, options);
	return real(context, options);
}

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
	tell_options(format != NULL ? format->name : "guessed", options);
	return real(context, url, format, options);
}
