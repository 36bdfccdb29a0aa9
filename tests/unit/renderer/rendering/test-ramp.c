/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* How loud an engine that only remembers is made, and how fast. */
#include <av-upnp/clock.h>

#include "rendering/ramp.h"
#include "rendering/volume-curve.h"

typedef struct {
	AvuValues at;
	unsigned n_asked, n_reached;
	int32_t reached; /* last */
} Engine;

static void
on_set(void *self, AvuValue value, AvuChannel channel, int32_t number)
{
	((Engine *)self)->at.at[value][channel] = number;
	((Engine *)self)->n_asked++;
}

static void
on_reached(AvuChannel channel, int32_t volume_db, void *data)
{
	g_assert_cmpint(channel, <=, AVU_CHANNEL_LF);
	g_assert_cmpint(volume_db, <=, 0);
	((Engine *)data)->n_reached++;
	((Engine *)data)->reached = volume_db;
}

static const AvuEngine functions = { .set_value = on_set };

static int32_t
volume_of(const Engine *engine)
{
	return engine->at.at[AVU_VALUE_VOLUME][AVU_CHANNEL_MASTER];
}

static void
test_without_limit(void)
{
	Engine engine = { .n_asked = 0 };
	Ramp *ramp = ramp_new(0, &functions, &engine, on_reached, &engine);

	ramp_begin(ramp);
	ramp_set(ramp, AVU_VALUE_VOLUME, AVU_CHANNEL_MASTER, AVU_VOLUME_SILENT);
	ramp_set(ramp, AVU_VALUE_VOLUME, AVU_CHANNEL_MASTER, 0);
	g_assert_cmpint(volume_of(&engine), ==, 0);
	g_assert_cmpuint(engine.n_reached, ==, 0);
	ramp_free(ramp);
}

static void
test_louder_takes_time(void)
{
	Engine engine = { .n_asked = 0 };
	Ramp *ramp = ramp_new(200, &functions, &engine, on_reached, &engine);

	/* before it begins: the state at start */
	ramp_set(ramp, AVU_VALUE_VOLUME, AVU_CHANNEL_MASTER, volume_curve_get(20));
	g_assert_cmpint(volume_of(&engine), ==, volume_curve_get(20));
	ramp_begin(ramp);
	int64_t begin_ns = avu_now_ns();

	for (unsigned i = 0; i < 1000; i++) {
		ramp_set(ramp, AVU_VALUE_VOLUME, AVU_CHANNEL_MASTER, volume_curve_get(80));
	}
	g_assert_cmpint(volume_of(&engine), ==, volume_curve_get(20));
	g_assert_cmpuint(engine.n_reached, ==, 1000);
	while (volume_of(&engine) != volume_curve_get(80)) {
		(void)g_main_context_iteration(NULL, TRUE);
	}
	/* 60 steps, 20 every tenth of a second */
	g_assert_cmpint(avu_now_ns() - begin_ns, >=, 3 * (AVU_NS_PER_S / 10));
	g_assert_cmpuint(engine.n_asked, ==, 4);
	/* quieter at once, and what was wished before is forgotten */
	ramp_set(ramp, AVU_VALUE_VOLUME, AVU_CHANNEL_MASTER, 0);
	ramp_set(ramp, AVU_VALUE_VOLUME, AVU_CHANNEL_MASTER, volume_curve_get(5));
	g_assert_cmpint(volume_of(&engine), ==, volume_curve_get(5));
	g_usleep(150 * 1000);
	while (g_main_context_iteration(NULL, FALSE)) {
		/* a tick that is due */
	}
	g_assert_cmpint(volume_of(&engine), ==, volume_curve_get(5));
	/* what is no volume is not held back */
	ramp_set(ramp, AVU_VALUE_MUTE, AVU_CHANNEL_MASTER, 1);
	g_assert_cmpint(engine.at.at[AVU_VALUE_MUTE][AVU_CHANNEL_MASTER], ==, 1);
	ramp_free(ramp);
}

/* From silence; and a channel that is there first does not end it for the others. */
static void
test_channels(void)
{
	Engine engine = { .n_asked = 0 };
	Ramp *ramp = ramp_new(100, &functions, &engine, on_reached, &engine);

	ramp_set(ramp, AVU_VALUE_VOLUME, AVU_CHANNEL_MASTER, AVU_VOLUME_SILENT);
	ramp_set(ramp, AVU_VALUE_VOLUME, AVU_CHANNEL_LF, AVU_VOLUME_SILENT);
	ramp_begin(ramp);
	ramp_set(ramp, AVU_VALUE_VOLUME, AVU_CHANNEL_MASTER, volume_curve_get(40));
	g_assert_cmpint(engine.reached, ==, AVU_VOLUME_SILENT);
	ramp_set(ramp, AVU_VALUE_VOLUME, AVU_CHANNEL_LF, volume_curve_get(5));
	const int64_t until_ns = avu_now_ns() + 60 * AVU_NS_PER_S;

	while (volume_of(&engine) != volume_curve_get(40)) {
		(void)g_main_context_iteration(NULL, FALSE);
		g_assert_cmpint(avu_now_ns(), <, until_ns);
	}
	g_assert_cmpint(engine.at.at[AVU_VALUE_VOLUME][AVU_CHANNEL_LF], ==, volume_curve_get(5));
	ramp_free(ramp);
}

/* The knob is turned while it gets louder: there it stays, and the next wish starts there. */
static void
test_the_knob(void)
{
	Engine engine = { .n_asked = 0 };
	Ramp *ramp = ramp_new(100, &functions, &engine, on_reached, &engine);

	ramp_set(ramp, AVU_VALUE_VOLUME, AVU_CHANNEL_MASTER, volume_curve_get(20));
	ramp_begin(ramp);
	ramp_set(ramp, AVU_VALUE_VOLUME, AVU_CHANNEL_MASTER, volume_curve_get(90));
	while (volume_of(&engine) == volume_curve_get(20)) {
		(void)g_main_context_iteration(NULL, TRUE);
	}
	const unsigned n_asked = engine.n_asked;

	ramp_follow(ramp, AVU_CHANNEL_MASTER, volume_curve_get(50));
	int64_t until_ns = avu_now_ns() + 250 * AVU_NS_PER_MS;

	while (avu_now_ns() < until_ns) {
		(void)g_main_context_iteration(NULL, FALSE);
		g_usleep(1000);
	}
	g_assert_cmpuint(engine.n_asked, ==, n_asked);
	/* from 50, not from where the ramp was */
	ramp_set(ramp, AVU_VALUE_VOLUME, AVU_CHANNEL_MASTER, volume_curve_get(55));
	while (engine.n_asked == n_asked) {
		(void)g_main_context_iteration(NULL, TRUE);
	}
	g_assert_cmpint(volume_of(&engine), ==, volume_curve_get(55));
	ramp_free(ramp);
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/ramp/none", test_without_limit);
	g_test_add_func("/ramp/louder", test_louder_takes_time);
	g_test_add_func("/ramp/channels", test_channels);
	g_test_add_func("/ramp/knob", test_the_knob);
	return g_test_run();
}
