# SPDX-License-Identifier: LGPL-2.1-or-later
"""The control point and devices on IPv6, found by search or named by the URLs of their descriptions: calls, play,
events, and files of this host, all over IPv6."""

import json
import re
import signal

import pytest

from conftest import AVCP
from house import wait_until
from test_avcp_doctor import ROGUE, assert_cause, cause, doctor, filter_out
from test_avcp_queue import Fake, daemon  # noqa: F401 (a fixture)
from test_peers import need

HOSTS = {"server": 1, "tv": 2, "phone": 3}
PREFIX = "fd71:5:5"
BYE_BYE = """
import socket, sys
where = socket.getaddrinfo(sys.argv[1], 0, type=socket.SOCK_DGRAM)[0][4]
sender = socket.socket(socket.AF_INET6, socket.SOCK_DGRAM)
sender.bind(where)
lines = ("NOTIFY * HTTP/1.1", "HOST: [FF02::C]:1900", "NT: upnp:rootdevice", "NTS: ssdp:byebye",
         f"USN: {sys.argv[2]}::upnp:rootdevice", "", "")
sender.sendto("\\r\\n".join(lines).encode(), ("ff02::c", 1900, 0, where[3]))
"""


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


def test_files_of_this_host(house, six, daemon):  # noqa: F811
    fake = Fake(house, 7100, "gapless", 30, address=six["tv"])
    path = house.folder / "a.mp3"
    path.write_bytes(b"octets of it")
    result = house.hosts["phone"].run([AVCP, "--json", "-r", fake.url, "play", path])
    assert json.loads(result.stdout)["done"] == "play"
    uri = wait_until("it begins", fake.begun)[0]
    assert uri.startswith(f"http://[{six['phone']}]:")
    assert house.hosts["tv"].run(["curl", "-gsSf", uri]).stdout == "octets of it"
    house.hosts["phone"].run([AVCP, "-r", fake.url, "queue", "clear"])


@pytest.fixture
def bare(house):
    """The tv and the phone have nothing but link-local addresses."""
    for name in ("tv", "phone"):
        house.hosts[name].ip("-6", "addr", "add", f"fe80::{HOSTS[name]}/64", "dev", "eth0", "nodad")
        house.hosts[name].ip("addr", "flush", "dev", "eth0", "to", "10.71.0.0/24")
    return {name: f"fe80::{HOSTS[name]}" for name in ("tv", "phone")}


def test_found_at_a_link_local_address(house, bare, avcp):
    rogue = house.hosts["tv"].start(["/usr/bin/python3", ROGUE, f"{bare['tv']}%eth0", "plain"])
    wait_until("the rogue listens", lambda: "READY" in rogue.output())
    (device,) = avcp("devices")
    assert device["location"] == f"http://[{bare['tv']}%25eth0]:7000/0"
    assert device["address"] == f"{bare['tv']}%eth0"
    # by name, and from what was remembered; its answer is a refusal
    for words in (["Rogue 0"], ["Rogue 0"], [device["location"]]):
        assert "714" in avcp("-r", *words, "stop", code=4, json=False).stderr
    assert rogue.output().count("ASKED POST /control Stop") == 3
    # nothing of this network is wrong, though a search over IPv4 is not possible
    code, records = doctor(house)
    verdicts = {record["check"]: record["verdict"] for record in records}
    assert verdicts["port-1900"] == verdicts["search"] == "skipped" and verdicts["ipv6"] == "ok"
    assert "failed" not in [verdicts[check] for check in ("interfaces", "multicast", "descriptions")], (code, records)
    follow = house.hosts["phone"].start([AVCP, "--json", "devices", "--follow"], name="follow")
    wait_until("it is seen again", lambda: '"appeared"' in follow.output())
    house.hosts["tv"].run(["/usr/bin/python3", "-c", BYE_BYE, f"{bare['tv']}%eth0", device["udn"]])
    wait_until("its bye-bye is heard", lambda: '"vanished"' in follow.output())
    assert follow.stop(signal.SIGINT)[0] == 0


def test_the_doctor_knows_it(house, six, bare):
    """Beside IPv4 what is wrong with IPv6 is a warning, without it the cause; also when nobody speaks it."""
    phone = house.hosts["phone"]

    def examine(host="phone"):
        code, records = doctor(house, host=host)
        return code, next(record for record in records if record["check"] == "ipv6")

    code, record = examine()
    assert (code, record["verdict"], record["code"]) == (13, "failed", 13) and "ff02::c" in record["proof"]
    filter_out(phone, "meta nfproto ipv6 udp dport 1900 drop")
    code, record = examine()
    assert (code, record["verdict"]) == (12, "failed") and "1900/udp" in record["remedy"]
    phone.ip("addr", "add", f"{phone.addresses['living']}/24", "dev", "eth0")
    code, record = examine()
    assert record["verdict"] == "warning" and "IPv4" in record["text"] and code == 13
    assert examine("guest")[1]["verdict"] == "skipped"


@pytest.fixture
def alone(house):
    """No host has IPv4, and none has more than a link-local address."""
    for name, number in HOSTS.items():
        house.hosts[name].ip("-6", "addr", "add", f"fe80::{number}/64", "dev", "eth0", "nodad")
        house.hosts[name].ip("addr", "flush", "dev", "eth0", "to", "10.71.0.0/24")
    house.hosts["server"].ip("link", "del", "eth1")


FILTERS = [
    # rules, their chain, and the cause
    (["meta nfproto ipv6 udp dport 1900 drop"], "input", 12, "ipv6", "drops announcements over IPv6",
     "[ff02::c]:1900 that this host sent to itself by eth0", "let in 1900/udp"),
    (["meta nfproto ipv6 udp dport 1900 drop"], "output", 12, "ipv6", "searches over IPv6 cannot leave this host by eth0",
     "Operation not permitted", "let this host send to ff02::c"),
    (["udp dport 1900 accept", "meta l4proto udp ct state new drop"], "input", 12, "ipv6",
     "drops the answers to searches over IPv6", "reached eth0 over IPv6, none of them got past", "to ports above 1024"),
    (["tcp dport 1024-65535 tcp flags syn / fin,syn,rst,ack drop"], "output", 14, "descriptions",
     "the description at http://[fe80::1%25eth0]:", "/description.xml: ", "lets in TCP to the port in that URL"),
    (["tcp flags syn / fin,syn,rst,ack drop"], "input", 15, "events", "do not reach this host",
     "its first event did not arrive", "let in TCP from the local network"),
]


def test_the_doctor_finds_filters_without_ipv4(house, alone, library, start_server):
    start_server(library)
    code, records = doctor(house)
    verdicts = {record["check"]: record["verdict"] for record in records}
    assert code == 0 and set(verdicts.values()) == {"ok", "skipped"}, records
    assert {check for check, verdict in verdicts.items() if verdict == "skipped"} == {"port-1900", "search", "format"}
    for rules, chain, *expected in FILTERS:
        filter_out(house.hosts["phone"], *rules, chain=chain)
        assert_cause(cause(house, options=["--timeout", "3"]), *expected)
        house.hosts["phone"].run(["nft", "delete table inet broken"])


ROGUES = [
    # what the device is like, and the cause
    ("elsewhere", 14, "announcements", "in a network that cannot be reached from here", "http://[2001:db8::66]:7000/0",
     "name the interface in its settings"),
    ("garbled", 14, "descriptions", "the description at http://[fe80::2%25eth0]:7000/0 cannot be had", "description",
     "update or restart it"),
    ("speechless", 16, "browse", "does not list what it has", "501", "restart the server"),
    ("rangeless", 17, "resource", "the server ignores byte ranges", "http://[fe80::2]:7000/media/1", "update the server"),
    ("hollow", 17, "resource", "the octets of an item cannot be fetched", "status 404", "let the server read its folders anew"),
    ("exotic", 18, "format", "\"Parlour\" plays no form", "audio/x-exotic", "have the server convert"),
]


def test_the_doctor_finds_broken_devices_without_ipv4(house, alone, start_renderer):
    for mode, *expected in ROGUES:
        if mode == "exotic":
            start_renderer(host="server")
        rogue = house.hosts["tv"].start(["/usr/bin/python3", ROGUE, "fe80::2%eth0", mode])
        wait_until("the rogue listens", lambda: "READY" in rogue.output())
        assert_cause(cause(house), *expected)
        rogue.stop(signal.SIGKILL)


def test_rygel(house, six, bare, avcp):
    """A foreign renderer that speaks SSDP over IPv6."""
    need("rygel")
    need("dbus-run-session")
    configuration = house.folder / "rygel.conf"
    configuration.write_text("[general]\nipv6=true\ninterface=eth0\n[Playbin]\nenabled=true\n"
                             "[MediaExport]\nenabled=false\n")
    house.hosts["tv"].start(["dbus-run-session", "rygel", "-c", configuration], name="rygel")
    follow = house.hosts["phone"].start([AVCP, "--json", "devices", "--follow"], name="follow")
    wait_until("it is found", lambda: '"renderer"' in follow.output(), 30)
    device = json.loads(follow.output().splitlines()[0])
    assert "Rygel" in device["model"] and device["location"].startswith("http://[f")
    renderer = device["location"]
    if six["tv"] not in renderer:  # the address that reaches further is taken when it is heard of
        renderer = wait_until("its other address", lambda: next(
            (entry["location"] for entry in avcp("devices") if six["tv"] in entry["location"]), None), 30)
    watch = house.hosts["phone"].start([AVCP, "--json", "-r", renderer, "watch"], name="watch")
    wait_until("the first events", lambda: "TransportState" in watch.output(), 20)
    avcp("-r", renderer, "volume", "37")
    wait_until("an event of it", lambda: '"37"' in watch.output(), 20)
    assert avcp("-r", renderer, "status")["volume"] == 37
    assert watch.stop(signal.SIGINT)[0] == 0
    assert follow.stop(signal.SIGINT)[0] == 0
