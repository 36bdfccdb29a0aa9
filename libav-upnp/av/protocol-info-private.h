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
	char *speeds;  /* owns dlna.speeds */
	AvuDlnaParameters dlna;
};

/* What the parameters of a fourth field say. The cursors are borrowed from the text: not NUL-ended. */
typedef struct {
	AvuDlnaParameters dlna;
	AvuCursor profile, speeds;
} DlnaReading;

/* Fails with SYNTAX, the message naming the parameter. */
bool dlna_parse(AvuCursor in, DlnaReading *ret_reading, GError **error);
