# SPDX-License-Identifier: LGPL-2.1-or-later
"""The control point's verbs that change a server: put, mkdir, rm, edit, bookmark."""

import hashlib
import os
import pathlib
import subprocess

import pytest

from conftest import AVCP, BUILD
from house import wait_until
from test_server import make_track

BREAKING = pathlib.Path(__file__).parent.parent / "support/breaking_server.py"
FOLDER = "Attic:/Music/Folders/writable"


@pytest.fixture
def writable(house):
    folder = house.folder / "writable"
    (folder / "A").mkdir(parents=True)
    make_track(folder / "A/01.flac", "Song 1", 1)
    for path in (folder, *folder.rglob("*")):
        path.chmod(0o777)
    return folder


def by_title(entries):
    return {entry["title"]: entry for entry in entries}


def digest(path):
    return hashlib.sha256(path.read_bytes()).hexdigest()


def test_put(house, start_server, writable, avcp):
    start_server(writable, options=["--writable", writable])
    track = house.folder / "Brought along.flac"
    make_track(track, "Brought along", 7)
    avcp("mkdir", f"{FOLDER}/New ones")
    assert (writable / "New ones").is_dir()
    done = avcp("put", str(track), f"{FOLDER}/New ones")
    assert done["size"] == track.stat().st_size
    wait_until("it is listed", lambda: "Brought along" in by_title(avcp("ls", f"{FOLDER}/New ones")))
    stored = [path for path in (writable / "New ones").iterdir() if path.suffix == ".flac"]
    assert [digest(path) for path in stored] == [digest(track)]
    # what was put can be got
    target = house.folder / "back"
    target.mkdir()
    avcp("get", f"{FOLDER}/New ones/Brought along", str(target))
    assert digest(target / "Brought along.flac") == digest(track)
    # the server chooses the folder
    picture = house.folder / "Sunset.jpg"
    subprocess.run(["ffmpeg", "-v", "error", "-f", "lavfi", "-i", "testsrc=s=64x48:d=1", "-frames:v", "1",
                    str(picture)], check=True)
    avcp("-s", "Attic", "put", str(picture))
    wait_until("the picture is there", lambda: digest(picture) in {digest(path) for path in writable.rglob("*.jpg")})
    avcp("-s", "Attic", "put", "/nowhere/x.flac", code=3, json=False)
    text = house.folder / "notes.txt"
    text.write_text("no media")
    avcp("-s", "Attic", "put", str(text), code=2, json=False)


def test_put_into_a_folder_that_is_empty(house, start_server, avcp):
    folder = house.folder / "inbox"
    folder.mkdir()
    folder.chmod(0o777)
    start_server(folder, options=["--writable", folder])
    track = house.folder / "First of all.flac"
    make_track(track, "First of all", 1)
    assert avcp("-s", "Attic", "put", str(track))["size"] == track.stat().st_size
    assert digest(folder / "First of all.flac") == digest(track)


def test_put_that_is_fetched(house, start_server, writable, avcp):
    start_server(writable, options=["--writable", writable, "--allow", "create", "--allow", "import"])
    track = house.folder / "Fetched & kept.flac"
    make_track(track, "Fetched", 7)
    done = avcp("-s", "Attic", "put", "--import", str(track))
    assert done["size"] == track.stat().st_size
    assert digest(track) in {digest(path) for path in writable.rglob("*.flac")}
    listed = wait_until("it is listed", lambda: avcp("search", "fetched"))
    assert len(listed) == 1


def test_edit_bookmark_rm(house, start_server, writable, avcp):
    start_server(writable, options=["--writable", writable])
    song = f"{FOLDER}/A/Song 1"
    avcp("edit", song, "dc:title=Comma, backslash \\ & <tag>")
    changed = by_title(avcp("ls", f"{FOLDER}/A"))
    assert list(changed) == ["Comma, backslash \\ & <tag>"]
    item = changed["Comma, backslash \\ & <tag>"]["id"]
    assert avcp("-s", "Attic", "bookmark", item)["position_s"] is None
    assert avcp("-s", "Attic", "bookmark", item, "1:05")["position_s"] == 65
    assert avcp("-s", "Attic", "bookmark", item)["position_s"] == 65
    avcp("-s", "Attic", "edit", item, "title", code=2, json=False)
    avcp("-s", "Attic", "edit", item, "title=x", code=2, json=False)
    # where it is shown by a reference the item is changed
    avcp("edit", "Attic:/Music/All tracks/Comma, backslash \\ & <tag>", "dc:title=Plain")
    assert list(by_title(avcp("ls", f"{FOLDER}/A"))) == ["Plain"]
    avcp("-s", "Attic", "rm", item)
    avcp("ls", f"{FOLDER}/A", code=3, json=False)  # a folder with nothing in it is not shown
    assert (writable / "A/01.flac").exists()  # the entry goes, the file stays


def test_what_may_not_be_changed(start_server, writable, avcp):
    start_server(writable)
    song = f"{FOLDER}/A/Song 1"
    for words in (["mkdir", f"{FOLDER}/New"], ["rm", song], ["edit", song, "dc:title=x"]):
        assert avcp(*words, code=4, json=False).stderr.count("\n") == 1
    assert (writable / "A/01.flac").exists()


def test_put_that_is_never_fetched(house):
    """The server said that it would: after a minute, twenty times as fast here, it is told to let it be."""
    address = house.hosts["server"].addresses["living"]
    server = house.hosts["server"].start(["/usr/bin/python3", BREAKING, address, "7200", "fetches-never"])
    wait_until("it listens", lambda: "READY" in server.output())
    track = house.folder / "New.mp3"
    track.write_bytes(bytes(1000))
    shim = BUILD / "tests/support/libclock-shim.so"
    result = house.hosts["phone"].run(
        [AVCP, "--timeout", "300", "-s", f"http://{address}:7200/0", "put", "--import", track, "0"], check=False,
        seconds=120, env={"LD_PRELOAD": str(shim), "AV_CLOCK_RATE": "20",
                          "ASAN_OPTIONS": os.environ.get("ASAN_OPTIONS", "") + ":verify_asan_link_order=0"})
    assert result.returncode == 5 and "fetched nothing for 60 s" in result.stderr, result.stderr
    assert "STOPPED 77" in server.output()


# what the server is like → exit code of put, the uploads it saw (first octet, octets), what the user is told
BREAKS = {
    "resumes": (0, [(0, 100_000), (100_000, 200_000)], None),
    "forgets": (5, [(0, 100_000)], "/import"),
    "full": (4, [(0, 0)], "507"),
    "fetches": (0, [(0, 0)], None),
    "fetches-half": (4, [(0, 0)], "gave up fetching the file from here after 100000 octets"),
}


@pytest.mark.parametrize("kind", BREAKS)
def test_an_upload_that_breaks_off(house, avcp, kind):
    code, uploads, told = BREAKS[kind]
    address = house.hosts["server"].addresses["living"]
    server = house.hosts["server"].start(["/usr/bin/python3", BREAKING, address, "7200", kind], name="breaking")
    wait_until("it listens", lambda: "READY" in server.output())
    track = house.folder / "New.mp3"
    track.write_bytes(bytes(number % 251 for number in range(300_000)))
    result = avcp("-s", f"http://{address}:7200/0", "put", str(track), "0", code=code, json=code == 0)
    seen = [tuple(map(int, line.split()[1:])) for line in server.output().splitlines() if line.startswith("UPLOAD")]
    assert seen == uploads
    if code == 0:
        assert f"GOT {digest(track)}" in server.output()
    else:
        assert told in result.stderr and result.stderr.count("\n") == 1
