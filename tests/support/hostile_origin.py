# SPDX-License-Identifier: LGPL-2.1-or-later
"""A web server that means harm (threats.md FLT-59), for a host of the house.

    hostile_origin.py ADDRESS FOLDER

prints its port, then a line per request ("GET /path bytes=…"). /MANNER/NAME sends the file NAME of FOLDER in one of
these ways:

    status-404  any status, and no more          empty    nothing, and says so
    page        a page of HTML in its place      circle   leads to itself, each time by another address
    hurry       leads to a scheme of ?to=        head     a header line that never ends
    heads       header lines that never end      mute     takes the request and never answers
    drip        an octet in a second             stuck    200 kB, then nothing, also for who asks again
    grows       ends its connections, and says another length each time, with the same first octets
    swaps       likewise with another file's octets and validator
    short       says more than there is          poison   the first half; then noise
    noise       noise of that type, as long      no-http  an answer in another language
    forever     noise without an end
"""

import hashlib
import mimetypes
import pathlib
import socketserver
import sys
import threading
import time
import urllib.parse

PIECE = 200_000
TYPES = {".flac": "audio/flac", ".wav": "audio/wav", ".mp3": "audio/mpeg"}


def noise(size):
    """The same each time."""
    parts, seed = [], b"noise"
    while sum(map(len, parts)) < size:
        seed = hashlib.sha512(seed).digest()
        parts.append(seed * 64)
    return b"".join(parts)[:size]


class Handler(socketserver.StreamRequestHandler):
    def handle(self):
        try:
            while self.answer():
                pass
        except (BrokenPipeError, ConnectionResetError, ValueError, IndexError):
            pass

    def answer(self):
        """One request. Returns whether there may be another."""
        words = self.rfile.readline(65536).decode("latin-1").split()
        if not words:
            return False
        headers = {}
        while (line := self.rfile.readline(65536).decode("latin-1").strip()) != "":
            name, _, value = line.partition(":")
            headers[name.lower()] = value.strip()
        self.url = urllib.parse.urlsplit(words[1])
        wanted = headers.get("range", "")
        self.offset = int(wanted[6:].split("-")[0]) if wanted.startswith("bytes=") else None
        print(f"GET {words[1]} {wanted}", flush=True)
        manner, _, name = self.url.path.lstrip("/").partition("/")
        path = self.server.folder / urllib.parse.unquote(name)
        self.mime = TYPES.get(path.suffix) or mimetypes.guess_type(path.name)[0] or "audio/flac"
        data = path.read_bytes() if path.is_file() else b""
        word, _, number = manner.partition("-")
        if word == "status":
            self.say(f"HTTP/1.1 {number} No\r\nContent-Length: 0\r\n\r\n")
            return True
        getattr(self, "do_" + manner.replace("-", "_"))(data)
        return False

    def say(self, text):
        self.wfile.write(text.encode())

    def begin(self, size, extra="", mime=None):
        """Head of an answer that says so many octets in all."""
        if self.offset:
            self.say(f"HTTP/1.1 206 Part\r\nContent-Range: bytes {self.offset}-{size - 1}/{size}\r\n"
                     f"Content-Length: {size - self.offset}\r\n")
        else:
            self.say(f"HTTP/1.1 200 OK\r\nAccept-Ranges: bytes\r\nContent-Length: {size}\r\n")
        self.say(f"Content-Type: {mime or self.mime}\r\n{extra}\r\n")

    def wait(self):
        self.server.never.wait(120)

    def do_empty(self, data):
        self.begin(0)

    def do_page(self, data):
        text = b"<!DOCTYPE html><html><body>Please log in</body></html>" * 200
        self.begin(len(text), mime="text/html")
        self.wfile.write(text)

    def do_circle(self, data):
        self.say(f"HTTP/1.1 302 Go\r\nLocation: {self.url.path}?{time.monotonic_ns()}\r\nContent-Length: 0\r\n\r\n")

    def do_hurry(self, data):
        self.say(f"HTTP/1.1 302 Go\r\nLocation: {urllib.parse.parse_qs(self.url.query)['to'][0]}\r\n"
                 "Content-Length: 0\r\n\r\n")

    def do_head(self, data):
        self.say("HTTP/1.1 200 OK\r\nX: ")
        while True:
            self.wfile.write(b"x" * 65536)

    def do_heads(self, data):
        self.say("HTTP/1.1 200 OK\r\n")
        while True:
            self.wfile.write(b"X: y\r\n" * 1000)

    def do_mute(self, data):
        self.wait()

    def do_no_http(self, data):
        self.say("220 mail.example ESMTP\r\n" * 10)

    def do_drip(self, data):
        self.begin(len(data))
        for octet in data[self.offset or 0:]:
            self.wfile.write(bytes([octet]))
            if self.server.never.wait(1):
                return

    def do_stuck(self, data):
        self.begin(len(data))
        if not self.offset:
            self.wfile.write(data[:PIECE])
        self.wait()

    def do_grows(self, data):
        self.server.times += 1
        size = len(data) + 1000 * self.server.times
        self.begin(size, f'ETag: "{self.server.times}"\r\n')
        at = self.offset or 0
        self.wfile.write(data[at:at + PIECE])

    def do_swaps(self, data):
        self.server.times += 1
        other = noise(len(data) // 2) if self.server.times > 1 else data
        self.begin(len(other), f'ETag: "{len(other)}"\r\n')
        at = self.offset or 0
        self.wfile.write(other[at:at + PIECE])

    def do_short(self, data):
        self.begin(2 * len(data))
        self.wfile.write(data[self.offset or 0:])

    def do_poison(self, data):
        half = len(data) // 2
        poisoned = data[:half] + noise(len(data) - half)
        self.begin(len(poisoned))
        self.wfile.write(poisoned[self.offset or 0:])

    def do_noise(self, data):
        data = noise(max(len(data), 100_000))
        self.begin(len(data))
        self.wfile.write(data[self.offset or 0:])

    def do_forever(self, data):
        self.say(f"HTTP/1.1 200 OK\r\nContent-Type: {self.mime}\r\nConnection: close\r\n\r\n")
        while True:
            self.wfile.write(noise(65536))


class Server(socketserver.ThreadingTCPServer):
    daemon_threads = True


def main():
    server = Server((sys.argv[1], 0), Handler)
    server.folder = pathlib.Path(sys.argv[2])
    server.times = 0
    server.never = threading.Event()
    print(server.server_address[1], flush=True)
    server.serve_forever()


main()
