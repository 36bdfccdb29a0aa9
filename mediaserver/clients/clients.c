/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Who was seen. Profiles are one immutable set that is replaced; records are few and guarded by one lock
 * that is held for a look-up only. Limits: CLIENTS_MAX. */
#include "mediaserver/clients/clients-private.h"

#include <errno.h>
#include <string.h>
#include <unistd.h>

#include <av-upnp/clock.h>
#include <av-upnp/data-dir.h>
#include <av-upnp/error.h>
#include <av-upnp/text.h>

#define FOLDER "clients"
#define SHOWN_MAX_BYTES 256
/* A television's media player sends another User-Agent than its browser: for so long after the last
 * telling one the address says who it is. */
#define REMEMBERED_NS (3600 * AVU_NS_PER_S)

/* What a request shows, and whose it is. */
typedef struct {
	AvuClientEvidence header;
	const void *data;
	const Record *record;
} Showing;

/* A server that gave up root may not see the folder of who started it any more. Then what was read
 * stays. @return NULL: so it is */
static AvuClientProfiles *
load(const Clients *clients, GPtrArray *problems)
{
	g_autoptr(GPtrArray) open = g_ptr_array_new();

	for (size_t i = 0; clients->folders[i] != NULL; i++) {
		bool closed = access(clients->folders[i], R_OK | X_OK) < 0 && errno == EACCES;

		if (closed && clients->was_there[i]) {
			g_warning("%s is closed to this user: profiles stay as they were read",
				clients->folders[i]);
			return NULL;
		}
		if (!closed) {
			g_ptr_array_add(open, clients->folders[i]);
		}
	}
	g_ptr_array_add(open, NULL);
	return avu_client_profiles_load((const char *const *)open->pdata, problems);
}

bool
clients_check(GError **error)
{
	g_autoptr(GPtrArray) problems = g_ptr_array_new_with_free_func(g_free);
	g_auto(GStrv) folders = avu_dup_profile_folders(FOLDER);
	g_autoptr(AvuClientProfiles) profiles =
		avu_client_profiles_load((const char *const *)folders, problems);

	if (problems->len == 0) {
		return true;
	}
	g_ptr_array_add(problems, NULL);
	g_autofree char *text = g_strjoinv("\n", (char **)problems->pdata);

	g_set_error(error, AVU_ERROR, AVU_ERROR_USAGE, "%s", text);
	return false;
}

static void
record_free(void *data)
{
	Record *record = data;

	g_free(record->address);
	for (size_t i = 0; i < CLIENT_EVIDENCE_MAX; i++) {
		g_free(record->shown[i]);
	}
	client_view_unref(record->view);
	client_view_unref(record->remembered);
	client_stand_clear(&record->stand);
	g_free(record->refused_last);
	if (record->others != NULL) {
		g_ptr_array_unref(record->others);
	}
	g_free(record);
}

Clients *
clients_new(void)
{
	Clients *clients = g_new0(Clients, 1);

	(void)pthread_mutex_init(&clients->lock, NULL);
	clients->records = g_hash_table_new_full(g_str_hash, g_str_equal, NULL, record_free);
	clients->watch_fd = -1;
	clients->overrides = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, g_free);
	clients->folders = avu_dup_profile_folders(FOLDER);
	clients->was_there = g_new0(bool, g_strv_length(clients->folders));
	clients_reload(clients);
	for (size_t i = 0; clients->folders[i] != NULL; i++) {
		clients->was_there[i] = access(clients->folders[i], R_OK | X_OK) == 0;
	}
	return clients;
}

void
clients_free(Clients *clients)
{
	if (clients == NULL) {
		return;
	}
	clients_unwatch(clients);
	g_hash_table_unref(clients->records);
	g_hash_table_unref(clients->overrides);
	g_strfreev(clients->folders);
	g_free(clients->was_there);
	avu_client_profiles_unref(clients->profiles);
	(void)pthread_mutex_destroy(&clients->lock);
	g_free(clients);
}

void
clients_reload(Clients *clients)
{
	g_autoptr(GPtrArray) problems = g_ptr_array_new_with_free_func(g_free);
	AvuClientProfiles *profiles = load(clients, problems);
	GHashTableIter iter;
	Record *record;

	for (guint i = 0; i < problems->len; i++) {
		g_warning("%s; that section is left out", (const char *)problems->pdata[i]);
	}
	if (profiles == NULL) {
		return;
	}
	(void)pthread_mutex_lock(&clients->lock);
	AvuClientProfiles *old = clients->profiles;

	clients->profiles = profiles;
	g_hash_table_iter_init(&iter, clients->records);
	while (g_hash_table_iter_next(&iter, NULL, (void **)&record)) {
		clients_forget_view(record);
	}
	(void)pthread_mutex_unlock(&clients->lock);
	avu_client_profiles_unref(old);
}

/* Records */

static void
forget_oldest(Clients *clients)
{
	GHashTableIter iter;
	Record *record, *oldest = NULL;

	g_hash_table_iter_init(&iter, clients->records);
	while (g_hash_table_iter_next(&iter, NULL, (void **)&record)) {
		oldest = oldest == NULL || record->seen_ns < oldest->seen_ns ? record : oldest;
	}
	if (oldest != NULL) {
		(void)g_hash_table_remove(clients->records, oldest->address);
	}
}

Record *
clients_take_record(Clients *clients, const char *address)
{
	Record *record = g_hash_table_lookup(clients->records, address);

	if (record == NULL) {
		if (g_hash_table_size(clients->records) >= CLIENTS_MAX) {
			forget_oldest(clients);
		}
		record = g_new0(Record, 1);
		record->address = g_strdup(address);
		record->first_s = avu_wall_ns() / AVU_NS_PER_S;
		(void)g_hash_table_insert(clients->records, record->address, record);
	}
	return record;
}

static size_t
evidence_index(const char *what)
{
	const char *const *list = avu_client_evidence_list();
	size_t i = 0;

	while (!g_str_equal(list[i], what)) { /* it is one of them */
		i++;
	}
	return i;
}

static const char *
show(const void *data, const char *what)
{
	const Showing *showing = data;

	if (g_str_equal(what, "Address")) {
		return showing->record->address;
	}
	if (g_str_has_prefix(what, CLIENT_DEVICE_PREFIX)) {
		return client_device_get(&showing->record->stand.device, what);
	}
	if (showing->header != NULL) {
		return showing->header(showing->data, what);
	}
	return showing->record->shown[evidence_index(what)];
}

/* Changes with anything that a profile could match. */
static unsigned
take_fingerprint(const Showing *showing)
{
	const char *const *list = avu_client_evidence_list();
	unsigned print = 5381;

	for (size_t i = 0; list[i] != NULL; i++) {
		const char *value = show(showing, list[i]);

		print = print * 33 + (value != NULL ? g_str_hash(value) : 1);
	}
	return print;
}

static GPtrArray *
ref_sink(const Record *record)
{
	GPtrArray *sink = clients_get_sink(record);

	return sink != NULL ? g_ptr_array_ref(sink) : NULL;
}

/* What the administrator said: by address, or by what the device there is. NULL: nothing, or of a profile
 * that is no more. */
static const AvuClientProfile *
find_override(const Clients *clients, const Record *record)
{
	const char *name = g_hash_table_lookup(clients->overrides, record->address);

	if (name == NULL && record->stand.device.udn != NULL) {
		name = g_hash_table_lookup(clients->overrides, record->stand.device.udn);
	}
	for (guint i = 0; name == NULL && record->others != NULL && i < record->others->len; i++) {
		const ClientStand *other = record->others->pdata[i];

		name = g_hash_table_lookup(clients->overrides, other->device.udn);
	}
	return name != NULL ? avu_client_profiles_find(clients->profiles, name) : NULL;
}

static ClientView *
make_view(const Clients *clients, const Record *record, const Showing *showing)
{
	ClientView *view = g_atomic_rc_box_new0(ClientView);
	const AvuClientProfile *said = find_override(clients, record);
	AvuClientMatch match;
	bool fits = avu_client_profiles_match(clients->profiles, show, showing, &match);

	view->profiles = avu_client_profiles_ref(clients->profiles);
	view->profile = said != NULL ? said : match.profile;
	view->address = g_strdup(record->address);
	view->overridden = said != NULL;
	view->known = said != NULL || (fits && !avu_client_has(match.profile, AVU_CLIENT_GENERIC));
	view->why = said != NULL ? g_strdup("the administrator says so")
		    : fits       ? g_strdup_printf("%s contains \"%s\"", match.what, match.pattern)
				 : g_strdup("nothing fits");
	view->sink = ref_sink(record);
	view->history = record->history;
	return view;
}

/* Kept for `explain`, and for when profiles change. */
static void
remember_shown(Record *record, const Showing *showing)
{
	const char *const *list = avu_client_evidence_list();

	for (size_t i = 0; showing->header != NULL && list[i] != NULL; i++) {
		const char *value = show(showing, list[i]);
		char *copy = value != NULL
				     ? avu_text_sanitize(value, strlen(value), SHOWN_MAX_BYTES)
				     : NULL;

		g_free(record->shown[i]);
		record->shown[i] = copy;
	}
}

ClientView *
clients_choose_view(Clients *clients, Record *record, AvuClientEvidence header, const void *data)
{
	const Showing showing = { header, data, record };
	unsigned print = take_fingerprint(&showing);
	int64_t now = avu_now_ns();

	if (record->view == NULL || record->fingerprint != print) {
		client_view_unref(record->view);
		record->view = make_view(clients, record, &showing);
		record->fingerprint = print;
		remember_shown(record, &showing);
	}
	if (record->view->known) {
		if (record->remembered != record->view) {
			client_view_unref(record->remembered);
			record->remembered = g_atomic_rc_box_acquire(record->view);
		}
		record->known_ns = now;
	} else if (record->remembered != NULL && now - record->known_ns < REMEMBERED_NS) {
		return record->remembered;
	}
	return record->view;
}

/* The same client, with what is known by now. */
static ClientView *
renew(const Record *record, ClientView *old)
{
	ClientView *view = g_atomic_rc_box_new0(ClientView);

	view->profiles = avu_client_profiles_ref(old->profiles);
	view->profile = old->profile;
	view->address = g_strdup(old->address);
	view->why = g_strdup(old->why);
	view->known = old->known;
	view->overridden = old->overridden;
	view->sink = ref_sink(record);
	view->history = record->history;
	client_view_unref(old);
	return view;
}

void
clients_refresh_view(Record *record)
{
	if (record->view != NULL) {
		record->view = renew(record, record->view);
	}
	if (record->remembered != NULL) {
		record->remembered = renew(record, record->remembered);
	}
}

void
clients_forget_view(Record *record)
{
	g_clear_pointer(&record->view, client_view_unref);
	g_clear_pointer(&record->remembered, client_view_unref);
}

ClientView *
clients_identify(
	Clients *clients, const AvuAddress *peer, AvuClientEvidence header, const void *data)
{
	g_autofree char *address = avu_address_format(peer);

	(void)pthread_mutex_lock(&clients->lock);
	Record *record = clients_take_record(clients, address);
	ClientView *view =
		g_atomic_rc_box_acquire(clients_choose_view(clients, record, header, data));

	record->last_s = avu_wall_ns() / AVU_NS_PER_S;
	record->seen_ns = avu_now_ns();
	record->n_requests++;
	(void)pthread_mutex_unlock(&clients->lock);
	return view;
}

static const char *
call_header(const void *data, const char *what)
{
	return avu_call_get_header(data, what);
}

static const char *
request_header(const void *data, const char *what)
{
	return avu_http_request_get_header(data, what);
}

static void
record_clear(Record *record)
{
	client_view_unref(record->view);
	client_view_unref(record->remembered);
	for (size_t i = 0; i < G_N_ELEMENTS(record->shown); i++) {
		g_free(record->shown[i]);
	}
}

/* Who nobody knows yet is not kept: it may be one who looks at each description that is announced. */
static ClientView *
glance(Clients *clients, const AvuAddress *peer, AvuClientEvidence header, const void *data)
{
	g_autofree char *address = avu_address_format(peer);
	Record unknown = { .address = address };

	(void)pthread_mutex_lock(&clients->lock);
	Record *record = g_hash_table_lookup(clients->records, address);
	ClientView *view = g_atomic_rc_box_acquire(
		clients_choose_view(clients, record != NULL ? record : &unknown, header, data));

	(void)pthread_mutex_unlock(&clients->lock);
	record_clear(&unknown);
	return view;
}

ClientView *
clients_glance_call(Clients *clients, const AvuCall *call)
{
	return clients != NULL && call != NULL
		       ? glance(clients, avu_call_get_peer(call), call_header, call)
		       : NULL;
}

ClientView *
clients_glance_request(Clients *clients, const AvuHttpRequest *request)
{
	return clients != NULL ? glance(clients, avu_http_request_get_peer(request), request_header,
					 request)
			       : NULL;
}

ClientView *
clients_identify_call(Clients *clients, const AvuCall *call)
{
	return clients != NULL && call != NULL
		       ? clients_identify(clients, avu_call_get_peer(call), call_header, call)
		       : NULL;
}

ClientView *
clients_identify_request(Clients *clients, const AvuHttpRequest *request)
{
	return clients != NULL ? clients_identify(clients, avu_http_request_get_peer(request),
					 request_header, request)
			       : NULL;
}
