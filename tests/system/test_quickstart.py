# SPDX-License-Identifier: LGPL-2.1-or-later
"""The second stage of tools/quickstart: what it prints is true, and what it tells to type works."""

import pathlib
import re
import shlex
import signal
import time

import pytest

from conftest import AVCP, PYTHON, RENDERER, SERVER
from house import SOON_S, wait_until

SCRIPT = pathlib.Path(__file__).parents[2] / "tools/quickstart.py"


@pytest.fixture
def quickstart(house):
    """quickstart(host, words…) → Process that has said all it has to say."""
    prefix = house.folder / "prefix"
    (prefix / "bin").mkdir(parents=True)
    for path in (SERVER, RENDERER, AVCP):
        (prefix / "bin" / path.name).symlink_to(path)
    (prefix / "bin/avcp").symlink_to(AVCP)

    def start(host, *words):
        process = house.hosts[host].start(
            [PYTHON, "-B", SCRIPT, prefix, "--state-dir", house.folder / "quickstart", *words])
        wait_until("it has said how to end it", lambda: "Ctrl-C" in process.output() or process.popen.poll(), 20)
        return process

    return start


def command(process, verb):
    """The line that it tells to type, as words."""
    line = next(line for line in process.output().splitlines() if re.search(rf"avcp\b.* {verb} ", line))
    return shlex.split(line)


def test_a_network(house, library, quickstart, avcp, eventually):
    start = time.monotonic()
    process = quickstart("server", "--name", "Attic", "--with-renderer", library)
    assert time.monotonic() - start < 30  # two starts of sanitized programs; bench-start looks at the 2 s that are promised
    said = process.output()
    assert '"Attic" shares' in said and str(library) in said and "8 items so far" in said
    for network in ("living", "attic"):
        address = house.hosts["server"].addresses[network]
        assert re.search(rf"http://{re.escape(address)}:\d+/description\.xml   visible to every device on "
                         rf"{re.escape(address.rpartition('.')[0])}\.0/24", said)
    renderer = next(d["name"] for d in avcp("devices") if d["type"] == "renderer")
    house.hosts["phone"].run(command(process, "play"))
    assert avcp("-r", renderer, "status")["uri"].startswith("http://10.7")
    code, seconds = process.stop(signal.SIGINT)
    assert seconds < SOON_S and "ending" in process.log()
    eventually("nobody is left", lambda: avcp("devices") == [], 10)


def test_loopback(house, library, quickstart):
    process = quickstart("phone", "--interface", "lo", "--name", "Attic", "--with-renderer", library)
    first_url = re.search(r"http://\S+", process.output()).group(0)
    assert first_url.startswith("http://127.0.0.1:") and first_url.endswith(".xml")
    listing = house.hosts["phone"].run(command(process, "ls")).stdout
    assert "Music" in listing
    house.hosts["phone"].run(command(process, "play"))


def test_what_cannot_be_shared(house, quickstart):
    process = quickstart("phone", house.folder / "nowhere")
    assert process.wait() == 1
    assert process.log().strip() == f"quickstart: '{house.folder}/nowhere' is not a folder"
