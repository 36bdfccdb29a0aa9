/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* av-upnp/connection-manager.h: ConnectionManager: what the device can send or take, and what is being
 * sent
 *
 * Connection 0 is always there. On a server every transfer is one, too, while it lasts; those prepared
 * by PrepareForConnection last until ConnectionComplete, or until nobody has used them for a while. */
#pragma once

#include <av-upnp/device-host.h>

G_BEGIN_DECLS

#define AVU_CONNECTIONS_MAX 64     /* prepared at once: more is 708 */
#define AVU_CONNECTIONS_IDLE_S 300 /* a prepared one that nobody uses goes */

typedef enum {
	/* Offers PrepareForConnection and ConnectionComplete. DLNA forbids them on a server that has
	 * only HTTP. */
	AVU_CONNECTIONS_PREPARE = 1 << 0,
	/* Offers GetRendererItemInfo, from version 3 on; avu_connection_manager_set_accepts() follows. */
	AVU_CONNECTIONS_ITEM_INFO = 1 << 1,
} AvuConnectionFlags;

/** May this URI with this protocolInfo (NULL: unknown) be played? The same question that AVTransport
 *  asks of what it is told to play.
 *  @return false with AVU_UPNP_ERROR 714 (its format) or 716 (its address) */
typedef bool (*AvuAcceptsResource)(
	const char *uri, const char *protocol_info, void *data, GError **error);

typedef struct AvuConnectionManager AvuConnectionManager;

/** Adds the service. @param version  1…3  @param flags  AvuConnectionFlags
 *  @param source,sink  lists as GetProtocolInfo gives them, "" for none; copied */
AVU_API AvuConnectionManager *avu_connection_manager_new(AvuDeviceHost *host, unsigned version,
	unsigned flags, const char *source, const char *sink);
AVU_API void avu_connection_manager_free(AvuConnectionManager *manager);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(AvuConnectionManager, avu_connection_manager_free)
/* A renderer that plays several things at once. Called on the main thread. */
typedef struct {
	/** A transport and a rendering control for one connection.
	 *  @return their InstanceID, above 0; 0 with an error (704 is told): there are no more */
	unsigned (*open)(void *self, GError **error);
	void (*close)(unsigned instance, void *self);
	/** It plays, or is about to: the connection is in use. */
	bool (*is_busy)(unsigned instance, void *self);
} AvuInstances;

/** Each prepared connection has an instance of its own from now on.
 *  @param functions, self  outlive the manager, whose end closes none */
AVU_API void avu_connection_manager_set_instances(
	AvuConnectionManager *manager, const AvuInstances *functions, void *self);
/** Who answers for GetRendererItemInfo. @param data  outlives the manager */
AVU_API void avu_connection_manager_set_accepts(
	AvuConnectionManager *manager, AvuAcceptsResource accepts, void *data);
/** New lists, evented. @thread main */
AVU_API void avu_connection_manager_set_protocols(
	AvuConnectionManager *manager, const char *source, const char *sink);

/** A transfer begins: it belongs to the prepared connection that it names, or to one that the same
 *  peer prepared for this kind of content; else it is a connection of its own.
 *  @param peer  who gets it
 *  @param peer_manager  the peer's peerManager.dlna.org, told as it is if it is UTF-8; NULL: none
 *  @param scid  the peer's scid.dlna.org; -1: none
 *  @return its ConnectionID, for avu_connection_manager_end()  @thread any */
AVU_API int32_t avu_connection_manager_begin(AvuConnectionManager *manager, const AvuAddress *peer,
	const char *protocol_info, const char *peer_manager, int32_t scid);
/** @thread any */
AVU_API void avu_connection_manager_end(AvuConnectionManager *manager, int32_t id);
/** To be called after begin and end.
 *  @return true: let the main thread call avu_connection_manager_changed(); false: it was told already
 *  and has not looked yet, which spares a player that seeks a message per request
 *  @thread any */
AVU_API bool avu_connection_manager_note(AvuConnectionManager *manager);
/** CurrentConnectionIDs is asked for anew and evented, at most once a second. @thread main */
AVU_API void avu_connection_manager_changed(AvuConnectionManager *manager);

G_END_DECLS
