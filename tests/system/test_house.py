# SPDX-License-Identifier: LGPL-2.1-or-later
"""Server, renderer and control point of one house find each other, as they are started."""

import collections
import concurrent.futures
import hashlib
import signal
import xml.etree.ElementTree

import pytest

import media as media_maker
from conftest import PYTHON
from house import SOON_S, wait_until

NS = {"d": "urn:schemas-upnp-org:device-1-0"}
FETCH = "import sys, urllib.request; sys.stdout.write(urllib.request.urlopen(sys.argv[1], timeout=5).read().decode())"


@pytest.fixture
def fetch(house):
    """fetch(url, host=) → the description there, parsed"""

    def run(url, host):
        return xml.etree.ElementTree.fromstring(house.hosts[host].run([PYTHON, "-c", FETCH, url]).stdout)

    return run


def udn_of(description):
    return description.find("d:device/d:UDN", NS).text


def expected_targets(description):
    """NTs of a device as UDA 1.0 table 1-1 wants them: 3 + 2 d + k."""
    targets = ["upnp:rootdevice"]
    for device in description.iter(f"{{{NS['d']}}}device"):
        targets += [device.find("d:UDN", NS).text, device.find("d:deviceType", NS).text]
        targets += sorted({t.text for t in device.findall("d:serviceList/d:service/d:serviceType", NS)})
    return targets


def alive_locations(datagrams):
    return {d["fields"]["LOCATION"] for d in datagrams if d["fields"].get("NTS") == "ssdp:alive"}


@pytest.mark.parametrize("default_route", [True, False], ids=["default route", "no default route"])
def test_server_on_two_subnets(house, start_server, library, listen, fetch, avcp, default_route):
    if not default_route:
        house.hosts["server"].ip("route", "del", "default")
    heard = {"phone": ("living", listen("phone", "living")), "guest": ("attic", listen("guest", "attic"))}
    start_server(library, scanned=False)
    udns = set()
    for host, (network, datagrams) in heard.items():
        wait_until(f"announced in {network}", lambda d=datagrams: alive_locations(d()))
        [location] = alive_locations(datagrams())
        assert location.startswith(f"http://{house.hosts['server'].addresses[network]}:")
        udns.add(udn_of(fetch(location, host)))
        [device] = avcp("devices", host=host)
        assert device["name"] == "Attic" and device["type"] == "server" and device["location"] == location
        udns.add(device["udn"])
    assert len(udns) == 1


def test_server_answers_as_announced(house, start_server, library, search, fetch):
    start_server(library, scanned=False)
    everything = search("ssdp:all")
    [location] = {answer["fields"]["LOCATION"] for answer in everything}
    targets = expected_targets(fetch(location, "phone"))
    assert sorted(a["fields"]["ST"] for a in everything) == sorted(targets)
    types = [target for target in targets if target.startswith("urn:")]
    asked = {}
    for target in types:
        stem, version = target.rsplit(":", 1)
        asked[f"{stem}:1"] = 1
        asked[target] = 1
        asked[f"{stem}:{int(version) + 1}"] = 0
    with concurrent.futures.ThreadPoolExecutor(len(asked)) as pool:
        answers = dict(zip(asked, pool.map(search, asked), strict=True))
    for st, count in asked.items():
        assert [a["fields"]["ST"] for a in answers[st]] == [st] * count


def test_server_says_bye_bye(start_server, library, listen):
    heard = listen("phone", "living")
    server = start_server(library, scanned=False)
    wait_until("alive", lambda: alive_locations(heard()))
    code, seconds = server.stop(signal.SIGTERM)
    assert code == 0 and seconds < SOON_S

    def counts(nts):
        return collections.Counter(d["fields"]["NT"] for d in heard() if d["fields"].get("NTS") == nts)

    # One for each alive (UDA 1.0, 1.1.3).
    wait_until("a bye-bye for each alive", lambda: counts("ssdp:byebye") == counts("ssdp:alive"), 2)


def test_interface_at_run_time(house, start_server, library, avcp):
    start_server(library, host="phone")
    assert [device["name"] for device in avcp("devices", host="tv")] == ["Attic"]
    assert avcp("devices", host="guest") == []
    house.plug(house.hosts["phone"], "attic")
    wait_until("found in the attic", lambda: avcp("devices", host="guest"))
    [device] = avcp("devices", host="guest")
    assert device["address"] == house.hosts["phone"].addresses["attic"]


def test_same_device_after_a_restart(start_server, library, search):
    def presence():
        fields = search("upnp:rootdevice")[0]["fields"]
        return fields["USN"], int(fields["BOOTID.UPNP.ORG"])

    server = start_server(library, scanned=False)
    usn, boot_id = presence()
    server.stop()
    start_server(library, scanned=False)
    usn_again, boot_id_again = presence()
    assert usn_again == usn and boot_id_again > boot_id


def test_two_servers_on_one_host(start_server, library, avcp):
    start_server(library, host="tv", name="Upper", scanned=False)
    start_server(library, host="tv", name="Lower", scanned=False)
    for host in ("tv", "phone"):
        assert sorted(device["name"] for device in avcp("devices", host=host)) == ["Lower", "Upper"]


def test_all_three_on_one_host(start_server, start_renderer, library, avcp):
    start_server(library, host="tv", scanned=False)
    start_renderer(host="tv")
    for host in ("tv", "phone"):
        found = {(device["name"], device["type"]) for device in avcp("devices", host=host)}
        assert found == {("Attic", "server"), ("Parlour", "renderer")}


def test_the_network_comes_later(house, start_server, library, avcp):
    """Without an interface the server is ready, says what it waits for, and announces when one comes."""
    for name in ("eth0", "eth1"):
        house.hosts["server"].ip("link", "set", name, "down")
    server = start_server(library, scanned=False)
    server.wait_log("no usable network interface")
    house.hosts["server"].ip("link", "set", "eth0", "up")
    wait_until("found", lambda: avcp("devices"))


def test_the_whole_job(house, library, start_server, start_renderer, avcp, eventually):
    """From the shell on the phone: what the server's disk holds leaves the tv's sink, sample by sample."""
    capture = house.folder / "capture.raw"
    start_server(library)
    start_renderer(capture=capture)
    # not in real time: it may be over before anybody looks whether it plays
    avcp("-r", "Parlour", "play", "--no-wait", "Attic:/Music/Artists/Björk/Vespertine/Hidden Place", json=False)
    eventually("the track has ended",
               lambda: avcp("-r", "Parlour", "status")["state"] in ("stopped", "no-media"), 20)
    expected = media_maker.decode(library / "Music/Björk/Vespertine/01 Hidden Place.flac")
    wait_until("all of it is heard", lambda: capture.stat().st_size >= len(expected))
    heard = capture.read_bytes()
    assert (len(heard), hashlib.sha256(heard).hexdigest()) == (
        len(expected), hashlib.sha256(expected).hexdigest())
