/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* commands/renderer-state.h: what a renderer says of itself */
#pragma once

#include "commands/command.h"
#include "commands/play-verdict.h"

/** CurrentTransportState as devices send it; states of a maker's own count as transitioning. */
TransportState transport_state_parse(const char *text);
/** "playing", … as status prints it; static. */
const char *transport_state_name(TransportState state);
/** GetTransportInfo. */
bool transport_info_get(
	Run *run, AvuRemoteDevice *renderer, TransportInfo *ret_info, GError **error);

typedef struct {
	int64_t position_ns, duration_ns; /* AVU_TIME_NONE: not known */
	char *uri;                        /* NULL: none */
	char *title;                      /* NULL: none */
	json_t *format;                   /* media_format_record(); NULL: none */
} PositionInfo;

void position_info_clear(PositionInfo *info);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(PositionInfo, position_info_clear)
/** GetPositionInfo. */
bool position_info_get(Run *run, AvuRemoteDevice *renderer, PositionInfo *ret_info, GError **error);

/** Title of the first object of a metadata document, or NULL. g_free() it. */
char *metadata_dup_title(const char *didl_text);

/** How far ahead our own renderer has read; the standard has no way of asking.
 *  @return {level_s, target_s, complete}; JSON null: not told. NULL with the errors of the call */
json_t *renderer_get_buffer(Run *run, AvuRemoteDevice *renderer, GError **error);

/** Address of the cover of what the renderer has, as its metadata tells it; foreign. The first that is fetched by
 *  HTTP. g_free() it. @return NULL also with NOT_FOUND: there is none */
char *renderer_dup_cover_uri(Run *run, AvuRemoteDevice *renderer, GError **error);

/** Volume in the renderer's own steps. */
bool renderer_get_volume(Run *run, AvuRemoteDevice *renderer, int64_t *ret_volume, GError **error);
bool renderer_get_mute(Run *run, AvuRemoteDevice *renderer, bool *ret_mute, GError **error);
/** Did the call fail because the device does not offer the action at all? */
bool renderer_error_is_missing(const GError *error);
