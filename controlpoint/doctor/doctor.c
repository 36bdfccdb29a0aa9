/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The list of checks and what they have in common. Main thread. */
#include <av-upnp/text.h>

#include "doctor/doctor.h"
#include "doctor/ssdp-probe.h"

#define SENTENCE_CHARS 600

const DoctorCheck doctor_checks[] = {
	{ "interfaces", check_interfaces },
	{ "surroundings", check_surroundings },
	{ "multicast", check_multicast },
	{ "reverse-path", check_reverse_path },
	{ "port-1900", check_port_1900 },
	{ "ipv6", check_ipv6 },
	{ "search", check_search },
	{ "announcements", check_announcements },
	{ "descriptions", check_descriptions },
	{ "services", check_services },
	{ "clock", check_clock },
	{ "events", check_events },
	{ "browse", check_browse },
	{ "resource", check_resource },
	{ "format", check_format },
	{ NULL },
};

bool
doctor_can_probe(const AvuInterface *interface)
{
	/* IPv4 first: see AvuInterface */
	return !interface->loopback && interface->n_addresses > 0 &&
	       interface->addresses[0].address.family == AF_INET;
}

Doctor *
doctor_new(Session *session, const char *wanted, const char *renderer, int64_t listen_ns)
{
	Doctor *doctor = g_new0(Doctor, 1);

	doctor->session = session;
	doctor->wanted = wanted;
	doctor->renderer = renderer;
	doctor->listen_ns = listen_ns;
	doctor->answers = g_ptr_array_new_with_free_func(ssdp_answer_free);
	doctor->devices = g_ptr_array_new_with_free_func((GDestroyNotify)avu_remote_device_unref);
	return doctor;
}

static void
forget(Doctor *doctor)
{
	g_clear_pointer(&doctor->text, g_free);
	g_clear_pointer(&doctor->proof, g_free);
	g_clear_pointer(&doctor->remedy, g_free);
	doctor->cause = DOCTOR_HEALTHY;
}

void
doctor_free(Doctor *doctor)
{
	if (doctor == NULL) {
		return;
	}
	forget(doctor);
	g_ptr_array_unref(doctor->answers);
	g_ptr_array_unref(doctor->devices);
	avu_didl_free(doctor->item);
	g_free(doctor);
}

Verdict
doctor_run(Doctor *doctor, const DoctorCheck *check)
{
	forget(doctor);
	return check->run(doctor);
}

static void
say(char **ret_sentence, const char *format, va_list arguments)
{
	g_autofree char *sentence = g_strdup_vprintf(format, arguments);

	g_free(*ret_sentence);
	*ret_sentence = avu_text_for_display(sentence, SENTENCE_CHARS);
}

#define SAY(member)                                      \
	do {                                             \
		va_list arguments;                       \
		va_start(arguments, format);             \
		say(&doctor->member, format, arguments); \
		va_end(arguments);                       \
	} while (0)

Verdict
doctor_ok(Doctor *doctor, const char *format, ...)
{
	SAY(text);
	return VERDICT_OK;
}

Verdict
doctor_skip(Doctor *doctor, const char *format, ...)
{
	SAY(text);
	return VERDICT_SKIPPED;
}

Verdict
doctor_warn(Doctor *doctor, const char *format, ...)
{
	SAY(text);
	return VERDICT_WARNING;
}

Verdict
doctor_fail(Doctor *doctor, DoctorClass cause, const char *format, ...)
{
	SAY(text);
	doctor->cause = cause;
	return VERDICT_FAILED;
}

void
doctor_prove(Doctor *doctor, const char *format, ...)
{
	SAY(proof);
}

void
doctor_advise(Doctor *doctor, const char *format, ...)
{
	SAY(remedy);
}
