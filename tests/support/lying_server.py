#!/usr/bin/python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""A media server that lies: lying_server.py ADDRESS PORT

Its description is at http://ADDRESS:PORT/LIE/0, where LIE is one of the tables below. "drip" is no lie: its item ends
when somebody fetched /r/go. "events-elsewhere" and "events-of-file" are about its eventSubURL. Every request is a line
"ASKED PATH" on standard output.
"""

import base64
import html
import http.server
import re
import sys
import threading
import time

from rogue_device import Server, envelope, fault

DIDL = ('<DIDL-Lite xmlns="urn:schemas-upnp-org:metadata-1-0/DIDL-Lite/" xmlns:dc="http://purl.org/dc/elements/1.1/" '
        'xmlns:upnp="urn:schemas-upnp-org:metadata-1-0/upnp/">')
ESCAPES = "\x1b]52;c;ZXZpbA==\x07\x1b]0;owned\x07\x1b[2J\u009b31m\u202egnp.exe\u2028x"
SHELL = "$(touch owned) `touch owned`; touch owned & \"x' %s%n !! > owned | ~ # *"
NUMBERS = {  # NumberReturned, TotalMatches
    "total": ("1", "4294967295"),
    "none-of-many": ("0", "4294967295"),
    "returned": ("1000000000", "2"),
    "beyond": ("18446744073709551617", "99999999999999999999"),
    "negative": ("-1", "-1"),
    "words": ("many", "more"),
}


def container(number, parent, title="Folder"):
    return (f'<container id="{number}" parentID="{parent}" restricted="1"><dc:title>{title} {number}</dc:title>'
            "<upnp:class>object.container</upnp:class></container>")


def item(number, res="", title="Song", kind="object.item.audioItem.musicTrack"):
    return (f'<item id="{number}" parentID="0" restricted="1"><dc:title>{title}</dc:title>'
            f"<upnp:class>{kind}</upnp:class>{res}</item>")


def resource(url, size=""):
    return f'<res protocolInfo="http-get:*:audio/mpeg:*"{size}>{url}</res>'


# What is in a container, by the lie. (id, StartingIndex, address of this server) → (objects, TotalMatches)
LISTINGS = {
    "self": lambda at, start, here: (container(at, at), 1),
    "loop": lambda at, start, here: (container("b" if at == "a" else "a", at), 1),
    "deep": lambda at, start, here: (container(f"{at}1", at), 1),
    "fan": lambda at, start, here: ("".join(container(f"{at}{n}", at) for n in range(10)), 10),
    "same-id": lambda at, start, here: (container("x", at) * 200 + item("x") * 200, 400),
    "no-id": lambda at, start, here: ("<container><dc:title>a</dc:title></container><item/>", 2),
    "again": lambda at, start, here: ("".join(item(n) for n in range(5)), 4294967295),
    "for-ever": lambda at, start, here: ("".join(item(start + n) for n in range(200)), 0),
    "escapes": lambda at, start, here: (item("1", title=html.escape(ESCAPES)), 1),
    "shell": lambda at, start, here: (item("1", title=html.escape(SHELL)), 1),
    "eight-bits": lambda at, start, here: (item("1", title="Bj\xf6rk \u06db31mred"), 1),
    "long": lambda at, start, here: (item("1", title="x" * 1000000), 1),
    "names": lambda at, start, here: ("".join(item(n, resource(f"{here}/r/media/{n}"), title) for n, title in enumerate(
        ("../../evil", "-rf", "CON", "a/b", "..", "x" * 300, ".hidden"))), 7),
    "file": lambda at, start, here: (item("1", resource("file:///etc/passwd")), 1),
    "local": lambda at, start, here: (item("1", resource("http://127.0.0.1:22/x")), 1),
    "metadata": lambda at, start, here: (item("1", resource("http://169.254.169.254/latest/meta-data")), 1),
    "to-file": lambda at, start, here: (item("1", resource(f"{here}/r/to-file")), 1),
    "round": lambda at, start, here: (item("1", resource(f"{here}/r/round")), 1),
    "shorter": lambda at, start, here: (item("1", resource(f"{here}/r/media/1", ' size="5000"')), 1),
    "longer": lambda at, start, here: (item("1", resource(f"{here}/r/media/1", ' size="10"')), 1),
    "huge": lambda at, start, here: (item("1", resource(f"{here}/r/media/1", ' size="18446744073709551615"')), 1),
    "endless-media": lambda at, start, here: (item("1", resource(f"{here}/r/endless", ' size="1000"')), 1),
    "drip": lambda at, start, here: (item("1", resource(f"{here}/r/drip", ' size="4000000"')), 1),
    "text": lambda at, start, here: ("hello", 1),
    "half": lambda at, start, here: ("<container id=\"1\"", 1),
    "nested": lambda at, start, here: ("<item>" * 5000 + "</item>" * 5000, 1),
}
# What comes instead of an answer to an action, or as all there is of the description.
NOISES = ("endless", "slow", "headers", "reset", "never", "claims-more", "claims-less", "no-length", "html", "redirect",
          "nothing", "bomb", "tree")
SERVICES = "".join("<service><serviceType>urn:schemas-upnp-org:service:X:1</serviceType><controlURL>/x</controlURL></service>"
                   for _ in range(10000))


def description(lie, port):
    event = {"events-elsewhere": "http://192.0.2.66/event", "events-of-file": "file:///etc/passwd"}.get(
        lie, f"/{lie}/event")
    services = "".join(
        f"<service><serviceType>urn:schemas-upnp-org:service:{service}:1</serviceType>"
        f"<serviceId>urn:upnp-org:serviceId:{service}</serviceId><SCPDURL>/{lie}/scpd</SCPDURL>"
        f"<controlURL>/{lie}/control</controlURL><eventSubURL>{event}</eventSubURL></service>"
        for service in ("ContentDirectory", "ConnectionManager"))
    return ('<?xml version="1.0"?><root xmlns="urn:schemas-upnp-org:device-1-0"><device>'
            "<deviceType>urn:schemas-upnp-org:device:MediaServer:1</deviceType>"
            f"<friendlyName>Liar</friendlyName><manufacturer>M</manufacturer><modelName>L</modelName>"
            f"<UDN>uuid:00000000-0000-4000-8000-{port:012d}</UDN><serviceList>{services}</serviceList></device></root>")


def handler(address, port):
    here = f"http://{address}:{port}"
    gate = threading.Event()

    class Handler(http.server.BaseHTTPRequestHandler):
        def log_message(self, *_):
            pass

        def send(self, status, text, length=None):
            body = text.encode() if isinstance(text, str) else text
            self.send_response(status)
            self.send_header("Content-Type", 'text/xml; charset="utf-8"')
            self.send_header("Content-Length", str(len(body) if length is None else length))
            self.end_headers()
            self.wfile.write(body)

        def pour(self, octets, pause=0):
            self.send_response(200)
            self.end_headers()
            self.close_connection = True
            while True:
                self.wfile.write(octets)
                self.wfile.flush()
                time.sleep(pause)

        def redirect(self, to):
            self.send_response(302)
            self.send_header("Location", to)
            self.send_header("Content-Length", "0")
            self.end_headers()

        def make_noise(self, noise, truth):
            self.close_connection = True
            if noise == "endless":
                self.pour(b"<a>" + b"<!-- more -->" * 5000)
            elif noise == "slow":
                self.pour(b"<", 0.1)
            elif noise == "headers":
                self.wfile.write(b"HTTP/1.1 200 OK\r\n")
                while True:
                    self.wfile.write(b"X-More: " + b"y" * 5000 + b"\r\n")
            elif noise == "never":
                time.sleep(1000)
            elif noise == "claims-more":
                self.send(200, truth, 1000000000)
            elif noise == "claims-less":
                self.send(200, truth, len(truth) // 2)
            elif noise == "no-length":
                self.send(200, truth, "-1")
            elif noise == "html":
                self.send(200, "<html><body>Welcome<br>to the setup page</body>")
            elif noise == "redirect":
                self.redirect(self.path)
            elif noise == "nothing":
                self.send(200, "")
            elif noise == "bomb":
                self.send(200, '<!DOCTYPE a [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;&a;">]><a>&b;</a>')
            elif noise == "tree":
                self.send(200, "<a>" * 400000 + "</a>" * 400000)

        def do_GET(self):
            print("ASKED", self.path, flush=True)
            _, lie, *rest = self.path.split("/")
            if lie == "r":
                self.send_media(rest[0])
            elif rest[:1] != ["0"]:
                self.send(404, "none")
            elif lie.startswith("described-"):
                self.make_noise(lie.removeprefix("described-"), description(lie, port))
            elif lie == "services":
                text = description(lie, port)
                self.pour_services(text)
            else:
                self.send(200, description(lie, port))

        def send_media(self, kind):
            if kind == "endless":
                self.pour(b"o" * 100000)
            elif kind == "drip":
                self.drip()
            elif kind == "go":
                gate.set()
                self.send(200, "")
            elif kind == "to-file":
                self.redirect("file:///etc/passwd")
            elif kind == "round":
                self.redirect(f"{here}/r/round")
            else:
                self.send(200, b"o" * 1000)

        def drip(self):
            """Three quarters of it, then little by little until it may go on."""
            self.send_response(200)
            self.send_header("Content-Length", "4000000")
            self.end_headers()
            self.wfile.write(b"o" * 3000000)
            left = 1000000
            while not gate.is_set():
                self.wfile.write(b"o")
                left -= 1
                time.sleep(0.05)  # the pace of this server
            self.wfile.write(b"o" * left)

        def pour_services(self, text):
            """A million of them."""
            before, after = text.split("<serviceList>")
            self.send_response(200)
            self.end_headers()
            self.close_connection = True
            self.wfile.write(f"{before}<serviceList>".encode())
            for _ in range(100):
                self.wfile.write(SERVICES.encode())
            self.wfile.write(after.encode())

        def do_POST(self):
            print("ASKED", self.path, flush=True)
            body = self.rfile.read(int(self.headers["Content-Length"])).decode()
            lie = self.path.split("/")[1]
            action = self.headers["SOAPACTION"].strip('"').split("#")[1]
            if action != "Browse":
                self.send(*fault(401, "no"))
                return
            at = re.search(r"<ObjectID>([^<]*)<", body)[1]
            start = int(re.search(r"<StartingIndex>(\d+)<", body)[1])
            objects, total = LISTINGS.get(lie, lambda *_: (item("1"), 1))(at, start, here)
            returned, total = NUMBERS.get(lie, (str(objects.count("<item") + objects.count("<container")), str(total)))
            if lie == "none-of-many":
                objects = ""
            if "<BrowseFlag>BrowseMetadata" in body and at in ("0", "root"):
                objects, returned, total = container(at, "-1"), "1", "1"
            answer = envelope(
                f'<u:BrowseResponse xmlns:u="urn:x"><Result>{html.escape(DIDL + objects + "</DIDL-Lite>")}</Result>'
                f"<NumberReturned>{returned}</NumberReturned><TotalMatches>{total}</TotalMatches><UpdateID>1</UpdateID>"
                "</u:BrowseResponse>")
            if lie in NOISES:
                self.make_noise(lie, answer)
            else:
                self.send(200, answer)

    return Handler


def main():
    address, port = sys.argv[1], int(sys.argv[2])
    server = Server(address, port, handler(address, port))
    print("READY", flush=True)
    server.serve_forever()


if __name__ == "__main__":
    main()
