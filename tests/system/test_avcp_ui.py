# SPDX-License-Identifier: LGPL-2.1-or-later
"""The text interface, as a person uses it: at a terminal (tmux), with our own server and renderer."""

import os
import re
import signal

import pytest

import media
from conftest import AVCP
from house import wait_until
from terminal import Terminal

SECONDS = 60
REVERSED = "\u202e"  # turns what follows around; a terminal would obey it
TITLES = ["Björk – 東京の夜", "Second", "Third"]


@pytest.fixture
def share(house):
    """An album of long tracks, one of them wide and one with what a terminal must not get."""
    folder = house.folder / "share/Album"
    folder.mkdir(parents=True)
    media.ffmpeg("-f", "lavfi", "-i", f"sine=duration={SECONDS}", house.folder / "tone.wav")
    for number, title in enumerate([*TITLES, f"Evil {REVERSED}gnos"], 1):
        media.ffmpeg("-i", house.folder / "tone.wav", "-c:a", "flac", "-metadata", f"title={title}", "-metadata",
                     f"track={number}", "-metadata", "album=Album", folder / f"{number}.flac")
    return folder.parent


@pytest.fixture
def daemon(house):
    process = house.hosts["phone"].start([AVCP, "daemon"], ready=True, name="daemon")
    yield process
    assert process.stop(signal.SIGTERM)[0] == 0


@pytest.fixture
def ui(house, share, start_server, start_renderer, daemon):
    """ui(*options) → a terminal with it."""
    house.server = start_server(share)
    house.renderer = start_renderer()
    terminals = []

    def start(*options, columns=100, lines=30):
        terminal = Terminal(house.hosts["phone"], [AVCP, *options, "ui"], columns=columns, lines=lines)
        terminals.append(terminal)
        return terminal

    yield start
    for terminal in terminals:
        terminal.close()


def has(text):
    return lambda screen: any(text in line for line in screen)


def choose(terminal, text):
    """Moves to the row with that text, by finding it."""
    terminal.press("/")
    terminal.type(text)
    terminal.wait("the line is typed", lambda screen: screen[-1].startswith("/" + text))
    terminal.press("Enter")
    terminal.wait("the line is gone", lambda screen: not screen[-1].startswith("/"))


def bar(screen):
    """(state, position in seconds, volume) of the line that tells."""
    for line in screen:
        found = re.match(r"(\S+) +(?:(\d+):)?(\d+):(\d\d) / .*volume (\d+)", line)
        if found:
            return found[1], int(found[3]) * 60 + int(found[4]), int(found[5])
    return None


def test_an_evening(house, ui, avcp):
    """Devices, browse, play, pause, seek, volume, queue: keys in, what devices do out."""
    terminal = ui()
    terminal.wait("the devices", lambda screen: has("Attic")(screen) and has("Parlour")(screen), 30)
    choose(terminal, "parlour")
    terminal.press("Enter")
    terminal.wait("it is in use", has("on Parlour"))
    choose(terminal, "attic")
    terminal.press("Enter")
    for folder in ("Music", "Albums", "Album"):
        terminal.wait(folder, has(folder + "/"))
        choose(terminal, folder)
        terminal.press("Enter")
    terminal.wait("the tracks", lambda screen: all(has(title)(screen) for title in TITLES), 30)
    terminal.wait("control characters are left out, the rest is there", has("gnos"))
    assert not has(REVERSED)(terminal.screen())
    assert has("Attic / Music / Albums / Album")(terminal.screen())

    choose(terminal, "second")
    terminal.press("Enter")
    terminal.wait("it plays", lambda screen: bar(screen) and bar(screen)[0] == "playing", 30)
    assert avcp("-r", "Parlour", "status")["title"] == "Second"
    terminal.press("p")
    terminal.wait("it pauses", lambda screen: bar(screen) and bar(screen)[0] == "paused", 30)
    before = bar(terminal.screen())[1]
    terminal.press("f", "f")
    terminal.wait("it seeks", lambda screen: bar(screen) and bar(screen)[1] >= before + 20, 30)
    volume = bar(terminal.screen())[2]
    terminal.press("-")
    terminal.wait("it is softer", lambda screen: bar(screen) and bar(screen)[2] == volume - 2, 30)

    choose(terminal, TITLES[0][:5].lower())
    terminal.press("Space", "Space", "Space")  # each goes one on
    terminal.press("3")
    terminal.wait("the queue", lambda screen: has("Queue of Parlour")(screen) and all(
        has(title)(screen) for title in TITLES), 30)
    choose(terminal, "third")
    terminal.press("m")
    wait_until("the entry is moved", lambda: [entry["title"] for entry in avcp("-r", "Parlour", "queue")]
               == [TITLES[0], "Third", "Second"], 30)
    terminal.press("d")
    wait_until("it is taken out", lambda: [entry["title"] for entry in avcp("-r", "Parlour", "queue")]
               == [TITLES[0], "Second"], 30)
    terminal.press("g", "Enter")
    terminal.wait("the first of the queue plays", lambda screen: has("▸ " + TITLES[0])(screen), 30)

    terminal.resize(60, 12)
    terminal.wait("it fits", lambda screen: len(screen) <= 12 and has("Queue of Parlour")(screen) and bar(screen))
    terminal.resize(20, 3)
    terminal.resize(100, 30)
    terminal.wait("it is as before", lambda screen: has("▸ " + TITLES[0])(screen) and has("? help")(screen))
    terminal.press("?")
    terminal.wait("the keys", has("take out of the queue"))
    terminal.press("?")

    terminal.press("1")
    house.renderer.stop(signal.SIGTERM)
    terminal.wait("the renderer has gone", lambda screen: not has("Parlour ")(screen[1:]) and has("Attic")(screen), 30)
    terminal.press("p")  # a device that is not there holds up nothing
    terminal.press("2")
    terminal.wait("the folder is still there", has("Attic / Music / Albums / Album"))
    terminal.press("q")
    wait_until("it has ended", lambda: not running(house), 10)
    wait_until("so have its verbs", lambda: not running(house, b"avcp"), 10)


def running(house, name=b"avcp-ui", word=None):
    """Process ids of text interfaces of this house; by the name "avcp", of the verbs that one has started, or of those
    with that word."""
    found = []
    for pid in os.listdir("/proc"):
        try:
            words = open(f"/proc/{pid}/cmdline", "rb").read().split(b"\0") if pid.isdigit() else []
            if words[:1] == [name] and word in (None, *words) and str(house.folder).encode() in open(f"/proc/{pid}/environ", "rb").read():
                found.append(int(pid))
        except OSError:
            pass
    return found


@pytest.mark.parametrize("signum", [signal.SIGTERM, signal.SIGHUP])
def test_it_ends_when_told(house, signum):
    with Terminal(house.hosts["phone"], ["sh", "-c", f"stty -a > {house.folder}/before; {AVCP} ui;"
                                         f" echo $? > {house.folder}/code; stty -a > {house.folder}/after;"
                                         " echo over; sleep 1000"],
                  columns=100) as terminal:
        terminal.wait("it is there", has("Devices"))
        os.kill(wait_until("its process", lambda: running(house))[0], signum)
        terminal.wait("the terminal is given back", has("over"))
        assert (house.folder / "code").read_text() == "0\n"
        assert (house.folder / "after").read_text() == (house.folder / "before").read_text()


def test_it_ends_with_its_terminal(house):
    with Terminal(house.hosts["phone"], [AVCP, "ui"]) as terminal:
        terminal.wait("it is there", has("Devices"))
        assert running(house)
        terminal.tmux("kill-session")
        wait_until("it has ended, too", lambda: not running(house))


def test_the_last_order_is_carried_out(house, start_renderer, daemon, avcp):
    start_renderer()
    before = avcp("-r", "Parlour", "status")["volume"]
    with Terminal(house.hosts["phone"], [AVCP, "-r", "Parlour", "ui"]) as terminal:
        terminal.wait("it is there", has("Parlour"))
        terminal.press("-", "q")
        wait_until("it has ended", lambda: not running(house), 30)
    wait_until("the order is carried out", lambda: avcp("-r", "Parlour", "status")["volume"] == before - 2)


def test_orders_in_line_are_carried_out(house, start_renderer, daemon, avcp):
    """While one is under way, more are given, and then q."""
    renderer = start_renderer()
    before = avcp("-r", "Parlour", "status")["volume"]
    with Terminal(house.hosts["phone"], [AVCP, "-r", "Parlour", "--timeout", "60", "ui"]) as terminal:
        terminal.wait("it is there", has("Parlour"))
        renderer.popen.send_signal(signal.SIGSTOP)
        try:
            terminal.press("-")
            wait_until("the first is under way", lambda: running(house, b"avcp", b"volume"))
            terminal.press("-", "-", "M", "q")
            wait_until("the terminal is given back", lambda: not terminal.alive())
            assert not running(house, b"avcp", b"mute"), "they are done one after the other"
        finally:
            renderer.popen.send_signal(signal.SIGCONT)
    wait_until("all are carried out", lambda: avcp("-r", "Parlour", "status")["mute"], 30)
    assert avcp("-r", "Parlour", "status")["volume"] == before - 6
    wait_until("nothing is left", lambda: not running(house), 30)


def test_it_waits_for_no_order(house, start_renderer, daemon):
    """q ends it at once, also while a renderer does not answer."""
    renderer = start_renderer()
    with Terminal(house.hosts["phone"], [AVCP, "-r", "Parlour", "--timeout", "60", "ui"]) as terminal:
        terminal.wait("it is there", has("Parlour"))
        renderer.popen.send_signal(signal.SIGSTOP)
        try:
            terminal.press("-")
            wait_until("the order is under way", lambda: running(house, b"avcp", b"volume"))
            terminal.press("q")
            wait_until("it has ended", lambda: not running(house))
            assert running(house, b"avcp", b"volume")
        finally:
            renderer.popen.send_signal(signal.SIGCONT)
    wait_until("the order is carried out", lambda: not running(house, b"avcp", b"volume"), 30)


def test_its_verbs_end_when_it_is_killed(house):
    with Terminal(house.hosts["phone"], [AVCP, "ui"]) as terminal:
        terminal.wait("it is there", has("Devices"))
        wait_until("a verb follows the devices", lambda: running(house, b"avcp"))
        os.kill(running(house)[0], signal.SIGKILL)
        wait_until("it has ended", lambda: not running(house))
        wait_until("so has its verb", lambda: not running(house, b"avcp"))


def test_keys_of_the_family(house, ui, avcp):
    """Modes and the entry that plays, in ncmpcpp's keys; the help on one screen."""
    terminal = ui("-r", "Parlour", lines=24, columns=80)
    terminal.wait("it is there", has("on Parlour"))
    for key, mode in (("z", "shuffle"), ("y", "repeat-one"), ("y", "normal"), ("r", "repeat-all"), ("r", "normal")):
        terminal.press(key)
        terminal.wait("it is told", has(f"mode: {mode}"), 30)
        wait_until("it is done", lambda: avcp("-r", "Parlour", "mode")["mode"] == mode, 30)
    terminal.press("o")
    terminal.wait("nothing plays", has("no entry of the queue plays"))
    avcp("-r", "Parlour", "play", "Attic:/Music/Albums/Album")
    terminal.wait("the queue", lambda screen: has("▸ " + TITLES[0])(screen) and has("Third")(screen), 30)
    choose(terminal, "third")
    terminal.press("o", "d")  # what is taken out is what was chosen
    wait_until("the first is out", lambda: TITLES[0] not in [entry["title"] for entry in avcp("-r", "Parlour", "queue")], 30)
    terminal.press("?")
    screen = terminal.wait("the keys", lambda screen: has("take out of the queue")(screen) and screen)
    for words in ("shuffle, or in order", "repeat one, or not", "to the entry that plays", "q Ctrl-C     end"):
        assert has(words)(screen), words
    terminal.press("?", "q")


def test_a_small_terminal(house, ui, avcp):
    """20 columns, 5 lines: what is chosen and what plays can be seen, and be changed."""
    terminal = ui("-r", "Parlour", "-s", "Attic", columns=20, lines=5)
    terminal.press("2")
    screen = terminal.wait("the folder", lambda screen: has("Music/")(screen) and screen)
    assert len(screen) <= 5 and has("2 Browse")(screen), screen
    avcp("-r", "Parlour", "play", "Attic:/Music/Albums/Album/Second")
    terminal.press("3")
    terminal.wait("what plays", lambda screen: re.match("playing", screen[-1]), 30)
    terminal.press("p")
    terminal.wait("it pauses", lambda screen: re.match("paused", screen[-1]), 30)
    terminal.press("?")
    terminal.wait("keys", has("Keys"))
    terminal.press("End")
    terminal.wait("the last of them", has("q Ctrl-C"))
    terminal.press("?", "1")
    terminal.resize(1, 1)
    terminal.resize(100, 30)
    terminal.wait("it is as before", lambda screen: has("Attic")(screen) and has("? help")(screen))


def test_terminals_that_know_less(house):
    """Without colours what is chosen stands out all the same; without places there is nothing to draw on."""
    phone = house.hosts["phone"]
    with Terminal(phone, ["env", "TERM=vt100", AVCP, "ui"]) as terminal:
        terminal.wait("it is there", has("1 Devices"))
        told = terminal.tmux("capture-pane", "-p", "-e")
        assert re.search(r"\x1b\[(?:\d;)*7m", told) and not re.search(r"\x1b\[(?:\d+;)*(?:3[0-7]|4[0-7]|[34]8)[;m]", told), told
        terminal.press("q")
        wait_until("it has ended", lambda: not running(house))
    told = phone.run(["script", "-qec", f"sh -c 'TERM=dumb {AVCP} ui; echo code $?'", "/dev/null"]).stdout
    assert 'wants a terminal that it can draw on (TERM is "dumb")' in told and "code 1" in told, told
    assert "\x1b" not in told, told


def test_without_a_terminal(house):
    result = house.hosts["phone"].run([AVCP, "ui"], check=False)
    assert result.returncode != 0
    assert "terminal" in result.stderr
