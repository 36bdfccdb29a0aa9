/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* av-upnp/protocol-info.h: the four fields of a protocolInfo, DLNA's parameters in the fourth, and
 * the question whether a sink takes a source */
#pragma once

#include <av-upnp/base.h>

G_BEGIN_DECLS

/* DLNA.ORG_FLAGS, first 32 of the 128 bits (spec/dlna-protocolinfo.md) */
#define AVU_DLNA_FLAG_SENDER_PACED (1u << 31)
#define AVU_DLNA_FLAG_LIMITED_TIME_SEEK (1u << 30)
#define AVU_DLNA_FLAG_LIMITED_BYTE_SEEK (1u << 29)
#define AVU_DLNA_FLAG_PLAY_CONTAINER (1u << 28)
#define AVU_DLNA_FLAG_S0_INCREASING (1u << 27)
#define AVU_DLNA_FLAG_SN_INCREASING (1u << 26)
#define AVU_DLNA_FLAG_RTSP_PAUSE (1u << 25)
#define AVU_DLNA_FLAG_STREAMING (1u << 24)
#define AVU_DLNA_FLAG_INTERACTIVE (1u << 23)
#define AVU_DLNA_FLAG_BACKGROUND (1u << 22)
#define AVU_DLNA_FLAG_STALLING (1u << 21)
#define AVU_DLNA_FLAG_V15 (1u << 20)

typedef struct AvuProtocolInfo AvuProtocolInfo; /* immutable */

typedef struct {
	const char *profile; /* DLNA.ORG_PN; NULL: none */
	bool has_op;
	bool op_time, op_range; /* DLNA.ORG_OP=ab */
	const char *speeds;     /* DLNA.ORG_PS, "-2,1/2,4": scaled play; NULL: none */
	bool converted;         /* DLNA.ORG_CI=1 */
	bool no_ci;             /* writing: DLNA.ORG_CI=0 is left out */
	uint32_t flags;         /* 0: none */
} AvuDlnaParameters;

/** One entry. @return NULL with SYNTAX (names the field) or LIMIT; caller frees */
AVU_API AvuProtocolInfo *avu_protocol_info_parse(const char *text, size_t len, GError **error);
AVU_API void avu_protocol_info_free(AvuProtocolInfo *info);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(AvuProtocolInfo, avu_protocol_info_free)
AVU_API const char *avu_protocol_info_get_protocol(const AvuProtocolInfo *info); /* "http-get" */
AVU_API const char *avu_protocol_info_get_mime(const AvuProtocolInfo *info); /* lower case or "*" */
AVU_API const AvuDlnaParameters *avu_protocol_info_get_dlna(const AvuProtocolInfo *info);

/** "http-get:*:audio/flac:DLNA.ORG_PN=…;DLNA.ORG_OP=01;DLNA.ORG_FLAGS=…", parameters in the order
 *  PN, OP, PS, CI, FLAGS (spec/dlna-protocolinfo.md). g_free() it. */
AVU_API char *avu_protocol_info_format(const char *mime, const AvuDlnaParameters *dlna);
/** Fourth field alone, as contentFeatures.dlna.org wants it. g_free() it. */
AVU_API char *avu_dlna_format_features(const AvuDlnaParameters *dlna);

/** A comma-separated list with "\," escapes, as GetProtocolInfo gives; bad entries are left out.
 *  @return array of AvuProtocolInfo*, g_ptr_array_unref() it */
AVU_API GPtrArray *avu_protocol_info_parse_list(const char *text);
AVU_API char *avu_protocol_info_format_list(const char *const *entries);

/** How well sink takes source: 0 not at all; else the higher the better (profile equal > MIME equal
 *  > wildcard). MIME aliases (audio/x-flac = audio/flac, audio/L16;…) are one table, profiles that hold
 *  all of another (AAC_ISO of AAC_ISO_320) a second. */
AVU_API unsigned avu_protocol_info_match(
	const AvuProtocolInfo *source, const AvuProtocolInfo *sink);

G_END_DECLS
