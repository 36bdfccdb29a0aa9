# SPDX-License-Identifier: LGPL-2.1-or-later
"""FLT-34: a line that delays, loses, reorders, doubles and changes packets, with a small MTU: what is asked is answered,
and what arrives is the file."""

import hashlib
import json
import pathlib

from conftest import PYTHON
from house import wait_until
from media import counter_wav
from test_delivery import authority, call
from test_server import Client, url_of

LINE = pathlib.Path(__file__).parent.parent / "support/bad_line.py"


def spoil(house, host):
    """All that goes to and from a host goes through the relay, which stands in the switch."""
    names = list(house.hosts)
    port = f"port{1 + sum(len(house.hosts[name].addresses) for name in names[:names.index(host)])}"
    for other in house.hosts.values():
        for interface in range(len(other.addresses)):
            other.run([PYTHON, "-B", LINE, "plain", f"eth{interface}"])
    house.switch.ip("link", "add", "near", "type", "veth", "peer", "name", "far")
    bridge = next(iter(house.networks.values()))[0]
    house.switch.ip("link", "set", port, "nomaster")
    house.switch.ip("link", "set", "near", "master", bridge, "up")
    house.switch.ip("link", "set", "far", "up")
    house.switch.run([PYTHON, "-B", LINE, "plain", port, "near", "far"])
    relay = house.switch.start([PYTHON, "-B", LINE, "relay", port, "far", "34"], name="relay")
    wait_until("it carries", lambda: "carrying" in relay.output())
    return relay


def test_bad_line(house, start_server):
    folder = house.folder / "short"
    folder.mkdir(mode=0o755)
    counter_wav(folder / "song.wav", 6 * 44100)
    expected = (folder / "song.wav").read_bytes()
    house.server = server = start_server(folder, options=["--pace", "0"])
    relay = spoil(house, "phone")
    house.hosts["phone"].ip("link", "set", "eth0", "mtu", "1280")
    for _ in range(3):
        item, = Client(house, url_of(house, server), "phone").items()
    got = call(house, "phone", "read", authority(house), "/" + item["res"][0]["url"].split("/", 3)[3])
    assert (got["octets"], got["sha256"]) == (len(expected), hashlib.sha256(expected).hexdigest())
    relay.stop()
    counts = json.loads(relay.output().splitlines()[-1])
    assert min(counts["lost"], counts["changed"], counts["sent"] + counts["lost"] - counts["carried"]) > 0, counts
