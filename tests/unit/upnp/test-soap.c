/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* SOAP as control points and devices send it, right and wrong. */
#include <string.h>

#include <av-upnp/error.h>
#include <av-upnp/soap.h>

#define ENVELOPE "http://schemas.xmlsoap.org/soap/envelope/"
#define TYPE "urn:schemas-upnp-org:service:AVTransport:1"

static const struct {
	const char *text;
	int code; /* 0: action Play with InstanceID 0 and Speed 1; else AVU_UPNP_ERROR or, negative,
		     -1 - AVU_ERROR */
	const char *why;
} requests[] = {
	{ "<?xml version=\"1.0\"?><s:Envelope xmlns:s=\"" ENVELOPE
	  "\" s:encodingStyle=\"http://schemas.xmlsoap.org/soap/encoding/\"><s:Body><u:Play "
	  "xmlns:u=\"" TYPE
	  "\"><InstanceID>0</InstanceID><Speed>1</Speed></u:Play></s:Body></s:Envelope>",
		0, "as printed" },
	{ "<SOAP-ENV:Envelope xmlns:SOAP-ENV=\"" ENVELOPE
	  "\"><SOAP-ENV:Body><m:Play xmlns:m=\"" TYPE
	  "\"><InstanceID>0</InstanceID><Speed>1</Speed></m:Play></SOAP-ENV:Body></"
	  "SOAP-ENV:Envelope>",
		0, "other prefixes, no encodingStyle" },
	{ "<Envelope xmlns=\"" ENVELOPE "\"><Body><Play xmlns=\"" TYPE
	  "\"><InstanceID>0</InstanceID><Speed>1</Speed></Play></Body></Envelope>",
		0, "default namespaces" },
	{ "<s:Envelope xmlns:s=\"" ENVELOPE
	  "\">\r\n <s:Header><a b='c'/></s:Header>\r\n <s:Body>\r\n"
	  "  <u:Play xmlns:u=\"" TYPE "\" xmlns:dt='urn:x'>\r\n"
	  "   <InstanceID dt:dt='ui4'>0</InstanceID><!-- c --><Speed>1</Speed>\r\n"
	  "  </u:Play>\r\n </s:Body>\r\n</s:Envelope>\r\n",
		0, "header, white space, typed arguments, comment" },
	{ "<s:Envelope xmlns:s=\"urn:other\"><s:Body><u:Play xmlns:u=\"" TYPE
	  "\"/></s:Body></s:Envelope>",
		401, "namespace of the envelope" },
	{ "<s:Envelope xmlns:s=\"http://www.w3.org/2003/05/soap-envelope\"><s:Body><u:Play "
	  "xmlns:u=\"" TYPE "\"/></s:Body></s:Envelope>",
		401, "SOAP 1.2" },
	{ "<s:Envelope xmlns:s=\"" ENVELOPE "\"><s:Body/></s:Envelope>", 401, "no action" },
	{ "<s:Envelope xmlns:s=\"" ENVELOPE "\"/>", 401, "no body" },
	{ "<s:Envelope xmlns:s=\"" ENVELOPE "\"><s:Body><u:Play xmlns:u=\"" TYPE
	  "\"/><u:Stop xmlns:u=\"" TYPE "\"/></s:Body></s:Envelope>",
		401, "two actions" },
	{ "<a/>", 401, "other XML" },
	{ "", -1 - AVU_ERROR_SYNTAX, "empty" },
	{ "<s:Envelope", -1 - AVU_ERROR_SYNTAX, "cut" },
	{ "<!DOCTYPE a [<!ENTITY e SYSTEM 'file:///etc/passwd'>]><s:Envelope xmlns:s=\"" ENVELOPE
	  "\"><s:Body><u:Play xmlns:u=\"" TYPE
	  "\"><InstanceID>&e;</InstanceID></u:Play></s:Body></s:Envelope>",
		-1 - AVU_ERROR_SYNTAX, "external entity" },
};

static void
test_requests(void)
{
	for (size_t i = 0; i < G_N_ELEMENTS(requests); i++) {
		g_autoptr(GError) error = NULL;
		g_autoptr(AvuSoapMessage) message =
			avu_soap_parse_request(requests[i].text, strlen(requests[i].text), &error);

		g_test_message("%s", requests[i].why);
		if (requests[i].code == 0) {
			g_assert_no_error(error);
			g_assert_cmpstr(message->service_type, ==, TYPE);
			g_assert_cmpstr(message->action, ==, "Play");
			g_assert_cmpuint(message->arguments->len, ==, 2);
			g_assert_cmpstr(avu_soap_find_argument(message, "InstanceID"), ==, "0");
			g_assert_cmpstr(avu_soap_find_argument(message, "Speed"), ==, "1");
			g_assert_null(avu_soap_find_argument(message, "Target"));
		} else if (requests[i].code > 0) {
			g_assert_error(error, AVU_UPNP_ERROR, requests[i].code);
		} else {
			g_assert_error(error, AVU_ERROR, -1 - requests[i].code);
		}
	}
}

static void
test_huge(void)
{
	g_autofree char *filler = g_strnfill(300 * 1024, 'x');
	g_autofree char *text = g_strconcat("<s:Envelope xmlns:s=\"" ENVELOPE
					    "\"><s:Body><u:Play xmlns:u=\"" TYPE "\"><Speed>",
		filler, "</Speed></u:Play></s:Body></s:Envelope>", NULL);
	g_autoptr(GError) error = NULL;
	g_autoptr(AvuSoapMessage) message = avu_soap_parse_request(text, strlen(text), &error);

	g_assert_null(message);
	g_assert_error(error, AVU_ERROR, AVU_ERROR_LIMIT);
}

static void
test_empty_elements(void)
{
	static const char text[] = "<s:Envelope xmlns:s=\"" ENVELOPE
				   "\"><s:Body><u:Browse xmlns:u=\"urn:x\"><Filter/><SortCriteria>"
				   "</SortCriteria><Result>&lt;a&gt;</Result></u:Browse></s:Body>"
				   "</s:Envelope>";
	g_autoptr(AvuSoapMessage) message = avu_soap_parse_request(text, strlen(text), NULL);

	g_assert_cmpstr(avu_soap_find_argument(message, "Filter"), ==, "");
	g_assert_cmpstr(avu_soap_find_argument(message, "SortCriteria"), ==, "");
	g_assert_cmpstr(avu_soap_find_argument(message, "Result"), ==, "<a>");
}

static const struct {
	const char *body; /* inside the envelope's body */
	const char *action;
	int fault; /* -1: refused */
	const char *why;
} answers[] = {
	{ "<u:StopResponse xmlns:u=\"" TYPE "\"/>", "Stop", 0, "as printed" },
	{ "<StopResponse/>", "Stop", 0, "no namespace" },
	{ "<u:StopResponse xmlns:u=\"urn:upnp-org:serviceId:AVTransport\"/>", "Stop", 0,
		"service id for type" },
	{ "<s:Fault><faultcode>s:Client</faultcode><faultstring>UPnPError</faultstring><detail>"
	  "<UPnPError xmlns=\"urn:schemas-upnp-org:control-1-0\"><errorCode>718</errorCode>"
	  "<errorDescription>Invalid InstanceID</errorDescription></UPnPError></detail></s:Fault>",
		"", 718, "fault as printed" },
	{ "<s:Fault><detail><UPnPError><errorCode> "
	  "701\n</errorCode></UPnPError></detail></s:Fault>",
		"", 701, "fault with white space" },
	{ "<s:Fault><faultstring>broken</faultstring></s:Fault>", "", 501, "no UPnPError" },
	{ "<s:Fault><detail><UPnPError><errorCode>x</errorCode></UPnPError></detail></s:Fault>", "",
		501, "code is no number" },
	{ "<s:Fault><detail><UPnPError><errorCode>-5</errorCode></UPnPError></detail></s:Fault>",
		"", 501, "negative code" },
	{ "<s:Fault><detail><UPnPError><errorCode>0</errorCode></UPnPError></detail></s:Fault>", "",
		501, "code 0 would read as success" },
	{ "<u:Stop xmlns:u=\"" TYPE "\"/>", NULL, -1, "request for answer" },
	{ "", NULL, -1, "empty body" },
};

static void
test_answers(void)
{
	for (size_t i = 0; i < G_N_ELEMENTS(answers); i++) {
		g_autofree char *text = g_strconcat("<s:Envelope xmlns:s=\"" ENVELOPE "\"><s:Body>",
			answers[i].body, "</s:Body></s:Envelope>", NULL);
		g_autoptr(GError) error = NULL;
		g_autoptr(AvuSoapMessage) message =
			avu_soap_parse_answer(text, strlen(text), &error);

		g_test_message("%s", answers[i].why);
		if (answers[i].fault < 0) {
			g_assert_error(error, AVU_ERROR, AVU_ERROR_SYNTAX);
			continue;
		}
		g_assert_no_error(error);
		g_assert_cmpstr(message->action, ==, answers[i].action);
		g_assert_cmpint(message->fault_code, ==, answers[i].fault);
	}
}

static void
test_write(void)
{
	static const char *const names[] = { "InstanceID", "CurrentURI", "CurrentURIMetaData",
		NULL };
	static const char *const values[] = { "0", "http://a/?x&y", NULL };
	g_autofree char *text = avu_soap_write_request(TYPE, "SetAVTransportURI", names, values);
	g_autoptr(GBytes) fault = avu_soap_write_fault(402, "Invalid Args");

	g_assert_cmpstr(text, ==,
		"<?xml version=\"1.0\" encoding=\"utf-8\"?><s:Envelope xmlns:s=\"" ENVELOPE
		"\" s:encodingStyle=\"http://schemas.xmlsoap.org/soap/encoding/\"><s:Body>"
		"<u:SetAVTransportURI xmlns:u=\"" TYPE "\"><InstanceID>0</InstanceID>"
		"<CurrentURI>http://a/?x&amp;y</CurrentURI><CurrentURIMetaData/>"
		"</u:SetAVTransportURI></s:Body></s:Envelope>");
	static const char expected[] =
		"<?xml version=\"1.0\" encoding=\"utf-8\"?><s:Envelope xmlns:s=\"" ENVELOPE
		"\" s:encodingStyle=\"http://schemas.xmlsoap.org/soap/encoding/\"><s:Body><s:Fault>"
		"<faultcode>s:Client</faultcode><faultstring>UPnPError</faultstring><detail>"
		"<UPnPError xmlns=\"urn:schemas-upnp-org:control-1-0\"><errorCode>402</errorCode>"
		"<errorDescription>Invalid Args</errorDescription></UPnPError></detail></s:Fault>"
		"</s:Body></s:Envelope>";

	g_assert_cmpmem(
		g_bytes_get_data(fault, NULL), g_bytes_get_size(fault), expected, strlen(expected));
}

static const struct {
	const char *value;
	bool good;
	const char *why;
} headers[] = {
	{ "\"" TYPE "#Play\"", true, "as printed" },
	{ TYPE "#Play", true, "without quotes" },
	{ "  \"" TYPE "#Play\" ", true, "blanks around" },
	{ "\"" TYPE "#Play", false, "one quote" },
	{ TYPE "#Play\"", false, "the other quote" },
	{ "\"" TYPE "\"", false, "no action" },
	{ "\"" TYPE "#\"", false, "empty action" },
	{ "\"#Play\"", false, "empty type" },
	{ "", false, "empty" },
	{ "\"", false, "a quote" },
	{ "\"\"", false, "nothing in quotes" },
};

static void
test_header(void)
{
	for (size_t i = 0; i < G_N_ELEMENTS(headers); i++) {
		g_autofree char *type = NULL;
		g_autofree char *action = NULL;
		bool good = avu_soap_parse_action_header(headers[i].value, &type, &action);

		g_test_message("%s", headers[i].why);
		g_assert_cmpint(good, ==, headers[i].good);
		if (good) {
			g_assert_cmpstr(type, ==, TYPE);
			g_assert_cmpstr(action, ==, "Play");
		}
	}
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/upnp/soap/requests", test_requests);
	g_test_add_func("/upnp/soap/huge", test_huge);
	g_test_add_func("/upnp/soap/empty-elements", test_empty_elements);
	g_test_add_func("/upnp/soap/answers", test_answers);
	g_test_add_func("/upnp/soap/write", test_write);
	g_test_add_func("/upnp/soap/header", test_header);
	return g_test_run();
}
