# SPDX-License-Identifier: LGPL-2.1-or-later
"""The control point and a media server that lies (FLT-58), its addresses (FLT-61) and its names (FLT-66): each verb
ends in bounded time and memory with an exit code that tells, Ctrl-C ends it at once, and nothing but the answer asked
for is touched."""

import json
import os
import pathlib
import signal
import time

import pytest

from conftest import AVCP
from house import SOON_S, wait_until
from terminal import Terminal

LIAR = pathlib.Path(__file__).parent.parent / "support/lying_server.py"
RSS_MIB = 300  # with AddressSanitizer, whose own is some tens
SECONDS = 60  # none needs more than three on an idle machine

OK, BROKEN, MISSING, REFUSED, UNREACHABLE = 0, 1, 3, 4, 5

# lie, what is asked, exit code, what is told
ROWS = [
    # numbers
    ("total", "ls /", BROKEN, "again and again"),
    ("total", "tree /", BROKEN, "again and again"),
    ("none-of-many", "ls /", OK, ""),
    ("none-of-many", "find / x", OK, ""),
    ("returned", "ls /", OK, ""),
    ("beyond", "ls /", BROKEN, "again and again"),
    ("negative", "find / x", BROKEN, "again and again"),
    ("words", "search song", BROKEN, "again and again"),
    ("again", "ls /", BROKEN, "again and again"),
    # trees
    ("self", "tree /", OK, ""),
    ("loop", "tree /", OK, ""),
    ("loop", "get / got", OK, ""),
    ("deep", "tree /", OK, ""),
    ("deep", "find / nothing", OK, ""),
    ("same-id", "tree /", OK, ""),
    ("no-id", "tree /", OK, ""),
    ("long", "ls /", OK, ""),
    # documents
    ("text", "ls /", OK, ""),
    ("half", "ls /", BROKEN, "metadata"),
    ("nested", "ls /", BROKEN, "nested too deeply"),
    # resources
    ("file", "get -- 1 got", REFUSED, "no resource"),
    ("file", "cat -- 1", BROKEN, "neither http nor https"),
    ("local", "get -- 1 got", UNREACHABLE, "127.0.0.1"),
    ("metadata", "get -- 1 got", UNREACHABLE, "may not be connected to"),
    ("to-file", "get -- 1 got", None, ""),
    ("round", "get -- 1 got", None, ""),
    ("shorter", "get -- 1 got", OK, "1000 octets came, the server had listed 5000"),
    ("longer", "get -- 1 got", OK, "1000 octets came, the server had listed 10"),
    ("huge", "get -- 1 got", OK, ""),
    ("endless-media", "get -- 1 got", BROKEN, "larger than"),
    # event URLs
    ("events-elsewhere", "watch --count 1", REFUSED, "sends no events"),
    ("events-of-file", "watch --count 1", REFUSED, "sends no events"),
    # answers
    ("endless", "ls /", BROKEN, "too large"),
    ("slow", "ls /", UNREACHABLE, ""),
    ("headers", "ls /", BROKEN, ""),
    ("reset", "ls /", UNREACHABLE, ""),
    ("never", "ls /", UNREACHABLE, ""),
    ("claims-more", "ls /", UNREACHABLE, ""),
    ("claims-less", "ls /", BROKEN, "SOAP answer"),
    ("no-length", "ls /", BROKEN, ""),
    ("html", "ls /", BROKEN, "SOAP answer"),
    ("redirect", "ls /", REFUSED, "302"),
    ("nothing", "ls /", BROKEN, ""),
    ("bomb", "ls /", BROKEN, "document type"),
    ("tree", "ls /", BROKEN, "nested too deeply"),
    # descriptions
    ("described-endless", "ls /", BROKEN, "too large"),
    ("described-slow", "ls /", UNREACHABLE, "in time"),
    ("described-headers", "ls /", BROKEN, ""),
    ("described-reset", "ls /", UNREACHABLE, ""),
    ("described-never", "ls /", UNREACHABLE, "in time"),
    ("described-claims-more", "ls /", UNREACHABLE, ""),
    ("described-claims-less", "ls /", BROKEN, "device description"),
    ("described-html", "ls /", BROKEN, "device description"),
    ("described-redirect", "ls /", UNREACHABLE, "302"),
    ("described-bomb", "ls /", BROKEN, "document type"),
    ("described-tree", "ls /", BROKEN, ""),
    ("services", "ls /", BROKEN, "too large"),
]
# What would go on for long: lie and what is asked; Ctrl-C ends it.
FOR_LONG = [("for-ever", "ls /"), ("for-ever", "tree /"), ("fan", "tree /"), ("fan", "find / nothing"), ("never", "ls /"),
            ("slow", "ls /"), ("described-never", "ls /"), ("described-endless-slow", "ls /")]


class Liar:
    def __init__(self, house):
        host = house.hosts["tv"]
        self.address = host.addresses["living"]
        self.process = host.start(["/usr/bin/python3", LIAR, self.address, 7300], name="liar")
        wait_until("the liar listens", lambda: "READY" in self.process.output())

    def url(self, lie):
        return f"http://{self.address}:7300/{lie}/0"

    def asked(self, lie):
        return self.process.output().count(f"ASKED /{lie}/control\n")


@pytest.fixture
def liar(house):
    return Liar(house)


class Verb:
    """avcp at that lie, in an empty folder of its own; what became of it and the memory it took."""

    def __init__(self, house, liar, number, lie, words):
        self.what = f"{lie}: {words}"
        folder = house.folder / f"run{number}"
        folder.mkdir()
        self.folder = folder
        self.process = house.hosts["phone"].start(
            ["sh", "-c", f"cd {folder}; exec {AVCP} --timeout 2s -s {liar.url(lie)} {words}"], name=f"verb{number}")

    def wait(self):
        """(exit code, MiB)"""
        end = time.monotonic() + SECONDS
        while time.monotonic() < end:
            pid, status, usage = os.wait4(self.process.pid, os.WNOHANG)
            if pid:
                self.process.popen.returncode = os.waitstatus_to_exitcode(status)
                return self.process.popen.returncode, usage.ru_maxrss // 1024
            time.sleep(0.02)  # the interval of a poll
        raise AssertionError(f"{self.what} does not end")


def test_every_lie_ends(house, liar):
    """Some at a time, so that those that wait wait together."""
    rows = list(enumerate(ROWS))
    for begin in range(0, len(rows), 8):
        verbs = [(row, Verb(house, liar, number, row[0], row[1])) for number, row in rows[begin:begin + 8]]
        for (lie, words, code, told), verb in verbs:
            got, mib = verb.wait()
            log = verb.process.log()
            assert got == code if code is not None else got in (BROKEN, MISSING, UNREACHABLE), f"{verb.what}: {got} {log}"
            assert mib < RSS_MIB, f"{verb.what}: {mib} MiB"
            assert told in log and log.count("\n") <= 2, f"{verb.what}: {log}"
            assert all(path.stat().st_size < 1 << 26 for path in verb.folder.rglob("*")), verb.what
            assert "root:" not in verb.process.output(), verb.what


def test_what_would_go_on_ends_with_ctrl_c(house, liar):
    verbs = [(lie, Verb(house, liar, number, lie, words)) for number, (lie, words) in enumerate(FOR_LONG)]
    for lie, verb in verbs:
        wait_until(f"{verb.what} is under way", lambda: f"/{lie}/" in liar.process.output(), 30)
        code, seconds = verb.process.stop(signal.SIGINT)
        assert code != 0, verb.what
        assert seconds < SOON_S, f"{verb.what}: 0.2 s on an idle machine"


def test_names_stay_in_the_folder(house, liar):
    """SEC-204: what a server calls its items is a name, and replaces nothing."""
    verb = Verb(house, liar, 0, "names", "get / . ")
    assert verb.wait()[0] == OK, verb.process.log()
    (got,) = verb.folder.iterdir()
    names = {path.name for path in got.rglob("*") if path.is_file()}
    assert len(names) == 7 and got.name == "Folder 0"
    assert all(name[0] not in ".-" and "/" not in name and len(name.encode()) <= 255 for name in names), names
    # one of the same name that is not the same stays
    mine = next(path for path in got.rglob("*CON*"))
    mine.write_text("mine")
    command = f"cd {verb.folder}; exec {AVCP} -s {liar.url('names')} get"
    result = house.hosts["phone"].run(["sh", "-c", f"{command} /"], check=False)
    assert result.returncode == BROKEN and "--overwrite" in result.stderr and mine.read_text() == "mine"
    house.hosts["phone"].run(["sh", "-c", f"{command} --overwrite /"])
    assert mine.read_bytes() == b"o" * 1000


CONTROLS = [chr(code) for code in (*range(0x20), *range(0x7f, 0xa0)) if chr(code) not in "\n\r\t"] + [
    "\u202e", "\u2066", "\u2028", "\u2029"]


def test_names_do_nothing_to_a_terminal(house, liar):
    """FLT-66: OSC 52, a title, clear screen, overrides; at a terminal, in a pipe, as JSON and in what is typed ahead."""
    url = liar.url("escapes")
    phone = house.hosts["phone"]
    for words in (["ls", "/"], ["tree", "/"], ["find", "/"], ["search", "owned"], ["get", "--", "1"], ["cat", "--didl", "/"],
                  ["call", "ContentDirectory", "Browse", "ObjectID=0", "BrowseFlag=BrowseDirectChildren", "Filter=*",
                   "StartingIndex=0", "RequestedCount=0", "SortCriteria="]):
        for options in ([], ["--json"]):
            result = phone.run([AVCP, *options, "-s", url, *words], check=False)
            for text in ("" if options else result.stdout, result.stderr):
                assert not [character for character in CONTROLS if character in text], (words, options, text)
    (entry,) = json.loads(phone.run([AVCP, "--json", "-s", url, "ls", "/"]).stdout)
    assert "\x1b" not in entry["title"] and "\u202egnp.exe" in entry["title"], "programs get what was meant"
    completed = phone.run([AVCP, "-s", url, "complete", "avcp", "ls", "-s", url, "/"], check=False).stdout
    assert not [character for character in CONTROLS if character in completed], completed
    # a letter with 9B among its octets, where the terminal takes octets for characters
    url = liar.url("eight-bits")
    for words in ("ls /", "tree /", "ls '/Bj\xf6rk \u06db31mre'"):  # the last one is told what is near
        shown = phone.run(["script", "-qec", f"{AVCP} -s {url} {words}", "/dev/null"], env={"LC_ALL": "C"}, check=False)
        assert shown.stdout.isascii() and "Bj?rk ?31mred" in shown.stdout, shown.stdout
    url = liar.url("escapes")
    with Terminal(phone, ["sh", "-c", f"{AVCP} -s {url} ls / --json; {AVCP} -s {url} tree /; echo over; sleep 1000"],
                  columns=100) as terminal:
        screen = terminal.wait("it was listed", lambda lines: "over" in lines and lines)
        assert len([line for line in screen if "gnp.exe" in line]) == 2, "the screen was cleared"
        assert "owned" not in terminal.tmux("display-message", "-p", "#{pane_title} #{buffer_sample}")
