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
    """(exit code, records) of one examination. It is made twice at the same time, for programs and for people: both say
    the same, and these are told the cause last, with all that is known of it."""
    command = [AVCP, *options, "doctor", *words]
    told = house.hosts[host].start(command)
    result = house.hosts[host].run([AVCP, "--json", *command[1:]], check=False, seconds=90)
    code = told.wait(90)
    output = json.loads(result.stdout)
    avcp_schema.check(["doctor"], output)
    assert code == result.returncode, (told.output(), output)
    rows, *odd = told.output().split("\n\n")
    assert [row.split("\t")[:2] for row in rows.splitlines()] == [[record["verdict"], record["check"]] for record in output]
    for part, record in zip(odd, [record for record in output if record["verdict"] in ("warning", "failed")], strict=True):
        heading = "Cause" if record["verdict"] == "failed" else "Odd"
        lines = dict(line.split(": ", 1) for line in part.splitlines())
        assert list(lines) == [heading, *(["Seen"] if record["proof"] else []), "Remedy"], part
        # all but numbers, of which both have their own
        for name, key in ((heading, "text"), ("Seen", "proof"), ("Remedy", "remedy")):
            assert re.sub(r"\d+", "0", lines.get(name, "")) == re.sub(r"\d+", "0", record[key] or ""), part
    return result.returncode, output


def cause(house, *words, **kwargs):
    """(exit code, name of the check that failed, its record)."""
    code, records = doctor(house, *words, **kwargs)
    failed = [record for record in records if record["verdict"] == "failed"]
    assert len(failed) == 1 and failed[0] is records[-1], records
    assert failed[0]["proof"] and failed[0]["remedy"], failed[0]
    assert failed[0]["code"] == code
    return code, failed[0]["check"], failed[0]


def assert_cause(found, code, check, text, proof, remedy):
    """All that an examination ends with; texts are parts of what is said."""
    assert found[:2] == (code, check), found
    for key, words in (("text", text), ("proof", proof), ("remedy", remedy)):
        assert words in found[2][key], (key, words, found[2])


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


def test_interface_down(house):
    house.hosts["phone"].ip("link", "set", "eth0", "down")
    assert_cause(cause(house), 10, "interfaces", "no network interface of this host can be used", "eth0",
                 "name the interface to look on with --interface")


def test_multicast_off(house):
    house.hosts["phone"].ip("link", "set", "eth0", "multicast", "off")
    assert_cause(cause(house), 11, "multicast", "multicast is switched off on eth0", "no MULTICAST among its flags",
                 "ip link set dev eth0 multicast on")


def test_two_interfaces_in_one_network(house):
    phone = house.hosts["phone"]
    second = house.plug(phone, "living")
    phone.run(["sysctl", "-qw", "net.ipv4.conf.all.rp_filter=1"])
    found = cause(house)
    assert_cause(found, 10, "reverse-path", "this host drops what comes in by eth", "and rp_filter of eth",
                 ".rp_filter=2 and the same for \"all\"")
    # which of the two is used is the kernel's choice; both are named
    assert second != "eth0" and {"eth0", second} <= set(re.findall(r"eth\d", found[2]["text"])), found


def test_announcements_filtered(house, library, start_server):
    start_server(library)
    filter_out(house.hosts["phone"], "udp dport 1900 drop")
    assert_cause(cause(house), 12, "port-1900", "the firewall of this host drops announcements (port 1900/udp on eth0)",
                 "239.255.255.250:1900 that this host sent to itself by eth0 did not arrive", "ufw allow 1900/udp")


def test_searches_filtered(house, library, start_server):
    start_server(library)
    filter_out(house.hosts["phone"], "udp dport 1900 drop", chain="output")
    assert_cause(cause(house), 12, "port-1900", "searches cannot leave this host by eth0", "Operation not permitted",
                 "ufw allow out 1900/udp")


def test_answers_filtered(house, library, start_server):
    start_server(library)
    # what a filter that knows connections does: an answer to a multicast search belongs to none
    filter_out(house.hosts["phone"], "udp dport 1900 accept", "ip protocol udp ct state new drop")
    assert_cause(cause(house), 12, "search", "the firewall of this host drops the answers to searches",
                 "reached eth0, none of them got past the packet filter", "let in UDP from the local network to ports above 1024")


def test_nobody_there(house):
    assert_cause(cause(house), 13, "search", "no media server or renderer answers", "nothing came back, not even to the "
                 "packet filter", "see that devices are on and in the same network")


def test_multicast_lost_on_the_way(house, library, start_server):
    start_server(library)
    # as a switch or access point does that forwards no groups
    filter_out(house.hosts["server"], "ip daddr 239.255.255.250 drop")
    found = cause(house, house.hosts["server"].addresses["living"])
    assert_cause(found, 11, "search", "multicast is lost between this host and the device", "asked by multicast it does not",
                 "\"IGMP snooping\" of switches")


def test_device_does_not_answer(house, library, start_server):
    start_server(library)
    filter_out(house.hosts["server"], "udp dport 1900 drop")
    found = cause(house, house.hosts["server"].addresses["living"])
    assert_cause(found, 13, "search", "the device does not answer searches", "neither a search by multicast nor one to its own",
                 "go on by its description URL")


def test_announced_elsewhere(house, rogue):
    rogue("elsewhere")
    assert_cause(cause(house), 14, "announcements", "announces itself in a network that cannot be reached from here",
                 "LOCATION: http://192.0.2.66:7000/0", "name the interface in its settings")


def test_announced_nowhere(house, rogue):
    rogue("nowhere")
    assert_cause(cause(house), 14, "announcements", "no URL with an address", "LOCATION: http://set-top-box:7000/0",
                 "restart the device")


def test_description_filtered(house, library, start_server):
    start_server(library)
    filter_out(house.hosts["server"], "tcp dport 1024-65535 drop")
    assert_cause(cause(house, options=["--timeout", "3"]), 14, "descriptions", "cannot be had", "/description.xml: ",
                 "see whether its firewall lets in TCP to the port in that URL")


def test_description_broken(house, rogue):
    rogue("garbled")
    assert_cause(cause(house), 14, "descriptions", "cannot be had", "description", "something that is no description: "
                 "update or restart it")


def test_events_filtered(house, library, start_server):
    start_server(library)
    filter_out(house.hosts["phone"], "tcp flags syn / fin,syn,rst,ack drop")
    assert_cause(cause(house), 15, "events", "events of \"Attic\" do not reach this host", "its first event did not arrive",
                 "let in TCP from the local network")


def test_listing_fails(house, rogue):
    rogue("speechless")
    assert_cause(cause(house), 16, "browse", "\"Rogue 0\" does not list what it has", "501", "restart the server")


def test_ranges_ignored(house, rogue):
    rogue("rangeless")
    assert_cause(cause(house), 17, "resource", "the server ignores byte ranges", "Range: bytes=0-1023", "update the server")


def test_listed_and_gone(house, rogue):
    rogue("hollow")
    assert_cause(cause(house), 17, "resource", "the octets of an item cannot be fetched", "status 404",
                 "let the server read its folders anew")


def test_octets_filtered(house, rogue):
    """Listed at a port that a filter drops; descriptions and listings come from another one."""
    rogue("aside")
    filter_out(house.hosts["tv"], "tcp dport 7001 drop")
    assert_cause(cause(house, options=["--timeout", "3"]), 17, "resource", "the octets of an item cannot be fetched",
                 ":7001/media/1", "renderers fetch it themselves")


def test_format_not_played(house, rogue, start_renderer):
    rogue("exotic", host="server")
    start_renderer()
    assert_cause(cause(house), 18, "format", "\"Parlour\" plays no form that the server has of an item", "audio/x-exotic",
                 "have the server convert")
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
    assert "announcement interval" in odd["announcements"]["remedy"]
    assert "1970" in odd["clock"]["proof"] and "set the clock" in odd["clock"]["remedy"]
    assert "does not describe its" in odd["services"]["text"] and "update the device" in odd["services"]["remedy"]


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
    told = phone.run(["unshare", "-m", "sh", "-c", contained], check=False, seconds=90).stdout
    assert "runs in a container" in told and "Remedy: run this container with the host's network" in told, told


def test_the_one_asked_for_is_not_there(house, library, start_server):
    start_server(library)
    assert_cause(cause(house, "Cellar"), 13, "descriptions", "the device asked for is not among those that answer", "Attic",
                 "avcp devices")


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
    assert "update" in odd["services"]["remedy"] and "poll" in odd["events"]["remedy"]


def test_report_that_cannot_be_written(house):
    result = house.hosts["phone"].run([AVCP, "doctor", "--report", "/nowhere/report.json"], check=False)
    assert result.returncode == 1
    assert "/nowhere/report.json" in result.stderr and result.stderr.count("\n") == 1
