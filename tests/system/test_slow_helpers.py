# SPDX-License-Identifier: LGPL-2.1-or-later
"""Helpers that do not come up: on a disk that sleeps, of another version, not installed. The programs go on, or say why not."""

import json
import pathlib
import re

import pytest

from conftest import PYTHON, RENDERER, SERVER
from house import wait_until
from test_renderer import SUPPORT, Remote

# A helper that is loaded from a disk that takes its time: none until the file is gone, then the real one.
SLOW = "#!/bin/sh\nwhile [ -e {hang} ]; do sleep 0.05; done\nexec {real}\n"


@pytest.fixture
def libexec(house):
    """libexec(name=None or text of a script) → environment with a folder of helpers, some of which are others."""

    def make(**helpers):
        real = pathlib.Path(house.env["AV_UPNP_LIBEXECDIR"])
        folder = house.folder / "libexec"
        folder.mkdir()
        folder.chmod(0o755)
        for path in real.iterdir():
            if path.name not in helpers:
                (folder / path.name).symlink_to(path)
        for name, script in helpers.items():
            if script is not None:
                (folder / name).write_text(script.format(real=real / name, hang=house.folder / "hang"))
                (folder / name).chmod(0o755)
        return {"AV_UPNP_LIBEXECDIR": str(folder)}

    return make


def start(house, host, program, *words, env):
    process = house.hosts[host].start([program, "--state-dir", house.folder / f"state-{host}", *words], env=env)
    process.wait_log("description.xml")
    return process


def ask(house, process, service, action):
    """A control point on the host `phone`."""
    url = re.search(r"(http://10\.71\.[0-9.]+:\d+)/description", process.log()).group(1)
    line = json.dumps([[service, action, {}]])
    return json.loads(house.hosts["phone"].ask([PYTHON, "-B", str(SUPPORT / "soap.py"), url], line))[0]


def status(house, host, program):
    return house.hosts[host].run([program, "--state-dir", house.folder / f"state-{host}", "status"]).stdout


def test_server(house, library, libexec, avcp):
    """Workers and links hang at their start: control answers all the while, and all is there once they do."""
    hang = house.folder / "hang"
    hang.touch()
    server = start(house, "server", SERVER, "--name", "Attic", library, env=libexec(worker=SLOW, link=SLOW))
    # of the main thread, both
    assert "Attic" in status(house, "server", SERVER)
    assert "http-get:*:audio/mpeg" in ask(house, server, "ConnectionManager", "GetProtocolInfo")["Source"]
    assert "scan finished" not in server.log() and hang.exists()
    hang.unlink()
    server.wait_log("scan finished")
    wait_until("it is found", lambda: any(device["name"] == "Attic" for device in avcp("devices")))


def test_server_ends(house, library, libexec):
    """It is told to end while nothing is up yet."""
    (house.folder / "hang").touch()
    server = start(house, "server", SERVER, library, env=libexec(worker=SLOW, link=SLOW))
    assert server.stop()[0] == 0


def test_renderer(house, libexec):
    hang = house.folder / "hang"
    hang.touch()
    tv = start(house, "tv", RENDERER, "--audio-sink", "fakesink", env=libexec(media=SLOW))
    remote = Remote(house, tv)
    assert remote.state() == "NO_MEDIA_PRESENT"
    assert "NO_MEDIA_PRESENT" in status(house, "tv", RENDERER)
    assert "audio/" not in remote.call("ConnectionManager", "GetProtocolInfo")["Sink"] and hang.exists()
    hang.unlink()
    wait_until("it can play", lambda: "audio/" in remote.call("ConnectionManager", "GetProtocolInfo")["Sink"])


NOT_THERE = [("server", SERVER, "worker", None, "No such file or directory"),
             ("server", SERVER, "worker", "#!/bin/sh\nexit 0\n", "ended"),
             ("tv", RENDERER, "media", None, "No such file or directory")]


@pytest.mark.parametrize("host, program, helper, script, why", NOT_THERE, ids=["worker", "silent-worker", "media"])
def test_not_there(house, library, libexec, host, program, helper, script, why):
    """Without it there is nothing to do: one sentence that names it, and the end."""
    words = [library] if program == SERVER else ["--audio-sink", "fakesink"]
    process = house.hosts[host].start(
        [program, "--state-dir", house.folder / f"state-{host}", *words], env=libexec(**{helper: script}))
    assert process.wait(60) == 1
    last = process.log().splitlines()[-1]
    assert helper in last and why in last, process.log()
