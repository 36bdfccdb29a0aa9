/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* base/base.c: who we say we are. Any thread. */
#include <pthread.h>
#include <stdio.h>
#include <sys/utsname.h>

#include <av-upnp/base.h>
#include <av-upnp/cursor.h>

static char product_token[128];

const char *
avu_version(void)
{
	return AVU_VERSION;
}

static void
make_product_token(void)
{
	struct utsname system = { .sysname = "Linux", .release = "0" };
	AvuCursor release;
	uint64_t major = 0, minor = 0;

	(void)uname(&system);
	release = avu_cursor_string(system.release);
	/* Only major.minor: the full release tells strangers too much. */
	(void)(avu_cursor_take_uint(&release, 999, &major) && avu_cursor_take_char(&release, '.') &&
		avu_cursor_take_uint(&release, 999, &minor));
	(void)snprintf(product_token, sizeof product_token, "Linux/%u.%u UPnP/1.0 av-upnp/%s",
		(unsigned)major, (unsigned)minor, AVU_VERSION);
}

const char *
avu_product_token(void)
{
	static pthread_once_t once = PTHREAD_ONCE_INIT;

	(void)pthread_once(&once, make_product_token);
	return product_token;
}
