# SPDX-License-Identifier: LGPL-2.1-or-later
"""A plain SOAP and HTTP client of our own, for a host of the house.

    soap.py BASE-URL < [[SERVICE[:VERSION], ACTION, {ARGUMENT: VALUE}], ["GET", PATH, {HEADER: VALUE}],
                        ["PUT", PATH, {"text": BODY, "headers": {HEADER: VALUE}}], …]

reads such a line, prints a line with a list of one answer each, and so on: the OUT arguments, {"error": CODE}, or for GET {"status", "headers",
"length", "sha256", "text" (when it is short)}. Written against UDA 1.0 3.2.1, not against our library.
"""

import hashlib
import html
import http.client
import json
import re
import sys
import urllib.parse
import xml.etree.ElementTree as ElementTree

TEXT_MAX = 100_000


def request(base, method, path, body=None, headers=None):
    connection = http.client.HTTPConnection(base.hostname, base.port, timeout=20)
    connection.request(method, path, body, headers or {})
    answer = connection.getresponse()
    data = answer.read()
    connection.close()
    return answer, data


def call(base, service, action, arguments):
    service, _, version = service.partition(":")
    owner = "microsoft.com" if service.startswith("X_MS_") else "schemas-upnp-org"
    kind = f"urn:{owner}:service:{service}:{version or 1}"
    words = "".join(f"<{name}>{html.escape(str(value))}</{name}>" for name, value in arguments.items())
    body = ('<?xml version="1.0"?><s:Envelope xmlns:s="http://schemas.xmlsoap.org/soap/envelope/" '
            's:encodingStyle="http://schemas.xmlsoap.org/soap/encoding/"><s:Body>'
            f'<u:{action} xmlns:u="{kind}">{words}</u:{action}></s:Body></s:Envelope>')
    headers = {"SOAPACTION": f'"{kind}#{action}"', "Content-Type": 'text/xml; charset="utf-8"'}
    answer, data = request(base, "POST", f"/control/{service}", body.encode(), headers)
    if answer.status != 200:
        found = re.search(rb"<errorCode>(\d+)</errorCode>", data)
        return {"error": int(found.group(1)) if found else -answer.status}
    reply = ElementTree.fromstring(data)[0][0]
    return {child.tag: child.text or "" for child in reply}


def get(base, path, headers):
    answer, data = request(base, "GET", path, headers=headers)
    result = {"status": answer.status, "headers": {k.lower(): v for k, v in answer.getheaders()},
              "length": len(data), "sha256": hashlib.sha256(data).hexdigest()}
    if len(data) < TEXT_MAX:
        result["text"] = data.decode(errors="replace")
    return result


def send(base, method, path, options):
    """Sends a body: of options["size"] octets of options["fill"], or options["text"]."""
    body = (options["fill"].encode() * options["size"]) if "size" in options else options.get("text", "").encode()
    answer, data = request(base, method, path, body, options.get("headers"))
    return {"status": answer.status, "text": data.decode(errors="replace")}


def main():
    base = urllib.parse.urlsplit(sys.argv[1])
    for line in sys.stdin:
        answers = []
        for first, second, arguments in json.loads(line):
            if first == "GET":
                answers.append(get(base, second, arguments))
            elif first in ("POST", "PUT"):
                answers.append(send(base, first, second, arguments))
            else:
                answers.append(call(base, first, second, arguments))
        print(json.dumps(answers), flush=True)


if __name__ == "__main__":
    main()
