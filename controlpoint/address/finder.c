/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Finding devices: by search, or by the URL the user gave. Main thread.
 *
 * A search asks for answers within MX 1 s and goes out twice; who answered may take a moment more for
 * its description. So the network is taken to be quiet when that second is over and nobody was heard
 * for QUIET_NS. A second round, for when nothing fits, is for lost datagrams and devices that sleep. */
#include <string.h>

#include <av-upnp/clock.h>
#include <av-upnp/error.h>
#include <av-upnp/text.h>

#include "address/device-cache.h"
#include "address/device-name.h"
#include "address/finder.h"
#include "address/names.h"
#include "address/wake.h"
#include "queue/client.h"

#define ANSWERS_NS (1150 * AVU_NS_PER_MS) /* MX, the second datagram's delay, the way back */
#define QUIET_NS (280 * AVU_NS_PER_MS)
#define LATE_DESCRIPTION_NS (600 * AVU_NS_PER_MS) /* after the last answer */
#define LONGEST_NS (3 * AVU_NS_PER_S)             /* some answer for ever */
#define ROUNDS 2
#define AWAKE_NS \
	(40 * AVU_NS_PER_S) /* from the packet to the first answer: televisions start slowly */
#define REMEMBERED_NS (150 * AVU_NS_PER_MS) /* head start of the last seen place */

typedef struct {
	Session *session;
	AvuDeviceKind kind;
	const char *wanted;
	AvuRemoteDevice *found;
} Search;

static bool
is_url(const char *wanted)
{
	return wanted != NULL && (g_ascii_strncasecmp(wanted, "http://", 7) == 0 ||
					 g_ascii_strncasecmp(wanted, "https://", 8) == 0);
}

static const char *
role_of(AvuDeviceKind kind)
{
	static const char *const roles[] = {
		[AVU_DEVICE_OTHER] = "device",
		[AVU_DEVICE_SERVER] = "server",
		[AVU_DEVICE_RENDERER] = "renderer",
	};

	return roles[kind];
}

static DeviceLabel
label_of(const AvuRemoteDevice *device)
{
	return (DeviceLabel){
		.name = avu_remote_device_get_name(device),
		.udn = avu_remote_device_get_udn(device),
		.address = avu_remote_device_get_address(device),
	};
}

/* @return NULL when none or several fit; error may be NULL */
static AvuRemoteDevice *
choose(const Search *search, DeviceNameMatch *ret_match, GError **error)
{
	g_autoptr(GPtrArray) devices = session_list(search->session, search->kind);
	g_autofree DeviceLabel *labels = g_new0(DeviceLabel, devices->len + 1);

	for (guint i = 0; i < devices->len; i++) {
		labels[i] = label_of(devices->pdata[i]);
	}
	const int chosen = device_name_choose(
		labels, devices->len, search->wanted, role_of(search->kind), ret_match, error);

	return chosen >= 0 ? avu_remote_device_ref(devices->pdata[chosen]) : NULL;
}

static bool
whole_match(void *data)
{
	Search *search = data;
	DeviceNameMatch match = DEVICE_NAME_NONE;
	g_autoptr(AvuRemoteDevice) device =
		search->wanted != NULL ? choose(search, &match, NULL) : NULL;

	/* One at a link-local address may have another one, which others can use, too. */
	if (device == NULL || match != DEVICE_NAME_WHOLE ||
		strchr(avu_remote_device_get_address(device), '%') != NULL) {
		return false;
	}
	search->found = g_steal_pointer(&device);
	return true;
}

typedef struct {
	Session *session;
	AvuDeviceKind kind;
	bool (*ready)(void *data); /* may be NULL */
	void *data;
} Window;

/* When the network will have been quiet for long enough, if nothing more is heard. */
static int64_t
quiet_at(const Window *window)
{
	const int64_t searched_ns = session_get_searched_ns(window->session, window->kind);
	const int64_t heard_ns = session_get_heard_ns(window->session, window->kind);
	const int64_t quiet_ns =
		heard_ns +
		(session_get_pending(window->session) > 0 ? LATE_DESCRIPTION_NS : QUIET_NS);
	const int64_t longest_ns = MIN(LONGEST_NS, session_get_timeout_ns(window->session));

	return MIN(MAX(quiet_ns, searched_ns + ANSWERS_NS), searched_ns + longest_ns);
}

static bool
window_is_over(void *data)
{
	const Window *window = data;

	return (window->ready != NULL && window->ready(window->data)) ||
	       avu_now_ns() >= quiet_at(window);
}

/* Until everybody had the time to answer the last search for kind. ready may end it early.
 * @return false when the search could not be made */
static bool
wait_window(
	Session *session, AvuDeviceKind kind, bool (*ready)(void *data), void *data, GError **error)
{
	Window window = { session, kind, ready, data };

	if (!session_await_search(session, error)) {
		return false;
	}
	while (!session_wait(session, quiet_at(&window), window_is_over, &window) &&
		!session_is_interrupted(session)) {
		/* somebody was heard meanwhile: it is over later */
	}
	return true;
}

/* Where a device named in full was last. g_free() it; NULL: not known */
static char *
find_last_location(AvuDeviceKind kind, const char *wanted)
{
	g_autoptr(DeviceCache) cache = device_cache_load(NULL);

	return wanted != NULL ? g_strdup(device_cache_find(cache, kind, wanted)) : NULL;
}

/* Nobody fits, but somebody answers searches and nothing else: that is said, and where it must be the one
 * that is meant (there is no other, or it was there last) it is the error.
 * @param none  taken */
static void
report_none(const Search *search, GError *none, GError **error)
{
	const GError *why = NULL;
	const char *location = g_error_matches(none, AVU_ERROR, AVU_ERROR_NOT_FOUND)
				       ? session_find_silent(search->session, search->kind, &why)
				       : NULL;

	if (location == NULL) {
		g_propagate_error(error, none);
		return;
	}
	g_autoptr(GPtrArray) others = session_list(search->session, search->kind);
	g_autofree char *last = find_last_location(search->kind, search->wanted);
	const bool meant = others->len == 0 || g_strcmp0(last, location) == 0;
	const char *cause = why != NULL ? why->message : "nothing comes from there";

	g_set_error(error, AVU_ERROR,
		!meant        ? none->code
		: why != NULL ? why->code
			      : (int)AVU_ERROR_TIMEOUT,
		"%s%sa %s answers searches, but its description '%s' cannot be had: %s; restart "
		"it, or let that TCP port through its firewall (avcp doctor tells more)",
		meant ? "" : none->message, meant ? "" : "; ", role_of(search->kind), location,
		cause);
	g_error_free(none);
}

static AvuRemoteDevice *
find_by_search(Search *search, GError **error)
{
	for (unsigned round = 1;; round++) {
		g_autoptr(GError) none = NULL;

		if (!wait_window(search->session, search->kind, whole_match, search, error)) {
			return NULL;
		}
		AvuRemoteDevice *device =
			search->found != NULL ? search->found : choose(search, NULL, &none);

		/* Nobody: another try. Too many: another try can only find more. */
		if (device != NULL || round == ROUNDS ||
			g_error_matches(none, AVU_ERROR, AVU_ERROR_AMBIGUOUS)) {
			if (none != NULL) {
				report_none(search, g_steal_pointer(&none), error);
			}
			return device;
		}
		session_search_again(search->session, search->kind);
	}
}

static const char *
text_of(const json_t *json, const char *key)
{
	const char *text = json_string_value(json_object_get(json, key));

	return text != NULL ? text : "";
}

/* The one of these that is meant. @param devices  as queue_daemon_devices() gives them */
static const json_t *
choose_of(const json_t *devices, AvuDeviceKind kind, const char *wanted)
{
	g_autofree DeviceLabel *labels = g_new0(DeviceLabel, json_array_size(devices) + 1);
	g_autoptr(GPtrArray) fitting = g_ptr_array_new();

	for (size_t i = 0; i < json_array_size(devices); i++) {
		const json_t *device = json_array_get(devices, i);

		if (kind == AVU_DEVICE_OTHER ||
			strcmp(text_of(device, "type"), role_of(kind)) == 0) {
			labels[fitting->len] = (DeviceLabel){ text_of(device, "name"),
				text_of(device, "udn"), text_of(device, "address"), NULL };
			g_ptr_array_add(fitting, (void *)device);
		}
	}
	const int chosen =
		device_name_choose(labels, fitting->len, wanted, role_of(kind), NULL, NULL);

	return chosen >= 0 ? fitting->pdata[chosen] : NULL;
}

/* What the device is called from now on: by its name, which people know, where no other has it. */
static const char *
name_for(const json_t *devices, const json_t *chosen)
{
	unsigned n = 0;

	for (size_t i = 0; i < json_array_size(devices); i++) {
		n += avu_text_compare(text_of(json_array_get(devices, i), "name"),
			     text_of(chosen, "name")) == 0;
	}
	return n == 1 ? text_of(chosen, "name") : text_of(chosen, "udn");
}

/* Where the daemon sees the device: it has looked around already, so that nobody has to wait for a second
 * one that fits. @param wanted  becomes its name when it does; taken and given
 * @return g_free() it; NULL: no daemon, or it does not know better */
static char *
ask_daemon(const Session *session, AvuDeviceKind kind, char **wanted)
{
	json_auto_t *devices = session_is_restricted(session) ? NULL : queue_daemon_devices();
	const json_t *chosen = devices != NULL ? choose_of(devices, kind, *wanted) : NULL;

	if (chosen == NULL) {
		return NULL;
	}
	g_free(*wanted);
	*wanted = g_strdup(name_for(devices, chosen));
	return g_strdup(text_of(chosen, "location"));
}

static void
remember(const GPtrArray *devices)
{
	g_autoptr(DeviceCache) cache = device_cache_load(NULL);

	for (guint i = 0; i < devices->len; i++) {
		DeviceLabel label = label_of(devices->pdata[i]);
		g_autofree char *mac = wake_learn(label.address);

		label.mac = mac;
		device_cache_learn(cache, avu_remote_device_get_kind(devices->pdata[i]), &label,
			avu_remote_device_get_location(devices->pdata[i]));
	}
	device_cache_save(cache);
}

static AvuRemoteDevice *
find_at(const Search *search)
{
	g_autoptr(GPtrArray) devices = session_list(search->session, search->kind);

	for (guint i = 0; i < devices->len; i++) {
		if (strcmp(avu_remote_device_get_location(devices->pdata[i]), search->wanted) ==
			0) {
			return avu_remote_device_ref(devices->pdata[i]);
		}
	}
	return NULL;
}

static bool
location_settled(void *data)
{
	Search *search = data;

	if (search->found == NULL) {
		search->found = find_at(search);
	}
	return search->found != NULL || session_get_pending(search->session) == 0;
}

static AvuRemoteDevice *
find_by_location(Search *search, GError **error)
{
	const int64_t deadline_ns = avu_now_ns() + session_get_timeout_ns(search->session);
	const bool settled = session_wait(search->session, deadline_ns, location_settled, search);
	const GError *trouble = session_find_trouble(search->session, search->wanted);

	if (search->found != NULL) {
		return search->found;
	}
	if (trouble != NULL) {
		g_propagate_error(error, g_error_copy(trouble));
	} else if (!settled) {
		g_set_error(error, AVU_ERROR, AVU_ERROR_TIMEOUT, "'%s' did not answer in time",
			search->wanted);
	} else {
		g_set_error(error, AVU_ERROR, AVU_ERROR_NOT_FOUND, "the device at '%s' is no %s",
			search->wanted, role_of(search->kind));
	}
	return NULL;
}

/* The word of the command line, or what the user has said it stands for. g_free() it. */
static char *
resolve(AvuDeviceKind kind, const char *word)
{
	g_autoptr(Names) names = names_load(NULL);

	return names_resolve(names, kind, word);
}

/* The word of the command line, the place where that device should be, and whether to look there first.
 * @return false with an error of the word */
static bool
begin(Session *session, AvuDeviceKind kind, char **wanted, char **ret_place, GError **error)
{
	if (is_url(*wanted)) {
		g_autoptr(AvuUrl) url = avu_url_parse_own(*wanted, error);

		return url != NULL && session_add_location(session, avu_url_get_text(url), error);
	}
	*ret_place = ask_daemon(session, kind, wanted);
	if (*ret_place == NULL) {
		*ret_place = find_last_location(kind, *wanted);
	}
	/* The search need not begin if the device is still there. */
	return (*ret_place != NULL && session_try_location(session, *ret_place)) ||
	       session_search(session, kind, error);
}

bool
finder_prepare(Session *session, AvuDeviceKind kind, const char *word, GError **error)
{
	g_autofree char *wanted = resolve(kind, word);
	g_autofree char *place = NULL;

	return begin(session, kind, &wanted, &place, error);
}

static AvuRemoteDevice *
find_by_name(Search *search, const char *place, GError **error)
{
	if (place != NULL &&
		session_wait(search->session, avu_now_ns() + REMEMBERED_NS, whole_match, search)) {
		return search->found;
	}
	if (!session_search(search->session, search->kind, error)) {
		return NULL;
	}
	AvuRemoteDevice *found = find_by_search(search, error);

	if (found != NULL) {
		g_autoptr(GPtrArray) one = g_ptr_array_new();

		g_ptr_array_add(one, found);
		remember(one);
	}
	return found;
}

AvuRemoteDevice *
finder_find(Session *session, AvuDeviceKind kind, const char *word, GError **error)
{
	g_autofree char *wanted = resolve(kind, word);
	g_autofree char *place = NULL;

	if (!begin(session, kind, &wanted, &place, error)) {
		return NULL;
	}
	Search search = { .session = session, .kind = kind, .wanted = wanted };

	if (!is_url(wanted)) {
		return find_by_name(&search, place, error);
	}
	g_autoptr(AvuUrl) url = avu_url_parse_own(wanted, NULL);

	search.wanted = avu_url_get_text(url);
	return find_by_location(&search, error);
}

char *
finder_find_mac(AvuDeviceKind kind, const char *word)
{
	g_autofree char *wanted = resolve(kind, word);
	g_autoptr(DeviceCache) cache = device_cache_load(NULL);

	return wanted != NULL ? g_strdup(device_cache_find_mac(cache, kind, wanted)) : NULL;
}

/* One that wakes answers searches before it takes connections. */
static bool
may_be_asleep(const GError *why, bool woken)
{
	return g_error_matches(why, AVU_ERROR, AVU_ERROR_NOT_FOUND) ||
	       (woken && (g_error_matches(why, AVU_ERROR, AVU_ERROR_UNREACHABLE) ||
				 g_error_matches(why, AVU_ERROR, AVU_ERROR_TIMEOUT)));
}

AvuRemoteDevice *
finder_find_awake(Session *session, AvuDeviceKind kind, const char *word, GError **error)
{
	const int64_t deadline_ns = avu_now_ns() + AWAKE_NS;
	g_autofree char *mac = finder_find_mac(kind, word);
	g_autoptr(GError) why = NULL;
	bool woken = false;
	AvuRemoteDevice *device = finder_find(session, kind, word, &why);

	if (device == NULL && mac != NULL && g_error_matches(why, AVU_ERROR, AVU_ERROR_NOT_FOUND)) {
		g_message("%s does not answer; waking it",
			word != NULL ? word : "the default renderer");
	}
	while (device == NULL && mac != NULL && avu_now_ns() < deadline_ns &&
		!session_is_interrupted(session) && may_be_asleep(why, woken) &&
		wake_send(session, mac, NULL)) {
		woken = true;
		g_clear_error(&why);
		session_search_again(session, kind);
		device = finder_find(session, kind, word, &why);
	}
	if (why != NULL) {
		g_propagate_error(error, g_steal_pointer(&why));
	}
	return device;
}

GPtrArray *
finder_list(Session *session, AvuDeviceKind kind, GError **error)
{
	if (!session_search(session, kind, error) ||
		!wait_window(session, kind, NULL, NULL, error)) {
		return NULL;
	}
	GPtrArray *devices = session_list(session, kind);

	remember(devices);
	return devices;
}
