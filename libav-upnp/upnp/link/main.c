/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* link/main.c: the helper around libupnp: one interface, one role, one registration.
 *
 * The main thread obeys frames and keeps the times of announcements; libupnp's threads send what
 * they heard. The link ends with its program: its end of the channel closes, it says bye-bye. */
#include <arpa/inet.h>
#include <errno.h>
#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <av-upnp/clock.h>
#include <av-upnp/error.h>
#include <av-upnp/frame.h>
#include <av-upnp/sandbox.h>
#include <av-upnp/spawner.h>
#include <av-upnp/url.h>

#include "confine.h"
#include "control-point.h"
#include "device.h"
#include "gate.h"
#include "six-device.h"
#include "six.h"
#include "spread.h"
#include "upnp-sdk.h"

#define FIRST_ANNOUNCEMENT_NS (100 * AVU_NS_PER_MS) /* at most: hosts that boot together spread */
#define DROPPED_REPORT_NS (60 * AVU_NS_PER_S)

typedef struct {
	char *interface;
	SsdpLink link;
	unsigned interface_index;
	bool configured;
	bool registered;
	bool announced;
	bool ended;
	int six_trouble; /* errno of its sockets; told when there is an address that they would serve */
	int64_t announce_ns; /* next announcement, AVU_TIME_NONE: none */
	int64_t report_ns;
} Link;

static pthread_mutex_t send_lock = PTHREAD_MUTEX_INITIALIZER;

void
upnp_sdk_set_error(GError **error, const char *what, int code)
{
	g_set_error(error, AVU_ERROR, AVU_ERROR_FAILED, "%s: %s (%d)", what,
		UpnpGetErrorMessage(code), code);
}

/* From any thread. A channel that fails is noticed by the main thread when it reads. */
static void
tell(uint16_t type, const AvuFrameWriter *payload)
{
	(void)pthread_mutex_lock(&send_lock);
	(void)avu_frame_send(AVU_HELPER_FD, type, payload, NULL, 0, NULL);
	(void)pthread_mutex_unlock(&send_lock);
}

static void
tell_text(uint16_t type, const char *text)
{
	g_auto(AvuFrameWriter) payload = { 0 };

	avu_frame_writer_init(&payload);
	avu_frame_put_string(&payload, text);
	tell(type, &payload);
}

static void
on_seen(const ControlPointNotice *notice)
{
	g_auto(AvuFrameWriter) payload = { 0 };

	avu_frame_writer_init(&payload);
	avu_frame_put_string(&payload, notice->udn);
	avu_frame_put_string(&payload, notice->target);
	avu_frame_put_string(&payload, notice->location);
	avu_frame_put_string(&payload, notice->server[0] != '\0' ? notice->server : NULL);
	avu_frame_put_u32(&payload, notice->max_age_s);
	avu_frame_put_i64(&payload, notice->boot_id);
	avu_frame_put_string(&payload, notice->source);
	tell(LINK_SEEN, &payload);
}

static void
on_gone(const ControlPointNotice *notice)
{
	g_auto(AvuFrameWriter) payload = { 0 };

	avu_frame_writer_init(&payload);
	avu_frame_put_string(&payload, notice->udn);
	avu_frame_put_string(&payload, notice->source);
	tell(LINK_GONE, &payload);
}

static const ControlPointListener listener = { on_seen, on_gone };

static bool
bad_frame(GError **error, const char *name)
{
	g_set_error(error, AVU_ERROR, AVU_ERROR_SYNTAX, "frame %s does not belong here", name);
	return false;
}

/* Everything that needs rights is done: give them up, then say so. */
static bool
finish_registration(Link *self, GError **error)
{
	if (!link_confine(error)) {
		return false;
	}
	g_autofree char *held = avu_sandbox_describe();

	self->registered = true;
	self->report_ns = avu_now_ns() + DROPPED_REPORT_NS;
	tell_text(LINK_REGISTERED, held);
	return true;
}

static bool
start_sdk(Link *self, GError **error)
{
	int code;

	if (!six_open(self->interface, self->interface_index, self->link.role)) {
		self->six_trouble = errno;
	}
	gate_open(&self->link, self->interface, self->interface_index);
	code = UpnpInit2(self->interface, 0);
	if (code != UPNP_E_SUCCESS) {
		upnp_sdk_set_error(error, "starting", code);
		return false;
	}
	gate_set_started();
	if (self->link.role == LINK_ROLE_DEVICE) {
		return true;
	}
	return control_point_register(&listener, error) && finish_registration(self, error);
}

static bool
on_configure(Link *self, AvuFrameReader *reader, GError **error)
{
	SsdpLink *link = &self->link;

	link->role = avu_frame_take_u32(reader);
	g_free(self->interface);
	self->interface = avu_frame_take_string(reader, LINK_MAX_NAME);
	self->interface_index = avu_frame_take_u32(reader);
	link->address = avu_frame_take_u32(reader);
	link->n_prefixes = avu_frame_take_u32(reader);
	if (self->configured || link->n_prefixes > LINK_MAX_PREFIXES) {
		return bad_frame(error, "CONFIGURE");
	}
	for (unsigned i = 0; i < link->n_prefixes; i++) {
		link->prefixes[i].address = avu_frame_take_u32(reader);
		link->prefixes[i].bits = avu_frame_take_u32(reader);
	}
	if (!avu_frame_reader_finish(reader) || self->interface == NULL ||
		link->role > LINK_ROLE_CONTROL_POINT) {
		return bad_frame(error, "CONFIGURE");
	}
	link->product = avu_product_token();
	self->configured = true;
	return start_sdk(self, error);
}

static bool
on_networks6(Link *self, AvuFrameReader *reader, GError **error)
{
	SsdpLink *link = &self->link;
	bool good = self->configured;
	const uint32_t n = avu_frame_take_u32(reader);

	for (uint32_t i = 0; good && i < MIN(n, LINK_MAX_PREFIXES); i++) {
		g_autofree char *text = avu_frame_take_string(reader, LINK_MAX_ADDRESS);

		good = text != NULL && inet_pton(AF_INET6, text, &link->prefixes6[i].address) == 1;
		link->prefixes6[i].bits = avu_frame_take_u32(reader);
		link->prefixes6[i].temporary = avu_frame_take_u32(reader) != 0;
	}
	if (!good || n > LINK_MAX_PREFIXES || !avu_frame_reader_finish(reader)) {
		return bad_frame(error, "NETWORKS6");
	}
	link->n_prefixes6 = n;
	gate_set_networks6(link);
	six_rejoin();
	if (n > 0 && self->six_trouble != 0) {
		g_autofree char *sentence = g_strdup_printf(
			"no discovery over IPv6: %s", g_strerror(self->six_trouble));

		self->six_trouble = 0;
		tell_text(LINK_NOTE, sentence);
	}
	/* Who knew us by an address that is gone shall know the new one; others hear that we are here. */
	if (self->announced && self->announce_ns != AVU_TIME_NONE) {
		gate_refresh(GATE_V6);
	}
	return true;
}

static bool
on_announce(Link *self, AvuFrameReader *reader, GError **error)
{
	g_autofree char *location = avu_frame_take_string(reader, LINK_MAX_LOCATION);
	uint32_t max_age_s = avu_frame_take_u32(reader);
	SsdpLink *link = &self->link;

	link->config_id = avu_frame_take_u32(reader);
	link->boot_id = avu_frame_take_u32(reader);
	if (!avu_frame_reader_finish(reader) || location == NULL || !self->configured ||
		self->registered || link->role != LINK_ROLE_DEVICE) {
		return bad_frame(error, "ANNOUNCE");
	}
	g_autoptr(AvuUrl) url = avu_url_parse(location, error);

	if (url == NULL) {
		return false;
	}
	link->max_age_s = MAX(max_age_s, 2);
	link->port = avu_url_get_port(url);
	link->path = g_strdup(avu_url_get_target(url)); /* once: a link announces one device */
	gate_set_device(link);
	if (!device_register(location, error) || !finish_registration(self, error)) {
		return false;
	}
	self->announce_ns = avu_now_ns() + link_random_below((uint32_t)FIRST_ANNOUNCEMENT_NS);
	return true;
}

static bool
on_withdraw(Link *self, AvuFrameReader *reader, GError **error)
{
	if (!avu_frame_reader_finish(reader)) {
		return bad_frame(error, "WITHDRAW");
	}
	self->announce_ns = AVU_TIME_NONE;
	device_withdraw();
	tell(LINK_WITHDRAWN, NULL);
	return true;
}

static bool
on_search(Link *self, AvuFrameReader *reader, GError **error)
{
	g_autofree char *target = avu_frame_take_string(reader, LINK_MAX_TARGET);
	uint32_t mx_s = avu_frame_take_u32(reader);

	if (!avu_frame_reader_finish(reader) || target == NULL || !self->registered ||
		self->link.role != LINK_ROLE_CONTROL_POINT) {
		return bad_frame(error, "SEARCH");
	}
	return control_point_search(target, mx_s, error);
}

static bool
obey(Link *self, const AvuFrame *frame, GError **error)
{
	static const struct {
		uint16_t type;
		bool (*handle)(Link *, AvuFrameReader *, GError **);
	} orders[] = {
		{ LINK_CONFIGURE, on_configure },
		{ LINK_ANNOUNCE, on_announce },
		{ LINK_WITHDRAW, on_withdraw },
		{ LINK_SEARCH, on_search },
		{ LINK_NETWORKS6, on_networks6 },
	};
	AvuFrameReader reader = avu_frame_reader(frame);

	for (unsigned i = 0; i < G_N_ELEMENTS(orders); i++) {
		if (orders[i].type == frame->type) {
			return orders[i].handle(self, &reader, error);
		}
	}
	return bad_frame(error, "of unknown type");
}

static bool
announce(Link *self, GError **error)
{
	/* Below half of max-age and not always the same (UDA 1.1, 1.2.2): a quarter to 9/20 of it. */
	int64_t quarter_ns = self->link.max_age_s * AVU_NS_PER_S / 4;
	int64_t spread_ms = self->link.max_age_s * INT64_C(200);

	self->announce_ns = avu_now_ns() + quarter_ns +
			    link_random_below((uint32_t)MIN(spread_ms, UINT32_MAX)) * AVU_NS_PER_MS;
	if (self->announced) {
		gate_refresh(GATE_V4 | GATE_V6);
		return true;
	}
	self->announced = true;
	return device_announce(error);
}

static void
report_dropped(Link *self)
{
	g_autofree char *text = gate_take_dropped();

	self->report_ns = avu_now_ns() + DROPPED_REPORT_NS;
	if (text != NULL) {
		tell_text(LINK_DROPPED, text);
	}
}

static int64_t
earliest(int64_t a, int64_t b)
{
	/* AVU_TIME_NONE is the smallest number there is. */
	return a == AVU_TIME_NONE ? b : b == AVU_TIME_NONE ? a : MIN(a, b);
}

/* @return false with error NULL when the program has gone */
static bool
take_frame(Link *self, GByteArray *buffer, GError **error)
{
	AvuFrame frame;
	bool obeyed;

	if (!avu_frame_receive(AVU_HELPER_FD, buffer, &frame, NULL)) {
		self->ended = true;
		return false;
	}
	obeyed = obey(self, &frame, error);
	avu_frame_close_fds(&frame);
	return obeyed;
}

static bool
run(Link *self, GByteArray *buffer, GError **error)
{
	while (!self->ended) {
		struct pollfd wait[] = {
			{ .fd = AVU_HELPER_FD, .events = POLLIN },
			{ .fd = six_get_fd(SIX_DEVICE), .events = POLLIN }, /* -1: left out */
		};
		int64_t next_ns =
			earliest(earliest(self->announce_ns, self->report_ns), six_device_next());
		int64_t now_ns = avu_now_ns();
		int wait_ms = -1;

		if (next_ns != AVU_TIME_NONE) {
			wait_ms = (int)CLAMP((next_ns - now_ns) / AVU_NS_PER_MS + 1, 0, 3600000);
		}
		(void)poll(wait, G_N_ELEMENTS(wait), wait_ms);
		if (wait[0].revents != 0 && !take_frame(self, buffer, error)) {
			break;
		}
		if (wait[1].revents != 0) {
			six_device_receive();
		}
		now_ns = avu_now_ns();
		six_device_answer(now_ns);
		if (self->announce_ns != AVU_TIME_NONE && now_ns >= self->announce_ns &&
			!announce(self, error)) {
			break;
		}
		if (self->report_ns != AVU_TIME_NONE && now_ns >= self->report_ns) {
			report_dropped(self);
		}
	}
	return self->ended;
}

int
main(void)
{
	Link self = { .announce_ns = AVU_TIME_NONE, .report_ns = AVU_TIME_NONE };
	g_autoptr(GByteArray) buffer = g_byte_array_new();
	g_autoptr(GError) error = NULL;

	/* The program says when: a signal to the whole group or control group must not make the
	 * device vanish without a bye-bye. */
	(void)signal(SIGTERM, SIG_IGN);
	(void)signal(SIGINT, SIG_IGN);
	(void)signal(SIGHUP, SIG_IGN);
	avu_helper_begin(LINK_NAME);
	if (!run(&self, buffer, &error)) {
		g_autofree char *sentence = g_strndup(error->message, LINK_MAX_SENTENCE - 1);

		tell_text(LINK_TROUBLE, sentence);
	}
	device_withdraw();
	/* libupnp's own end takes seconds when its threads are busy, and there is nothing to save. */
	_exit(self.ended ? EXIT_SUCCESS : EXIT_FAILURE);
}
