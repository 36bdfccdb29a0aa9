# SPDX-License-Identifier: LGPL-2.1-or-later
"""The control point among devices that mean it harm, or just do not work (SEC-200…206)."""

import json
import pathlib
import time

import pytest

from conftest import AVCP
from house import wait_until
from test_avcp_doctor import filter_out

ROGUE = pathlib.Path(__file__).parent.parent / "support/rogue_device.py"


@pytest.fixture
def rogue(house):
    """rogue(mode, count=, host=) starts a device that misbehaves."""

    def start(mode, count=1, host="guest"):
        home = house.hosts[host]
        address = next(iter(home.addresses.values()))
        process = home.start(["/usr/bin/python3", ROGUE, address, mode, count])
        wait_until("the rogue listens", lambda: "READY" in process.output())
        start.asked = lambda: [line for line in process.output().splitlines() if line.startswith("ASKED")]
        return address

    return start


@pytest.fixture
def rows(house):
    """Eight more hosts in the living room, for when one address is not enough."""
    for number in range(8):
        house.host(f"row{number}", "living")
    return [f"row{number}" for number in range(8)]


def on_terminal(house, *words):
    """What a person would be shown: run under script(1)."""
    command = " ".join(str(word) for word in (AVCP, *words))
    result = house.hosts["phone"].run(["script", "-qec", command, "/dev/null"], check=False)
    return result.stdout


BAD = ["\x1b", "\x07", "\u009b", "\u202e", "\u2028"]


def test_names_are_safe_to_look_at(house, rogue, avcp):
    """SEC-202, SEC-203"""
    rogue("hostile", host="tv")
    text = avcp("devices", json=False).stdout
    assert "Rogue" in text
    shown = on_terminal(house, "devices")
    shown_json = on_terminal(house, "--json", "devices")
    assert "Rogue" in shown and "Rogue" in shown_json
    for character in BAD:
        assert character not in text
        assert character not in shown
        assert character not in shown_json
    assert json.loads(shown_json)[0]["type"] == "renderer"


def test_urls_on_other_hosts_are_not_followed(rogue, avcp):
    """SEC-201, FLT-61"""
    rogue("astray", host="tv")
    # its AVTransport is elsewhere and so is not there at all: no renderer
    assert avcp("devices") == []
    assert rogue.asked(), "the description was not even fetched"


def test_refusals_are_safe_to_look_at(rogue, avcp):
    rogue("plain", host="tv")
    result = avcp("-r", "Rogue", "stop", code=4, json=False)
    assert "714" in result.stderr
    assert result.stderr.count("\n") == 1
    for character in BAD:
        assert character not in result.stderr


def test_a_renderer_that_fails_to_play(rogue, avcp):
    rogue("broken", host="tv")
    result = avcp("-r", "Rogue", "play", "http://10.71.0.1/x.mp3", code=4, json=False)
    assert "ERROR_OCCURRED" in result.stderr
    avcp("-r", "Rogue", "play", "--no-wait", "http://10.71.0.1/x.mp3", json=False)


def test_endless_descriptions_end(rogue, avcp):
    """SEC-200"""
    rogue("endless", host="tv")
    begin = time.monotonic()
    assert avcp("devices") == []
    assert time.monotonic() - begin < 20, "it would go on for ever"
    assert rogue.asked(), "the description was not even fetched"


def test_tarpits_delay_nobody_else(rogue, rows, avcp):
    """SEC-206"""
    for row in rows:
        rogue("tarpit", count=13, host=row)
    rogue("plain", host="tv")
    begin = time.monotonic()
    avcp("-r", "Rogue 0", "stop", code=4, json=False)
    # MX 1 s, and at most 1 s more for a hundred that never answer
    assert rogue.asked()[-1].endswith(" Stop")
    assert time.monotonic() - begin < 15, "a hundred that never answer: some seconds each, were they waited for"
    assert [device["name"] for device in avcp("devices")] == ["Rogue 0"]


def test_the_interface_that_is_named(rogue, avcp):
    homes = {"eth0": rogue("plain", host="tv"), "eth1": rogue("plain", host="guest")}

    def found(*words):
        return {device["address"] for device in avcp("devices", *words, host="server")}

    for interface, address in homes.items():
        assert found("--interface", interface) == {address}
    assert found("--interface", "eth0", "--interface", "eth1") == found() == set(homes.values())


def test_who_only_answers_searches(house, rogue, library, start_server, avcp):
    address = rogue("speechless", host="tv")
    assert [device["name"] for device in avcp("devices")] == ["Rogue 0"]
    filter_out(house.hosts["tv"], "tcp dport 7000-7007 reject with tcp reset")
    told = avcp("ls", "Rogue 0:/", code=5, json=False).stderr
    assert f"http://{address}:7000/0" in told and "connect" in told and "firewall" in told
    assert "server" in avcp("-s", "Nobody", "ls", code=5, json=False).stderr  # there is no other
    start_server(library)
    assert "7000" in avcp("ls", "Rogue 0:/", code=5, json=False).stderr  # it was there last
    told = avcp("ls", "Nobody:/", code=3, json=False).stderr
    assert '"Attic"' in told and f"http://{address}:7000/0" in told


def test_who_is_seen_on_two_links_is_not_silent(house, library, start_server, avcp):
    """Its description comes from both of its addresses, and it is listed at one of them."""
    house.plug(house.hosts["phone"], "attic")
    start_server(library)
    assert [device["name"] for device in avcp("devices")] == ["Attic"]
    told = avcp("ls", "Nobody:/", code=3, json=False).stderr
    assert '"Attic"' in told and "cannot be had" not in told
