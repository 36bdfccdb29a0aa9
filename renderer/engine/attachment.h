/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* renderer/engine/attachment.h: a small file that belongs to a track, fetched for the media process */
#pragma once

#include <av-upnp/http-fetch.h>

#include "protocol.h"

G_BEGIN_DECLS

typedef struct Attachment Attachment;

/** Starts fetching; by the fetcher's address policy.
 *  @param done  called at most once, when all of it is there; not from within this function
 *  @return never NULL; attachment_free() it before the fetcher goes */
Attachment *attachment_new(AvuFetcher *fetcher, MediaAttachment kind, const char *uri,
	void (*done)(Attachment *attachment, void *user_data), void *user_data);
void attachment_free(Attachment *attachment);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Attachment, attachment_free)

MediaAttachment attachment_get_kind(const Attachment *attachment);
/** @return borrowed; -1: it is not there yet, or cannot be had */
int attachment_get_fd(const Attachment *attachment, int64_t *ret_bytes);

G_END_DECLS
