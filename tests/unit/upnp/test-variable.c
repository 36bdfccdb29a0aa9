/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* State variables: transactions, LastChange and moderation, on a simulated clock. */
#include <string.h>

#include "libav-upnp/upnp/property-set.h"
#include "libav-upnp/upnp/variable-private.h"

#define MS AVU_NS_PER_MS
#define RCS "urn:schemas-upnp-org:metadata-1-0/RCS/"
#define AVT "urn:schemas-upnp-org:metadata-1-0/AVT/"

static void
count(void *data)
{
	(*(unsigned *)data)++;
}

static bool
volume_only(const char *name, void *data)
{
	(void)data;
	return strcmp(name, "ListPresets") == 0 || strcmp(name, "GetVolume") == 0 ||
	       strcmp(name, "GetMute") == 0;
}

/* What is told now, "name=value;"… */
static char *
take(AvuVariables *variables, int64_t now_ns, int64_t *ret_next_ns)
{
	int64_t next_ns;
	g_autoptr(Properties) due = variables_take_due(variables, now_ns, &next_ns);
	GString *out = g_string_new(NULL);

	if (ret_next_ns != NULL) {
		*ret_next_ns = next_ns;
	}
	for (guint i = 0; due != NULL && i < due->names->len; i++) {
		g_string_append_printf(out, "%s=%s;", (char *)g_ptr_array_index(due->names, i),
			(char *)g_ptr_array_index(due->values, i));
	}
	return g_string_free(out, FALSE);
}

static void
assert_told(AvuVariables *variables, int64_t now_ns, const char *expected)
{
	g_autofree char *told = take(variables, now_ns, NULL);

	g_assert_cmpstr(told, ==, expected);
}

static void
test_transaction(void)
{
	g_autoptr(AvuVariables) variables = variables_new(&avu_service_av_transport, 1);
	unsigned calls = 0;

	variables_set_listener(variables, count, &calls);
	avu_variables_begin(variables);
	avu_variables_set(variables, 0, NULL, "TransportState", "PLAYING");
	avu_variables_begin(variables);
	avu_variables_set(variables, 0, NULL, "CurrentTrack", "1");
	avu_variables_commit(variables);
	g_assert_cmpuint(calls, ==, 0);
	avu_variables_commit(variables);
	g_assert_cmpuint(calls, ==, 1);
	avu_variables_set(variables, 0, NULL, "TransportState", "PLAYING");
	g_assert_cmpuint(calls, ==, 1);
	/* Never evented: control points poll it. */
	avu_variables_set(variables, 0, NULL, "RelativeTimePosition", "0:00:01");
	g_assert_cmpuint(calls, ==, 1);
	avu_variables_set_int(variables, 0, NULL, "NumberOfTracks", 3);
	g_assert_cmpuint(calls, ==, 2);
	g_assert_cmpint(avu_variables_get_int(variables, 0, NULL, "NumberOfTracks"), ==, 3);
	g_autofree char *position = avu_variables_dup(variables, 0, NULL, "RelativeTimePosition");
	g_autofree char *speed = avu_variables_dup(variables, 0, NULL, "TransportPlaySpeed");

	g_assert_cmpstr(position, ==, "0:00:01");
	g_assert_cmpstr(speed, ==, "1");
	/* A channel that was not there is news, also with what channels begin with. */
	g_autoptr(AvuVariables) rendering = variables_new(&avu_service_rendering_control, 1);

	variables_set_listener(rendering, count, &calls);
	avu_variables_set_int(rendering, 0, "LF", "Volume", 0);
	g_assert_cmpuint(calls, ==, 3);
	avu_variables_set_int(rendering, 0, "LF", "Volume", 0);
	g_assert_cmpuint(calls, ==, 3);
	/* Of version 2: not there. */
	avu_variables_set(variables, 0, NULL, "DRMState", "OK");
	g_assert_cmpuint(calls, ==, 3);
}

static void
test_last_change(void)
{
	g_autoptr(AvuVariables) variables = variables_new(&avu_service_av_transport, 1);

	variables_settle(variables, NULL, NULL);
	avu_variables_begin(variables);
	avu_variables_set(variables, 3, NULL, "TransportState", "STOPPED");
	avu_variables_set(variables, 0, NULL, "TransportState", "PLAYING");
	avu_variables_set(variables, 0, NULL, "AVTransportURI", "http://a/?b&c=\"d\"");
	avu_variables_set(variables, 0, NULL, "TransportState", "PAUSED_PLAYBACK");
	avu_variables_commit(variables);
	assert_told(variables, 0,
		"LastChange=<Event xmlns=\"" AVT "\"><InstanceID val=\"0\">"
		"<TransportState val=\"PAUSED_PLAYBACK\"/>"
		"<AVTransportURI val=\"http://a/?b&amp;c=&quot;d&quot;\"/></InstanceID>"
		"<InstanceID val=\"3\"><TransportState val=\"STOPPED\"/></InstanceID></Event>;");
	assert_told(variables, 1000 * MS, "");
}

static void
test_channel(void)
{
	g_autoptr(AvuVariables) variables = variables_new(&avu_service_rendering_control, 1);

	/* Set before the service starts: part of the first event, no change afterwards. */
	avu_variables_set(variables, 0, "Master", "Volume", "10");
	avu_variables_set(variables, 0, NULL, "PresetNameList", "FactoryDefaults");
	/* Not offered. */
	avu_variables_set(variables, 0, "Master", "Loudness", "1");
	avu_variables_set(variables, 0, NULL, "Brightness", "1");
	variables_settle(variables, volume_only, NULL);
	assert_told(variables, 0, "");
	avu_variables_set(variables, 0, "Master", "Loudness", "0");
	assert_told(variables, 0, "");
	avu_variables_set_int(variables, 0, "Master", "Volume", 42);
	avu_variables_set(variables, 0, "LF", "Volume", "7");
	assert_told(variables, 0,
		"LastChange=<Event xmlns=\"" RCS "\"><InstanceID val=\"0\">"
		"<Volume channel=\"Master\" val=\"42\"/><Volume channel=\"LF\" val=\"7\"/>"
		"</InstanceID></Event>;");
	g_autoptr(Properties) all = variables_get_all(variables);

	g_assert_cmpuint(all->names->len, ==, 1);
	g_assert_cmpstr(g_ptr_array_index(all->names, 0), ==, "LastChange");
	g_assert_cmpstr(g_ptr_array_index(all->values, 0), ==,
		"<Event xmlns=\"" RCS "\"><InstanceID val=\"0\">"
		"<PresetNameList val=\"FactoryDefaults\"/>"
		"<Volume channel=\"Master\" val=\"42\"/><Volume channel=\"LF\" val=\"7\"/>"
		"</InstanceID></Event>");
}

/* Never the change log alone: everything, positions left out (AVTransport:1 2.2.27). */
static void
test_first_event(void)
{
	g_autoptr(AvuVariables) variables = variables_new(&avu_service_av_transport, 1);
	static const char *const there[] = { "TransportState", "TransportStatus", "CurrentPlayMode",
		"TransportPlaySpeed", "NumberOfTracks", "CurrentTrack", "CurrentTrackURI",
		"AVTransportURI", "CurrentTransportActions", "PossiblePlaybackStorageMedia" };
	static const char *const never[] = { "RelativeTimePosition", "AbsoluteTimePosition",
		"RelativeCounterPosition", "AbsoluteCounterPosition", "A_ARG_TYPE", "LastChange",
		"DRMState" };

	variables_settle(variables, NULL, NULL);
	g_autoptr(Properties) all = variables_get_all(variables);
	const char *event = g_ptr_array_index(all->values, 0);

	for (size_t i = 0; i < G_N_ELEMENTS(there); i++) {
		g_autofree char *element = g_strdup_printf("<%s val=", there[i]);

		g_assert_nonnull(strstr(event, element));
	}
	for (size_t i = 0; i < G_N_ELEMENTS(never); i++) {
		g_assert_null(strstr(event, never[i]));
	}
}

static void
test_moderation(void)
{
	g_autoptr(AvuVariables) variables = variables_new(&avu_service_rendering_control, 1);
	int64_t next_ns;

	variables_settle(variables, volume_only, NULL);
	avu_variables_set(variables, 0, "Master", "Mute", "1");
	g_autofree char *first = take(variables, 1000 * MS, &next_ns);

	g_assert_nonnull(strstr(first, "Mute"));
	g_assert_cmpint(next_ns, ==, AVU_TIME_NONE);
	/* Ten steps in 200 ms: nothing is told, then the last value alone. */
	for (int i = 1; i <= 10; i++) {
		avu_variables_set_int(variables, 0, "Master", "Volume", i);
		g_autofree char *held = take(variables, (1000 + i * 19) * MS, &next_ns);

		g_assert_cmpstr(held, ==, "");
		g_assert_cmpint(next_ns, ==, 1200 * MS);
	}
	assert_told(variables, 1199 * MS, "");
	assert_told(variables, 1200 * MS,
		"LastChange=<Event xmlns=\"" RCS "\"><InstanceID val=\"0\">"
		"<Volume channel=\"Master\" val=\"10\"/></InstanceID></Event>;");
	assert_told(variables, 2000 * MS, "");
}

static bool
with_container_ids(const char *name, void *data)
{
	(void)data;
	return strcmp(name, "TransferIDs") != 0;
}

/* ContentDirectory:1: 2 s for update ids; ConnectionManager: none. */
static void
test_moderation_of_each(void)
{
	g_autoptr(AvuVariables) content = variables_new(&avu_service_content_directory, 1);
	g_autoptr(AvuVariables) connections = variables_new(&avu_service_connection_manager, 1);
	int64_t next_ns;

	variables_settle(content, with_container_ids, NULL);
	avu_variables_set(content, 0, NULL, "SystemUpdateID", "1");
	assert_told(content, 0, "SystemUpdateID=1;");
	avu_variables_set(content, 0, NULL, "SystemUpdateID", "2");
	avu_variables_set(content, 0, NULL, "ContainerUpdateIDs", "0,2");
	g_autofree char *told = take(content, 100 * MS, &next_ns);

	g_assert_cmpstr(told, ==, "ContainerUpdateIDs=0,2;");
	g_assert_cmpint(next_ns, ==, 2000 * MS);
	assert_told(content, 2000 * MS, "SystemUpdateID=2;");

	variables_settle(connections, NULL, NULL);
	avu_variables_set(connections, 0, NULL, "SinkProtocolInfo", "a");
	assert_told(connections, 0, "SinkProtocolInfo=a;");
	avu_variables_set(connections, 0, NULL, "SinkProtocolInfo", "b");
	assert_told(connections, 0, "SinkProtocolInfo=b;");
	g_autoptr(Properties) all = variables_get_all(connections);

	g_assert_cmpuint(all->names->len, ==, 3);
}

static void
test_property_set(void)
{
	g_autoptr(Properties) properties = properties_new();

	g_ptr_array_add(properties->names, (void *)"LastChange");
	g_ptr_array_add(properties->values, g_strdup("<Event a=\"&quot;\"/>"));
	g_ptr_array_add(properties->names, (void *)"SystemUpdateID");
	g_ptr_array_add(properties->values, g_strdup("7"));
	g_autoptr(GBytes) body = property_set_write(properties);
	static const char expected[] =
		"<?xml version=\"1.0\" encoding=\"utf-8\"?>"
		"<e:propertyset xmlns:e=\"urn:schemas-upnp-org:event-1-0\">"
		"<e:property><LastChange>&lt;Event a=\"&amp;quot;\"/&gt;</LastChange></e:property>"
		"<e:property><SystemUpdateID>7</SystemUpdateID></e:property></e:propertyset>";

	g_assert_cmpmem(
		g_bytes_get_data(body, NULL), g_bytes_get_size(body), expected, strlen(expected));
	g_autoptr(PropertySet) set = property_set_parse(expected, strlen(expected), NULL);

	g_assert_cmpuint(set->names->len, ==, 2);
	g_assert_cmpstr(g_ptr_array_index(set->names, 0), ==, "LastChange");
	g_assert_cmpstr(g_ptr_array_index(set->values, 0), ==, "<Event a=\"&quot;\"/>");
	g_assert_cmpstr(g_ptr_array_index(set->values, 1), ==, "7");
	g_assert_null(property_set_parse("<a/>", 4, NULL));
	g_assert_null(property_set_parse("", 0, NULL));
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/upnp/variable/transaction", test_transaction);
	g_test_add_func("/upnp/variable/last-change", test_last_change);
	g_test_add_func("/upnp/variable/channel", test_channel);
	g_test_add_func("/upnp/variable/first-event", test_first_event);
	g_test_add_func("/upnp/variable/moderation", test_moderation);
	g_test_add_func("/upnp/variable/moderation-of-each", test_moderation_of_each);
	g_test_add_func("/upnp/variable/property-set", test_property_set);
	return g_test_run();
}
