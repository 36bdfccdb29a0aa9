/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* base/settings-private.h: what the files of settings share */
#pragma once

#include <av-upnp/settings.h>

/* In rising order of right. */
typedef enum { SETTING_FROM_DEFAULT, SETTING_FROM_FILE, SETTING_FROM_FLAG } AvuSettingOrigin;

typedef struct {
	AvuSettingOrigin origin;
	unsigned line;   /* where the file set it, 0: it did not */
	char *text;      /* STRING, PATH, ENUM; NULL: none */
	int64_t number;  /* BOOL, INT, DURATION (ns) */
	GPtrArray *list; /* LIST, NULL-ended; never NULL there */
} AvuSettingValue;

struct AvuSettings {
	char *program;
	const AvuSettingSpec *specs;
	size_t n_specs;
	AvuSettingValue *values; /* parallel to specs */
};

/** Reads text as a value of spec.
 *  @param folder  what relative paths start from; NULL: the working directory
 *  @return false with AVU_ERROR_USAGE, the value alone in the message */
bool avu_setting_parse(const AvuSettingSpec *spec, const char *text, const char *folder,
	AvuSettingValue *ret_value, GError **error);
void avu_setting_value_clear(AvuSettingValue *value);
/** The value as it would stand in the file. g_free() it. */
char *avu_setting_format(const AvuSettingSpec *spec, const AvuSettingValue *value);

/** Gives setting number at its value, unless one of higher origin stands there. */
bool avu_settings_set(AvuSettings *settings, size_t at, AvuSettingOrigin origin, const char *text,
	const char *folder, GError **error);
