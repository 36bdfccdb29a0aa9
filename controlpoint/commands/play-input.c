/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Standard input as a stream without length, sent by this process; so it stays until the renderer is through.
 * What it is shows in its first octets, which are looked at and not taken. Main thread. */
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include <av-upnp/clock.h>
#include <av-upnp/error.h>
#include <av-upnp/fd.h>
#include <av-upnp/random.h>

#include "commands/play-input.h"
#include "commands/play-start.h"
#include "commands/renderer-state.h"
#include "item/stream-type.h"
#include "queue/file-share.h"

#define FIRST_MS 15000 /* for the program in front of us to begin */
#define LOOK_NS (500 * AVU_NS_PER_MS)
#define STOP_NS (150 * AVU_NS_PER_MS) /* what Ctrl-C waits for a renderer that may be gone */
#define TITLE "Standard input"

/* @return octets looked at, -1 with errno */
static ssize_t
peek_pipe(uint8_t *head, size_t max)
{
	int ends[2];

	if (pipe2(ends, O_CLOEXEC) != 0) {
		return -1;
	}
	const ssize_t n = tee(STDIN_FILENO, ends[1], max, 0);
	const ssize_t got = n > 0 ? read(ends[0], head, (size_t)n) : n;

	(void)close(ends[0]);
	(void)close(ends[1]);
	return got;
}

static ssize_t
peek(uint8_t *head, size_t max)
{
	struct stat info;

	if (fstat(STDIN_FILENO, &info) != 0) {
		return -1;
	}
	if (S_ISREG(info.st_mode)) {
		return pread(STDIN_FILENO, head, max, lseek(STDIN_FILENO, 0, SEEK_CUR));
	}
	return S_ISSOCK(info.st_mode) ? recv(STDIN_FILENO, head, max, MSG_PEEK)
				      : peek_pipe(head, max);
}

static const char *
find_type(GError **error)
{
	struct pollfd input = { .fd = STDIN_FILENO, .events = POLLIN };
	uint8_t head[STREAM_TYPE_BYTES];

	if (isatty(STDIN_FILENO)) {
		g_set_error(error, AVU_ERROR, AVU_ERROR_USAGE,
			"standard input is a terminal; \"-\" plays what another program writes, as "
			"in: arecord -f cd | avcp play -");
		return NULL;
	}
	if (poll(&input, 1, FIRST_MS) <= 0) {
		g_set_error(error, AVU_ERROR, AVU_ERROR_TIMEOUT,
			"nothing came on standard input within %d s", FIRST_MS / 1000);
		return NULL;
	}
	const ssize_t n = peek(head, sizeof head);
	const char *mime = n > 0 ? stream_type_of(head, (size_t)n) : NULL;

	if (n < 0 && errno == EINVAL) { /* /dev/null and other devices */
		g_set_error(error, AVU_ERROR, AVU_ERROR_USAGE,
			"standard input is a device that cannot be looked into; put a pipe "
			"between, as "
			"in: cat DEVICE | avcp play -");
	} else if (n < 0) {
		g_set_error(
			error, AVU_ERROR, AVU_ERROR_IO, "standard input: %s", g_strerror(errno));
	} else if (mime == NULL) {
		g_set_error(error, AVU_ERROR, AVU_ERROR_USAGE,
			n == 0 ? "standard input is empty"
			       : "standard input is of no kind that is known (MP3, AAC, FLAC, Ogg, "
				 "WAV, MPEG-TS, Matroska …)");
	}
	return mime;
}

/* Until it does not play any more. */
static bool
await_end(Run *run, AvuRemoteDevice *renderer, GError **error)
{
	TransportInfo now = { TRANSPORT_PLAYING, false };

	while (now.state != TRANSPORT_STOPPED && now.state != TRANSPORT_NO_MEDIA) {
		g_autoptr(GError) why = NULL;

		(void)session_wait(run->session, avu_now_ns() + LOOK_NS, NULL, NULL);
		const bool told = !session_is_interrupted(run->session) &&
				  transport_info_get(run, renderer, &now, &why);

		if (session_is_interrupted(run->session)) {
			/* It is a courtesy: what it plays ends with us. */
			session_clear_interrupt(run->session, STOP_NS);
			(void)run_call(
				run, renderer, &avu_service_av_transport, "Stop", NULL, NULL);
			return true;
		}
		if (!told) {
			g_propagate_error(error, g_steal_pointer(&why));
			return false;
		}
	}
	if (now.failed) {
		g_set_error(error, AVU_UPNP_ERROR, AVU_UPNP_ACTION_FAILED,
			"\"%s\" broke off: it reports ERROR_OCCURRED",
			avu_remote_device_get_name(renderer));
	}
	return !now.failed;
}

bool
play_input(Run *run, AvuRemoteDevice *renderer, GError **error)
{
	const char *mime = find_type(error);
	PlayVerdict verdict = PLAY_WAIT;
	int64_t ordered_ns = 0;
	g_autofree char *secret = avu_random_uuid();
	g_autoptr(FileShare) share = file_share_new(run->session, secret, 0);
	g_auto(PlayItem) item = { .uri = NULL };

	if (mime == NULL) {
		return false;
	}
	g_autofree char *url = file_share_offer_stream(
		share, STDIN_FILENO, mime, avu_remote_device_get_address(renderer), error);

	if (url == NULL) {
		return false;
	}
	play_item_from_stream(TITLE, mime, url, &item);
	session_catch_interrupt(run->session);
	return play_start_load(run, renderer, &item, error) &&
	       play_start(run, renderer, &ordered_ns, error) &&
	       play_start_await(run, renderer, ordered_ns, AVU_TIME_NONE, &verdict, error) &&
	       await_end(run, renderer, error);
}
