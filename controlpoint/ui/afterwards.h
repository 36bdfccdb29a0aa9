/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* ui/afterwards.h: what was ordered and stands in line when the text interface ends. Main thread. */
#pragma once

#include <sys/types.h>

/** Runs one order after the other in a process of its own, which outlives this one. The first that does not
 *  reach its device is the last. Never waits.
 *  @param before   child of this process that is to end first
 *  @param program  path of avcp
 *  @param orders   NULL-ended: argument vectors */
void ui_afterwards_run(pid_t before, const char *program, char *const *const *orders);
