# SPDX-License-Identifier: LGPL-2.1-or-later
"""Media servers side by side on one host, for the benchmarks: ours, nginx, minidlna, Gerbera.

They are all reached at an address of the host's own, which goes over loopback; 127.0.0.1 itself Gerbera
refuses. enter_namespace() makes a network in which that address is."""

import contextlib
import os
import pathlib
import re
import shutil
import socket
import subprocess
import sys
import time
import urllib.parse
import urllib.request
import wave
import xml.etree.ElementTree as ElementTree

sys.path.append(str(pathlib.Path(__file__).resolve().parent.parent / "support"))
from house import wait_until

TICKS = os.sysconf("SC_CLK_TCK")
HOST = "10.99.0.1"
INTERFACE = "bench0"
DIDL = "{urn:schemas-upnp-org:metadata-1-0/DIDL-Lite/}"

NGINX = """
daemon off; worker_processes {workers}; pid {folder}/nginx.pid; error_log stderr crit; worker_rlimit_nofile 20000;
events {{ worker_connections 9000; }}
http {{
  access_log off; sendfile on; tcp_nopush on; keepalive_timeout 65; keepalive_requests 100000000;
  client_header_timeout 10; types {{ audio/wav wav; }}
  client_body_temp_path {folder}/t1; proxy_temp_path {folder}/t2; fastcgi_temp_path {folder}/t3;
  uwsgi_temp_path {folder}/t4; scgi_temp_path {folder}/t5;
  server {{ listen {host}:{port} backlog=4096; root {media}; }}
}}
"""

BROWSE = """<?xml version="1.0"?><s:Envelope xmlns:s="http://schemas.xmlsoap.org/soap/envelope/"
 s:encodingStyle="http://schemas.xmlsoap.org/soap/encoding/"><s:Body>
<u:Browse xmlns:u="urn:schemas-upnp-org:service:ContentDirectory:1"><ObjectID>{id}</ObjectID>
<BrowseFlag>BrowseDirectChildren</BrowseFlag><Filter>*</Filter><StartingIndex>0</StartingIndex>
<RequestedCount>0</RequestedCount><SortCriteria></SortCriteria></u:Browse></s:Body></s:Envelope>"""


def enter_namespace():
    """Runs the program again in a network of its own; returns there."""
    if os.environ.get("BENCH_NAMESPACE") != "1":
        os.environ["BENCH_NAMESPACE"] = "1"
        os.execvp("unshare", ["unshare", "--net", sys.executable, *sys.argv])
    for words in (("link", "set", "lo", "up"), ("link", "add", INTERFACE, "type", "veth", "peer", "name", "far"),
                  ("link", "set", INTERFACE, "addrgenmode", "none"),
                  ("addr", "add", f"{HOST}/24", "dev", INTERFACE), ("link", "set", INTERFACE, "up"),
                  ("link", "set", "far", "up")):
        subprocess.run(["ip", *words], check=True)


def make_film(path, octets_per_s, size):
    """A WAV of zeroes with that bitrate: every server takes it for what it is."""
    with wave.open(str(path), "wb") as out:
        out.setnchannels(2)
        out.setsampwidth(2)
        out.setframerate(octets_per_s // 4)
        frames = (size - 44) // 4
        out.setnframes(frames)
        while frames > 0:
            count = min(frames, 1 << 18)
            out.writeframesraw(bytes(4 * count))
            frames -= count


def browse(control, object_id):
    request = urllib.request.Request(control, BROWSE.format(id=object_id).encode(), {
        "Content-Type": 'text/xml; charset="utf-8"',
        "SOAPAction": '"urn:schemas-upnp-org:service:ContentDirectory:1#Browse"'})
    with urllib.request.urlopen(request, timeout=10) as answer:
        envelope = ElementTree.fromstring(answer.read())
    return ElementTree.fromstring(next(envelope.iter("Result")).text)


def find_media(description, kind="audio"):
    """Path of the first resource of that kind below the root, or None."""
    with urllib.request.urlopen(description, timeout=10) as answer:
        text = answer.read().decode()
    control = re.search(r"ContentDirectory:\d</serviceType>.*?<controlURL>(.*?)</controlURL>", text, re.S).group(1)
    control = urllib.parse.urljoin(description, control)
    waiting, seen = ["0"], set()
    while waiting:
        for child in browse(control, waiting.pop(0)):
            for res in child.findall(f"{DIDL}res"):
                if kind in res.get("protocolInfo", ""):
                    return "/" + res.text.split("/", 3)[3]
            if child.tag == f"{DIDL}container" and child.get("id") not in seen:
                seen.add(child.get("id"))
                waiting.append(child.get("id"))
    return None


def listens(port):
    with contextlib.suppress(OSError), urllib.request.urlopen(f"http://{HOST}:{port}/", timeout=1):
        return True
    return False


def connects(port):
    with socket.socket() as probe:
        return probe.connect_ex((HOST, port)) == 0


class Server:
    """A running server: name, port, path of the film."""

    def __init__(self, name, folder, command, env=None):
        self.name, self.folder = name, folder
        self.log = folder / f"{name}.log"
        with self.log.open("wb") as log:
            self.popen = subprocess.Popen([str(word) for word in command], stdin=subprocess.DEVNULL, stdout=log,
                                          stderr=log, env=dict(os.environ, **(env or {})))

    def family(self):
        members = [self.popen.pid]
        for member in members:
            for task in pathlib.Path(f"/proc/{member}/task").glob("*/children"):
                with contextlib.suppress(OSError):  # it ended meanwhile
                    members += [int(child) for child in task.read_text().split() if int(child) not in members]
        return members

    def cpu_s(self):
        total = 0
        for member in self.family():
            with contextlib.suppress(OSError):
                # the clock of the process: exact, while the ticks of /proc miss what begins and ends between them
                total += time.clock_gettime(~member << 3 | 2)
                fields = pathlib.Path(f"/proc/{member}/stat").read_text().rsplit(")", 1)[1].split()
                total += sum(map(int, fields[13:15])) / TICKS  # of children that have ended: minidlna has many
        return total

    def resident_kib(self):
        """What is its own of the memory of the process (and of nginx's worker)."""
        total = 0
        for member in self.family():
            with contextlib.suppress(OSError):
                text = pathlib.Path(f"/proc/{member}/smaps_rollup").read_text()
                total += sum(int(kib) for kib in re.findall(r"^Private_\w+:\s+(\d+) kB", text, re.M))
        return total

    def stop(self):
        self.popen.terminate()
        try:
            self.popen.wait(10)
        except subprocess.TimeoutExpired:
            self.popen.kill()
            self.popen.wait()


def start_ours(libexec, build, folder, media, options=()):
    shutil.rmtree(folder / "state", ignore_errors=True)
    server = Server("av-upnp", folder, [
        build / "mediaserver/av-mediaserver", "--interface", INTERFACE, "--state-dir", folder / "state", *options, media],
        {"AV_UPNP_LIBEXECDIR": str(libexec), "AV_UPNP_DATADIR": str(libexec), "HOME": str(folder),
         "XDG_CONFIG_HOME": str(folder)})
    wait_until("our scan", lambda: "scan finished" in server.log.read_text(), 30)
    url = re.search(rf"http://{re.escape(HOST)}:(\d+)/description.xml", server.log.read_text())
    server.port, server.path = int(url.group(1)), find_media(url.group(0))
    return server


def start_nginx(folder, media, port=8481, workers=1):
    folder = folder / f"nginx-{port}"
    folder.mkdir(exist_ok=True)
    configuration = folder / "nginx.conf"
    configuration.write_text(NGINX.format(folder=folder, media=media, host=HOST, port=port, workers=workers))
    user = ["-g", "user root;"] if os.geteuid() == 0 else []
    server = Server("nginx" if workers == 1 else f"nginx-{workers}", folder, ["nginx", "-c", configuration, "-p", folder, *user])
    server.port, server.path = port, "/" + next(media.iterdir()).name
    wait_until("nginx", lambda: connects(port), 10)
    return server


def start_bare(build, folder, media, port=8483):
    """libmicrohttpd alone, with a thread per connection as ours."""
    film = next(media.iterdir())
    server = Server("bare", folder, [build / "tests/bench/bare", f"{HOST}:{port}", film])
    server.port, server.path = port, "/" + film.name
    wait_until("bare", lambda: connects(port), 10)
    return server


def start_minidlna(folder, media, port=8482):
    shutil.rmtree(folder / "minidlna-db", ignore_errors=True)
    configuration = folder / "minidlna.conf"
    configuration.write_text(f"media_dir={media}\ndb_dir={folder}/minidlna-db\nlog_dir={folder}\nport={port}\n"
                             "inotify=no\nnotify_interval=30\nmax_connections=2000\n")
    server = Server("minidlna", folder, ["minidlnad", "-S", "-f", configuration, "-P", folder / "minidlna.pid"])
    server.port = port
    wait_until("minidlna", lambda: listens(port), 30)
    server.path = wait_until("minidlna's scan", lambda: find_media(f"http://{HOST}:{port}/rootDesc.xml"), 30, 0.5)
    return server


def start_gerbera(folder, media, port=49483):
    """Debian's configuration, but its own home and the interface of loopback."""
    home = folder / "gerbera"
    shutil.rmtree(home, ignore_errors=True)
    home.mkdir()
    configuration = pathlib.Path("/etc/gerbera/config.xml").read_text()
    configuration = re.sub(r"<home>.*?</home>", f"<home>{home}</home>", configuration)
    configuration = re.sub(r"<udn/>", "<udn>uuid:00000000-0000-4000-8000-000000000001</udn>", configuration)
    path = home / "config.xml"
    path.write_text(configuration)
    server = Server("gerbera", folder, ["gerbera", "-c", path, "-m", home, "-i", HOST, "-p", str(port),
                                        "--add", media], {"HOME": str(home)})
    server.port = port
    wait_until("gerbera", lambda: listens(port), 30)
    server.path = wait_until("gerbera's scan",
                             lambda: find_media(f"http://{HOST}:{port}/description.xml"), 60, 0.5)
    return server


if __name__ == "__main__":
    print(find_media(sys.argv[1]))
