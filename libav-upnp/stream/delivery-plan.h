/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* delivery-plan.h: what a request for a resource is answered with, before anything is opened or sent */
#pragma once

#include <av-upnp/delivery.h>

typedef enum { DELIVERY_STREAMING, DELIVERY_INTERACTIVE, DELIVERY_BACKGROUND } DeliveryMode;

typedef struct {
	unsigned status; /* 200, 206, 304, 400, 406, 412, 416 */
	const char *why; /* for 400 and 406; static */
	DeliveryMode mode;
	bool features;   /* contentFeatures.dlna.org was asked for */
	uint64_t offset; /* for 200 and 206 */
	uint64_t length;
} DeliveryPlan;

/** @param header  gives the value of a request header or NULL
 *  @clause spec/dlna-http-transport.md 11, 12; RFC 9110, 13 @thread any */
DeliveryPlan delivery_plan(const AvuDeliveryFile *file,
	const char *(*header)(const void *request, const char *name), const void *request);

/** The token of transferMode.dlna.org. */
const char *delivery_mode_name(DeliveryMode mode);
