# SPDX-License-Identifier: LGPL-2.1-or-later
"""Requests as they are written, for a host of the house.

    raw_http.py HOST PORT < [{"head": "GET /x HTTP/1.1\\r\\n…", "save": PATH or null}, …]

sends each head on a connection of its own and prints a list of {"status", "headers": [[NAME, VALUE]…] with
names as they were spelt, "length", "chunked", "seconds"}; status 0: closed without a word; the body goes to the file `save`. A head that ends with two
line ends is sent as it stands.
"""

import contextlib
import json
import socket
import sys
import time

TIMEOUT_S = 40


def receive(host, port, head):
    with socket.create_connection((host, port), timeout=TIMEOUT_S) as connection:
        connection.sendall(head.encode("latin-1"))
        data = bytearray()
        with contextlib.suppress(ConnectionResetError):
            while part := connection.recv(1 << 16):
                data += part
    return bytes(data)


def unchunk(body):
    out = bytearray()
    while True:
        size, _, body = body.partition(b"\r\n")
        count = int(size.split(b";")[0], 16)
        if count == 0:
            return bytes(out)
        out += body[:count]
        body = body[count + 2:]


def main():
    answers = []
    for request in json.load(sys.stdin):
        began = time.monotonic()
        data = receive(sys.argv[1], int(sys.argv[2]), request["head"])
        data = data or b"none 0\r\n\r\n"
        head, _, body = data.partition(b"\r\n\r\n")
        status, *lines = head.decode("latin-1").split("\r\n")
        headers = [[name, value.strip()] for name, _, value in (line.partition(":") for line in lines)]
        chunked = any(name.lower() == "transfer-encoding" for name, _ in headers)
        if chunked and body:
            body = unchunk(body)
        if request.get("save"):
            with open(request["save"], "wb") as out:
                out.write(body)
        answers.append({"version": status.split()[0], "status": int(status.split()[1]), "headers": headers,
                        "length": len(body), "chunked": chunked,
                        "seconds": time.monotonic() - began})
    json.dump(answers, sys.stdout)


if __name__ == "__main__":
    main()
