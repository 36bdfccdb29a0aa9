/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* A signal mask is inherited, so it is set around the begin of a thread. */
#include "config.h"

#include "http-thread.h"

sigset_t
http_thread_block_signals(void)
{
	sigset_t all, before;

	sigfillset(&all);
	pthread_sigmask(SIG_SETMASK, &all, &before);
	return before;
}

void
http_thread_restore_signals(const sigset_t *before)
{
	pthread_sigmask(SIG_SETMASK, before, NULL);
}

int
http_thread_start(pthread_t *ret_thread, size_t stack, void *(*run)(void *data), void *data)
{
	pthread_attr_t attributes;
	pthread_t thread;
	int failed;

	pthread_attr_init(&attributes);
	if (stack > 0) {
		(void)pthread_attr_setstacksize(&attributes, stack);
	}
	if (ret_thread == NULL) {
		(void)pthread_attr_setdetachstate(&attributes, PTHREAD_CREATE_DETACHED);
	}
	const sigset_t before = http_thread_block_signals();

	failed = pthread_create(&thread, &attributes, run, data);
	http_thread_restore_signals(&before);
	pthread_attr_destroy(&attributes);
	if (failed == 0 && ret_thread != NULL) {
		*ret_thread = thread;
	}
	return failed;
}
