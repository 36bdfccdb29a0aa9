/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Timers, watched descriptors and termination on a main context of their own. */
#include <signal.h>
#include <unistd.h>

#include <av-upnp/clock.h>
#include <av-upnp/loop.h>

typedef struct {
	AvuTimer *timer;
	unsigned fired;
	int64_t at_ns;
	bool again;
	bool free_inside;
} Timing;

static void
on_timer(void *data)
{
	Timing *timing = data;

	timing->fired++;
	timing->at_ns = avu_now_ns();
	if (timing->again && timing->fired == 1) {
		avu_timer_set(timing->timer, 0);
	}
	if (timing->free_inside) {
		g_clear_pointer(&timing->timer, avu_timer_free);
	}
}

static void
mark(void *data)
{
	*(bool *)data = true;
}

/* Runs the context until a timer of 20 ms has fired: whatever was due before it has had its turn
 * then, however slow the machine is. */
static void
settle(GMainContext *context)
{
	bool settled = false;
	g_autoptr(AvuTimer) last = avu_timer_new(context, 20 * AVU_NS_PER_MS, mark, &settled);

	while (!settled) {
		(void)g_main_context_iteration(context, TRUE);
	}
	while (g_main_context_iteration(context, FALSE)) {
		/* what became due by that turn */
	}
}

static void
test_timer(void)
{
	g_autoptr(GMainContext) context = g_main_context_new();
	Timing once = { 0 }, twice = { .again = true }, never = { 0 },
	       gone = { .free_inside = true };
	int64_t start = avu_now_ns();

	once.timer = avu_timer_new(context, 10 * AVU_NS_PER_MS, on_timer, &once);
	twice.timer = avu_timer_new(context, 0, on_timer, &twice);
	never.timer = avu_timer_new(context, AVU_TIME_NONE, on_timer, &never);
	gone.timer = avu_timer_new(context, -5, on_timer, &gone);
	settle(context);
	g_assert_cmpuint(once.fired, ==, 1);
	g_assert_cmpint(once.at_ns - start, >=, 10 * AVU_NS_PER_MS); /* never early */
	g_assert_cmpuint(twice.fired, ==, 2);
	g_assert_cmpuint(never.fired, ==, 0);
	g_assert_cmpuint(gone.fired, ==, 1);
	g_assert_null(gone.timer);

	avu_timer_set(never.timer, 0);
	avu_timer_set(once.timer, 0);
	avu_timer_set(once.timer, AVU_TIME_NONE);
	settle(context);
	g_assert_cmpuint(never.fired, ==, 1);
	g_assert_cmpuint(once.fired, ==, 1);
	avu_timer_free(once.timer);
	avu_timer_free(twice.timer);
	avu_timer_free(never.timer);
	avu_timer_free(NULL);
}

static bool
on_readable(int fd, GIOCondition condition, void *data)
{
	char octet;

	g_assert_true((condition & (G_IO_IN | G_IO_HUP)) != 0);
	g_assert_cmpint(read(fd, &octet, 1), ==, 1);
	*(char *)data = octet;
	return octet != 'z'; /* the last */
}

static void
test_watch(void)
{
	g_autoptr(GMainContext) context = g_main_context_new();
	char seen = 0;
	int ends[2];

	g_assert_cmpint(pipe(ends), ==, 0);

	GSource *source = avu_watch_fd(context, ends[0], G_IO_IN, on_readable, &seen);

	(void)g_main_context_iteration(context, FALSE);
	g_assert_cmpint(seen, ==, 0);
	g_assert_cmpint(write(ends[1], "a", 1), ==, 1);
	(void)g_main_context_iteration(context, FALSE);
	g_assert_cmpint(seen, ==, 'a');
	g_assert_cmpint(write(ends[1], "zz", 2), ==, 2);
	settle(context);
	g_assert_cmpint(seen, ==, 'z');
	g_assert_true(g_source_is_destroyed(source)); /* false was returned */
	g_source_unref(source);
	(void)close(ends[0]);
	(void)close(ends[1]);
}

static void
count(void *data)
{
	++*(unsigned *)data;
}

static void
test_terminate(void)
{
	unsigned asked = 0;
	struct sigaction now;

	avu_on_terminate(count, &asked);
	g_assert_cmpint(raise(SIGTERM), ==, 0);
	g_assert_cmpuint(asked, ==, 0); /* not in the signal handler */
	settle(NULL);
	g_assert_cmpuint(asked, ==, 1);
	/* A second one would kill, as by default. */
	g_assert_cmpint(sigaction(SIGTERM, NULL, &now), ==, 0);
	g_assert_true(now.sa_handler == SIG_DFL);
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/loop/timer", test_timer);
	g_test_add_func("/loop/watch", test_watch);
	g_test_add_func("/loop/terminate", test_terminate);
	return g_test_run();
}
