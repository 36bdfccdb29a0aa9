/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <string.h>

#include <av-upnp/error.h>
#include <av-upnp/scpd.h>

#define TYPE "urn:example-com:service:Lamp:3"

static AvuScpd *
read_text(const char *text)
{
	g_autoptr(GError) error = NULL;
	AvuScpd *scpd = avu_scpd_read(TYPE, text, strlen(text), &error);

	g_assert_no_error(error);
	return scpd;
}

static const char lamp[] =
	"<scpd xmlns='urn:schemas-upnp-org:service-1-0'>"
	"<serviceStateTable>"
	"<stateVariable><name>Level</name><dataType>ui1</dataType>"
	"<allowedValueRange><minimum>5</minimum><maximum>90</maximum><step>5</step>"
	"</allowedValueRange><defaultValue>10</defaultValue></stateVariable>"
	"<stateVariable><dataType>string</dataType><name>Colour</name>"
	"<allowedValueList><allowedValue>red</allowedValue><allowedValue>green</allowedValue>"
	"</allowedValueList></stateVariable>"
	"<stateVariable><name>Heat</name><dataType>r4</dataType>"
	"<allowedValueRange><minimum>0.5</minimum><maximum>9.5</maximum></allowedValueRange>"
	"</stateVariable>"
	"<stateVariable><dataType>ui1</dataType></stateVariable>"
	"</serviceStateTable>"
	"<actionList>"
	"<action><name>Shine</name><argumentList>"
	"<argument><name>Before</name><direction>out</direction>"
	"<relatedStateVariable>Level</relatedStateVariable></argument>"
	"<argument><name>Level</name><direction>in</direction>"
	"<relatedStateVariable>Level</relatedStateVariable></argument>"
	"<argument><direction>in</direction></argument>"
	"<argument><name>Note</name><direction>in</direction>"
	"<relatedStateVariable>Nowhere</relatedStateVariable></argument>"
	"</argumentList></action>"
	"<action><argumentList/></action>"
	"<action><name>Off</name></action>"
	"</actionList></scpd>";

static void
test_actions(void)
{
	g_autoptr(AvuScpd) scpd = read_text(lamp);
	const AvuServiceSpec *spec = avu_scpd_get_spec(scpd);
	const AvuActionSpec *shine = avu_service_find_action(spec, "Shine");

	g_assert_cmpstr(spec->name, ==, "Lamp");
	g_assert_cmpstr(spec->type_base, ==, "urn:example-com:service:Lamp");
	/* all that go in before all that come out; the nameless are left out */
	g_assert_cmpstr(shine->arguments[0].name, ==, "Level");
	g_assert_cmpint(shine->arguments[0].direction, ==, AVU_IN);
	g_assert_cmpstr(shine->arguments[1].name, ==, "Note");
	g_assert_cmpstr(shine->arguments[2].name, ==, "Before");
	g_assert_cmpint(shine->arguments[2].direction, ==, AVU_OUT);
	g_assert_null(shine->arguments[3].name);
	g_assert_cmpstr(spec->actions[1].name, ==, "Off");
	g_assert_null(spec->actions[1].arguments[0].name);
	g_assert_null(spec->actions[2].name);
}

static void
test_variables(void)
{
	static const struct {
		const char *variable;
		const char *value;
		bool good;
		const char *why;
	} rows[] = {
		{ "Level", "90", true, "the highest" },
		{ "Level", "91", false, "one above" },
		{ "Level", "4", false, "below the lowest" },
		{ "Level", "x", false, "no number" },
		{ "Colour", "green", true, "in the list" },
		{ "Colour", "blue", false, "not in the list" },
		{ "Heat", "3.14", true, "a type that is text to us" },
	};
	g_autoptr(AvuScpd) scpd = read_text(lamp);
	const AvuServiceSpec *spec = avu_scpd_get_spec(scpd);
	const AvuActionSpec *shine = avu_service_find_action(spec, "Shine");

	for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
		const AvuVariableSpec *variable = avu_service_find_variable(spec, rows[i].variable);

		g_test_message("%s %s: %s", rows[i].variable, rows[i].value, rows[i].why);
		g_assert_nonnull(variable);
		g_assert_cmpint(
			avu_variable_check(variable, "X", rows[i].value, NULL), ==, rows[i].good);
	}
	g_assert_cmpstr(avu_service_find_variable(spec, "Level")->fallback, ==, "10");
	/* a variable that is not there: any text goes */
	const AvuVariableSpec *any = avu_service_find_variable(spec, shine->arguments[1].variable);

	g_assert_true(avu_variable_check(any, "Note", "whatever", NULL));
}

static void
test_error_texts(void)
{
	g_autoptr(AvuScpd) scpd = avu_scpd_read(
		"urn:schemas-upnp-org:service:AVTransport:1", lamp, strlen(lamp), NULL);

	g_assert_cmpstr(avu_service_error_text(avu_scpd_get_spec(scpd), 714), ==,
		avu_service_error_text(&avu_service_av_transport, 714));
}

static void
test_wrong(void)
{
	static const char *const texts[] = {
		"",
		"<scpd>",
		"<scpd/>",
		"<scpd><actionList><action/></actionList></scpd>",
		"<html><body>404</body></html>",
	};

	for (size_t i = 0; i < G_N_ELEMENTS(texts); i++) {
		g_autoptr(GError) error = NULL;

		g_test_message("%s", texts[i]);
		g_assert_null(avu_scpd_read(TYPE, texts[i], strlen(texts[i]), &error));
		g_assert_error(error, AVU_ERROR, AVU_ERROR_SYNTAX);
	}
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/scpd-reader/actions", test_actions);
	g_test_add_func("/scpd-reader/variables", test_variables);
	g_test_add_func("/scpd-reader/error-texts", test_error_texts);
	g_test_add_func("/scpd-reader/wrong", test_wrong);
	return g_test_run();
}
