#!/usr/bin/env python3
"""micross.py - GAIA MicroSS alerts as our records, with labels and topology

usage: micross.py DATA FOLDER [whole | apart | overlay SECONDS | again SECONDS | random SECONDS SEED]

DATA has alerts.jsonl, label.csv and topology.json. Into FOLDER go events.ndjson, labels.ndjson (one fault a
line: fault, root, service, split, copy, records) and topology.json.

  whole     the stream as it was recorded (the default)
  apart     the same faults in their order, a day from one another: one fault at a time
  overlay   and a second system beside it: a copy under other names, so much later
  again     and the same faults once more on the same components, so much later
  random    the faults at random times so many seconds apart on average (exponential gaps)

Clocks: ts of log alerts and the times of label.csv are UTC+8 without saying so; ts_ms is UTC.
Layers: from the type of a node alone (Host compute, Database and Cache storage, Coordination_Manager
platform, else application). A metric alert's host is an address; the host of the topology that
most of its instances stand on has it. split: odd or even number of the original fault, so that the
copies of one fault stand on one side.

exit: 0 done, 64 usage, 66 DATA is not there
"""
import collections
import csv
import datetime
import hashlib
import json
import os
import random
import sys

UTC_PLUS_8 = datetime.timedelta(hours=8)
LAYERS = {"Host": "compute", "Database": "storage", "Cache": "storage", "Coordination_Manager": "platform"}
# relations in which the source suffers when the target fails; the others are the same, told backwards
SUFFERS = {"control_flow": "depends_on", "data_flow": "depends_on", "registers_with": "depends_on",
           "hosted_on": "runs_on", "instance_of": "instance_of"}
DAY_MS = 86400000


def time_ms(alert):
    if "ts_ms" in alert:
        return alert["ts_ms"]
    at = datetime.datetime.strptime(alert["ts"], "%Y-%m-%d %H:%M:%S,%f") - UTC_PLUS_8
    return round(at.replace(tzinfo=datetime.timezone.utc).timestamp() * 1000)


def rfc3339(ms):
    at = datetime.datetime.fromtimestamp(ms // 1000, datetime.timezone.utc)
    return at.strftime("%Y-%m-%dT%H:%M:%S") + ".%03dZ" % (ms % 1000)


class System:
    """The topology, and where each component stands."""

    def __init__(self, data, alerts):
        with open(os.path.join(data, "topology.json"), encoding="utf-8") as f:
            topology = json.load(f)
        self.nodes = {n["id"]: n["type"] for n in topology["nodes"]}
        self.edges = [(e["source"], e["target"], SUFFERS[e["label"]])
                      for e in topology["edges"] if e["label"] in SUFFERS and e["source"] != e["target"]]
        self.service = {a: b for a, b, kind in self.edges if kind == "instance_of"}
        self.host = {a: b for a, b, kind in self.edges if kind == "runs_on"}
        votes = collections.defaultdict(collections.Counter)
        for a in alerts:
            if a["component"] in self.host and "host" in a:
                votes[a["host"]][self.host[a["component"]]] += 1
        self.host_of_address = {address: v.most_common(1)[0][0] for address, v in votes.items()}

    def name(self, component):
        return self.host_of_address.get(component, component)


def name_of(alert):
    if alert["kind"] == "metric":
        return alert["metric"] + " " + alert["direction"]
    if alert["kind"] == "log":
        return "log template " + alert["template_id"]
    return "trace " + alert["type"]


def record(system, alert, prefix, at_ms, number):
    component = system.name(alert["component"])
    out = {"v": 1, "kind": "alert", "id": hashlib.sha256(("%s%d" % (prefix, number)).encode()).hexdigest()[:32],
           "timestamp": rfc3339(at_ms), "source": "micross", "signal": alert["kind"], "status": "firing",
           "name": name_of(alert), "component": prefix + component}
    labels = {"alertname": out["name"], "component": out["component"]}
    if component in system.service:
        out["service"] = prefix + system.service[component]
    if component in system.host:
        out["host"] = prefix + system.host[component]
    elif system.nodes.get(component) == "Host":
        out["host"] = prefix + component
    if "target" in alert:
        labels["target"] = prefix + system.name(alert["target"])
    out["labels"] = labels
    return out


def shifts(mode, args, starts):
    """For each copy of the stream: its prefix, and by how many milliseconds each fault moves."""
    order = sorted(starts, key=lambda fault: (starts[fault], fault))
    base = starts[order[0]]
    if mode == "apart":
        return [("", {f: base + i * DAY_MS - starts[f] for i, f in enumerate(order)})]
    if mode == "random":
        dice, at, out = random.Random(int(args[1])), base, {}
        for f in order:
            out[f] = at - starts[f]
            at += round(1000 * dice.expovariate(1 / float(args[0])))
        return [("", out)]
    still = {f: 0 for f in order}
    if mode == "whole":
        return [("", still)]
    later = {f: round(1000 * float(args[0])) for f in order}
    return [("", still), ("b-" if mode == "overlay" else "", later)]


def convert(data, folder, mode, args):
    with open(os.path.join(data, "alerts.jsonl"), encoding="utf-8") as f:
        alerts = [json.loads(line) for line in f]
    with open(os.path.join(data, "label.csv"), encoding="utf-8", newline="") as f:
        faults = {int(row["fault_id"]): row for row in csv.DictReader(f)}
    system = System(data, alerts)
    starts = {}
    for a in alerts:
        starts[a["fault_id"]] = min(time_ms(a), starts.get(a["fault_id"], time_ms(a)))
    events, labels = [], []
    for turn, (prefix, shift) in enumerate(shifts(mode, args, starts)):
        records = collections.defaultdict(list)
        for number, a in enumerate(alerts):
            at = time_ms(a) + shift[a["fault_id"]]
            out = record(system, a, prefix, at, number + turn * len(alerts))
            events.append((at, turn, number, out))
            records[a["fault_id"]].append(out["id"])
        for fault, row in faults.items():
            root = system.name(row["fault_entity"])
            labels.append({"fault": "%d.%d" % (turn, fault), "root": prefix + root,
                           "service": prefix + system.service.get(root, root),
                           "split": "odd" if int(row["orig_fault_id"]) % 2 else "even",
                           "copy": row["augmented"] == "True", "records": records[fault]})
    prefixes = ["", "b-"] if mode == "overlay" else [""]
    nodes = [{"id": p + n, "layer": LAYERS.get(kind, "application")} for p in prefixes for n, kind in system.nodes.items()]
    edges = [{"from": p + a, "to": p + b, "type": kind} for p in prefixes for a, b, kind in system.edges]
    with open(os.path.join(folder, "events.ndjson"), "w", encoding="utf-8") as f:
        for _, _, _, out in sorted(events, key=lambda e: e[:3]):
            f.write(json.dumps(out, separators=(",", ":")) + "\n")
    with open(os.path.join(folder, "labels.ndjson"), "w", encoding="utf-8") as f:
        for label in labels:
            f.write(json.dumps(label, separators=(",", ":")) + "\n")
    with open(os.path.join(folder, "topology.json"), "w", encoding="utf-8") as f:
        json.dump({"nodes": nodes, "edges": edges}, f)


def main(argv):
    wanted = {"whole": 0, "apart": 0, "overlay": 1, "again": 1, "random": 2}
    mode = argv[2] if len(argv) > 2 else "whole"
    if len(argv) < 2 or mode not in wanted or len(argv[3:]) != wanted[mode]:
        sys.stderr.write("micross.py: try 'pydoc3 tests/bench/micross.py'\n")
        return 64
    if not os.path.exists(os.path.join(argv[0], "alerts.jsonl")):
        sys.stderr.write("micross.py: no alerts.jsonl in '%s'\n" % argv[0])
        return 66
    convert(argv[0], argv[1], mode, argv[3:])
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
