/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* X_MS_MediaReceiverRegistrar:1, Microsoft's: Xbox 360 and old Windows players ask it before they
 * browse. No published standard; as devices have it. Constant. */
#include "table.h"

static const AvuArgumentSpec is_authorized_args[] = {
	IN("DeviceID", A("DeviceID")),
	OUT("Result", A("Result")),
	END,
};
static const AvuArgumentSpec register_device_args[] = {
	IN("RegistrationReqMsg", A("RegistrationReqMsg")),
	OUT("RegistrationRespMsg", A("RegistrationRespMsg")),
	END,
};
static const AvuArgumentSpec is_validated_args[] = {
	IN("DeviceID", A("DeviceID")),
	OUT("Result", A("Result")),
	END,
};

static const AvuActionSpec actions[] = {
	REQUIRED("IsAuthorized", 1, is_authorized_args),
	REQUIRED("RegisterDevice", 1, register_device_args),
	REQUIRED("IsValidated", 1, is_validated_args),
	END,
};

static const AvuVariableSpec variables[] = {
	{ A("DeviceID"), AVU_TYPE_STRING, .since = 1 },
	{ A("Result"), AVU_TYPE_INT, .since = 1 },
	{ A("RegistrationReqMsg"), AVU_TYPE_BIN_BASE64, .since = 1 },
	{ A("RegistrationRespMsg"), AVU_TYPE_BIN_BASE64, .since = 1 },
	{ "AuthorizationGrantedUpdateID", AVU_TYPE_UI4, .since = 1, .flags = EVENTED },
	{ "AuthorizationDeniedUpdateID", AVU_TYPE_UI4, .since = 1, .flags = EVENTED },
	{ "ValidationSucceededUpdateID", AVU_TYPE_UI4, .since = 1, .flags = EVENTED },
	{ "ValidationRevokedUpdateID", AVU_TYPE_UI4, .since = 1, .flags = EVENTED },
	END,
};

static const AvuErrorText errors[] = { { 0, NULL } };

const AvuServiceSpec avu_service_media_receiver_registrar = {
	.name = "X_MS_MediaReceiverRegistrar",
	.type_base = "urn:microsoft.com:service:X_MS_MediaReceiverRegistrar",
	.id = "urn:microsoft.com:serviceId:X_MS_MediaReceiverRegistrar",
	.max_version = 1,
	.variables = variables,
	.actions = actions,
	.errors = errors,
};
