/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* ConnectionManager without PrepareForConnection: there is exactly connection 0.
 * Main context's thread. @clause ConnectionManager:1 2.4 */
#include <av-upnp/connection-manager.h>
#include <av-upnp/error.h>

#define NO_CONNECTION 706
#define NO_FEATURES "<Features xmlns=\"urn:schemas-upnp-org:av:cm-featureList\"/>"

struct AvuConnectionManager {
	AvuVariables *variables;
	bool renderer; /* a device that is no source is a sink, also before it knows its formats */
};

static bool
get_variables(AvuCall *call, void *object, GError **error)
{
	(void)call;
	(void)object;
	(void)error;
	return true;
}

static bool
get_current_connection_info(AvuCall *call, void *object, GError **error)
{
	const AvuConnectionManager *manager = object;
	const int32_t id = avu_call_i4(call, "ConnectionID");

	if (id != 0) {
		g_set_error(error, AVU_UPNP_ERROR, NO_CONNECTION, "no connection %d", id);
		return false;
	}
	avu_call_reply_i4(call, "RcsID", manager->renderer ? 0 : -1);
	avu_call_reply_i4(call, "AVTransportID", manager->renderer ? 0 : -1);
	avu_call_reply_string(call, "ProtocolInfo", "");
	avu_call_reply_string(call, "PeerConnectionManager", "");
	avu_call_reply_i4(call, "PeerConnectionID", -1);
	avu_call_reply_string(call, "Direction", manager->renderer ? "Input" : "Output");
	avu_call_reply_string(call, "Status", "OK");
	return true;
}

static const AvuBinding bindings[] = {
	{ "GetProtocolInfo", get_variables },
	{ "GetCurrentConnectionIDs", get_variables },
	{ "GetCurrentConnectionInfo", get_current_connection_info },
	{ "GetFeatureList", get_variables },
	{ NULL, NULL },
};

AvuConnectionManager *
avu_connection_manager_new(
	AvuDeviceHost *host, unsigned version, const char *source, const char *sink)
{
	AvuConnectionManager *manager = g_new0(AvuConnectionManager, 1);

	manager->renderer = *source == '\0';
	manager->variables = avu_service_get_variables(avu_device_host_add_service(host,
		&avu_service_connection_manager, version, bindings, AVU_SERVICE_MAIN_THREAD, manager));
	avu_variables_set(manager->variables, 0, NULL, "CurrentConnectionIDs", "0");
	avu_variables_set(manager->variables, 0, NULL, "FeatureList", NO_FEATURES);
	avu_connection_manager_set_protocols(manager, source, sink);
	return manager;
}

void
avu_connection_manager_free(AvuConnectionManager *manager)
{
	g_free(manager);
}

void
avu_connection_manager_set_protocols(
	AvuConnectionManager *manager, const char *source, const char *sink)
{
	avu_variables_begin(manager->variables);
	avu_variables_set(manager->variables, 0, NULL, "SourceProtocolInfo", source);
	avu_variables_set(manager->variables, 0, NULL, "SinkProtocolInfo", sink);
	avu_variables_commit(manager->variables);
}
