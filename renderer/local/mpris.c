/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* MPRIS over GDBus. Methods call the same actions as control points; a change of the service's
 * variables, whoever made it, becomes PropertiesChanged, so both sides are told the same.
 *
 * Main thread; GDBus reads and writes on a thread of its own. The bus is that of the user's session:
 * who may speak on it may also end this program, so its words are checked for form only. */

#include "mpris.h"

#include <string.h>

#include <gio/gio.h>

#include <av-upnp/clock.h>
#include <av-upnp/loop.h>

#include "mpris-facts.h"

#define MPRIS_PATH "/org/mpris/MediaPlayer2"
#define MPRIS_PLAYER "org.mpris.MediaPlayer2.Player"
#define MPRIS_NAME "org.mpris.MediaPlayer2.avrenderer"
#define TOLD_AFTER_NS (50 * AVU_NS_PER_MS)
#define US_NS 1000
/* A position that is further off than this is a seek. */
#define JUMP_NS AVU_NS_PER_S

struct Mpris {
	const LocalDevice *device;
	GDBusConnection *bus;
	GCancellable *cancel;
	GDBusNodeInfo *node;
	GHashTable *told; /* property → GVariant */
	AvuTimer *timer;
	guint name_id;
	bool waiting;
	bool playing;
	int64_t position_ns, at_ns; /* where it was, and when; AVU_TIME_NONE */
};

static const char introspection[] =
	"<node><interface name='org.mpris.MediaPlayer2'>"
	"<method name='Raise'/><method name='Quit'/>"
	"<property name='CanQuit' type='b' access='read'/>"
	"<property name='CanRaise' type='b' access='read'/>"
	"<property name='HasTrackList' type='b' access='read'/>"
	"<property name='Identity' type='s' access='read'/>"
	"<property name='SupportedUriSchemes' type='as' access='read'/>"
	"<property name='SupportedMimeTypes' type='as' access='read'/>"
	"</interface><interface name='" MPRIS_PLAYER "'>"
	"<method name='Next'/><method name='Previous'/><method name='Pause'/>"
	"<method name='PlayPause'/><method name='Stop'/><method name='Play'/>"
	"<method name='Seek'><arg name='Offset' type='x' direction='in'/></method>"
	"<method name='SetPosition'><arg name='TrackId' type='o' direction='in'/>"
	"<arg name='Position' type='x' direction='in'/></method>"
	"<method name='OpenUri'><arg name='Uri' type='s' direction='in'/></method>"
	"<signal name='Seeked'><arg name='Position' type='x'/></signal>"
	"<property name='PlaybackStatus' type='s' access='read'/>"
	"<property name='LoopStatus' type='s' access='readwrite'/>"
	"<property name='Rate' type='d' access='readwrite'/>"
	"<property name='Shuffle' type='b' access='readwrite'/>"
	"<property name='Metadata' type='a{sv}' access='read'/>"
	"<property name='Volume' type='d' access='readwrite'/>"
	"<property name='Position' type='x' access='read'/>"
	"<property name='MinimumRate' type='d' access='read'/>"
	"<property name='MaximumRate' type='d' access='read'/>"
	"<property name='CanGoNext' type='b' access='read'/>"
	"<property name='CanGoPrevious' type='b' access='read'/>"
	"<property name='CanPlay' type='b' access='read'/>"
	"<property name='CanPause' type='b' access='read'/>"
	"<property name='CanSeek' type='b' access='read'/>"
	"<property name='CanControl' type='b' access='read'/>"
	"</interface></node>";

/* ---- methods */

static bool
do_play_pause(const LocalDevice *device, const LocalFacts *facts, GVariant *arguments G_GNUC_UNUSED,
	GError **error)
{
	return strcmp(facts->state, "PLAYING") == 0
		       ? local_device_call(device->transport, "Pause", NULL, NULL, error)
		       : local_device_play(device, error);
}

static bool
do_play(const LocalDevice *device, const LocalFacts *facts G_GNUC_UNUSED,
	GVariant *arguments G_GNUC_UNUSED, GError **error)
{
	return local_device_play(device, error);
}

/* "If seeking beyond the end of the track, act like a call to Next." */
static bool
do_seek(const LocalDevice *device, const LocalFacts *facts, GVariant *arguments, GError **error)
{
	gint64 offset_us = 0;

	g_variant_get(arguments, "(x)", &offset_us);
	int64_t to_ns =
		MAX(facts->position_ns, 0) +
		CLAMP(offset_us, -G_MAXINT32 * INT64_C(1000), G_MAXINT32 * INT64_C(1000)) * US_NS;

	if (facts->duration_ns > 0 && to_ns > facts->duration_ns) {
		return local_device_call(device->transport, "Next", NULL, NULL, error);
	}
	return local_device_seek(device, to_ns, error);
}

/* A track that is not the current one, or a place outside of it: nothing happens, says MPRIS. */
static bool
do_set_position(
	const LocalDevice *device, const LocalFacts *facts, GVariant *arguments, GError **error)
{
	const char *track = NULL;
	gint64 position_us = 0;

	g_variant_get(arguments, "(&ox)", &track, &position_us);
	if (strcmp(track, mpris_facts_get_track_id(facts)) != 0 || position_us < 0 ||
		facts->duration_ns <= 0 || position_us > facts->duration_ns / US_NS) {
		return true;
	}
	return local_device_seek(device, position_us * US_NS, error);
}

static bool
do_open(const LocalDevice *device, const LocalFacts *facts G_GNUC_UNUSED, GVariant *arguments,
	GError **error)
{
	static const char *const names[] = { "CurrentURI", "CurrentURIMetaData", NULL };
	const char *uri = NULL;

	g_variant_get(arguments, "(&s)", &uri);
	const char *const values[] = { uri, "", NULL };

	return local_device_call(device->transport, "SetAVTransportURI", names, values, error) &&
	       local_device_play(device, error);
}

static const struct {
	const char *method;
	const char *action; /* of AVTransport, without arguments; NULL: apply */
	bool (*apply)(const LocalDevice *device, const LocalFacts *facts, GVariant *arguments,
		GError **error);
} methods[] = {
	{ "Next", "Next", NULL },
	{ "Previous", "Previous", NULL },
	{ "Pause", "Pause", NULL },
	{ "Stop", "Stop", NULL },
	{ "Play", NULL, do_play },
	{ "PlayPause", NULL, do_play_pause },
	{ "Seek", NULL, do_seek },
	{ "SetPosition", NULL, do_set_position },
	{ "OpenUri", NULL, do_open },
};

static void
on_method(GDBusConnection *bus G_GNUC_UNUSED, const gchar *sender G_GNUC_UNUSED,
	const gchar *path G_GNUC_UNUSED, const gchar *interface G_GNUC_UNUSED, const gchar *method,
	GVariant *arguments, GDBusMethodInvocation *invocation, gpointer data)
{
	const LocalDevice *device = ((const Mpris *)data)->device;
	g_auto(LocalFacts) facts = { NULL };
	g_autoptr(GError) error = NULL;

	local_facts_get(device, &facts);
	for (size_t i = 0; i < G_N_ELEMENTS(methods); i++) {
		if (strcmp(methods[i].method, method) != 0) {
			continue;
		}
		if (methods[i].action != NULL) {
			(void)local_device_call(
				device->transport, methods[i].action, NULL, NULL, &error);
		} else {
			(void)methods[i].apply(device, &facts, arguments, &error);
		}
	}
	/* A seek while paused changes no variable. */
	mpris_note_change(data);
	/* Raise and Quit: CanRaise and CanQuit say that nothing comes of them. */
	if (error != NULL) {
		g_dbus_method_invocation_return_error(
			invocation, G_DBUS_ERROR, G_DBUS_ERROR_FAILED, "%s", error->message);
	} else {
		g_dbus_method_invocation_return_value(invocation, NULL);
	}
}

/* ---- properties */

static GVariant *
get_root_property(const LocalDevice *device, const char *property)
{
	static const char *const schemes[] = { "http", "https", NULL };
	static const char *const none[] = { NULL };

	if (strcmp(property, "Identity") == 0) {
		return g_variant_new_string(device->name);
	}
	if (strcmp(property, "SupportedUriSchemes") == 0) {
		return g_variant_new_strv(schemes, -1);
	}
	if (strcmp(property, "SupportedMimeTypes") == 0) {
		return g_variant_new_strv(none, 0);
	}
	return g_variant_new_boolean(FALSE); /* CanQuit, CanRaise, HasTrackList */
}

static GVariant *
on_get(GDBusConnection *bus G_GNUC_UNUSED, const gchar *sender G_GNUC_UNUSED,
	const gchar *path G_GNUC_UNUSED, const gchar *interface, const gchar *property,
	GError **error, gpointer data)
{
	const LocalDevice *device = ((const Mpris *)data)->device;
	g_auto(LocalFacts) facts = { NULL };

	if (strcmp(interface, MPRIS_PLAYER) != 0) {
		return get_root_property(device, property);
	}
	local_facts_get(device, &facts);
	if (strcmp(property, "Position") == 0) {
		return g_variant_new_int64(MAX(facts.position_ns, 0) / US_NS);
	}
	GVariant *value = mpris_facts_get(&facts, property);

	if (value == NULL) {
		g_set_error(error, G_DBUS_ERROR, G_DBUS_ERROR_UNKNOWN_PROPERTY, "no %s", property);
	}
	return value;
}

static bool
set_mode(const LocalDevice *device, const char *loop, bool shuffle, GError **error)
{
	static const char *const names[] = { "NewPlayMode", NULL };
	const char *values[] = { mpris_facts_find_mode(loop, shuffle), NULL };

	if (values[0] == NULL) {
		g_set_error(error, G_DBUS_ERROR, G_DBUS_ERROR_INVALID_ARGS, "no such LoopStatus");
		return false;
	}
	return local_device_call(device->transport, "SetPlayMode", names, values, error);
}

static gboolean
on_set(GDBusConnection *bus G_GNUC_UNUSED, const gchar *sender G_GNUC_UNUSED,
	const gchar *path G_GNUC_UNUSED, const gchar *interface G_GNUC_UNUSED,
	const gchar *property, GVariant *value, GError **error, gpointer data)
{
	const LocalDevice *device = ((const Mpris *)data)->device;
	g_auto(LocalFacts) facts = { NULL };
	g_autoptr(GError) trouble = NULL;

	local_facts_get(device, &facts);
	g_autoptr(GVariant) loop = g_variant_ref_sink(mpris_facts_get(&facts, "LoopStatus"));
	g_autoptr(GVariant) shuffle = g_variant_ref_sink(mpris_facts_get(&facts, "Shuffle"));

	if (strcmp(property, "Volume") == 0 && facts.volume >= 0) {
		double part = g_variant_get_double(value);

		/* written so that a NaN is silence */
		part = part > 0 ? MIN(part, 1) : 0;
		(void)local_device_set_volume(
			device, (int64_t)(part * facts.volume_max + 0.5), &trouble);
	} else if (strcmp(property, "LoopStatus") == 0) {
		(void)set_mode(device, g_variant_get_string(value, NULL),
			g_variant_get_boolean(shuffle), &trouble);
	} else if (strcmp(property, "Shuffle") == 0) {
		(void)set_mode(device, g_variant_get_string(loop, NULL),
			g_variant_get_boolean(value), &trouble);
	}
	/* Rate has one value: others are ignored. */
	if (trouble != NULL) {
		g_set_error(error, G_DBUS_ERROR, G_DBUS_ERROR_FAILED, "%s", trouble->message);
	}
	return trouble == NULL;
}

/* ---- what changed */

static void
emit(Mpris *mpris, const char *interface, const char *signal, GVariant *arguments)
{
	/* fails when the bus is gone; then nobody listens */
	(void)g_dbus_connection_emit_signal(
		mpris->bus, NULL, MPRIS_PATH, interface, signal, arguments, NULL);
}

static void
tell_jump(Mpris *mpris, const LocalFacts *facts)
{
	const int64_t now_ns = avu_now_ns();
	const int64_t due_ns =
		mpris->position_ns + (mpris->playing ? now_ns - mpris->at_ns : INT64_C(0));
	const bool known = mpris->position_ns != AVU_TIME_NONE;

	if (strcmp(facts->state, "TRANSITIONING") == 0) {
		return;
	}
	mpris->position_ns = facts->position_ns;
	mpris->at_ns = now_ns;
	mpris->playing = strcmp(facts->state, "PLAYING") == 0;
	if (known && facts->position_ns != AVU_TIME_NONE &&
		ABS(facts->position_ns - due_ns) > JUMP_NS) {
		emit(mpris, MPRIS_PLAYER, "Seeked",
			g_variant_new("(x)", facts->position_ns / US_NS));
	}
}

static void
on_timer(void *data)
{
	Mpris *mpris = data;
	g_auto(LocalFacts) facts = { NULL };
	GVariantBuilder changed;
	bool any = false;

	mpris->waiting = false;
	if (mpris->bus == NULL) {
		return;
	}
	local_facts_get(mpris->device, &facts);
	g_variant_builder_init(&changed, G_VARIANT_TYPE_VARDICT);
	for (const char *const *name = mpris_facts_list(); *name != NULL; name++) {
		GVariant *value = g_variant_ref_sink(mpris_facts_get(&facts, *name));
		GVariant *before = g_hash_table_lookup(mpris->told, *name);

		if (before == NULL || !g_variant_equal(before, value)) {
			g_variant_builder_add(&changed, "{sv}", *name, value);
			(void)g_hash_table_insert(
				mpris->told, (gpointer)*name, g_variant_ref(value));
			any = true;
		}
		g_variant_unref(value);
	}
	if (any) {
		emit(mpris, "org.freedesktop.DBus.Properties", "PropertiesChanged",
			g_variant_new("(sa{sv}as)", MPRIS_PLAYER, &changed, NULL));
	} else {
		g_variant_builder_clear(&changed);
	}
	tell_jump(mpris, &facts);
}

void
mpris_note_change(Mpris *mpris)
{
	if (mpris != NULL && mpris->bus != NULL && !mpris->waiting) {
		mpris->waiting = true;
		avu_timer_set(mpris->timer, TOLD_AFTER_NS);
	}
}

/* ---- life */

/* Another renderer of this user has the plain name. */
static void
on_name_lost(GDBusConnection *bus, const gchar *name, gpointer data)
{
	Mpris *mpris = data;

	if (bus == NULL || mpris->bus == NULL || strcmp(name, MPRIS_NAME) != 0) {
		return;
	}
	g_autofree char *other = g_strdup_printf(MPRIS_NAME ".instance%d", (int)getpid());

	g_bus_unown_name(mpris->name_id);
	mpris->name_id = g_bus_own_name_on_connection(
		bus, other, G_BUS_NAME_OWNER_FLAGS_NONE, NULL, on_name_lost, mpris, NULL);
}

static void
on_connected(GObject *source G_GNUC_UNUSED, GAsyncResult *result, gpointer data)
{
	static const GDBusInterfaceVTable functions = { on_method, on_get, on_set, { NULL } };
	g_autoptr(GError) error = NULL;
	GDBusConnection *bus = g_dbus_connection_new_for_address_finish(result, &error);

	if (bus == NULL) {
		/* cancelled: then mpris is gone */
		g_info("no session bus: %s", error->message);
		return;
	}
	Mpris *mpris = data;

	mpris->bus = bus;
	for (size_t i = 0; mpris->node->interfaces[i] != NULL; i++) {
		if (g_dbus_connection_register_object(bus, MPRIS_PATH, mpris->node->interfaces[i],
			    &functions, mpris, NULL, &error) == 0) {
			g_warning("MPRIS: %s", error->message);
			g_clear_error(&error);
		}
	}
	mpris->name_id = g_bus_own_name_on_connection(bus, MPRIS_NAME,
		G_BUS_NAME_OWNER_FLAGS_DO_NOT_QUEUE, NULL, on_name_lost, mpris, NULL);
	mpris_note_change(mpris);
}

/* Not GIO's own search: that would start a bus where there is none. */
static char *
find_bus(void)
{
	const char *address = g_getenv("DBUS_SESSION_BUS_ADDRESS");
	const char *folder = g_getenv("XDG_RUNTIME_DIR");
	g_autofree char *path = folder != NULL ? g_build_filename(folder, "bus", NULL) : NULL;

	if (address != NULL) {
		return g_strdup(address);
	}
	if (path == NULL || !g_file_test(path, G_FILE_TEST_EXISTS)) {
		return NULL;
	}
	g_autofree char *escaped = g_dbus_address_escape_value(path);

	return g_strconcat("unix:path=", escaped, NULL);
}

Mpris *
mpris_new(const LocalDevice *device)
{
	Mpris *mpris = g_new0(Mpris, 1);
	g_autofree char *address = find_bus();

	mpris->device = device;
	mpris->position_ns = AVU_TIME_NONE;
	mpris->cancel = g_cancellable_new();
	mpris->told = g_hash_table_new_full(
		g_str_hash, g_str_equal, NULL, (GDestroyNotify)g_variant_unref);
	mpris->timer = avu_timer_new(NULL, AVU_TIME_NONE, on_timer, mpris);
	mpris->node = g_dbus_node_info_new_for_xml(introspection, NULL);
	if (address != NULL) {
		g_dbus_connection_new_for_address(address,
			G_DBUS_CONNECTION_FLAGS_AUTHENTICATION_CLIENT |
				G_DBUS_CONNECTION_FLAGS_MESSAGE_BUS_CONNECTION,
			NULL, mpris->cancel, on_connected, mpris);
	}
	return mpris;
}

void
mpris_free(Mpris *mpris)
{
	if (mpris == NULL) {
		return;
	}
	g_cancellable_cancel(mpris->cancel);
	if (mpris->name_id != 0) {
		g_bus_unown_name(mpris->name_id);
	}
	if (mpris->bus != NULL) {
		GDBusConnection *bus = g_steal_pointer(&mpris->bus);

		/* not waited for: the end of the socket gives the name back, too */
		g_dbus_connection_close(bus, NULL, NULL, NULL);
		g_object_unref(bus);
	}
	g_object_unref(mpris->cancel);
	g_dbus_node_info_unref(mpris->node);
	g_hash_table_unref(mpris->told);
	avu_timer_free(mpris->timer);
	g_free(mpris);
}
