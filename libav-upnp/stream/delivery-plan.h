/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* delivery-plan.h: what a request for a resource is answered with, before anything is opened or sent */
#pragma once

#include <av-upnp/delivery.h>
#include <av-upnp/time-seek.h>

#include "vendor-headers.h"

typedef enum { DELIVERY_STREAMING, DELIVERY_INTERACTIVE, DELIVERY_BACKGROUND } DeliveryMode;

/* One request as the parts of the plan see it. */
typedef struct {
	const AvuDelivery *delivery;
	HeaderGetter header;
	const void *request;
	const AvuClientProfile *client; /* NULL: not known */
	AvuMediaSpan span;
} DeliveryQuestion;

typedef struct {
	unsigned status;                /* 200, 206, 304, 400, 404, 406, 412, 416, 503 */
	const char *why;                /* for 400, 404, 406 and 503; static */
	const AvuClientProfile *client; /* NULL: not known */
	DeliveryMode mode;
	bool features;  /* contentFeatures.dlna.org is to be sent */
	bool available; /* availableSeekRange.dlna.org is to be sent */
	bool real_time; /* realTimeInfo.dlna.org is to be sent */
	AvuMediaSpan span;
	AvuMediaPart part; /* for 200 and 206 */
	uint64_t
		last_byte; /* of a 206 that is sent as it is made: what is said to be its last one */
	int64_t duration_ns; /* AVU_TIME_NONE: unknown */
} DeliveryPlan;

/** May block where the source looks for a time.
 *  @clause spec/dlna-http-transport.md 11, 12; RFC 9110, 13 @thread any */
DeliveryPlan delivery_plan(const AvuDelivery *delivery, HeaderGetter header, const void *request);

/** The token of transferMode.dlna.org. */
const char *delivery_mode_name(DeliveryMode mode);

/* Parts of the plan. Each returns 0 to go on, or a status. */

/** Headers that must hold "1". */
unsigned delivery_check_ones(HeaderGetter header, const void *request, DeliveryPlan *plan);
/** Transfer mode, and what it excludes (spec 2). */
unsigned delivery_choose_mode(const DeliveryQuestion *question, DeliveryPlan *plan);
/** If-Match and its family: 304, 412. */
unsigned delivery_check_conditions(const DeliveryQuestion *question);
/** Does the part that the client has belong to what we have? */
bool delivery_if_range_holds(const DeliveryQuestion *question);
/** Range, TimeSeekRange, PlaySpeed: the part, or 206, 400, 406, 416 … (spec 4 to 6). */
unsigned delivery_choose_part(const DeliveryQuestion *question, DeliveryPlan *plan);

static inline const char *
delivery_ask(const DeliveryQuestion *question, const char *name)
{
	return question->header(question->request, name);
}

static inline unsigned
delivery_refuse(DeliveryPlan *plan, unsigned status, const char *why)
{
	plan->why = why;
	return status;
}
