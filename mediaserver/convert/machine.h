/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* convert/machine.h: how fast this machine converts, kept between starts */
#pragma once

#include "mediaserver/convert/plan.h"

G_BEGIN_DECLS

/* What a worker writes when it is asked to measure: so many int64, in the order of ConvertMachine. */
#define MACHINE_FIGURES (2 + CONVERT_PRESETS)

/** "2 AMD Ryzen…": processors and their name; figures of another machine count for nothing. g_free() it. */
char *machine_describe_cpu(void);
/** One line of text. g_free() it. */
char *machine_format(const ConvertMachine *machine, const char *cpu);
/** @param ret_machine  its figures are filled in, able stays
 *  @return false: they are of another machine, or nonsense */
bool machine_parse(const char *text, const char *cpu, ConvertMachine *ret_machine);
/** The same of what a worker wrote; foreign. */
bool machine_take_figures(const int64_t figures[MACHINE_FIGURES], ConvertMachine *ret_machine);

G_END_DECLS
