#!/usr/bin/python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""LastChange documents read by GUPnP-AV's parser.

    gupnp_last_change.py NAME … < JSON list of documents

Prints a JSON list: for each document an object of those NAMEs that GUPnP-AV found in instance 0. Exits with 3 when
the library is not there, 4 when it refuses a document. Its function takes its variables as C's open arguments, which
the bindings for Python do not know: so it is called directly.
"""

import ctypes
import ctypes.util
import json
import sys

TYPE_STRING = 16 << 2  # G_TYPE_STRING


def main():
    path = ctypes.util.find_library("gupnp-av-1.0")
    if path is None:
        return 3
    library = ctypes.CDLL(path)
    library.gupnp_last_change_parser_new.restype = ctypes.c_void_p
    parse = library.gupnp_last_change_parser_parse_last_change
    parse.restype = ctypes.c_int
    parser = ctypes.c_void_p(library.gupnp_last_change_parser_new())
    found = []
    for document in json.load(sys.stdin):
        values = {name: ctypes.c_char_p() for name in sys.argv[1:]}
        words = []
        for name, value in values.items():
            words += [ctypes.c_char_p(name.encode()), ctypes.c_size_t(TYPE_STRING), ctypes.byref(value)]
        error = ctypes.c_void_p()
        if not parse(parser, ctypes.c_uint(0), ctypes.c_char_p(document.encode()), ctypes.byref(error), *words,
                     ctypes.c_void_p()):
            return 4
        found.append({name: value.value.decode() for name, value in values.items() if value.value is not None})
    json.dump(found, sys.stdout)
    return 0


sys.exit(main())
