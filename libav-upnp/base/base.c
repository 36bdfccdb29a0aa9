/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* base/base.c: who we say we are. Any thread. */
#include <pthread.h>
#include <stdio.h>
#include <sys/utsname.h>

#include <av-upnp/base.h>

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
	unsigned major = 0, minor = 0;

	(void)uname(&system);
	/* Only major.minor: the full release tells strangers too much. */
	(void)sscanf(system.release, "%u.%u", &major, &minor);
	(void)snprintf(product_token, sizeof product_token, "Linux/%u.%u UPnP/1.0 av-upnp/%s",
		major, minor, AVU_VERSION);
}

const char *
avu_product_token(void)
{
	static pthread_once_t once = PTHREAD_ONCE_INIT;

	(void)pthread_once(&once, make_product_token);
	return product_token;
}
