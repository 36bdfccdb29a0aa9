#!/usr/bin/python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""Asks an HTTP server from a host of the house; answers in JSON on stdout.

    http_caller.py get HOST:PORT PATH [--range R] [--json]   status, type, body; with --json the body alone
    http_caller.py read HOST:PORT PATH [--for SECONDS]       octets that arrived, seconds; at full speed
    http_caller.py repeat HOST:PORT PATH TIMES               seconds that each small range took, one connection each
    http_caller.py trickle HOST:PORT N                       N heads, an octet a second; says "open", then ages at end
    http_caller.py bodies HOST:PORT PATH N                   N POSTs whose body trickles; says "open", then ages at end
    http_caller.py silent HOST:PORT SECONDS                  connects and says nothing, as often as it can
    http_caller.py hold HOST:PORT PATH N SECONDS [--all]     N GETs that are not read; says "open", then how many live,
                                                             with --all how many then get all of it
    http_caller.py seek HOST:PORT PATH SIZE SECONDS          jumps about in the file; how often
    http_caller.py vanish HOST:PORT PATH N                   N of each: a stream that is read, one that is paused, an idle
                                                             connection, half a SOAP request, and, once it gets SIGUSR1,
                                                             a whole one; says "open", then "asked", and reads on
    http_caller.py tos PORT                                  counts TCP packets from that port by their TOS octet
"""

import argparse
import collections
import contextlib
import hashlib
import http.client
import json
import re
import resource
import select
import signal
import socket
import sys
import time


def ask(where, path, headers=None):
    connection = http.client.HTTPConnection(where, timeout=30)
    connection.request("GET", path, headers=headers or {})
    return connection, connection.getresponse()


def get(args):
    _, answer = ask(args.where, args.path, {"Range": args.range} if args.range else {})
    body = answer.read().decode(errors="replace")
    print(body if args.json else json.dumps(
        {"status": answer.status, "type": answer.headers["Content-Type"], "body": body}))


def read(args):
    began = time.monotonic()
    connection, answer = ask(args.where, args.path)
    octets, digest = 0, hashlib.sha256()
    while (args.seconds is None or time.monotonic() - began < args.seconds) and (block := answer.read1(65536)):
        octets += len(block)
        digest.update(block)
    print(json.dumps({"octets": octets, "seconds": time.monotonic() - began, "sha256": digest.hexdigest()}))
    connection.close()


def repeat(args):
    seconds = []
    for _ in range(args.times):
        began = time.monotonic()
        connection, answer = ask(args.where, args.path, {"Range": "bytes=0-65535"})
        assert answer.status == 206 and len(answer.read()) == 65536
        connection.close()
        seconds.append(time.monotonic() - began)
    print(json.dumps({"seconds": seconds}))


def drip(peers):
    """An octet to each now and then until the other side has closed all; their ages then."""
    opened, ages = {}, []
    poll = select.poll()
    for peer in peers:
        opened[peer.fileno()] = (peer, time.monotonic())
        poll.register(peer, select.POLLIN | select.POLLHUP)
    print("open", flush=True)
    while opened:
        for peer, _ in opened.values():
            try:
                peer.send(b"G")
            except OSError:
                pass  # told by poll
        for fd, _ in poll.poll(1000):
            poll.unregister(fd)
            peer, since = opened.pop(fd)
            ages.append(time.monotonic() - since)
            peer.close()
        time.sleep(0.2)  # the trickle
    print(json.dumps({"ages": ages}), flush=True)


def dial(where):
    host, port = where.rsplit(":", 1)
    return socket.create_connection((host, int(port)))


def trickle(args):
    drip(dial(args.where) for _ in range(args.n))


def bodies(args):
    head = (f"POST {args.path} HTTP/1.1\r\nHost: {args.where}\r\nContent-Type: text/xml\r\nSOAPAction: \"x#y\"\r\n"
            "Content-Length: 10000\r\n\r\n").encode()
    peers = [dial(args.where) for _ in range(args.n)]
    for peer in peers:
        peer.sendall(head)
    drip(peers)


def silent(args):
    """Half of what a descriptor table holds at a time; the oldest go first."""
    end, count, kept = time.monotonic() + args.seconds, 0, collections.deque()
    while time.monotonic() < end:
        kept.append(dial(args.where))
        count += 1
        if len(kept) > 400:
            kept.popleft().close()
    print(json.dumps({"connections": count}))


def hold(args):
    peers = []
    for _ in range(args.n):
        peer = socket.socket()
        peer.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        host, port = args.where.rsplit(":", 1)
        peer.connect((host, int(port)))
        peer.sendall(f"GET {args.path} HTTP/1.1\r\nHost: {args.where}\r\n\r\n".encode())
        peers.append(peer)
    for peer in peers:
        peer.recv(1)
    print("open", flush=True)
    time.sleep(args.seconds)  # what is tested: that nothing happens meanwhile
    alive = 0
    for peer in peers if not args.all else ():
        peer.settimeout(5)
        try:
            alive += len(peer.recv(65536)) > 0
        except OSError:
            pass
    print(json.dumps({"alive": alive + sum(map(read_rest, peers)) if args.all else alive}), flush=True)


def read_rest(peer):
    """Is it sent to its end? One octet of it was read."""
    peer.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 1 << 20)
    data = bytearray(1)
    with contextlib.suppress(OSError):
        while part := peer.recv(1 << 16):
            data += part
            if len(data) > 4096 and len(data) >= int(re.search(rb"Content-Length: (\d+)", data).group(1)):
                return True
    return False


def vanish(args):
    get = f"GET {args.path} HTTP/1.1\r\nHost: {args.where}\r\n"
    body = ('<s:Envelope xmlns:s="http://schemas.xmlsoap.org/soap/envelope/" s:encodingStyle="http://schemas.xmlsoap.org/soap/'
            'encoding/"><s:Body><u:GetSystemUpdateID xmlns:u="urn:schemas-upnp-org:service:ContentDirectory:1"/></s:Body>'
            "</s:Envelope>")
    post = (f"POST /control/ContentDirectory HTTP/1.1\r\nHost: {args.where}\r\nContent-Type: text/xml\r\nContent-Length: "
            f'{len(body)}\r\nSOAPAction: "urn:schemas-upnp-org:service:ContentDirectory:1#GetSystemUpdateID"\r\n\r\n{body}')
    asked = []
    signal.signal(signal.SIGUSR1, lambda *_: asked.append(True))

    def dial_all(request, answer):
        peers = [dial(args.where) for _ in range(args.n)]
        for peer in peers:
            peer.sendall(request.encode())
        for peer in peers if answer else ():
            assert peer.recv(answer)
        return peers

    whole = dial_all("", 0)
    kept = [dial_all(get + "\r\n", 1), dial_all(get + "Range: bytes=0-0\r\n\r\n", 4096), dial_all(post[:-20], 0)]
    readers = dial_all(20 * (get + "\r\n"), 1)  # one file would be read before anybody looks, on a busy machine
    poll = select.poll()
    for peer in readers:
        poll.register(peer, select.POLLIN)
    by_fd = {peer.fileno(): peer for peer in readers}
    print("open", flush=True)
    while kept:
        for fd, _ in poll.poll(100):
            if not by_fd[fd].recv(4096):
                poll.unregister(fd)
        for peer in whole if asked else ():
            peer.sendall(post.encode())
        if asked:
            print("asked", flush=True)
            whole, asked = [], []


def seek(args):
    """A new place before the old answer is over, as a viewer with a thumb on the button does."""
    end, count, at = time.monotonic() + args.seconds, 0, 0
    while time.monotonic() < end:
        at = (at + args.size // 3 + 12345) % (args.size - 70000)
        with dial(args.where) as peer:  # by hand: http.client takes longer than the server
            peer.sendall(f"GET {args.path} HTTP/1.1\r\nHost: {args.where}\r\nRange: bytes={at}-\r\n\r\n".encode())
            data = peer.recv(4096, socket.MSG_WAITALL)
        assert data.startswith(b"HTTP/1.1 206 ") and f"\r\nContent-Range: bytes {at}-".encode() in data, data[:200]
        count += 1
    print(json.dumps({"seeks": count}))


def tos(args):
    """ETH_P_IP on all interfaces; the sender's packets as they arrive here."""
    counts = collections.Counter()
    watcher = socket.socket(socket.AF_PACKET, socket.SOCK_DGRAM, socket.htons(0x0800))

    def tell(*_):
        print(json.dumps(counts), flush=True)
        sys.exit(0)

    signal.signal(signal.SIGTERM, tell)
    print("watching", flush=True)
    while True:
        packet = watcher.recv(128)
        head = (packet[0] & 15) * 4
        payload = int.from_bytes(packet[2:4], "big") - head - (packet[head + 12] >> 4) * 4
        if packet[9] == 6 and int.from_bytes(packet[head:head + 2], "big") == args.port and payload > 0:
            counts[packet[1]] += 1


def main():
    parser = argparse.ArgumentParser()
    verbs = parser.add_subparsers(required=True)
    for name, run, words in (("get", get, ("where", "path")), ("read", read, ("where", "path")),
                             ("repeat", repeat, ("where", "path")), ("trickle", trickle, ("where",)),
                             ("bodies", bodies, ("where", "path")), ("silent", silent, ("where",)),
                             ("hold", hold, ("where", "path")), ("seek", seek, ("where", "path")),
                             ("vanish", vanish, ("where", "path")), ("tos", tos, ())):
        verb = verbs.add_parser(name)
        verb.set_defaults(run=run)
        for word in words:
            verb.add_argument(word)
    verbs.choices["get"].add_argument("--range")
    verbs.choices["get"].add_argument("--json", action="store_true")
    verbs.choices["read"].add_argument("--for", dest="seconds", type=float)
    verbs.choices["repeat"].add_argument("times", type=int)
    verbs.choices["trickle"].add_argument("n", type=int)
    verbs.choices["bodies"].add_argument("n", type=int)
    verbs.choices["hold"].add_argument("n", type=int)
    verbs.choices["vanish"].add_argument("n", type=int)
    verbs.choices["hold"].add_argument("--all", action="store_true")
    verbs.choices["seek"].add_argument("size", type=int)
    for name in ("silent", "hold", "seek"):
        verbs.choices[name].add_argument("seconds", type=float)
    verbs.choices["tos"].add_argument("port", type=int)
    args = parser.parse_args()
    _, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))
    args.run(args)


main()
