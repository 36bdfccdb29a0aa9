/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* link/control-point.c: one control point registered with libupnp, which tells of announcements and
 * answers on threads of its own. What it tells was written by the gate (ssdp-check.c). */
#include <string.h>

#include "control-point.h"
#include "gate.h"
#include "upnp-sdk.h"

typedef struct {
	char udn[LINK_MAX_UDN + 1];
	char source[LINK_MAX_ADDRESS + 1];
} Note;

static UpnpClient_Handle handle = -1;
static const ControlPointListener *listener;

static bool
take_word(AvuCursor *in, char *ret, size_t max)
{
	const AvuCursor word = avu_cursor_take_until(in, " ");
	const size_t len = avu_cursor_len(&word);

	if (len > max || !avu_cursor_take_char(in, ' ')) {
		return false;
	}
	memcpy(ret, word.at, len);
	ret[len] = '\0';
	return true;
}

/* The gate's note in EXT: boot id, udn, source, target. */
static bool
take_note(const char *ext, ControlPointNotice *notice, Note *note)
{
	AvuCursor in = avu_cursor_string(ext);

	if (!avu_cursor_take_int(&in, -1, INT32_MAX, &notice->boot_id) ||
		!avu_cursor_take_char(&in, ' ') || !take_word(&in, note->udn, LINK_MAX_UDN) ||
		!take_word(&in, note->source, LINK_MAX_ADDRESS)) {
		return false;
	}
	notice->udn = note->udn;
	notice->source = note->source;
	notice->target = in.at;
	return true;
}

static int
on_event(Upnp_EventType type, const void *event, void *cookie)
{
	const UpnpDiscovery *discovery = event;
	ControlPointNotice notice = { 0 };
	Note note;

	(void)cookie;
	if ((type != UPNP_DISCOVERY_ADVERTISEMENT_ALIVE &&
		    type != UPNP_DISCOVERY_ADVERTISEMENT_BYEBYE &&
		    type != UPNP_DISCOVERY_SEARCH_RESULT) ||
		!take_note(
			UpnpString_get_String(UpnpDiscovery_get_Ext(discovery)), &notice, &note)) {
		return 0;
	}
	notice.location = UpnpString_get_String(UpnpDiscovery_get_Location(discovery));
	notice.server = UpnpString_get_String(UpnpDiscovery_get_Os(discovery));
	notice.max_age_s = (unsigned)MAX(UpnpDiscovery_get_Expires(discovery), 0);
	if (type == UPNP_DISCOVERY_ADVERTISEMENT_BYEBYE) {
		listener->gone(&notice);
	} else {
		listener->seen(&notice);
	}
	return 0;
}

bool
control_point_register(const ControlPointListener *new_listener, GError **error)
{
	int code;

	listener = new_listener;
	code = UpnpRegisterClient(on_event, NULL, &handle);
	if (code != UPNP_E_SUCCESS) {
		upnp_sdk_set_error(error, "control point", code);
		return false;
	}
	return true;
}

bool
control_point_search(const char *target, unsigned mx_s, GError **error)
{
	int code;

	gate_set_mx(mx_s);
	/* It forgets a search after the time given here, at least 2 s; answers take time to travel. */
	code = UpnpSearchAsync(handle, (int)mx_s + 1, target, NULL);
	if (code != UPNP_E_SUCCESS) {
		upnp_sdk_set_error(error, target, code);
		return false;
	}
	return true;
}
