/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Words of the search criteria. Pure; any thread; no allocation. Bounded by the length of the text. */
#include <string.h>

#include "query-private.h"

static const char white[] = " \t\n\v\f\r";
static const char signs[] = "=!<>";

static bool
is_in(const char *set, char c)
{
	return c != '\0' && strchr(set, c) != NULL;
}

static bool
ends_word(char c)
{
	return is_in(white, c) || is_in(signs, c) || is_in("()\"", c);
}

static Token
take_string(AvuCursor *in)
{
	Token token = { TOKEN_STRING, { ++in->at, in->end } };

	for (; in->at < in->end; in->at++) {
		if (*in->at == '"') {
			token.text.end = in->at++;
			return token;
		}
		if (*in->at == '\\' && in->at + 1 < in->end) {
			in->at++;
		}
	}
	token.kind = TOKEN_BAD;
	return token;
}

static Token
take_sign(AvuCursor *in)
{
	Token token = { TOKEN_SIGN, { in->at++, NULL } };

	if (*token.text.at != '=' && in->at < in->end && *in->at == '=') {
		in->at++;
	} else if (*token.text.at == '!') {
		token.kind = TOKEN_BAD;
	}
	token.text.end = in->at;
	return token;
}

/* A property may carry a condition on its attribute: upnp:artist[@role="AlbumArtist"]. */
static Token
take_word(AvuCursor *in)
{
	Token token = { TOKEN_WORD, { in->at, NULL } };
	bool inside = false;

	for (; in->at < in->end && (inside || !ends_word(*in->at)); in->at++) {
		inside = *in->at == '[' || (inside && *in->at != ']');
	}
	token.text.end = in->at;
	return token;
}

Token
query_next_token(AvuCursor *in)
{
	while (in->at < in->end && is_in(white, *in->at)) {
		in->at++;
	}
	if (avu_cursor_at_end(in)) {
		return (Token){ TOKEN_END, *in };
	}
	switch (*in->at) {
	case '(':
	case ')':
		in->at++;
		return (Token){ in->at[-1] == '(' ? TOKEN_OPEN : TOKEN_CLOSE,
			{ in->at - 1, in->at } };
	case '"':
		return take_string(in);
	default:
		return is_in(signs, *in->at) ? take_sign(in) : take_word(in);
	}
}

char *
query_unescape(AvuCursor string, char *out)
{
	for (const char *p = string.at; p < string.end; p++) {
		/* Only these two are escapes; control points that escape nothing send others as they
		 * stand in a title. */
		if (*p == '\\' && p + 1 < string.end && (p[1] == '"' || p[1] == '\\')) {
			p++;
		}
		*out++ = *p;
	}
	*out = '\0';
	return out;
}
