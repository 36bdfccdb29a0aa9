/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What device-host, action and the publisher know of a hosted service. */
#pragma once

#include <av-upnp/device-host.h>
#include <av-upnp/soap.h>

#include "variable-private.h"

struct AvuService {
	AvuDeviceHost *host;
	AvuServiceSpec spec;   /* copy: what avu_service_narrow() changed is in here */
	AvuVariableSpec *rows; /* spec.variables, owned */
	GPtrArray *lists;      /* char**, lists that rows refer to */
	GPtrArray *offered;    /* char*, optional variables */
	unsigned version;
	const AvuBinding *bindings;
	unsigned flags; /* AvuServiceFlags */
	void *object;
	AvuVariables *variables;
	unsigned source; /* of the publisher */
	/* from the host */
	const AvuGate *gate; /* NULL: all may */
	AvuMailbox *mailbox;
	/* made at start */
	GBytes *scpd;
};

/* The handler, or NULL when the action is not offered. */
AvuActionHandler service_find_handler(const AvuService *service, const char *action);
/* For avu_scpd_write(): is that action bound, or that optional variable offered? data: AvuService. */
bool service_offers(const char *name, void *service);

/* The version in "urn:…:service:X:2" when that is this service, else 0. */
unsigned service_parse_type(const AvuServiceSpec *spec, const char *type);

/* Where a call comes from. */
typedef struct {
	const AvuHttpRequest *http; /* NULL: not over HTTP */
	AvuAddress peer;
	AvuAddress local;
} CallOrigin;

/* Runs a parsed call: find, gate, check, handler, reply.
 * request is of the service already; version is the one its type named.
 * ret_code: 0 or the UPnP error code. Never NULL: the envelope to send. @thread any */
GBytes *action_run(AvuService *service, unsigned version, const AvuSoapMessage *request,
	const CallOrigin *origin, int *ret_code);
