# SPDX-License-Identifier: LGPL-2.1-or-later
"""A subscriber of our own, for a host of the house.

    gena.py OWN-ADDRESS URL [silent|gone]

subscribes and prints a line of JSON for the answer ({"sid", "timeout"}) and one for each NOTIFY:
{"sid", "seq", "variables": {NAME: VALUE}}. Ends when standard input does. One that is silent takes NOTIFYs and never answers; one that is
gone takes no connections any more. UDA 1.0, 4.
"""

import http.client
import http.server
import json
import socketserver
import sys
import threading
import urllib.parse
import xml.etree.ElementTree as ElementTree

subscribed = threading.Event()
manner = sys.argv[3] if len(sys.argv) > 3 else ""
PROPERTY = "{urn:schemas-upnp-org:event-1-0}property"


class Handler(http.server.BaseHTTPRequestHandler):
    def do_NOTIFY(self):
        if manner == "silent":
            threading.Event().wait()
        body = self.rfile.read(int(self.headers["Content-Length"]))
        subscribed.wait(10)  # the answer is printed first
        variables = {p[0].tag: p[0].text for p in ElementTree.fromstring(body).findall(PROPERTY)}
        print(json.dumps({"sid": self.headers["SID"], "seq": int(self.headers["SEQ"]), "variables": variables}),
              flush=True)
        self.send_response(200)
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, *words):
        pass


class Server(http.server.ThreadingHTTPServer):
    def server_bind(self):
        socketserver.TCPServer.server_bind(self)  # its own asks a name server for our name
        self.server_port = self.server_address[1]


def main():
    own, url = sys.argv[1], urllib.parse.urlsplit(sys.argv[2])
    server = Server((own, 0), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    connection = http.client.HTTPConnection(url.hostname, url.port, timeout=10)
    connection.request("SUBSCRIBE", url.path, headers={
        "CALLBACK": f"<http://{own}:{server.server_port}/>", "NT": "upnp:event", "TIMEOUT": "Second-300"})
    answer = connection.getresponse()
    print(json.dumps({"status": answer.status, "sid": answer.getheader("SID"), "timeout": answer.getheader("TIMEOUT")}),
          flush=True)
    subscribed.set()
    if manner == "gone":
        server.shutdown()
        server.server_close()
    sys.stdin.read()


main()
