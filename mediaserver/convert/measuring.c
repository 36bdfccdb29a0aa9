/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* A minute after the start, or later when the machine is busy, a worker is asked; a thread waits for its
 * figures and leaves them to the main thread. Until then plans are careful (plan.h). */
#include "mediaserver/convert/measuring.h"

#include <stdlib.h>

#include <av-upnp/loop.h>

#include "mediaserver/convert/machine.h"

#define STATE_NAME "convert-speed"
/* What failed may have been a moment without memory or a worker; more often it fails always. */
#define TRIES_MAX 5

struct Measuring {
	Conversions *conversions;
	AvuStateDir *state_dir;
	AvuMailbox *mailbox;
	AvuTimer *timer;
	GThread *thread; /* NULL: none is at it */
	int64_t first_ns;
	double load_max;
	unsigned tries;
	char *cpu;
	bool measured; /* this and the next: the thread's until it has posted */
	ConvertMachine machine;
};

static void
keep(const Measuring *self)
{
	g_autoptr(GError) error = NULL;
	g_autofree char *text = machine_format(&self->machine, self->cpu);
	const double million = 1000000;

	conversions_set_figures(self->conversions, &self->machine);
	g_info("this machine codes %.0f to %.0f million pixels a second as H.264",
		(double)self->machine.h264_pps[CONVERT_VERYFAST] / million,
		(double)self->machine.h264_pps[CONVERT_ULTRAFAST] / million);
	if (!avu_state_dir_store_text(self->state_dir, STATE_NAME, text, &error)) {
		g_warning("how fast this machine is cannot be kept: %s", error->message);
	}
}

static void
on_measured(void *data)
{
	Measuring *self = data;

	(void)g_thread_join(g_steal_pointer(&self->thread));
	self->tries++;
	if (self->measured) {
		keep(self);
	} else if (self->tries < TRIES_MAX) {
		avu_timer_set(self->timer, self->first_ns << self->tries);
	} else {
		g_message("how fast this machine converts could not be measured, films are made "
			  "small; it is tried again at the next start");
	}
}

static void *
measure(void *data)
{
	Measuring *self = data;
	g_autoptr(GError) error = NULL;
	g_autoptr(Conversion) conversion = conversion_begin_measuring(self->conversions, &error);
	int64_t figures[MACHINE_FIGURES];
	char *at = (char *)figures;
	size_t len = 0;
	ssize_t got = 1;

	while (conversion != NULL && got > 0 && len < sizeof(figures)) {
		got = conversion_read(conversion, at + len, sizeof(figures) - len);
		len += got > 0 ? (size_t)got : 0;
	}
	self->measured = len == sizeof(figures) && machine_take_figures(figures, &self->machine);
	if (!self->measured) {
		g_info("this machine was not measured: %s",
			error != NULL ? error->message : "no figures came");
	}
	avu_mailbox_post(self->mailbox, on_measured, self, NULL);
	return NULL;
}

static bool
is_busy(const Measuring *self)
{
	double load;

	return conversions_count(self->conversions) > 0 || getloadavg(&load, 1) != 1 ||
	       load > self->load_max * g_get_num_processors();
}

static void
on_timer(void *data)
{
	Measuring *self = data;

	if (is_busy(self)) {
		avu_timer_set(self->timer, self->first_ns);
	} else if (self->thread == NULL) {
		self->thread = g_thread_new("measure", measure, self);
	}
}

Measuring *
measuring_new(Conversions *conversions, AvuStateDir *state_dir, AvuMailbox *mailbox,
	int64_t first_ns, double load_max)
{
	Measuring *self = g_new0(Measuring, 1);
	g_autofree char *kept = avu_state_dir_load_text(state_dir, STATE_NAME);

	self->first_ns = first_ns;
	self->load_max = load_max;
	self->conversions = conversions;
	self->state_dir = state_dir;
	self->mailbox = mailbox;
	self->cpu = machine_describe_cpu();
	if (kept != NULL && machine_parse(kept, self->cpu, &self->machine)) {
		conversions_set_figures(conversions, &self->machine);
	} else {
		self->timer = avu_timer_new(NULL, first_ns, on_timer, self);
	}
	return self;
}

void
measuring_free(Measuring *self)
{
	if (self == NULL) {
		return;
	}
	if (self->thread != NULL) {
		(void)g_thread_join(self->thread);
	}
	avu_timer_free(self->timer);
	g_free(self->cpu);
	g_free(self);
}
