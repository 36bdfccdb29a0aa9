/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Addresses and types that pass (threats.md 2.8). The address questions are asked on fetch and
 * connection threads and touch only what never changes, or guards itself. */

#include <string.h>

#include <av-upnp/error.h>
#include <av-upnp/protocol-info.h>
#include <av-upnp/text.h>
#include <av-upnp/url.h>

#include "acceptance.h"

#define AVT_ILLEGAL_MIME_TYPE 714
#define AVT_RESOURCE_NOT_FOUND 716

struct Acceptance {
	const AvuPrefixSet *prefixes;
	bool internet;
	AvuAddressPolicy media, events;
	GPtrArray *sinks; /* AvuProtocolInfo; NULL: not known yet, everything is tried */
};

static bool
acceptance_allows_event(const AvuAddress *address, void *data)
{
	const Acceptance *self = data;

	return avu_prefix_set_contains(self->prefixes, address);
}

static bool
acceptance_allows_media(const AvuAddress *address, void *data)
{
	const Acceptance *self = data;

	return avu_prefix_set_contains(self->prefixes, address) ||
	       (self->internet && avu_address_class(address) == AVU_ADDRESS_GLOBAL);
}

Acceptance *
acceptance_new(const AvuPrefixSet *prefixes, bool internet)
{
	Acceptance *self = g_new0(Acceptance, 1);

	self->prefixes = prefixes;
	self->internet = internet;
	self->media = (AvuAddressPolicy){ acceptance_allows_media, self };
	self->events = (AvuAddressPolicy){ acceptance_allows_event, self };
	return self;
}

void
acceptance_free(Acceptance *acceptance)
{
	if (acceptance != NULL) {
		g_clear_pointer(&acceptance->sinks, g_ptr_array_unref);
		g_free(acceptance);
	}
}

const AvuAddressPolicy *
acceptance_get_media_policy(const Acceptance *acceptance)
{
	return &acceptance->media;
}

const AvuAddressPolicy *
acceptance_get_event_policy(const Acceptance *acceptance)
{
	return &acceptance->events;
}

bool
acceptance_accepts_peer(
	const AvuAddress *peer, const AvuAddress *local G_GNUC_UNUSED, void *acceptance)
{
	return avu_prefix_set_contains(((Acceptance *)acceptance)->prefixes, peer);
}

void
acceptance_set_protocols(Acceptance *acceptance, const char *protocols)
{
	g_clear_pointer(&acceptance->sinks, g_ptr_array_unref);
	acceptance->sinks = avu_protocol_info_parse_list(protocols);
}

/* What cannot be read as a protocolInfo is tried: servers write many things there. */
static bool
acceptance_plays(const Acceptance *self, const char *protocol_info)
{
	g_autoptr(AvuProtocolInfo) source =
		avu_protocol_info_parse(protocol_info, strlen(protocol_info), NULL);

	if (source == NULL || self->sinks == NULL || self->sinks->len == 0) {
		return true;
	}
	for (guint i = 0; i < self->sinks->len; i++) {
		if (avu_protocol_info_match(source, self->sinks->pdata[i]) > 0) {
			return true;
		}
	}
	return false;
}

/* Stations speak https; devices of the home have no certificate that could be checked (SEC-180). */
static bool
acceptance_reads(const Acceptance *self, const char *scheme)
{
	return g_str_equal(scheme, "http") || (self->internet && g_str_equal(scheme, "https"));
}

bool
acceptance_accepts(const char *uri, const char *protocol_info, void *acceptance, GError **error)
{
	g_autoptr(GError) problem = NULL;
	g_autoptr(AvuUrl) url = avu_url_parse(uri, &problem);

	if (url == NULL || !acceptance_reads(acceptance, avu_url_get_scheme(url))) {
		g_autofree char *shown = avu_text_for_display(uri, 80);

		g_set_error(error, AVU_UPNP_ERROR, AVT_RESOURCE_NOT_FOUND, "'%s': %s", shown,
			problem != NULL ? problem->message
					: "https is for the internet, which is not allowed");
		return false;
	}
	if (protocol_info != NULL && !acceptance_plays(acceptance, protocol_info)) {
		g_autofree char *shown = avu_text_for_display(protocol_info, 80);

		g_set_error(error, AVU_UPNP_ERROR, AVT_ILLEGAL_MIME_TYPE, "'%s' is not played here",
			shown);
		return false;
	}
	return true;
}
