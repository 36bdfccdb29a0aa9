/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* av-upnp/service.h: UPnP services as constant tables, the single source of SCPD, argument checks,
 * proxies, help texts and fuzz seeds */
#pragma once

#include <av-upnp/base.h>

G_BEGIN_DECLS

/* UDA 1.0 2.5 data types, as far as AV services use them. */
typedef enum {
	AVU_TYPE_STRING,
	AVU_TYPE_UI1,
	AVU_TYPE_UI2,
	AVU_TYPE_UI4,
	AVU_TYPE_I2,
	AVU_TYPE_I4,
	AVU_TYPE_INT,
	AVU_TYPE_BOOLEAN,
	AVU_TYPE_URI,
	AVU_TYPE_BIN_BASE64,
} AvuDataType;

/** "ui4", as it stands in service descriptions; static. */
AVU_API const char *avu_data_type_name(AvuDataType type);
/** @return false: no table of ours has that type */
AVU_API bool avu_data_type_parse(const char *name, AvuDataType *ret_type);

typedef enum {
	AVU_VARIABLE_EVENTED = 1 << 0,     /* sendEvents="yes" */
	AVU_VARIABLE_LAST_CHANGE = 1 << 1, /* told through LastChange, per instance */
	AVU_VARIABLE_CHANNEL = 1 << 2,     /* in LastChange with channel="…" */
	AVU_VARIABLE_OPEN_LIST = 1 << 3,   /* allowed values are examples: others pass the check */
	AVU_VARIABLE_DYNAMIC_RANGE = 1 << 4, /* the vendor's to narrow: avu_service_narrow() */
	AVU_VARIABLE_OPTIONAL = 1 << 5, /* no argument needs it: there only when offered by name */
} AvuVariableFlags;

typedef struct {
	const char *name;
	AvuDataType type;
	uint8_t since; /* version of the service that introduced it, or from which this row speaks */
	uint8_t until; /* last version this row speaks for, a row for later ones follows; 0: all */
	unsigned flags;
	const char *const *allowed; /* strings, NULL-ended; NULL: any */
	int64_t min, max, step;     /* numbers; min == max == 0: the type's range */
	const char *fallback;       /* defaultValue and value at start; NULL: "" or 0 */
	unsigned moderation_ms;     /* at most one event in this time; 0: at once */
} AvuVariableSpec;

typedef enum { AVU_IN, AVU_OUT } AvuDirection;

typedef struct {
	const char *name;
	AvuDirection direction;
	const char *variable; /* relatedStateVariable */
	uint8_t since;        /* 0: since the action */
} AvuArgumentSpec;

typedef struct {
	const char *name;
	uint8_t since;
	bool required; /* by the service specification, for every version from since on */
	const AvuArgumentSpec *arguments; /* in order, all IN before all OUT; name NULL ends them */
} AvuActionSpec;

typedef struct {
	int code;
	const char *text; /* errorDescription */
} AvuErrorText;

typedef struct {
	const char *name;      /* "ContentDirectory": also in URLs */
	const char *type_base; /* "urn:schemas-upnp-org:service:ContentDirectory", version follows ':' */
	const char *id;        /* "urn:upnp-org:serviceId:ContentDirectory" */
	const char *last_change_namespace; /* NULL: service has no LastChange */
	uint8_t max_version;
	const AvuVariableSpec *variables; /* name NULL ends */
	const AvuActionSpec *actions;     /* name NULL ends */
	const AvuErrorText *errors;       /* code 0 ends: the service's own 7xx */
} AvuServiceSpec;

extern AVU_API const AvuServiceSpec avu_service_content_directory;
extern AVU_API const AvuServiceSpec avu_service_connection_manager;
extern AVU_API const AvuServiceSpec avu_service_av_transport;
extern AVU_API const AvuServiceSpec avu_service_rendering_control;
extern AVU_API const AvuServiceSpec avu_service_media_receiver_registrar;

/** All of the above, NULL-ended. */
AVU_API const AvuServiceSpec *const *avu_services(void);
/** By "urn:…:service:X:2" or "X"; ret_version may be NULL and is 0 when only the name was given;
 *  NULL when unknown. */
AVU_API const AvuServiceSpec *avu_service_find(const char *type_or_name, unsigned *ret_version);
AVU_API const AvuActionSpec *avu_service_find_action(const AvuServiceSpec *service, const char *name);
/** The newest row of that name. */
AVU_API const AvuVariableSpec *avu_service_find_variable(
	const AvuServiceSpec *service, const char *name);
/** The row that speaks for version, or NULL. */
AVU_API const AvuVariableSpec *avu_service_find_variable_at(
	const AvuServiceSpec *service, unsigned version, const char *name);
/** Is the variable part of a service of that version that offers these actions? Every argument of
 *  them has its variable; events have theirs. offered as for avu_scpd_write(). */
AVU_API bool avu_service_has_variable(const AvuServiceSpec *service, unsigned version,
	const AvuVariableSpec *variable, bool (*offered)(const char *name, void *data), void *data);
/** Text for a UPnP error code of this service, or of UDA, or "Error"; static. service may be NULL. */
AVU_API const char *avu_service_error_text(const AvuServiceSpec *service, int code);

/** Checks one value against type, range and allowed values of its variable.
 *  @return false with AVU_UPNP_ERROR 402 (not of the type), 600 (right type, malformed content:
 *          uri, base64) or 601 (outside the range, not in the list), the message naming the
 *          argument and the value
 *  @clause UDA 1.0, 2.5 and table 3-3; booleans may be 0 1 false true no yes */
AVU_API bool avu_variable_check(
	const AvuVariableSpec *spec, const char *argument, const char *value, GError **error);

/** SCPD of one version: nothing younger than version, only the actions and the optional variables
 *  for which offered says yes (NULL: all), and only the variables that these need.
 *  g_bytes_unref() it.
 *  @clause UDA 1.0, 2.3; DLNA 7.2.12: nothing that is not implemented */
AVU_API GBytes *avu_scpd_write(const AvuServiceSpec *service, unsigned version,
	bool (*offered)(const char *name, void *data), void *data);

G_END_DECLS
