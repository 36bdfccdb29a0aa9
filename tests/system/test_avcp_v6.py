# SPDX-License-Identifier: LGPL-2.1-or-later
"""The control point and devices on IPv6, named by the URLs of their descriptions: calls, play, events, and files of
this host, all over IPv6. There is no search on IPv6."""

import json
import re
import signal

import pytest

from conftest import AVCP
from house import wait_until
from test_avcp_queue import Fake

HOSTS = {"server": 1, "tv": 2, "phone": 3}
PREFIX = "fd71:5:5"


@pytest.fixture
def six(house):
    """An IPv6 address each, of a private prefix; name → address."""
    for name, number in HOSTS.items():
        house.hosts[name].ip("-6", "addr", "add", f"{PREFIX}::{number}/64", "dev", "eth0", "nodad")
    return {name: f"{PREFIX}::{number}" for name, number in HOSTS.items()}


def url_of(process, address):
    """Where a program of ours says that it serves on that address."""
    found = wait_until(f"it serves on {address}",
                       lambda: re.search(rf"http://\[{re.escape(address)}\]:\d+/description\.xml", process.log()))
    return found[0]


def test_play_and_events(house, six, library, start_server, start_renderer, avcp):
    server, renderer = url_of(start_server(library), six["server"]), url_of(start_renderer(), six["tv"])
    house.hosts["phone"].ip("addr", "flush", "dev", "eth0", "to", "10.71.0.0/24")  # it has nothing else
    titles = [entry["title"] for entry in avcp("-s", server, "ls", "/Music/All tracks")]
    assert titles
    watch = house.hosts["phone"].start([AVCP, "--json", "-r", renderer, "watch"], name="watch")
    wait_until("the first events", lambda: "TransportState" in watch.output(), 15)
    path = "/Music/All tracks/" + titles[0].replace("/", "\\/")
    done = avcp("-r", renderer, "-s", server, "play", path)
    assert six["server"] in done["uri"]
    wait_until("an event of it", lambda: "PLAYING" in watch.output(), 15)
    assert watch.stop(signal.SIGINT)[0] == 0
    assert avcp("-r", renderer, "status")["title"] == titles[0]


def test_files_of_this_host(house, six):
    fake = Fake(house, 7100, "gapless", 30, address=six["tv"])
    path = house.folder / "a.mp3"
    path.write_bytes(b"octets of it")
    result = house.hosts["phone"].run([AVCP, "--json", "-r", fake.url, "play", path])
    assert json.loads(result.stdout)["done"] == "play"
    uri = wait_until("it begins", fake.begun)[0]
    assert uri.startswith(f"http://[{six['phone']}]:")
    assert house.hosts["tv"].run(["curl", "-gsSf", uri]).stdout == "octets of it"
    house.hosts["phone"].run([AVCP, "-r", fake.url, "queue", "clear"])
