/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* av/protocol-info-private.h: what parser, writer and matcher of protocolInfo share */
#pragma once

#include <av-upnp/cursor.h>
#include <av-upnp/protocol-info.h>

struct AvuProtocolInfo {
	char *protocol; /* as written, or "*" */
	char *network;
	char *mime;    /* lower case, with parameters, or "*" */
	char *profile; /* owns dlna.profile */
	AvuDlnaParameters dlna;
};

/* Reads the parameters of a fourth field. profile is borrowed from in: not NUL-ended.
 * Fails with SYNTAX, the message naming the parameter. */
bool dlna_parse(AvuCursor in, AvuDlnaParameters *ret_dlna, AvuCursor *ret_profile, GError **error);
