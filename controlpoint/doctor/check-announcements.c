/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* doctor: whether what devices announce can be reached, and whether they announce themselves in time. How
 * often they do is known to the daemon, which listens all the time; else it is listened to for as long
 * as was asked for. Main thread. */
#include <string.h>

#include <av-upnp/clock.h>

#include "doctor/doctor.h"
#include "doctor/ssdp-probe.h"
#include "queue/client.h"

#define SHORTEST_AGE_S 60 /* shorter ones vanish between two announcements */
/* Without being asked to; devices that give more time than that are not judged then. */
#define LISTEN_NS (5 * AVU_NS_PER_S)

typedef struct {
	const SsdpAnswer *answer; /* the first of this device */
	AnnouncedSpan span;
	AnnouncedVerdict verdict;
	bool by_daemon;
} Judged;

typedef struct {
	GArray *devices; /* Judged */
	Announced *announced;
} Listening;

static const AvuInterface *
list_interfaces(const Doctor *doctor, size_t *ret_n)
{
	AvuInterfaceWatch *watch = session_open_interfaces(doctor->session, NULL);

	*ret_n = 0;
	return watch != NULL ? avu_interface_watch_list(watch, ret_n) : NULL;
}

static bool
is_reachable(const Doctor *doctor, const AvuAddress *host)
{
	AvuInterfaceWatch *watch = session_open_interfaces(doctor->session, NULL);

	return (host->family == AF_INET6 && avu_address_class(host) == AVU_ADDRESS_LINK_LOCAL) ||
	       (watch != NULL && avu_interface_watch_find(watch, host) != NULL);
}

typedef enum { PLACE_GOOD, PLACE_NONE, PLACE_FAR } Place;

/* Is its description where it can be had? */
static Place
place_of(const Doctor *doctor, const SsdpAnswer *answer)
{
	/* strangers name no zone: where there is one, it is ours */
	g_autoptr(AvuUrl) url = answer->url != NULL ? avu_url_parse_own(answer->url, NULL) : NULL;
	AvuAddress host;

	if (url == NULL || !avu_address_parse(avu_url_get_host(url), &host)) {
		return PLACE_NONE;
	}
	return is_reachable(doctor, &host) ? PLACE_GOOD : PLACE_FAR;
}

static Verdict
report_place(Doctor *doctor, const SsdpAnswer *answer, Place place)
{
	g_autofree char *source = avu_address_format(&answer->source);

	if (place == PLACE_NONE) {
		doctor_prove(doctor, "LOCATION: %s", answer->location);
		doctor_advise(doctor, "restart the device; no control point can use that address");
		return doctor_fail(doctor, DOCTOR_DESCRIPTION,
			"%s announces a description where none can be: no URL with an address",
			source);
	}
	doctor_prove(doctor, "%s answered on %s with LOCATION: %s", source, answer->interface,
		answer->location);
	doctor_advise(doctor, "the device takes another of its networks (VPN, container) "
			      "for this one: name the interface in its settings");
	return doctor_fail(doctor, DOCTOR_DESCRIPTION,
		"%s announces itself in a network that cannot be reached from here", source);
}

/* Over IPv6 a device may say several addresses, of which some are for others. */
static bool
answers_elsewhere(const Doctor *doctor, const SsdpAnswer *answer)
{
	for (guint i = 0; answer->source.family == AF_INET6 && i < doctor->answers->len; i++) {
		const SsdpAnswer *other = doctor->answers->pdata[i];

		if (ssdp_answer_is_same_device(answer, other) &&
			place_of(doctor, other) == PLACE_GOOD) {
			return true;
		}
	}
	return false;
}

/* Intervals */

static bool
is_judged(const GArray *devices, const SsdpAnswer *answer)
{
	for (guint i = 0; i < devices->len; i++) {
		if (ssdp_answer_is_same_device(g_array_index(devices, Judged, i).answer, answer)) {
			return true;
		}
	}
	return false;
}

/* Each device once, with what the daemon knows of it. */
static GArray *
ask_daemon(const Doctor *doctor)
{
	GArray *devices = g_array_new(false, false, sizeof(Judged));
	bool runs = true;

	for (guint i = 0; i < doctor->answers->len; i++) {
		Judged device = { .answer = doctor->answers->pdata[i] };

		if (device.answer->max_age_s <= 0 || is_judged(devices, device.answer)) {
			continue;
		}
		runs = runs && queue_daemon_heard(device.answer->usn, &device.span);
		if (runs) {
			device.verdict = announced_judge(&device.span, device.answer->max_age_s);
			device.by_daemon = true;
		}
		g_array_append_val(devices, device);
	}
	return devices;
}

/* Is all decided that listening can decide? */
static bool
judge_all(void *data)
{
	Listening *listening = data;
	bool all = true;

	for (guint i = 0; i < listening->devices->len; i++) {
		Judged *device = &g_array_index(listening->devices, Judged, i);

		if (device->verdict == ANNOUNCED_UNKNOWN) {
			device->span = announced_get(
				listening->announced, device->answer->usn, avu_now_ns());
			device->verdict = announced_judge(&device->span, device->answer->max_age_s);
			device->by_daemon = false;
		}
		all = all && device->verdict != ANNOUNCED_UNKNOWN;
	}
	return all;
}

/* Could listening for so long decide anything? */
static bool
is_worth_it(const GArray *devices, int64_t listen_ns)
{
	for (guint i = 0; i < devices->len; i++) {
		const Judged *device = &g_array_index(devices, Judged, i);

		if (device->verdict == ANNOUNCED_UNKNOWN &&
			device->answer->max_age_s * AVU_NS_PER_S / 2 <= listen_ns) {
			return true;
		}
	}
	return false;
}

/* @return Judged of each device; g_array_unref() it */
static GArray *
judge(const Doctor *doctor)
{
	g_autoptr(Announced) announced = announced_new();
	Listening listening = { ask_daemon(doctor), announced };
	const int64_t listen_ns = MAX(doctor->listen_ns, LISTEN_NS);
	size_t n;
	const AvuInterface *interfaces = list_interfaces(doctor, &n);

	for (guint i = 0; i < listening.devices->len; i++) {
		announced_expect(announced, g_array_index(listening.devices, Judged, i).answer->usn,
			avu_now_ns());
	}
	if (is_worth_it(listening.devices, listen_ns)) {
		/* whether the group can be joined was told by another check */
		(void)ssdp_probe_listen(interfaces, n, announced, avu_now_ns() + listen_ns,
			judge_all, &listening, NULL);
	}
	return listening.devices;
}

static Verdict
report_late(Doctor *doctor, const Judged *device)
{
	const SsdpAnswer *answer = device->answer;
	g_autofree char *source = avu_address_format(&answer->source);

	doctor_prove(doctor,
		"%s says it is there for %" G_GINT64_FORMAT
		" s, but did not announce itself again within half of that: %s heard nothing of it "
		"for %" G_GINT64_FORMAT " s",
		source, answer->max_age_s, device->by_daemon ? "the daemon" : "this examination",
		device->span.silence_ns / AVU_NS_PER_S);
	doctor_advise(doctor,
		"set the device's announcement interval below half of that time; where it is, "
		"announcements get lost on the way: see \"IGMP snooping\" of switches and "
		"\"multicast enhancement\" of access points");
	return doctor_warn(
		doctor, "%s does not announce itself in time; it may come and go in lists", source);
}

static Verdict
report_short(Doctor *doctor, const SsdpAnswer *answer)
{
	g_autofree char *source = avu_address_format(&answer->source);

	doctor_advise(doctor, "set the device's announcement interval to the usual 1800 s");
	return doctor_warn(doctor,
		"%s wants to be forgotten after %" G_GINT64_FORMAT
		" s; it may come and go in lists",
		source, answer->max_age_s);
}

static Verdict
report_intervals(Doctor *doctor, const GArray *devices)
{
	const SsdpAnswer *brief = NULL;
	guint n_unknown = 0;
	int64_t longest_s = 0;

	for (guint i = 0; i < devices->len; i++) {
		const Judged *device = &g_array_index(devices, Judged, i);

		if (device->verdict == ANNOUNCED_LATE) {
			return report_late(doctor, device); /* one is enough to be told of */
		}
		if (device->verdict == ANNOUNCED_UNKNOWN) {
			n_unknown++;
			longest_s = MAX(longest_s, device->answer->max_age_s);
		}
		if (brief == NULL && device->answer->max_age_s < SHORTEST_AGE_S) {
			brief = device->answer;
		}
	}
	if (brief != NULL) {
		return report_short(doctor, brief);
	}
	if (n_unknown == 0) {
		return doctor_ok(doctor, "every answer points to an address that can be reached%s",
			devices->len > 0 ? ", and devices announce themselves in time" : "");
	}
	return doctor_ok(doctor,
		"every answer points to an address that can be reached (whether %u of %u devices "
		"announce themselves in time was not judged: that takes --listen %" G_GINT64_FORMAT
		", or a daemon that has run for so many seconds)",
		n_unknown, devices->len, longest_s / 2 + 1);
}

Verdict
check_announcements(Doctor *doctor)
{
	for (guint i = 0; i < doctor->answers->len; i++) {
		const SsdpAnswer *answer = doctor->answers->pdata[i];
		const Place place = place_of(doctor, answer);

		if (place != PLACE_GOOD && !answers_elsewhere(doctor, answer)) {
			return report_place(doctor, answer, place);
		}
	}
	g_autoptr(GArray) devices = judge(doctor);

	return report_intervals(doctor, devices);
}
