# SPDX-License-Identifier: LGPL-2.1-or-later
"""avcp doctor in houses where one thing is broken: it must name that one, and nothing in a healthy one."""

import json
import re

import pytest

import avcp_schema
from conftest import AVCP
from house import wait_until
from test_avcp_queue import daemon  # noqa: F401 (a fixture)

ROGUE = __import__("pathlib").Path(__file__).parent.parent / "support/rogue_device.py"


def doctor(house, *words, host="phone", options=()):
    """(exit code, records) of one examination."""
    result = house.hosts[host].run([AVCP, "--json", *options, "doctor", *words], check=False, seconds=60)
    output = json.loads(result.stdout)
    avcp_schema.check(["doctor"], output)
    return result.returncode, output


def cause(house, *words, **kwargs):
    """(exit code, name of the check that failed, its record)."""
    code, records = doctor(house, *words, **kwargs)
    failed = [record for record in records if record["verdict"] == "failed"]
    assert len(failed) == 1 and failed[0] is records[-1], records
    assert failed[0]["proof"] and failed[0]["remedy"], failed[0]
    assert failed[0]["code"] == code
    return code, failed[0]["check"], failed[0]


def filter_out(host, *rules, chain="input"):
    """A packet filter on the host: these rules, everything else passes."""
    table = f"table inet broken {{ chain {chain} {{ type filter hook {chain} priority 0; {'; '.join(rules)}; }}; }}"
    host.run(["nft", table])


@pytest.fixture
def rogue(house):
    def start(mode, host="tv"):
        home = house.hosts[host]
        address = next(iter(home.addresses.values()))
        process = home.start(["/usr/bin/python3", ROGUE, address, mode])
        wait_until("the rogue listens", lambda: "READY" in process.output())
        return address

    return start


def test_healthy(house, library, start_server, start_renderer):
    for number, name in enumerate(("server", "tv", "phone"), 1):
        house.hosts[name].ip("-6", "addr", "add", f"fe80::{number}/64", "dev", "eth0", "nodad")
    start_server(library)
    start_renderer()
    code, records = doctor(house)
    assert code == 0, records
    verdicts = {record["check"]: record["verdict"] for record in records}
    # nothing is skipped in a house that has everything, and nothing is odd
    assert set(verdicts.values()) == {"ok"}, records
    assert {"interfaces", "port-1900", "ipv6", "search", "events", "resource", "format"} <= set(verdicts)


def test_one_device_only(house, library, start_server, start_renderer, rogue):
    start_server(library)
    rogue("tarpit", host="guest")
    code, records = doctor(house, "Attic")
    assert code == 0, records


def test_report(house, library, start_server):
    start_server(library)
    path = house.folder / "report.json"
    doctor(house, options=["--report", str(path)])
    report = json.loads(path.read_text())
    avcp_schema.check(["doctor", "--report"], report)
    assert report["schema"] == 1 and report["checks"][0]["check"] == "interfaces"


def test_people_are_told_cause_and_remedy(house):
    result = house.hosts["phone"].run([AVCP, "doctor"], check=False)
    assert result.returncode == 13
    assert "Cause: " in result.stdout and "Remedy: " in result.stdout


def test_interface_down(house):
    house.hosts["phone"].ip("link", "set", "eth0", "down")
    code, check, _ = cause(house)
    assert (code, check) == (10, "interfaces")


def test_multicast_off(house):
    house.hosts["phone"].ip("link", "set", "eth0", "multicast", "off")
    code, check, record = cause(house)
    assert (code, check) == (11, "multicast")
    assert "multicast on" in record["remedy"]


def test_two_interfaces_in_one_network(house):
    phone = house.hosts["phone"]
    second = house.plug(phone, "living")
    phone.run(["sysctl", "-qw", "net.ipv4.conf.all.rp_filter=1"])
    code, check, record = cause(house)
    assert (code, check) == (10, "reverse-path")
    # which of the two is used is the kernel's choice; both are named
    assert second != "eth0" and {"eth0", second} <= set(re.findall(r"eth\d", record["text"])), record


def test_announcements_filtered(house, library, start_server):
    start_server(library)
    filter_out(house.hosts["phone"], "udp dport 1900 drop")
    code, check, record = cause(house)
    assert (code, check) == (12, "port-1900")
    assert "1900/udp" in record["remedy"]


def test_searches_filtered(house, library, start_server):
    start_server(library)
    filter_out(house.hosts["phone"], "udp dport 1900 drop", chain="output")
    assert cause(house)[:2] == (12, "port-1900")


def test_answers_filtered(house, library, start_server):
    start_server(library)
    # what a filter that knows connections does: an answer to a multicast search belongs to none
    filter_out(house.hosts["phone"], "udp dport 1900 accept", "ip protocol udp ct state new drop")
    code, check, record = cause(house)
    assert (code, check) == (12, "search")
    assert "reached eth0" in record["proof"]


def test_nobody_there(house):
    code, check, _ = cause(house)
    assert (code, check) == (13, "search")


def test_multicast_lost_on_the_way(house, library, start_server):
    server = start_server(library)
    del server
    # as a switch or access point does that forwards no groups
    filter_out(house.hosts["server"], "ip daddr 239.255.255.250 drop")
    address = house.hosts["server"].addresses["living"]
    code, check, record = cause(house, address)
    assert (code, check) == (11, "search")
    assert "IGMP" in record["remedy"]


def test_device_does_not_answer(house, library, start_server):
    start_server(library)
    filter_out(house.hosts["server"], "udp dport 1900 drop")
    code, check, _ = cause(house, house.hosts["server"].addresses["living"])
    assert (code, check) == (13, "search")


def test_announced_elsewhere(house, rogue):
    rogue("elsewhere")
    code, check, record = cause(house)
    assert (code, check) == (14, "announcements")
    assert "192.0.2.66" in record["proof"]


def test_description_filtered(house, library, start_server):
    start_server(library)
    filter_out(house.hosts["server"], "tcp dport 1024-65535 drop")
    code, check, _ = cause(house, options=["--timeout", "3"])
    assert (code, check) == (14, "descriptions")


def test_description_broken(house, rogue):
    rogue("garbled")
    code, check, record = cause(house)
    assert (code, check) == (14, "descriptions")
    assert "description" in record["text"]


def test_events_filtered(house, library, start_server):
    start_server(library)
    filter_out(house.hosts["phone"], "tcp flags syn / fin,syn,rst,ack drop")
    code, check, record = cause(house)
    assert (code, check) == (15, "events")
    assert "TCP" in record["remedy"]


def test_listing_fails(house, rogue):
    rogue("speechless")
    code, check, _ = cause(house)
    assert (code, check) == (16, "browse")


def test_ranges_ignored(house, rogue):
    rogue("rangeless")
    code, check, record = cause(house)
    assert (code, check) == (17, "resource")
    assert "range" in record["text"]


def test_listed_and_gone(house, rogue):
    rogue("hollow")
    code, check, _ = cause(house)
    assert (code, check) == (17, "resource")


def test_format_not_played(house, rogue, start_renderer):
    rogue("exotic", host="server")
    start_renderer()
    code, check, record = cause(house)
    assert (code, check) == (18, "format")
    assert "audio/x-exotic" in record["proof"]
    start_renderer(host="phone", name="Kitchen")  # which is found first; the other one is chosen
    assert '"Parlour" plays no form' in cause(house, options=["-r", "Parlour"])[2]["text"]
    told = warnings(house, options=["-r", "Cellar"])["format"]
    assert '"Cellar"' in told["text"] and "Parlour" in told["proof"] and "--renderer" in told["remedy"]


def warnings(house, *words, **kwargs):
    """What is odd and not in the way: check → its record."""
    code, records = doctor(house, *words, **kwargs)
    assert code == 0, records
    return {record["check"]: record for record in records if record["verdict"] == "warning"}


def test_odd_but_not_in_the_way(house, rogue):
    rogue("shortlived")
    odd = warnings(house)
    assert {"announcements", "clock"} <= set(odd)
    assert "did not announce itself again" in odd["announcements"]["proof"]


def test_vpn_and_container(house):
    """What surrounds it is said, and in a container what to do when nobody answers."""
    phone = house.hosts["phone"]
    phone.ip("link", "set", house.plug(phone, "attic"), "down")
    phone.ip("link", "set", "eth1", "name", "wg0")
    phone.ip("link", "set", "wg0", "up")
    phone.ip("route", "replace", "default", "dev", "wg0")
    record = next(record for record in doctor(house)[1] if record["check"] == "surroundings")
    assert record["verdict"] == "warning" and "wg0, a VPN" in record["text"] and "VPN" in record["remedy"], record
    phone.ip("route", "replace", "default", "dev", "eth0")
    contained = f"mount -t tmpfs none /run && touch /run/.containerenv && exec {AVCP} doctor"
    told = phone.run(["unshare", "-m", "sh", "-c", contained], check=False, seconds=60).stdout
    assert "runs in a container" in told and "Remedy: run this container with the host's network" in told, told


def test_the_one_asked_for_is_not_there(house, library, start_server):
    start_server(library)
    code, check, record = cause(house, "Cellar")
    assert (code, check) == (13, "descriptions")
    assert "Attic" in record["proof"]


def test_announced_in_time(house, rogue):
    rogue("punctual")
    odd = warnings(house)
    assert "after 4 s" in odd["announcements"]["text"]
    assert "again" not in (odd["announcements"]["proof"] or "")


def test_announcements_are_listened_to(house, rogue, daemon):  # noqa: F811
    """For as long as was said, and at most until all is heard; the daemon has heard them before."""
    late, in_time = rogue("drowsy", "tv"), rogue("wakeful", "server")
    proof = warnings(house, "--listen", "300")["announcements"]["proof"]
    assert late in proof and in_time not in proof and "this examination heard nothing" in proof, proof
    heard = wait_until("the daemon has listened for long enough", lambda: next(
        (proof for proof in [warnings(house)["announcements"]["proof"]] if proof), None), 60)
    assert late in heard and in_time not in heard and "the daemon heard nothing" in heard, heard


def test_intervals_that_were_not_judged(house, library, start_server):
    start_server(library)
    record = next(record for record in doctor(house)[1] if record["check"] == "announcements")
    assert record["verdict"] == "ok" and "1 of 1 devices" in record["text"] and "not judged" in record["text"], record
    wanted = int(re.search(r"--listen (\d+)", record["text"])[1])
    assert wanted >= 30, "half of what the server says"


def test_action_missing(house, rogue):
    rogue("wordless")
    odd = warnings(house)
    assert "lacks GetSearchCapabilities" in odd["services"]["text"], odd
    assert "takes no subscription" in odd["events"]["text"], odd


def test_report_that_cannot_be_written(house):
    result = house.hosts["phone"].run([AVCP, "doctor", "--report", "/nowhere/report.json"], check=False)
    assert result.returncode == 1
    assert "/nowhere/report.json" in result.stderr and result.stderr.count("\n") == 1
