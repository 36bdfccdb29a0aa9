/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* commands/command.h: a verb of the command line, and what it is run with */
#pragma once

#include <av-upnp/settings.h>

#include "address/content.h"
#include "output/output.h"
#include "session.h"

/* One run. A verb borrows all of it. */
/* What an operand names, for completion in a shell. */
typedef enum {
	OPERAND_OTHER,
	OPERAND_WORD,     /* one of a list */
	OPERAND_OBJECT,   /* on a server */
	OPERAND_PLAYABLE, /* an object or a file of this host */
	OPERAND_FILE,
	OPERAND_DEVICE,
	OPERAND_RENDERER,
	OPERAND_SERVER,
	OPERAND_SERVICE,
	OPERAND_ACTION,   /* of the service before it */
	OPERAND_ARGUMENT, /* of the action before it */
	OPERAND_KINDS,
} OperandKind;

typedef struct {
	OperandKind kind;
	const char *(*get_word)(size_t i); /* of WORD; NULL behind the last one */
} OperandSpec;

#define COMMAND_OPERANDS 3

typedef struct Command Command;
typedef struct {
	const Command *command;
	Session *session;
	Output *output;
	const AvuSettings *settings;
	char *const *operands; /* after the verb, NULL-ended, as many as the verb takes */
	unsigned n_operands;
	int exit_code; /* when the verb succeeds; 0 from the start */
} Run;

struct Command {
	const char *name;
	const char *operands; /* as in the usage line, "" for none */
	const char *summary;  /* one line of the list of verbs */
	const char *help;     /* what follows the usage line; fits a screen */
	unsigned min_operands, max_operands;
	OperandSpec operand_specs[COMMAND_OPERANDS]; /* in order; the last one is all that follow */
	const char *const *options; /* keys of settings that only some verbs know; NULL: none */
	OutputSchema schema;
	bool (*run)(Run *run, GError **error);
};

/* All verbs in the order of the help; name NULL ends them. */
extern const Command *const commands[];

/** @return NULL when there is none of that name */
const Command *commands_find(const char *name);
/** The verb that was probably meant, or NULL. */
const char *commands_find_nearest(const char *name);

extern const Command command_devices;
extern const Command command_info;
extern const Command command_ls;
extern const Command command_tree;
extern const Command command_find;
extern const Command command_search;
extern const Command command_cat;
extern const Command command_get;
extern const Command command_put;
extern const Command command_mkdir;
extern const Command command_rm;
extern const Command command_edit;
extern const Command command_bookmark;
extern const Command command_play;
extern const Command command_pause;
extern const Command command_toggle;
extern const Command command_stop;
extern const Command command_seek;
extern const Command command_next;
extern const Command command_prev;
extern const Command command_speed;
extern const Command command_mode;
extern const Command command_volume;
extern const Command command_mute;
extern const Command command_picture;
extern const Command command_preset;
extern const Command command_status;
extern const Command command_cover;
extern const Command command_watch;
extern const Command command_call;
extern const Command command_queue;
extern const Command command_sleep;
extern const Command command_daemon;
extern const Command command_ui;
extern const Command command_alias;
extern const Command command_default;
extern const Command command_config;
extern const Command command_wake;
extern const Command command_doctor;
extern const Command command_complete;

/* Of use to several verbs. */

/** The renderer of -r, or the only one. */
AvuRemoteDevice *run_find_renderer(Run *run, GError **error);
/** The same; one that sleeps is woken and waited for. */
AvuRemoteDevice *run_wake_renderer(Run *run, GError **error);
/** Value of -s, or NULL. */
const char *run_get_server(const Run *run);
/** Is --object given: are operands object ids, whatever they look like? */
bool run_names_objects(const Run *run);
/** What an operand names on a server, and the search for that server alone. */
bool run_find_object(const Run *run, const char *operand, ContentPlace *ret_place, GError **error);
bool run_prepare_object(const Run *run, const char *operand, GError **error);
/** An action of the renderer whose answer is of no interest. */
bool run_call(Run *run, AvuRemoteDevice *device, const AvuServiceSpec *service, const char *action,
	const char *const *arguments, GError **error);
/** Reports what was done. @param record  reference taken; gets "renderer" and "udn" */
void run_report(Run *run, AvuRemoteDevice *renderer, json_t *record);
/** Writes one record as the whole output. @param record  reference taken */
void run_write_one(Run *run, json_t *record);
