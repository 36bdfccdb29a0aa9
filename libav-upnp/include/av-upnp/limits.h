/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* av-upnp/limits.h: every bound that protects us from a peer, in one place.
 * Octets unless the name says otherwise. */
#pragma once

#include <av-upnp/base.h>

/* discovery */
#define AVU_LIMIT_SSDP_DATAGRAM 4096
#define AVU_LIMIT_SSDP_LINES 32
#define AVU_LIMIT_SSDP_VALUE 512
#define AVU_LIMIT_SSDP_SEARCHES_PER_S 10 /* answered per source; burst is twice that */
#define AVU_LIMIT_SSDP_REPLIES_PER_SOURCE_PER_S 100
#define AVU_LIMIT_SSDP_REPLIES_PER_S 1000
#define AVU_LIMIT_SSDP_MX_S 5
#define AVU_LIMIT_REMOTE_DEVICES 1024
#define AVU_LIMIT_REMOTE_DEVICES_PER_ADDRESS 16

/* HTTP server */
#define AVU_LIMIT_HTTP_REQUEST_LINE (8 * 1024)
#define AVU_LIMIT_HTTP_HEAD (16 * 1024)
#define AVU_LIMIT_HTTP_HEADER_LINES 64
#define AVU_LIMIT_HTTP_HEAD_NS (10 * AVU_NS_PER_S)
#define AVU_LIMIT_SOAP_BODY (256 * 1024)
#define AVU_LIMIT_SOAP_BODY_NS (30 * AVU_NS_PER_S)
#define AVU_LIMIT_SOAP_HANDLER_NS (25 * AVU_NS_PER_S) /* UDA: an action answers within 30 s */
/* A body may be refused before its end; what follows is thrown away for a while, so that no reset
 * overtakes the answer. */
#define AVU_LIMIT_HTTP_LINGERING 256
#define AVU_LIMIT_HTTP_LINGER_NS (30 * AVU_NS_PER_S)
#define AVU_LIMIT_HTTP_LINGER_IDLE_NS (5 * AVU_NS_PER_S)
#define AVU_LIMIT_UPLOAD_OCTETS_PER_S (16 * 1024) /* on average; slower uploads are cut */
#define AVU_LIMIT_HTTP_WAITING 8192
#define AVU_LIMIT_HTTP_HALF \
	(AVU_LIMIT_HTTP_WAITING / 4) /* of these some octets of a head are there */
#define AVU_LIMIT_HTTP_SERVED 1024
#define AVU_LIMIT_HTTP_SERVED_MAX 8192
#define AVU_LIMIT_HTTP_IDLE_S 30
#define AVU_LIMIT_HTTP_AWAY_NS (60 * AVU_NS_PER_S) /* a cable is pulled and put in again (FLT-30) */
#define AVU_LIMIT_STREAM_STALL_S 3600                /* a paused television holds its connection */
#define AVU_LIMIT_GROWTH_WAIT_NS (30 * AVU_NS_PER_S) /* for more of a file that is written */

/* eventing */
#define AVU_LIMIT_SUBSCRIPTIONS 16384
#define AVU_LIMIT_SUBSCRIPTIONS_PER_ADDRESS 64
#define AVU_LIMIT_SUBSCRIPTION_MIN_S 300
#define AVU_LIMIT_SUBSCRIPTION_MAX_S 1800
#define AVU_LIMIT_CALLBACK_URLS 4
#define AVU_LIMIT_CALLBACK_URL 512
#define AVU_LIMIT_EVENT_QUEUE 16
#define AVU_LIMIT_EVENT_DELIVERY_NS (5 * AVU_NS_PER_S)
#define AVU_LIMIT_EVENT_DELIVERIES 256

/* fetching */
#define AVU_LIMIT_DESCRIPTION (1024 * 1024)
#define AVU_LIMIT_SCPD (512 * 1024)
#define AVU_LIMIT_SOAP_ANSWER (4 * 1024 * 1024)
#define AVU_LIMIT_EVENT_BODY (256 * 1024)
#define AVU_LIMIT_FETCH_HEADERS (16 * 1024)
#define AVU_LIMIT_FETCH_HEADER_LINES 64
#define AVU_LIMIT_FETCH_NS (10 * AVU_NS_PER_S)
#define AVU_LIMIT_FETCHES 16
#define AVU_LIMIT_MEDIA_REDIRECTS 3
#define AVU_LIMIT_URL 8192

/* XML */
#define AVU_LIMIT_XML_DEPTH 32
#define AVU_LIMIT_XML_DEPTH_DESCRIPTION 64
#define AVU_LIMIT_XML_ELEMENTS 100000
#define AVU_LIMIT_XML_ATTRIBUTES 32
#define AVU_LIMIT_XML_NAME 256
#define AVU_LIMIT_XML_ATTRIBUTE_VALUE (64 * 1024)

/* content directory */
#define AVU_LIMIT_SEARCH_CRITERIA 4096
#define AVU_LIMIT_SEARCH_DEPTH 32
#define AVU_LIMIT_SEARCH_TERMS 64
#define AVU_LIMIT_QUERY_NS (2 * AVU_NS_PER_S)
#define AVU_LIMIT_BROWSE_ROWS 1000
#define AVU_LIMIT_PATH 4096
#define AVU_LIMIT_PROTOCOL_INFO 1024
#define AVU_LIMIT_PROTOCOL_INFOS 4096 /* of one list; televisions send some hundred */
#define AVU_LIMIT_DIDL_OBJECTS 8192

/* renderer: pictures and sound that are not tried, by what is declared of them */
#define AVU_LIMIT_RENDER_SIDE 8192
#define AVU_LIMIT_RENDER_PIXELS (INT64_C(8192) * 4320) /* lying or standing */
/* Stills: there is one of them, not some in flight, and telephones take 8160 x 6120 (50 megapixels) and
 * 9248 x 6936 (64). A JPEG of 4:2:0 costs 1.5 octets a pixel when decoded, as much when it is turned, and 4 when it
 * is converted for the screen: 459 MiB were measured for 9248 x 6936 (PNG: 463). 100 megapixels would cost 717. */
#define AVU_LIMIT_RENDER_STILL_SIDE 16384
#define AVU_LIMIT_RENDER_STILL_PIXELS (INT64_C(64) * 1024 * 1024)
#define AVU_LIMIT_RENDER_SAMPLE_HZ 768000
/* DSD, of whose samples 32 are as many octets as one of others: 512 times 48 kHz */
#define AVU_LIMIT_RENDER_DSD_HZ 24576000
#define AVU_LIMIT_RENDER_CHANNELS 32
/* What the decoding process may take, where only the decoder knows how large a picture is (SEC-188): 17 frames of
 * 8192 x 4320 points (51 MiB each) and as many again for threads and the way to the screen; the largest still takes
 * a quarter of it. Memory of the graphics card, mapped, does not count. */
#define AVU_LIMIT_RENDER_MEMORY (INT64_C(2) * 1024 * 1024 * 1024)
#define AVU_LIMIT_RENDER_BPS INT64_C(1250000000) /* octets per second: more than a network has */

/* helpers */
#define AVU_LIMIT_FRAME (1024 * 1024)
#define AVU_LIMIT_WORKER_CPU_S 10 /* per file */
#define AVU_LIMIT_WORKER_WALL_NS (30 * AVU_NS_PER_S)
/* of what goes on after nobody waits for it any more: films are read from end to end */
#define AVU_LIMIT_WORKER_LONG_CPU_S 300
#define AVU_LIMIT_WORKER_LONG_WALL_NS (20 * 60 * AVU_NS_PER_S)
#define AVU_LIMIT_WORKER_MEMORY (1024 * 1024 * 1024)
#define AVU_LIMIT_WORKER_FDS 80
#define AVU_LIMIT_CONVERSION_MEMORY (INT64_C(2) * 1024 * 1024 * 1024)
#define AVU_LIMIT_CONVERSION_FDS 16
/* of a conversion by a graphics card: its driver has descriptors, and memory that has one */
#define AVU_LIMIT_CARD_FDS 64
#define AVU_LIMIT_CARD_FILE (16 * 1024 * 1024)
#define AVU_LIMIT_PICTURE_PIXELS 64000000 /* for a thumbnail */
#define AVU_LIMIT_WORKER_BATCH 64         /* files per forked child */
