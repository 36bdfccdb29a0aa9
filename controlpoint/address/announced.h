/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* address/announced.h: how often devices announce themselves, as far as somebody listened */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include <glib.h>

typedef struct Announced Announced;

/* What was heard of one device. */
typedef struct {
	int64_t listened_ns; /* for so long */
	int64_t silence_ns;  /* longest time of late in which nothing came of it */
	bool heard;
} AnnouncedSpan;

typedef enum {
	ANNOUNCED_UNKNOWN, /* listened for too short a time */
	ANNOUNCED_IN_TIME,
	ANNOUNCED_LATE,
} AnnouncedVerdict;

Announced *announced_new(void);
void announced_free(Announced *announced);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Announced, announced_free)

/** The device is there, by an answer to a search: from now on it ought to announce itself.
 *  @param usn  its USN or UDN, here and below */
void announced_expect(Announced *announced, const char *usn, int64_t now_ns);
/** It has announced itself. */
void announced_note(Announced *announced, const char *usn, int64_t now_ns);
/** It said good-bye, or nothing for so long that it is taken for gone: from now on its silence means
 *  nothing, until it is there again. */
void announced_leave(Announced *announced, const char *usn, int64_t now_ns);
/** All 0 for a device of which nobody has told. */
AnnouncedSpan announced_get(const Announced *announced, const char *usn, int64_t now_ns);
/** Does it come again within half of the time that it says it is there?
 *  @clause UDA 1.0, 1.1.2 */
AnnouncedVerdict announced_judge(const AnnouncedSpan *span, int64_t max_age_s);
