/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* bare HOST:PORT FILE: libmicrohttpd with a thread per connection and nothing around it, one file under every
 * path, single ranges; what the engine loses against this is its own. For bench-stream. Until it is ended. */
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include <microhttpd.h>

#include <av-upnp/address.h>

/* As the engine has it: libav-upnp/net/http-server.c. */
#define POOL (32 * 1024)
#define STACK (128 * 1024)

static enum MHD_Result
on_request(void *data, struct MHD_Connection *connection, const char *url, const char *method,
	const char *version, const char *octets, size_t *len, void **request_data)
{
	const char *range = MHD_lookup_connection_value(connection, MHD_HEADER_KIND, "Range");
	int fd = open(data, O_RDONLY | O_CLOEXEC);
	struct MHD_Response *response;
	unsigned long long first = 0, last;
	enum MHD_Result queued;
	struct stat st;

	(void)url;
	(void)method;
	(void)version;
	(void)octets;
	(void)len;
	(void)request_data;
	if (fd < 0 || fstat(fd, &st) != 0) {
		return MHD_NO;
	}
	last = (unsigned long long)st.st_size - 1;
	if (range != NULL && sscanf(range, "bytes=%llu-%llu", &first, &last) != 2) {
		return MHD_NO;
	}
	response = MHD_create_response_from_fd_at_offset64(last + 1 - first, fd, first);
	if (range != NULL) {
		char text[128];

		(void)snprintf(text, sizeof(text), "bytes %llu-%llu/%lld", first, last,
			(long long)st.st_size);
		(void)MHD_add_response_header(response, "Content-Range", text);
	}
	(void)MHD_add_response_header(response, "Content-Type", "audio/wav");
	queued = MHD_queue_response(connection, range != NULL ? 206 : 200, response);
	MHD_destroy_response(response);
	return queued;
}

int
main(int argc, char **argv)
{
	struct sockaddr_storage where;
	struct MHD_Daemon *daemon;
	AvuAddress address;

	if (argc != 3 || !avu_address_parse(argv[1], &address)) {
		(void)fprintf(stderr, "bare: see the head of bare.c\n");
		return 2;
	}
	(void)avu_address_to_sockaddr(&address, &where);
	daemon = MHD_start_daemon(
		MHD_USE_THREAD_PER_CONNECTION | MHD_USE_INTERNAL_POLLING_THREAD | MHD_USE_POLL, 0,
		NULL, NULL, on_request, argv[2], MHD_OPTION_SOCK_ADDR, &where,
		MHD_OPTION_CONNECTION_LIMIT, 9000u, MHD_OPTION_CONNECTION_MEMORY_LIMIT,
		(size_t)POOL, MHD_OPTION_THREAD_STACK_SIZE, (size_t)STACK, MHD_OPTION_END);
	if (daemon == NULL) {
		perror("bare");
		return 1;
	}
	for (;;) {
		(void)pause();
	}
}
