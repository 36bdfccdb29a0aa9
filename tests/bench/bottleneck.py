# SPDX-License-Identifier: LGPL-2.1-or-later
"""A film beside a copy through one narrow link, in network namespaces; a part of bench-stream.

The server's host sends a film of 5 Mbit/s to the TV, which takes all it gets, and an endless TCP flow to the
phone; both leave through a token bucket of 20 Mbit/s with a queue of 100 ms, somewhere in the network or at the
host itself, where the copy has begun before the film: with the kernel's usual queue, and with a plain one. Run as a
program it is one of the peers: film, copy-send, copy-take, echo, probe."""

import http.client
import json
import pathlib
import re
import socket
import statistics
import sys
import time

sys.path.append(str(pathlib.Path(__file__).resolve().parent.parent / "support"))

RATE = 625000  # octets per second of the film
LINK_MBIT = 20
QUEUE_KB = LINK_MBIT * 1000 // 8 // 10  # 100 ms
SECONDS = 40
HEAD_START = 4
COPY_PORT, ECHO_PORT = 9000, 9001


def take_film(where, path, seconds):
    """Plays from the second second on; a stall is when less has arrived than was played."""
    connection = http.client.HTTPConnection(where, timeout=30)
    connection.request("GET", path)
    answer = connection.getresponse()
    began = first = time.monotonic()
    received, stalls, stalled, since = 0, 0, 0.0, None
    while (now := time.monotonic()) - began < seconds and (block := answer.read1(65536)):
        received += len(block)
        lacking = (now - first - 1) * RATE > received
        if lacking and since is None:
            stalls, since = stalls + 1, now
        elif not lacking and since is not None:
            stalled += now - since
            first, since = first + now - since, None
    print(json.dumps({"octets": received, "seconds": now - began, "stalls": stalls, "stalled": stalled}))


def send_copy():
    with socket.create_server(("", COPY_PORT)) as listener:
        print("here", flush=True)
        peer, _ = listener.accept()
        block = bytes(1 << 16)
        while True:
            peer.sendall(block)


def take_copy(host, seconds):
    with socket.create_connection((host, COPY_PORT)) as peer:
        began, received = time.monotonic(), 0
        while time.monotonic() - began < seconds:
            received += len(peer.recv(1 << 16))
    print(json.dumps({"octets": received, "seconds": seconds}))


def echo():
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as own:
        own.bind(("", ECHO_PORT))
        print("here", flush=True)
        while True:
            own.sendto(*own.recvfrom(64))


def probe(host, seconds):
    """Round trips, twenty a second, in ms."""
    trips = []
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as own:
        own.settimeout(0.5)
        for _ in range(int(seconds * 20)):
            began = time.monotonic()
            own.sendto(b"%.6f" % began, (host, ECHO_PORT))
            try:
                while float(own.recv(64)) < began - 1e-6:
                    pass  # a late one
                trips.append((time.monotonic() - began) * 1000)
            except TimeoutError:
                trips.append(500.0)
            time.sleep(max(0, 0.05 - (time.monotonic() - began)))
    print(json.dumps({"ms": trips}))


def percentile(values, part):
    return sorted(values)[int(part * (len(values) - 1))]


def narrow(house):
    """TV and phone move behind a second bridge. The narrow place is not on the server's host: there the kernel
    keeps each flow's part of the queue small, which no access point does."""
    bridge, _ = house.networks["living"]
    for words in ("link add far type bridge mcast_snooping 0", "link add narrow type veth peer name wide",
                  f"link set narrow master {bridge} up", "link set wide master far up", "link set far up",
                  "link set port2 master far", "link set port3 master far"):
        house.switch.ip(*words.split())
    house.switch.run(["tc", "qdisc", "add", "dev", "narrow", "root", "tbf", "rate", f"{LINK_MBIT}mbit", "burst", "16kb",
                      "limit", f"{QUEUE_KB}kb"])


def narrow_own(server, queue):
    """The host's own link is the narrow place."""
    server.run(["tc", "qdisc", "add", "dev", "eth0", "root", "handle", "1:", "tbf", "rate", f"{LINK_MBIT}mbit", "burst",
                "16kb", "limit", f"{QUEUE_KB}kb"])
    if queue != "fifo":  # which a token bucket has by itself
        server.run(["tc", "qdisc", "add", "dev", "eth0", "parent", "1:1", queue])


def run_once(build, pace, queue=None):
    """With a queue: it is the own link of the server's host, and has that one."""
    import servers
    import staging
    from house import House, wait_until

    with staging.staged(build) as libexec:
        house = House(libexec)
        try:
            house.network("living", "10.71.0")
            for name in ("server", "tv", "phone"):
                house.host(name, "living")
            server, tv, phone = (house.hosts[name] for name in ("server", "tv", "phone"))
            media = house.folder / "media"
            media.mkdir(mode=0o755)
            servers.make_film(media / "film.wav", RATE, 3 * SECONDS * RATE)
            own = server.start([build / "mediaserver/av-mediaserver", "--pace", pace, "--state-dir",
                                house.folder / "state", media], ready=True, env={"XDG_CONFIG_HOME": str(house.folder)})
            own.wait_log("scan finished", 30)
            where = re.search(r"http://([\d.]+:\d+)/", own.log()).group(1)
            path = server.run([sys.executable, pathlib.Path(servers.__file__),
                               f"http://{where}/description.xml"]).stdout.strip()
            peers = [server.start([sys.executable, __file__, verb], name=verb) for verb in ("copy-send", "echo")]
            wait_until("the peers", lambda: all("here" in peer.output() for peer in peers))
            if queue is not None:
                narrow_own(server, queue)
            else:
                narrow(house)
            address = server.addresses["living"]
            early = HEAD_START if queue is not None else 0
            taker = phone.start([sys.executable, __file__, "copy-take", address, SECONDS + early], name="copy")
            time.sleep(early)
            runs = [tv.start([sys.executable, __file__, "film", where, path, SECONDS], name="film"),
                    taker,
                    phone.start([sys.executable, __file__, "probe", address, SECONDS], name="probe")]
            for one in runs:
                one.wait(SECONDS + 30)
            film, copy, trips = (json.loads(one.output()) for one in runs)
            return {"film Mbit/s": film["octets"] * 8e-6 / film["seconds"], "stalls": film["stalls"],
                    "stalled s": film["stalled"], "copy Mbit/s": copy["octets"] * 8e-6 / copy["seconds"],
                    "queue p50 ms": statistics.median(trips["ms"]), "queue p95 ms": percentile(trips["ms"], 0.95)}
        finally:
            house.close()


def run(build, target):
    print(f"bottleneck: a film of 5 Mbit/s and a copy through {LINK_MBIT} Mbit/s, {SECONDS} s each")
    figures = {"paced 3x": run_once(build, "300"), "unpaced": run_once(build, "0"),
               # the queue that kernels have which were told of no other, and what favours who came first
               "own link": run_once(build, "300", "pfifo_fast"), "own fifo": run_once(build, "300", "fifo")}
    for name, row in figures.items():
        print(f"  {name:9}" + "".join(f"  {value:9.1f} {key}" for key, value in row.items()), flush=True)
    for name in ("paced 3x", "own link"):
        target(f"{figures[name]['stalls']} stalls of the paced film, {name} (none)", figures[name]["stalls"] == 0)


if __name__ == "__main__":
    words = sys.argv[2:]
    {"film": lambda: take_film(words[0], words[1], float(words[2])),
     "copy-send": send_copy,
     "copy-take": lambda: take_copy(words[0], float(words[1])),
     "echo": echo,
     "probe": lambda: probe(words[0], float(words[1]))}[sys.argv[1]]()
