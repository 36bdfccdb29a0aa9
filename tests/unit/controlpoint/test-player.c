/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <av-upnp/clock.h>

#include "queue/player.h"

static void
changed(Player *player, void *user_data)
{
	(void)player, (void)user_data;
}

/* The daemon ends when nobody needs it: a timer is to stop also what no queue plays. */
static void
test_needed(void)
{
	const PlayerListener listener = { changed, NULL };
	Player *player = player_new(NULL, queue_new(), NEXT_UNKNOWN, &listener);

	g_assert_false(player_is_needed(player));
	player_sleep(player, 3600 * AVU_NS_PER_S);
	g_assert_false(player_is_running(player));
	g_assert_true(player_is_needed(player));
	player_sleep(player, AVU_TIME_NONE);
	g_assert_false(player_is_needed(player));
	player_free(player);
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/player/needed", test_needed);
	return g_test_run();
}
