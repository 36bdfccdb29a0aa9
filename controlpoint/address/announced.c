/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Main thread. As many devices as there can be; for a new one the one that was silent longest goes: then
 * nothing is known of it, and nothing claimed. */
#include "address/announced.h"

#include <string.h>

#include <av-upnp/clock.h>
#include <av-upnp/limits.h>

/* A datagram may be lost once; that is forgotten after one to two of these. */
#define FORGET_NS (6 * 3600 * AVU_NS_PER_S)
/* Announcements are late by the clock of a device, and by the network. */
#define SLACK_NS (2 * AVU_NS_PER_S)
#define SLACK_SHARE 10

typedef struct {
	int64_t since_ns;      /* there, and listened to */
	int64_t last_ns;       /* of the last announcement; else since_ns */
	int64_t left_ns;       /* AVU_TIME_NONE: it is there */
	int64_t turned_ns;     /* when silences were set back last */
	int64_t silence_ns[2]; /* longest since then, and in the turn before */
	bool heard;
} Heard;

struct Announced {
	GHashTable *devices; /* UDN in small letters → Heard */
};

/* The UDN of a USN. @return g_free() it */
static char *
key_of(const char *usn)
{
	const char *end = strstr(usn, "::");

	return g_ascii_strdown(usn, end != NULL ? end - usn : -1);
}

Announced *
announced_new(void)
{
	Announced *announced = g_new0(Announced, 1);

	announced->devices = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, g_free);
	return announced;
}

void
announced_free(Announced *announced)
{
	if (announced != NULL) {
		g_hash_table_unref(announced->devices);
		g_free(announced);
	}
}

static Heard *
find(const Announced *announced, const char *usn)
{
	g_autofree char *key = key_of(usn);

	return g_hash_table_lookup(announced->devices, key);
}

static void
drop_silent(Announced *announced)
{
	GHashTableIter iter;
	void *key, *value, *oldest = NULL;
	int64_t oldest_ns = INT64_MAX;

	g_hash_table_iter_init(&iter, announced->devices);
	while (g_hash_table_iter_next(&iter, &key, &value)) {
		if (((const Heard *)value)->last_ns < oldest_ns) {
			oldest_ns = ((const Heard *)value)->last_ns;
			oldest = key;
		}
	}
	if (oldest != NULL) {
		(void)g_hash_table_remove(announced->devices, oldest);
	}
}

/* The device, from now on when it was not there. */
static Heard *
find_present(Announced *announced, const char *usn, int64_t now_ns)
{
	Heard *heard = find(announced, usn);

	if (heard == NULL) {
		if (g_hash_table_size(announced->devices) >= AVU_LIMIT_REMOTE_DEVICES) {
			drop_silent(announced);
		}
		heard = g_new(Heard, 1);
		heard->left_ns = now_ns;
		g_hash_table_insert(announced->devices, key_of(usn), heard);
	}
	if (heard->left_ns != AVU_TIME_NONE) {
		*heard = (Heard){ .since_ns = now_ns,
			.last_ns = now_ns,
			.left_ns = AVU_TIME_NONE,
			.turned_ns = now_ns };
	}
	return heard;
}

void
announced_expect(Announced *announced, const char *usn, int64_t now_ns)
{
	(void)find_present(announced, usn, now_ns);
}

void
announced_note(Announced *announced, const char *usn, int64_t now_ns)
{
	Heard *heard = find_present(announced, usn, now_ns);

	if (now_ns - heard->turned_ns > FORGET_NS) {
		heard->turned_ns = now_ns;
		heard->silence_ns[1] = heard->silence_ns[0];
		heard->silence_ns[0] = 0;
	}
	heard->silence_ns[0] = MAX(heard->silence_ns[0], now_ns - heard->last_ns);
	heard->last_ns = now_ns;
	heard->heard = true;
}

void
announced_leave(Announced *announced, const char *usn, int64_t now_ns)
{
	Heard *heard = find(announced, usn);

	if (heard != NULL && heard->left_ns == AVU_TIME_NONE) {
		heard->left_ns = now_ns;
	}
}

AnnouncedSpan
announced_get(const Announced *announced, const char *usn, int64_t now_ns)
{
	const Heard *heard = find(announced, usn);

	if (heard == NULL) {
		return (AnnouncedSpan){ 0 };
	}
	const int64_t until_ns = heard->left_ns != AVU_TIME_NONE ? heard->left_ns : now_ns;

	return (AnnouncedSpan){ until_ns - heard->since_ns,
		MAX(MAX(heard->silence_ns[0], heard->silence_ns[1]), until_ns - heard->last_ns),
		heard->heard };
}

AnnouncedVerdict
announced_judge(const AnnouncedSpan *span, int64_t max_age_s)
{
	const int64_t half_ns = max_age_s * AVU_NS_PER_S / 2;

	if (max_age_s <= 0) {
		return ANNOUNCED_UNKNOWN;
	}
	if (span->silence_ns > half_ns + half_ns / SLACK_SHARE + SLACK_NS) {
		return ANNOUNCED_LATE;
	}
	return span->heard && span->listened_ns >= half_ns ? ANNOUNCED_IN_TIME : ANNOUNCED_UNKNOWN;
}
