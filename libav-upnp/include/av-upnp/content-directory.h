/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* av-upnp/content-directory.h: ContentDirectory's behaviour over any content store */
#pragma once

#include <av-upnp/content-writer.h>
#include <av-upnp/device-host.h>
#include <av-upnp/didl.h>
#include <av-upnp/query.h>

G_BEGIN_DECLS

#define AVU_SORT_KEYS_MAX 16

typedef struct {
	AvuProperty property;
	bool descending;
	bool time_of_day; /* TIME+, TIME-: a date's hours only; objects without hours as without date */
} AvuSortKey;

typedef struct {
	const char *object_id;
	uint32_t start;
	uint32_t count; /* 1…AVU_LIMIT_BROWSE_ROWS */
	AvuSortKey sort[AVU_SORT_KEYS_MAX];
	unsigned n_sort; /* 0: the container's own order */
	/* in front of resource paths, without slash: "http://192.0.2.1:8200" */
	const char *base_url;
	const AvuCall *call; /* who asks: header lines, address; NULL: this program itself */
	bool all_addresses;  /* resources at the server's other addresses, too (DLNA 7.3.19.1) */
} AvuContentQuery;

typedef struct {
	uint32_t total;
	uint32_t update_id;
} AvuContentResult;

typedef enum {
	AVU_CONTENT_ADDED,
	AVU_CONTENT_MODIFIED,
	AVU_CONTENT_DELETED,
} AvuContentChangeKind;

/* One modification of one object. Strings live until the call-back returns. */
typedef struct {
	AvuContentChangeKind kind;
	const char *id;
	const char *parent_id;  /* ADDED only */
	const char *upnp_class; /* ADDED only */
	uint32_t update_id;     /* SystemUpdateID of this modification */
} AvuContentChange;

typedef struct {
	void (*change)(const AvuContentChange *change, void *data); /* by rising update_id */
	/* a container whose children changed, each once: its containerUpdateID now */
	void (*container)(const char *id, uint32_t update_id, void *data);
	void *data;
} AvuContentChangeSink;

/* A container that control points may offer directly. @clause ContentDirectory:4 CONTAINER_SHORTCUTS */
typedef struct {
	const char *name; /* "MUSIC_ALBUMS" */
	const char *object_id;
} AvuContentShortcut;

/* All functions may be called from several threads at once. Failing: AVU_UPNP_ERROR 701 (no such
 * object), 710 (no such container), 720 (cannot process). total: of all children or matches, 0 when
 * they could not be counted in time. update_id: of the container asked for (of the object itself,
 * when it is an item). */
typedef struct {
	/* emit is called once */
	bool (*get_object)(void *self, const AvuContentQuery *query,
		void (*emit)(const AvuObject *object, void *data), void *data,
		AvuContentResult *ret_result, GError **error);
	/* emit is called in order, once per child of the page */
	bool (*get_children)(void *self, const AvuContentQuery *query,
		void (*emit)(const AvuObject *object, void *data), void *data,
		AvuContentResult *ret_result, GError **error);
	uint32_t (*get_system_update_id)(void *self);
	/* As get_children, for all matches in the tree below object_id (itself left out). NULL: Search
	 * is not offered. */
	bool (*search)(void *self, const AvuContentQuery *query, const AvuQuery *criteria,
		void (*emit)(const AvuObject *object, void *data), void *data,
		AvuContentResult *ret_result, GError **error);
	AvuPropertySet search_properties; /* what criteria may name */
	AvuPropertySet sort_properties;   /* what listings and results can be sorted by */
	bool sorts_time_of_day;           /* TIME+ and TIME- */
	/* What changed since the last call, for subscribers. NULL: changes are not tracked, and the
	 * store must know none of the properties of tracking.
	 * @return false: there was more than could be kept. @thread main */
	bool (*take_changes)(void *self, const AvuContentChangeSink *sink);
	/* Another one tells control points to forget what they kept. g_free() it. NULL: no version
	 * from 3 on. */
	char *(*dup_reset_token)(void *self);
	const AvuContentShortcut *shortcuts; /* name NULL ends; may be NULL */
	/* AvuDidlStyle of the answer to who asks; NULL: all alike */
	unsigned (*get_style)(void *self, const AvuCall *call);
	const AvuContentWriter *writer; /* its self is this one's; NULL: nothing can be changed */
} AvuContentStore;

/** "+dc:title,-dc:date" → keys; also the modifiers TIME+ and TIME- of version 2.
 *  @param known  others are refused
 *  @return false with AVU_UPNP_ERROR 709 naming the word */
AVU_API bool avu_sort_parse(const char *text, const AvuPropertySet *known,
	AvuSortKey keys[AVU_SORT_KEYS_MAX], unsigned *ret_n, GError **error);

typedef struct AvuContentDirectory AvuContentDirectory;

/** Adds the service to host (any-thread).
 *  @param version     1…4; from 3 on the store needs dup_reset_token
 *  @param store,self  outlive host */
AVU_API AvuContentDirectory *avu_content_directory_new(
	AvuDeviceHost *host, unsigned version, const AvuContentStore *store, void *self);
AVU_API void avu_content_directory_free(AvuContentDirectory *directory);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(AvuContentDirectory, avu_content_directory_free)
/** Something changed: SystemUpdateID and the list of changes are asked for anew and evented, moderated
 *  (0.2 s, version 1: 2 s). @thread main */
AVU_API void avu_content_directory_changed(AvuContentDirectory *directory);
/** A transfer began or ended: TransferIDs is asked for anew and evented. @thread main */
AVU_API void avu_content_directory_transfers_changed(AvuContentDirectory *directory);

G_END_DECLS
