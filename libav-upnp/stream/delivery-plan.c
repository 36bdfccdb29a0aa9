/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The decision procedure of dlna-http-transport.md 11: the order of the questions, and the transfer
 * mode. Any thread. */
#include "config.h"

#include <string.h>

#include "content-features.h"
#include "delivery-plan.h"

static const struct {
	const char *name;
	uint32_t flag;
} modes[] = {
	[DELIVERY_STREAMING] = { "Streaming", FEATURE_STREAMING },
	[DELIVERY_INTERACTIVE] = { "Interactive", FEATURE_INTERACTIVE },
	[DELIVERY_BACKGROUND] = { "Background", FEATURE_BACKGROUND },
};

const char *
delivery_mode_name(DeliveryMode mode)
{
	return modes[mode].name;
}

/* Transfer modes of the resource: what its fourth field says, all when it says nothing. */
static uint32_t
supported_modes(const AvuDelivery *delivery)
{
	const ContentFeatures features = content_features_read(delivery->content_features);

	return features.has_flags ? features.flags
				  : FEATURE_STREAMING | FEATURE_INTERACTIVE | FEATURE_BACKGROUND;
}

unsigned
delivery_check_ones(HeaderGetter header, const void *request, DeliveryPlan *plan)
{
	static const char *const ones[] = { "getcontentFeatures.dlna.org",
		"getAvailableSeekRange.dlna.org" };

	for (size_t i = 0; i < G_N_ELEMENTS(ones); i++) {
		const char *value = header(request, ones[i]);

		if (value != NULL && strcmp(value, "1") != 0) {
			return delivery_refuse(plan, 400, "a DLNA header must be 1");
		}
	}
	plan->features = header(request, ones[0]) != NULL;
	plan->available = header(request, ones[1]) != NULL;
	return 0;
}

/* @return 0 or a status */
static unsigned
take_mode(const DeliveryQuestion *question, DeliveryPlan *plan)
{
	const char *asked = delivery_ask(question, "transferMode.dlna.org");
	bool continuous = question->delivery->kind == AVU_MEDIA_AUDIO ||
			  question->delivery->kind == AVU_MEDIA_VIDEO;

	plan->mode = continuous ? DELIVERY_STREAMING : DELIVERY_INTERACTIVE;
	if (asked == NULL) {
		return 0;
	}
	for (size_t i = 0; i < G_N_ELEMENTS(modes); i++) {
		if (g_ascii_strcasecmp(asked, modes[i].name) != 0) {
			continue;
		}
		plan->mode = (DeliveryMode)i;
		if ((supported_modes(question->delivery) & modes[i].flag) != 0 &&
			(i != DELIVERY_STREAMING || continuous)) {
			return 0;
		}
		if (i == DELIVERY_INTERACTIVE &&
			avu_client_has(question->client, AVU_CLIENT_INTERACTIVE_VIDEO)) {
			return 0;
		}
		return delivery_refuse(plan, 406, "this transfer mode does not fit the resource");
	}
	return delivery_refuse(plan, 400, "transferMode.dlna.org is malformed");
}

unsigned
delivery_choose_mode(const DeliveryQuestion *question, DeliveryPlan *plan)
{
	static const char *const paced[] = { "TimeSeekRange.dlna.org", "PlaySpeed.dlna.org",
		"realTimeInfo.dlna.org" };
	const char *real_time = delivery_ask(question, "realTimeInfo.dlna.org");
	unsigned status = take_mode(question, plan);
	int64_t lag_ns;

	if (status != 0) {
		return status;
	}
	for (size_t i = 0; i < G_N_ELEMENTS(paced); i++) {
		if (plan->mode != DELIVERY_STREAMING &&
			delivery_ask(question, "transferMode.dlna.org") != NULL &&
			delivery_ask(question, paced[i]) != NULL) {
			return delivery_refuse(plan, 400, "this transfer mode has no pace");
		}
	}
	if (real_time != NULL && !avu_real_time_info_parse(real_time, &lag_ns)) {
		return delivery_refuse(plan, 400, "realTimeInfo.dlna.org is malformed");
	}
	plan->real_time = real_time != NULL;
	return 0;
}

DeliveryPlan
delivery_plan(const AvuDelivery *delivery, HeaderGetter header, const void *request)
{
	DeliveryQuestion question = {
		.delivery = delivery,
		.header = header,
		.request = request,
		.client = delivery->client,
	};
	DeliveryPlan plan = { .client = question.client, .duration_ns = AVU_TIME_NONE };

	avu_media_source_get_span(delivery->source, &question.span);
	plan.span = question.span;
	if (delivery->duration_ns > 0) {
		plan.duration_ns = delivery->duration_ns;
	} else if (!plan.span.limited && !plan.span.end_moves) {
		plan.duration_ns = plan.span.end_ns;
	}
	plan.status = delivery_check_ones(header, request, &plan);
	plan.features =
		plan.features || avu_client_has(question.client, AVU_CLIENT_ALWAYS_FEATURES);
	/* who may ask only for what is there now is told what that is */
	plan.available = plan.available || plan.span.limited;
	if (plan.status == 0) {
		plan.status = delivery_choose_mode(&question, &plan);
	}
	if (plan.status == 0) {
		plan.status = delivery_check_conditions(&question);
	}
	if (plan.status == 0) {
		plan.status = delivery_choose_part(&question, &plan);
	}
	if (plan.status == 0) {
		plan.status = 200;
	}
	return plan;
}
