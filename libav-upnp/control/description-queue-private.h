/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* control/description-queue-private.h: fetches of device descriptions, some at once, the rest in
 * a queue that slow devices cannot hold up */
#pragma once

#include <av-upnp/description.h>
#include <av-upnp/http-fetch.h>

typedef struct AvuDescriptionQueue AvuDescriptionQueue;
typedef struct AvuDescriptionJob AvuDescriptionJob;

/** Once. @param description  the callee's; NULL with error (of avu_fetch or the parser; DENIED for
 *  an HTTP status other than 200) */
typedef void (*AvuDescriptionDone)(
	AvuDescription *description, const GError *error, void *user_data);

AvuDescriptionQueue *avu_description_queue_new(AvuFetcher *fetcher);
/** Nothing is called back. */
void avu_description_queue_free(AvuDescriptionQueue *queue);
/** @return valid until done was called, which is never before the return */
AvuDescriptionJob *avu_description_queue_add(
	AvuDescriptionQueue *queue, const AvuUrl *url, AvuDescriptionDone done, void *user_data);
void avu_description_queue_cancel(AvuDescriptionQueue *queue, AvuDescriptionJob *job);
unsigned avu_description_queue_get_pending(const AvuDescriptionQueue *queue);
