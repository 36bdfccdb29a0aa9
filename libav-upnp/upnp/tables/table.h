/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Short forms for the service tables. "A_" rows are the variables that exist only as types of
 * arguments. */
#pragma once

#include <av-upnp/service.h>

#define A(type) "A_ARG_TYPE_" type
#define IN(argument, related)                                              \
	{                                                                  \
		.name = argument, .direction = AVU_IN, .variable = related \
	}
#define OUT(argument, related)                                              \
	{                                                                   \
		.name = argument, .direction = AVU_OUT, .variable = related \
	}
#define END                  \
	{                    \
		.name = NULL \
	}

#define ACTION(label, version, list)                               \
	{                                                          \
		.name = label, .since = version, .arguments = list \
	}
#define REQUIRED(label, version, list)                                               \
	{                                                                            \
		.name = label, .since = version, .required = true, .arguments = list \
	}

enum {
	EVENTED = AVU_VARIABLE_EVENTED,
	TOLD = AVU_VARIABLE_LAST_CHANGE,
	CHANNEL = AVU_VARIABLE_CHANNEL,
	OPEN = AVU_VARIABLE_OPEN_LIST,
	DYNAMIC = AVU_VARIABLE_DYNAMIC_RANGE,
	OPTIONAL = AVU_VARIABLE_OPTIONAL,
};

#define EVENT_MODERATION_MS 200
