/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* usage.h: the command line before any verb runs: parsed, checked, explained. Pure. */
#pragma once

#include "commands/command.h"

/* Exit codes that scripts rely on. */
typedef enum {
	EXIT_CODE_OK = 0,
	EXIT_CODE_FAILED = 1, /* none of the others: this host, an answer that cannot be read */
	EXIT_CODE_USAGE = 2,
	EXIT_CODE_NOT_FOUND = 3,
	EXIT_CODE_REFUSED = 4,
	EXIT_CODE_UNREACHABLE = 5,
} ExitCode;

ExitCode exit_code_of(const GError *error);

/** Takes options from anywhere on the line; "-5" is an operand. Reads the configuration, too.
 *  @param argc,argv  only operands are left, the program's name in front
 *  @return false with USAGE, or what reading the configuration said */
bool usage_parse(AvuSettings *settings, int *argc, char ***argv, GError **error);
/** The verb and its operands.
 *  @param argv  as usage_parse() left it; argv[1] is the verb
 *  @return NULL with USAGE */
const Command *usage_find_command(
	const AvuSettings *settings, int argc, char *const *argv, GError **error);

/** What the verb takes, behind a misuse of it whose sentence does not say so; other errors stay as they are.
 *  @param argv  the verb is its first word that is one */
void usage_add_form(int argc, char *const *argv, GError *error);

/** Does this verb know the option? @param command  NULL: any verb */
bool usage_knows_option(const Command *command, const char *key);

/** Help of the program, or of one verb. g_free() it. */
char *usage_format(const AvuSettings *settings);
char *usage_format_command(const Command *command);
