/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <netinet/in.h>
#include <string.h>

#include "send-from.h"

ssize_t
send_from(int fd, const GString *datagram, const void *to, socklen_t to_len, int level, int type,
	const void *info, size_t info_len)
{
	union {
		char octets[CMSG_SPACE(sizeof(struct in6_pktinfo))]; /* the larger one */
		struct cmsghdr align;
	} control = { 0 };
	struct sockaddr_storage name = { 0 };
	struct iovec part = { datagram->str, datagram->len };
	struct msghdr message = { .msg_name = &name,
		.msg_namelen = to_len,
		.msg_iov = &part,
		.msg_iovlen = 1,
		.msg_control = control.octets,
		.msg_controllen = CMSG_SPACE(info_len) };
	struct cmsghdr *header = CMSG_FIRSTHDR(&message);

	g_assert(to_len <= sizeof name && CMSG_SPACE(info_len) <= sizeof control.octets);
	memcpy(&name, to, to_len);
	header->cmsg_level = level;
	header->cmsg_type = type;
	header->cmsg_len = CMSG_LEN(info_len);
	memcpy(CMSG_DATA(header), info, info_len);
	return sendmsg(fd, &message, MSG_NOSIGNAL);
}
