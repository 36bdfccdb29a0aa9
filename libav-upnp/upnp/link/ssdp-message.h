/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* link/ssdp-message.h: one SSDP datagram taken apart (UDA 1.0, 1.1; section 1) */
#pragma once

#include <av-upnp/base.h>
#include <av-upnp/cursor.h>

typedef enum {
	SSDP_NOTIFY,
	SSDP_SEARCH,
	SSDP_REPLY,
} SsdpKind;

typedef enum {
	SSDP_FIELD_HOST,
	SSDP_FIELD_MAN,
	SSDP_FIELD_MX,
	SSDP_FIELD_ST,
	SSDP_FIELD_NT,
	SSDP_FIELD_NTS,
	SSDP_FIELD_USN,
	SSDP_FIELD_LOCATION,
	SSDP_FIELD_CACHE_CONTROL,
	SSDP_FIELD_SERVER,
	SSDP_FIELD_DATE,
	SSDP_FIELD_BOOTID,
	SSDP_N_FIELDS,
} SsdpField;

/* Values are trimmed, borrow from the datagram and hold no control character; at is NULL when the
 * field is absent. */
typedef struct {
	SsdpKind kind;
	AvuCursor fields[SSDP_N_FIELDS];
} SsdpMessage;

/** Grammar alone: start line, header lines, AVU_LIMIT_SSDP_*. Refuses NUL, bare CR or LF, folded
 *  lines, odd field names, and a field we use that comes twice. What follows the empty line is
 *  ignored; a missing empty line is forgiven (devices that leave it out exist).
 *  @return false: malformed */
bool ssdp_message_parse(const char *data, size_t len, SsdpMessage *ret_message);

typedef enum {
	SSDP_TARGET_NONE, /* not a search target */
	SSDP_TARGET_ALL,
	SSDP_TARGET_ROOT,
	SSDP_TARGET_UUID,
	SSDP_TARGET_DEVICE,
	SSDP_TARGET_SERVICE,
} SsdpTargetKind;

/** The kind of an NT or ST. For types, *ret_stem becomes "urn:…:TYPE" and *ret_version what
 *  follows its colon. */
SsdpTargetKind ssdp_target_kind(const AvuCursor *text, AvuCursor *ret_stem, unsigned *ret_version);

/** "uuid:D" out of "uuid:D" or "uuid:D::…". @return false when it is neither, or too long */
bool ssdp_usn_take_udn(const AvuCursor *usn, AvuCursor *ret_udn);

/** max-age of a CACHE-CONTROL value, among other directives or alone; at least 1, at most a day. */
bool ssdp_max_age(const AvuCursor *cache_control, unsigned *ret_seconds);
