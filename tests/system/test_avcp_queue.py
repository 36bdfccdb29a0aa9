# SPDX-License-Identifier: LGPL-2.1-or-later
"""Queues of the control point: renderers with every habit play an album once, in order, and the terminal may
be closed meanwhile."""

import contextlib
import hashlib
import json
import os
import pathlib
import re
import shlex
import shutil
import signal
import socket

import pytest

import avcp_schema
import media as media_maker
from conftest import AVCP, BUILD
from house import wait_until
from terminal import Terminal

FAKE = pathlib.Path(__file__).parent.parent / "support/fake_renderer.py"
ALBUM = [f"http://192.0.2.7/a&b=/{number}.mp3" for number in (1, 2, 3)]


class Fake:
    def __init__(self, house, port, habit, seconds, address=None, host="tv"):
        host = house.hosts[host]
        address = address or host.addresses["living"]
        self.url = f"http://[{address}]:{port}/0" if ":" in address else f"http://{address}:{port}/0"
        self.process = host.start(["/usr/bin/python3", FAKE, address, port, habit, seconds], name=f"fake-{habit}")
        wait_until("the fake listens", lambda: "READY" in self.process.output())

    def begun(self):
        return [line.split()[1] for line in self.process.output().splitlines() if line.startswith("BEGIN ")]

    def ended(self):
        return [line.split()[1] for line in self.process.output().splitlines() if line.startswith("END ")]


@pytest.fixture
def daemon(house):
    """Ended with the house, as it belongs to no terminal."""
    process = house.hosts["phone"].start([AVCP, "daemon"], ready=True, name="daemon")
    yield process
    assert process.stop(signal.SIGTERM)[0] == 0


@pytest.fixture
def queue(house):
    def run(renderer, *words, code=0):
        command = [AVCP, "--json", "-r", renderer.url if isinstance(renderer, Fake) else renderer, *words]
        result = house.hosts["phone"].run(command, check=False)
        assert result.returncode == code, f"{words}: {result.returncode}\n{result.stdout}{result.stderr}"
        if code != 0 or not result.stdout.strip():
            return result
        output = json.loads(result.stdout)
        avcp_schema.check(words, output)
        return output

    return run


def ask(house, order, home=""):
    """What the daemon answers."""
    with socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET) as daemon:
        daemon.connect(str(house.folder / home / ".local/state/av-upnp/avcp/control"))
        daemon.send(json.dumps(order).encode())
        return daemon.recv(1 << 17)


# habit → (what plays, what is learned)
HABITS = {
    "gapless": (ALBUM, "gapless"),
    "stops": (ALBUM, "stops"),
    "drops": (ALBUM, "drops"),
    "missing": (ALBUM, "missing"),
    "nameless": (ALBUM, "gapless"),
    "stubborn": (ALBUM, "missing"),
    "refuses": ([ALBUM[0], ALBUM[2]], None),
    "deaf": (ALBUM, None),  # what failed as the next is tried once by itself
    "swapped": (ALBUM, "gapless"),
    "untidy": (ALBUM, "gapless"),
    "relative": (ALBUM, "gapless"),
    "based": (ALBUM, "gapless"),
    "absolute": (ALBUM, "gapless"),
    "twins": (ALBUM, "gapless"),
    "newer": (ALBUM, "gapless"),
    "eventless": (ALBUM, "gapless"),
    "sparse": (ALBUM, "missing"),
}


def test_every_habit_plays_the_album_once(house, daemon, queue):
    hosts = ("tv", "server")  # no more than so many devices are believed of one address
    fakes = {habit: Fake(house, 7100 + number, habit, 5, host=hosts[number % 2]) for number, habit in enumerate(HABITS)}
    for fake in fakes.values():
        queue(fake, "queue", "add", *ALBUM)
        queue(fake, "queue", "play")
    for habit, fake in fakes.items():
        wait_until(f"{habit} is through", lambda: fake.ended()[-1:] == [ALBUM[2]], 60)
    for habit, fake in fakes.items():
        assert fake.begun() == HABITS[habit][0], habit
        assert HABITS[habit][1] in (None, queue(fake, "info")["next"]), habit
        wait_until(f"the queue of {habit} is over",
                   lambda: not any(entry["playing"] for entry in queue(fake, "queue")), 10)
    daemon.stop(signal.SIGTERM)
    kept = json.loads((house.folder / ".local/state/av-upnp/avcp/queues.json").read_text())
    learned = {entry["name"].split()[1]: entry["next"] for entry in kept}
    for habit, (_, expected) in HABITS.items():
        assert expected is None or learned[habit] == expected, habit
    # the next daemon knows it, too
    again = house.hosts["phone"].start([AVCP, "daemon"], ready=True, name="daemon-again")
    assert queue(fakes["drops"], "info")["next"] == "drops"
    assert again.stop(signal.SIGTERM)[0] == 0


def test_what_is_over_before_the_first_look(house, daemon, queue):
    """It was played, alone and in a queue; what never began is told from it where anybody knows how long it is."""
    brief = Fake(house, 7100, "brief", 0.02)
    assert queue(brief, "play", ALBUM[0])["state"] == "over"
    assert brief.begun() == brief.ended() == ALBUM[:1]
    told = house.hosts["phone"].run(["script", "-qec", f"{AVCP} -r {brief.url} play '{ALBUM[0]}'", "/dev/null"]).stdout
    assert "Now: over already" in told
    assert queue(brief, "play", "--no-wait", ALBUM[0])["state"] is None
    queue(brief, "--timeout", "30s", "play", *ALBUM)
    wait_until("the album is through", lambda: brief.ended()[3:] == ALBUM)
    wait_until("the queue is over", lambda: not any(entry["playing"] for entry in queue(brief, "queue")))
    lazy = Fake(house, 7101, "lazy", 50)
    assert "does not play within the time-out" in queue(lazy, "--timeout", "1s", "play", ALBUM[0], code=5).stderr
    unknown = Fake(house, 7102, "lazy", 0)
    assert queue(unknown, "--timeout", "1s", "play", ALBUM[0])["state"] == "stopped"


def test_what_cannot_be_played_at_all(house, daemon, queue):
    """Nothing of the queue: whoever told it to play learns why, also when it is one thing only."""
    fake = Fake(house, 7100, "refuses", 5)
    for names in (["2.mp3", "b2.mp3"], [f"{number}2.mp3" for number in range(9)]):
        uris = [f"http://192.0.2.7/{name}" for name in names]
        assert "714 Illegal MIME-type" in queue(fake, "play", *uris, code=4).stderr
    assert fake.begun() == []


def test_more_devices_than_are_believed_of_an_address(house, daemon, queue):
    """LIM-04: the queue of the seventeenth would never play, and whoever adds to it is told; places where there is
    nothing are no devices."""
    fake = Fake(house, 7100, "gapless", 5)

    def add(number, url):
        renderer = {"udn": f"uuid:{number}", "name": "none", "location": url}
        answer = json.loads(ask(house, {"do": "add", "renderer": renderer, "items": []}))
        assert "error" not in answer, answer

    for number in range(16):
        add(number, f"http://{house.hosts['tv'].addresses['living']}:9/{number}")
    wait_until("it has its place", lambda: house.hosts["phone"].run(
        [AVCP, "-r", fake.url, "queue", "add", *ALBUM], check=False).returncode == 0)
    for number in range(16, 31):
        url = fake.url.removesuffix("/0") + f"/{number}"
        add(number, url)
        wait_until("it is looked at", lambda: f"ASKED /{number}\n" in fake.process.output())
    other = Fake(house, 7101, "gapless", 5)
    for _ in range(2):
        assert "too many devices" in queue(other, "queue", "add", *ALBUM, code=1).stderr


def test_changing_the_queue(house, daemon, queue):
    fake = Fake(house, 7100, "gapless", 30)

    def uris():
        return [entry["uri"][-5:] for entry in queue(fake, "queue")]

    assert queue(fake, "queue") == []
    queue(fake, "queue", "add", *ALBUM)
    queue(fake, "queue", "insert", "2", "http://192.0.2.7/9.mp3")
    assert uris() == ["1.mp3", "9.mp3", "2.mp3", "3.mp3"]
    queue(fake, "queue", "move", "2", "4")
    assert uris() == ["1.mp3", "2.mp3", "3.mp3", "9.mp3"]
    queue(fake, "queue", "play", "2")
    wait_until("the second plays", lambda: fake.begun() == [ALBUM[1]])
    assert [entry["playing"] for entry in queue(fake, "queue")] == [False, True, False, False]
    queue(fake, "next")
    wait_until("the third plays", lambda: fake.begun()[1:] == [ALBUM[2]])
    queue(fake, "prev")
    wait_until("the second plays again", lambda: fake.begun()[2:] == [ALBUM[1]])
    # what plays is taken out: the one behind it plays
    queue(fake, "queue", "remove", "2")
    wait_until("the third plays again", lambda: fake.begun()[3:] == [ALBUM[2]])
    # the last entry: nothing is left that could play
    queue(fake, "queue", "move", "2", "3")
    queue(fake, "queue", "remove", "3")
    wait_until("it is stopped", lambda: "CALLED Stop" in fake.process.output())
    queue(fake, "queue", "insert", "2", ALBUM[2])
    path = house.folder / "evening.json"
    queue(fake, "queue", "save", str(path))
    queue(fake, "queue", "clear")
    assert uris() == []
    queue(fake, "queue", "load", str(path))
    assert uris() == ["1.mp3", "3.mp3", "9.mp3"]
    queue(fake, "queue", "play", "9", code=3)
    queue(fake, "queue", "remove", "0", code=2)
    queue(fake, "queue", "remove", "3-1", code=2)
    queue(fake, "queue", "move", "1", "7", code=3)
    queue(fake, "queue", "shuffle", code=2)
    queue(fake, "queue", "load", "/nowhere/evening.json", code=3)


def test_somebody_else_takes_over(house, daemon, queue):
    fake = Fake(house, 7100, "gapless", 8)
    queue(fake, "queue", "add", *ALBUM)
    queue(fake, "queue", "play")
    wait_until("it plays", lambda: any(entry["playing"] for entry in queue(fake, "queue")))
    queue(fake, "play", "http://192.0.2.7/other.mp3")
    wait_until("the queue lets it be", lambda: not any(entry["playing"] for entry in queue(fake, "queue")), 15)
    assert fake.begun()[-1].endswith("other.mp3")


def test_stop_ends_the_queue(house, daemon, queue):
    fake = Fake(house, 7100, "gapless", 3)  # all of it is near its end
    queue(fake, "queue", "add", *ALBUM)
    queue(fake, "queue", "play")
    wait_until("it plays", lambda: fake.begun() == [ALBUM[0]])
    queue(fake, "stop")
    assert not any(entry["playing"] for entry in queue(fake, "queue"))
    assert fake.begun() == [ALBUM[0]]


def test_stop_that_the_renderer_refuses(house, daemon, queue):
    fake = Fake(house, 7100, "unstoppable", 30)
    queue(fake, "play", *ALBUM)
    told = queue(fake, "stop", code=4).stderr
    assert "701" in told, told
    assert not any(entry["playing"] for entry in queue(fake, "queue"))


def test_another_album_instead(house, daemon, queue):
    """The renderer is still stopping when the new queue is to play."""
    fake = Fake(house, 7100, "slow", 30)
    other = [f"http://192.0.2.7/other/{number}.mp3" for number in (1, 2)]
    queue(fake, "play", *ALBUM)
    wait_until("it plays", lambda: fake.begun() == ALBUM[:1])
    queue(fake, "play", *other)
    wait_until("the other one plays", lambda: fake.begun()[1:] == other[:1])
    assert [entry["uri"] for entry in queue(fake, "queue")] == other


def test_sleep(house, daemon, queue):
    fake = Fake(house, 7100, "gapless", 30)
    assert queue(fake, "sleep")["sleep_s"] is None
    queue(fake, "queue", "add", *ALBUM)
    queue(fake, "queue", "play")
    wait_until("it plays", lambda: fake.begun() == [ALBUM[0]])
    assert 100 < queue(fake, "sleep", "2m")["sleep_s"] <= 120
    assert queue(fake, "sleep", "off")["sleep_s"] is None
    queue(fake, "sleep", "1")
    wait_until("it is stopped", lambda: not any(entry["playing"] for entry in queue(fake, "queue")))
    assert queue(fake, "status")["state"] == "stopped"


def daemons_of(house):
    """Process ids of daemons that verbs in this house have started, without the helper each has forked."""
    found = {}
    for folder in pathlib.Path("/proc").glob("[0-9]*"):
        try:
            words = (folder / "cmdline").read_bytes().split(b"\0")
            if words[:2] == [b"avcp", b"daemon"] and str(house.folder).encode() in (folder / "environ").read_bytes():
                found[int(folder.name)] = int((folder / "stat").read_text().rpartition(")")[2].split()[1])
        except (FileNotFoundError, ProcessLookupError):
            pass
    return [pid for pid, parent in found.items() if parent not in found]


def test_daemon_is_started_and_keeps_the_queue(house, queue):
    fake = Fake(house, 7100, "gapless", 30)
    queue(fake, "queue", "add", *ALBUM)  # nobody started one
    (first,) = daemons_of(house)
    os.kill(first, signal.SIGKILL)  # not even then is the queue lost
    wait_until("it is gone", lambda: first not in daemons_of(house))
    assert [entry["uri"] for entry in queue(fake, "queue")] == ALBUM
    wait_until("its helpers are gone, too", lambda: len(daemons_of(house)) == 1)
    (second,) = daemons_of(house)
    os.kill(second, signal.SIGTERM)
    wait_until("it ends when it is told to", lambda: not daemons_of(house))


def test_it_ends_when_nobody_needs_it(house):
    """Ten minutes, four hundred times as fast here; where a timer is to stop a renderer later, it stays."""
    def start(name):
        (house.folder / name).mkdir()
        return house.hosts["phone"].start([AVCP, "daemon"], ready=True, name=name, env={
            "HOME": str(house.folder / name), "AV_CLOCK_RATE": "400",
            "LD_PRELOAD": str(BUILD / "tests/support/libclock-shim.so"),
            "ASAN_OPTIONS": os.environ.get("ASAN_OPTIONS", "") + ":verify_asan_link_order=0"})

    needed = start("needed")
    renderer = {"udn": "uuid:1", "name": "none", "location": f"http://{house.hosts['tv'].addresses['living']}:9/0"}
    answer = json.loads(ask(house, {"do": "sleep", "renderer": renderer, "seconds": 86400}, "needed"))
    assert answer["sleep_s"] > 80000, answer
    idle = start("idle")

    def has_ended():
        for name in ("needed", "idle"):
            with contextlib.suppress(OSError):
                ask(house, {"do": "devices"}, name)  # no use of it, but it looks at the clock
        return idle.popen.poll() is not None

    wait_until("it ends by itself", has_ended, 60)
    assert idle.popen.returncode == 0, idle.log()
    assert needed.popen.poll() is None, "it would have ended earlier than the other"


def test_it_goes_on_when_the_terminal_is_closed(house):
    """The daemon that a verb started there is in no session of the terminal's."""
    fake = Fake(house, 7100, "gapless", 2)
    lines = "; ".join(f"{AVCP} -r {fake.url} queue {words}" for words in ("add " + shlex.join(ALBUM), "play"))
    with Terminal(house.hosts["phone"], ["sh", "-c", f"{lines}; sleep 1000"]) as terminal:
        terminal.wait("it plays", lambda _: fake.begun()[:1] == [ALBUM[0]], 30)
        terminal.close()
    wait_until("the album is through", lambda: fake.ended()[-1:] == [ALBUM[2]], 60)
    assert fake.begun() == ALBUM
    (daemon,) = daemons_of(house)
    os.kill(daemon, signal.SIGTERM)
    wait_until("it ends when it is told to", lambda: not daemons_of(house))


def test_a_folder_of_our_server_on_our_renderer(house, library, daemon, start_server, start_renderer, avcp, queue):
    start_server(library)
    start_renderer()
    avcp("-r", "Parlour", "play", "Attic:/Music/Albums/Vespertine")
    entries = queue("Parlour", "queue")
    titles = [entry["title"] for entry in avcp("ls", "Attic:/Music/Albums/Vespertine")]
    assert [entry["title"] for entry in entries] == titles
    assert entries[0]["playing"]
    wait_until("the second one plays", lambda: [entry["playing"] for entry in queue("Parlour", "queue")][1], 30)


def test_several_things_of_a_server(house, daemon, start_server, avcp, queue):
    """An item, and a playlist of each kind that the server lists, in the order of the operands."""
    folder = house.folder / "lists"
    (folder / "Album").mkdir(parents=True)
    for name, hertz in (("one", 300), ("two", 400), ("Album/three", 500)):
        media_maker.ffmpeg("-f", "lavfi", "-i", f"sine={hertz}", "-t", "2", folder / f"{name}.mp3")
    (folder / "m.m3u").write_text("two.mp3\none.mp3\n")
    (folder / "p.pls").write_text("[playlist]\nFile1=Album/three.mp3\nNumberOfEntries=1\nVersion=2\n")
    (folder / "x.xspf").write_text(
        '<?xml version="1.0"?><playlist version="1" xmlns="http://xspf.org/ns/0/"><trackList>'
        "<track><location>one.mp3</location></track></trackList></playlist>")
    start_server(folder)
    fake = Fake(house, 7100, "gapless", 1.5)
    operands = ["All tracks/two", "Playlists/m", "Playlists/p", "Playlists/x"]
    wanted = ["two", "two", "one", "three", "one"]
    paths = {path.stem: path for path in folder.rglob("*.mp3")}
    queue(fake, "play", *(f"Attic:/Music/{operand}" for operand in operands))
    assert [entry["title"] for entry in queue(fake, "queue")] == wanted
    wait_until("all of it has begun", lambda: len(fake.begun()) == len(wanted))
    got = [house.hosts["tv"].run(["sh", "-c", f"curl -sSf '{uri}' | sha256sum"]).stdout.split()[0] for uri in fake.begun()]
    assert got == [hashlib.sha256(paths[title].read_bytes()).hexdigest() for title in wanted]


def samples(path):
    return path.read_bytes() if path.exists() else b""


def test_files_of_this_host(house, library, start_renderer, daemon, avcp, queue):
    """A file, a folder and a playlist of the phone's own, without any server: every sample of them arrives."""
    capture = house.folder / "sound.raw"
    start_renderer(capture=capture, live=True)
    own = house.folder / "own files & more"
    own.mkdir()
    ffmpeg = ["ffmpeg", "-v", "error", "-nostdin"]
    for number, (name, frames) in enumerate([("9 nine.wav", 30011), ("10 ten.flac", 40009), ("x é#%.wav", 20011)]):
        house.hosts["phone"].run([*ffmpeg, "-f", "lavfi", "-i", f"sine={300 + 100 * number}:sample_rate=44100",
                                  "-af", f"atrim=end_sample={frames}", "-ac", "2", own / name])
    (own / "list.m3u").write_text("x é#%.wav\n9 nine.wav\n")
    avcp("play", own)
    wanted = b"".join(media_maker.decode(own / name) for name in ("9 nine.wav", "10 ten.flac", "x é#%.wav"))
    wait_until("the folder is heard", lambda: samples(capture) == wanted, 20)
    entries = queue("Parlour", "queue")
    assert [entry["title"] for entry in entries] == ["9 nine.wav", "10 ten.flac", "x é#%.wav"]
    wanted += media_maker.decode(own / "x é#%.wav") + media_maker.decode(own / "9 nine.wav")
    queue("Parlour", "queue", "clear")
    queue("Parlour", "queue", "add", own / "list.m3u")
    queue("Parlour", "queue", "play")
    wait_until("the playlist is heard", lambda: samples(capture) == wanted, 20)
    # what was not offered cannot be had: the token is all that counts
    url = entries[0]["uri"]
    status = ["curl", "-s", "-o", "/dev/null", "-w", "%{http_code}", "--path-as-is"]
    rows = {url: "200", url.rpartition("/")[0] + "/other.mp3": "200", url.replace("/file/", "/file/0"): "404",
            url.partition("/file/")[0] + "/file/../../etc/passwd": "400",
            url.partition("/file/")[0] + "/file/": "404"}
    assert {row: house.hosts["tv"].run([*status, row]).stdout for row in rows} == rows
    # nor what has become something else
    (own / "9 nine.wav").unlink()
    (own / "9 nine.wav").mkdir()
    assert house.hosts["tv"].run([*status, url]).stdout == "404"


def test_files_that_cannot_be_played(house, daemon, queue, start_renderer):
    start_renderer()
    picture = house.folder / "page.html"
    picture.write_text("x")
    assert "nothing in it" in queue("Parlour", "play", picture, code=3).stderr
    assert "no server" in queue("Parlour", "play", house.folder / "none.mp3", code=3).stderr


def test_what_is_left_out_is_told_in_letters_of_the_terminal(house, daemon):
    """A word on the way, not an error: where terminals know no UTF-8, none of it."""
    fake = Fake(house, 7100, "gapless", 30)
    folder = house.folder / "T\u00fcr \u06db31m"  # of which the octets of the second one begin a sequence
    folder.mkdir()
    for name in ("a.mp3", "b.flac"):
        (folder / name).write_bytes(b"octets")
    for locale, shown in (("C", "T?r ?31m"), ("C.UTF-8", folder.name)):
        told = house.hosts["phone"].run(["script", "-qec", f"{AVCP} -r {fake.url} queue add '{folder}/'", "/dev/null"],
                                        env={"LC_ALL": locale}).stdout
        assert f"{shown}/: 1 files are left out" in told, told
        assert told.isascii() == (locale == "C")


def test_standard_input(house, start_renderer):
    capture = house.folder / "sound.raw"
    start_renderer(capture=capture, live=True)
    source = house.folder / "source.wav"
    media_maker.counter_wav(source, 70001)
    command = f"cat '{source}' | '{AVCP}' -r Parlour play -"
    result = house.hosts["phone"].run(["sh", "-c", command], seconds=40)
    assert result.stdout == result.stderr == ""
    assert samples(capture) == media_maker.decode(source)
    for command, words in (("echo some text |", "no kind that is known"), ("true |", "is empty"),
                           ("< /dev/null", "put a pipe between")):
        result = house.hosts["phone"].run(["sh", "-c", f"{command} '{AVCP}' -r Parlour play -"], check=False)
        assert result.returncode == 2 and words in result.stderr, command


def test_standard_input_is_interrupted(house, start_renderer, avcp):
    start_renderer()
    phone = house.hosts["phone"]
    script = "ffmpeg -v error -re -f lavfi -i sine -f wav - | exec " + f"'{AVCP}' -r Parlour play -"
    play = phone.start(["sh", "-c", script], name="play")
    wait_until("it plays", lambda: avcp("status")["state"] == "playing", 20)
    pid = phone.run(["pgrep", "-f", f"^{AVCP} -r Parlour play -$"]).stdout.split()[0]
    os.kill(int(pid), signal.SIGINT)
    wait_until("it ended", lambda: play.popen.poll() is not None, 10)
    assert avcp("status")["state"] in ("stopped", "no-media")


def test_the_daemon_knows_the_network(house, library, start_server, start_renderer, daemon, avcp):
    """No search, nothing remembered: names, parts of names and the only renderer come from the daemon."""
    start_server(library)
    renderer = start_renderer()
    wait_until("the daemon has looked around", lambda: {"Attic", "Parlour"} <= {
        device["name"] for device in json.loads(ask(house, {"do": "devices"})).get("devices", [])}, 20)
    house.hosts["phone"].run(["nft", "add table inet cut; add chain inet cut out { type filter hook output priority 0; };"
                              " add rule inet cut out udp dport 1900 drop"])
    for words in (["status"], ["-r", "Parlour", "status"], ["-r", "parl", "status"]):
        shutil.rmtree(house.folder / ".cache", ignore_errors=True)
        assert avcp(*words)["renderer"] == "Parlour"
    assert avcp("ls", "atti:/")
    avcp("-r", "Nobody", "status", code=3, json=False)
    interface = house.hosts["phone"].run(["ip", "-o", "link", "show", "type", "veth"]).stdout.split()[1].split("@")[0]
    avcp("--interface", interface, "-r", "Parlour", "status", code=3, json=False)  # the daemon looks on all
    renderer.popen.send_signal(signal.SIGSTOP)  # it says no word, and is not known to have gone
    try:
        told = avcp("-r", "parl", "status", code=3, json=False).stderr
    finally:
        renderer.popen.send_signal(signal.SIGCONT)
    assert "Parlour" in told and "uuid:" not in told  # by the name that people know


def test_subtitles_of_files(house, daemon, queue):
    """A film of this host: what lies beside it is told in every way that makers look for, and in the header."""
    fake = Fake(house, 7100, "lpcm", 30)
    (house.folder / "Film.mkv").write_bytes(b"film")
    (house.folder / "Film.en.srt").write_text("1\n00:00:01,000 --> 00:00:02,000\nHello\n")
    queue(fake, "queue", "add", str(house.folder / "Film.mkv"))
    entry = queue(fake, "queue")[0]
    own, *others = re.findall(r"http://[^<\"]*Film\.en\.srt", entry["metadata"])
    assert len(others) == 3 and set(others) == {own}, entry["metadata"]
    for word in ("sec:CaptionInfoEx", "sec:CaptionInfo ", "pv:subtitleFileUri", "http-get:*:text/srt:*"):
        assert word in entry["metadata"], word

    def fetch(*words):
        return house.hosts["tv"].run(["curl", "-sSf", *words]).stdout

    assert "Hello" in fetch(own)
    head = fetch("-D", "-", "-o", "/dev/null", "-H", "getCaptionInfo.sec: 1", entry["uri"])
    assert f"captioninfo.sec: {own.lower()}" in head.lower()
