# SPDX-License-Identifier: LGPL-2.1-or-later
"""Second stage of tools/quickstart: shares folders with an installed av-mediaserver and explains it.

    quickstart.py PREFIX [--interface IF]... [--port P] [--name N] [--with-renderer] [--state-dir D] [FOLDER]...
"""

import argparse
import json
import os
import pathlib
import re
import shlex
import signal
import socket
import subprocess
import sys
import tempfile
import time

READY_S = 15
FIRST_ITEMS_S = 1.0  # how long the first words wait for the scan; it goes on behind them
XDG_KEYS = {"XDG_MUSIC_DIR": "Music", "XDG_VIDEOS_DIR": "Videos", "XDG_PICTURES_DIR": "Pictures"}
MEDIA_SUFFIXES = set(
    "aac aif aiff ape avi avif bmp flac flv gif heic jpeg jpg m2ts m4a m4v mka mkv mov mp2 mp3 mp4 mpeg mpg"
    " mts oga ogg ogv opus png tif tiff ts vob wav webm webp wma wmv wv".split()
)
# file name, ffmpeg input, ffmpeg output options
SAMPLES = [
    ("Music/First Light/01 Sine.flac", "sine=frequency=440:duration=20",
     "-metadata title=Sine -metadata artist=av-upnp -metadata album=First\\ Light -metadata track=1"),
    ("Music/First Light/02 Octave.mp3", "sine=frequency=880:duration=20",
     "-metadata title=Octave -metadata artist=av-upnp -metadata album=First\\ Light -metadata track=2"),
    ("Videos/Test Card.mp4", "testsrc2=size=640x360:rate=25:duration=20",
     "-pix_fmt yuv420p -metadata title=Test\\ Card"),
    ("Pictures/Colours.jpg", "smptebars=size=1280x720:duration=1", "-frames:v 1"),
]


def fail(sentence):
    sys.exit(f"quickstart: {sentence}")


def has_media(folder, limit=5000):
    """Whether a look at the first entries finds a media file."""
    seen = 0
    for _, _, names in os.walk(folder):
        for name in names:
            seen += 1
            if name.rpartition(".")[2].lower() in MEDIA_SUFFIXES:
                return True
            if seen >= limit:
                return False
    return False


def xdg_folders():
    home = pathlib.Path.home()
    config = pathlib.Path(os.environ.get("XDG_CONFIG_HOME") or home / ".config") / "user-dirs.dirs"
    folders = {key: home / name for key, name in XDG_KEYS.items()}
    if config.is_file():
        for key, value in re.findall(r'^(XDG_\w+_DIR)="([^"]*)"', config.read_text(), re.M):
            if key in folders:
                folders[key] = pathlib.Path(value.replace("$HOME", str(home)))
    return [f for f in folders.values() if f.is_dir() and f != home and has_media(f)]


def own_folder(kind, fallback):
    """Where this user's files of that kind belong; root's where the server's own user can reach them."""
    if os.geteuid() == 0:
        return pathlib.Path("/var/lib/av-upnp")
    return pathlib.Path(os.environ.get(f"XDG_{kind}_HOME") or pathlib.Path.home() / fallback) / "av-upnp"


def sample_library(top):
    """Makes (once) a few tagged files with ffmpeg."""
    folder = own_folder("DATA", ".local/share") / "sample"
    if all((folder / name).exists() for name, _, _ in SAMPLES):
        return folder
    print("quickstart: no media found in your folders, making a small sample library", file=sys.stderr)
    if subprocess.run([top / "tools/deps", "--install", "sample"]).returncode != 0:
        fail("the sample library needs ffmpeg; name a FOLDER instead")
    os.umask(0o022)
    for name, source, options in SAMPLES:
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        command = ["ffmpeg", "-v", "error", "-y", "-f", "lavfi", "-i", source]
        command += shlex.split(options) + [str(path)]
        if subprocess.run(command, stdin=subprocess.DEVNULL).returncode != 0:
            fail(f"ffmpeg could not make '{path}'")
    return folder


class Program:
    """A program of ours that tells over NOTIFY_SOCKET when it is ready and what it waits for."""

    def __init__(self, scratch, command):
        self.name = pathlib.Path(command[0]).name
        address = f"{scratch}/{self.name}.notify"
        self.socket = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        self.socket.bind(address)
        # A server that gave up root must still reach it.
        os.chmod(scratch, 0o755)
        os.chmod(address, 0o666)
        self.status = ""
        # Ctrl-C is for us alone: we end the programs, and in time for their good-byes.
        self.process = subprocess.Popen(
            command, env=dict(os.environ, NOTIFY_SOCKET=address), start_new_session=True)

    def wait_ready(self):
        deadline = time.monotonic() + READY_S
        while time.monotonic() < deadline:
            self.socket.settimeout(0.2)
            try:
                message = self.socket.recv(4096).decode(errors="replace")
            except socket.timeout:
                if self.process.poll() is not None:
                    fail(f"{self.name} ended with code {self.process.returncode}, see its message above")
                continue
            for line in message.splitlines():
                if line.startswith("STATUS="):
                    self.status = line[7:]
            if "READY=1" in message.splitlines():
                return
        fail(f"{self.name} was not ready within {READY_S} s")

    def end(self):
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGTERM)
        try:
            self.process.wait(5)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()


class ControlPoint:
    def __init__(self, prefix, url):
        self.command = [str(prefix / "bin/avcp"), "--json", "--timeout", "5", "-s", url]

    def ls(self, path):
        result = subprocess.run(self.command + ["ls", path], capture_output=True, text=True)
        return json.loads(result.stdout) if result.returncode == 0 else []

    def first_item(self, path, depth=5):
        for entry in self.ls(path):
            below = path.rstrip("/") + "/" + entry["title"].replace("/", "\\/")
            if not entry["container"]:
                return below
            if depth > 0 and (found := self.first_item(below, depth - 1)):
                return found
        return None


def server_status(prefix, state):
    """What `av-mediaserver status --json` says: {name, items, scanning, locations: [{interface, prefix, url}]}."""
    command = [str(prefix / "bin/av-mediaserver"), "status", "--json", "--state-dir", str(state)]
    result = subprocess.run(command, capture_output=True, text=True)
    if result.returncode != 0:
        fail(f"the server does not answer: {result.stderr.strip()}")
    return json.loads(result.stdout)


def first_status(prefix, state):
    """The status once the scan is over or FIRST_ITEMS_S have passed."""
    deadline = time.monotonic() + FIRST_ITEMS_S
    while True:
        status = server_status(prefix, state)
        if not status["scanning"] or time.monotonic() > deadline:
            return status
        time.sleep(0.1)


def show(status, folders, prefix, renderer):
    urls = sorted(status["locations"], key=lambda place: ":" in place["prefix"])
    print(f'\n"{status["name"]}" shares {", ".join(map(str, folders))}')
    print(f'{status["items"]} items so far{", still scanning" if status["scanning"] else ""}')
    for place in urls:
        alone = place["interface"] == "lo"
        who = "programs on this machine" if alone else f'every device on {place["prefix"]}'
        print(f'  {place["interface"]}: {place["url"]}   visible to {who}')
    if not urls:
        print("  no network interface yet; it appears by itself when one comes up")
        return
    local = all(place["interface"] == "lo" for place in urls)
    avcp = str(prefix / "bin/avcp")
    by_url = f' -s {urls[0]["url"]}' if local else ""
    item = ControlPoint(prefix, urls[0]["url"]).first_item(f'{status["name"]}:/')
    item = item or f'{status["name"]}:/'
    to = f" -r {shlex.quote(renderer)}" if renderer else ""
    print("\nHave a look and play something:")
    if not local:
        print(f"  {avcp} devices")
    print(f'  {avcp}{by_url} ls {shlex.quote(status["name"] + ":/")}')
    print(f"  {avcp}{by_url}{to} play {shlex.quote(item)}")
    if not renderer:
        print("A renderer on this machine: run again with --with-renderer.")
    print("\nCtrl-C ends it.", flush=True)


def parse_arguments():
    parser = argparse.ArgumentParser(prog="tools/quickstart")
    parser.add_argument("prefix", type=pathlib.Path)
    parser.add_argument("--interface", action="append", default=[])
    parser.add_argument("--port")
    parser.add_argument("--name")
    parser.add_argument("--with-renderer", action="store_true")
    parser.add_argument("--state-dir", type=pathlib.Path,
                        default=own_folder("STATE", ".local/state") / "quickstart-state")
    parser.add_argument("folders", nargs="*", type=pathlib.Path, metavar="FOLDER")
    # Folders may stand before, between and behind the options.
    return parser.parse_intermixed_args()


def common_options(arguments, state):
    options = ["--state-dir", str(state)]
    for interface in arguments.interface:
        options += ["--interface", interface]
    return options


def start_renderer(arguments, scratch, state):
    """Returns the program and what avcp's -r calls it: its name, on loopback its URL."""
    name = f"{socket.gethostname()} renderer"
    command = [str(arguments.prefix / "bin/av-renderer"), "--name", name]
    if arguments.interface == ["lo"]:
        with socket.create_server(("127.0.0.1", 0)) as free:
            port = free.getsockname()[1]
        command += ["--port", str(port)]
        name = f"http://127.0.0.1:{port}/description.xml"
    program = Program(scratch, command + common_options(arguments, state))
    program.wait_ready()
    return program, name


def main():
    arguments = parse_arguments()
    top = pathlib.Path(__file__).resolve().parent.parent
    for folder in arguments.folders:
        if not folder.is_dir():
            fail(f"'{folder}' is not a folder")
    folders = arguments.folders or xdg_folders() or [sample_library(top)]
    signal.signal(signal.SIGTERM, lambda *_: (_ for _ in ()).throw(KeyboardInterrupt))
    programs = []
    with tempfile.TemporaryDirectory(prefix="av-upnp-quickstart-") as scratch:
        try:
            state = arguments.state_dir
            command = [str(arguments.prefix / "bin/av-mediaserver")] + common_options(arguments, state / "server")
            for option in ("name", "port"):
                if getattr(arguments, option):
                    command += [f"--{option}", getattr(arguments, option)]
            server = Program(scratch, command + [str(f.resolve()) for f in folders])
            programs.append(server)
            server.wait_ready()
            renderer = None
            if arguments.with_renderer:
                program, renderer = start_renderer(arguments, scratch, state / "renderer")
                programs.append(program)
            show(first_status(arguments.prefix, state / "server"), folders, arguments.prefix, renderer)
            server.process.wait()
            fail(f"av-mediaserver ended with code {server.process.returncode}")
        except KeyboardInterrupt:
            print("\nquickstart: ending", file=sys.stderr)
        finally:
            for program in reversed(programs):
                program.end()


main()
