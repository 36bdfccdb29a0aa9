/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* commands/put-import.h: a file that the server fetches from here */
#pragma once

#include "address/content.h"
#include "commands/command.h"
#include "output/progress.h"

/** Serves the file until the server has fetched it.
 *  @param place     the item that was made for it
 *  @param uri       its importUri  @param progress  of it, for people
 *  @return false with the errors of the calls; FAILED codes of AVU_UPNP_ERROR when the server gave it up; TIMEOUT when
 *          nothing moved */
bool put_import(Run *run, const ContentPlace *place, const char *path, const char *uri,
	Progress *progress, GError **error);
