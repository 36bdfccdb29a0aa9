/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Timers that fire when a test says that time has passed. Link with --wrap of avu_timer_new, avu_timer_set and
 * avu_timer_free, and of avu_clock_monotonic where clocks are to show the same time. One thread. */
#pragma once

#include <av-upnp/clock.h>
#include <av-upnp/loop.h>

struct AvuTimer {
	int64_t due_ns; /* AVU_TIME_NONE: not set */
	void (*fn)(void *data);
	void *data;
};

AvuTimer *__wrap_avu_timer_new(
	GMainContext *context, int64_t delay_ns, void (*fn)(void *data), void *data);
void __wrap_avu_timer_set(AvuTimer *timer, int64_t delay_ns);
void __wrap_avu_timer_free(AvuTimer *timer);
const AvuClock *__wrap_avu_clock_monotonic(void);

static GPtrArray *fake_timers; /* those there are */
static int64_t fake_now_ns;

void
__wrap_avu_timer_set(AvuTimer *timer, int64_t delay_ns)
{
	timer->due_ns = delay_ns == AVU_TIME_NONE ? AVU_TIME_NONE : fake_now_ns + MAX(delay_ns, 0);
}

AvuTimer *
__wrap_avu_timer_new(GMainContext *context, int64_t delay_ns, void (*fn)(void *data), void *data)
{
	AvuTimer *timer = g_new0(AvuTimer, 1);

	(void)context;
	timer->fn = fn;
	timer->data = data;
	__wrap_avu_timer_set(timer, delay_ns);
	if (fake_timers == NULL) {
		fake_timers = g_ptr_array_new();
	}
	g_ptr_array_add(fake_timers, timer);
	return timer;
}

void
__wrap_avu_timer_free(AvuTimer *timer)
{
	if (timer != NULL) {
		g_assert_true(g_ptr_array_remove_fast(fake_timers, timer));
		g_free(timer);
	}
	if (fake_timers != NULL && fake_timers->len == 0) {
		g_clear_pointer(&fake_timers, g_ptr_array_unref);
	}
}

static int64_t
fake_clock_now(void *self)
{
	(void)self;
	return fake_now_ns;
}

const AvuClock *
__wrap_avu_clock_monotonic(void)
{
	static const AvuClock clock = { fake_clock_now, NULL };

	return &clock;
}

/* @return the one that is due first, until then; NULL: none is */
static AvuTimer *
fake_timer_find(int64_t until_ns)
{
	AvuTimer *first = NULL;

	for (guint i = 0; fake_timers != NULL && i < fake_timers->len; i++) {
		AvuTimer *timer = fake_timers->pdata[i];

		if (timer->due_ns != AVU_TIME_NONE && timer->due_ns <= until_ns &&
			(first == NULL || timer->due_ns < first->due_ns)) {
			first = timer;
		}
	}
	return first;
}

/* So much time passes; whatever is due happens, in its order. */
static inline void
fake_time_pass(int64_t ns)
{
	const int64_t until_ns = fake_now_ns + ns;
	AvuTimer *timer;

	while ((timer = fake_timer_find(until_ns)) != NULL) {
		fake_now_ns = timer->due_ns;
		timer->due_ns = AVU_TIME_NONE;
		timer->fn(timer->data);
	}
	fake_now_ns = until_ns;
}
