# SPDX-License-Identifier: LGPL-2.1-or-later
"""Raw SSDP, to be run inside a namespace; independent of any UPnP library.

    ssdp.py search ADDRESS ST [MX [TIMES]]   one line of JSON per answer, for MX + 0.7 s and as long as they come
    ssdp.py listen ADDRESS                   one line of JSON per datagram to the group, until killed
    ssdp.py send ADDRESS                     sends standard input to the group
    ssdp.py unicast ADDRESS PEER ST [MX]     search sent to a host, without MX; or to another group, with it

Each line: {"start", "fields" (names in upper case), "source", "ttl", "after_s"}.

ADDRESS may be one of IPv6, of eth0: the group is that of the link with a link-local one, else that of the site.
"""

import json
import select
import socket
import struct
import sys
import time

QUIET_S = 0.7
GROUP, PORT = "239.255.255.250", 1900
IP_RECVTTL = 12  # Linux; the socket module does not name it


def decode(data):
    lines = data.decode(errors="replace").split("\r\n")
    fields = {}
    for line in lines[1:]:
        name, colon, value = line.partition(":")
        if colon:
            fields[name.upper()] = value.strip()
    return lines[0], fields


def is_six(address):
    return ":" in address


def group_of(address):
    """Where its messages go, as sendto() has it."""
    if not is_six(address):
        return GROUP, PORT
    return "ff02::c" if address.startswith("fe80") else "ff05::c", PORT, 0, socket.if_nametoindex("eth0")


def open_six(address, port):
    index = socket.if_nametoindex("eth0")
    sock = socket.socket(socket.AF_INET6, socket.SOCK_DGRAM)
    sock.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    sock.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 1)
    sock.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_MULTICAST_IF, index)
    sock.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_RECVHOPLIMIT, 1)
    if port:
        group = group_of(address)
        sock.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_JOIN_GROUP,
                        socket.inet_pton(socket.AF_INET6, group[0]) + struct.pack("@I", index))
        sock.bind(group)
    else:
        sock.bind((address, 0, 0, index))
    return sock


def open_socket(address, port=0):
    if is_six(address):
        return open_six(address, port)
    sock = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    sock.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    sock.setsockopt(socket.IPPROTO_IP, socket.IP_MULTICAST_IF, socket.inet_aton(address))
    sock.setsockopt(socket.IPPROTO_IP, IP_RECVTTL, 1)
    sock.bind((GROUP if port else address, port))
    return sock


def receive(sock, started):
    data, ancillary, _, source = sock.recvmsg(8192, 64)
    start, fields = decode(data)
    ttl = next((struct.unpack("i", value)[0] for _, kind, value in ancillary if kind in (socket.IP_TTL, socket.IPV6_HOPLIMIT)), None)
    print(json.dumps({"start": start, "fields": fields, "source": source[0].partition("%")[0], "ttl": ttl,
                      "after_s": round(time.monotonic() - started, 3)}), flush=True)


def message(st, mx, group=GROUP):
    host = f"[{group}]" if is_six(group) else group
    lines = ["M-SEARCH * HTTP/1.1", f"HOST: {host}:{PORT}", 'MAN: "ssdp:discover"', f"ST: {st}"]
    if mx is not None:
        lines.append(f"MX: {mx}")
    return ("\r\n".join(lines) + "\r\n\r\n").encode()


def collect(sock, seconds):
    """For so long, and until none has come for the last of QUIET_S."""
    started = time.monotonic()
    end = started + seconds
    while time.monotonic() < end:
        if select.select([sock], [], [], max(0, end - time.monotonic()))[0]:
            receive(sock, started)
            end = max(end, time.monotonic() + QUIET_S)


def main(verb, address, *words):
    if verb == "listen":
        sock = open_socket(address, PORT)
        if not is_six(address):
            sock.setsockopt(socket.IPPROTO_IP, socket.IP_ADD_MEMBERSHIP,
                            socket.inet_aton(GROUP) + socket.inet_aton(address))
        started = time.monotonic()
        print("listening", flush=True)
        while True:
            receive(sock, started)
    sock = open_socket(address)
    if verb == "search":
        st, mx, times = words[0], *(words[1:2] or ["1"]), int((words[2:3] or ["1"])[0])
        for _ in range(times):
            sock.sendto(message(st, mx, group_of(address)[0]), group_of(address))
        collect(sock, min(float(mx), 5) + QUIET_S)
    elif verb == "unicast":
        sock.sendto(message(words[1], words[2] if len(words) > 2 else None), (words[0], PORT, *group_of(address)[2:]))
        collect(sock, 1.7)
    elif verb == "send":
        sock.sendto(sys.stdin.buffer.read(), group_of(address))


if __name__ == "__main__":
    main(*sys.argv[1:])
