/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* doctor: discovery over IPv6. Beside IPv4 it is in nobody's way, so that what is wrong with it is a warning
 * there; where there is nothing else, it is the cause. Main thread. */
#include "doctor/doctor.h"
#include "doctor/six-probe.h"

typedef struct {
	unsigned n_interfaces, n_answers;
	SsdpProbe lost; /* where answers came and none was let in; n_on_wire 0: nowhere */
	const char *lost_name;
	bool alone;       /* no interface has IPv4 */
	const char *name; /* of the last one */
	const char *filtered;
} Six;

/* @return NULL: all of it could be sent; else the interface where not, with error */
static const char *
try_all(const AvuInterface *interfaces, size_t n, Six *six, GPtrArray *answers, GError **error)
{
	six->alone = true;
	for (size_t i = 0; i < n; i++) {
		six->alone = six->alone && !doctor_can_probe(&interfaces[i]);
	}
	for (size_t i = 0; i < n; i++) {
		bool came = false;
		SsdpProbe probe;

		if (interfaces[i].loopback || six_probe_address(&interfaces[i]) == NULL) {
			continue;
		}
		six->n_interfaces++;
		six->name = interfaces[i].name;
		if (!six_probe_echo(&interfaces[i], &came, error) ||
			!six_probe_search(&interfaces[i], answers, &probe, error)) {
			return interfaces[i].name;
		}
		six->n_answers += probe.n_answers;
		if (probe.n_answers == 0 && probe.n_on_wire > 0) {
			six->lost = probe;
			six->lost_name = interfaces[i].name;
		}
		if (!came) {
			six->filtered = interfaces[i].name;
		}
	}
	return NULL;
}

static Verdict
blame(Doctor *doctor, const Six *six, DoctorClass cause, const char *sentence)
{
	return six->alone ? doctor_fail(doctor, cause, "%s", sentence)
			  : doctor_warn(doctor, "%s; IPv4 is used instead", sentence);
}

/* What this host sends to itself does not come. */
static Verdict
blame_filter(Doctor *doctor, const Six *six)
{
	g_autofree char *sentence = g_strdup_printf("the firewall of this host drops "
						    "announcements over IPv6 (port 1900/udp on %s)",
		six->filtered);

	doctor_prove(doctor,
		"a datagram to [ff02::c]:1900 that this host sent to itself by %s did not "
		"arrive within 0.3 s",
		six->filtered);
	doctor_advise(doctor,
		"let in 1900/udp from the local network over IPv6, too: nft add rule inet "
		"filter input udp dport 1900 accept");
	return blame(doctor, six, DOCTOR_FIREWALL, sentence);
}

/* What comes does not get through. */
static Verdict
blame_lost(Doctor *doctor, const Six *six)
{
	doctor_prove(doctor,
		"%u answers to port %u reached %s over IPv6, none of them got past the "
		"packet filter",
		six->lost.n_on_wire, six->lost.port, six->lost_name);
	doctor_advise(doctor,
		"let in UDP over IPv6 from the local network to ports above 1024: answers "
		"come from the device's address to the port that asked");
	return blame(doctor, six, DOCTOR_FIREWALL,
		"the firewall of this host drops the answers to searches over IPv6");
}

static Verdict
tell_silence(Doctor *doctor, const Six *six)
{
	doctor_prove(
		doctor, "a search to ff02::c was sent by %s, and nothing came back", six->name);
	doctor_advise(doctor,
		"see that devices are on and in the same network, and that they know IPv6: "
		"many speak IPv4 alone, and need an address of it on both sides");
	return doctor_fail(doctor, DOCTOR_ABSENT, "no media server or renderer answers over IPv6");
}

Verdict
check_ipv6(Doctor *doctor)
{
	AvuInterfaceWatch *watch = session_open_interfaces(doctor->session, NULL);
	g_autoptr(GError) why = NULL;
	Six six = { 0 };
	size_t n = 0;
	const AvuInterface *interfaces = watch != NULL ? avu_interface_watch_list(watch, &n) : NULL;
	g_autoptr(GPtrArray) answers = g_ptr_array_new_with_free_func(ssdp_answer_free);
	const char *mute = try_all(interfaces, n, &six, answers, &why);

	if (mute != NULL) {
		g_autofree char *sentence =
			g_strdup_printf("searches over IPv6 cannot leave this host by %s", mute);

		doctor_prove(doctor, "%s", why->message);
		doctor_advise(doctor, "let this host send to ff02::c, port 1900/udp");
		return blame(doctor, &six, DOCTOR_FIREWALL, sentence);
	}
	if (six.n_interfaces == 0) {
		return doctor_skip(doctor, "no interface that is looked on has an IPv6 address");
	}
	if (six.filtered != NULL) {
		return blame_filter(doctor, &six);
	}
	if (six.lost.n_on_wire > 0) {
		return blame_lost(doctor, &six);
	}
	if (six.n_answers == 0 && six.alone) {
		return tell_silence(doctor, &six);
	}
	if (six.alone) { /* these are what the rest is judged by */
		g_ptr_array_extend_and_steal(doctor->answers, g_steal_pointer(&answers));
	}
	return doctor_ok(doctor, "port 1900/udp is open over IPv6, and %u addresses answer there",
		six.n_answers);
}
