/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* ConnectionManager:1 (2002-06-25), :2 (2006-05-31), :3 (2013-03-31). Constant. */
#include "table.h"

static const char *const connection_statuses[] = { "OK", "ContentFormatMismatch",
	"InsufficientBandwidth", "UnreliableChannel", "Unknown", NULL };

static const char *const directions[] = { "Input", "Output", NULL };

static const AvuArgumentSpec get_protocol_info_args[] = {
	OUT("Source", "SourceProtocolInfo"),
	OUT("Sink", "SinkProtocolInfo"),
	END,
};
static const AvuArgumentSpec prepare_for_connection_args[] = {
	IN("RemoteProtocolInfo", A("ProtocolInfo")),
	IN("PeerConnectionManager", A("ConnectionManager")),
	IN("PeerConnectionID", A("ConnectionID")),
	IN("Direction", A("Direction")),
	OUT("ConnectionID", A("ConnectionID")),
	OUT("AVTransportID", A("AVTransportID")),
	OUT("RcsID", A("RcsID")),
	END,
};
static const AvuArgumentSpec connection_complete_args[] = {
	IN("ConnectionID", A("ConnectionID")),
	END,
};
static const AvuArgumentSpec get_current_connection_ids_args[] = {
	OUT("ConnectionIDs", "CurrentConnectionIDs"),
	END,
};
static const AvuArgumentSpec get_current_connection_info_args[] = {
	IN("ConnectionID", A("ConnectionID")),
	OUT("RcsID", A("RcsID")),
	OUT("AVTransportID", A("AVTransportID")),
	OUT("ProtocolInfo", A("ProtocolInfo")),
	OUT("PeerConnectionManager", A("ConnectionManager")),
	OUT("PeerConnectionID", A("ConnectionID")),
	OUT("Direction", A("Direction")),
	OUT("Status", A("ConnectionStatus")),
	END,
};
static const AvuArgumentSpec get_renderer_item_info_args[] = {
	IN("ItemInfoFilter", A("ItemInfoFilter")),
	IN("ItemMetadataList", A("Result")),
	OUT("ItemRenderingInfoList", A("RenderingInfoList")),
	END,
};
static const AvuArgumentSpec get_feature_list_args[] = {
	OUT("FeatureList", "FeatureList"),
	END,
};

static const AvuActionSpec actions[] = {
	REQUIRED("GetProtocolInfo", 1, get_protocol_info_args),
	ACTION("PrepareForConnection", 1, prepare_for_connection_args),
	ACTION("ConnectionComplete", 1, connection_complete_args),
	REQUIRED("GetCurrentConnectionIDs", 1, get_current_connection_ids_args),
	REQUIRED("GetCurrentConnectionInfo", 1, get_current_connection_info_args),
	ACTION("GetRendererItemInfo", 3, get_renderer_item_info_args),
	REQUIRED("GetFeatureList", 3, get_feature_list_args),
	END,
};

static const AvuVariableSpec variables[] = {
	{ "SourceProtocolInfo", AVU_TYPE_STRING, .since = 1, .flags = EVENTED },
	{ "SinkProtocolInfo", AVU_TYPE_STRING, .since = 1, .flags = EVENTED },
	{ "CurrentConnectionIDs", AVU_TYPE_STRING, .since = 1, .flags = EVENTED },
	{ "FeatureList", AVU_TYPE_STRING, .since = 3 },
	{ "ClockUpdateID", AVU_TYPE_UI4, .since = 3, .flags = OPTIONAL },
	{ "DeviceClockInfoUpdates", AVU_TYPE_STRING, .since = 3, .flags = EVENTED | OPTIONAL },
	{ A("ConnectionStatus"), AVU_TYPE_STRING, .since = 1, .flags = OPEN,
		.allowed = connection_statuses },
	{ A("ConnectionManager"), AVU_TYPE_STRING, .since = 1 },
	{ A("Direction"), AVU_TYPE_STRING, .since = 1, .allowed = directions },
	{ A("ProtocolInfo"), AVU_TYPE_STRING, .since = 1 },
	{ A("ConnectionID"), AVU_TYPE_I4, .since = 1 },
	{ A("AVTransportID"), AVU_TYPE_I4, .since = 1 },
	{ A("RcsID"), AVU_TYPE_I4, .since = 1 },
	{ A("ItemInfoFilter"), AVU_TYPE_STRING, .since = 3 },
	{ A("Result"), AVU_TYPE_STRING, .since = 3 },
	{ A("RenderingInfoList"), AVU_TYPE_STRING, .since = 3 },
	END,
};

static const AvuErrorText errors[] = {
	{ 701, "Incompatible protocol info" },
	{ 702, "Incompatible directions" },
	{ 703, "Insufficient network resources" },
	{ 704, "Local restrictions" },
	{ 705, "Access denied" },
	{ 706, "Invalid connection reference" },
	{ 707, "Not in network" },
	{ 708, "Connection Table overflow" },
	{ 709, "Internal processing resources exceeded" },
	{ 710, "Internal memory resources exceeded" },
	{ 711, "Internal storage system capabilities exceeded" },
	{ 0, NULL },
};

const AvuServiceSpec avu_service_connection_manager = {
	.name = "ConnectionManager",
	.type_base = "urn:schemas-upnp-org:service:ConnectionManager",
	.id = "urn:upnp-org:serviceId:ConnectionManager",
	.max_version = 3,
	.variables = variables,
	.actions = actions,
	.errors = errors,
};
