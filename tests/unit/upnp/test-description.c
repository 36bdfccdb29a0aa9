/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Foreign device descriptions, as printed and as found. */
#include <string.h>

#include <av-upnp/description.h>
#include <av-upnp/error.h>

#define LOCATION "http://192.0.2.1:49152/dir/desc.xml"
#define AVT "urn:schemas-upnp-org:service:AVTransport:1"
#define DEVICE(inner)                                                     \
	"<?xml version=\"1.0\"?><root "                                   \
	"xmlns=\"urn:schemas-upnp-org:device-1-0\"><specVersion><major>1" \
	"</major><minor>0</minor></specVersion>" inner "</root>"
#define HEAD                                                                                     \
	"<deviceType>urn:schemas-upnp-org:device:MediaRenderer:1</deviceType><friendlyName> TV " \
	"</friendlyName><manufacturer>M</manufacturer><modelName>N</modelName><UDN>uuid:1</UDN>"
#define SERVICE(scpd, control, event)                                                              \
	"<service><serviceType>" AVT "</serviceType><serviceId>urn:upnp-org:serviceId:AVTransport" \
	"</serviceId><SCPDURL>" scpd "</SCPDURL><controlURL>" control                              \
	"</controlURL><eventSubURL>" event "</eventSubURL></service>"

static AvuDescription *
parse(const char *text, GError **error)
{
	g_autoptr(AvuUrl) location = avu_url_parse(LOCATION, NULL);

	return avu_description_parse(location, text, strlen(text), error);
}

static const struct {
	const char *base; /* URLBase element or "" */
	const char *url;
	const char *resolved; /* NULL: dropped */
	const char *why;
} urls[] = {
	{ "", "/a/b", "http://192.0.2.1:49152/a/b", "from the root" },
	{ "", "a/b", "http://192.0.2.1:49152/dir/a/b", "from the folder of the description" },
	{ "", "http://192.0.2.1:8080/a", "http://192.0.2.1:8080/a", "other port of the host" },
	{ "", " /a \n", "http://192.0.2.1:49152/a", "white space" },
	{ "", "?x=1", "http://192.0.2.1:49152/dir/desc.xml?x=1", "query alone" },
	{ "<URLBase>http://192.0.2.1:80/base/</URLBase>", "a", "http://192.0.2.1/base/a",
		"URLBase" },
	{ "<URLBase>http://192.0.2.9/</URLBase>", "/a", "http://192.0.2.1:49152/a",
		"URLBase of another host, ignored" },
	{ "<URLBase>http://[fe80::1]/</URLBase>", "/a", "http://192.0.2.1:49152/a",
		"URLBase of the same host's other address, ignored" },
	{ "<URLBase>nonsense</URLBase>", "/a", "http://192.0.2.1:49152/a", "URLBase that is none" },
	{ "", "http://192.0.2.2/a", NULL, "other host" },
	{ "", "http://example.net/a", NULL, "web site" },
	{ "", "//192.0.2.2/a", NULL, "other host without scheme" },
	{ "", "ftp://192.0.2.1/a", NULL, "other scheme" },
	{ "", "http://u@192.0.2.1/a", NULL, "user" },
};

/* SEC-201, FLT-61: where the services of a device are is on the device; what is said to be elsewhere is not there. */
static void
test_urls(void)
{
	for (size_t i = 0; i < G_N_ELEMENTS(urls); i++) {
		/* The event URL is always good, so that the service stays. */
		g_autofree char *text = g_strdup_printf(
			"<root>%s<device>" HEAD "<serviceList><service><serviceType>" AVT
			"</serviceType><serviceId>x</serviceId><controlURL>%s</"
			"controlURL><eventSubURL>"
			"/e</eventSubURL></service></serviceList></device></root>",
			urls[i].base, urls[i].url);
		g_autoptr(GError) error = NULL;
		g_autoptr(AvuDescription) description = parse(text, &error);

		g_test_message("%s", urls[i].why);
		g_assert_no_error(error);
		const AvuDeviceDescription *device = g_ptr_array_index(description->devices, 0);
		const AvuServiceDescription *service =
			avu_device_description_find_service(device, &avu_service_av_transport);

		g_assert_nonnull(service->event_url);
		g_assert_null(service->scpd_url);
		if (urls[i].resolved == NULL) {
			g_assert_null(service->control_url);
		} else {
			g_assert_cmpstr(
				avu_url_get_text(service->control_url), ==, urls[i].resolved);
		}
	}
}

/* The same of where events are subscribed to and what describes a service, for each kind of elsewhere. */
static void
test_other_urls(void)
{
	for (size_t i = 0; i < G_N_ELEMENTS(urls); i++) {
		g_autofree char *text = g_strdup_printf(
			"<root>%s<device>" HEAD "<serviceList><service><serviceType>" AVT
			"</serviceType><serviceId>x</serviceId><SCPDURL>%s</SCPDURL><controlURL>/c"
			"</controlURL><eventSubURL>%s</eventSubURL></service></serviceList>"
			"</device></root>",
			urls[i].base, urls[i].url, urls[i].url);
		g_autoptr(AvuDescription) description = parse(text, NULL);

		g_test_message("%s", urls[i].why);
		const AvuDeviceDescription *device = g_ptr_array_index(description->devices, 0);
		const AvuServiceDescription *service =
			avu_device_description_find_service(device, &avu_service_av_transport);
		const AvuUrl *others[] = { service->scpd_url, service->event_url };

		for (size_t j = 0; j < G_N_ELEMENTS(others); j++) {
			g_assert_cmpstr(others[j] != NULL ? avu_url_get_text(others[j]) : NULL, ==,
				urls[i].resolved);
		}
	}
}

#define ICON(mime, width, depth, url)                                                    \
	"<icon><mimetype>" mime "</mimetype><width>" width "</width><height>48</height>" \
	"<depth>" depth "</depth><url>" url "</url></icon>"

/* Those that can be fetched, in the order of the device; a number that is none is not known. */
static void
test_icons(void)
{
	static const struct {
		const char *mime;
		unsigned width, depth;
		const char *url;
	} wanted[] = {
		{ "image/png", 48, 24, "http://192.0.2.1:49152/icon.png" },
		{ "image/jpeg", 120, 0, "http://192.0.2.1:49152/dir/i/2.jpg" },
		{ "", 0, 0, "http://192.0.2.1:8080/3" },
	};
	g_autoptr(AvuDescription) description = parse(
		DEVICE("<device>" HEAD "<iconList>" ICON("image/png", "48", "24", "/icon.png") ICON(
			"image/png", "48", "24", "http://192.0.2.2/icon.png") ICON("image/png",
			"48", "24", "") ICON("image/jpeg", " 120 ", "many", "i/2.jpg") ICON("",
			"-1", "", "http://192.0.2.1:8080/3") "</iconList></device>"),
		NULL);
	const AvuDeviceDescription *device = g_ptr_array_index(description->devices, 0);

	g_assert_cmpuint(device->icons->len, ==, G_N_ELEMENTS(wanted));
	for (guint i = 0; i < device->icons->len; i++) {
		const AvuIconDescription *icon = g_ptr_array_index(device->icons, i);

		g_assert_cmpstr(icon->mime, ==, wanted[i].mime);
		g_assert_cmpuint(icon->width, ==, wanted[i].width);
		g_assert_cmpuint(icon->height, ==, 48);
		g_assert_cmpuint(icon->depth, ==, wanted[i].depth);
		g_assert_cmpstr(avu_url_get_text(icon->url), ==, wanted[i].url);
	}
}

/* No more than are of use. */
static void
test_many_icons(void)
{
	g_autoptr(GString) text = g_string_new("<root><device>" HEAD "<iconList>");

	for (int i = 0; i < 100; i++) {
		g_string_append(text, ICON("image/png", "48", "24", "/icon.png"));
	}
	g_string_append(text, "</iconList></device></root>");
	g_autoptr(AvuDescription) description = parse(text->str, NULL);
	const AvuDeviceDescription *device = g_ptr_array_index(description->devices, 0);

	g_assert_cmpuint(device->icons->len, ==, 16);
}

/* UDA 1.0: a device at a link-local address cannot know the zone that the reader has for it. */
static void
test_link_local_base(void)
{
	g_autoptr(AvuUrl) location =
		avu_url_parse_own("http://[fe80::7%25eth0]:80/d/desc.xml", NULL);
	static const char text[] =
		"<root><URLBase>http://[fe80::7]:8080/base/</URLBase><device>" HEAD
		"<serviceList>" SERVICE(
			"s", "c", "http://[fe80::7]/e") "</serviceList></device></root>";
	g_autoptr(AvuDescription) description =
		avu_description_parse(location, text, strlen(text), NULL);
	const AvuDeviceDescription *device = g_ptr_array_index(description->devices, 0);
	const AvuServiceDescription *service = g_ptr_array_index(device->services, 0);

	g_assert_cmpstr(
		avu_url_get_text(service->control_url), ==, "http://[fe80::7%25eth0]:8080/base/c");
	g_assert_cmpstr(avu_url_get_text(service->event_url), ==, "http://[fe80::7%25eth0]/e");
}

static void
test_texts(void)
{
	g_autoptr(AvuDescription) description = parse(
		DEVICE("<device>" HEAD "<modelNumber>7</modelNumber>"
		       "<dlna:X_DLNADOC xmlns:dlna=\"urn:schemas-dlna-org:device-1-0\">DMR-1.50"
		       "</dlna:X_DLNADOC><serviceList>" SERVICE("/s", "/c", "/e") "</serviceList>"
										  "</device>"),
		NULL);
	const AvuDeviceDescription *device = g_ptr_array_index(description->devices, 0);
	const AvuServiceDescription *service = g_ptr_array_index(device->services, 0);

	g_assert_cmpstr(device->device_type, ==, "urn:schemas-upnp-org:device:MediaRenderer:1");
	g_assert_cmpstr(device->udn, ==, "uuid:1");
	g_assert_cmpstr(device->friendly_name, ==, "TV");
	g_assert_cmpstr(device->manufacturer, ==, "M");
	g_assert_cmpstr(device->model_name, ==, "N");
	g_assert_cmpstr(device->model_number, ==, "7");
	g_assert_cmpstr(device->dlna_doc, ==, "DMR-1.50");
	g_assert_cmpstr(service->type, ==, AVT);
	g_assert_true(service->spec == &avu_service_av_transport);
	g_assert_cmpuint(service->version, ==, 1);
	g_assert_cmpstr(avu_url_get_text(service->scpd_url), ==, "http://192.0.2.1:49152/s");
}

static void
test_embedded(void)
{
	g_autoptr(AvuDescription) description = parse(
		DEVICE("<device><deviceList>"
		       "<device><deviceType>urn:a:1</deviceType><UDN>uuid:2</UDN></device>"
		       "<device><deviceType>urn:b:1</deviceType></device>"
		       "</deviceList>" HEAD "<serviceList>"
		       "<service><serviceType>(null)</serviceType><controlURL>/c</controlURL></"
		       "service>"
		       "<service><serviceType>urn:vendor:service:X:1</serviceType>"
		       "<controlURL>/c</controlURL></service>"
		       "<service><serviceType>" AVT "</serviceType></service>"
		       "<service><serviceType>" AVT "</serviceType><serviceId>other</serviceId>"
		       "<controlURL>/1</controlURL></service>" SERVICE(
			       "/s", "/2", "") "</serviceList>"
					       "</device>"),
		NULL);
	const AvuDeviceDescription *root = g_ptr_array_index(description->devices, 0);
	const AvuDeviceDescription *inner = g_ptr_array_index(description->devices, 1);
	const AvuServiceDescription *transport =
		avu_device_description_find_service(root, &avu_service_av_transport);

	/* Without UDN: not there. */
	g_assert_cmpuint(description->devices->len, ==, 2);
	g_assert_cmpstr(root->udn, ==, "uuid:1");
	g_assert_cmpstr(inner->udn, ==, "uuid:2");
	g_assert_null(root->dlna_doc);
	g_assert_cmpuint(root->services->len, ==, 3);
	g_assert_null(((AvuServiceDescription *)g_ptr_array_index(root->services, 0))->spec);
	/* The one with the standard's id. */
	g_assert_cmpstr(avu_url_get_target(transport->control_url), ==, "/2");
	g_assert_null(transport->event_url);
	g_assert_null(avu_device_description_find_service(root, &avu_service_content_directory));
}

static const struct {
	const char *text;
	const char *why;
} refused[] = {
	{ "", "empty" },
	{ "<html><body>404</body></html>", "a web page" },
	{ "<root/>", "no device" },
	{ "<root><device/></root>", "device without anything" },
	{ "<root><device><deviceType>t</deviceType><UDN> </UDN></device></root>", "blank UDN" },
	{ "<!DOCTYPE root><root><device>" HEAD "</device></root>", "document type" },
};

static void
test_refused(void)
{
	for (size_t i = 0; i < G_N_ELEMENTS(refused); i++) {
		g_autoptr(GError) error = NULL;
		g_autoptr(AvuDescription) description = parse(refused[i].text, &error);

		g_test_message("%s", refused[i].why);
		g_assert_null(description);
		g_assert_error(error, AVU_ERROR, AVU_ERROR_SYNTAX);
		g_assert_true(g_str_has_prefix(error->message, LOCATION ": "));
	}
}

static void
test_many(void)
{
	g_autoptr(GString) text = g_string_new("<root>");
	g_autoptr(GError) error = NULL;

	for (unsigned i = 0; i < 20; i++) {
		g_string_append(text, "<device>" HEAD "<deviceList>");
	}
	for (unsigned i = 0; i < 20; i++) {
		g_string_append(text, "</deviceList></device>");
	}
	g_string_append(text, "</root>");
	g_autoptr(AvuDescription) description = parse(text->str, &error);

	g_assert_no_error(error);
	g_assert_cmpuint(description->devices->len, <=, 16);
}

static void
test_many_beside_each_other(void)
{
	g_autoptr(GString) text = g_string_new("<root><device>" HEAD "<deviceList>");
	g_autoptr(GError) error = NULL;

	for (unsigned i = 0; i < 20; i++) {
		g_string_append(text, "<device>" HEAD "</device>");
	}
	g_string_append(text, "</deviceList></device></root>");
	g_autoptr(AvuDescription) description = parse(text->str, &error);

	g_assert_no_error(error);
	g_assert_cmpuint(description->devices->len, ==, 16); /* the root and 15 of 20 */
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/upnp/description/urls", test_urls);
	g_test_add_func("/description/other-urls", test_other_urls);
	g_test_add_func("/upnp/description/link-local-base", test_link_local_base);
	g_test_add_func("/upnp/description/texts", test_texts);
	g_test_add_func("/description/icons", test_icons);
	g_test_add_func("/description/many-icons", test_many_icons);
	g_test_add_func("/upnp/description/embedded", test_embedded);
	g_test_add_func("/upnp/description/refused", test_refused);
	g_test_add_func("/upnp/description/many", test_many);
	g_test_add_func("/upnp/description/many-beside-each-other", test_many_beside_each_other);
	return g_test_run();
}
