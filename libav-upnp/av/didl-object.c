/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Objects as plain values. Pure; any thread. */
#include <av-upnp/object.h>

#include <string.h>

void
avu_resource_init(AvuResource *resource)
{
	*resource = (AvuResource){
		.size_bytes = -1,
		.duration_ns = AVU_TIME_NONE,
		.bitrate_Bps = -1,
		.sample_hz = -1,
		.bits_per_sample = -1,
		.channels = -1,
		.width = -1,
		.height = -1,
		.color_depth = -1,
		.update_count = -1,
		.uploaded_bytes = -1,
	};
}

static void *
build_unknown(void *unused)
{
	static AvuObject unknown;
	AvuObject *object = &unknown;

	(void)unused;
	object->child_count = -1;
	object->child_container_count = -1;
	object->track_number = -1;
	object->disc_number = -1;
	object->episode_count = -1;
	object->episode_number = -1;
	object->episode_season = -1;
	object->storage_total_bytes = -1;
	object->storage_used_bytes = -1;
	object->storage_free_bytes = -1;
	object->storage_max_partition_bytes = -1;
	object->playback_count = -1;
	object->last_playback_position_ns = AVU_TIME_NONE;
	object->object_update_id = -1;
	object->container_update_id = -1;
	object->total_deleted_children = -1;
	for (unsigned i = 0; i < AVU_RESOURCES_MAX; i++) {
		avu_resource_init(&object->resources[i]);
	}
	return object;
}

/* Copied as a whole: each row of an answer is one, and its resources have many fields. */
void
avu_object_init(AvuObject *object)
{
	static GOnce once = G_ONCE_INIT;

	*object = *(const AvuObject *)g_once(&once, build_unknown, NULL);
}

bool
avu_object_next_value(const char **at, AvuCursor *ret_value)
{
	if (*at == NULL) {
		return false;
	}
	const size_t len = strcspn(*at, AVU_VALUE_SEPARATOR);

	*ret_value = avu_cursor(*at, len);
	*at = (*at)[len] == '\0' ? NULL : *at + len + 1;
	return true;
}
