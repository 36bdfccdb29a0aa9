# SPDX-License-Identifier: LGPL-2.1-or-later
"""Content that comes and goes without its control point, and uploads that never come."""

import time
import xml.etree.ElementTree as ElementTree

import pytest

from house import wait_until
from test_server import PYTHON, SUPPORT, subscribe  # noqa: F401 (a fixture)
from test_writing import path_of, res_of, start_writing, writable  # noqa: F401 (fixtures)

ALL = ("--allow", "create", "--allow", "destroy", "--allow", "import", "--allow", "export")
SIZE = 600_000  # the origin's faults show after 200,000


@pytest.fixture
def origin(house):
    """origin("take/NAME") → address on a web server; what it keeps is in origin.folder."""
    folder = house.folder / "web"
    folder.mkdir()
    (folder / "far.wav").write_bytes(b"far away")
    (folder / "long.wav").write_bytes(b"x" * SIZE)
    address = house.hosts["tv"].addresses["living"]
    process = house.hosts["tv"].start([PYTHON, "-B", SUPPORT / "origin.py", address, folder], name="origin")
    port = wait_until("the origin serves", lambda: process.output().split("\n")[0])

    def url(path):
        return f"http://{address}:{port}/{path}"

    url.folder = folder
    yield url
    process.stop()


def promise(ask, title):
    """(id of an item without content, its importUri)"""
    reply = ask.create("DLNA.ORG_AnyContainer", title, "object.item.audioItem", "audio/wav")
    return reply["ObjectID"], res_of(ElementTree.fromstring(reply["Result"])[0]).get("importUri")


def progress(ask, transfer):
    return ask.call("GetTransferProgress", TransferID=transfer)


def wait_status(ask, transfer, status):
    return wait_until(f"transfer {transfer} is {status}", lambda: (
        answer := progress(ask, transfer))["TransferStatus"] == status and answer)


def test_import(start_writing, writable, origin):
    _, ask = start_writing(*ALL)
    _, target = promise(ask, "Far")
    transfer = ask.call("ImportResource", SourceURI=origin("plain/far.wav"), DestinationURI=target)["TransferID"]
    assert wait_status(ask, transfer, "COMPLETED") == {
        "TransferStatus": "COMPLETED", "TransferLength": "8", "TransferTotal": "8"}
    assert (writable / "Far.wav").read_bytes() == b"far away"
    assert ask.call("StopTransferResource", TransferID=transfer) == {"error": 717}
    # one that fails, one that is sent to where nobody may fetch (SEC-107)
    for title, path in (("Gone", "plain/none.wav"), ("Cut", "cut/long.wav"),
                        ("Near", "away/x?to=http://127.0.0.1:1/x")):
        _, target = promise(ask, title)
        transfer = ask.call("ImportResource", SourceURI=origin(path), DestinationURI=target)["TransferID"]
        wait_status(ask, transfer, "ERROR")
        assert not (writable / f"{title}.wav").exists()


def test_import_is_stopped_and_done_again(start_writing, writable, origin):
    _, ask = start_writing(*ALL)
    item, target = promise(ask, "Long")
    started = {"SourceURI": origin("silent/long.wav"), "DestinationURI": target}
    transfer = ask.call("ImportResource", **started)["TransferID"]
    wait_until("some of it is there", lambda: progress(ask, transfer) == {
        "TransferStatus": "IN_PROGRESS", "TransferLength": "200000", "TransferTotal": str(SIZE)})
    # the same once more, and an upload of it
    assert ask.call("ImportResource", **started) == {"error": 716}
    assert ask.send(path_of(target), text="x") in (403, 409)
    assert ask.call("StopTransferResource", TransferID=transfer) == {}
    assert progress(ask, transfer)["TransferStatus"] == "STOPPED"
    assert ask.call("StopTransferResource", TransferID=transfer) == {"error": 717}
    assert not (writable / "Long.wav").exists()
    started["SourceURI"] = origin("plain/long.wav")
    again = wait_until("it is free", lambda: ask.call("ImportResource", **started).get("TransferID"))
    wait_status(ask, again, "COMPLETED")
    assert (writable / "Long.wav").stat().st_size == SIZE
    assert res_of(ask.metadata(item)).get("importUri") is None


def test_export(start_writing, writable, origin):
    (writable / "big.wav").write_bytes(b"RIFF" + bytes(20_000_000))
    _, ask = start_writing(*ALL)
    songs = {e.findtext("{http://purl.org/dc/elements/1.1/}title"): res_of(e).text for e in ask.browse("music-tracks")}
    song = (writable / "A/01.flac").read_bytes()

    def export(title, path):
        return ask.call("ExportResource", SourceURI=songs[title], DestinationURI=origin(path))["TransferID"]

    answer = wait_status(ask, export("Song 1", "take/copy.flac"), "COMPLETED")
    assert (answer["TransferLength"], answer["TransferTotal"]) == (str(len(song)), str(len(song)))
    assert (origin.folder / "copy.flac").read_bytes() == song
    wait_status(ask, export("Song 1", "refuse/x"), "ERROR")
    # four at once and no more; one that is stopped makes room
    slow = [export("big", f"stall/{n}") for n in range(4)]
    assert {progress(ask, t)["TransferStatus"] for t in slow} == {"IN_PROGRESS"}
    more = {"SourceURI": songs["big"], "DestinationURI": origin("stall/more")}
    assert ask.call("ExportResource", **more) == {"error": 716}
    assert ask.call("StopTransferResource", TransferID=slow[0]) == {}
    assert progress(ask, slow[0])["TransferStatus"] == "STOPPED"
    assert "TransferID" in ask.call("ExportResource", **more)
    (writable / "A/01.flac").chmod(0)
    assert ask.call("ExportResource", SourceURI=songs["Song 1"], DestinationURI=origin("take/x")) == {"error": 715}


def test_transfers_are_evented(start_writing, origin, subscribe):
    _, ask = start_writing(*ALL)
    events = subscribe(f"{ask.url}/event/ContentDirectory", "phone", "living")
    _, target = promise(ask, "Long")
    transfer = ask.call("ImportResource", SourceURI=origin("silent/long.wav"), DestinationURI=target)["TransferID"]

    def told():
        return [e["variables"]["TransferIDs"] for e in events() if "TransferIDs" in e["variables"]]

    wait_until("it began", lambda: told()[-1:] == [transfer])
    ask.call("StopTransferResource", TransferID=transfer)
    wait_until("it ended", lambda: told()[-1:] == [None])


def test_uploads_that_do_not_come_are_forgotten(start_writing, writable):
    _, ask = start_writing(*ALL, "--upload-wait", "3s", "--upload-resume", "8s")
    half, upload = promise(ask, "Half")
    host = ask.url.split("//")[1]
    ask.house.hosts["phone"].run(
        ["bash", "-c", f"exec 3<>/dev/tcp/{host.replace(':', '/')}; printf 'POST {path_of(upload)} HTTP/1.1\\r\\n"
         f"Host: {host}\\r\\nContent-Length: 10\\r\\n\\r\\nabcde' >&3; sleep 0.3"])
    began = time.monotonic()
    never, _ = promise(ask, "Never")
    parts = lambda: sorted(p.name for p in writable.iterdir() if p.name.startswith(".av-upnp"))  # noqa: E731
    assert len(parts()) == 2
    wait_until("what nobody sent is gone", lambda: ask.metadata(never) == {"error": 701}, 15)
    if time.monotonic() - began < 7:
        assert ask.metadata(half) != {"error": 701}, "half of it waits for the rest"
    wait_until("half of it is gone", lambda: ask.metadata(half) == {"error": 701}, 20)
    assert parts() == []
    assert ask.send(path_of(upload), text="late") == 404
