/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* protocolInfo: what was accepted can be written and read again with the same meaning. */
#include <string.h>

#include <av-upnp/protocol-info.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void
check_again(const AvuProtocolInfo *info)
{
	const AvuDlnaParameters *was = avu_protocol_info_get_dlna(info);
	g_autofree char *text = avu_protocol_info_format("audio/mpeg", was);
	g_autoptr(AvuProtocolInfo) again = avu_protocol_info_parse(text, strlen(text), NULL);

	g_assert_nonnull(again);

	const AvuDlnaParameters *is = avu_protocol_info_get_dlna(again);

	g_assert_cmpstr(is->profile, ==, was->profile);
	g_assert_true(is->converted == was->converted);
	g_assert_true((is->flags & was->flags) == was->flags);
	g_assert_cmpuint(avu_protocol_info_match(info, info), >, 0);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	g_autoptr(AvuProtocolInfo) info = avu_protocol_info_parse((const char *)data, size, NULL);
	g_autofree char *text = g_strndup((const char *)data, size);
	g_autoptr(GPtrArray) list = avu_protocol_info_parse_list(text);

	if (info != NULL) {
		check_again(info);
	}
	for (guint i = 0; i < list->len; i++) {
		check_again(list->pdata[i]);
	}
	return 0;
}
