#!/usr/bin/python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""A server to which uploads break off: breaking_server.py ADDRESS PORT KIND

The first upload ends with a reset after 100,000 octets. KIND says what then:
  resumes   it tells how far it got, and takes the rest
  forgets   it tells nothing of what it got
  full      it answers 507 instead, and reads nothing more
  drips     it breaks off nothing, but reads little by little until somebody fetched /go
  fetches   it takes nothing (405), but fetches what ImportResource names
  fetches-half  the same, and gives it up in the midst
  fetches-never  the same, and fetches nothing; a transfer that is stopped is a line "STOPPED ID"
Each upload is a line "UPLOAD FIRST-OCTET OCTETS" on standard output; what has come in the end "GOT SHA256".
"""

import hashlib
import html
import http.server
import re
import socket
import struct
import sys
import threading
import time
import urllib.request

from rogue_device import Server, description, envelope, fault

FIRST = 100_000


def didl(address, port, kind, got):
    resumable = f'dlna:resumeUpload="1" dlna:uploadedSize="{got}"' if kind == "resumes" and got else ""
    return ('<DIDL-Lite xmlns="urn:schemas-upnp-org:metadata-1-0/DIDL-Lite/" '
            'xmlns:dlna="urn:schemas-dlna-org:metadata-1-0/" xmlns:dc="http://purl.org/dc/elements/1.1/" '
            'xmlns:upnp="urn:schemas-upnp-org:metadata-1-0/upnp/"><item id="7" parentID="0" restricted="0">'
            "<dc:title>New</dc:title><upnp:class>object.item.audioItem.musicTrack</upnp:class>"
            f'<res protocolInfo="http-get:*:audio/mpeg:*" importUri="http://{address}:{port}/import" {resumable}>'
            "</res></item></DIDL-Lite>")


class Transfer(threading.Thread):
    """What ImportResource begins."""

    def __init__(self, url, half):
        super().__init__(daemon=True)
        self.url, self.half, self.status, self.got = url, half, "IN_PROGRESS", b""
        self.start()

    def run(self):
        with urllib.request.urlopen(self.url, timeout=20) as answer:
            self.got = answer.read(FIRST)
            if self.half:
                self.status = "ERROR"
                return
            self.got += answer.read()
        print("GOT", hashlib.sha256(self.got).hexdigest(), self.url, flush=True)
        self.status = "COMPLETED"


def handler(address, port, kind):
    got = bytearray()
    transfers = []
    gate = threading.Event()

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

        def drip(self, length):
            while not gate.is_set():
                got.extend(self.rfile.read(4096))
                time.sleep(0.05)  # the pace of this server
            got.extend(self.rfile.read(length - len(got)))
            print("GOT", hashlib.sha256(got).hexdigest(), flush=True)
            return self.send(200, "")

        def do_GET(self):
            if self.path == "/go":
                gate.set()
            self.send(200, description("shortlived", 0, address))

        def reset(self):
            self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
            self.connection.close()
            self.rfile = self.wfile = open("/dev/null", "rb+", buffering=0)
            self.close_connection = True

        def take(self):
            length = int(self.headers["Content-Length"])
            span = re.match(r"bytes (\d+)-", self.headers["Content-Range"] or "bytes 0-")
            begin = int(span[1])
            if kind == "full":
                print("UPLOAD", begin, 0, flush=True)
                self.close_connection = True
                return self.send(507, "full")
            if kind.startswith("fetches"):
                print("UPLOAD", begin, 0, flush=True)
                self.close_connection = True
                return self.send(405, "it is fetched")
            if kind == "drips":
                return self.drip(length)
            octets = self.rfile.read(FIRST if not got else length)
            print("UPLOAD", begin, len(octets), flush=True)
            del got[begin:]
            got.extend(octets)
            if len(octets) < length:
                return self.reset()
            print("GOT", hashlib.sha256(got).hexdigest(), flush=True)
            return self.send(200, "")

        def do_POST(self):
            if self.path == "/import":
                return self.take()
            request = self.rfile.read(int(self.headers["Content-Length"])).decode()
            action = self.headers["SOAPACTION"].strip('"').split("#")[1]
            result = f"<Result>{html.escape(didl(address, port, kind, len(got)))}</Result>"
            values = {"CreateObject": f"<ObjectID>7</ObjectID>{result}",
                      "Browse": f"{result}<NumberReturned>1</NumberReturned><TotalMatches>1</TotalMatches>"
                                "<UpdateID>1</UpdateID>"}
            if action == "ImportResource" and kind == "fetches-never":
                values[action] = "<TransferID>77</TransferID>"
            elif action == "ImportResource" and kind.startswith("fetches"):
                assert f"<DestinationURI>http://{address}:{port}/import</DestinationURI>" in request, request
                url = html.unescape(re.search("<SourceURI>(.*)</SourceURI>", request)[1])
                transfers.append(Transfer(url, kind == "fetches-half"))
                values[action] = f"<TransferID>{len(transfers)}</TransferID>"
            if kind == "fetches-never":
                values["GetTransferProgress"] = ("<TransferStatus>IN_PROGRESS</TransferStatus>"
                                                 "<TransferLength>0</TransferLength><TransferTotal>0</TransferTotal>")
                values["StopTransferResource"] = ""
            if action == "StopTransferResource":
                print("STOPPED", re.search("<TransferID>(.*)</TransferID>", request)[1], flush=True)
            if action == "GetTransferProgress" and transfers:
                now = transfers[-1]
                values[action] = (f"<TransferStatus>{now.status}</TransferStatus>"
                                  f"<TransferLength>{len(now.got)}</TransferLength><TransferTotal>0</TransferTotal>")
            if action not in values:
                return self.send(*fault(401, "no"))
            return self.send(200, envelope(f'<u:{action}Response xmlns:u="urn:x">{values[action]}</u:{action}Response>'))

    return Handler


def main():
    address, port, kind = sys.argv[1], int(sys.argv[2]), sys.argv[3]
    server = Server(address, port, handler(address, port, kind))
    print("READY", flush=True)
    server.serve_forever()


if __name__ == "__main__":
    main()
