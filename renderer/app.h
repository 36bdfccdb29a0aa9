/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* renderer/app.h: a renderer from its settings to its end */
#pragma once

#include <av-upnp/settings.h>
#include <av-upnp/spawner.h>
#include <av-upnp/state-dir.h>

G_BEGIN_DECLS

typedef struct App App;

/** @param settings,spawner,state  borrowed; outlive the app
 *  @return NULL with the one sentence that says why it cannot start */
App *app_new(const AvuSettings *settings, AvuSpawner *spawner, AvuStateDir *state, GError **error);
void app_free(App *app);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(App, app_free)

/** Until SIGTERM or SIGINT; bye-bye is said on return.
 *  @return false: it cannot be without a helper that is not there; the sentence names it */
bool app_run(App *app, GError **error);

G_END_DECLS
