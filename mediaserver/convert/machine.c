/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* A line of figures and the name of the processor they hold for. Pure but for the name. */
#include "mediaserver/convert/machine.h"

#include <stdio.h>
#include <string.h>

#include <av-upnp/cursor.h>

/* Of another way of measuring: not comparable. */
#define VERSION "1"
/* Pixels per second: no machine is slower or faster than that. */
#define PPS_MIN 1000
#define PPS_MAX INT64_C(1000000000000)
#define LINE_MAX_OCTETS 1024

static int64_t *
figure(ConvertMachine *machine, unsigned i)
{
	return i == 0                 ? &machine->decode_pps
	       : i <= CONVERT_PRESETS ? &machine->h264_pps[i - 1]
				      : &machine->mpeg2_pps;
}

char *
machine_describe_cpu(void)
{
	FILE *file = fopen("/proc/cpuinfo", "re");
	char line[LINE_MAX_OCTETS];
	char *name = NULL;

	while (file != NULL && name == NULL && fgets(line, sizeof(line), file) != NULL) {
		const char *colon = strchr(line, ':');

		if (colon != NULL && g_str_has_prefix(line, "model name")) {
			name = g_strstrip(g_strdup(colon + 1));
		}
	}
	if (file != NULL) {
		(void)fclose(file); /* only read */
	}
	char *text =
		g_strdup_printf("%u %s", g_get_num_processors(), name != NULL ? name : "unknown");

	g_free(name);
	return text;
}

char *
machine_format(const ConvertMachine *machine, const char *cpu)
{
	GString *text = g_string_new(VERSION);
	ConvertMachine copy = *machine;

	for (unsigned i = 0; i < MACHINE_FIGURES; i++) {
		g_string_append_printf(text, " %" G_GINT64_FORMAT, *figure(&copy, i));
	}
	g_string_append_printf(text, " %s", cpu);
	return g_string_free(text, FALSE);
}

bool
machine_take_figures(const int64_t figures[MACHINE_FIGURES], ConvertMachine *ret_machine)
{
	for (unsigned i = 0; i < MACHINE_FIGURES; i++) {
		/* 0: what it takes for this is not there */
		if (figures[i] != 0 && (figures[i] < PPS_MIN || figures[i] > PPS_MAX)) {
			return false;
		}
	}
	for (unsigned i = 0; i < MACHINE_FIGURES; i++) {
		*figure(ret_machine, i) = figures[i];
	}
	return true;
}

bool
machine_parse(const char *text, const char *cpu, ConvertMachine *ret_machine)
{
	AvuCursor in = avu_cursor_string(text);
	int64_t figures[MACHINE_FIGURES];

	if (!avu_cursor_take(&in, VERSION)) {
		return false;
	}
	for (unsigned i = 0; i < MACHINE_FIGURES; i++) {
		if (!avu_cursor_take_char(&in, ' ') ||
			!avu_cursor_take_int(&in, 0, PPS_MAX, &figures[i])) {
			return false;
		}
	}
	return avu_cursor_take_char(&in, ' ') && avu_cursor_equal(&in, cpu) &&
	       machine_take_figures(figures, ret_machine);
}
