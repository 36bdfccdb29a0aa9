/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The SCPDs as a control point reads them: parsed again and compared with what the documents of
 * version 1 print, and rules that hold for every service and version. */
#include <string.h>

#include <av-upnp/service.h>
#include <av-upnp/xml-reader.h>

/* Arguments in order: "<" in, ">" out. */
static const struct {
	const AvuServiceSpec *service;
	const char *action;
	bool required;
	const char *arguments;
} actions[] = {
	{ &avu_service_content_directory, "GetSearchCapabilities", true, ">SearchCaps" },
	{ &avu_service_content_directory, "GetSortCapabilities", true, ">SortCaps" },
	{ &avu_service_content_directory, "GetSystemUpdateID", true, ">Id" },
	{ &avu_service_content_directory, "Browse", true,
		"<ObjectID<BrowseFlag<Filter<StartingIndex<RequestedCount<SortCriteria"
		">Result>NumberReturned>TotalMatches>UpdateID" },
	{ &avu_service_content_directory, "Search", false,
		"<ContainerID<SearchCriteria<Filter<StartingIndex<RequestedCount<SortCriteria"
		">Result>NumberReturned>TotalMatches>UpdateID" },
	{ &avu_service_content_directory, "CreateObject", false,
		"<ContainerID<Elements>ObjectID>Result" },
	{ &avu_service_content_directory, "DestroyObject", false, "<ObjectID" },
	{ &avu_service_content_directory, "UpdateObject", false,
		"<ObjectID<CurrentTagValue<NewTagValue" },
	{ &avu_service_content_directory, "ImportResource", false,
		"<SourceURI<DestinationURI>TransferID" },
	{ &avu_service_content_directory, "ExportResource", false,
		"<SourceURI<DestinationURI>TransferID" },
	{ &avu_service_content_directory, "StopTransferResource", false, "<TransferID" },
	{ &avu_service_content_directory, "GetTransferProgress", false,
		"<TransferID>TransferStatus>TransferLength>TransferTotal" },
	{ &avu_service_content_directory, "DeleteResource", false, "<ResourceURI" },
	{ &avu_service_content_directory, "CreateReference", false, "<ContainerID<ObjectID>NewID" },
	{ &avu_service_connection_manager, "GetProtocolInfo", true, ">Source>Sink" },
	{ &avu_service_connection_manager, "GetCurrentConnectionIDs", true, ">ConnectionIDs" },
	{ &avu_service_connection_manager, "GetCurrentConnectionInfo", true,
		"<ConnectionID>RcsID>AVTransportID>ProtocolInfo>PeerConnectionManager"
		">PeerConnectionID>Direction>Status" },
	{ &avu_service_connection_manager, "PrepareForConnection", false,
		"<RemoteProtocolInfo<PeerConnectionManager<PeerConnectionID<Direction"
		">ConnectionID>AVTransportID>RcsID" },
	{ &avu_service_connection_manager, "ConnectionComplete", false, "<ConnectionID" },
	{ &avu_service_av_transport, "SetAVTransportURI", true,
		"<InstanceID<CurrentURI<CurrentURIMetaData" },
	{ &avu_service_av_transport, "SetNextAVTransportURI", false,
		"<InstanceID<NextURI<NextURIMetaData" },
	{ &avu_service_av_transport, "GetMediaInfo", true,
		"<InstanceID>NrTracks>MediaDuration>CurrentURI>CurrentURIMetaData>NextURI"
		">NextURIMetaData>PlayMedium>RecordMedium>WriteStatus" },
	{ &avu_service_av_transport, "GetTransportInfo", true,
		"<InstanceID>CurrentTransportState>CurrentTransportStatus>CurrentSpeed" },
	{ &avu_service_av_transport, "GetPositionInfo", true,
		"<InstanceID>Track>TrackDuration>TrackMetaData>TrackURI>RelTime>AbsTime>RelCount"
		">AbsCount" },
	{ &avu_service_av_transport, "GetDeviceCapabilities", true,
		"<InstanceID>PlayMedia>RecMedia>RecQualityModes" },
	{ &avu_service_av_transport, "GetTransportSettings", true,
		"<InstanceID>PlayMode>RecQualityMode" },
	{ &avu_service_av_transport, "Stop", true, "<InstanceID" },
	{ &avu_service_av_transport, "Play", true, "<InstanceID<Speed" },
	{ &avu_service_av_transport, "Pause", false, "<InstanceID" },
	{ &avu_service_av_transport, "Record", false, "<InstanceID" },
	{ &avu_service_av_transport, "Seek", true, "<InstanceID<Unit<Target" },
	{ &avu_service_av_transport, "Next", true, "<InstanceID" },
	{ &avu_service_av_transport, "Previous", true, "<InstanceID" },
	{ &avu_service_av_transport, "SetPlayMode", false, "<InstanceID<NewPlayMode" },
	{ &avu_service_av_transport, "SetRecordQualityMode", false,
		"<InstanceID<NewRecordQualityMode" },
	{ &avu_service_av_transport, "GetCurrentTransportActions", false, "<InstanceID>Actions" },
	{ &avu_service_rendering_control, "ListPresets", true,
		"<InstanceID>CurrentPresetNameList" },
	{ &avu_service_rendering_control, "SelectPreset", true, "<InstanceID<PresetName" },
	{ &avu_service_rendering_control, "GetBrightness", false, "<InstanceID>CurrentBrightness" },
	{ &avu_service_rendering_control, "SetVerticalKeystone", false,
		"<InstanceID<DesiredVerticalKeystone" },
	{ &avu_service_rendering_control, "GetMute", false, "<InstanceID<Channel>CurrentMute" },
	{ &avu_service_rendering_control, "SetMute", false, "<InstanceID<Channel<DesiredMute" },
	{ &avu_service_rendering_control, "GetVolume", false, "<InstanceID<Channel>CurrentVolume" },
	{ &avu_service_rendering_control, "SetVolume", false, "<InstanceID<Channel<DesiredVolume" },
	{ &avu_service_rendering_control, "GetVolumeDB", false,
		"<InstanceID<Channel>CurrentVolume" },
	{ &avu_service_rendering_control, "SetVolumeDB", false,
		"<InstanceID<Channel<DesiredVolume" },
	{ &avu_service_rendering_control, "GetVolumeDBRange", false,
		"<InstanceID<Channel>MinValue>MaxValue" },
	{ &avu_service_rendering_control, "SetLoudness", false,
		"<InstanceID<Channel<DesiredLoudness" },
};

/* How many actions version 1 of each service has in its document. */
static const struct {
	const AvuServiceSpec *service;
	unsigned all, required;
} counts[] = {
	{ &avu_service_content_directory, 14 + 2 /* Samsung's */, 4 },
	{ &avu_service_connection_manager, 5, 3 },
	{ &avu_service_av_transport, 17 + 1 /* DLNA's */ + 1 /* ours */, 11 },
	{ &avu_service_rendering_control, 35, 2 },
	{ &avu_service_media_receiver_registrar, 3, 3 },
};

/* State variables of version 1. */
static const struct {
	const AvuServiceSpec *service;
	const char *variable;
	const char *type;
	bool evented;
} variables[] = {
	{ &avu_service_content_directory, "TransferIDs", "string", true },
	{ &avu_service_content_directory, "SystemUpdateID", "ui4", true },
	{ &avu_service_content_directory, "ContainerUpdateIDs", "string", true },
	{ &avu_service_content_directory, "SearchCapabilities", "string", false },
	{ &avu_service_content_directory, "A_ARG_TYPE_ObjectID", "string", false },
	{ &avu_service_content_directory, "A_ARG_TYPE_Index", "ui4", false },
	{ &avu_service_content_directory, "A_ARG_TYPE_Count", "ui4", false },
	{ &avu_service_content_directory, "A_ARG_TYPE_UpdateID", "ui4", false },
	{ &avu_service_content_directory, "A_ARG_TYPE_URI", "uri", false },
	{ &avu_service_content_directory, "A_ARG_TYPE_TransferLength", "string", false },
	{ &avu_service_connection_manager, "SourceProtocolInfo", "string", true },
	{ &avu_service_connection_manager, "SinkProtocolInfo", "string", true },
	{ &avu_service_connection_manager, "CurrentConnectionIDs", "string", true },
	{ &avu_service_connection_manager, "A_ARG_TYPE_ConnectionID", "i4", false },
	{ &avu_service_connection_manager, "A_ARG_TYPE_Direction", "string", false },
	{ &avu_service_av_transport, "LastChange", "string", true },
	{ &avu_service_av_transport, "TransportState", "string", false },
	{ &avu_service_av_transport, "NumberOfTracks", "ui4", false },
	{ &avu_service_av_transport, "RelativeCounterPosition", "i4", false },
	{ &avu_service_av_transport, "AbsoluteCounterPosition", "i4", false },
	{ &avu_service_av_transport, "A_ARG_TYPE_InstanceID", "ui4", false },
	{ &avu_service_rendering_control, "LastChange", "string", true },
	{ &avu_service_rendering_control, "Volume", "ui2", false },
	{ &avu_service_rendering_control, "VolumeDB", "i2", false },
	{ &avu_service_rendering_control, "Mute", "boolean", false },
	{ &avu_service_rendering_control, "HorizontalKeystone", "i2", false },
};

static AvuXmlDocument *
read_scpd(const AvuServiceSpec *service, unsigned version,
	bool (*offered)(const char *name, void *data), void *data)
{
	g_autoptr(GBytes) text = avu_scpd_write(service, version, offered, data);
	g_autoptr(GError) error = NULL;
	size_t len;
	const char *octets = g_bytes_get_data(text, &len);
	AvuXmlDocument *document = avu_xml_parse(&avu_xml_kind_scpd, octets, len, &error);

	g_assert_no_error(error);
	g_assert_cmpstr(avu_xml_get_namespace(avu_xml_get_root(document)), ==,
		"urn:schemas-upnp-org:service-1-0");
	return document;
}

/* The entry of a list whose child "name" has that text. */
static const AvuXmlElement *
find_named(const AvuXmlDocument *document, const char *list, const char *name)
{
	const AvuXmlElement *entry =
		avu_xml_find_child(avu_xml_find_child(avu_xml_get_root(document), list), NULL);

	while (entry != NULL && g_strcmp0(avu_xml_get_child_text(entry, "name"), name) != 0) {
		entry = avu_xml_find_next(entry, NULL);
	}
	return entry;
}

static unsigned
count_children(const AvuXmlElement *parent)
{
	unsigned n = 0;

	for (const AvuXmlElement *child = avu_xml_find_child(parent, NULL); child != NULL;
		child = avu_xml_find_next(child, NULL)) {
		n++;
	}
	return n;
}

static char *
list_arguments(const AvuXmlElement *action)
{
	GString *out = g_string_new(NULL);
	const AvuXmlElement *list = avu_xml_find_child(action, "argumentList");

	for (const AvuXmlElement *argument = avu_xml_find_child(list, "argument"); argument != NULL;
		argument = avu_xml_find_next(argument, "argument")) {
		bool in = strcmp(avu_xml_get_child_text(argument, "direction"), "in") == 0;

		g_string_append_c(out, in ? '<' : '>');
		g_string_append(out, avu_xml_get_child_text(argument, "name"));
	}
	return g_string_free(out, FALSE);
}

static void
test_actions_v1(void)
{
	for (size_t i = 0; i < G_N_ELEMENTS(actions); i++) {
		g_autoptr(AvuXmlDocument) document = read_scpd(actions[i].service, 1, NULL, NULL);
		const AvuXmlElement *action = find_named(document, "actionList", actions[i].action);

		g_test_message("%s", actions[i].action);
		g_assert_nonnull(action);
		g_autofree char *arguments = list_arguments(action);

		g_assert_cmpstr(arguments, ==, actions[i].arguments);
		g_assert_cmpint(
			avu_service_find_action(actions[i].service, actions[i].action)->required,
			==, actions[i].required);
	}
	for (size_t i = 0; i < G_N_ELEMENTS(counts); i++) {
		g_autoptr(AvuXmlDocument) document = read_scpd(counts[i].service, 1, NULL, NULL);
		unsigned required = 0;

		g_assert_cmpuint(count_children(avu_xml_find_child(
					 avu_xml_get_root(document), "actionList")),
			==, counts[i].all);
		for (const AvuActionSpec *action = counts[i].service->actions; action->name != NULL;
			action++) {
			required += action->since == 1 && action->required;
		}
		g_assert_cmpuint(required, ==, counts[i].required);
	}
}

static void
test_variables_v1(void)
{
	for (size_t i = 0; i < G_N_ELEMENTS(variables); i++) {
		g_autoptr(AvuXmlDocument) document = read_scpd(variables[i].service, 1, NULL, NULL);
		const AvuXmlElement *variable =
			find_named(document, "serviceStateTable", variables[i].variable);

		g_test_message("%s", variables[i].variable);
		g_assert_nonnull(variable);
		g_assert_cmpstr(
			avu_xml_get_child_text(variable, "dataType"), ==, variables[i].type);
		g_assert_cmpstr(avu_xml_get_attribute(variable, "sendEvents"), ==,
			variables[i].evented ? "yes" : "no");
	}
}

static char *
list_values(const AvuXmlDocument *document, const char *variable)
{
	GString *out = g_string_new(NULL);
	const AvuXmlElement *list = avu_xml_find_child(
		find_named(document, "serviceStateTable", variable), "allowedValueList");

	for (const AvuXmlElement *value = avu_xml_find_child(list, "allowedValue"); value != NULL;
		value = avu_xml_find_next(value, "allowedValue")) {
		g_string_append_printf(
			out, "%s%s", out->len > 0 ? " " : "", avu_xml_get_text(value));
	}
	return g_string_free(out, FALSE);
}

static void
test_values_of_versions(void)
{
	g_autoptr(AvuXmlDocument) transport1 = read_scpd(&avu_service_av_transport, 1, NULL, NULL);
	g_autoptr(AvuXmlDocument) transport2 = read_scpd(&avu_service_av_transport, 2, NULL, NULL);
	g_autoptr(AvuXmlDocument) transport3 = read_scpd(&avu_service_av_transport, 3, NULL, NULL);
	g_autoptr(AvuXmlDocument) rendering2 =
		read_scpd(&avu_service_rendering_control, 2, NULL, NULL);
	g_autoptr(AvuXmlDocument) rendering3 =
		read_scpd(&avu_service_rendering_control, 3, NULL, NULL);
	g_autofree char *modes1 = list_values(transport1, "A_ARG_TYPE_SeekMode");
	g_autofree char *modes2 = list_values(transport2, "A_ARG_TYPE_SeekMode");
	g_autofree char *channels2 = list_values(rendering2, "A_ARG_TYPE_Channel");
	g_autofree char *channels3 = list_values(rendering3, "A_ARG_TYPE_Channel");
	const AvuXmlElement *counter =
		find_named(transport3, "serviceStateTable", "AbsoluteCounterPosition");

	g_assert_cmpstr(modes1, ==,
		"TRACK_NR ABS_TIME REL_TIME ABS_COUNT REL_COUNT CHANNEL_FREQ TAPE-INDEX FRAME");
	g_assert_cmpstr(modes2, ==,
		"TRACK_NR ABS_TIME REL_TIME ABS_COUNT REL_COUNT CHANNEL_FREQ TAPE-INDEX "
		"REL_TAPE-INDEX FRAME REL_FRAME");
	g_assert_cmpstr(channels2, ==, "Master LF RF CF LFE LS RS LFC RFC SD SL SR T B");
	g_assert_cmpstr(channels3, ==, "Master LF RF CF LFE LS RS LFC RFC SD SL SR T B BC BL BR");
	g_assert_cmpstr(avu_xml_get_child_text(counter, "dataType"), ==, "ui4");
	g_assert_null(find_named(transport1, "actionList", "GetMediaInfo_Ext"));
	g_assert_nonnull(find_named(transport2, "actionList", "GetMediaInfo_Ext"));
	g_assert_null(find_named(transport1, "serviceStateTable", "DRMState"));
}

/* As a small renderer offers them. */
static bool
few(const char *name, void *data)
{
	(void)data;
	return strcmp(name, "ListPresets") == 0 || strcmp(name, "SelectPreset") == 0 ||
	       strcmp(name, "GetVolume") == 0;
}

static void
test_nothing_unused(void)
{
	g_autoptr(AvuXmlDocument) document =
		read_scpd(&avu_service_rendering_control, 1, few, NULL);
	const AvuXmlElement *table =
		avu_xml_find_child(avu_xml_get_root(document), "serviceStateTable");
	g_autoptr(GString) names = g_string_new(NULL);

	for (const AvuXmlElement *variable = avu_xml_find_child(table, "stateVariable");
		variable != NULL; variable = avu_xml_find_next(variable, "stateVariable")) {
		g_string_append_printf(names, "%s ", avu_xml_get_child_text(variable, "name"));
	}
	g_assert_cmpstr(names->str, ==,
		"LastChange PresetNameList Volume A_ARG_TYPE_Channel A_ARG_TYPE_InstanceID "
		"A_ARG_TYPE_PresetName ");
	g_assert_cmpuint(
		count_children(avu_xml_find_child(avu_xml_get_root(document), "actionList")), ==,
		3);
}

/* Rules of UDA 1.0 2.3 for every service and version. */
static void
check_rules(const AvuServiceSpec *service, unsigned version)
{
	g_autoptr(AvuXmlDocument) document = read_scpd(service, version, NULL, NULL);

	for (const AvuActionSpec *action = service->actions; action->name != NULL; action++) {
		bool out_seen = false;

		if (action->since > version) {
			g_assert_null(find_named(document, "actionList", action->name));
			continue;
		}
		for (const AvuArgumentSpec *argument = action->arguments; argument->name != NULL;
			argument++) {
			g_test_message("%s:%u %s %s", service->name, version, action->name,
				argument->name);
			g_assert_nonnull(
				find_named(document, "serviceStateTable", argument->variable));
			g_assert_true(argument->direction == AVU_OUT || !out_seen);
			out_seen = argument->direction == AVU_OUT;
		}
	}
	const AvuXmlElement *table =
		avu_xml_find_child(avu_xml_get_root(document), "serviceStateTable");

	for (const AvuXmlElement *variable = avu_xml_find_child(table, "stateVariable");
		variable != NULL; variable = avu_xml_find_next(variable, "stateVariable")) {
		const char *name = avu_xml_get_child_text(variable, "name");

		/* Each name once. */
		g_assert_true(find_named(document, "serviceStateTable", name) == variable);
		g_assert_cmpuint(strlen(name), <, 64);
	}
}

static void
test_rules(void)
{
	for (size_t i = 0; avu_services()[i] != NULL; i++) {
		for (unsigned version = 1; version <= avu_services()[i]->max_version; version++) {
			check_rules(avu_services()[i], version);
		}
	}
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/upnp/scpd/actions-v1", test_actions_v1);
	g_test_add_func("/upnp/scpd/variables-v1", test_variables_v1);
	g_test_add_func("/upnp/scpd/values-of-versions", test_values_of_versions);
	g_test_add_func("/upnp/scpd/nothing-unused", test_nothing_unused);
	g_test_add_func("/upnp/scpd/rules", test_rules);
	return g_test_run();
}
