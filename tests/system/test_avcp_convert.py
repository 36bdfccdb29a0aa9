# SPDX-License-Identifier: LGPL-2.1-or-later
"""What neither a server nor this host has in a form that the renderer plays: converted on this host, judged by
the octets that the renderer is given. As an ordinary user: the server that converts does not run as root."""

import json
import os
import subprocess
import time

import pytest

import media
from conftest import AVCP, SERVER
from house import wait_until
from test_avcp_queue import Fake

NOBODY = 65534
HERTZ = 997
SECONDS = 6


def tone(path, *codec):
    media.ffmpeg("-f", "lavfi", "-i", f"sine=frequency={HERTZ}:duration={SECONDS}:sample_rate=48000",
                 "-ac", "2", *codec, path)


def hertz(path, *form):
    """Frequency and length of what is in a file, by its decoded samples."""
    raw = subprocess.run(["ffmpeg", "-v", "error", *form, "-i", path, "-f", "s16le", "-ac", "1", "-ar", "48000", "-"],
                         check=True, capture_output=True).stdout
    samples = memoryview(raw).cast("h")
    middle = samples[len(samples) // 4:len(samples) // 4 + 48000]
    return sum(1 for a, b in zip(middle, middle[1:]) if a < 0 <= b), len(samples) / 48000


@pytest.fixture
def user(house):
    """An ordinary user on the phone: runs avcp there, whose daemon ends with the house."""
    home = house.folder / "home"
    home.mkdir()
    os.chown(home, NOBODY, NOBODY)
    env = {"HOME": str(home), "XDG_RUNTIME_DIR": str(home),
           "PATH": f"{SERVER.parent}:{os.environ['PATH']}"}  # as installed, it is beside avcp
    become = ["setpriv", f"--reuid={NOBODY}", f"--regid={NOBODY}", "--clear-groups", AVCP]
    house.hosts["phone"].start([*become, "daemon"], env=env, ready=True, name="daemon")

    def run(renderer, *words, code=0):
        result = house.hosts["phone"].run([*become, "--json", "-r", renderer.url, *words], env=env, check=False,
                                          seconds=90)
        assert result.returncode == code, f"{words}: {result.returncode}\n{result.stdout}{result.stderr}"
        return json.loads(result.stdout) if code == 0 else result.stderr

    run.home = home
    return run


def fetched(house, fake, number):
    """What the renderer gets at the URI it was given as its track of that number."""
    wait_until("the track begins", lambda: len(fake.begun()) > number, 30)
    path = house.folder / f"fetched-{number}"
    house.hosts["tv"].run(["curl", "-sSf", "--max-time", "60", "-o", path, fake.begun()[number]])
    return path


@pytest.mark.parametrize("habit,form", [("gapless", ["-f", "mp3"]),
                                        ("lpcm", ["-f", "s16be", "-ar", "48000", "-ac", "2"])])
def test_files_are_converted(house, user, habit, form):
    fake = Fake(house, 7100, habit, 3)
    flac, opus = user.home / "Tone one.flac", user.home / "Tone two.opus"
    tone(flac)
    tone(opus, "-c:a", "libopus")
    for path in (flac, opus):
        os.chmod(path, 0o600)
        os.chown(path, NOBODY, NOBODY)
    refused = user(fake, "play", flac, code=3)
    assert "--transcode" in refused
    assert fake.begun() == []
    user(fake, "--transcode", "play", flac, opus)
    for number in range(2):
        frequency, seconds = hertz(fetched(house, fake, number), *form)
        assert abs(frequency - HERTZ) <= 2
        assert abs(seconds - SECONDS) < 0.5
    titles = [entry["title"] for entry in user(fake, "queue")]
    assert titles == ["Tone one", "Tone two"]
    if habit == "gapless":
        check_pruning(user, fake, flac, opus)


def check_pruning(user, fake, *files):
    """What was staged is taken away once it is in no queue and nobody may be about to put it into one."""
    def staged():
        return {path.name: path for path in user.home.rglob("Tone *") if path not in files}

    assert set(staged()) == {"Tone one.flac", "Tone two.opus"}
    user(fake, "queue", "remove", "1")
    assert set(staged()) == {"Tone one.flac", "Tone two.opus"}, "it was staged just now"
    long_ago = time.time() - 2 * 3600
    for path in staged().values():
        os.utime(path.parent, (long_ago, long_ago))
    user(fake, "queue", "add", "http://192.0.2.7/9.mp3")
    user(fake, "queue", "remove", "2")
    assert set(staged()) == {"Tone two.opus"}, "the other is in the queue"
    user(fake, "queue", "clear")
    assert staged() == {}


def test_an_item_of_a_server_is_converted(house, user):
    """The server has FLAC and is told to convert nothing: as many are."""
    fake = Fake(house, 7100, "gapless", 3)
    share = house.folder / "share/Music"
    share.mkdir(parents=True)
    tone(share / "Tone.flac", "-metadata", "title=A tone")
    server = house.hosts["server"].start(
        [SERVER, "--name", "Attic", "--convert=no", "--state-dir", house.folder / "state-attic", share.parent],
        ready=True)
    server.wait_log("scan finished", 30)
    url = f"http://{house.hosts['server'].addresses['living']}:{server_port(server)}/description.xml"
    refused = user(fake, "-s", url, "play", "/Music/All tracks/A tone", code=4)
    assert "no form that the renderer plays" in refused
    done = user(fake, "-s", url, "--transcode", "play", "/Music/All tracks/A tone")
    told = house.hosts["tv"].run([AVCP, "devices"]).stdout
    assert "Attic" in told, "it is looked in the right place"
    assert "Conversions" not in told
    assert done["done"] == "play"
    frequency, seconds = hertz(fetched(house, fake, 0), "-f", "mp3")
    assert abs(frequency - HERTZ) <= 2
    assert abs(seconds - SECONDS) < 0.5
    assert user(fake, "queue")[0]["title"] == "A tone"
    assert "A tone" in user(fake, "queue")[0]["metadata"]


def server_port(server):
    line = next(line for line in server.log().splitlines() if "serving on" in line)
    return line.rsplit(":", 1)[1].split("/")[0]


def test_root_is_told(house):
    fake = Fake(house, 7100, "gapless", 3)
    tone(house.folder / "t.flac")
    house.hosts["phone"].start([AVCP, "daemon"], ready=True, name="daemon")  # or one is started that stays
    result = house.hosts["phone"].run([AVCP, "-r", fake.url, "--transcode", "play", house.folder / "t.flac"],
                                      check=False)
    assert result.returncode != 0
    assert "ordinary user" in result.stderr
