/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The table of verbs and what several of them need. Main thread. */
#include <string.h>

#include <av-upnp/text.h>

#include "address/finder.h"
#include "commands/command.h"

const Command *const commands[] = {
	&command_devices,
	&command_info,
	&command_ls,
	&command_tree,
	&command_find,
	&command_search,
	&command_cat,
	&command_get,
	&command_put,
	&command_mkdir,
	&command_rm,
	&command_edit,
	&command_bookmark,
	&command_play,
	&command_pause,
	&command_toggle,
	&command_stop,
	&command_seek,
	&command_next,
	&command_prev,
	&command_speed,
	&command_mode,
	&command_volume,
	&command_mute,
	&command_picture,
	&command_preset,
	&command_queue,
	&command_sleep,
	&command_wake,
	&command_status,
	&command_cover,
	&command_watch,
	&command_call,
	&command_ui,
	&command_alias,
	&command_default,
	&command_config,
	&command_daemon,
	&command_doctor,
	&command_complete,
	NULL,
};

const Command *
commands_find(const char *name)
{
	for (size_t i = 0; commands[i] != NULL; i++) {
		if (strcmp(commands[i]->name, name) == 0) {
			return commands[i];
		}
	}
	return NULL;
}

const char *
commands_find_nearest(const char *name)
{
	const char *names[G_N_ELEMENTS(commands)] = { NULL };

	for (size_t i = 0; commands[i] != NULL; i++) {
		names[i] = commands[i]->name;
	}
	return avu_text_nearest(name, names);
}

static const char *
value_of(const Run *run, const char *key)
{
	const char *value = avu_settings_get_string(run->settings, key);

	return value != NULL && value[0] != '\0' ? value : NULL;
}

AvuRemoteDevice *
run_find_renderer(Run *run, GError **error)
{
	return finder_find(run->session, AVU_DEVICE_RENDERER, value_of(run, "Renderer"), error);
}

AvuRemoteDevice *
run_wake_renderer(Run *run, GError **error)
{
	return finder_find_awake(
		run->session, AVU_DEVICE_RENDERER, value_of(run, "Renderer"), error);
}

const char *
run_get_server(const Run *run)
{
	return value_of(run, "Server");
}

bool
run_names_objects(const Run *run)
{
	return avu_settings_get_bool(run->settings, "Object");
}

bool
run_find_object(const Run *run, const char *operand, ContentPlace *ret_place, GError **error)
{
	return (operand != NULL && run_names_objects(run) ? content_find_id : content_find)(
		run->session, operand, run_get_server(run), ret_place, error);
}

bool
run_prepare_object(const Run *run, const char *operand, GError **error)
{
	return run_names_objects(run)
		       ? finder_prepare(run->session, AVU_DEVICE_SERVER, run_get_server(run), error)
		       : content_prepare(run->session, operand, run_get_server(run), error);
}

bool
run_call(Run *run, AvuRemoteDevice *device, const AvuServiceSpec *service, const char *action,
	const char *const *arguments, GError **error)
{
	g_autoptr(AvuRemoteAnswer) answer =
		session_call(run->session, device, service, action, arguments, error);

	return answer != NULL;
}

void
run_write_one(Run *run, json_t *record)
{
	output_begin(run->output, &run->command->schema);
	output_record(run->output, record);
	output_end(run->output);
}

void
run_report(Run *run, AvuRemoteDevice *renderer, json_t *record)
{
	record_set_text(record, "renderer", avu_remote_device_get_name(renderer));
	record_set_text(record, "udn", avu_remote_device_get_udn(renderer));
	run_write_one(run, record);
}
