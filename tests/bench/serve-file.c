/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* serve-file FILE: our HTTP server with one route, for bench-delivery. Prints its port and serves
 * until standard input ends. */
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <av-upnp/delivery.h>

static AvuHttpResponse *
on_file(const AvuHttpRequest *request, void *user_data)
{
	struct stat st;
	int fd = open(user_data, O_RDONLY | O_CLOEXEC);
	AvuDelivery file = { .mime = "application/octet-stream", .log_name = user_data };

	if (fd < 0 || fstat(fd, &st) != 0) {
		return avu_http_response_new_error(404, "cannot be opened");
	}
	file.source = avu_media_source_new_file(
		fd, (uint64_t)st.st_size, AVU_TIME_NONE, /* get_index = */ NULL, NULL);
	file.modified_s = st.st_mtim.tv_sec;
	return avu_deliver(request, &file);
}

int
main(int argc, char **argv)
{
	const AvuHttpRoute route = { "/file", false, AVU_HTTP_GET | AVU_HTTP_HEAD, 0, on_file };
	g_autoptr(AvuHttpServer) server = avu_http_server_new();
	g_autoptr(GError) error = NULL;
	AvuAddress loopback;
	char octet;

	if (argc != 2) {
		fprintf(stderr, "usage: serve-file FILE\n");
		return 2;
	}
	avu_http_server_add_route(server, &route, argv[1]);
	if (!avu_address_parse("127.0.0.1", &loopback) ||
		!avu_http_server_start(server, 0, 0, &error) ||
		!avu_http_server_set_addresses(server, &loopback, 1, &error)) {
		fprintf(stderr, "serve-file: %s\n", error != NULL ? error->message : "no address");
		return 1;
	}
	printf("%u\n", avu_http_server_get_port(server));
	fflush(stdout);
	while (read(STDIN_FILENO, &octet, 1) > 0) {
	}
	return 0;
}
