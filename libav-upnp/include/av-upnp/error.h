/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* av-upnp/error.h: the two error domains of the project */
#pragma once

#include <av-upnp/base.h>

G_BEGIN_DECLS

/* What went wrong, as far as a caller can act on it. The message names the thing and its value. */
typedef enum {
	AVU_ERROR_FAILED,      /* none of the others */
	AVU_ERROR_SYNTAX,      /* foreign text does not follow its grammar */
	AVU_ERROR_LIMIT,       /* a limit of limits.h was reached */
	AVU_ERROR_TIMEOUT,     /* the deadline passed */
	AVU_ERROR_UNREACHABLE, /* nobody there, or the connection broke */
	AVU_ERROR_DENIED,      /* policy, permission */
	AVU_ERROR_NOT_FOUND,   /* names nothing */
	AVU_ERROR_AMBIGUOUS,   /* names several things */
	AVU_ERROR_BUSY,        /* taken by another: port, state directory */
	AVU_ERROR_UNSUPPORTED, /* well-formed, but not done here */
	AVU_ERROR_GONE,        /* was there, is no more: helper died, device left */
	AVU_ERROR_CANCELLED,   /* the caller gave up */
	AVU_ERROR_USAGE,       /* command line or configuration */
	AVU_ERROR_IO,          /* errno is in the message */
} AvuError;

#define AVU_ERROR (avu_error_quark())
AVU_API GQuark avu_error_quark(void);

/* Errors of this domain carry the UPnP error code itself (UDA 1.0 table 3-3, service tables):
 * a handler that fails with 701 answers 701. A proxy whose device answered 701 fails with 701. */
#define AVU_UPNP_ERROR (avu_upnp_error_quark())
AVU_API GQuark avu_upnp_error_quark(void);

typedef enum {
	AVU_UPNP_INVALID_ACTION = 401,
	AVU_UPNP_INVALID_ARGS = 402,
	AVU_UPNP_ACTION_FAILED = 501,
	AVU_UPNP_ARGUMENT_VALUE_INVALID = 600,
	AVU_UPNP_ARGUMENT_VALUE_OUT_OF_RANGE = 601,
	AVU_UPNP_OPTIONAL_ACTION_NOT_IMPLEMENTED = 602,
	AVU_UPNP_OUT_OF_MEMORY = 603,
	AVU_UPNP_STRING_ARGUMENT_TOO_LONG = 605,
	AVU_UPNP_NOT_AUTHORIZED = 606,
	/* 7xx depend on the service: see the error texts in its service table */
} AvuUpnpError;

/** Sets *error to AVU_ERROR_IO (or DENIED, NOT_FOUND, BUSY where errno says so) with the text
 *  "WHAT: strerror". @param what printf form, names the thing */
AVU_API void avu_set_errno(GError **error, int errnum, const char *what, ...) G_GNUC_PRINTF(3, 4);

/** Allocates zeroed memory whose size came from outside.
 *  @param limit_bytes  more than this is refused without trying
 *  @return NULL with AVU_ERROR_LIMIT when refused or memory is short; g_free() it */
AVU_API void *avu_try_alloc(size_t size_bytes, size_t limit_bytes, GError **error);

G_END_DECLS
