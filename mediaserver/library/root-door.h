/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* library/root-door.h: the held directory of a root, which may be replaced while others open files
 * below it */
#pragma once

#include <sys/stat.h>

#include <av-upnp/base.h>

G_BEGIN_DECLS

typedef struct RootDoor RootDoor;

/** Closed at first. */
RootDoor *root_door_new(void);
void root_door_free(RootDoor *door);

/** @param fd  taken; -1 closes it. Who is on the way in finishes with the old one. */
void root_door_set(RootDoor *door, int fd);
bool root_door_is_open(RootDoor *door);
/** beneath_open() below it. @return -1 with errno, ENODEV when closed */
int root_door_open(RootDoor *door, const char *path, int flags);

G_END_DECLS
