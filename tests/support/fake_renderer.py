#!/usr/bin/python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""A renderer that only pretends: fake_renderer.py ADDRESS PORT HABIT [SECONDS]

Every track lasts SECONDS (5). It fetches nothing; each track that begins is a line "BEGIN URI" on standard
output, each end "END URI". HABIT is what becomes of SetNextAVTransportURI, or another peculiarity:
  gapless   plays on
  stops     plays on after a second of STOPPED
  drops     takes the URI and forgets it
  missing   602
  nameless  plays on, but never says what
  stubborn  takes no other URI unless it is stopped; has no next
  refuses   every second URI cannot be played
  deaf      never begins the second track, ERROR_OCCURRED instead
  lpcm      plays on; of sound it takes uncompressed only, of films Matroska
  mpeg2     plays on; takes MPEG-2 program streams only; all others MP3 only
No discovery: it is named by its URL, http://ADDRESS:PORT/0. There are no events.
"""

import http.server
import html
import re
import socket
import socketserver
import sys
import threading
import time

from rogue_device import description, envelope, fault


SINKS = {"lpcm": ["audio/L16;rate=48000;channels=2:*", "video/x-matroska:*"],
         "mpeg2": ["video/mpeg:DLNA.ORG_PN=MPEG_PS_PAL", "video/mpeg:DLNA.ORG_PN=MPEG_PS_NTSC"]}


class Transport:
    def __init__(self, habit, seconds):
        self.habit, self.seconds = habit, seconds
        self.lock = threading.Lock()
        self.state, self.uri, self.next, self.begun = "NO_MEDIA_PRESENT", "", "", 0.0
        self.light = "10"
        self.held = 0.0  # position while paused
        self.failed = False
        self.gap_until = 0.0
        self.seen = 0

    def begin(self, uri):
        self.uri, self.begun, self.state, self.failed = uri, time.monotonic(), "PLAYING", False
        self.seen += 1
        if self.habit == "deaf" and self.seen == 2:
            self.state, self.failed = "STOPPED", True
            return
        print("BEGIN", uri, flush=True)

    def advance(self):
        """What has happened since the last look."""
        now = time.monotonic()
        if self.gap_until and now >= self.gap_until:
            self.gap_until, uri, self.next = 0.0, self.next, ""
            self.begin(uri)
        if self.state != "PLAYING" or now - self.begun < self.seconds:
            return
        print("END", self.uri, flush=True)
        if self.next and self.habit in ("gapless", "nameless", "deaf", "lpcm", "mpeg2"):
            uri, self.next = self.next, ""
            self.begin(uri)
        elif self.next and self.habit == "stops":
            self.state, self.gap_until = "STOPPED", now + 1
        else:
            self.state, self.next = "STOPPED", ""

    def position(self):
        return time.monotonic() - self.begun if self.state == "PLAYING" else self.held

    # actions; None: no answer of its own

    def set_uri(self, uri):
        if self.habit == "stubborn" and self.state == "PLAYING":
            return fault(705, "Transport is locked")
        if self.habit == "refuses" and uri.endswith("2.mp3"):
            return fault(714, "Illegal MIME-type")
        self.uri, self.state, self.next, self.gap_until = uri, "STOPPED", "", 0.0
        return None

    def set_next(self, uri):
        if self.habit in ("missing", "stubborn"):
            return fault(602, "Optional Action Not Implemented")
        if self.habit == "refuses" and uri.endswith("2.mp3"):
            return fault(714, "Illegal MIME-type")
        self.next = "" if self.habit == "drops" else uri
        return None

    def call(self, action, arguments):
        with self.lock:
            self.advance()
            out = ""
            failure = None
            if action == "SetAVTransportURI":
                failure = self.set_uri(arguments.get("CurrentURI", ""))
            elif action == "SetNextAVTransportURI":
                failure = self.set_next(arguments.get("NextURI", ""))
            elif action == "Play" and self.state != "PLAYING":
                self.begin(self.uri)
            elif action == "Stop":
                self.state, self.next, self.gap_until = "STOPPED", "", 0.0
            elif action == "GetTransportInfo":
                status = "ERROR_OCCURRED" if self.failed else "OK"
                out = (f"<CurrentTransportState>{self.state}</CurrentTransportState>"
                       f"<CurrentTransportStatus>{status}</CurrentTransportStatus><CurrentSpeed>1</CurrentSpeed>")
            elif action == "GetPositionInfo":
                uri = "NOT_IMPLEMENTED" if self.habit == "nameless" else html.escape(self.uri)
                out = (f"<Track>1</Track><TrackDuration>0:00:{self.seconds:02d}</TrackDuration>"
                       f"<TrackURI>{uri}</TrackURI><RelTime>0:00:{int(self.position()):02d}</RelTime>")
            elif action == "Shine":
                out = f"<Before>{self.light}</Before>"
                self.light = arguments["Level"]
            elif action == "GetProtocolInfo":
                sink = ",".join(f"http-get:*:{kind}" for kind in SINKS.get(self.habit, ["audio/mpeg:*"]))
                out = f"<Source></Source><Sink>{sink}</Sink>"
            return failure or (200, envelope(f'<u:{action}Response xmlns:u="urn:x">{out}</u:{action}Response>'))


# a service that no standard knows, with its arguments in an order of its own
LAMP = ('<scpd xmlns="urn:schemas-upnp-org:service-1-0"><actionList><action><name>Shine</name><argumentList>'
        "<argument><name>Before</name><direction>out</direction><relatedStateVariable>Level</relatedStateVariable>"
        "</argument><argument><name>Level</name><direction>in</direction>"
        "<relatedStateVariable>Level</relatedStateVariable></argument></argumentList></action></actionList>"
        "<serviceStateTable><stateVariable><name>Level</name><dataType>ui1</dataType><allowedValueRange>"
        "<minimum>5</minimum><maximum>90</maximum></allowedValueRange></stateVariable></serviceStateTable></scpd>")
LAMP_SERVICE = ("<service><serviceType>urn:example-com:service:Lamp:2</serviceType>"
                "<serviceId>urn:example-com:serviceId:TopLight</serviceId><SCPDURL>/lamp</SCPDURL>"
                "<controlURL>/control</controlURL><eventSubURL/></service>")


def handler(address, transport):
    class Handler(http.server.BaseHTTPRequestHandler):
        def log_message(self, *_):
            pass

        def send(self, status, text):
            body = text.encode()
            self.send_response(status)
            self.send_header("Content-Type", 'text/xml; charset="utf-8"')
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def do_GET(self):
            if self.path == "/lamp":
                self.send(200, LAMP)
                return
            self.send(200, description("plain", transport.number, address)
                      .replace("Rogue", f"Fake {transport.habit}")
                      .replace("</serviceList>", f"{LAMP_SERVICE}</serviceList>"))

        def do_POST(self):
            body = self.rfile.read(int(self.headers["Content-Length"])).decode()
            action = self.headers["SOAPACTION"].strip('"').split("#")[1]
            arguments = {name: html.unescape(value)
                         for name, value in re.findall(r"<(\w+)>([^<]*)</\1>", body)}
            self.send(*transport.call(action, arguments))

    return Handler


class Server(socketserver.ThreadingMixIn, socketserver.TCPServer):
    daemon_threads = True

    def __init__(self, address, *rest):
        self.address_family = socket.AF_INET6 if ":" in address[0] else socket.AF_INET
        super().__init__(address, *rest)

    allow_reuse_address = True

    def handle_error(self, *_):
        pass


def main():
    address, port, habit = sys.argv[1], int(sys.argv[2]), sys.argv[3]
    transport = Transport(habit, int(sys.argv[4]) if len(sys.argv) > 4 else 5)
    transport.number = port
    server = Server((address, port), handler(address, transport))
    print("READY", flush=True)

    def watch():  # borders pass whether anybody asks or not
        while True:
            time.sleep(0.02)
            with transport.lock:
                transport.advance()

    threading.Thread(target=watch, daemon=True).start()
    server.serve_forever()


if __name__ == "__main__":
    main()
