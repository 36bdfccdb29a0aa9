# SPDX-License-Identifier: LGPL-2.1-or-later
"""av-mediaserver and a disk that changes under it: what comes, goes, moves, is still being written, is not
mounted, has strange names, or changes while it is looked at."""

import contextlib
import hashlib
import json
import os
import pathlib
import random
import shutil
import signal
import sqlite3
import subprocess
import threading
import time
import xml.etree.ElementTree as ElementTree

import pytest

from conftest import SERVER
from house import wait_until
from test_server import (  # noqa: F401 (fixtures)
    DIDL, UPNP, client, make_track, own_library, read_object, rescan, subscribe, titles)


@pytest.fixture
def tracks(own_library):
    """Title → file that has it; each another content."""
    return {f"Song {n}": own_library / f"A/{n:02}.flac" for n in (1, 2, 3)}


def ids(ask):
    return {o["title"]: o["id"] for o in ask.children("music-tracks")}


def folder_paths(ask, container="music-folders", above=()):
    """Items' places in the folder view: (folder titles…, title). It may change while it is read."""
    reply = ask.browse(container)
    found = set()
    for element in [] if "error" in reply else ElementTree.fromstring(reply["Result"]):
        child = read_object(element)
        path = (*above, child["title"])
        found |= folder_paths(ask, child["id"], path) if child["container"] else {path}
    return found


def wait_for_titles(ask, *expected, seconds=20):
    wait_until(f"the tracks are {expected}", lambda: sorted(ids(ask)) == sorted(expected), seconds)


def status(house, server_state="state-Attic"):
    return house.hosts["server"].run_json([SERVER, "--state-dir", house.folder / server_state, "--json", "status"])


def test_what_comes_and_goes_is_seen_and_evented(own_library, start_server, client, subscribe, house):
    ask = client(start_server(own_library))
    events = subscribe(f"{ask.url}/event/ContentDirectory", "phone", "living")
    wait_until("the first event", events)
    make_track(house.folder / "new.flac", "New", 9)
    before = ask.ask(["ContentDirectory", "GetSystemUpdateID", {}])[0]["Id"]
    began = time.monotonic()
    shutil.copy(house.folder / "new.flac", own_library / "A/new.flac")
    wait_until("the change is evented", lambda: events()[-1]["variables"].get("SystemUpdateID", before) != before)
    print(f"# evented after {time.monotonic() - began:.2f} s")
    wait_for_titles(ask, "New", "Song 1", "Song 2", "Song 3")
    os.link(own_library / "A/new.flac", own_library / "A/linked.flac")
    wait_until("a hard link is one more", lambda: len(ask.children("music-tracks")) == 5)
    (own_library / "A/new.flac").unlink()
    (own_library / "A/01.flac").unlink()
    wait_for_titles(ask, "New", "Song 2", "Song 3")
    shutil.copytree(own_library / "A", own_library / "B/C/D")
    wait_until("a tree comes", lambda: ("own", "B", "C", "D", "Song 3") in folder_paths(ask))
    shutil.rmtree(own_library / "B")
    wait_until("and goes", lambda: len(folder_paths(ask)) == 3)
    (own_library / "A/03.flac").chmod(0)
    (own_library / "A/.hidden.flac").write_bytes(b"hidden")
    (own_library / "A/.hidden.flac").rename(own_library / "A/visible.flac")
    wait_for_titles(ask, "New", "Song 2", "Song 3", "visible")


def change_numbers(ask, container="0"):
    """(id, property) → number, of all that is below."""
    reply = ask.browse(container)
    found = {}
    for element in ElementTree.fromstring(reply["Result"]):
        there = [name for name in ("objectUpdateID", "containerUpdateID", "totalDeletedChildCount")
                 if element.find(f"{UPNP}{name}") is not None]
        inside = element.tag == f"{DIDL}container"
        assert len(there) == (3 if inside else 1), element.attrib
        found |= {(element.get("id"), name): int(element.findtext(f"{UPNP}{name}")) for name in there}
        found |= change_numbers(ask, element.get("id")) if inside else {}
    return found


def test_numbers_of_changes_never_go_back(own_library, tracks, start_server, client):
    """ROB-005: Neither by what is deleted, nor by a stop, nor when it is killed once it has told of a deletion."""
    server = start_server(own_library)
    ask = client(server)
    deleted, changed = [("music-tracks", name) for name in ("totalDeletedChildCount", "containerUpdateID")]
    readings = [change_numbers(ask)]

    def read():
        readings.append(change_numbers(client(server)))
        before, after = readings[-2:]
        assert not {key: (number, after[key]) for key, number in before.items() if after.get(key, number) < number}
        return after[deleted] - before[deleted], after[changed] > before[changed]

    tracks["Song 1"].unlink()
    wait_for_titles(ask, "Song 2", "Song 3")
    assert read() == (1, True)
    server.stop()
    server = start_server(own_library)
    assert read() == (0, False), "nothing changed"
    ask = client(server)
    tracks["Song 2"].unlink()
    wait_for_titles(ask, "Song 3")
    server.popen.kill()
    server.popen.wait()
    server = start_server(own_library)
    assert read() == (1, True)
    ask = client(server)
    make_track(own_library / "A/04.flac", "Song 4", 4)
    wait_for_titles(ask, "Song 3", "Song 4")
    assert read() == (0, True), "and it goes on from there"


def test_what_moves_keeps_its_id(own_library, tracks, start_server, client):
    """ROB-006."""
    server = start_server(own_library)
    ask = client(server)
    first = ids(ask)
    tracks["Song 1"].rename(own_library / "A/renamed.flac")
    (own_library / "B").mkdir()
    tracks["Song 2"].rename(own_library / "B/02.flac")
    make_track(own_library / "A/02.flac", "Song 4", 4)
    wait_for_titles(ask, "Song 1", "Song 2", "Song 3", "Song 4")
    wait_until("it is in B", lambda: ("own", "B", "Song 2") in folder_paths(ask))
    second = ids(ask)
    assert {t: second[t] for t in first} == first and second["Song 4"] not in first.values()
    (own_library / "A").rename(own_library / "Z")
    wait_until("the folder has its new name", lambda: ("own", "Z", "Song 3") in folder_paths(ask))
    wait_until("and no other", lambda: not any(p[1] == "A" for p in folder_paths(ask)))
    assert ids(ask) == second
    # two change places
    (own_library / "Z/renamed.flac").rename(own_library / "Z/t.flac")
    (own_library / "Z/03.flac").rename(own_library / "Z/renamed.flac")
    (own_library / "Z/t.flac").rename(own_library / "Z/03.flac")
    rescan(server)
    assert ids(ask) == second
    # one takes the place of another
    (own_library / "B/02.flac").rename(own_library / "Z/02.flac")
    wait_for_titles(ask, "Song 1", "Song 2", "Song 3")
    third = {t: i for t, i in second.items() if t != "Song 4"}
    assert ids(ask) == third
    server.stop()
    # without us
    (own_library / "Z").rename(own_library / "Y")
    (own_library / "Y/02.flac").rename(own_library / "02.flac")
    server = start_server(own_library)
    assert ids(client(server)) == third
    server.stop()
    # and when the catalogue is lost
    state = server.host.house.folder / "state-Attic"
    for path in state.glob("library.db*"):
        path.unlink()
    assert ids(client(start_server(own_library))) == third


def test_what_moved_and_cannot_be_read(own_library, tracks, start_server, client):
    """It is not where it was, nor to be had where it is."""
    server = start_server(own_library)
    ask = client(server)
    tracks["Song 2"].chmod(0)
    tracks["Song 2"].rename(own_library / "closed.flac")
    wait_for_titles(ask, "Song 1", "Song 3")
    assert "closed.flac" in server.log()
    (own_library / "closed.flac").chmod(0o644)
    wait_for_titles(ask, "Song 1", "Song 2", "Song 3")


def test_a_file_is_waited_for_while_it_is_written(own_library, start_server, client, house):
    ask = client(start_server(own_library))
    make_track(house.folder / "slow.flac", "Slow", 9)
    data = (house.folder / "slow.flac").read_bytes()
    with open(own_library / "A/slow.flac", "wb") as out:
        for at in range(0, len(data) // 2, len(data) // 16):
            out.write(data[at:at + len(data) // 16])
            out.flush()
            time.sleep(0.3)
        assert sorted(ids(ask)) == ["Song 1", "Song 2", "Song 3"], "not before it is whole"
        out.seek(0)
        out.write(data)
    wait_for_titles(ask, "Slow", "Song 1", "Song 2", "Song 3")
    # written to again, in place
    make_track(house.folder / "other.flac", "Other", 8)
    before = ids(ask)
    with open(own_library / "A/slow.flac", "r+b") as out:
        out.truncate(0)
        out.write((house.folder / "other.flac").read_bytes())
    wait_for_titles(ask, "Other", "Song 1", "Song 2", "Song 3")
    assert ids(ask)["Other"] == before["Slow"]


def test_a_file_that_is_copied_while_the_server_starts(own_library, start_server, client, house):
    make_track(house.folder / "slow.flac", "Slow", 9)
    data = (house.folder / "slow.flac").read_bytes()
    going = threading.Event()
    going.set()

    def copy():
        with open(own_library / "A/slow.flac", "wb") as out:
            out.write(data[:1000])
            while going.is_set():
                out.write(b"")
                os.utime(own_library / "A/slow.flac")
                time.sleep(0.1)
            out.write(data[1000:])

    thread = threading.Thread(target=copy)
    thread.start()
    try:
        server = start_server(own_library)
        ask = client(server)
        assert sorted(ids(ask)) == ["Song 1", "Song 2", "Song 3"]
    finally:
        going.clear()
        thread.join()
    wait_for_titles(ask, "Slow", "Song 1", "Song 2", "Song 3")
    assert "slow.flac" not in server.log(), "nobody complains of half a file"


@pytest.fixture
def mount_point(house, own_library):
    """A folder where own_library is mounted, and functions to mount and unmount it."""
    place = house.folder / "mnt"
    place.mkdir()

    def mount():
        subprocess.run(["mount", "--bind", own_library, place], check=True)

    def unmount():
        subprocess.run(["umount", "-l", place], check=True)

    mount()
    yield place, mount, unmount
    subprocess.run(["umount", "-l", place], check=False, capture_output=True)


def test_a_root_that_is_unmounted_and_mounted_again(mount_point, house, start_server, client):
    """FLT-13."""
    place, mount, unmount = mount_point
    server = start_server(place)
    ask = client(server)
    first = ids(ask)
    assert sorted(first) == ["Song 1", "Song 2", "Song 3"]
    url = ask.children("music-tracks")[0]["res"][0]["url"].removeprefix(ask.url)
    assert ask.ask(["GET", url, {}])[0]["status"] == 200
    unmount()
    wait_until("it is told", lambda: "is not mounted" in server.log())
    rescan(server)
    assert ids(ask) == first, "what is away stays known"
    assert ask.ask(["GET", url, {}])[0]["status"] == 503
    assert status(house)["roots"] == [{"path": str(place), "present": False}]
    mount()
    wait_until("it is looked through", lambda: "is there; it is looked through" in server.log())
    wait_until("it is served again", lambda: ask.ask(["GET", url, {}])[0]["status"] == 200)
    assert status(house)["roots"] == [{"path": str(place), "present": True}]
    assert ids(ask) == first
    server.stop()
    # away when it starts
    unmount()
    server = start_server(place)
    ask = client(server)
    assert ids(ask) == first
    mount()
    wait_until("it is served", lambda: ask.ask(["GET", url, {}])[0]["status"] == 200)
    wait_until("it is looked through", lambda: "is there; it is looked through" in server.log())
    # emptied by its owner is not unmounted
    for path in place.glob("A/*"):
        path.unlink()
    (place / "A").rmdir()
    wait_until("nothing is left", lambda: ids(ask) == {})


def test_a_folder_that_is_missing_at_the_start(own_library, house, start_server, client):
    server = start_server(own_library)
    first = ids(client(server))
    server.stop()
    own_library.rename(house.folder / "elsewhere")
    server = start_server(own_library)
    ask = client(server)
    assert "it is looked for until it comes" in server.log()
    assert ids(ask) == first
    (house.folder / "elsewhere").rename(own_library)
    url = ask.children("music-tracks")[0]["res"][0]["url"].removeprefix(ask.url)
    wait_until("it is served", lambda: ask.ask(["GET", url, {}])[0]["status"] == 200, 20)
    assert ids(ask) == first


def hostile_names():
    """One name for each octet, and names that are hard for other reasons."""
    yield from (b"a%cb.flac" % octet for octet in range(1, 256) if octet != ord("/"))
    yield b"n" * 250 + b".flac"
    yield b"\xff" * 250 + b".flac"
    yield from (name + b".flac" for name in (
        b"]]>", b"&amp;", b"<item>", b"%2e%2e", b"\xed\xa0\x80", b"\xf4\x90\x80\x80", b"\xc0\xaf", b"\xef\xbf\xbe",
        b" ", b"\xe2\x80\xae", b"a\xcc\x88", b"\xc3\xa4", b"-rf", b"$(reboot)", b"\x1b[2J", b"NUL", b"a'b;--"))


def test_names_of_any_octets(own_library, start_server, client, house):
    """SEC-125, FLT-52: Each is listed, found by its id, and played, and answers are well-formed with all of them."""
    base = (own_library / "A/01.flac").read_bytes()
    contents = {}
    folder = os.fsencode(own_library) + b"/A"
    for number, name in enumerate(hostile_names()):
        # no title inside: the name is what is shown; the octets after the end tell files apart
        data = base.replace(b"title=", b"xitle=").replace(b"TITLE=", b"XITLE=") + b"%06d" % number
        contents[hashlib.sha256(data).hexdigest()] = name
        with open(folder + b"/" + name, "wb") as out:
            out.write(data)
    os.mkdir(folder + b"/\xff\x01&<")
    shutil.copy(own_library / "A/02.flac", folder + b"/\xff\x01&</inner.flac")
    server = start_server(own_library, options=["--log-level", "debug"])
    ask = client(server)
    containers = [o for p, o in ask.walk() if p[:3] == ("Music", "Folders", "own") and p[-1] == "A"]
    listed = ask.children(containers[0]["id"])
    answers = ask.ask(*(["GET", o["res"][0]["url"].removeprefix(ask.url), {}] for o in listed if not o["container"]))
    served = {answer["sha256"] for answer in answers}
    assert set(contents) <= served, [contents[h] for h in set(contents) - served]
    for o in listed[::16]:
        assert ask.children(o["id"], flag="BrowseMetadata")[0]["title"] == o["title"]
    inner = [o for o in listed if o["container"]]
    assert titles(ask.children(inner[0]["id"])) == ["Song 2"]
    before = {o["id"] for o in listed}
    os.rename(folder, os.fsencode(own_library) + b"/\x80\n")
    wait_until("the folder's new name", lambda: not any(p[1] == "A" for p in folder_paths(ask)), 20)
    assert {o["ref"] or o["id"] for o in ask.children("music-tracks")} >= before - {inner[0]["id"]}
    assert "\x1b" not in server.log(), "no name reaches a terminal"


def test_when_watches_run_out(own_library, start_server, client, house):
    """ROB-007: The limit of a namespace of its own; the user inside is not root."""
    for number in range(6):
        (own_library / f"more{number}").mkdir()
    if house.hosts["server"].run(["unshare", "--user", "true"], check=False).returncode != 0:
        pytest.skip("no user namespace can be made here, as in a chroot")
    inside = ["unshare", "--user", "--map-root-user", "sh", "-c",
              'echo 3 > /proc/sys/user/max_inotify_watches; exec unshare --user --map-user=1000 "$@"', "sh"]
    state = house.folder / "state-Attic"
    server = house.hosts["server"].start(
        [*inside, SERVER, "--name", "Attic", "--state-dir", state, "--rescan-interval", "2s", own_library], ready=True)
    server.wait_log("scan finished", 60)
    ask = client(server)
    shutil.copy(own_library / "A/01.flac", own_library / "more5/copy.flac")
    wait_until("it is found by walking", lambda: len(ask.children("music-tracks")) == 4, 20)
    assert server.log().count("is looked through from time to time") == 1, "it is said once"
    assert "max_user_watches" in server.log()


def test_a_folder_of_another_host(own_library, start_server, client):
    """The kernel would tell of what is done here, and of nothing that others do: it is not asked."""
    (own_library / "more").mkdir()
    shim = pathlib.Path(os.environ["AV_UPNP_BUILD"]) / "tests/support/libremote-shim.so"
    server = start_server(own_library, options=["--rescan-interval", "2s"], env={
        "LD_PRELOAD": str(shim), "ASAN_OPTIONS": "verify_asan_link_order=0:detect_leaks=0"})
    ask = client(server)
    assert server.log().count("(nfs)") == 1, "it is said once"
    watched = [line for path in pathlib.Path(f"/proc/{server.pid}/fdinfo").iterdir()
               for line in path.read_text().splitlines() if line.startswith("inotify")]
    folders = [own_library, *(path for path in own_library.rglob("*") if path.is_dir())]
    numbers = {f"ino:{path.stat().st_ino:x}" for path in folders}
    assert not [line for line in watched if numbers & set(line.split())]
    shutil.copy(own_library / "A/01.flac", own_library / "more/copy.flac")
    wait_until("it is found by walking", lambda: len(ask.children("music-tracks")) == 4, 60)


def test_a_storm_of_changes(own_library, start_server, client):
    """FLT-64: More at once than notices are kept of, twice: all is looked through each time, and it is told once."""
    (own_library / "B").mkdir()  # of what happens here no notice is left
    server = start_server(own_library)
    ask = client(server)
    for storm in (1, 2):
        os.kill(server.pid, signal.SIGSTOP)  # it cannot read them meanwhile
        for number in range(9000):
            path = own_library / "A" / f"x{number}.flac"
            path.touch()
            path.unlink()
        shutil.copy(own_library / "A/01.flac", own_library / f"B/last{storm}.flac")
        os.kill(server.pid, signal.SIGCONT)
        wait_until("the last is found", lambda n=3 + storm: len(ask.children("music-tracks")) == n, 60)
    assert server.log().count("more changed at once") == 1


def churn(folder, seconds, seed):
    """Makes, fills, renames, swaps, links and removes files and folders as fast as it can."""
    rng = random.Random(seed)
    good = (folder / "A/01.flac").read_bytes()
    seed_file = folder.parent / "seed.flac"  # is written to through its links
    seed_file.write_bytes(good)
    names = [folder / f"{kind}{n}{suffix}" for kind in "XY" for n in range(5) for suffix in ("", ".flac")]
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        a, b = rng.choice(names), rng.choice(names)
        with contextlib.suppress(OSError):
            match rng.randrange(8):
                case 0:
                    # a FIFO has no reader
                    with open(os.open(a, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_NONBLOCK), "wb") as out:
                        out.write(good[:rng.randrange(len(good))])
                case 1:
                    a.unlink()
                case 2:
                    a.rename(b)
                case 3:
                    a.mkdir()
                    (a / "in.flac").write_bytes(good)
                case 4:
                    if a.is_dir():  # rmtree would open a FIFO, and wait
                        shutil.rmtree(a)
                case 5:
                    a.symlink_to("/etc")
                case 6:
                    os.mkfifo(a)
                case 7:
                    os.link(seed_file, a)
    for name in names:
        with contextlib.suppress(OSError):
            name.unlink()
        shutil.rmtree(name, ignore_errors=True)


def test_races_while_walking(own_library, start_server, client):
    """FLT-62: The tree changes all the while it is walked; in the end the catalogue is equal to it."""
    server = start_server(own_library)
    ask = client(server)
    first = ids(ask)
    descriptors = len(os.listdir(f"/proc/{server.pid}/fd"))
    racer = threading.Thread(target=churn, args=(own_library, 5, 20240607))
    racer.start()
    while racer.is_alive():
        rescan(server)
    racer.join()
    # one that was being written when its notice came may be waited for
    wait_until("all is as it was", lambda: ids(ask) == first, 20)
    rescan(server)
    assert ids(ask) == first and len(folder_paths(ask)) == 3
    assert "/etc" not in server.log()
    wait_until("no descriptor is kept", lambda: len(os.listdir(f"/proc/{server.pid}/fd")) <= descriptors + 2)


def test_verbs_that_scan(own_library, house, start_server, client):
    server = start_server(own_library, options=["--rescan-interval", "0"])
    state = ["--state-dir", house.folder / "state-Attic"]
    run = house.hosts["server"].run
    said = run([SERVER, *state, "status"]).stdout
    assert "3 items\n" in said and f"{own_library}\n" in said
    assert run([SERVER, *state, "--follow", "status"]).stdout == "3 items\n", "no scan is under way"
    before = server.log().count("scan finished")
    run([SERVER, *state, "rescan"])
    followed = [json.loads(line) for line in run([SERVER, *state, "--follow", "--json", "status"]).stdout.splitlines()]
    assert followed[-1]["scanning"] is False and followed[-1]["scan"] is None
    wait_until("the rescan", lambda: server.log().count("scan finished") == before + 1)
    # one folder, whose time was set back so that nothing but a look can tell
    run([SERVER, *state, "rescan", own_library / "A"])
    result = run([SERVER, *state, "rescan", house.folder], check=False)
    assert result.returncode == 1 and "is not in a folder that is shared" in result.stderr


def test_what_lies_beside_media_is_followed(own_library, start_server, client):
    """A playlist comes, changes and goes: alone, and with its folder."""
    ask = client(start_server(own_library))

    def lists():
        reply = ask.browse("music-playlists")  # there is no such view without one
        return set() if "error" in reply else set(titles(map(read_object, ElementTree.fromstring(reply["Result"]))))

    (own_library / "P").mkdir()
    (own_library / "P/party.m3u").write_text("../A/01.flac\n")
    (own_library / "A/other.m3u").write_text("02.flac\n")
    wait_until("two lists", lambda: lists() == {"party", "other"})
    (own_library / "A/other.m3u").unlink()
    wait_until("one is gone", lambda: lists() == {"party"})
    shutil.rmtree(own_library / "P")
    wait_until("its folder is gone", lambda: lists() == set())
    assert len(ids(ask)) == 3


def test_what_is_left_out(own_library, start_server, client):
    """By patterns at the start; by a marker that comes and goes, with all below, lists and covers, too."""
    (own_library / "A/deep").mkdir()
    for name in ("A/deep/04.flac", "A/draft 05.flac", "B/06.flac"):
        (own_library / name).parent.mkdir(exist_ok=True)
        make_track(own_library / name, f"Song {name[-7:-5]}", int(name[-7:-5]))
    (own_library / "A/deep/list.m3u").write_text("04.flac\n")
    ask = client(start_server(own_library, options=["--exclude", "draft*", "--exclude", own_library / "B"]))
    wait_for_titles(ask, "Song 04", "Song 1", "Song 2", "Song 3")
    # what comes into what is left out stays out, what comes beside it does not
    shutil.copy(own_library / "A/draft 05.flac", own_library / "B/05.flac")
    shutil.copy(own_library / "A/draft 05.flac", own_library / "A/draft 2.flac")
    shutil.copy(own_library / "A/draft 05.flac", own_library / "A/deep/05.flac")
    wait_for_titles(ask, "Song 04", "Song 05", "Song 1", "Song 2", "Song 3")
    before = ids(ask)
    (own_library / "A/.nomedia").touch()
    wait_until("nothing is left", lambda: "error" in ask.browse("music-tracks") or not ids(ask))
    lists = ask.browse("music-playlists")
    assert "error" in lists or lists["TotalMatches"] == "0", "there is no list any more"
    # a folder below that was watched before: nothing comes of what comes there
    make_track(own_library / "A/deep/07.flac", "Song 07", 7)
    make_track(own_library / "08.flac", "Song 08", 8)
    wait_for_titles(ask, "Song 08")
    (own_library / "A/.nomedia").unlink()
    wait_for_titles(ask, "Song 04", "Song 05", "Song 07", "Song 08", "Song 1", "Song 2", "Song 3")
    assert before.items() <= ids(ask).items(), "with the ids they had"


def test_an_exclude_that_is_none(own_library, house):
    result = house.hosts["server"].run(
        [SERVER, "--state-dir", house.folder / "state-none", "--exclude", "A/deep", own_library], check=False)
    assert result.returncode != 0 and "Exclude: 'A/deep' is a part of a path" in result.stderr


def break_page(path, name):
    """Writes over the first page of a table or an index."""
    connection = sqlite3.connect(path)
    page, = connection.execute("SELECT rootpage FROM sqlite_master WHERE name = ?", [name]).fetchone()
    size, = connection.execute("PRAGMA page_size").fetchone()
    connection.close()
    with open(path, "r+b") as out:
        out.seek((page - 1) * size)
        out.write(b"\xa5" * size)


def test_a_damaged_catalogue(own_library, house, start_server, client):
    """FLT-20: Met when it is opened, or only by the scan: it is made anew, with the same ids and what people did."""
    server = start_server(own_library)
    ask = client(server)
    first = ids(ask)
    update = {"ObjectID": first["Song 1"], "CurrentTagValue": "",
              "NewTagValue": "<upnp:lastPlaybackPosition>0:00:01</upnp:lastPlaybackPosition>"}
    assert ask.ask(["ContentDirectory", "UpdateObject", update])[0] == {}

    def token():
        return ask.ask(["ContentDirectory:3", "GetServiceResetToken", {}])[0]["ResetToken"]

    before, number = token(), int(ask.ask(["ContentDirectory", "GetSystemUpdateID", {}])[0]["Id"])
    for name, said in (("container", "a part of the catalogue is damaged"),
                       ("item_folder", "it is set aside and built anew")):
        server.stop()
        break_page(house.folder / "state-Attic/library.db", name)
        server = start_server(own_library)
        server.wait_log(said)
        ask = client(server)
        wait_until("all is there again", lambda: "error" not in ask.browse("music-tracks") and ids(ask) == first)
        song = ask.browse(first["Song 1"], "BrowseMetadata")["Result"]
        assert ElementTree.fromstring(song)[0].findtext(f"{UPNP}lastPlaybackPosition") == "P00:00:01"
        assert token() != before
        after = int(ask.ask(["ContentDirectory", "GetSystemUpdateID", {}])[0]["Id"])
        assert after > number
        before, number = token(), after
        assert (house.folder / "state-Attic/library.db.old").exists()


def test_a_full_disk_for_the_state(own_library, house, start_server, client):
    """FLT-04: What was known is served while there is no room; what is missing comes when there is."""
    state = house.folder / "state-full"
    state.mkdir()
    subprocess.run(["mount", "-t", "tmpfs", "-o", "size=3m,mode=700,uid=65534,gid=65534", "none", state], check=True)
    try:
        server = start_server(own_library, state=state)
        ask = client(server)
        first = ids(ask)
        assert len(first) == 3
        many = house.folder / "many"
        many.mkdir()
        for number in range(1500):
            os.link(own_library / "A/01.flac", many / f"{number}.flac")
        many.rename(own_library / "many")
        wait_until("it is full", lambda: "the scan was given up" in server.log(), 60)
        assert len(ask.children("music-tracks", count=3)) == 3, "what is known is served"
        subprocess.run(["mount", "-o", "remount,size=64m", state], check=True)
        wait_until("all is found", lambda: int(ask.browse("music-tracks", count=1)["TotalMatches"]) == 1503, 60)
        last = {o["title"]: o["id"] for o in ask.children("music-tracks", start=1501)}
        assert last == {title: first[title] for title in ("Song 2", "Song 3")}
        assert server.stop()[0] == 0
    finally:
        subprocess.run(["umount", "-l", state], check=False)
