/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* av-upnp/discovery.h: SSDP, whoever does it. The product's implementation runs one contained
 * helper ("link") per interface; tests have another behind the same functions.
 *
 * All on the main context's thread. */
#pragma once

#include <av-upnp/interface-watch.h>
#include <av-upnp/supervisor.h>

G_BEGIN_DECLS

typedef struct AvuDiscovery AvuDiscovery;

/* Of all places for what was heard of, one network of IPv6 (64 bits) gets so many: a host may have any number
 * of addresses there. */
#define AVU_DISCOVERY_PER_NETWORK (AVU_LIMIT_REMOTE_DEVICES / 4)

/* Something was heard of: an announcement or the answer to a search. Foreign text, already checked
 * for grammar and lengths; location is an http URL inside the prefixes of the interface. */
typedef struct {
	const char *udn;    /* "uuid:…" */
	const char *target; /* NT or ST; may be NULL */
	const char *location;
	const char *server; /* may be NULL */
	unsigned max_age_s;
	int64_t boot_id; /* -1: not given */
	unsigned interface_index;
	AvuAddress source;
} AvuSeen;

typedef struct {
	void (*seen)(const AvuSeen *seen, void *user_data);
	/* byebye from where it was announced, max-age ran out, or the interface went away */
	void (*gone)(const char *udn, unsigned interface_index, void *user_data);
	/* Every interface that qualifies now has its link up (and our device registered there);
	 * n_interfaces may be 0. Called again after each change. Loopback counts as served: there
	 * is no SSDP on it, only the printed URL. One whose link keeps failing (see trouble) is not
	 * waited for and not counted. */
	void (*settled)(unsigned n_interfaces, void *user_data);
	/* One interface failed, in one sentence; it is retried. */
	void (*trouble)(const char *interface_name, const char *sentence, void *user_data);
	/* It is not announced from source any more, but from another address of that interface. */
	void (*moved)(const char *udn, unsigned interface_index, const AvuAddress *source,
		void *user_data);
	/* Is more known of it than that somebody announces it from there? What is not so makes room for what comes
	 * when there are too many (SEC-029). NULL: nobody can tell, and what came first stays. */
	bool (*is_described)(const char *udn, unsigned interface_index, const AvuAddress *source,
		void *user_data);
} AvuDiscoveryListener; /* any member may be NULL */

typedef struct {
	const char *udn;
	uint16_t
		port; /* LOCATION = http://ADDRESS:port/description.xml, address of the interface */
	unsigned max_age_s;
	uint32_t config_id;
	uint32_t boot_id;
} AvuAnnouncement;

/** The product's implementation. watch and supervisor outlive it. The owner of watch calls
 *  avu_discovery_interfaces_changed() from its changed callback. */
AVU_API AvuDiscovery *avu_discovery_new(AvuSupervisor *supervisor, AvuInterfaceWatch *watch,
	const AvuDiscoveryListener *listener, void *user_data);
AVU_API void avu_discovery_free(AvuDiscovery *discovery);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(AvuDiscovery, avu_discovery_free)

/** Starts links as a device (listening to searches, announcing on every interface, now and as they
 *  come). The description must be served already: libupnp fetches it. */
AVU_API void avu_discovery_announce(AvuDiscovery *discovery, const AvuAnnouncement *announcement);
/** Says bye-bye on every interface; done is called when that is out, at most 3 s later. Not called
 *  when discovery is freed before. */
AVU_API void avu_discovery_withdraw(
	AvuDiscovery *discovery, void (*done)(void *user_data), void *user_data);
/** Starts links as a control point and searches for target on every interface, now (twice) and on
 *  interfaces that come later; answers and announcements arrive as seen.
 *  @param mx_s  1…5 */
AVU_API void avu_discovery_search(AvuDiscovery *discovery, const char *target, unsigned mx_s);
AVU_API void avu_discovery_interfaces_changed(AvuDiscovery *discovery);

/* A second implementation fills this and is wrapped by avu_discovery_new_custom(). */
typedef struct {
	void (*announce)(void *self, const AvuAnnouncement *announcement);
	void (*withdraw)(void *self, void (*done)(void *), void *user_data);
	void (*search)(void *self, const char *target, unsigned mx_s);
	void (*interfaces_changed)(void *self);
	void (*free)(void *self);
} AvuDiscoveryInterface;
AVU_API AvuDiscovery *avu_discovery_new_custom(const AvuDiscoveryInterface *functions, void *self);

G_END_DECLS
