/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* address/answers.h: who answered the searches of this run */
#pragma once

#include <av-upnp/remote-device.h>

typedef struct Answers Answers;

Answers *answers_new(void);
void answers_free(Answers *answers);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Answers, answers_free)

/** A device there says that it is of that kind. @param udn  "uuid:…", foreign */
void answers_note(Answers *answers, AvuDeviceKind kind, const char *udn, const char *location);
/** One of that kind (OTHER: any) that is none of the devices, at none of its places. @param devices  AvuRemoteDevice
 *  @return its location, borrowed; NULL: there is none */
const char *answers_find_silent(
	const Answers *answers, AvuDeviceKind kind, const GPtrArray *devices);
