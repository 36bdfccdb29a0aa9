/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* app-private.h: what the parts of app.c share: all the server's objects, and who makes which. Main thread,
 * where nothing else is said. */
#pragma once

#include <av-upnp/connection-manager.h>
#include <av-upnp/content-directory.h>
#include <av-upnp/discovery.h>
#include <av-upnp/local-control.h>
#include <av-upnp/metrics.h>

#include "mediaserver/app.h"
#include "mediaserver/art/art.h"
#include "mediaserver/catalogue/catalogue.h"
#include "mediaserver/clients/clients.h"
#include "mediaserver/clients/renderers.h"
#include "mediaserver/content/content.h"
#include "mediaserver/convert/measuring.h"
#include "mediaserver/delivery/icons.h"
#include "mediaserver/delivery/media.h"
#include "mediaserver/delivery/ifo-files.h"
#include "mediaserver/delivery/subtitle-files.h"
#include "mediaserver/import/import.h"
#include "mediaserver/library/library.h"
#include "mediaserver/live/live.h"
#include "mediaserver/workers/pool.h"

G_BEGIN_DECLS

#define APP_NAME_MAX_BYTES 256

typedef struct App App;
struct App {
	const AvuSettings *settings;
	AvuStateDir *state_dir;
	AvuSpawner *spawner;
	char *name, *udn; /* udn with "uuid:" */
	GMainLoop *loop;
	AvuMailbox *mailbox;
	State *state;
	Catalogue *catalogue;
	Roots *roots;
	AvuSupervisor *supervisor;
	AvuInterfaceWatch *interfaces;
	AvuHttpServer *http;
	AvuFetcher *fetcher;
	AvuDeviceHost *host;
	Clients *clients; /* borrowed: outlives all of them */
	Content *content;
	AvuContentStore store; /* borrowed by directory */
	AvuContentDirectory *directory;
	AvuConnectionManager *connections;
	Conversions *conversions; /* NULL: none are wanted */
	Measuring *measuring;
	Media *media;
	SubtitleFiles *subtitles;
	IfoFiles *ifo;
	Live *live;   /* NULL: stations are not sent */
	Rules *rules; /* who may write where */
	Import *import;
	Reports *reports;
	AvuCounters *counters;
	AvuMetrics *metrics;
	AvuDiscovery *discovery;
	Renderers *renderers; /* NULL: they are not asked */
	Art *art;
	Icons *icons;
	WorkerPool *workers, *art_workers;
	WorkerPool *long_workers; /* NULL: nothing was for them yet */
	Library *library;
	Progress progress; /* of the scan under way, if any */
	AvuLocalControl *control;
	GThreadPool *explainer; /* NULL: nothing was asked yet */
	GHashTable *told;       /* URLs that were logged */
	GError *fatal;          /* why it ends; NULL: it was told to */
	unsigned hangup;        /* source of SIGHUP */
	bool scanning, ready, ending;
};

/* app.c */

/** Ends the program: it cannot be without that helper. @param user_data  App */
void app_on_refused(const GError *error, void *user_data);

/* app-network.c: interfaces, port, announcements */

bool app_find_interfaces(App *app, GError **error);
/** For address policies; data is an AvuPrefixSet. @thread any */
bool app_is_neighbour(const AvuAddress *address, void *data);
/** The same, or a public address. */
bool app_is_neighbour_or_public(const AvuAddress *address, void *data);
/** The same for who connects. @thread any */
bool app_accept_peer(const AvuAddress *peer, const AvuAddress *local, void *data);
/** Reserves the port: the asked one, the one of last time, or a new one that is kept. */
bool app_take_port(App *app, GError **error);
/** On every address in use. */
void app_listen(App *app);
void app_announce(App *app);

/* app-device.c: services and routes */

void app_build_device(App *app);

/* app-library.c: workers, scans, and what is asked over the control socket */

void app_start_library(App *app);
/** Of SIGHUP: looks through the folders again. @param user_data  App */
gboolean app_on_hangup(void *user_data);
/** Text for `av-mediaserver status` and others; see main.c for the verbs. @param user_data  App */
char *app_answer(const char *request, void *user_data);

/* app-clients.c */

/** @param ret_answer  g_free() it; NULL: it comes later  @return false: the request is not about clients */
bool app_answer_clients(App *app, const char *request, char **ret_answer);

G_END_DECLS
