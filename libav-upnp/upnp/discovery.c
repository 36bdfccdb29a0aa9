/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* upnp/discovery.c: the public face; which implementation is behind it is the maker's choice.
 * Main context's thread. */
#include <av-upnp/discovery.h>

struct AvuDiscovery {
	const AvuDiscoveryInterface *functions;
	void *self;
};

AvuDiscovery *
avu_discovery_new_custom(const AvuDiscoveryInterface *functions, void *self)
{
	AvuDiscovery *discovery = g_new0(AvuDiscovery, 1);

	discovery->functions = functions;
	discovery->self = self;
	return discovery;
}

void
avu_discovery_free(AvuDiscovery *discovery)
{
	if (discovery == NULL) {
		return;
	}
	discovery->functions->free(discovery->self);
	g_free(discovery);
}

void
avu_discovery_announce(AvuDiscovery *discovery, const AvuAnnouncement *announcement)
{
	discovery->functions->announce(discovery->self, announcement);
}

void
avu_discovery_withdraw(AvuDiscovery *discovery, void (*done)(void *user_data), void *user_data)
{
	discovery->functions->withdraw(discovery->self, done, user_data);
}

void
avu_discovery_search(AvuDiscovery *discovery, const char *target, unsigned mx_s)
{
	discovery->functions->search(discovery->self, target, mx_s);
}

void
avu_discovery_interfaces_changed(AvuDiscovery *discovery)
{
	discovery->functions->interfaces_changed(discovery->self);
}
