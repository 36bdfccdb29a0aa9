/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* http-sender.h: an answer onto a socket that blocks, by the thread of its connection */
#pragma once

#include "http-response.h"

typedef enum {
	HTTP_SEND_DONE,
	HTTP_SEND_SHRUNK, /* the file ends before what was announced */
	HTTP_SEND_BROKEN, /* the peer has left, or what makes the octets failed */
} HttpSendEnd;

typedef struct {
	int fd;
	GString *text; /* to put heads together in; reused */
	bool head;     /* of a HEAD: nothing follows */
	bool http10;
	bool close;      /* this is the last answer of the connection */
	uint64_t octets; /* of the body, that the kernel was given */
} HttpSender;

/** @return all but HTTP_SEND_DONE: the connection is of no more use */
HttpSendEnd http_sender_send(HttpSender *sender, AvuHttpResponse *response);
