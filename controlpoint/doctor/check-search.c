/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* doctor: who answers a search, and whether they describe themselves. Main thread. */
#include <string.h>

#include <av-upnp/error.h>
#include <av-upnp/limits.h>

#include "address/device-name.h"
#include "address/finder.h"
#include "doctor/doctor.h"
#include "fetch.h"
#include "doctor/ssdp-probe.h"

typedef struct {
	unsigned n_probed, n_answers, n_on_wire;
	bool sees_wire;
	const char *filtered; /* interface whose answers never arrived */
	uint16_t port;
} Searched;

static bool
search_all(Doctor *doctor, const AvuInterface *interfaces, size_t n, Searched *ret, GError **error)
{
	*ret = (Searched){ .sees_wire = true };
	for (size_t i = 0; i < n; i++) {
		SsdpProbe probe;

		if (!doctor_can_probe(&interfaces[i])) {
			continue;
		}
		ret->n_probed++;
		if (!ssdp_probe_search(&interfaces[i], NULL, doctor->answers, &probe, error)) {
			return false;
		}
		ret->n_answers += probe.n_answers;
		ret->n_on_wire += probe.n_on_wire;
		ret->sees_wire = ret->sees_wire && probe.sees_wire;
		if (probe.n_answers == 0 && probe.n_on_wire > 0) {
			ret->filtered = interfaces[i].name;
			ret->port = probe.port;
		}
	}
	return true;
}

/* Does the device of that address answer when it is asked itself? */
static bool
answers_unicast(const AvuInterface *interfaces, size_t n, const AvuAddress *address)
{
	g_autoptr(GPtrArray) answers = g_ptr_array_new_with_free_func(ssdp_answer_free);
	SsdpProbe probe = { 0 };

	for (size_t i = 0; i < n; i++) {
		for (unsigned a = 0; a < interfaces[i].n_addresses; a++) {
			if (avu_prefix_contains(&interfaces[i].addresses[a], address) &&
				ssdp_probe_search(&interfaces[i], address, answers, &probe, NULL)) {
				return probe.n_answers > 0;
			}
		}
	}
	return false;
}

/* Nobody answered, though the device asked for is there. */
static Verdict
explain_lost(Doctor *doctor, const AvuInterface *interfaces, size_t n, const AvuAddress *address)
{
	if (answers_unicast(interfaces, n, address)) {
		doctor_prove(doctor, "asked by its own address it answers, asked by multicast it "
				     "does not");
		doctor_advise(doctor,
			"look at what is between: \"IGMP snooping\" of switches, \"multicast "
			"enhancement\" or \"AP isolation\" of access points, guest networks; or "
			"let in answers to searches: UDP from the local network to ports above "
			"1024");
		return doctor_fail(doctor, DOCTOR_MULTICAST,
			"multicast is lost between this host and the device, or its answers are");
	}
	doctor_prove(
		doctor, "neither a search by multicast nor one to its own address was answered");
	doctor_advise(doctor, "switch the device's media sharing (DLNA) on, let 1900/udp into it, "
			      "or go on by its description URL: -s URL or -r URL");
	return doctor_fail(doctor, DOCTOR_ABSENT, "the device does not answer searches");
}

static AvuRemoteDevice *
find_wanted(Doctor *doctor, GError **error)
{
	return finder_find(doctor->session, AVU_DEVICE_OTHER, doctor->wanted, error);
}

/* The address in the wanted word: a URL, an address, or of a device that can be reached by one of
 * them. */
static bool
wanted_address(const Doctor *doctor, AvuAddress *ret_address)
{
	g_autoptr(AvuUrl) url =
		doctor->wanted != NULL ? avu_url_parse_own(doctor->wanted, NULL) : NULL;

	return doctor->wanted != NULL &&
	       avu_address_parse(url != NULL ? avu_url_get_host(url) : doctor->wanted, ret_address);
}

static Verdict
explain_silence(Doctor *doctor, const AvuInterface *interfaces, size_t n, const Searched *searched)
{
	AvuAddress address;

	if (searched->filtered != NULL) {
		doctor_prove(doctor,
			"%u answers to port %u reached %s, none of them got past the packet filter",
			searched->n_on_wire, searched->port, searched->filtered);
		doctor_advise(doctor,
			"let in UDP from the local network to ports above 1024: answers come from "
			"the device's address to the port that asked, which a filter that only "
			"knows connections cannot match");
		return doctor_fail(doctor, DOCTOR_FIREWALL,
			"the firewall of this host drops the answers to searches");
	}
	if (wanted_address(doctor, &address) && address.family == AF_INET) {
		return explain_lost(doctor, interfaces, n, &address);
	}
	doctor_prove(doctor, "a search on every interface was sent, and nothing came back%s",
		searched->sees_wire ? ", not even to the packet filter"
				    : " (run as root to see whether a packet filter drops it)");
	doctor_advise(doctor,
		"%ssee that devices are on and in the same network, not behind a guest network or "
		"\"AP isolation\"; switches with \"IGMP snooping\" need a querier. With the "
		"address of a device, \"avcp doctor ADDRESS\" can tell more",
		doctor->contained
			? "run this container with the host's network (--network=host), as "
			  "multicast does not enter others; "
			: "");
	return doctor_fail(doctor, DOCTOR_ABSENT, "no media server or renderer answers");
}

static bool
collect_devices(Doctor *doctor, GError **error)
{
	if (doctor->wanted != NULL) {
		AvuRemoteDevice *device = find_wanted(doctor, error);

		if (device != NULL) {
			g_ptr_array_add(doctor->devices, device);
		}
		return device != NULL;
	}
	g_autoptr(GPtrArray) all = finder_list(doctor->session, AVU_DEVICE_OTHER, error);

	for (guint i = 0; all != NULL && i < all->len; i++) {
		g_ptr_array_add(doctor->devices, avu_remote_device_ref(all->pdata[i]));
	}
	return all != NULL;
}

Verdict
check_search(Doctor *doctor)
{
	AvuInterfaceWatch *watch = session_open_interfaces(doctor->session, NULL);
	size_t n = 0;
	const AvuInterface *interfaces = watch != NULL ? avu_interface_watch_list(watch, &n) : NULL;
	g_autoptr(GError) why = NULL;
	Searched searched;

	if (doctor->loopback) {
		return doctor_skip(doctor, "loopback cannot be searched");
	}
	if (!search_all(doctor, interfaces, n, &searched, &why)) {
		doctor_prove(doctor, "%s", why->message);
		doctor_advise(doctor, "let this host send to 239.255.255.250, port 1900/udp");
		return doctor_fail(doctor, DOCTOR_FIREWALL, "a search cannot be sent");
	}
	if (searched.n_probed == 0) {
		return doctor_skip(doctor, DOCTOR_NOT_PROBED);
	}
	if (searched.n_answers == 0) {
		return explain_silence(doctor, interfaces, n, &searched);
	}
	return doctor_ok(doctor, "%u answers to a search", searched.n_answers);
}

/* Descriptions */

static Verdict
explain_description(Doctor *doctor, const char *location, const GError *trouble)
{
	doctor_prove(doctor, "%s", trouble->message);
	doctor_advise(doctor, "%s",
		g_error_matches(trouble, AVU_ERROR, AVU_ERROR_SYNTAX) ||
				g_error_matches(trouble, AVU_ERROR, AVU_ERROR_LIMIT)
			? "the device sends something that is no description: update or restart it"
			: "restart the device; see whether its firewall lets in TCP to the port in "
			  "that URL");
	return doctor_fail(
		doctor, DOCTOR_DESCRIPTION, "the description at %s cannot be had", location);
}

static bool
is_known(const Doctor *doctor, const char *location)
{
	for (guint i = 0; i < doctor->devices->len; i++) {
		if (strcmp(avu_remote_device_get_location(doctor->devices->pdata[i]), location) ==
			0) {
			return true;
		}
	}
	return false;
}

/* Why the description there is not among those known; asks once more when it is still under way.
 * @return NULL: nothing wrong with it. g_error_free() it */
static GError *
find_trouble(Doctor *doctor, const char *location)
{
	const GError *known = session_find_trouble(doctor->session, location);
	g_auto(Fetched) fetched = { 0 };
	GError *trouble = NULL;

	if (known != NULL) {
		return g_error_copy(known);
	}
	if (fetch_and_wait(
		    doctor->session, location, NULL, AVU_LIMIT_DESCRIPTION, &fetched, &trouble) &&
		fetched.status != 200) {
		g_set_error(
			&trouble, AVU_ERROR, AVU_ERROR_NOT_FOUND, "HTTP status %u", fetched.status);
	}
	return trouble;
}

Verdict
check_descriptions(Doctor *doctor)
{
	g_autoptr(GError) why = NULL;
	const bool found = collect_devices(doctor, &why);

	for (guint i = 0; doctor->wanted == NULL && i < doctor->answers->len; i++) {
		const SsdpAnswer *answer = doctor->answers->pdata[i];
		const char *location = answer->url != NULL ? answer->url : answer->location;
		g_autoptr(GError) trouble =
			is_known(doctor, location) ? NULL : find_trouble(doctor, location);

		if (trouble != NULL) {
			return explain_description(doctor, location, trouble);
		}
	}
	if (!found) {
		AvuAddress address;
		const bool refused = !g_error_matches(why, AVU_ERROR, AVU_ERROR_NOT_FOUND) &&
				     !g_error_matches(why, AVU_ERROR, AVU_ERROR_AMBIGUOUS);

		if (refused && wanted_address(doctor, &address)) {
			return explain_description(doctor, doctor->wanted, why);
		}
		doctor_prove(doctor, "%s", why->message);
		doctor_advise(doctor, "\"avcp devices\" lists who answers");
		return doctor_fail(doctor, DOCTOR_ABSENT,
			"the device asked for is not among those that answer");
	}
	if (doctor->devices->len == 0) {
		doctor_prove(doctor,
			"%u answers, none of a device that has the services of a "
			"server or a renderer",
			doctor->answers->len);
		doctor_advise(doctor, "see whether media sharing (DLNA) is switched on");
		return doctor_fail(
			doctor, DOCTOR_ABSENT, "nobody who answers is a media server or renderer");
	}
	return doctor_ok(doctor, "%u devices describe themselves", doctor->devices->len);
}
