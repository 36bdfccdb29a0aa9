/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* AVTransport:1 (2002-06-25), :2 (2008-09-30), :3 (2013-03-31). Constant.
 *
 * Lists with an error code of their own (710 seek mode, 712 play mode, 713 quality, 717 speed) are
 * open, so that the handler answers with that code and not with 601. */
#include "table.h"

static const char *const transport_states[] = { "STOPPED", "PLAYING", "TRANSITIONING",
	"PAUSED_PLAYBACK", "PAUSED_RECORDING", "RECORDING", "NO_MEDIA_PRESENT", NULL };

static const char *const transport_statuses[] = { "OK", "ERROR_OCCURRED", NULL };

static const char *const media_categories[] = { "NO_MEDIA", "TRACK_AWARE", "TRACK_UNAWARE", NULL };

static const char *const storage_media_v1[] = { "UNKNOWN", "DV", "MINI-DV", "VHS", "W-VHS", "S-VHS",
	"D-VHS", "VHSC", "VIDEO8", "HI8", "CD-ROM", "CD-DA", "CD-R", "CD-RW", "VIDEO-CD", "SACD",
	"MD-AUDIO", "MD-PICTURE", "DVD-ROM", "DVD-VIDEO", "DVD-R", "DVD+RW", "DVD-RW", "DVD-RAM",
	"DVD-AUDIO", "DAT", "LD", "HDD", "MICRO-MV", "NETWORK", "NONE", "NOT_IMPLEMENTED", NULL };

static const char *const storage_media[] = { "UNKNOWN", "DV", "MINI-DV", "VHS", "W-VHS", "S-VHS",
	"D-VHS", "VHSC", "VIDEO8", "HI8", "CD-ROM", "CD-DA", "CD-R", "CD-RW", "VIDEO-CD", "SACD",
	"MD-AUDIO", "MD-PICTURE", "DVD-ROM", "DVD-VIDEO", "DVD+R", "DVD-R", "DVD+RW", "DVD-RW",
	"DVD-RAM", "DVD-AUDIO", "DAT", "LD", "HDD", "MICRO-MV", "NETWORK", "NONE",
	"NOT_IMPLEMENTED", "SD", "PC-CARD", "MMC", "CF", "BD", "MS", "HD_DVD", NULL };

static const char *const play_modes[] = { "NORMAL", "SHUFFLE", "REPEAT_ONE", "REPEAT_ALL", "RANDOM",
	"DIRECT_1", "INTRO", NULL };

static const char *const play_speeds[] = { "1", NULL };

static const char *const write_statuses[] = { "WRITABLE", "PROTECTED", "NOT_WRITABLE", "UNKNOWN",
	"NOT_IMPLEMENTED", NULL };

static const char *const quality_modes[] = { "0:EP", "1:LP", "2:SP", "0:BASIC", "1:MEDIUM",
	"2:HIGH", "NOT_IMPLEMENTED", NULL };

static const char *const seek_modes_v1[] = { "TRACK_NR", "ABS_TIME", "REL_TIME", "ABS_COUNT",
	"REL_COUNT", "CHANNEL_FREQ", "TAPE-INDEX", "FRAME", NULL };

static const char *const seek_modes[] = { "TRACK_NR", "ABS_TIME", "REL_TIME", "ABS_COUNT",
	"REL_COUNT", "CHANNEL_FREQ", "TAPE-INDEX", "REL_TAPE-INDEX", "FRAME", "REL_FRAME", NULL };

static const char *const drm_states_v2[] = { "OK", "UNKNOWN", "PROCESSING_CONTENT_KEY",
	"CONTENT_KEY_FAILURE", "ATTEMPTING_AUTHENTICATION", "FAILED_AUTHENTICATION",
	"NOT_AUTHENTICATED", "DEVICE_REVOCATION", NULL };

static const char *const drm_states[] = { "OK", "UNKNOWN", "PROCESSING_CONTENT_KEY",
	"CONTENT_KEY_FAILURE", "ATTEMPTING_AUTHENTICATION", "FAILED_AUTHENTICATION",
	"NOT_AUTHENTICATED", "DEVICE_REVOCATION", "DRM_SYSTEM_NOT_SUPPORTED", "LICENSE_DENIED",
	"LICENSE_EXPIRED", "LICENSE_INSUFFICIENT", NULL };

static const char *const playlist_steps[] = { "Initial", "Continue", "Stop", "Reset", "Replace",
	NULL };

static const char *const playlist_types[] = { "Static", "Streaming", "StaticPlContents",
	"StreamingPlContents", NULL };

static const AvuArgumentSpec set_av_transport_uri_args[] = {
	IN("InstanceID", A("InstanceID")),
	IN("CurrentURI", "AVTransportURI"),
	IN("CurrentURIMetaData", "AVTransportURIMetaData"),
	END,
};
static const AvuArgumentSpec set_next_av_transport_uri_args[] = {
	IN("InstanceID", A("InstanceID")),
	IN("NextURI", "NextAVTransportURI"),
	IN("NextURIMetaData", "NextAVTransportURIMetaData"),
	END,
};
static const AvuArgumentSpec get_media_info_args[] = {
	IN("InstanceID", A("InstanceID")),
	OUT("NrTracks", "NumberOfTracks"),
	OUT("MediaDuration", "CurrentMediaDuration"),
	OUT("CurrentURI", "AVTransportURI"),
	OUT("CurrentURIMetaData", "AVTransportURIMetaData"),
	OUT("NextURI", "NextAVTransportURI"),
	OUT("NextURIMetaData", "NextAVTransportURIMetaData"),
	OUT("PlayMedium", "PlaybackStorageMedium"),
	OUT("RecordMedium", "RecordStorageMedium"),
	OUT("WriteStatus", "RecordMediumWriteStatus"),
	END,
};
static const AvuArgumentSpec get_media_info_ext_args[] = {
	IN("InstanceID", A("InstanceID")),
	OUT("CurrentType", "CurrentMediaCategory"),
	OUT("NrTracks", "NumberOfTracks"),
	OUT("MediaDuration", "CurrentMediaDuration"),
	OUT("CurrentURI", "AVTransportURI"),
	OUT("CurrentURIMetaData", "AVTransportURIMetaData"),
	OUT("NextURI", "NextAVTransportURI"),
	OUT("NextURIMetaData", "NextAVTransportURIMetaData"),
	OUT("PlayMedium", "PlaybackStorageMedium"),
	OUT("RecordMedium", "RecordStorageMedium"),
	OUT("WriteStatus", "RecordMediumWriteStatus"),
	END,
};
static const AvuArgumentSpec get_transport_info_args[] = {
	IN("InstanceID", A("InstanceID")),
	OUT("CurrentTransportState", "TransportState"),
	OUT("CurrentTransportStatus", "TransportStatus"),
	OUT("CurrentSpeed", "TransportPlaySpeed"),
	END,
};
static const AvuArgumentSpec get_position_info_args[] = {
	IN("InstanceID", A("InstanceID")),
	OUT("Track", "CurrentTrack"),
	OUT("TrackDuration", "CurrentTrackDuration"),
	OUT("TrackMetaData", "CurrentTrackMetaData"),
	OUT("TrackURI", "CurrentTrackURI"),
	OUT("RelTime", "RelativeTimePosition"),
	OUT("AbsTime", "AbsoluteTimePosition"),
	OUT("RelCount", "RelativeCounterPosition"),
	OUT("AbsCount", "AbsoluteCounterPosition"),
	END,
};
static const AvuArgumentSpec get_device_capabilities_args[] = {
	IN("InstanceID", A("InstanceID")),
	OUT("PlayMedia", "PossiblePlaybackStorageMedia"),
	OUT("RecMedia", "PossibleRecordStorageMedia"),
	OUT("RecQualityModes", "PossibleRecordQualityModes"),
	END,
};
static const AvuArgumentSpec get_transport_settings_args[] = {
	IN("InstanceID", A("InstanceID")),
	OUT("PlayMode", "CurrentPlayMode"),
	OUT("RecQualityMode", "CurrentRecordQualityMode"),
	END,
};
static const AvuArgumentSpec stop_args[] = {
	IN("InstanceID", A("InstanceID")),
	END,
};
static const AvuArgumentSpec play_args[] = {
	IN("InstanceID", A("InstanceID")),
	IN("Speed", "TransportPlaySpeed"),
	END,
};
static const AvuArgumentSpec pause_args[] = {
	IN("InstanceID", A("InstanceID")),
	END,
};
static const AvuArgumentSpec record_args[] = {
	IN("InstanceID", A("InstanceID")),
	END,
};
static const AvuArgumentSpec seek_args[] = {
	IN("InstanceID", A("InstanceID")),
	IN("Unit", A("SeekMode")),
	IN("Target", A("SeekTarget")),
	END,
};
static const AvuArgumentSpec next_args[] = {
	IN("InstanceID", A("InstanceID")),
	END,
};
static const AvuArgumentSpec previous_args[] = {
	IN("InstanceID", A("InstanceID")),
	END,
};
static const AvuArgumentSpec set_play_mode_args[] = {
	IN("InstanceID", A("InstanceID")),
	IN("NewPlayMode", "CurrentPlayMode"),
	END,
};
static const AvuArgumentSpec set_record_quality_mode_args[] = {
	IN("InstanceID", A("InstanceID")),
	IN("NewRecordQualityMode", "CurrentRecordQualityMode"),
	END,
};
static const AvuArgumentSpec get_current_transport_actions_args[] = {
	IN("InstanceID", A("InstanceID")),
	OUT("Actions", "CurrentTransportActions"),
	END,
};
static const AvuArgumentSpec get_drm_state_args[] = {
	IN("InstanceID", A("InstanceID")),
	OUT("CurrentDRMState", "DRMState"),
	END,
};
static const AvuArgumentSpec get_state_variables_args[] = {
	IN("InstanceID", A("InstanceID")),
	IN("StateVariableList", A("StateVariableList")),
	OUT("StateVariableValuePairs", A("StateVariableValuePairs")),
	END,
};
static const AvuArgumentSpec set_state_variables_args[] = {
	IN("InstanceID", A("InstanceID")),
	IN("AVTransportUDN", A("DeviceUDN")),
	IN("ServiceType", A("ServiceType")),
	IN("ServiceId", A("ServiceID")),
	IN("StateVariableValuePairs", A("StateVariableValuePairs")),
	OUT("StateVariableList", A("StateVariableList")),
	END,
};
static const AvuArgumentSpec adjust_sync_offset_args[] = {
	IN("InstanceID", A("InstanceID")),
	IN("Adjustment", A("SyncOffsetAdj")),
	END,
};
static const AvuArgumentSpec get_sync_offset_args[] = {
	IN("InstanceID", A("InstanceID")),
	OUT("CurrentSyncOffset", "SyncOffset"),
	END,
};
static const AvuArgumentSpec set_sync_offset_args[] = {
	IN("InstanceID", A("InstanceID")),
	IN("NewSyncOffset", "SyncOffset"),
	END,
};
static const AvuArgumentSpec sync_play_args[] = {
	IN("InstanceID", A("InstanceID")),
	IN("Speed", "TransportPlaySpeed"),
	IN("ReferencePositionUnits", A("SeekMode")),
	IN("ReferencePosition", A("SeekTarget")),
	IN("ReferencePresentationTime", A("PresentationTime")),
	IN("ReferenceClockId", A("ClockId")),
	END,
};
static const AvuArgumentSpec sync_pause_args[] = {
	IN("InstanceID", A("InstanceID")),
	IN("PauseTime", A("PresentationTime")),
	IN("ReferenceClockId", A("ClockId")),
	END,
};
static const AvuArgumentSpec sync_stop_args[] = {
	IN("InstanceID", A("InstanceID")),
	IN("StopTime", A("PresentationTime")),
	IN("ReferenceClockId", A("ClockId")),
	END,
};
static const AvuArgumentSpec set_static_playlist_args[] = {
	IN("InstanceID", A("InstanceID")),
	IN("PlaylistData", A("PlaylistData")),
	IN("PlaylistDataLength", A("PlaylistDataLength")),
	IN("PlaylistOffset", A("PlaylistOffset")),
	IN("PlaylistTotalLength", A("PlaylistTotalLength")),
	IN("PlaylistMIMEType", A("PlaylistMIMEType")),
	IN("PlaylistExtendedType", A("PlaylistExtendedType")),
	IN("PlaylistStartObj", A("PlaylistStartObjID")),
	IN("PlaylistStartGroup", A("PlaylistStartGroupID")),
	END,
};
static const AvuArgumentSpec set_streaming_playlist_args[] = {
	IN("InstanceID", A("InstanceID")),
	IN("PlaylistData", A("PlaylistData")),
	IN("PlaylistDataLength", A("PlaylistDataLength")),
	IN("PlaylistMIMEType", A("PlaylistMIMEType")),
	IN("PlaylistExtendedType", A("PlaylistExtendedType")),
	IN("PlaylistStep", A("PlaylistStep")),
	END,
};
static const AvuArgumentSpec get_playlist_info_args[] = {
	IN("InstanceID", A("InstanceID")),
	IN("PlaylistType", A("PlaylistType")),
	OUT("PlaylistInfo", A("PlaylistInfo")),
	END,
};

/* DLNA's, with the seek unit X_DLNA_REL_BYTE. */
static const AvuArgumentSpec get_byte_position_info_args[] = {
	IN("InstanceID", A("InstanceID")),
	OUT("TrackSize", "X_DLNA_CurrentTrackSize"),
	OUT("RelByte", "X_DLNA_RelativeBytePosition"),
	OUT("AbsByte", "X_DLNA_AbsoluteBytePosition"),
	END,
};

/* Ours: how far ahead of what is played media has been read. */
static const AvuArgumentSpec get_buffer_info_args[] = {
	IN("InstanceID", A("InstanceID")),
	OUT("Level", "X_AVUPNP_BufferLevel"),
	OUT("Target", "X_AVUPNP_BufferTarget"),
	OUT("Complete", "X_AVUPNP_BufferComplete"),
	END,
};

static const AvuActionSpec actions[] = {
	REQUIRED("SetAVTransportURI", 1, set_av_transport_uri_args),
	ACTION("SetNextAVTransportURI", 1, set_next_av_transport_uri_args),
	REQUIRED("GetMediaInfo", 1, get_media_info_args),
	REQUIRED("GetMediaInfo_Ext", 2, get_media_info_ext_args),
	REQUIRED("GetTransportInfo", 1, get_transport_info_args),
	REQUIRED("GetPositionInfo", 1, get_position_info_args),
	REQUIRED("GetDeviceCapabilities", 1, get_device_capabilities_args),
	REQUIRED("GetTransportSettings", 1, get_transport_settings_args),
	REQUIRED("Stop", 1, stop_args),
	REQUIRED("Play", 1, play_args),
	ACTION("Pause", 1, pause_args),
	ACTION("Record", 1, record_args),
	REQUIRED("Seek", 1, seek_args),
	REQUIRED("Next", 1, next_args),
	REQUIRED("Previous", 1, previous_args),
	ACTION("SetPlayMode", 1, set_play_mode_args),
	ACTION("SetRecordQualityMode", 1, set_record_quality_mode_args),
	ACTION("GetCurrentTransportActions", 1, get_current_transport_actions_args),
	ACTION("GetDRMState", 2, get_drm_state_args),
	ACTION("GetStateVariables", 2, get_state_variables_args),
	ACTION("SetStateVariables", 2, set_state_variables_args),
	/* In step with other rooms: of the ConnectionManager's CLOCKSYNC alone, and left out of the
	 * description as long as nothing binds them. */
	ACTION("AdjustSyncOffset", 3, adjust_sync_offset_args),
	ACTION("GetSyncOffset", 3, get_sync_offset_args),
	ACTION("SetSyncOffset", 3, set_sync_offset_args),
	ACTION("SyncPlay", 3, sync_play_args),
	ACTION("SyncPause", 3, sync_pause_args),
	ACTION("SyncStop", 3, sync_stop_args),
	/* playlists that are pushed in parts, of which each is optional */
	ACTION("SetStaticPlaylist", 3, set_static_playlist_args),
	ACTION("SetStreamingPlaylist", 3, set_streaming_playlist_args),
	ACTION("GetPlaylistInfo", 3, get_playlist_info_args),
	/* DLNA's */
	ACTION("X_DLNA_GetBytePositionInfo", 1, get_byte_position_info_args),
	/* ours */
	ACTION("X_AVUPNP_GetBufferInfo", 1, get_buffer_info_args),
	END,
};

static const AvuVariableSpec variables[] = {
	{ "TransportState", AVU_TYPE_STRING, .since = 1, .flags = TOLD | OPEN | DYNAMIC,
		.allowed = transport_states },
	{ "TransportStatus", AVU_TYPE_STRING, .since = 1, .flags = TOLD | OPEN,
		.allowed = transport_statuses },
	{ "CurrentMediaCategory", AVU_TYPE_STRING, .since = 2, .flags = TOLD,
		.allowed = media_categories },
	{ "PlaybackStorageMedium", AVU_TYPE_STRING, .since = 1, .until = 1,
		.flags = TOLD | OPEN | DYNAMIC, .allowed = storage_media_v1 },
	{ "PlaybackStorageMedium", AVU_TYPE_STRING, .since = 2, .flags = TOLD | OPEN | DYNAMIC,
		.allowed = storage_media },
	{ "RecordStorageMedium", AVU_TYPE_STRING, .since = 1, .until = 1,
		.flags = TOLD | OPEN | DYNAMIC, .allowed = storage_media_v1 },
	{ "RecordStorageMedium", AVU_TYPE_STRING, .since = 2, .flags = TOLD | OPEN | DYNAMIC,
		.allowed = storage_media },
	{ "PossiblePlaybackStorageMedia", AVU_TYPE_STRING, .since = 1, .flags = TOLD },
	{ "PossibleRecordStorageMedia", AVU_TYPE_STRING, .since = 1, .flags = TOLD },
	{ "CurrentPlayMode", AVU_TYPE_STRING, .since = 1, .flags = TOLD | OPEN | DYNAMIC,
		.allowed = play_modes, .fallback = "NORMAL" },
	{ "TransportPlaySpeed", AVU_TYPE_STRING, .since = 1, .flags = TOLD | OPEN | DYNAMIC,
		.allowed = play_speeds, .fallback = "1" },
	{ "RecordMediumWriteStatus", AVU_TYPE_STRING, .since = 1, .flags = TOLD,
		.allowed = write_statuses },
	{ "CurrentRecordQualityMode", AVU_TYPE_STRING, .since = 1, .flags = TOLD | OPEN | DYNAMIC,
		.allowed = quality_modes },
	{ "PossibleRecordQualityModes", AVU_TYPE_STRING, .since = 1, .flags = TOLD },
	{ "NumberOfTracks", AVU_TYPE_UI4, .since = 1, .flags = TOLD, .max = UINT32_MAX },
	{ "CurrentTrack", AVU_TYPE_UI4, .since = 1, .flags = TOLD, .max = UINT32_MAX, .step = 1 },
	{ "CurrentTrackDuration", AVU_TYPE_STRING, .since = 1, .flags = TOLD },
	{ "CurrentMediaDuration", AVU_TYPE_STRING, .since = 1, .flags = TOLD },
	{ "CurrentTrackMetaData", AVU_TYPE_STRING, .since = 1, .flags = TOLD },
	{ "CurrentTrackURI", AVU_TYPE_STRING, .since = 1, .flags = TOLD },
	{ "AVTransportURI", AVU_TYPE_STRING, .since = 1, .flags = TOLD },
	{ "AVTransportURIMetaData", AVU_TYPE_STRING, .since = 1, .flags = TOLD },
	{ "NextAVTransportURI", AVU_TYPE_STRING, .since = 1, .flags = TOLD },
	{ "NextAVTransportURIMetaData", AVU_TYPE_STRING, .since = 1, .flags = TOLD },
	{ "RelativeTimePosition", AVU_TYPE_STRING, .since = 1 },
	{ "AbsoluteTimePosition", AVU_TYPE_STRING, .since = 1 },
	{ "RelativeCounterPosition", AVU_TYPE_I4, .since = 1 },
	{ "AbsoluteCounterPosition", AVU_TYPE_I4, .since = 1, .until = 2 },
	{ "AbsoluteCounterPosition", AVU_TYPE_UI4, .since = 3, .max = INT32_MAX },
	{ "CurrentTransportActions", AVU_TYPE_STRING, .since = 1, .flags = TOLD },
	{ "LastChange", AVU_TYPE_STRING, .since = 1, .flags = EVENTED,
		.moderation_ms = EVENT_MODERATION_MS },
	{ "DRMState", AVU_TYPE_STRING, .since = 2, .until = 2, .flags = TOLD,
		.allowed = drm_states_v2, .fallback = "UNKNOWN" },
	{ "DRMState", AVU_TYPE_STRING, .since = 3, .flags = TOLD, .allowed = drm_states,
		.fallback = "UNKNOWN" },
	{ "SyncOffset", AVU_TYPE_STRING, .since = 3, .flags = TOLD },
	{ "X_DLNA_CurrentTrackSize", AVU_TYPE_STRING, .since = 1 },
	{ "X_DLNA_RelativeBytePosition", AVU_TYPE_STRING, .since = 1 },
	{ "X_DLNA_AbsoluteBytePosition", AVU_TYPE_STRING, .since = 1 },
	{ "X_AVUPNP_BufferLevel", AVU_TYPE_STRING, .since = 1 },
	{ "X_AVUPNP_BufferTarget", AVU_TYPE_STRING, .since = 1 },
	{ "X_AVUPNP_BufferComplete", AVU_TYPE_BOOLEAN, .since = 1 },
	{ A("SeekMode"), AVU_TYPE_STRING, .since = 1, .until = 1, .flags = OPEN | DYNAMIC,
		.allowed = seek_modes_v1 },
	{ A("SeekMode"), AVU_TYPE_STRING, .since = 2, .flags = OPEN | DYNAMIC,
		.allowed = seek_modes },
	{ A("SeekTarget"), AVU_TYPE_STRING, .since = 1 },
	{ A("InstanceID"), AVU_TYPE_UI4, .since = 1 },
	{ A("DeviceUDN"), AVU_TYPE_STRING, .since = 2 },
	{ A("ServiceType"), AVU_TYPE_STRING, .since = 2 },
	{ A("ServiceID"), AVU_TYPE_STRING, .since = 2 },
	{ A("StateVariableValuePairs"), AVU_TYPE_STRING, .since = 2 },
	{ A("StateVariableList"), AVU_TYPE_STRING, .since = 2 },
	{ A("SyncOffsetAdj"), AVU_TYPE_STRING, .since = 3 },
	{ A("PresentationTime"), AVU_TYPE_STRING, .since = 3 },
	{ A("ClockId"), AVU_TYPE_STRING, .since = 3 },
	{ A("PlaylistData"), AVU_TYPE_STRING, .since = 3 },
	{ A("PlaylistOffset"), AVU_TYPE_UI4, .since = 3 },
	{ A("PlaylistDataLength"), AVU_TYPE_UI4, .since = 3 },
	{ A("PlaylistTotalLength"), AVU_TYPE_UI4, .since = 3 },
	{ A("PlaylistMIMEType"), AVU_TYPE_STRING, .since = 3 },
	{ A("PlaylistExtendedType"), AVU_TYPE_STRING, .since = 3 },
	{ A("PlaylistStep"), AVU_TYPE_STRING, .since = 3, .flags = AVU_VARIABLE_DYNAMIC_RANGE,
		.allowed = playlist_steps },
	{ A("PlaylistType"), AVU_TYPE_STRING, .since = 3, .flags = AVU_VARIABLE_DYNAMIC_RANGE,
		.allowed = playlist_types },
	{ A("PlaylistInfo"), AVU_TYPE_STRING, .since = 3 },
	{ A("PlaylistStartObjID"), AVU_TYPE_STRING, .since = 3 },
	{ A("PlaylistStartGroupID"), AVU_TYPE_STRING, .since = 3 },
	END,
};

static const AvuErrorText errors[] = {
	{ 701, "Transition not available" },
	{ 702, "No contents" },
	{ 703, "Read error" },
	{ 704, "Format not supported for playback" },
	{ 705, "Transport is locked" },
	{ 706, "Write error" },
	{ 707, "Media is protected or not writable" },
	{ 708, "Format not supported for recording" },
	{ 709, "Media is full" },
	{ 710, "Seek mode not supported" },
	{ 711, "Illegal seek target" },
	{ 712, "Play mode not supported" },
	{ 713, "Record quality not supported" },
	{ 714, "Illegal MIME-type" },
	{ 715, "Content 'BUSY'" },
	{ 716, "Resource not found" },
	{ 717, "Play speed not supported" },
	{ 718, "Invalid InstanceID" },
	{ 719, "DRM error" },
	{ 720, "Expired content" },
	{ 721, "Non-allowed use" },
	{ 722, "Can't determine allowed uses" },
	{ 723, "Exhausted allowed use" },
	{ 724, "Device authentication failure" },
	{ 725, "Device revocation" },
	{ 726, "Invalid StateVariableList" },
	{ 727, "Ill-formed CSV List" },
	{ 728, "Invalid State Variable Value" },
	{ 729, "Invalid Service Type" },
	{ 730, "Invalid Service Id" },
	{ 731, "Invalid time, offset, or position value" },
	{ 732, "Unable to calculate sync point" },
	{ 733, "Sync, position, or offset too early or small" },
	{ 734, "Illegal PlaylistOffset" },
	{ 735, "Incorrect Playlist length" },
	{ 736, "Illegal Playlist" },
	{ 737, "No DNS Server" },
	{ 738, "Bad Domain Name" },
	{ 739, "Server Error" },
	{ 0, NULL },
};

const AvuServiceSpec avu_service_av_transport = {
	.name = "AVTransport",
	.type_base = "urn:schemas-upnp-org:service:AVTransport",
	.id = "urn:upnp-org:serviceId:AVTransport",
	.last_change_namespace = "urn:schemas-upnp-org:metadata-1-0/AVT/",
	.max_version = 3,
	.variables = variables,
	.actions = actions,
	.errors = errors,
};
