# SPDX-License-Identifier: LGPL-2.1-or-later
"""A radio station for a host of the house, and somebody who listens.

    radio.py station ADDRESS FILE   prints its port, then "GET /path" and "END /path" of each connection
        /air      FILE over and over, as fast as it is played (RATE), with titles for those who ask
        /broken   the same, but each connection ends after CUT octets, and the next goes on behind them
        /file.mp3 FILE as a file, with its length
        /once.ts, /once.aac  FILE once from its beginning, as fast as /air; who comes again gets it again
        /page     a page in HTML
        /silent   a head and nothing else
    radio.py listen HOST:PORT PATH OCTETS [--titles]   so many octets of media: status, headers, sha256, titles as JSON;
                                                       with --save FILE they are kept, with --header "NAME: VALUE" more is asked
"""

import argparse
import hashlib
import http.client
import http.server
import json
import pathlib
import socketserver
import threading
import time

RATE = 100_000  # octets per second
CUT = 30_000
PIECE = 4_000
INTERVAL = 8_000


class Handler(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        self.tell("GET")
        try:
            getattr(self, self.path.partition("?")[0].strip("/").replace(".", "_"))()
        except (BrokenPipeError, ConnectionResetError):
            pass
        self.tell("END")

    def tell(self, word):
        print(f"{word} {self.path}\n", end="", flush=True)  # in one piece: others print, too

    def head(self, mime="audio/mpeg", **headers):
        self.send_response(200)
        self.send_header("Content-Type", mime)
        for name, value in headers.items():
            self.send_header(name.replace("_", "-"), value)
        self.end_headers()

    def once_ts(self, mime="video/mp2t"):
        self.server.on_air = 0
        self.headers.replace_header("Icy-MetaData", "0")
        self.air(len(self.server.data), mime)

    def once_aac(self):
        self.once_ts("audio/aac")

    def air(self, end=None, mime="audio/mpeg"):
        titles = self.headers.get("Icy-MetaData") == "1"
        self.head(mime, icy_name="House Radio", **({"icy_metaint": str(INTERVAL)} if titles else {}))
        began, sent = time.monotonic(), 0
        while end is None or sent < end:
            at = self.server.on_air
            piece = self.server.data[at % len(self.server.data):][:PIECE]
            self.wfile.write(piece)
            self.server.on_air += len(piece)
            sent += len(piece)
            if titles and sent % INTERVAL == 0:
                title = f"StreamTitle='Song {self.server.on_air // INTERVAL}';".encode()
                title += b"\0" * (-len(title) % 16)
                self.wfile.write(bytes([len(title) // 16]) + title)
            self.server.never.wait(max(0, began + sent / RATE - time.monotonic()))

    def broken(self):
        self.headers.replace_header("Icy-MetaData", "0")
        self.air(CUT)

    def file_mp3(self):
        self.head(Content_Length=str(len(self.server.data)))
        self.wfile.write(self.server.data)

    def page(self):
        self.head("text/html; charset=utf-8")
        self.wfile.write(b"<html>no radio</html>")

    def silent(self):
        self.head()
        self.server.never.wait(60)

    def log_message(self, *args):
        pass


class Server(socketserver.ThreadingTCPServer):  # HTTPServer would ask for its own name
    daemon_threads = True


def station(args):
    server = Server((args.address, 0), Handler)
    server.data = pathlib.Path(args.file).read_bytes()
    server.data = server.data[:len(server.data) // PIECE * PIECE]
    server.on_air, server.never = 0, threading.Event()
    print(server.server_address[1], flush=True)
    server.serve_forever()


def listen(args):
    connection = http.client.HTTPConnection(args.where, timeout=30)
    connection.request("GET", args.path, headers=dict(line.split(": ") for line in args.header)
                       | ({"Icy-MetaData": "1"} if args.titles else {}))
    answer = connection.getresponse()
    interval = int(answer.headers.get("icy-metaint", 0))
    media, titles = bytearray(), []
    while len(media) < args.octets:
        wanted = args.octets - len(media)
        got = answer.read(min(wanted, interval - len(media) % interval) if interval else min(wanted, 4096))
        if not got:
            break
        media += got
        if interval and len(media) % interval == 0:
            text = answer.read(answer.read(1)[0] * 16).rstrip(b"\0").decode()
            if text:
                titles.append(text)
    if args.save:
        pathlib.Path(args.save).write_bytes(media)
    print(json.dumps({
        "status": answer.status, "octets": len(media), "sha256": hashlib.sha256(media).hexdigest(), "titles": titles,
        "headers": {name.lower(): value for name, value in answer.headers.items()}}))
    connection.close()


def main():
    parser = argparse.ArgumentParser()
    verbs = parser.add_subparsers(required=True)
    verb = verbs.add_parser("station")
    verb.add_argument("address")
    verb.add_argument("file")
    verb.set_defaults(run=station)
    verb = verbs.add_parser("listen")
    verb.add_argument("where")
    verb.add_argument("path")
    verb.add_argument("octets", type=int)
    verb.add_argument("--titles", action="store_true")
    verb.add_argument("--save")
    verb.add_argument("--header", action="append", default=[])
    verb.set_defaults(run=listen)
    args = parser.parse_args()
    args.run(args)


main()
