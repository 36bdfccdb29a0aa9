/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* av/transport-push.h: the text of a playlist that a control point pushes in pieces. Pure. */
#pragma once

#include <av-upnp/playlist.h>

/* Lengths are those that control points count: of the text as XML escapes it. A request is at most AVU_LIMIT_SOAP_BODY
 * long, with its envelope. */
#define TRANSPORT_PUSH_CHUNK_MAX 200000
#define TRANSPORT_PUSH_TOTAL_MAX AVU_PLAYLIST_BYTES_MAX
#define TRANSPORT_PUSH_TRACKS_MAX 5000

typedef struct {
	bool streaming; /* it is played while it grows */
	bool open;      /* more is to come */
	bool starved;   /* what came was played, and more is to come */
	char *mime, *extended, *start_id;
	uint32_t total;  /* of a static one, as declared */
	uint32_t length; /* declared of what came so far */
	GString *text;   /* static: all of it; streaming: what was not taken yet */
} TransportPush;

TransportPush *transport_push_new(bool streaming, const char *mime, const char *extended);
void transport_push_free(TransportPush *push);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(TransportPush, transport_push_free)

/* One piece. false with AVU_UPNP_ERROR 735, and nothing was taken: its length is 0, cannot be that of this text, or
 * does not fit */
bool transport_push_add(TransportPush *push, const char *text, uint32_t length, GError **error);
bool transport_push_is_whole(const TransportPush *push);
/* Of a streaming M3U: all up to the last line that is complete and names a track, so that what stands above an entry
 * stays with it; the rest, too, once nothing more comes. g_free() it; NULL: there is nothing */
char *transport_push_take_lines(TransportPush *push);
