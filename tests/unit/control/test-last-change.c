/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <string.h>

#include <av-upnp/error.h>
#include <av-upnp/last-change.h>

#define AVT "<Event xmlns=\"urn:schemas-upnp-org:metadata-1-0/AVT/\">"
#define RCS "<Event xmlns=\"urn:schemas-upnp-org:metadata-1-0/RCS/\">"

static const struct {
	const char *text;
	const char *changes; /* "instance name channel=value;" each; NULL: error */
	const char *why;
} rows[] = {
	{ AVT "<InstanceID val=\"0\"><TransportState val=\"PLAYING\"/></InstanceID></Event>",
		"0 TransportState -=PLAYING;", "one variable" },
	{ RCS "<InstanceID val=\"0\"><Volume channel=\"Master\" val=\"40\"/>"
	      "<Volume channel=\"LF\" val=\"39\"/></InstanceID></Event>",
		"0 Volume Master=40;0 Volume LF=39;", "one variable on two channels" },
	{ AVT "<InstanceID val=\"0\"><A val=\"1\"/></InstanceID>"
	      "<InstanceID val=\"7\"><A val=\"2\"/></InstanceID></Event>",
		"0 A -=1;7 A -=2;", "two instances" },
	{ AVT "<InstanceID val=\"0\"><M val=\"&lt;DIDL-Lite "
	      "a=&quot;b&quot;/&gt;\"/></InstanceID></Event>",
		"0 M -=<DIDL-Lite a=\"b\"/>;", "metadata inside an attribute" },
	{ AVT "<InstanceID val=\"x\"><A val=\"1\"/></InstanceID></Event>", "",
		"instance that is no number" },
	{ AVT "<InstanceID><A val=\"1\"/></InstanceID></Event>", "", "instance without number" },
	{ AVT "<InstanceID val=\"0\"><A/></InstanceID></Event>", "", "variable without value" },
	{ "<e:Event xmlns:e=\"urn:x\"><e:InstanceID val=\"0\"><e:A "
	  "val=\"1\"/></e:InstanceID></e:Event>",
		"0 A -=1;", "any prefix" },
	{ AVT "</Event>", "", "empty" },
	{ "", NULL, "no document" },
	{ AVT "<InstanceID val=\"0\"><A val=\"1\"/>", NULL, "cut off: nothing is emitted" },
};

static void
collect(const AvuChange *change, void *data)
{
	g_string_append_printf(data, "%u %s %s=%s;", change->instance, change->name,
		change->channel != NULL ? change->channel : "-", change->value);
}

static void
test_parse(void)
{
	for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
		g_autoptr(GString) changes = g_string_new(NULL);
		g_autoptr(GError) error = NULL;
		const bool parsed = avu_last_change_parse(
			rows[i].text, strlen(rows[i].text), collect, changes, &error);

		g_test_message("%s", rows[i].why);
		if (rows[i].changes == NULL) {
			g_assert_false(parsed);
			g_assert_error(error, AVU_ERROR, AVU_ERROR_SYNTAX);
			g_assert_cmpstr(changes->str, ==, "");
			continue;
		}
		g_assert_no_error(error);
		g_assert_true(parsed);
		g_assert_cmpstr(changes->str, ==, rows[i].changes);
	}
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/last-change/parse", test_parse);
	return g_test_run();
}
