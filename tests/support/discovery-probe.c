/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* discovery-probe: discovery and nothing else, for the system tests. Says what it is told, one line
 * per call-back on standard output.
 *
 *     discovery-probe announce PORT MAX-AGE BOOT-ID [INTERFACE…]
 *     discovery-probe search TARGET MX [INTERFACE…]
 *
 * PORT is where somebody else serves /description.xml. SIGTERM withdraws. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <av-upnp/cursor.h>
#include <av-upnp/discovery.h>
#include <av-upnp/log.h>
#include <av-upnp/loop.h>

typedef struct {
	GMainLoop *loop;
	AvuDiscovery *discovery;
} Probe;

static void
on_seen(const AvuSeen *seen, void *user_data)
{
	g_autofree char *source = avu_address_format(&seen->source);

	(void)user_data;
	printf("seen %s %s %s %u %" G_GINT64_FORMAT " %u %s %s\n", seen->udn, seen->target,
		seen->location, seen->max_age_s, seen->boot_id, seen->interface_index, source,
		seen->server != NULL ? seen->server : "-");
}

static void
on_gone(const char *udn, unsigned interface_index, void *user_data)
{
	(void)user_data;
	printf("gone %s %u\n", udn, interface_index);
}

static void
on_settled(unsigned n_interfaces, void *user_data)
{
	(void)user_data;
	printf("settled %u\n", n_interfaces);
}

static void
on_trouble(const char *interface_name, const char *sentence, void *user_data)
{
	(void)user_data;
	printf("trouble %s: %s\n", interface_name, sentence);
}

static const AvuDiscoveryListener listener = {
	.seen = on_seen, .gone = on_gone, .settled = on_settled, .trouble = on_trouble
};

static void
on_changed(void *user_data)
{
	Probe *probe = user_data;

	avu_discovery_interfaces_changed(probe->discovery);
}

static void
on_withdrawn(void *user_data)
{
	Probe *probe = user_data;

	puts("withdrawn");
	g_main_loop_quit(probe->loop);
}

static void
on_terminate(void *user_data)
{
	Probe *probe = user_data;

	avu_discovery_withdraw(probe->discovery, on_withdrawn, probe);
}

static bool
begin(Probe *probe, char **words)
{
	uint64_t port, max_age_s, boot_id, mx_s;
	AvuAnnouncement announcement = { .udn = "uuid:probe", .config_id = 1 };

	if (strcmp(words[0], "search") == 0 && avu_parse_uint(words[2], 5, &mx_s)) {
		avu_discovery_search(probe->discovery, words[1], (unsigned)mx_s);
		return true;
	}
	if (strcmp(words[0], "announce") != 0 || !avu_parse_uint(words[1], 65535, &port) ||
		!avu_parse_uint(words[2], 86400, &max_age_s) ||
		!avu_parse_uint(words[3], INT32_MAX, &boot_id)) {
		return false;
	}
	announcement.port = (uint16_t)port;
	announcement.max_age_s = (unsigned)max_age_s;
	announcement.boot_id = (uint32_t)boot_id;
	avu_discovery_announce(probe->discovery, &announcement);
	return true;
}

int
main(int argc, char **argv)
{
	g_autoptr(GError) error = NULL;
	g_autoptr(AvuSpawner) spawner = avu_spawner_new(NULL, &error);
	Probe probe = { 0 };
	int first_interface = argc > 1 && strcmp(argv[1], "announce") == 0 ? 5 : 4;

	setvbuf(stdout, NULL, _IOLBF, 0);
	if (spawner == NULL || argc < first_interface ||
		!avu_log_init("discovery-probe", AVU_LOG_STDERR, "debug", &error)) {
		fprintf(stderr, "discovery-probe: %s\n", error != NULL ? error->message : "usage");
		return 2;
	}
	g_autoptr(AvuSupervisor) supervisor = avu_supervisor_new(spawner, g_main_context_default());
	g_autoptr(AvuInterfaceWatch) watch = avu_interface_watch_new(g_main_context_default(),
		(const char *const *)argv + first_interface, on_changed, &probe, &error);

	if (watch == NULL) {
		fprintf(stderr, "discovery-probe: %s\n", error->message);
		return 1;
	}
	probe.loop = g_main_loop_new(NULL, FALSE);
	probe.discovery = avu_discovery_new(supervisor, watch, &listener, &probe);
	avu_on_terminate(on_terminate, &probe);
	if (begin(&probe, argv + 1)) {
		g_main_loop_run(probe.loop);
	}
	avu_discovery_free(probe.discovery);
	g_main_loop_unref(probe.loop);
	return 0;
}
