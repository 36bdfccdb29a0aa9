/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* doctor: what devices say of their services, their clocks, and whether their events come. Main
 * thread. */
#include <string.h>

#include <av-upnp/clock.h>
#include <av-upnp/error.h>
#include <av-upnp/limits.h>
#include <av-upnp/xml-reader.h>

#include "doctor/doctor.h"
#include "fetch.h"
#include "event-server.h"

#define CLOCK_APART_S (24 * 3600)
#define EVENT_NS (3 * AVU_NS_PER_S)

/* Services */

static bool
has_action(const AvuXmlElement *root, const char *name)
{
	const AvuXmlElement *list = avu_xml_find_child(root, "actionList");

	for (const AvuXmlElement *action = list != NULL ? avu_xml_find_child(list, "action") : NULL;
		action != NULL; action = avu_xml_find_next(action, "action")) {
		const char *text = avu_xml_get_child_text(action, "name");

		if (text != NULL && strcmp(text, name) == 0) {
			return true;
		}
	}
	return false;
}

static const char *
find_missing_action(const AvuServiceDescription *service, const AvuXmlElement *root)
{
	for (const AvuActionSpec *action = service->spec->actions; action->name != NULL; action++) {
		if (action->required && action->since <= 1 && !has_action(root, action->name)) {
			return action->name;
		}
	}
	return NULL;
}

static Verdict
check_scpd(Doctor *doctor, const AvuRemoteDevice *device, const AvuServiceDescription *service)
{
	const char *name = avu_remote_device_get_name(device);
	const char *url = avu_url_get_text(service->scpd_url);
	g_auto(Fetched) fetched = { 0 };
	g_autoptr(GError) why = NULL;
	g_autoptr(AvuXmlDocument) document = NULL;

	if (fetch_and_wait(doctor->session, url, NULL, AVU_LIMIT_SCPD, &fetched, &why) &&
		fetched.status == 200) {
		size_t len;
		const char *text = g_bytes_get_data(fetched.body, &len);

		document = avu_xml_parse(&avu_xml_kind_scpd, text, len, &why);
	}
	if (document == NULL) {
		doctor_prove(doctor, "%s: %s", url, why != NULL ? why->message : "not found");
		doctor_advise(doctor, "update the device; control points that read descriptions of "
				      "services first will not use it");
		return doctor_warn(
			doctor, "\"%s\" does not describe its %s", name, service->spec->name);
	}
	const char *missing = find_missing_action(service, avu_xml_get_root(document));

	if (missing != NULL) {
		doctor_prove(doctor, "%s has no %s", url, missing);
		doctor_advise(
			doctor, "update the device; what needs that action will not work with it");
		return doctor_warn(doctor, "\"%s\" lacks %s, which every %s has", name, missing,
			service->spec->name);
	}
	return VERDICT_OK;
}

Verdict
check_services(Doctor *doctor)
{
	Verdict worst = VERDICT_OK;

	for (guint i = 0; i < doctor->devices->len; i++) {
		const AvuRemoteDevice *device = doctor->devices->pdata[i];
		const GPtrArray *services = avu_remote_device_get_description(device)->services;

		for (guint s = 0; s < services->len && worst == VERDICT_OK; s++) {
			const AvuServiceDescription *service = services->pdata[s];

			if (service->spec != NULL && service->scpd_url != NULL) {
				worst = check_scpd(doctor, device, service);
			}
		}
	}
	return worst == VERDICT_OK
		       ? doctor_ok(doctor, "services are described and have what they must")
		       : worst;
}

/* Clock */

/* "Sat, 21 Nov 2026 13:26:50 GMT", the only form in use. */
static bool
parse_date(const char *text, int64_t *ret_s)
{
	static const char *const months[] = { "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul",
		"Aug", "Sep", "Oct", "Nov", "Dec" };
	const char *comma = strchr(text, ',');
	g_auto(GStrv) words = g_strsplit_set(comma != NULL ? comma + 1 : "", " :", -1);

	if (g_strv_length(words) < 7) {
		return false;
	}
	for (int month = 0; month < 12; month++) {
		if (strcmp(words[2], months[month]) == 0) {
			g_autoptr(GDateTime) date = g_date_time_new_utc(atoi(words[3]), month + 1,
				atoi(words[1]), atoi(words[4]), atoi(words[5]), atoi(words[6]));

			*ret_s = date != NULL ? g_date_time_to_unix(date) : 0;
			return date != NULL;
		}
	}
	return false;
}

Verdict
check_clock(Doctor *doctor)
{
	unsigned n_told = 0;

	for (guint i = 0; i < doctor->devices->len; i++) {
		const AvuRemoteDevice *device = doctor->devices->pdata[i];
		g_auto(Fetched) fetched = { 0 };
		int64_t date_s;

		if (!fetch_and_wait(doctor->session, avu_remote_device_get_location(device), NULL,
			    AVU_LIMIT_DESCRIPTION, &fetched, NULL)) {
			continue;
		}
		const char *date = g_hash_table_lookup(fetched.headers, "date");
		const int64_t now_s = avu_wall_ns() / AVU_NS_PER_S;

		if (date == NULL || !parse_date(date, &date_s)) {
			continue;
		}
		n_told++;
		if (ABS(now_s - date_s) > CLOCK_APART_S) {
			doctor_prove(doctor, "it says it is %s", date);
			doctor_advise(doctor, "set the clock of the device, or of this host");
			return doctor_warn(doctor,
				"the clocks of \"%s\" and of this host are more than a day apart; "
				"dates of new items will be wrong",
				avu_remote_device_get_name(device));
		}
	}
	return n_told > 0 ? doctor_ok(doctor, "clocks agree")
			  : doctor_skip(doctor, "no device tells the time");
}

/* Events */

typedef struct {
	unsigned n_subscribed;
	unsigned n_events;
	GError *refused;
} Listening;

static void
on_event(uint32_t seq, const char *const *names, const char *const *values, void *user_data)
{
	Listening *listening = user_data;

	(void)seq, (void)names, (void)values;
	listening->n_events++;
}

static void
on_lost(const GError *error, void *user_data)
{
	Listening *listening = user_data;

	g_clear_error(&listening->refused);
	listening->refused = g_error_copy(error);
}

static bool
is_settled(void *data)
{
	const Listening *listening = data;

	return listening->n_events > 0 || listening->refused != NULL;
}

/* The first service of ours that has events. */
static const AvuServiceDescription *
find_evented(const AvuRemoteDevice *device)
{
	const GPtrArray *services = avu_remote_device_get_description(device)->services;

	for (guint i = 0; i < services->len; i++) {
		const AvuServiceDescription *service = services->pdata[i];

		if (service->spec != NULL && service->event_url != NULL) {
			return service;
		}
	}
	return NULL;
}

static Verdict
judge(Doctor *doctor, const AvuRemoteDevice *device, const AvuServiceDescription *service,
	const Listening *listening)
{
	const char *name = avu_remote_device_get_name(device);

	if (listening->n_events > 0) {
		return VERDICT_OK;
	}
	if (listening->refused != NULL) {
		doctor_prove(doctor, "%s", listening->refused->message);
		doctor_advise(doctor, "control points that poll work with it; restart the device");
		return doctor_warn(doctor, "\"%s\" takes no subscription to the events of %s", name,
			service->spec->name);
	}
	doctor_prove(doctor,
		"\"%s\" took a subscription to %s, but its first event did not arrive within 3 s",
		name, service->spec->name);
	doctor_advise(doctor, "let in TCP from the local network to ports above 1024, or from the "
			      "device's address");
	return doctor_fail(doctor, DOCTOR_EVENTS,
		"events of \"%s\" do not reach this host: a firewall here drops its connections",
		name);
}

static Verdict
listen_to(Doctor *doctor, EventServer *server, const AvuRemoteDevice *device)
{
	static const AvuSubscriptionHandler handler = { on_event, on_lost };
	const AvuServiceDescription *service = find_evented(device);
	Listening listening = { 0 };

	if (service == NULL) {
		return VERDICT_OK;
	}
	AvuSubscription *subscription = avu_subscribe(event_server_get_subscriber(server),
		avu_url_get_text(service->event_url), &handler, &listening);

	(void)session_wait(doctor->session, avu_now_ns() + EVENT_NS, is_settled, &listening);
	avu_subscription_free(subscription);
	const Verdict verdict = judge(doctor, device, service, &listening);

	g_clear_error(&listening.refused);
	return verdict;
}

Verdict
check_events(Doctor *doctor)
{
	g_autoptr(GError) why = NULL;
	g_autoptr(EventServer) server = event_server_new(doctor->session,
		(AvuRemoteDevice *const *)doctor->devices->pdata, doctor->devices->len, &why);
	Verdict worst = VERDICT_OK;

	if (server == NULL) {
		doctor_prove(doctor, "%s", why->message);
		doctor_advise(doctor, "end programs that hold very many ports or files open");
		return doctor_fail(doctor, DOCTOR_HOST, "this host cannot listen for events");
	}
	for (guint i = 0; i < doctor->devices->len && worst != VERDICT_FAILED; i++) {
		worst = MAX(worst, listen_to(doctor, server, doctor->devices->pdata[i]));
	}
	return worst == VERDICT_OK ? doctor_ok(doctor, "events arrive") : worst;
}
