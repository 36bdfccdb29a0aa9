/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Inbox, transfers and the table of functions for ContentDirectory, made and ended together. */
#include "mediaserver/import/import.h"

#include "mediaserver/import/transfers.h"
#include "mediaserver/import/upload-route.h"
#include "mediaserver/import/writer.h"

struct Import {
	Inbox *inbox;
	Writer writer;
};

Import *
import_new(const Rules *rules, Catalogue *catalogue, State *state, const Roots *roots,
	const AvuAddressPolicy *policy, const ImportListener *listener, void *data)
{
	Import *import = g_new0(Import, 1);

	import->inbox =
		inbox_new(catalogue, state, roots, rules, listener->touch, listener->changed, data);
	import->writer = (Writer){ .catalogue = catalogue,
		.roots = roots,
		.rules = rules,
		.inbox = import->inbox,
		.transfers = transfers_new(
			import->inbox, rules, roots, policy, listener->transfers, data),
		.touch = listener->touch,
		.changed = listener->changed,
		.data = data };
	writer_init(&import->writer);
	return import;
}

void
import_free(Import *import)
{
	if (import != NULL) {
		transfers_free(import->writer.transfers);
		inbox_free(import->inbox);
		g_free(import);
	}
}

ContentWriting
import_describe(Import *import)
{
	return writer_describe(&import->writer);
}

void
import_add_routes(Import *import, AvuHttpServer *server)
{
	if (rules_allow(import->writer.rules, RULE_CREATE)) {
		upload_route_add(server, import->inbox);
	}
}

void
import_catalogue_changed(Import *import)
{
	inbox_catalogue_changed(import->inbox);
}

void
import_close(Import *import)
{
	inbox_close(import->inbox);
}
