#!/usr/bin/python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""A line between two interfaces that does to frames what bad Wi-Fi does, where the kernel has no netem.

    bad_line.py plain IF...          frames of these interfaces are as on the wire: whole checksums, no larger than
                                     the MTU (the relay needs that of everybody who sends through it)
    bad_line.py relay A B SEED       carries frames both ways, says "carrying", and in JSON what it did when it ends

Each frame is late by 20 to 60 ms, so they overtake each other; one of 50 is lost, one of 50 comes twice, one of 100
has a bit that is not what was sent.
"""

import array
import collections
import fcntl
import heapq
import json
import random
import select
import signal
import socket
import struct
import sys
import time

SIOCETHTOOL = 0x8946
# ETHTOOL_SRXCSUM, STXCSUM, SSG, STSO, SGSO, SGRO
SWITCHES = (0x15, 0x17, 0x19, 0x1F, 0x24, 0x2C)


def plain(names):
    """As `ethtool -K IF rx off tx off sg off tso off gso off gro off` does."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as any_socket:
        for name in names:
            for switch in SWITCHES:
                value = array.array("I", [switch, 0])
                request = struct.pack("16sP", name.encode(), value.buffer_info()[0])
                try:
                    fcntl.ioctl(any_socket, SIOCETHTOOL, request.ljust(40, b"\0"))
                except OSError as error:
                    if switch == 0x17:
                        raise SystemExit(f"{name}: {error}") from error


def relay(first, second, seed):
    """Until SIGTERM."""
    chance, counts, late = random.Random(seed), collections.Counter(), []
    sockets = []
    for name in (first, second):
        one = socket.socket(socket.AF_PACKET, socket.SOCK_RAW, socket.htons(3))
        one.bind((name, 0))
        one.setblocking(False)
        one.setsockopt(263, 23, 1)  # SOL_PACKET, PACKET_IGNORE_OUTGOING
        sockets.append(one)

    def tell(*_):
        print(json.dumps(counts), flush=True)
        sys.exit(0)

    def carry(frame, to):
        counts["carried"] += 1
        if chance.random() < 0.02:
            counts["lost"] += 1
            return
        if chance.random() < 0.01 and len(frame) > 60:
            at = chance.randrange(34, len(frame))  # behind the heads of Ethernet and IPv4
            frame = frame[:at] + bytes([frame[at] ^ 1 << chance.randrange(8)]) + frame[at + 1:]
            counts["changed"] += 1
        for _ in range(2 if chance.random() < 0.02 else 1):
            counts["sent"] += 1
            heapq.heappush(late, (time.monotonic() + chance.uniform(0.02, 0.06), counts["sent"], frame, to))

    signal.signal(signal.SIGTERM, tell)
    print("carrying", flush=True)
    while True:
        wait = max(0, late[0][0] - time.monotonic()) if late else None
        for one in select.select(sockets, [], [], wait)[0]:
            carry(one.recv(65536), sockets[one is sockets[0]])
        while late and late[0][0] <= time.monotonic():
            _, _, frame, to = heapq.heappop(late)
            try:
                to.send(frame)
            except OSError:
                counts["refused"] += 1


if sys.argv[1] == "plain":
    plain(sys.argv[2:])
else:
    relay(sys.argv[2], sys.argv[3], int(sys.argv[4]))
