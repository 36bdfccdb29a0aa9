/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Answers to a search, as leniently read as a control point would: header lines in any order and case,
 * blanks where they do not belong. Bounded by the datagram. Pure; main thread. */
#include <string.h>

#include <av-upnp/cursor.h>
#include <av-upnp/url.h>

#include "doctor/ssdp-answer.h"

#define AGE_MAX_S 1000000000

void
ssdp_answer_free(void *data)
{
	SsdpAnswer *answer = data;

	if (answer != NULL) {
		g_free(answer->interface);
		g_free(answer->location);
		g_free(answer->url);
		g_free(answer->usn);
		g_free(answer->server);
		g_free(answer->nts);
		g_free(answer);
	}
}

void
ssdp_answer_came(SsdpAnswer *answer, const AvuAddress *source, const char *interface)
{
	g_autoptr(AvuUrl) url = avu_url_parse(answer->location, NULL);
	AvuAddress host;

	answer->source = *source;
	answer->interface = g_strdup(interface);
	if (url == NULL) {
		return;
	}
	/* it means something together with the interface alone */
	const bool local = avu_address_parse(avu_url_get_host(url), &host) &&
			   host.family == AF_INET6 &&
			   avu_address_class(&host) == AVU_ADDRESS_LINK_LOCAL;

	answer->url = local ? g_strdup_printf("%s://[%s%%25%s]:%u%s", avu_url_get_scheme(url),
				      avu_url_get_host(url), interface, avu_url_get_port(url),
				      avu_url_get_target(url))
			    : g_strdup(avu_url_get_text(url));
}

static size_t
udn_length(const char *usn)
{
	const char *end = strstr(usn, "::");

	return end != NULL ? (size_t)(end - usn) : strlen(usn);
}

bool
ssdp_answer_is_same_device(const SsdpAnswer *a, const SsdpAnswer *b)
{
	const size_t len = udn_length(a->usn);

	return len == udn_length(b->usn) && g_ascii_strncasecmp(a->usn, b->usn, len) == 0;
}

/* "max-age = 1800" among other directives; -1: not there */
static int64_t
max_age_of(AvuCursor value)
{
	while (!avu_cursor_at_end(&value)) {
		AvuCursor directive = avu_cursor_take_until(&value, ",");
		uint64_t age;

		(void)avu_cursor_take_char(&value, ',');
		(void)avu_cursor_skip_blank(&directive);
		if (!avu_cursor_take_ci(&directive, "max-age")) {
			continue;
		}
		(void)avu_cursor_skip_blank(&directive);
		if (!avu_cursor_take_char(&directive, '=')) {
			continue;
		}
		(void)avu_cursor_skip_blank(&directive);
		if (avu_cursor_take_uint(&directive, AGE_MAX_S, &age)) {
			return (int64_t)age;
		}
	}
	return -1;
}

/* One header line without its end. */
static void
take_line(SsdpAnswer *answer, AvuCursor line)
{
	const struct {
		const char *name;
		char **value;
	} texts[] = {
		{ "location", &answer->location },
		{ "usn", &answer->usn },
		{ "server", &answer->server },
		{ "nts", &answer->nts },
	};
	AvuCursor name = avu_cursor_take_until(&line, ":");

	(void)avu_cursor_take_char(&line, ':');
	(void)avu_cursor_skip_blank(&line);
	while (line.end > line.at && g_ascii_isspace(line.end[-1])) {
		line.end--;
	}
	if (avu_cursor_equal_ci(&name, "cache-control")) {
		answer->max_age_s = max_age_of(line);
	}
	for (size_t i = 0; i < G_N_ELEMENTS(texts); i++) {
		if (avu_cursor_equal_ci(&name, texts[i].name) && *texts[i].value == NULL) {
			*texts[i].value = avu_cursor_dup(&line);
		}
	}
}

/* The lines below the first. @return NULL without LOCATION and USN */
static SsdpAnswer *
take_lines(AvuCursor in)
{
	SsdpAnswer *answer = g_new0(SsdpAnswer, 1);

	answer->max_age_s = -1;
	(void)avu_cursor_take_until(&in, "\n");
	while (avu_cursor_take_char(&in, '\n') && !avu_cursor_at_end(&in)) {
		take_line(answer, avu_cursor_take_until(&in, "\n"));
	}
	if (answer->location == NULL || answer->usn == NULL) {
		ssdp_answer_free(answer);
		return NULL;
	}
	if (answer->server == NULL) {
		answer->server = g_strdup("");
	}
	return answer;
}

SsdpAnswer *
ssdp_answer_parse(const char *octets, size_t len)
{
	AvuCursor in = avu_cursor(octets, len);

	return avu_cursor_take_ci(&in, "HTTP/1.") &&
			       (avu_cursor_take(&in, "1 200") || avu_cursor_take(&in, "0 200"))
		       ? take_lines(in)
		       : NULL;
}

SsdpAnswer *
ssdp_alive_parse(const char *octets, size_t len)
{
	AvuCursor in = avu_cursor(octets, len);
	SsdpAnswer *alive = avu_cursor_take(&in, "NOTIFY * HTTP/1.") ? take_lines(in) : NULL;

	if (alive != NULL && g_strcmp0(alive->nts, "ssdp:alive") != 0) {
		ssdp_answer_free(alive);
		return NULL;
	}
	return alive;
}
