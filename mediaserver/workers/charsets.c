/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Constant; any thread. Supersets stand for what they contain: CP949 for EUC-KR, CP932 for Shift_JIS,
 * GB18030 for GBK and GB2312, BIG5-HKSCS for Big5. */
#include "mediaserver/workers/charsets.h"

const char *const charset_words[] = { "auto", "windows-1252", "windows-1250", "windows-1251", "windows-1253",
	"windows-1254", "windows-1255", "windows-1256", "windows-1257", "windows-1258",
	"windows-874", "ISO-8859-1", "ISO-8859-2", "ISO-8859-4", "ISO-8859-5", "ISO-8859-6",
	"ISO-8859-7", "ISO-8859-8", "ISO-8859-9", "ISO-8859-13", "ISO-8859-15", "ISO-8859-16",
	"KOI8-R", "KOI8-U", "IBM866", "GB18030", "BIG5-HKSCS", "CP932", "EUC-JP", "CP949", NULL };

/* Other names, also those that libuchardet gives. */
static const struct {
	const char *name, *same;
} others[] = {
	{ "GBK", "GB18030" },
	{ "GB2312", "GB18030" },
	{ "BIG5", "BIG5-HKSCS" },
	{ "SHIFT_JIS", "CP932" },
	{ "SHIFT-JIS", "CP932" },
	{ "EUC-KR", "CP949" },
	{ "UHC", "CP949" },
	{ "CP866", "IBM866" },
	{ "TIS-620", "windows-874" },
	{ "ISO-8859-11", "windows-874" },
	{ "ISO-8859-10", "ISO-8859-4" },
	{ "latin1", "ISO-8859-1" },
	{ "latin2", "ISO-8859-2" },
};

const char *const *
charsets_list(void)
{
	return charset_words + 1;
}

int
charset_find(const char *name)
{
	g_autofree char *windows = g_ascii_strncasecmp(name, "cp125", 5) == 0
					   ? g_strconcat("windows-", name + 2, NULL)
					   : NULL;

	for (size_t i = 0; i < G_N_ELEMENTS(others); i++) {
		if (g_ascii_strcasecmp(others[i].name, name) == 0) {
			name = others[i].same;
		}
	}
	for (int i = 0; charsets_list()[i] != NULL; i++) {
		if (g_ascii_strcasecmp(charsets_list()[i], windows != NULL ? windows : name) == 0) {
			return i;
		}
	}
	return -1;
}
