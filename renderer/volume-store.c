/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The volume in the state directory: a slider sends twenty values a second, the disk gets one. */

#include <av-upnp/loop.h>

#include "volume-store.h"

#define VOLUME_NAME "volume"
#define VOLUME_FIRST 100 /* unity: samples pass unchanged until somebody turns it down */
#define VOLUME_DELAY_NS (2 * AVU_NS_PER_S)

struct VolumeStore {
	AvuStateDir *state;
	AvuTimer *timer;
	unsigned percent, stored;
};

static void
volume_store_write(void *data)
{
	VolumeStore *store = data;
	g_autoptr(GError) error = NULL;

	if (store->percent == store->stored) {
		return;
	}
	if (!avu_state_dir_set_number(store->state, VOLUME_NAME, store->percent, &error)) {
		g_warning("the volume is not kept: %s", error->message);
	}
	store->stored = store->percent;
}

VolumeStore *
volume_store_new(AvuStateDir *state)
{
	VolumeStore *store = g_new0(VolumeStore, 1);

	store->state = state;
	store->percent = (unsigned)avu_state_dir_get_number(state, VOLUME_NAME, 100, VOLUME_FIRST);
	store->stored = store->percent;
	store->timer = avu_timer_new(NULL, AVU_TIME_NONE, volume_store_write, store);
	return store;
}

void
volume_store_free(VolumeStore *store)
{
	if (store != NULL) {
		volume_store_write(store);
		avu_timer_free(store->timer);
		g_free(store);
	}
}

unsigned
volume_store_get(const VolumeStore *store)
{
	return store->percent;
}

void
volume_store_set(VolumeStore *store, unsigned percent)
{
	store->percent = percent;
	avu_timer_set(store->timer, VOLUME_DELAY_NS);
}
