/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* DLNA's parameters in the fourth field of a protocolInfo, read and written. Pure; any thread.
 * Order and rules of writing: spec/dlna-protocolinfo.md 1.1 and 2. */
#include <string.h>

#include <av-upnp/error.h>

#include "protocol-info-private.h"

#define SPEED_MAX 9999

typedef struct {
	DlnaReading read;
	unsigned seen; /* bits, index in parameters[] */
} Reading;

/* What known writers get wrong, put right before the strict reading. */
static const struct {
	const char *name, *sent, *meant;
} repairs[] = {
	{ "DLNA.ORG_OP", "0", "00" }, /* some libraries write the number, not the digits */
	{ "DLNA.ORG_OP", "1", "01" },
};

static bool
read_profile(Reading *reading, AvuCursor value)
{
	if (avu_cursor_equal(&value, "*")) {
		return true; /* sinks: any profile */
	}
	for (const char *p = value.at; p < value.end; p++) {
		if (!g_ascii_isalnum(*p) && *p != '_') {
			return false;
		}
	}
	reading->read.profile = value;
	return avu_cursor_len(&value) > 0;
}

static bool
is_bit(char c)
{
	return c == '0' || c == '1';
}

static bool
read_op(Reading *reading, AvuCursor value)
{
	if (avu_cursor_len(&value) != 2 || !is_bit(value.at[0]) || !is_bit(value.at[1])) {
		return false;
	}
	reading->read.dlna.has_op = true;
	reading->read.dlna.op_time = value.at[0] == '1';
	reading->read.dlna.op_range = value.at[1] == '1';
	return true;
}

/* ["-"] int ["/" int], neither of them 0 */
static bool
take_speed(AvuCursor *in)
{
	uint64_t number;

	(void)avu_cursor_take_char(in, '-');
	return avu_cursor_take_uint(in, SPEED_MAX, &number) && number > 0 &&
	       (!avu_cursor_take_char(in, '/') ||
		       (avu_cursor_take_uint(in, SPEED_MAX, &number) && number > 0));
}

/* A list that is none promises nothing; nobody's film is refused for it. */
static bool
read_ps(Reading *reading, AvuCursor value)
{
	AvuCursor in = value;
	bool good = take_speed(&in);

	while (good && avu_cursor_take_char(&in, ',')) {
		good = take_speed(&in);
	}
	if (good && avu_cursor_at_end(&in)) {
		reading->read.speeds = value;
	}
	return true;
}

static bool
read_ci(Reading *reading, AvuCursor value)
{
	if (avu_cursor_len(&value) != 1 || !is_bit(value.at[0])) {
		return false;
	}
	reading->read.dlna.converted = value.at[0] == '1';
	return true;
}

/* 32 digits by the book; readers take fewer or more and look at the first eight. */
static bool
read_flags(Reading *reading, AvuCursor value)
{
	uint32_t flags = 0;
	unsigned n = 0;

	for (const char *p = value.at; p < value.end; p++, n++) {
		if (!g_ascii_isxdigit(*p)) {
			return false;
		}
		if (n < 8) {
			flags = flags << 4 | (uint32_t)g_ascii_xdigit_value(*p);
		}
	}
	reading->read.dlna.flags = flags;
	return n > 0;
}

static const struct {
	const char *name;
	bool (*read)(Reading *reading, AvuCursor value);
} parameters[] = {
	{ "DLNA.ORG_PN", read_profile },
	{ "DLNA.ORG_OP", read_op },
	{ "DLNA.ORG_PS", read_ps },
	{ "DLNA.ORG_CI", read_ci },
	{ "DLNA.ORG_FLAGS", read_flags },
};

static AvuCursor
repaired(const char *name, AvuCursor value)
{
	for (size_t i = 0; i < G_N_ELEMENTS(repairs); i++) {
		if (strcmp(name, repairs[i].name) == 0 &&
			avu_cursor_equal(&value, repairs[i].sent)) {
			return avu_cursor_string(repairs[i].meant);
		}
	}
	return value;
}

static bool
read_parameter(Reading *reading, AvuCursor name, AvuCursor value, GError **error)
{
	for (size_t i = 0; i < G_N_ELEMENTS(parameters); i++) {
		if (!avu_cursor_equal_ci(&name, parameters[i].name)) {
			continue;
		}
		if ((reading->seen & 1u << i) != 0) {
			g_set_error(error, AVU_ERROR, AVU_ERROR_SYNTAX,
				"protocolInfo: %s stands twice in the fourth field",
				parameters[i].name);
			return false;
		}
		reading->seen |= 1u << i;
		if (!parameters[i].read(reading, repaired(parameters[i].name, value))) {
			g_set_error(error, AVU_ERROR, AVU_ERROR_SYNTAX,
				"protocolInfo: value of %s in the fourth field",
				parameters[i].name);
			return false;
		}
		return true;
	}
	return true; /* of another maker */
}

bool
dlna_parse(AvuCursor in, DlnaReading *ret_reading, GError **error)
{
	Reading reading = { 0 };

	if (!avu_cursor_equal(&in, "*")) {
		while (!avu_cursor_at_end(&in)) {
			AvuCursor value = avu_cursor_take_until(&in, ";");
			const AvuCursor name = avu_cursor_take_until(&value, "=");

			(void)avu_cursor_take_char(&in, ';');
			if (avu_cursor_take_char(&value, '=') &&
				!read_parameter(&reading, name, value, error)) {
				return false;
			}
		}
	}
	*ret_reading = reading.read;
	return true;
}

static void
append(GString *out, const char *name, const char *value)
{
	if (out->len > 0) {
		g_string_append_c(out, ';');
	}
	g_string_append(out, name);
	g_string_append_c(out, '=');
	g_string_append(out, value);
}

/* Limited operation and a moving start exclude a promise of full random access. */
static bool
may_promise_access(uint32_t flags)
{
	return (flags & (AVU_DLNA_FLAG_LIMITED_TIME_SEEK | AVU_DLNA_FLAG_LIMITED_BYTE_SEEK |
				AVU_DLNA_FLAG_S0_INCREASING)) == 0;
}

#define FLAGS_DIGITS 8
#define RESERVED_DIGITS 24

/* By hand: each resource has them. */
static void
format_flags(char text[FLAGS_DIGITS + RESERVED_DIGITS + 1], uint32_t flags)
{
	memset(text, '0', FLAGS_DIGITS + RESERVED_DIGITS);
	text[FLAGS_DIGITS + RESERVED_DIGITS] = '\0';
	for (unsigned i = FLAGS_DIGITS; flags != 0; flags >>= 4) {
		text[--i] = "0123456789ABCDEF"[flags & 0xf];
	}
}

char *
avu_dlna_format_features(const AvuDlnaParameters *dlna)
{
	g_autoptr(GString) out = g_string_new(NULL);
	const bool op = (dlna->op_time || dlna->op_range) && may_promise_access(dlna->flags);

	if (dlna->profile != NULL) {
		append(out, "DLNA.ORG_PN", dlna->profile);
	}
	if (op) {
		const char digits[] = { dlna->op_time ? '1' : '0', dlna->op_range ? '1' : '0',
			'\0' };

		append(out, "DLNA.ORG_OP", digits);
	}
	if (dlna->speeds != NULL) {
		append(out, "DLNA.ORG_PS", dlna->speeds);
	}
	if (out->len == 0 && !dlna->converted && dlna->flags == 0) {
		return g_strdup("*");
	}
	if (dlna->converted || !dlna->no_ci) {
		append(out, "DLNA.ORG_CI", dlna->converted ? "1" : "0");
	}
	if (dlna->flags != 0) {
		/* Without the 1.5 bit the others have no meaning; who may stall may be read in the
		 * background (rules F1 and F3). */
		const uint32_t implied =
			AVU_DLNA_FLAG_V15 |
			((dlna->flags & AVU_DLNA_FLAG_STALLING) != 0 ? AVU_DLNA_FLAG_BACKGROUND
								     : 0);
		char digits[FLAGS_DIGITS + RESERVED_DIGITS + 1];

		format_flags(digits, dlna->flags | implied);
		append(out, "DLNA.ORG_FLAGS", digits);
	}
	return g_string_free(g_steal_pointer(&out), FALSE);
}

char *
avu_protocol_info_format(const char *mime, const AvuDlnaParameters *dlna)
{
	g_autofree char *features = avu_dlna_format_features(dlna);

	return g_strconcat("http-get:*:", mime, ":", features, NULL);
}
