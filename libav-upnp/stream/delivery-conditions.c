/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Conditional requests (RFC 9110, 13). Pure; any thread. */
#include "config.h"

#include <string.h>

#include <av-upnp/cursor.h>
#include <av-upnp/http-date.h>

#include "delivery-plan.h"

/* Is our tag in the list? Weakly: "W/" does not matter. Ours is strong. */
static bool
lists_etag(const char *list, const char *etag, bool weakly)
{
	AvuCursor in = avu_cursor_string(list);

	if (strcmp(list, "*") == 0) {
		return true;
	}
	while (etag != NULL && !avu_cursor_at_end(&in)) {
		avu_cursor_skip_blank(&in);
		if (weakly) {
			(void)avu_cursor_take(&in, "W/");
		}
		if (avu_cursor_take(&in, etag)) {
			return true;
		}
		(void)avu_cursor_take_until(&in, ",");
		(void)avu_cursor_take_char(&in, ',');
	}
	return false;
}

unsigned
delivery_check_conditions(const DeliveryQuestion *question)
{
	const AvuDelivery *delivery = question->delivery;
	const char *match = delivery_ask(question, "If-Match");
	const char *none_match = delivery_ask(question, "If-None-Match");
	const char *since = delivery_ask(question, "If-Modified-Since");
	const char *unmodified = delivery_ask(question, "If-Unmodified-Since");
	bool dated = delivery->modified_s > 0;

	if (match != NULL) {
		if (!lists_etag(match, delivery->etag, /* weakly = */ false)) {
			return 412;
		}
	} else if (unmodified != NULL && dated) {
		int64_t time_s = avu_http_date_parse(unmodified);

		if (time_s != AVU_TIME_NONE && delivery->modified_s > time_s) {
			return 412;
		}
	}
	if (none_match != NULL) {
		return lists_etag(none_match, delivery->etag, /* weakly = */ true) ? 304 : 0;
	}
	if (since != NULL && dated) {
		int64_t time_s = avu_http_date_parse(since);

		return time_s != AVU_TIME_NONE && delivery->modified_s <= time_s ? 304 : 0;
	}
	return 0;
}

bool
delivery_if_range_holds(const DeliveryQuestion *question)
{
	const AvuDelivery *delivery = question->delivery;
	const char *value = delivery_ask(question, "If-Range");

	if (value == NULL) {
		return true;
	}
	if (value[0] == '"') {
		return delivery->etag != NULL && strcmp(value, delivery->etag) == 0;
	}
	return delivery->modified_s > 0 && avu_http_date_parse(value) == delivery->modified_s;
}
