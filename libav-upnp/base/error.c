/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* base/error.c: error domains, errno in words, allocation of foreign sizes. Any thread. */
#include <errno.h>
#include <stdarg.h>
#include <string.h>

#include <av-upnp/error.h>

G_DEFINE_QUARK(avu_error, avu_error)
G_DEFINE_QUARK(avu_upnp_error, avu_upnp_error)

static const struct {
	int errnum;
	AvuError code;
} errno_codes[] = {
	{ ENOENT, AVU_ERROR_NOT_FOUND },
	{ ENOTDIR, AVU_ERROR_NOT_FOUND },
	{ EACCES, AVU_ERROR_DENIED },
	{ EPERM, AVU_ERROR_DENIED },
	{ EROFS, AVU_ERROR_DENIED },
	{ EADDRINUSE, AVU_ERROR_BUSY },
	{ EBUSY, AVU_ERROR_BUSY },
	{ ETIMEDOUT, AVU_ERROR_TIMEOUT },
	{ ECONNREFUSED, AVU_ERROR_UNREACHABLE },
	{ EHOSTUNREACH, AVU_ERROR_UNREACHABLE },
	{ ENETUNREACH, AVU_ERROR_UNREACHABLE },
	{ EPIPE, AVU_ERROR_GONE },
	{ ECONNRESET, AVU_ERROR_GONE },
};

void
avu_set_errno(GError **error, int errnum, const char *what, ...)
{
	AvuError code = AVU_ERROR_IO;
	va_list args;

	for (size_t i = 0; i < G_N_ELEMENTS(errno_codes); i++) {
		if (errno_codes[i].errnum == errnum) {
			code = errno_codes[i].code;
		}
	}
	va_start(args, what);
	g_autofree char *thing = g_strdup_vprintf(what, args);
	va_end(args);
	g_set_error(error, AVU_ERROR, code, "%s: %s", thing, g_strerror(errnum));
}

void *
avu_try_alloc(size_t size_bytes, size_t limit_bytes, GError **error)
{
	if (size_bytes > limit_bytes) {
		g_set_error(error, AVU_ERROR, AVU_ERROR_LIMIT,
			"%zu octets asked for, %zu is the limit", size_bytes, limit_bytes);
		return NULL;
	}

	void *memory = g_try_malloc0(size_bytes > 0 ? size_bytes : 1);

	if (memory == NULL) {
		g_set_error(
			error, AVU_ERROR, AVU_ERROR_LIMIT, "no memory for %zu octets", size_bytes);
	}
	return memory;
}
