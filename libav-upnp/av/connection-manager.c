/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* ConnectionManager: actions over the table of connections. Main context's thread; transfers are told
 * from any. @clause ConnectionManager:3 2.4 */
#include <av-upnp/connection-manager.h>

#include <string.h>

#include <av-upnp/error.h>
#include <av-upnp/loop.h>
#include <av-upnp/protocol-info.h>

#include "connections.h"
#include "item-info.h"

enum {
	INCOMPATIBLE_PROTOCOL = 701,
	INCOMPATIBLE_DIRECTIONS = 702,
	LOCAL_RESTRICTIONS = 704,
	NO_CONNECTION = 706,
	TABLE_OVERFLOW = 708,
};

#define NO_FEATURES "<Features xmlns=\"urn:schemas-upnp-org:av:cm-featureList\"/>"
/* Players that seek open and close connections all the time. */
#define EVENT_NS AVU_NS_PER_S
#define IDLE_LOOK_NS (30 * AVU_NS_PER_S)

struct AvuConnectionManager {
	AvuVariables *variables;
	Connections *connections;
	AvuTimer *timer; /* for the event; NULL: none is due */
	int told;        /* atomic: 1 from the first change until its event */
	GArray *bindings;
	const AvuInstances *instances; /* NULL: the first serves all */
	void *instances_self;
	AvuTimer *idle_timer; /* while instances is not NULL */
	AvuAcceptsResource accepts;
	void *accepts_data;
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
get_current_connection_ids(AvuCall *call, void *object, GError **error)
{
	const AvuConnectionManager *manager = object;
	g_autofree char *ids = connections_format_ids(manager->connections);

	(void)error;
	/* not the variable: its events are held back, an answer is not */
	avu_call_reply_string(call, "ConnectionIDs", ids);
	return true;
}

static bool
get_current_connection_info(AvuCall *call, void *object, GError **error)
{
	const AvuConnectionManager *manager = object;
	const int32_t id = avu_call_i4(call, "ConnectionID");
	g_auto(ConnectionInfo) info = { NULL, NULL, -1, 0 };

	if (id != 0 && !connections_find(manager->connections, id, &info)) {
		g_set_error(error, AVU_UPNP_ERROR, NO_CONNECTION, "no connection %d", id);
		return false;
	}
	avu_call_reply_i4(call, "RcsID", manager->renderer ? info.instance : -1);
	avu_call_reply_i4(call, "AVTransportID", manager->renderer ? info.instance : -1);
	avu_call_reply_string(
		call, "ProtocolInfo", info.protocol_info != NULL ? info.protocol_info : "");
	avu_call_reply_string(
		call, "PeerConnectionManager", info.peer_manager != NULL ? info.peer_manager : "");
	avu_call_reply_i4(call, "PeerConnectionID", info.peer_id);
	avu_call_reply_string(call, "Direction", manager->renderer ? "Input" : "Output");
	avu_call_reply_string(call, "Status", "OK");
	return true;
}

/* Is it one that this device sends, or takes? */
static bool
is_ours(const AvuConnectionManager *manager, const char *text)
{
	g_autofree char *list = avu_variables_dup(manager->variables, 0, NULL,
		manager->renderer ? "SinkProtocolInfo" : "SourceProtocolInfo");
	g_autoptr(GPtrArray) ours = avu_protocol_info_parse_list(list);
	g_autoptr(AvuProtocolInfo) remote = avu_protocol_info_parse(text, strlen(text), NULL);

	for (guint i = 0; remote != NULL && i < ours->len; i++) {
		const AvuProtocolInfo *own = g_ptr_array_index(ours, i);

		if (avu_protocol_info_match(manager->renderer ? remote : own,
			    manager->renderer ? own : remote) > 0) {
			return true;
		}
	}
	return false;
}

static bool
add_connection(AvuConnectionManager *manager, AvuCall *call, GError **error)
{
	g_autoptr(GError) problem = NULL;
	const AvuInstances *instances = manager->instances;
	const unsigned instance =
		instances != NULL ? instances->open(manager->instances_self, &problem) : 0;

	if (instances != NULL && instance == 0) {
		g_set_error(error, AVU_UPNP_ERROR, LOCAL_RESTRICTIONS, "%s", problem->message);
		return false;
	}
	const int32_t id = connections_prepare(manager->connections, avu_call_get_peer(call),
		avu_call_string(call, "RemoteProtocolInfo"),
		avu_call_string(call, "PeerConnectionManager"),
		avu_call_i4(call, "PeerConnectionID"), (int32_t)instance);

	if (id < 0) {
		if (instance != 0) {
			instances->close(instance, manager->instances_self);
		}
		g_set_error(error, AVU_UPNP_ERROR, TABLE_OVERFLOW, "%d connections are prepared",
			AVU_CONNECTIONS_MAX);
		return false;
	}
	avu_connection_manager_changed(manager);
	avu_call_reply_i4(call, "ConnectionID", id);
	avu_call_reply_i4(call, "AVTransportID", manager->renderer ? (int32_t)instance : -1);
	avu_call_reply_i4(call, "RcsID", manager->renderer ? (int32_t)instance : -1);
	return true;
}

static bool
prepare_for_connection(AvuCall *call, void *object, GError **error)
{
	AvuConnectionManager *manager = object;
	const char *protocol = avu_call_string(call, "RemoteProtocolInfo");
	const bool input = strcmp(avu_call_string(call, "Direction"), "Input") == 0;

	if (input != manager->renderer) {
		g_set_error(error, AVU_UPNP_ERROR, INCOMPATIBLE_DIRECTIONS,
			"this device is at the other end");
		return false;
	}
	if (!is_ours(manager, protocol)) {
		g_set_error(error, AVU_UPNP_ERROR, INCOMPATIBLE_PROTOCOL,
			"'%.64s' is not in the list", protocol);
		return false;
	}
	return add_connection(manager, call, error);
}

static bool
complete(AvuConnectionManager *manager, int32_t id)
{
	int32_t instance;

	if (!connections_complete(manager->connections, id, &instance)) {
		return false;
	}
	if (instance != 0) {
		manager->instances->close((unsigned)instance, manager->instances_self);
	}
	avu_connection_manager_changed(manager);
	return true;
}

static bool
connection_complete(AvuCall *call, void *object, GError **error)
{
	const int32_t id = avu_call_i4(call, "ConnectionID");

	if (!complete(object, id)) {
		g_set_error(error, AVU_UPNP_ERROR, NO_CONNECTION, "%d was not prepared", id);
		return false;
	}
	return true;
}

static bool
accept_all(const char *uri G_GNUC_UNUSED, const char *protocol_info G_GNUC_UNUSED,
	void *data G_GNUC_UNUSED, GError **error G_GNUC_UNUSED)
{
	return true;
}

static bool
get_renderer_item_info(AvuCall *call, void *object, GError **error)
{
	const AvuConnectionManager *manager = object;
	g_autofree char *answer = item_info_format(avu_call_string(call, "ItemInfoFilter"),
		avu_call_string(call, "ItemMetadataList"), manager->accepts, manager->accepts_data,
		error);

	if (answer != NULL) {
		avu_call_reply_string(call, "ItemRenderingInfoList", answer);
	}
	return answer != NULL;
}

static const AvuBinding always[] = {
	{ "GetProtocolInfo", get_variables },
	{ "GetCurrentConnectionIDs", get_current_connection_ids },
	{ "GetCurrentConnectionInfo", get_current_connection_info },
	{ "GetFeatureList", get_variables },
};
static const AvuBinding preparing[] = {
	{ "PrepareForConnection", prepare_for_connection },
	{ "ConnectionComplete", connection_complete },
};
static const AvuBinding judging[] = {
	{ "GetRendererItemInfo", get_renderer_item_info },
};

AvuConnectionManager *
avu_connection_manager_new(
	AvuDeviceHost *host, unsigned version, unsigned flags, const char *source, const char *sink)
{
	AvuConnectionManager *manager = g_new0(AvuConnectionManager, 1);

	manager->renderer = *source == '\0';
	manager->accepts = accept_all;
	manager->connections = connections_new(avu_clock_monotonic());
	manager->bindings = g_array_new(TRUE, TRUE, sizeof(AvuBinding));
	g_array_append_vals(manager->bindings, always, G_N_ELEMENTS(always));
	if ((flags & AVU_CONNECTIONS_PREPARE) != 0) {
		g_array_append_vals(manager->bindings, preparing, G_N_ELEMENTS(preparing));
	}
	if ((flags & AVU_CONNECTIONS_ITEM_INFO) != 0) {
		g_array_append_vals(manager->bindings, judging, G_N_ELEMENTS(judging));
	}
	manager->variables = avu_service_get_variables(
		avu_device_host_add_service(host, &avu_service_connection_manager, version,
			(const AvuBinding *)(void *)manager->bindings->data,
			AVU_SERVICE_MAIN_THREAD, manager));
	avu_variables_set(manager->variables, 0, NULL, "CurrentConnectionIDs", "0");
	avu_variables_set(manager->variables, 0, NULL, "FeatureList", NO_FEATURES);
	avu_connection_manager_set_protocols(manager, source, sink);
	return manager;
}

/* Control points forget ConnectionComplete, or are switched off. */
static void
end_idle(void *data)
{
	AvuConnectionManager *manager = data;
	int32_t id;

	while ((id = connections_find_idle(manager->connections, manager->instances->is_busy,
			manager->instances_self)) > 0) {
		(void)complete(manager, id);
	}
	avu_timer_set(manager->idle_timer, IDLE_LOOK_NS);
}

void
avu_connection_manager_set_instances(
	AvuConnectionManager *manager, const AvuInstances *functions, void *self)
{
	manager->instances = functions;
	manager->instances_self = self;
	manager->idle_timer = avu_timer_new(NULL, IDLE_LOOK_NS, end_idle, manager);
}

void
avu_connection_manager_set_accepts(
	AvuConnectionManager *manager, AvuAcceptsResource accepts, void *data)
{
	manager->accepts = accepts;
	manager->accepts_data = data;
}

void
avu_connection_manager_free(AvuConnectionManager *manager)
{
	if (manager == NULL) {
		return;
	}
	avu_timer_free(manager->timer);
	avu_timer_free(manager->idle_timer);
	connections_free(manager->connections);
	g_array_unref(manager->bindings);
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

int32_t
avu_connection_manager_begin(AvuConnectionManager *manager, const AvuAddress *peer,
	const char *protocol_info, const char *peer_manager, int32_t scid)
{
	return connections_begin(manager->connections, peer, protocol_info, peer_manager, scid);
}

void
avu_connection_manager_end(AvuConnectionManager *manager, int32_t id)
{
	connections_end(manager->connections, id);
}

static void
tell(void *data)
{
	AvuConnectionManager *manager = data;

	/* before the look: what changes after it is told next time */
	g_atomic_int_set(&manager->told, 0);
	g_clear_pointer(&manager->timer, avu_timer_free);

	g_autofree char *ids = connections_format_ids(manager->connections);

	avu_variables_set(manager->variables, 0, NULL, "CurrentConnectionIDs", ids);
}

bool
avu_connection_manager_note(AvuConnectionManager *manager)
{
	return g_atomic_int_compare_and_exchange(&manager->told, 0, 1);
}

void
avu_connection_manager_changed(AvuConnectionManager *manager)
{
	if (manager->timer == NULL) {
		manager->timer = avu_timer_new(NULL, EVENT_NS, tell, manager);
	}
}
