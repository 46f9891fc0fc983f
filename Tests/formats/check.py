"""check.py FOLDER: what readers that others wrote make of FOLDER/FORMAT.lines, a line an alert.

OCSF: the JSON schemas of the release that the lines name and of the newest, with every attribute that is not the schema's
refused; and the models of py-ocsf-models. ECS: the names and types of the schema's fields. CEF: pycef.
"""
import ipaddress
import json
import os
import re
import sys

import jsonschema
import ocsf_json_schema
import pycef
from py_ocsf_models.events.findings.detection_finding import DetectionFinding

failures = []


def expect(holds, *words):
    if not holds:
        failures.append(" ".join(str(word) for word in words))


def lines(name):
    with open(os.path.join(sys.argv[1], name + ".lines"), encoding="utf-8") as file:
        found = file.read().split("\n")
    expect(found.pop() == "" and found, name, "has no lines")
    return found


def once(pairs):
    names = [name for name, _ in pairs]
    expect(len(set(names)) == len(names), "a name comes twice in", names)
    return dict(pairs)


def objects(name):
    return [json.loads(line, object_pairs_hook=once) for line in lines(name)]


def ocsf():
    findings = objects("ocsf")
    for version in ["1.5.0", "1.8.0"]:
        path = os.path.join(ocsf_json_schema.__path__[0], "ocsf", version + ".json")
        with open(path, encoding="utf-8") as file:
            schema = ocsf_json_schema.OcsfJsonSchemaEmbedded(json.load(file))
        validator = jsonschema.Draft202012Validator(schema.get_class_schema("detection_finding"))
        for finding in findings:
            for error in validator.iter_errors(finding):
                expect(False, version, error.json_path, error.message)
    for finding in findings:
        # The models ask for more than the schema: the names of techniques, and a uid of what has a name.
        finding["finding_info"].pop("attacks", None)
        finding["finding_info"]["analytic"]["uid"] = ""
        try:
            DetectionFinding.model_validate(finding)
        except ValueError as error:
            expect(False, "py-ocsf-models:", error)
        expect(finding["type_uid"] == finding["class_uid"] * 100 + finding["activity_id"], "type_uid")
    return len(findings)


# Of version 8.11, those that alerts have.
KEYWORD, TEXT, LONG, DATE, ADDRESS, LIST = "keyword", "text", "long", "date", "ip", "keywords"
ECS = {
    "@timestamp": DATE, "message": TEXT, "tags": LIST, "ecs.version": KEYWORD, "log.level": KEYWORD,
    "event.id": KEYWORD, "event.kind": KEYWORD, "event.module": KEYWORD, "event.dataset": KEYWORD,
    "event.action": KEYWORD, "event.category": LIST, "event.type": LIST, "event.severity": LONG,
    "event.sequence": LONG, "event.outcome": KEYWORD, "rule.name": KEYWORD, "rule.description": KEYWORD,
    "threat.framework": KEYWORD, "threat.technique.id": LIST, "threat.technique.subtechnique.id": LIST,
    "host.name": KEYWORD, "organization.name": KEYWORD, "user.id": KEYWORD,
    "process.pid": LONG, "process.name": KEYWORD, "process.executable": KEYWORD, "process.command_line": KEYWORD,
    "process.working_directory": KEYWORD, "process.exit_code": LONG, "process.parent.pid": LONG,
    "process.parent.name": KEYWORD, "process.parent.executable": KEYWORD, "process.parent.command_line": KEYWORD,
    "source.ip": ADDRESS, "source.port": LONG, "destination.ip": ADDRESS, "destination.port": LONG,
    "network.transport": KEYWORD, "network.type": KEYWORD, "network.direction": KEYWORD,
    "container.id": KEYWORD, "container.name": KEYWORD, "container.runtime": KEYWORD,
    "container.image.name": KEYWORD, "container.image.tag": LIST, "orchestrator.type": KEYWORD,
    "orchestrator.namespace": KEYWORD, "orchestrator.resource.type": KEYWORD, "orchestrator.resource.name": KEYWORD,
    "orchestrator.resource.id": KEYWORD,
}
ALLOWED = {
    "event.kind": {"alert"}, "event.category": {"process", "network", "host"},
    "event.type": {"start", "end", "connection", "info"}, "event.outcome": {"success", "failure", "unknown"},
    "network.direction": {"ingress", "egress"},
}


def is_of(kind, value):
    if kind == LIST:
        return isinstance(value, list) and value and all(isinstance(part, str) for part in value)
    if kind == LONG:
        return type(value) is int and -(1 << 63) <= value < 1 << 63
    if kind == DATE:
        return re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{9}Z", value)
    if kind == ADDRESS:
        return ipaddress.ip_address(value)
    return isinstance(value, str)


def flat(value, path=""):
    for name, member in value.items():
        if isinstance(member, dict) and name not in ("labels", "selvage"):
            expect(member, path + name, "is empty")
            yield from flat(member, path + name + ".")
        else:
            yield path + name, member


def ecs():
    events = objects("ecs")
    for event in events:
        for name, value in flat(event):
            if name == "labels":
                expect(all(isinstance(label, str) and "." not in key for key, label in value.items()), "labels", value)
            elif name != "selvage":
                expect(name in ECS and is_of(ECS[name], value), name, value)
                words = ALLOWED.get(name)
                expect(not words or words.issuperset(value if isinstance(value, list) else [value]), name, value)
    return len(events)


def cef():
    found = lines("cef")
    for line in found:
        values = pycef.parse(line)
        expect(values, "pycef does not read", line)
        values = values or {}
        expect(values.get("DeviceVendor") == "Selvage" and values.get("CEFVersion") == "0", line)
        expect(0 <= int(values.get("Severity", -1)) <= 10, "severity", values.get("Severity"))
        expect(values.get("rt", "").lstrip("-").isdigit(), "rt", values.get("rt"))
        # It puts a custom field's value under its label.
        expect(values.get("id", "").startswith("b"), "id", values.get("id"))
        expect(values.get("record", "").isdigit(), "record", values.get("record"))
        expect(values.get("msg"), "msg", line)
    return len(found)


def plain():
    alerts = objects("json")
    for alert in alerts:
        expect(isinstance(alert["record"], int) and isinstance(alert["fields"], dict), alert)
    with_cookie = lines("cee")
    for alert, line in zip(alerts, with_cookie):
        same = json.loads(line.removeprefix("@cee: "), object_pairs_hook=once)
        # With the mark there is less room.
        expect(line.startswith("@cee: ") and (same == alert or same["truncated"] and same["id"] == alert["id"]), line)
    return len(alerts) + len(with_cookie)


counts = {name: check() for name, check in [("ocsf", ocsf), ("ecs", ecs), ("cef", cef), ("json", plain)]}
for failure in failures[:50]:
    print(failure[:500], file=sys.stderr)
print(" ".join(f"{name} {count}" for name, count in counts.items()))
sys.exit(1 if failures else 0)
