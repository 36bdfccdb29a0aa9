/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* link/sockets.h: the system's own call behind the one libupnp is given */
#pragma once

#include <netinet/in.h>
#include <sys/socket.h>

int sockets_real_setsockopt(int fd, int level, int name, const void *value, socklen_t len);
