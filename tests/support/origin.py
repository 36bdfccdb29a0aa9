# SPDX-License-Identifier: LGPL-2.1-or-later
"""A web server with the faults a renderer meets, for a host of the house.

    origin.py ADDRESS FOLDER

prints its port, then a line per request ("GET /path bytes=…"). Serves the files of FOLDER with byte ranges:
/plain/NAME as it should be, /cut/NAME breaks each connection after 200 kB, /whole/NAME knows no ranges,
/silent/NAME sends 200 kB and then nothing, /endless/NAME has no length and closes at its end,
/slow/NAME sends all together so many octets in a second as the file "octets-per-second" of FOLDER says,
/station/NAME/ANYTHING is as /endless/NAME, /away/NAME redirects to the text of ?to=.
/forever/NAME is a list of HLS without an end,
/live/NAME.m3u8 tells a list of HLS in steps: three of its pieces, each time one later, then its end,
/live/NAME.mpd the same of DASH: a timeline that grows with every second request; one without is as if it had begun
three seconds before it was first asked for.
POST: /take/NAME stores in FOLDER, /refuse/NAME reads and answers 403, /stall/NAME reads the head only.
"""

import collections
import http.server
import mimetypes
import pathlib
import re
import socketserver
import sys
import threading
import time
import urllib.parse

PIECE = 200_000
TYPES = {".m3u8": "application/vnd.apple.mpegurl", ".mpd": "application/dash+xml", ".m4s": "video/mp4",
         ".dsf": "audio/x-dsf", ".dff": "audio/x-dff"}


class Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_GET(self):
        print(f"GET {self.path} {self.headers.get('Range', '')}", flush=True)
        url = urllib.parse.urlsplit(self.path)
        fault, _, name = url.path.lstrip("/").partition("/")
        if fault == "away":
            self.send_response(302)
            self.send_header("Location", urllib.parse.parse_qs(url.query)["to"][0])
            self.send_header("Content-Length", "0")
            self.end_headers()
            return
        if fault == "station":
            fault, name = "endless", name.rpartition("/")[0]
        if fault == "forever":
            self.send_forever(name)
            return
        path = self.server.folder / urllib.parse.unquote(name)
        if not path.is_file():
            self.send_error(404)
            return
        data = path.read_bytes()
        if fault == "live" and path.suffix == ".m3u8":
            data = self.window_of(data.decode()).encode()
        if fault == "live" and path.suffix == ".mpd":
            data = self.growing(data.decode()).encode()
        self.send_file(fault, data, TYPES.get(path.suffix) or mimetypes.guess_type(path.name)[0] or "audio/flac")

    def window_of(self, text):
        step = max(self.server.steps[self.path] - 1, 0)  # who asks what it is, and then who plays it
        self.server.steps[self.path] += 1
        head, *pieces = text.replace("#EXT-X-PLAYLIST-TYPE:VOD\n", "").replace("#EXT-X-ENDLIST\n", "").split("#EXTINF")
        head = head.replace("SEQUENCE:0", f"SEQUENCE:{step}")
        end = "#EXT-X-ENDLIST\n" if step + 3 >= len(pieces) else ""
        return head + "".join("#EXTINF" + piece for piece in pieces[step:step + 3]) + end

    def growing(self, text):
        """A whole list of DASH as one that is still made."""
        if "<S " not in text:
            now = time.time()
            self.server.begun = self.server.begun or now - 3
            whole = re.search(r'mediaPresentationDuration="PT([\d.]+)S"', text)
            begun, over = self.server.begun, now - self.server.begun > float(whole[1]) + 1
        else:
            count = 3 + self.server.steps[self.path] // 2
            self.server.steps[self.path] += 1
            pieces = max(text.count("<SegmentTimeline>") and len(self.pieces_of(part)) for part in self.timelines(text))
            begun, over = 0, count >= pieces
            for part in [] if over else self.timelines(text):
                told = "".join(f'<S t="{t}" d="{d}"/>' for t, d in self.pieces_of(part)[:count])
                text = text.replace(part, told, 1)
        if over:
            return text
        text = re.sub(r'\smediaPresentationDuration="[^"]*"', "", text)
        begun = time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(begun))
        return text.replace('type="static"', f'type="dynamic" availabilityStartTime="{begun}" minimumUpdatePeriod="PT1S"')

    @staticmethod
    def timelines(text):
        return re.findall(r"<SegmentTimeline>(.*?)</SegmentTimeline>", text, re.DOTALL)

    @staticmethod
    def pieces_of(timeline):
        pieces, at = [], 0
        for attributes in re.findall(r"<S ([^>]*)/>", timeline):
            values = {name: int(value) for name, value in re.findall(r'(\w)="(\d+)"', attributes)}
            at = values.get("t", at)
            for _ in range(values.get("r", 0) + 1):
                pieces.append((at, values["d"]))
                at += values["d"]
        return pieces

    def send_forever(self, name):
        """A list of HLS without an end."""
        self.send_response(200)
        self.send_header("Content-Type", TYPES[".m3u8"])
        self.send_header("Connection", "close")
        self.end_headers()
        self.wfile.write(b"#EXTM3U\n#EXT-X-TARGETDURATION:1\n")
        while True:
            self.wfile.write(b"#EXTINF:1,\nx.ts\n" * 1000)

    def send_file(self, fault, data, mime):
        offset = 0
        if fault not in ("whole", "endless") and self.headers.get("Range", "").startswith("bytes="):
            offset = int(self.headers["Range"][6:].split("-")[0])
            self.send_response(206)
            self.send_header("Content-Range", f"bytes {offset}-{len(data) - 1}/{len(data)}")
        else:
            self.send_response(200)
        if fault not in ("whole", "endless"):
            self.send_header("Accept-Ranges", "bytes")
        if fault == "endless":
            self.send_header("Connection", "close")
        else:
            self.send_header("Content-Length", str(len(data) - offset))
        self.send_header("Content-Type", mime)
        self.end_headers()
        piece = PIECE if fault in ("cut", "silent") else len(data)
        if fault == "slow":
            self.send_slowly(data[offset:])
        else:
            self.wfile.write(data[offset:offset + piece])
        if fault == "silent" and offset + piece < len(data):
            self.server.never.wait(60)
        if fault not in ("plain", "whole", "slow"):
            self.close_connection = True

    def send_slowly(self, data):
        for at in range(0, len(data), 4000):
            part = data[at:at + 4000]
            with self.server.line:
                speed = int((self.server.folder / "octets-per-second").read_text())
                self.server.line_free = max(self.server.line_free, time.monotonic()) + len(part) / speed
                free = self.server.line_free
            time.sleep(max(free - time.monotonic(), 0))
            self.wfile.write(part)

    def do_POST(self):
        print(f"POST {self.path}", flush=True)
        fault, _, name = self.path.lstrip("/").partition("/")
        if fault == "stall":
            self.server.never.wait(60)
        data = self.rfile.read(int(self.headers["Content-Length"]))
        if fault == "take":
            (self.server.folder / urllib.parse.unquote(name)).write_bytes(data)
        self.send_response(403 if fault == "refuse" else 200)
        self.send_header("Content-Length", "0")
        self.end_headers()

    def handle(self):
        try:
            super().handle()
        except (BrokenPipeError, ConnectionResetError):
            pass

    def log_message(self, *words):
        pass


class Server(socketserver.ThreadingTCPServer):
    """Not HTTPServer, which asks the name service for its own name: here nobody answers that."""

    daemon_threads = True


def main():
    server = Server((sys.argv[1], 0), Handler)
    server.folder = pathlib.Path(sys.argv[2])
    server.steps = collections.Counter()
    server.begun = None
    server.line, server.line_free = threading.Lock(), 0
    server.never = threading.Event()
    print(server.server_address[1], flush=True)
    server.serve_forever()


main()
