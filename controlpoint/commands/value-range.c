/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* How far a step can go on a device. Asked for only when a step was refused: most never reach an end. Main
 * thread. */
#include <string.h>

#include <av-upnp/cursor.h>
#include <av-upnp/error.h>

#include "address/service-name.h"
#include "commands/renderer-state.h"
#include "commands/value-range.h"

typedef struct {
	int64_t min, max;
} Range;

/* @clause RenderingControl:1 2.4.17: the description need not have it, it may be the channel's own */
static bool
ask_decibels(Run *run, AvuRemoteDevice *renderer, Range *ret_range)
{
	static const char *const master[] = { "Channel", "Master", NULL };
	g_autoptr(AvuRemoteAnswer) answer = session_call(run->session, renderer,
		&avu_service_rendering_control, "GetVolumeDBRange", master, NULL);

	return answer != NULL &&
	       avu_parse_int(avu_remote_answer_get(answer, "MinValue"), INT16_MIN, INT16_MAX,
		       &ret_range->min) &&
	       avu_parse_int(avu_remote_answer_get(answer, "MaxValue"), INT16_MIN, INT16_MAX,
		       &ret_range->max);
}

static bool
read_description(Run *run, AvuRemoteDevice *renderer, const char *action, const char *argument,
	Range *ret_range)
{
	g_auto(NamedService) service = { NULL, NULL, NULL };

	if (!service_name_find(
		    run->session, renderer, avu_service_rendering_control.name, &service, NULL) ||
		service.scpd == NULL) {
		return false;
	}
	const AvuActionSpec *spec = avu_service_find_action(service.spec, action);

	for (const AvuArgumentSpec *a = spec != NULL ? spec->arguments : NULL;
		a != NULL && a->name != NULL; a++) {
		const AvuVariableSpec *variable =
			avu_service_find_variable(service.spec, a->variable);

		if (strcmp(a->name, argument) == 0 && variable != NULL) {
			*ret_range = (Range){ variable->min, variable->max };
			return true;
		}
	}
	return false;
}

bool
value_range_limit(Run *run, AvuRemoteDevice *renderer, const char *action, const char *argument,
	const GError *why, int64_t *value)
{
	Range range = { 0, 0 };

	if (why->domain != AVU_UPNP_ERROR || renderer_error_is_missing(why)) {
		return false;
	}
	const bool known =
		strcmp(action, "SetVolumeDB") == 0 && ask_decibels(run, renderer, &range);

	if ((!known && !read_description(run, renderer, action, argument, &range)) ||
		range.min >= range.max || (*value >= range.min && *value <= range.max)) {
		return false;
	}
	*value = CLAMP(*value, range.min, range.max);
	return true;
}
