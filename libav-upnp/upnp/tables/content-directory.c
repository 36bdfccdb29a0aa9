/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* ContentDirectory:1 (2002-06-25), :2 (2006-05-31), :3 (2008-09-30), :4 (2015-03-19). Constant.
 *
 * LastChange is optional here: it exists with the Tracking Changes Option of version 3 only, and its
 * document is the service's own, not the one of AVTransport and RenderingControl.
 * The transform actions of version 4 appear in its SCPD file only, as optional ones. */
#include "table.h"

/* Version 1 asks for ten times the distance. */
#define EVENT_MODERATION_V1_MS 2000

static const char *const browse_flags[] = { "BrowseMetadata", "BrowseDirectChildren", NULL };

static const char *const transfer_statuses[] = { "COMPLETED", "ERROR", "IN_PROGRESS", "STOPPED",
	NULL };

static const AvuArgumentSpec get_search_capabilities_args[] = {
	OUT("SearchCaps", "SearchCapabilities"),
	END,
};
static const AvuArgumentSpec get_sort_capabilities_args[] = {
	OUT("SortCaps", "SortCapabilities"),
	END,
};
static const AvuArgumentSpec get_sort_extension_capabilities_args[] = {
	OUT("SortExtensionCaps", "SortExtensionCapabilities"),
	END,
};
static const AvuArgumentSpec get_feature_list_args[] = {
	OUT("FeatureList", "FeatureList"),
	END,
};
static const AvuArgumentSpec get_system_update_id_args[] = {
	OUT("Id", "SystemUpdateID"),
	END,
};
static const AvuArgumentSpec get_service_reset_token_args[] = {
	OUT("ResetToken", "ServiceResetToken"),
	END,
};
static const AvuArgumentSpec browse_args[] = {
	IN("ObjectID", A("ObjectID")),
	IN("BrowseFlag", A("BrowseFlag")),
	IN("Filter", A("Filter")),
	IN("StartingIndex", A("Index")),
	IN("RequestedCount", A("Count")),
	IN("SortCriteria", A("SortCriteria")),
	OUT("Result", A("Result")),
	OUT("NumberReturned", A("Count")),
	OUT("TotalMatches", A("Count")),
	OUT("UpdateID", A("UpdateID")),
	END,
};
static const AvuArgumentSpec search_args[] = {
	IN("ContainerID", A("ObjectID")),
	IN("SearchCriteria", A("SearchCriteria")),
	IN("Filter", A("Filter")),
	IN("StartingIndex", A("Index")),
	IN("RequestedCount", A("Count")),
	IN("SortCriteria", A("SortCriteria")),
	OUT("Result", A("Result")),
	OUT("NumberReturned", A("Count")),
	OUT("TotalMatches", A("Count")),
	OUT("UpdateID", A("UpdateID")),
	END,
};
static const AvuArgumentSpec create_object_args[] = {
	IN("ContainerID", A("ObjectID")),
	IN("Elements", A("Result")),
	OUT("ObjectID", A("ObjectID")),
	OUT("Result", A("Result")),
	END,
};
static const AvuArgumentSpec destroy_object_args[] = {
	IN("ObjectID", A("ObjectID")),
	END,
};
static const AvuArgumentSpec update_object_args[] = {
	IN("ObjectID", A("ObjectID")),
	IN("CurrentTagValue", A("TagValueList")),
	IN("NewTagValue", A("TagValueList")),
	END,
};
static const AvuArgumentSpec move_object_args[] = {
	IN("ObjectID", A("ObjectID")),
	IN("NewParentID", A("ObjectID")),
	OUT("NewObjectID", A("ObjectID")),
	END,
};
static const AvuArgumentSpec import_resource_args[] = {
	IN("SourceURI", A("URI")),
	IN("DestinationURI", A("URI")),
	OUT("TransferID", A("TransferID")),
	END,
};
static const AvuArgumentSpec export_resource_args[] = {
	IN("SourceURI", A("URI")),
	IN("DestinationURI", A("URI")),
	OUT("TransferID", A("TransferID")),
	END,
};
static const AvuArgumentSpec delete_resource_args[] = {
	IN("ResourceURI", A("URI")),
	END,
};
static const AvuArgumentSpec stop_transfer_resource_args[] = {
	IN("TransferID", A("TransferID")),
	END,
};
static const AvuArgumentSpec get_transfer_progress_args[] = {
	IN("TransferID", A("TransferID")),
	OUT("TransferStatus", A("TransferStatus")),
	OUT("TransferLength", A("TransferLength")),
	OUT("TransferTotal", A("TransferTotal")),
	END,
};
static const AvuArgumentSpec create_reference_args[] = {
	IN("ContainerID", A("ObjectID")),
	IN("ObjectID", A("ObjectID")),
	OUT("NewID", A("ObjectID")),
	END,
};
static const AvuArgumentSpec free_form_query_args[] = {
	IN("ContainerID", A("ObjectID")),
	IN("CDSView", A("CDSView")),
	IN("QueryRequest", A("QueryRequest")),
	OUT("QueryResult", A("QueryResult")),
	OUT("UpdateID", A("UpdateID")),
	END,
};
static const AvuArgumentSpec get_free_form_query_capabilities_args[] = {
	OUT("FFQCapabilities", A("FFQCapabilities")),
	END,
};
static const AvuArgumentSpec get_permissions_info_args[] = {
	OUT("PermissionsInfo", "PermissionsInfo"),
	END,
};
static const AvuArgumentSpec request_device_mode_args[] = {
	IN("CPID", A("CPID")),
	IN("DeviceModeRequest", A("DeviceModeRequest")),
	OUT("DeviceModeID", A("DeviceModeID")),
	OUT("DeviceModeStatus", "DeviceModeStatus"),
	END,
};
static const AvuArgumentSpec get_device_mode_args[] = {
	OUT("DeviceMode", "DeviceMode"),
	END,
};
static const AvuArgumentSpec get_device_mode_status_args[] = {
	OUT("DeviceModeStatus", "DeviceModeStatus"),
	END,
};
static const AvuArgumentSpec cancel_device_mode_args[] = {
	IN("DeviceModeID", A("DeviceModeID")),
	END,
};
static const AvuArgumentSpec extend_device_mode_args[] = {
	IN("DeviceModeID", A("DeviceModeID")),
	IN("DeviceModeRequest", A("DeviceModeRequest")),
	OUT("DeviceModeStatus", "DeviceModeStatus"),
	END,
};
static const AvuArgumentSpec get_all_available_transforms_args[] = {
	OUT("AllAvailableTransforms", A("AllowedTransforms")),
	END,
};
static const AvuArgumentSpec get_allowed_transforms_args[] = {
	IN("TransformResourceObjectDesc", A("TransformResourceObject")),
	OUT("AllowedTransforms", A("AllowedTransforms")),
	END,
};
static const AvuArgumentSpec get_current_transform_status_list_args[] = {
	OUT("TransformStatus", "TransformStatus"),
	END,
};
static const AvuArgumentSpec start_transform_task_args[] = {
	IN("TransformResourceDesc", A("TransformResourceDescription")),
	IN("TransformSettings", A("TransformSettings")),
	IN("TransformOverwrite", A("TransformOverwrite")),
	IN("TransformRollback", A("TransformRollback")),
	OUT("TransformTaskID", A("TransformTaskID")),
	END,
};
static const AvuArgumentSpec get_transforms_args[] = {
	IN("TransformTaskID", A("TransformTaskID")),
	OUT("CurrentTransformSettings", A("TransformSettings")),
	END,
};
static const AvuArgumentSpec get_transform_task_result_args[] = {
	IN("TransformTaskID", A("TransformTaskID")),
	IN("TransformTaskResultFilter", A("TransformTaskResultFilter")),
	OUT("TransformTaskResult", A("TransformTaskResult")),
	END,
};
static const AvuArgumentSpec cancel_transform_task_args[] = {
	IN("TransformTaskID", A("TransformTaskID")),
	END,
};
static const AvuArgumentSpec pause_transform_task_args[] = {
	IN("TransformTaskID", A("TransformTaskID")),
	END,
};
static const AvuArgumentSpec resume_transform_task_args[] = {
	IN("TransformTaskID", A("TransformTaskID")),
	END,
};
static const AvuArgumentSpec rollback_transform_task_args[] = {
	IN("TransformTaskID", A("TransformTaskID")),
	END,
};
static const AvuArgumentSpec evaluate_transforms_args[] = {
	IN("TransformResourceDesc", A("TransformResourceDescription")),
	IN("TransformSettings", A("TransformSettings")),
	OUT("EvaluationResult", A("TransformEvaluationResult")),
	END,
};
/* Samsung's (spec/upnp-av-device.md 9.2) */
static const AvuArgumentSpec x_get_feature_list_args[] = {
	OUT("FeatureList", A("Featurelist")),
	END,
};
static const AvuArgumentSpec x_set_bookmark_args[] = {
	IN("CategoryType", A("CategoryType")),
	IN("RID", A("RID")),
	IN("ObjectID", A("ObjectID")),
	IN("PosSecond", A("PosSec")),
	END,
};

static const AvuActionSpec actions[] = {
	REQUIRED("GetSearchCapabilities", 1, get_search_capabilities_args),
	REQUIRED("GetSortCapabilities", 1, get_sort_capabilities_args),
	ACTION("GetSortExtensionCapabilities", 2, get_sort_extension_capabilities_args),
	REQUIRED("GetFeatureList", 2, get_feature_list_args),
	REQUIRED("GetSystemUpdateID", 1, get_system_update_id_args),
	REQUIRED("GetServiceResetToken", 3, get_service_reset_token_args),
	REQUIRED("Browse", 1, browse_args),
	ACTION("Search", 1, search_args),
	ACTION("CreateObject", 1, create_object_args),
	ACTION("DestroyObject", 1, destroy_object_args),
	ACTION("UpdateObject", 1, update_object_args),
	ACTION("MoveObject", 2, move_object_args),
	ACTION("ImportResource", 1, import_resource_args),
	ACTION("ExportResource", 1, export_resource_args),
	ACTION("DeleteResource", 1, delete_resource_args),
	ACTION("StopTransferResource", 1, stop_transfer_resource_args),
	ACTION("GetTransferProgress", 1, get_transfer_progress_args),
	ACTION("CreateReference", 1, create_reference_args),
	ACTION("FreeFormQuery", 3, free_form_query_args),
	ACTION("GetFreeFormQueryCapabilities", 3, get_free_form_query_capabilities_args),
	ACTION("GetPermissionsInfo", 4, get_permissions_info_args),
	ACTION("RequestDeviceMode", 4, request_device_mode_args),
	ACTION("GetDeviceMode", 4, get_device_mode_args),
	ACTION("GetDeviceModeStatus", 4, get_device_mode_status_args),
	ACTION("CancelDeviceMode", 4, cancel_device_mode_args),
	ACTION("ExtendDeviceMode", 4, extend_device_mode_args),
	ACTION("GetAllAvailableTransforms", 4, get_all_available_transforms_args),
	ACTION("GetAllowedTransforms", 4, get_allowed_transforms_args),
	ACTION("GetCurrentTransformStatusList", 4, get_current_transform_status_list_args),
	ACTION("StartTransformTask", 4, start_transform_task_args),
	ACTION("GetTransforms", 4, get_transforms_args),
	ACTION("GetTransformTaskResult", 4, get_transform_task_result_args),
	ACTION("CancelTransformTask", 4, cancel_transform_task_args),
	ACTION("PauseTransformTask", 4, pause_transform_task_args),
	ACTION("ResumeTransformTask", 4, resume_transform_task_args),
	ACTION("RollbackTransformTask", 4, rollback_transform_task_args),
	ACTION("EvaluateTransforms", 4, evaluate_transforms_args),
	ACTION("X_GetFeatureList", 1, x_get_feature_list_args),
	ACTION("X_SetBookmark", 1, x_set_bookmark_args),
	END,
};

static const AvuVariableSpec variables[] = {
	{ "SearchCapabilities", AVU_TYPE_STRING, .since = 1 },
	{ "SortCapabilities", AVU_TYPE_STRING, .since = 1 },
	{ "SortExtensionCapabilities", AVU_TYPE_STRING, .since = 2 },
	{ "SystemUpdateID", AVU_TYPE_UI4, .since = 1, .until = 1, .flags = EVENTED,
		.moderation_ms = EVENT_MODERATION_V1_MS },
	{ "SystemUpdateID", AVU_TYPE_UI4, .since = 2, .flags = EVENTED,
		.moderation_ms = EVENT_MODERATION_MS },
	{ "ContainerUpdateIDs", AVU_TYPE_STRING, .since = 1, .until = 1,
		.flags = EVENTED | OPTIONAL, .moderation_ms = EVENT_MODERATION_V1_MS },
	{ "ContainerUpdateIDs", AVU_TYPE_STRING, .since = 2, .flags = EVENTED | OPTIONAL,
		.moderation_ms = EVENT_MODERATION_MS },
	{ "ServiceResetToken", AVU_TYPE_STRING, .since = 3 },
	{ "LastChange", AVU_TYPE_STRING, .since = 3, .flags = EVENTED | OPTIONAL,
		.moderation_ms = EVENT_MODERATION_MS },
	{ "TransferIDs", AVU_TYPE_STRING, .since = 1, .flags = EVENTED | OPTIONAL },
	{ "FeatureList", AVU_TYPE_STRING, .since = 2 },
	{ "PermissionsInfo", AVU_TYPE_STRING, .since = 4 },
	{ "DeviceMode", AVU_TYPE_STRING, .since = 4, .flags = EVENTED,
		.moderation_ms = EVENT_MODERATION_MS },
	{ "DeviceModeStatus", AVU_TYPE_STRING, .since = 4 },
	{ A("ObjectID"), AVU_TYPE_STRING, .since = 1 },
	{ A("Result"), AVU_TYPE_STRING, .since = 1 },
	{ A("SearchCriteria"), AVU_TYPE_STRING, .since = 1 },
	{ A("BrowseFlag"), AVU_TYPE_STRING, .since = 1, .allowed = browse_flags },
	{ A("Filter"), AVU_TYPE_STRING, .since = 1 },
	{ A("SortCriteria"), AVU_TYPE_STRING, .since = 1 },
	{ A("Index"), AVU_TYPE_UI4, .since = 1 },
	{ A("Count"), AVU_TYPE_UI4, .since = 1 },
	{ A("UpdateID"), AVU_TYPE_UI4, .since = 1 },
	{ A("TransferID"), AVU_TYPE_UI4, .since = 1 },
	{ A("TransferStatus"), AVU_TYPE_STRING, .since = 1, .allowed = transfer_statuses },
	{ A("TransferLength"), AVU_TYPE_STRING, .since = 1 },
	{ A("TransferTotal"), AVU_TYPE_STRING, .since = 1 },
	{ A("TagValueList"), AVU_TYPE_STRING, .since = 1 },
	{ A("URI"), AVU_TYPE_URI, .since = 1 },
	{ A("CDSView"), AVU_TYPE_UI4, .since = 3 },
	{ A("QueryRequest"), AVU_TYPE_STRING, .since = 3 },
	{ A("QueryResult"), AVU_TYPE_STRING, .since = 3 },
	{ A("FFQCapabilities"), AVU_TYPE_STRING, .since = 3 },
	{ A("DeviceModeRequest"), AVU_TYPE_STRING, .since = 4 },
	{ A("CPID"), AVU_TYPE_STRING, .since = 4 },
	{ A("DeviceModeID"), AVU_TYPE_STRING, .since = 4 },
	{ A("TransformTaskID"), AVU_TYPE_STRING, .since = 4 },
	{ A("AllowedTransforms"), AVU_TYPE_STRING, .since = 4 },
	{ A("TransformSettings"), AVU_TYPE_STRING, .since = 4 },
	{ A("TransformResourceDescription"), AVU_TYPE_STRING, .since = 4 },
	{ A("TransformResourceObject"), AVU_TYPE_STRING, .since = 4 },
	{ "TransformStatus", AVU_TYPE_STRING, .since = 4, .flags = EVENTED },
	{ A("TransformTaskResult"), AVU_TYPE_STRING, .since = 4 },
	{ A("TransformTaskResultFilter"), AVU_TYPE_STRING, .since = 4 },
	{ A("TransformOverwrite"), AVU_TYPE_BOOLEAN, .since = 4 },
	{ A("TransformRollback"), AVU_TYPE_BOOLEAN, .since = 4 },
	{ A("TransformEvaluationResult"), AVU_TYPE_STRING, .since = 4 },
	{ A("Featurelist"), AVU_TYPE_STRING, .since = 1 },
	{ A("CategoryType"), AVU_TYPE_UI4, .since = 1 },
	{ A("RID"), AVU_TYPE_UI4, .since = 1 },
	{ A("PosSec"), AVU_TYPE_UI4, .since = 1 },
	END,
};

static const AvuErrorText errors[] = {
	{ 701, "No such object" },
	{ 702, "Invalid CurrentTagValue" },
	{ 703, "Invalid NewTagValue" },
	{ 704, "Required tag" },
	{ 705, "Read only tag" },
	{ 706, "Parameter mismatch" },
	{ 708, "Unsupported or invalid search criteria" },
	{ 709, "Unsupported or invalid sort criteria" },
	{ 710, "No such container" },
	{ 711, "Restricted object" },
	{ 712, "Bad metadata" },
	{ 713, "Restricted parent object" },
	{ 714, "No such source resource" },
	{ 715, "Source resource access denied" },
	{ 716, "Transfer busy" },
	{ 717, "No such file transfer" },
	{ 718, "No such destination resource" },
	{ 719, "Destination resource access denied" },
	{ 720, "Cannot process the request" },
	{ 721, "Restricted source parent object" },
	{ 722, "Incompatible parent class" },
	{ 723, "Illegal destination" },
	{ 724, "Unsupported or invalid CDS view" },
	{ 725, "Invalid query request" },
	{ 726, "Unsupported query request instruction(s)" },
	{ 727, "Request refused" },
	{ 728, "Request invalid" },
	{ 729, "Request includes non-supported action" },
	{ 730, "Request requires too many resources" },
	{ 731, "Already in mode" },
	{ 732, "Inconsistent ActionName element usage" },
	{ 733, "Invalid ID" },
	{ 734, "Invalid role for upnp:inclusionControl or upnp:objectOwner" },
	{ 735, "Invalid owner" },
	{ 736, "Object locked" },
	{ 737, "Input object not authorized" },
	{ 738, "Output object not authorized" },
	{ 739, "Source resource access denied" },
	{ 740, "Object not authorized" },
	{ 741, "Device in ExclusiveOwnership mode" },
	{ 0, NULL },
};

const AvuServiceSpec avu_service_content_directory = {
	.name = "ContentDirectory",
	.type_base = "urn:schemas-upnp-org:service:ContentDirectory",
	.id = "urn:upnp-org:serviceId:ContentDirectory",
	.max_version = 4,
	.variables = variables,
	.actions = actions,
	.errors = errors,
};
