#!/usr/bin/python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""Asks an HTTP server from a host of the house; answers in JSON on stdout.

    http_caller.py get HOST:PORT PATH [--range R] [--json]   status, type, body; with --json the body alone
    http_caller.py read HOST:PORT PATH [--for SECONDS]       octets that arrived, seconds; at full speed
    http_caller.py repeat HOST:PORT PATH TIMES               seconds that each small range took, one connection each
    http_caller.py trickle HOST:PORT N                       N heads, an octet a second; says "open", then ages at end
    http_caller.py tos PORT                                  counts TCP packets from that port by their TOS octet
"""

import argparse
import collections
import http.client
import json
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
    octets = 0
    while (args.seconds is None or time.monotonic() - began < args.seconds) and (block := answer.read1(65536)):
        octets += len(block)
    print(json.dumps({"octets": octets, "seconds": time.monotonic() - began}))
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


def trickle(args):
    host, port = args.where.rsplit(":", 1)
    opened, ages = {}, []
    poll = select.poll()
    for _ in range(args.n):
        peer = socket.create_connection((host, int(port)))
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
                             ("tos", tos, ())):
        verb = verbs.add_parser(name)
        verb.set_defaults(run=run)
        for word in words:
            verb.add_argument(word)
    verbs.choices["get"].add_argument("--range")
    verbs.choices["get"].add_argument("--json", action="store_true")
    verbs.choices["read"].add_argument("--for", dest="seconds", type=float)
    verbs.choices["repeat"].add_argument("times", type=int)
    verbs.choices["trickle"].add_argument("n", type=int)
    verbs.choices["tos"].add_argument("port", type=int)
    args = parser.parse_args()
    args.run(args)


main()
