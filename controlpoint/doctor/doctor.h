/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* doctor/doctor.h: what is tried, link after link of the chain from this host to a picture on the
 * television, until one does not hold. Main thread; checks may block for some seconds. */
#pragma once

#include <av-upnp/didl.h>
#include <av-upnp/remote-device.h>

#include "session.h"

/* What is wrong, as the exit code of "avcp doctor". */
typedef enum {
	DOCTOR_HEALTHY = 0,
	DOCTOR_HOST = 10,      /* no interface to look on */
	DOCTOR_MULTICAST = 11, /* datagrams to the group get lost */
	DOCTOR_FIREWALL = 12,
	DOCTOR_ABSENT = 13,      /* nobody, or not the one asked for, answers */
	DOCTOR_DESCRIPTION = 14, /* where it says it is, or what it says it is */
	DOCTOR_EVENTS = 15,
	DOCTOR_CONTENT = 16,
	DOCTOR_MEDIA = 17,  /* the octets of an item */
	DOCTOR_FORMAT = 18, /* the renderer does not play what the server has */
} DoctorClass;

typedef enum {
	VERDICT_OK,
	VERDICT_WARNING, /* odd, but not in the way */
	VERDICT_FAILED,
	VERDICT_SKIPPED, /* nothing to try it on */
} Verdict;

typedef struct {
	Session *session;
	const char *wanted;   /* device asked for, or NULL: everybody who answers */
	const char *renderer; /* that what servers have is to be played on, or NULL: the first */
	int64_t listen_ns;    /* to announcements, at least */
	bool contained;       /* this host is a container */
	bool loopback;        /* only a loopback interface is looked on */
	GPtrArray *answers;   /* SsdpAnswer*, of all interfaces */
	GPtrArray *devices;   /* AvuRemoteDevice* */
	AvuDidl *item;        /* an item of a server that can be played; NULL: none met */
	/* of the check under way */
	DoctorClass cause;
	char *text, *proof, *remedy; /* sentences, safe to show */
} Doctor;

typedef struct {
	const char *name;
	Verdict (*run)(Doctor *doctor);
} DoctorCheck;

/* In the order they are tried; name NULL ends them. */
extern const DoctorCheck doctor_checks[];

/** @param wanted     borrowed; NULL: everybody
 *  @param renderer   borrowed, as for finder_find(); NULL: any
 *  @param listen_ns  how long announcements may be listened to, beside what is done anyway */
Doctor *doctor_new(Session *session, const char *wanted, const char *renderer, int64_t listen_ns);
void doctor_free(Doctor *doctor);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Doctor, doctor_free)
/** Runs one check; cause, text, proof and remedy are of this one until the next. */
Verdict doctor_run(Doctor *doctor, const DoctorCheck *check);

/** Can datagrams of SSDP be tried there? Those of these checks are of IPv4. */
bool doctor_can_probe(const AvuInterface *interface);
#define DOCTOR_NOT_PROBED "no interface has an IPv4 address"

/* For checks. Arguments are made safe to show. */

/** @return VERDICT_OK */
Verdict doctor_ok(Doctor *doctor, const char *format, ...) G_GNUC_PRINTF(2, 3);
/** @return VERDICT_SKIPPED */
Verdict doctor_skip(Doctor *doctor, const char *format, ...) G_GNUC_PRINTF(2, 3);
/** @return VERDICT_WARNING */
Verdict doctor_warn(Doctor *doctor, const char *format, ...) G_GNUC_PRINTF(2, 3);
/** @return VERDICT_FAILED */
Verdict doctor_fail(Doctor *doctor, DoctorClass cause, const char *format, ...) G_GNUC_PRINTF(3, 4);
/** What was seen. */
void doctor_prove(Doctor *doctor, const char *format, ...) G_GNUC_PRINTF(2, 3);
/** What to do about it. */
void doctor_advise(Doctor *doctor, const char *format, ...) G_GNUC_PRINTF(2, 3);

/* The checks. */
Verdict check_interfaces(Doctor *doctor);
Verdict check_surroundings(Doctor *doctor);
Verdict check_multicast(Doctor *doctor);
Verdict check_reverse_path(Doctor *doctor);
Verdict check_port_1900(Doctor *doctor);
Verdict check_search(Doctor *doctor);
Verdict check_ipv6(Doctor *doctor);
Verdict check_announcements(Doctor *doctor);
Verdict check_descriptions(Doctor *doctor);
Verdict check_services(Doctor *doctor);
Verdict check_clock(Doctor *doctor);
Verdict check_events(Doctor *doctor);
Verdict check_browse(Doctor *doctor);
Verdict check_resource(Doctor *doctor);
Verdict check_format(Doctor *doctor);
