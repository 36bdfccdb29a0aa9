# SPDX-License-Identifier: LGPL-2.1-or-later
"""The published schema of avcp's JSON, taken strictly: what it does not name is an error in a test."""

import json
import pathlib
import urllib.parse

import jsonschema

PATH = pathlib.Path(__file__).parents[2] / "controlpoint/data/avcp.schema.json"
WITH_VALUE = {"-r", "-s", "-c", "--renderer", "--server", "--interface", "--timeout", "--limit", "--depth", "--count",
              "--report", "--ramp", "--log-level", "--log-target", "--config"}
STREAMS = {"watch", "devices --follow", "status --follow"}


def strict(node):
    """Objects without members that nobody named; what is only a part of others (allOf) stays open."""
    if isinstance(node, list):
        return [strict(item) for item in node]
    if not isinstance(node, dict):
        return node
    closed = {key: value if key == "allOf" else strict(value) for key, value in node.items()}
    if "$ref" in node or isinstance(node.get("properties"), dict):
        closed["unevaluatedProperties"] = False
    return closed


SCHEMA = json.loads(PATH.read_text())
OUTPUTS = SCHEMA["$defs"]["output"]
SCHEMA["$defs"]["output"] = {verb: strict(output) for verb, output in OUTPUTS.items()}


def operands_of(words):
    """The verb and its operands; options and their values left out."""
    found, skip = [], False
    for word in map(str, words):
        if skip or word.startswith("-") and not word[1:2].isdigit() and word != "-":
            skip = not skip and word in WITH_VALUE
        else:
            found.append(word)
    return found


def name_of(words):
    """Which property of the schema is printed for this command line."""
    verb, *operands = operands_of(words)
    options = set(map(str, words))
    if verb == "call":
        return ("call (no operand)", "call SERVICE", "call")[min(len(operands), 2)]
    if verb == "queue" and operands[:1] in ([], ["show"]):
        return "queue show"
    for option in ("--follow", "--didl", "--report"):
        if option in options:
            return f"{verb} {option}"
    return verb


def check(words, output):
    """Fails when the output of `avcp --json WORDS` is not what the schema says."""
    name = name_of(words)
    assert name in OUTPUTS, f"the schema does not know what '{name}' prints"
    validator = jsonschema.Draft202012Validator({**SCHEMA, "$ref": f"#/$defs/output/{urllib.parse.quote(name)}"})
    for record in output if name in STREAMS else [output]:
        validator.validate(record)
