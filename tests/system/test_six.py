# SPDX-License-Identifier: LGPL-2.1-or-later
"""Our devices over IPv6: announced, found, browsed and played there, with IPv4 beside it and without."""

import collections
import concurrent.futures
import json
import re
import signal

import pytest

import media as media_maker
from conftest import AVCP, PYTHON, SSDP
from house import wait_until

NUMBERS = {"server": 1, "tv": 2, "phone": 3}
LINK, SITE = "fe80::71:", "fd71:5:5::"  # and the number of the host
SERVER = "urn:schemas-upnp-org:device:MediaServer"


def add_addresses(house, *prefixes):
    for name, number in NUMBERS.items():
        for prefix in prefixes:
            house.hosts[name].ip("-6", "addr", "add", f"{prefix}{number}/64", "dev", "eth0", "nodad")


@pytest.fixture
def six(house):
    """Addresses of the link and of the site, besides those of IPv4."""
    add_addresses(house, LINK, SITE)
    return house


@pytest.fixture
def bare(house):
    """Nothing but link-local addresses."""
    add_addresses(house, LINK)
    for name in NUMBERS:
        house.hosts[name].ip("addr", "flush", "dev", "eth0", "to", "10.71.0.0/24")
    house.hosts["server"].ip("link", "del", "eth1")
    # the first interface of the tv leads nowhere: an address that names none is where others were heard
    tv = house.hosts["tv"]
    tv.ip("-6", "addr", "add", f"{LINK}2/64", "dev", house.plug(tv, "living"), "nodad")
    tv.ip("addr", "flush", "dev", "eth1", "to", "10.71.0.0/24")
    house.switch.ip("link", "set", "port3", "nomaster")
    return house


@pytest.fixture
def listen6(house):
    """listen6(address of the phone) → function that gives what its group has heard"""

    def start(address):
        process = house.hosts["phone"].start([PYTHON, SSDP, "listen", address], name=f"listen-{address[:4]}")
        wait_until("the listener listens", lambda: "listening" in process.output())
        return lambda: [json.loads(line) for line in process.output().splitlines()[1:]]

    return start


def of_kind(datagrams, nts):
    return [d for d in datagrams if d["fields"].get("NTS") == nts]


def udn_of(datagrams):
    return {d["fields"]["USN"].split("::")[0] for d in datagrams}


def port_of(process):
    return int(re.search(r"http://10\.71\.0\.\d+:(\d+)/", process.log())[1])


def test_announced_on_both_scopes(six, library, start_server, listen, listen6):
    four = listen("phone", "living")
    heard = {LINK: listen6(f"{LINK}3"), SITE: listen6(f"{SITE}3")}
    server = start_server(library)
    port = port_of(server)

    def kinds_of(datagrams):
        return collections.Counter(d["fields"]["NT"] for d in of_kind(datagrams, "ssdp:alive"))

    def as_much(datagrams):
        there, here = kinds_of(datagrams()), kinds_of(four())
        return here.total() >= 10 and there == here

    for prefix, datagrams in heard.items():
        wait_until("as much over IPv6 as over IPv4", lambda d=datagrams: as_much(d))
        alive, alive4 = of_kind(datagrams(), "ssdp:alive"), of_kind(four(), "ssdp:alive")
        assert udn_of(alive) == udn_of(alive4)
        for d in alive:
            fields = d["fields"]
            assert d["source"] == f"{prefix}1"
            assert fields["LOCATION"] == f"http://[{prefix}1]:{port}/description.xml"
            assert fields["HOST"] == ("[ff02::c]:1900" if prefix == LINK else "[ff05::c]:1900")
            assert fields["OPT"] == '"http://schemas.upnp.org/upnp/1/0/"; ns=01'
            assert fields["01-NLS"] == alive[0]["fields"]["01-NLS"] != ""
            assert fields["BOOTID.UPNP.ORG"] == alive4[0]["fields"]["BOOTID.UPNP.ORG"]
            assert fields["CACHE-CONTROL"] == alive4[0]["fields"]["CACHE-CONTROL"]
    kinds = kinds_of(four())
    # another address: said again, in other words
    old = of_kind(heard[SITE](), "ssdp:alive")[0]["fields"]["01-NLS"]
    six.hosts["server"].ip("-6", "addr", "del", f"{SITE}1/64", "dev", "eth0")
    six.hosts["server"].ip("-6", "addr", "add", f"{SITE}9/64", "dev", "eth0", "nodad")
    fresh = wait_until("announced anew", lambda: [d for d in of_kind(heard[SITE](), "ssdp:alive")
                                                 if f"{SITE}9" in d["fields"]["LOCATION"]])
    assert fresh[0]["source"] == f"{SITE}9" and fresh[0]["fields"]["01-NLS"] != old
    # and the end of it
    assert server.stop()[0] == 0
    for datagrams in heard.values():
        wait_until("bye-bye of everything",
                   lambda d=datagrams: {e["fields"]["NT"] for e in of_kind(d(), "ssdp:byebye")} == set(kinds))
        gone = of_kind(datagrams(), "ssdp:byebye")
        assert all("OPT" in d["fields"] and "LOCATION" not in d["fields"] for d in gone)


def test_who_gets_an_answer(six, library, start_server):
    server = start_server(library)
    port = port_of(server)
    phone = six.hosts["phone"]

    def search(target, address=f"{LINK}3"):
        result = phone.run([PYTHON, SSDP, "search", address, target, 1])
        return [json.loads(line) for line in result.stdout.splitlines()]

    asked = {
        f"{SERVER}:1": [f"{SERVER}:1"],  # lower: answered in the words of the question
        "upnp:rootdevice": ["upnp:rootdevice"],
        f"{SERVER}:9": [],
        "urn:schemas-upnp-org:device:Media:1": [],
        "uuid:0c5a5f5e-7f0a-4b58-9a0c-2b6b4f1c0002": [],
        "nonsense": [],
    }
    # one from elsewhere, to whom the way back is known
    phone.ip("-6", "addr", "add", "fd99::3/64", "dev", "eth0", "nodad")
    six.hosts["server"].ip("-6", "route", "add", "fd99::/64", "dev", "eth0")
    unicast = [PYTHON, SSDP, "unicast", f"{LINK}3", f"{LINK}1", f"{SERVER}:1"]
    with concurrent.futures.ThreadPoolExecutor(len(asked) + 5) as pool:
        everything = pool.submit(search, "ssdp:all")
        site = pool.submit(search, f"{SERVER}:1", f"{SITE}3")
        stranger = pool.submit(search, "ssdp:all", "fd99::3")
        # all hosts of the link are no group of SSDP
        everybody = pool.submit(phone.run, [PYTHON, SSDP, "unicast", f"{LINK}3", "ff02::1", "ssdp:all", 1])
        alone = pool.submit(phone.run, unicast)
        results = dict(zip(asked, pool.map(search, asked), strict=True))
    for target, expected in asked.items():
        assert [a["fields"]["ST"] for a in results[target]] == expected, target
    (answer,) = results[f"{SERVER}:1"]
    fields = answer["fields"]
    assert answer["start"] == "HTTP/1.1 200 OK" and answer["source"] == f"{LINK}1"
    assert fields["LOCATION"] == f"http://[{LINK}1]:{port}/description.xml"
    assert fields["USN"].endswith(f"::{SERVER}:1") and fields["EXT"] == ""
    assert fields["OPT"].endswith("ns=01") and fields["01-NLS"] and fields["DATE"].endswith("GMT")
    assert [a["fields"]["LOCATION"] for a in site.result()] == [f"http://[{SITE}1]:{port}/description.xml"]
    own = {a["fields"]["ST"] for a in everything.result()}
    assert len(own) >= 5 and "upnp:rootdevice" in own
    # to the host alone, and without MX
    assert [json.loads(line)["fields"]["ST"] for line in alone.result().stdout.splitlines()] == [f"{SERVER}:1"]
    assert stranger.result() == []
    assert everybody.result().stdout == ""
    # a host that pretends to be another by name gets nothing either
    code = ["curl", "-gs", "-o", "/dev/null", "-w", "%{http_code}"]
    url = f"http://[{LINK}1%25eth0]:{port}/description.xml"
    assert phone.run([*code, url]).stdout == "200"
    for host in ("attic.example", f"[{SITE}1]:{port}", f"[{LINK}1]:1", f"[{LINK}1].:{port}"):
        assert phone.run([*code, "-H", f"Host: {host}", url]).stdout == "421", host
    # events go to the link that the subscription came from (SEC-080), and over IPv6
    events = f"http://[{LINK}1%25eth0]:{port}/event/ContentDirectory"
    for host, expected in ((f"[{LINK}3]", "200"), (phone.addresses["living"], "412"), (f"[{SITE}3]", "412"),
                           (f"[{LINK}3%25eth0]", "412"), ("[::1]", "412"), ("[ff02::c]", "412")):
        subscribe = ["-X", "SUBSCRIBE", "-H", f"CALLBACK: <http://{host}:7/>", "-H", "NT: upnp:event"]
        assert phone.run([*code, *subscribe, events]).stdout == expected, host
    assert phone.run([*code, "--interface", "fd99::3", f"http://[{SITE}1]:{port}/description.xml"],
                     check=False).stdout != "200"


def test_from_one_address(six, start_renderer, listen):
    """--source: searches and connections leave from there, and over its family alone."""
    start_renderer()
    phone, tv = six.hosts["phone"], six.hosts["tv"]
    phone.ip("-6", "addr", "add", f"{SITE}33/64", "dev", "eth0", "nodad")
    four = listen("tv", "living")
    heard = tv.start([PYTHON, SSDP, "listen", f"{LINK}2"])
    wait_until("the listener listens", lambda: "listening" in heard.output())

    def searchers(text):
        return {d["source"] for d in map(json.loads, text) if d["start"].startswith("M-SEARCH")}

    def devices(*words):
        return json.loads(phone.run([AVCP, "--json", *words, "devices"]).stdout)

    used = set()
    for source in (f"{SITE}33", f"{LINK}3%eth0"):
        used.add(source.partition("%")[0])
        (device,) = devices("--source", source)
        assert device["location"].startswith("http://[")
        wait_until("all searches are heard", lambda: searchers(heard.output().splitlines()[1:]) == used)
    assert [d for d in four() if d["start"].startswith("M-SEARCH")] == []
    count = len(heard.output().splitlines())
    address = phone.addresses["living"]
    (device,) = devices("--source", address)
    assert "[" not in device["location"]
    wait_until("its search is heard", lambda: {
        d["source"] for d in four() if d["start"].startswith("M-SEARCH")} == {address})
    assert searchers(heard.output().splitlines()[count:]) == set()


def test_switched_off(six, library, start_server, start_renderer):
    with concurrent.futures.ThreadPoolExecutor() as pool:
        server = pool.submit(start_server, library, options=["--ipv6=no"])
        processes = (start_renderer(options=["--ipv6=no"]), server.result())
    for process in processes:
        assert "http://[" not in process.log()
    listeners = "".join(six.hosts[name].run(["ss", "-Htln6"]).stdout for name in ("server", "tv"))
    assert listeners == ""
    assert six.hosts["phone"].run([PYTHON, SSDP, "search", f"{LINK}3", "ssdp:all", 1]).stdout == ""


def test_nothing_but_link_local(bare, library, start_server, start_renderer, avcp):
    """Found, listed and played, sample by sample, where there is no IPv4 at all."""
    capture = bare.folder / "capture.raw"
    with concurrent.futures.ThreadPoolExecutor() as pool:
        server = pool.submit(start_server, library)
        renderer = start_renderer(capture=capture)
        server.result()
    follow = bare.hosts["phone"].start([AVCP, "--json", "devices", "--follow"], name="follow")
    wait_until("both are found", lambda: follow.output().count('"appeared"') == 2, 20)
    watch = bare.hosts["phone"].start([AVCP, "--json", "-r", "Parlour", "watch"], name="watch")
    with concurrent.futures.ThreadPoolExecutor() as pool:
        listed = pool.submit(avcp, "ls", "Attic:/Music/Artists/Björk/Vespertine")
        devices = {device["name"]: device for device in avcp("devices")}
    assert devices["Attic"]["location"].startswith(f"http://[{LINK}1%25eth0]:")
    assert [entry["title"] for entry in listed.result()] == ["Hidden Place", "Cocoon"]
    wait_until("the first events", lambda: "TransportState" in watch.output(), 15)
    done = avcp("-r", "Parlour", "play", "--no-wait", "Attic:/Music/Artists/Björk/Vespertine/Hidden Place")
    assert f"[{LINK}1]" in done["uri"]
    wait_until("an event of it", lambda: "Hidden Place" in watch.output(), 15)
    wait_until("the track has ended",
               lambda: avcp("-r", "Parlour", "status")["state"] in ("stopped", "no-media"), 30)
    assert capture.read_bytes() == media_maker.decode(library / "Music/Björk/Vespertine/01 Hidden Place.flac")
    assert watch.stop(signal.SIGINT)[0] == 0
    assert renderer.stop()[0] == 0
    wait_until("its bye-bye is heard", lambda: '"vanished"' in follow.output())
    assert follow.stop(signal.SIGINT)[0] == 0
