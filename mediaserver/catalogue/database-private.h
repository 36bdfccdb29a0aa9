/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* catalogue/database-private.h: for those who teach a connection something */
#pragma once

#include <sqlite3.h>

#include "mediaserver/catalogue/database.h"

sqlite3 *database_get_connection(Database *database);
