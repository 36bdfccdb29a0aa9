/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* av-upnp/soap.h: SOAP 1.1 envelopes of UPnP control, read and written. No I/O. */
#pragma once

#include <av-upnp/service.h>

G_BEGIN_DECLS

/* Name and value pairs in document order. */
typedef struct {
	char *name;
	char *value;
} AvuSoapArgument;

typedef struct {
	char *service_type; /* namespace of the action element */
	char *action;       /* local name; for an answer without "Response" */
	GArray *arguments;  /* AvuSoapArgument */
	int fault_code;     /* UPnP error code of a fault; 0: no fault */
	char *fault_text;
} AvuSoapMessage;

/** Any prefixes, no encodingStyle, no XML declaration are fine.
 *  @return NULL with AVU_ERROR_SYNTAX or LIMIT (no XML that we read: HTTP 400), or AVU_UPNP_ERROR 401
 *          (XML, but no SOAP 1.1 envelope with one action in it)
 *  @clause UDA 1.0, 3.2.1 */
AVU_API AvuSoapMessage *avu_soap_parse_request(const char *text, size_t len, GError **error);
/** Also takes faults; a fault without UPnPError counts as 501. Devices get namespaces wrong, so local
 *  names decide. @return NULL with SYNTAX or LIMIT */
AVU_API AvuSoapMessage *avu_soap_parse_answer(const char *text, size_t len, GError **error);
AVU_API void avu_soap_message_free(AvuSoapMessage *message);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(AvuSoapMessage, avu_soap_message_free)
/** NULL when absent. */
AVU_API const char *avu_soap_find_argument(const AvuSoapMessage *message, const char *name);

/** @param names,values  NULL-ended names, as many values (NULL: ""). g_free() it. */
AVU_API char *avu_soap_write_request(const char *service_type, const char *action,
	const char *const *names, const char *const *values);
AVU_API GBytes *avu_soap_write_fault(int code, const char *text);
/** "\"urn:…:1#Browse\"", quotes optional → service type and action; g_free() both.
 *  @return false when it has no such form */
AVU_API bool avu_soap_parse_action_header(
	const char *value, char **ret_service_type, char **ret_action);

G_END_DECLS
