/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* av/query-private.h: words of the search criteria, between lexer and parser */
#pragma once

#include <av-upnp/cursor.h>
#include <av-upnp/query.h>

typedef enum {
	TOKEN_END,
	TOKEN_OPEN,   /* ( */
	TOKEN_CLOSE,  /* ) */
	TOKEN_WORD,   /* property, and, or, contains, exists, true … */
	TOKEN_SIGN,   /* = != < <= > >= */
	TOKEN_STRING, /* between quotes, escapes still in it */
	TOKEN_BAD,    /* a quote that is not closed, a lone "!" */
} TokenKind;

typedef struct {
	TokenKind kind;
	AvuCursor text;
} Token;

/* The next token; the cursor moves behind it. */
Token query_next_token(AvuCursor *in);
/* Copies a string without its escapes to out, which has room for its length and a NUL; returns where
 * the NUL stands. */
char *query_unescape(AvuCursor string, char *out);
