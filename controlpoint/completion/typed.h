/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* completion/typed.h: what the words in front of the one being typed say about it. Pure. */
#pragma once

#include "commands/command.h"

typedef struct {
	const char *word;             /* being typed; of an option's value what follows the "=" */
	int n_head;                   /* octets before it in the same word: of "--server=" */
	const AvuSettingSpec *option; /* word is its value; NULL: it is none */
	const Command *command;       /* NULL: the verb is being typed, or is unknown */
	bool verb_given;
	unsigned index;                /* which operand word is; 0: the first after the verb */
	const char *operands[2];       /* the first ones, or NULL */
	const char *server, *renderer; /* values of -s and -r, or NULL */
	bool operands_only;            /* behind "--" */
} Typed;

/** @param words  as completion_find() takes them; live as long as the result */
Typed typed_read(const char *const *words);
