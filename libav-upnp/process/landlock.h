/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* process/landlock.h: Landlock by its three system calls, as much of it as the running kernel has */
#pragma once

#include <av-upnp/sandbox.h>

/** @return version of the interface, 0: this kernel (or container) has none */
int landlock_version(void);

/** Leaves the calling thread, and what it will start, the paths given and nothing else of files;
 *  from version 4 on no TCP, from 6 on no abstract sockets and no signals outside.
 *  no-new-privileges must be set. @param paths, abstract_sockets  as in AvuSandboxProfile */
bool landlock_enter(
	const AvuSandboxPath *paths, bool abstract_sockets, int version, GError **error);
