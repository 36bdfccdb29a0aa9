/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Answers to the doctor's search: what is taken has its texts, on one line each, and an age in range. */
#include <string.h>

#include "doctor/ssdp-answer.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	SsdpAnswer *answer = ssdp_answer_parse((const char *)data, size);

	if (answer != NULL) {
		g_assert_true(answer->location != NULL && strchr(answer->location, '\n') == NULL);
		g_assert_true(answer->usn != NULL && strchr(answer->usn, '\n') == NULL);
		g_assert_true(answer->server != NULL && strlen(answer->server) <= size);
		g_assert_true(answer->max_age_s >= -1 && answer->max_age_s <= 1000000000);
	}
	ssdp_answer_free(answer);
	return 0;
}
