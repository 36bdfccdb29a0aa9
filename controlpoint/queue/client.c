/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The verbs' side of the daemon. It is started as a session of its own, so that it outlives the terminal;
 * that happens in a process that has no thread. Main thread. */
#include <fcntl.h>
#include <string.h>
#include <sys/wait.h>

#include <av-upnp/clock.h>
#include <av-upnp/error.h>
#include <av-upnp/fd.h>
#include <av-upnp/local-control.h>

#include "output/output.h"
#include "queue/client.h"
#include "queue/feeder.h"

#define START_NS (5 * AVU_NS_PER_S)
#define START_PIECE_US 10000

char *
queue_directory(void)
{
	/* of the user, also of root: it is nobody's service */
	return g_build_filename(g_get_user_state_dir(), "av-upnp", "avcp", NULL);
}

json_t *
queue_order_new(const char *name, const AvuRemoteDevice *renderer)
{
	json_t *order = json_object();
	json_t *device = json_object();

	record_set_text(device, "udn", avu_remote_device_get_udn(renderer));
	record_set_text(device, "name", avu_remote_device_get_name(renderer));
	record_set_text(device, "location", avu_remote_device_get_location(renderer));
	record_set_text(order, "do", name);
	(void)json_object_set_new(order, "renderer", device);
	return order;
}

static bool
is_absent(const GError *error)
{
	return g_error_matches(error, AVU_ERROR, AVU_ERROR_UNREACHABLE);
}

bool
queue_daemon_runs(void)
{
	g_autofree char *directory = queue_directory();
	g_autoptr(GError) error = NULL;
	g_autofree char *answer = avu_local_control_ask(directory, "{}", &error);

	return answer != NULL;
}

/* Two forks: the daemon belongs to no one here, and nobody has to wait for its end. */
static bool
start_daemon(GError **error)
{
	const pid_t child = fork();

	if (child == 0) {
		const int nothing = open("/dev/null", O_RDWR | O_CLOEXEC);

		(void)setsid();
		if (nothing >= 0 && fork() == 0) {
			(void)dup2(nothing, STDIN_FILENO);
			(void)dup2(nothing, STDOUT_FILENO);
			(void)dup2(nothing, STDERR_FILENO);
			(void)execl("/proc/self/exe", "avcp", "daemon", NULL);
		}
		_exit(0);
	}
	if (child < 0) {
		g_set_error(error, AVU_ERROR, AVU_ERROR_IO, "the daemon cannot be started");
		return false;
	}
	(void)waitpid(child, NULL, 0);
	return true;
}

static char *
ask_started(const char *directory, const char *text, GError **error)
{
	const int64_t deadline_ns = avu_now_ns() + START_NS;

	if (!start_daemon(error)) {
		return NULL;
	}
	for (;;) {
		g_autoptr(GError) why = NULL;
		char *answer = avu_local_control_ask(directory, text, &why);

		if (answer != NULL) {
			return answer;
		}
		if (!is_absent(why) || avu_now_ns() > deadline_ns) {
			g_set_error(error, AVU_ERROR, AVU_ERROR_UNREACHABLE,
				"the daemon does not start; \"avcp daemon\" says why");
			return NULL;
		}
		g_usleep(START_PIECE_US);
	}
}

json_t *
queue_ask(json_t *order, bool start, GError **error)
{
	g_autofree char *directory = queue_directory();
	char *text = json_dumps(order, JSON_COMPACT);
	g_autoptr(GError) why = NULL;
	g_autofree char *said = avu_local_control_ask(directory, text, &why);

	json_decref(order);
	if (said == NULL && start && is_absent(why)) {
		g_clear_error(&why);
		said = ask_started(directory, text, &why);
	}
	free(text);
	if (said == NULL) {
		g_propagate_error(error, g_steal_pointer(&why));
		return NULL;
	}
	json_t *answer = json_loads(said, 0, NULL);
	const json_t *code = json_object_get(answer, "error");

	if (!json_is_object(answer) || json_is_integer(code)) {
		const char *sentence = json_string_value(json_object_get(answer, "text"));

		g_set_error(error, AVU_ERROR,
			json_is_integer(code) ? (int)json_integer_value(code) : AVU_ERROR_SYNTAX,
			"%s", sentence != NULL ? sentence : "the daemon's answer cannot be read");
		json_decref(answer);
		return NULL;
	}
	return answer;
}

bool
queue_start_converting(GError **error)
{
	json_auto_t *answer =
		queue_ask(json_pack("{s:s}", "do", QUEUE_ORDER_CONVERT), /* start = */ true, error);

	return answer != NULL;
}

json_t *
queue_daemon_devices(void)
{
	json_auto_t *answer = queue_ask(json_pack("{s:s}", "do", QUEUE_ORDER_DEVICES), false, NULL);

	return json_incref(json_object_get(answer, "devices"));
}

bool
queue_daemon_heard(const char *usn, AnnouncedSpan *ret_span)
{
	json_auto_t *answer = queue_ask(
		json_pack("{s:s, s:s}", "do", QUEUE_ORDER_HEARD, "usn", usn), false, NULL);
	json_int_t listened, silence;
	int heard;

	if (answer == NULL || json_unpack(answer, "{s:I, s:I, s:b}", "listened_ns", &listened,
				      "silence_ns", &silence, "heard", &heard) != 0) {
		return false;
	}
	*ret_span = (AnnouncedSpan){ listened, silence, heard != 0 };
	return true;
}

/* From the disk: what was learned is written at once, and no daemon need run. */
const char *
queue_learned_habit(const AvuRemoteDevice *renderer)
{
	g_autofree char *directory = queue_directory();
	g_autofree char *path = g_build_filename(directory, QUEUE_FILE, NULL);
	g_autoptr(GBytes) bytes = avu_file_read(path, QUEUE_FILE_BYTES_MAX, NULL);
	json_auto_t *all = bytes != NULL ? json_loadb(g_bytes_get_data(bytes, NULL),
						   g_bytes_get_size(bytes), 0, NULL)
					 : NULL;

	for (size_t i = 0; i < json_array_size(all); i++) {
		const json_t *entry = json_array_get(all, i);
		const char *udn = json_string_value(json_object_get(entry, "udn"));
		const NextHabit habit =
			next_habit_parse(json_string_value(json_object_get(entry, "next")));

		if (udn != NULL && strcmp(udn, avu_remote_device_get_udn(renderer)) == 0) {
			return habit != NEXT_UNKNOWN ? next_habit_name(habit) : NULL;
		}
	}
	return NULL;
}
