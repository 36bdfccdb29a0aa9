/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* A device host whose services are called without sockets: the server is never started. */
#pragma once

#include <string.h>

#include <av-upnp/device-host.h>

typedef struct {
	AvuMailbox *mailbox;
	AvuHttpServer *server;
	AvuFetcher *fetcher;
	AvuDeviceHost *host;
	AvuService *service; /* the one called; set by fixture_start() */
} Fixture;

static inline bool
fixture_no_address(const AvuAddress *address, void *data)
{
	(void)address;
	(void)data;
	return false;
}

static inline void
fixture_init(Fixture *f)
{
	static const AvuAddressPolicy nobody = { fixture_no_address, NULL };
	static const AvuDeviceInfo info = {
		.type_base = "urn:schemas-upnp-org:device:MediaRenderer",
		.version = 1,
		.udn = "uuid:00000000-0000-4000-8000-000000000001",
		.friendly_name = "Fixture",
		.model_name = "fixture",
		.model_description = "fixture",
	};

	/* Calls then run at once instead of waiting for a loop. */
	g_assert_true(g_main_context_acquire(NULL));
	*f = (Fixture){ .mailbox = avu_mailbox_new(NULL),
		.server = avu_http_server_new(),
		.fetcher = avu_fetcher_new(NULL, &nobody) };
	f->host = avu_device_host_new(
		f->server, f->mailbox, f->fetcher, /* prefixes = */ NULL, &info, /* gate = */ NULL);
}

static inline void
fixture_start(Fixture *f, const char *service)
{
	avu_device_host_start(f->host);
	f->service = avu_device_host_find_service(f->host, service);
	g_assert_nonnull(f->service);
}

static inline void
fixture_clear(Fixture *f)
{
	avu_mailbox_close(f->mailbox);
	avu_http_server_free(f->server);
	avu_device_host_free(f->host);
	avu_fetcher_free(f->fetcher);
	avu_mailbox_unref(f->mailbox);
	g_main_context_release(NULL);
}

/* Names and values by turns, NULL ends. */
static inline AvuSoapMessage *
fixture_call(Fixture *f, const char *action, ...)
{
	const char *names[16] = { NULL };
	const char *values[16] = { NULL };
	va_list args;

	va_start(args, action);
	for (size_t i = 0; i + 1 < G_N_ELEMENTS(names); i++) {
		names[i] = va_arg(args, const char *);
		if (names[i] == NULL) {
			break;
		}
		values[i] = va_arg(args, const char *);
	}
	va_end(args);
	return avu_service_call(f->service, action, names, values);
}

/* One value of an answer; the answer must be no fault. */
static inline void
fixture_assert_out(const AvuSoapMessage *answer, const char *name, const char *value)
{
	g_assert_cmpint(answer->fault_code, ==, 0);
	g_assert_cmpstr(avu_soap_find_argument(answer, name), ==, value);
}
