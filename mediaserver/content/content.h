/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* content/content.h: the catalogue as a content store of ContentDirectory */
#pragma once

#include <av-upnp/content-directory.h>
#include <av-upnp/protocol-info.h>

#include "mediaserver/catalogue/catalogue.h"
#include "mediaserver/clients/clients.h"
#include "mediaserver/convert/plan.h"

G_BEGIN_DECLS

typedef struct Content Content;

/** @param catalogue  outlives it */
Content *content_new(Catalogue *catalogue);
void content_free(Content *content);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Content, content_free)

/** Where the server can be reached, "http://192.0.2.1:8200" each; for control points that ask for
 *  resources at all addresses. @param urls  NULL-ended, copied  @thread any */
void content_set_urls(Content *content, const char *const *urls);

/** Who asks is told in its own words. Before content_get_store(). @param clients  outlives it */
void content_set_clients(Content *content, Clients *clients);

/* Who writes: what control points are told of it, and who does it. */
typedef struct {
	const AvuContentWriter *writer; /* its functions get the Content as self */
	/* may what lies in this shared folder (uuid) be changed? @thread any */
	bool (*is_writable)(void *data, const char *root);
	/* how much of a promised item has come. @return false: it is not promised. @thread any */
	bool (*get_uploaded)(void *data, int64_t item, uint64_t *ret_bytes);
	/* dlna:dlnaManaged of what is writable (spec/dlna-upload.md 1) */
	unsigned managed_container, managed_item;
	unsigned managed_root; /* 0: no lists can be made there */
	void *data;
} ContentWriting;

/* What the server can convert now. get: @thread any; NULL: nothing is converted */
typedef struct {
	void (*get)(void *data, ConvertMachine *ret_machine);
	void *data;
} ContentConverting;

/* What is sent of stations and pipes. dup_title: what one plays now, NULL when it says nothing; g_free() it.
 * @thread any */
typedef struct {
	char *(*dup_title)(void *data, int64_t item);
	/* bit n: recipe_nth(n) of it is made for somebody, whom others can join */
	uint32_t (*get_recipes)(void *data, int64_t item);
	void *data;
} ContentLive;

/** Before the server starts. Without this call stations are told at their own addresses only.
 *  @param live  copied */
void content_set_live(Content *content, const ContentLive *live);
/** Before content_get_store(). @param converting  copied */
void content_set_converting(Content *content, const ContentConverting *converting);
/** Before content_get_store(). @param writing  copied */
void content_set_writing(Content *content, const ContentWriting *writing);
/** data of the ContentWriting. */
void *content_get_writing_data(const Content *content);
Catalogue *content_get_catalogue(const Content *content);

/** Its functions take the Content as self. */
AvuContentStore content_get_store(const Content *content);

/** DLNA parameters of a file as it lies on the disk: the same in res@protocolInfo, in
 *  contentFeatures.dlna.org, and in what delivery does. @param profile  may be NULL; borrowed
 *  @param duration_ns  <= 0: unknown, or a piece of a file, so
 *  there is no time seek */
AvuDlnaParameters content_dlna_parameters(
	ItemKind kind, const char *mime, const char *profile, int64_t duration_ns);
/** Of a recording in progress: its end moves, and nobody knows which octet belongs to which time yet. */
void content_dlna_set_growing(AvuDlnaParameters *dlna);

/** SourceProtocolInfo for what is in the catalogue, or, while it is empty, for what would be; and
 *  for what is made of it. @param catalogue  NULL: an empty one; asking takes as long as a query
 *  @param machine  NULL: nothing is converted  @return g_free() it; NULL with 720 */
char *content_format_protocols(Catalogue *catalogue, const ConvertMachine *machine, GError **error);

/** The item whose resource has exactly this address, at any of the server's. A promised one has none.
 *  @param ret_file  what catalogue_find_file() says of it */
bool content_find_resource(
	const Content *content, const char *uri, int64_t *ret_item, CatalogueFile *ret_file);
/** "/media/i0123456789abcde.flac", the path of an item's resource. g_free() it. */
char *content_format_media_path(int64_t item, const char *mime);

#define CONTENT_MEDIA_PREFIX "/media/"
/* In a name below the prefix, with a digit: offered under another name, see client_view_name_extra() */
#define CONTENT_EXTRA ".x"
#define CONTENT_EXTRAS_MAX 4
#define CONTENT_UPLOAD_PREFIX "/upload/"

G_END_DECLS
