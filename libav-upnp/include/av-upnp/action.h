/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* av-upnp/action.h: one incoming call of an action, as its handler sees it: arguments that passed
 * every check of the service table, and typed replies */
#pragma once

#include <av-upnp/address.h>
#include <av-upnp/service.h>
#include <av-upnp/xml-writer.h>

G_BEGIN_DECLS

typedef struct AvuCall AvuCall; /* lives during the handler */

/* The name must be an IN argument of the action; anything else is a programming error. */
AVU_API const char *avu_call_string(const AvuCall *call, const char *argument);
AVU_API uint32_t avu_call_ui4(const AvuCall *call, const char *argument);
AVU_API int32_t avu_call_i4(const AvuCall *call, const char *argument);
AVU_API bool avu_call_bool(const AvuCall *call, const char *argument);

/* The name must be an OUT argument; each is to be set once; one that is not set goes out as its
 * variable's present value. */
AVU_API void avu_call_reply_string(AvuCall *call, const char *argument, const char *value);
AVU_API void avu_call_reply_ui4(AvuCall *call, const char *argument, uint32_t value);
AVU_API void avu_call_reply_i4(AvuCall *call, const char *argument, int32_t value);
AVU_API void avu_call_reply_bool(AvuCall *call, const char *argument, bool value);
/** For large documents: the value is written straight into the reply, escaped once more. Only for
 *  the first OUT argument, before any other reply. End with avu_call_reply_end_document().
 *  @return writer, borrowed */
AVU_API AvuXmlWriter *avu_call_reply_begin_document(AvuCall *call, const char *argument);
AVU_API void avu_call_reply_end_document(AvuCall *call);

AVU_API const AvuActionSpec *avu_call_get_action(const AvuCall *call);
/** The version of the service that the control point named: answers differ by it. */
AVU_API unsigned avu_call_get_version(const AvuCall *call);
AVU_API const AvuAddress *avu_call_get_peer(const AvuCall *call);
/** Where the peer reached us: host and port of URLs in the reply. */
AVU_API const AvuAddress *avu_call_get_local(const AvuCall *call);
/** Request header such as User-Agent, or NULL. */
AVU_API const char *avu_call_get_header(const AvuCall *call, const char *name);

/** @return false with AVU_UPNP_ERROR (answered as it is) or any other error (answered as 501) */
typedef bool (*AvuActionHandler)(AvuCall *call, void *object, GError **error);

typedef struct {
	const char *action;
	AvuActionHandler handler;
} AvuBinding; /* arrays end with action NULL */

G_END_DECLS
