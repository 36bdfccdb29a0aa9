/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Any thread opens; the library's thread replaces. The lock is never held while the kernel looks for a
 * file: a disk that does not answer holds only who asked for it. */
#include "mediaserver/library/root-door.h"

#include <errno.h>
#include <pthread.h>

#include <av-upnp/fd.h>

#include "mediaserver/library/beneath.h"

typedef struct {
	unsigned refs; /* guarded by the door's lock */
	int fd;
} Held;

struct RootDoor {
	pthread_mutex_t lock;
	Held *held; /* guarded by lock; NULL: closed */
};

RootDoor *
root_door_new(void)
{
	RootDoor *door = g_new0(RootDoor, 1);

	(void)pthread_mutex_init(&door->lock, NULL);
	return door;
}

static Held *
take(RootDoor *door)
{
	(void)pthread_mutex_lock(&door->lock);
	Held *held = door->held;

	if (held != NULL) {
		held->refs++;
	}
	(void)pthread_mutex_unlock(&door->lock);
	return held;
}

static void
give_back(RootDoor *door, Held *held)
{
	if (held == NULL) {
		return;
	}
	(void)pthread_mutex_lock(&door->lock);
	bool last = --held->refs == 0;

	(void)pthread_mutex_unlock(&door->lock);
	if (last) {
		avu_fd_cleanup(&held->fd);
		g_free(held);
	}
}

void
root_door_set(RootDoor *door, int fd)
{
	Held *next = NULL;

	if (fd >= 0) {
		next = g_new0(Held, 1);
		next->refs = 1;
		next->fd = fd;
	}
	(void)pthread_mutex_lock(&door->lock);
	Held *old = door->held;

	door->held = next;
	(void)pthread_mutex_unlock(&door->lock);
	give_back(door, old);
}

void
root_door_free(RootDoor *door)
{
	if (door != NULL) {
		root_door_set(door, -1);
		(void)pthread_mutex_destroy(&door->lock);
		g_free(door);
	}
}

bool
root_door_is_open(RootDoor *door)
{
	(void)pthread_mutex_lock(&door->lock);
	bool open = door->held != NULL;

	(void)pthread_mutex_unlock(&door->lock);
	return open;
}

int
root_door_open(RootDoor *door, const char *path, int flags)
{
	Held *held = take(door);

	if (held == NULL) {
		errno = ENODEV;
		return -1;
	}
	int fd = beneath_open(held->fd, path, flags);
	int errnum = errno;

	give_back(door, held);
	errno = errnum;
	return fd;
}
