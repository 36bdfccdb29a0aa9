/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* A sequenced-packet socket: one packet asks, one answers, so neither side ever waits for the rest of
 * a line. Main thread; nothing here blocks it: what has to be looked for is answered later. The directory's mode (0700) says who may ask. */
#include <errno.h>
#include <fcntl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/time.h>
#include <sys/un.h>

#include <av-upnp/error.h>
#include <av-upnp/fd.h>
#include <av-upnp/local-control.h>
#include <av-upnp/loop.h>

#define SOCKET_NAME "control"
#define ASKERS_MAX 8
#define ANSWER_S 5

typedef struct {
	AvuLocalControl *control;
	int fd; /* -1: free */
	GSource *source;
	uint64_t ticket; /* 0: not deferred */
} Asker;

struct AvuLocalControl {
	char *path;
	int fd;
	GSource *source;
	AvuLocalHandler handler;
	void *user_data;
	Asker askers[ASKERS_MAX];
	unsigned next; /* the oldest asker: one that says nothing gives way to a new one */
	Asker *asking; /* in the handler */
	uint64_t last_ticket;
};

/* A path of any length: through the descriptor of its directory. */
static bool
socket_address(int directory, struct sockaddr_un *ret_address)
{
	*ret_address = (struct sockaddr_un){ .sun_family = AF_UNIX };
	return g_snprintf(ret_address->sun_path, sizeof(ret_address->sun_path),
		       "/proc/self/fd/%d/%s", directory,
		       SOCKET_NAME) < (int)sizeof(ret_address->sun_path);
}

static void
asker_end(Asker *asker)
{
	if (asker->source != NULL) {
		g_source_destroy(asker->source);
		g_clear_pointer(&asker->source, g_source_unref);
	}
	avu_fd_cleanup(&asker->fd);
	asker->fd = -1;
	asker->ticket = 0;
}

/* Who does not listen any more gets nothing. */
static void
asker_answer(Asker *asker, const char *answer)
{
	(void)send(asker->fd, answer, MIN(strlen(answer), AVU_LOCAL_ANSWER_MAX),
		MSG_DONTWAIT | MSG_NOSIGNAL);
	asker_end(asker);
}

static bool
on_request(int fd, GIOCondition condition, void *data)
{
	Asker *asker = data;
	AvuLocalControl *control = asker->control;
	g_autofree char *request = g_malloc(AVU_LOCAL_REQUEST_MAX + 1);
	ssize_t len = recv(fd, request, AVU_LOCAL_REQUEST_MAX, MSG_DONTWAIT);

	(void)condition;
	if (len <= 0) {
		asker_end(asker);
		return false;
	}
	request[len] = '\0';
	control->asking = asker;
	g_autofree char *answer = control->handler(request, control->user_data);

	control->asking = NULL;
	if (answer != NULL) {
		asker_answer(asker, answer);
	} else { /* more than one question is not listened to */
		g_clear_pointer(&asker->source, g_source_unref);
	}
	return false;
}

uint64_t
avu_local_control_defer(AvuLocalControl *control)
{
	g_return_val_if_fail(control->asking != NULL, 0);
	control->asking->ticket = ++control->last_ticket;
	return control->asking->ticket;
}

void
avu_local_control_answer(AvuLocalControl *control, uint64_t ticket, const char *answer)
{
	for (size_t i = 0; ticket != 0 && i < ASKERS_MAX; i++) {
		if (control->askers[i].ticket == ticket) {
			asker_answer(&control->askers[i], answer);
		}
	}
}

static bool
on_asker(int listener, GIOCondition condition, void *data)
{
	AvuLocalControl *control = data;
	avu_autofd int fd = accept4(listener, NULL, NULL, SOCK_NONBLOCK | SOCK_CLOEXEC);

	(void)condition;
	if (fd >= 0) {
		Asker *asker = &control->askers[control->next++ % ASKERS_MAX];

		asker_end(asker);
		asker->fd = avu_steal_fd(&fd);
		asker->source =
			avu_watch_fd(NULL, asker->fd, G_IO_IN | G_IO_HUP, on_request, asker);
	}
	return true;
}

static int
listen_in(const char *directory, GError **error)
{
	avu_autofd int dir = open(directory, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	avu_autofd int fd = socket(AF_UNIX, SOCK_SEQPACKET | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
	struct sockaddr_un address;

	if (dir < 0 || fd < 0 || !socket_address(dir, &address)) {
		avu_set_errno(error, errno, "%s", directory);
		return -1;
	}
	(void)unlinkat(dir, SOCKET_NAME, 0); /* of an instance that ended; the lock says it did */
	if (bind(fd, (const struct sockaddr *)&address, sizeof(address)) < 0 ||
		listen(fd, ASKERS_MAX) < 0) {
		avu_set_errno(error, errno, "%s/%s", directory, SOCKET_NAME);
		return -1;
	}
	return avu_steal_fd(&fd);
}

AvuLocalControl *
avu_local_control_new(
	const char *directory, AvuLocalHandler handler, void *user_data, GError **error)
{
	int fd = listen_in(directory, error);

	if (fd < 0) {
		return NULL;
	}
	AvuLocalControl *control = g_new0(AvuLocalControl, 1);

	for (size_t i = 0; i < ASKERS_MAX; i++) {
		control->askers[i].control = control;
		control->askers[i].fd = -1;
	}
	control->path = g_build_filename(directory, SOCKET_NAME, NULL);
	control->fd = fd;
	control->handler = handler;
	control->user_data = user_data;
	control->source = avu_watch_fd(NULL, fd, G_IO_IN, on_asker, control);
	return control;
}

void
avu_local_control_free(AvuLocalControl *control)
{
	if (control == NULL) {
		return;
	}
	for (size_t i = 0; i < ASKERS_MAX; i++) {
		asker_end(&control->askers[i]);
	}
	g_source_destroy(control->source);
	g_source_unref(control->source);
	avu_fd_cleanup(&control->fd);
	(void)unlink(control->path); /* the next instance would replace it */
	g_free(control->path);
	g_free(control);
}

char *
avu_local_control_ask(const char *directory, const char *request, GError **error)
{
	const struct timeval patience = { .tv_sec = ANSWER_S };
	avu_autofd int dir = open(directory, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	avu_autofd int fd = socket(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0);
	g_autofree char *answer = g_malloc0(AVU_LOCAL_ANSWER_MAX + 1);
	struct sockaddr_un address;

	if (strlen(request) > AVU_LOCAL_REQUEST_MAX) {
		g_set_error(error, AVU_ERROR, AVU_ERROR_LIMIT,
			"the request has more than %d octets", AVU_LOCAL_REQUEST_MAX);
		return NULL;
	}
	if (dir < 0 || fd < 0 || !socket_address(dir, &address) ||
		connect(fd, (const struct sockaddr *)&address, sizeof(address)) < 0) {
		g_set_error(error, AVU_ERROR, AVU_ERROR_UNREACHABLE, "nothing is running in %s",
			directory);
		return NULL;
	}
	(void)setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof(patience));
	if (send(fd, request, strlen(request), MSG_NOSIGNAL) < 0 ||
		recv(fd, answer, AVU_LOCAL_ANSWER_MAX, 0) <= 0) {
		g_set_error(error, AVU_ERROR, AVU_ERROR_TIMEOUT, "what runs in %s does not answer",
			directory);
		return NULL;
	}
	return g_steal_pointer(&answer);
}
