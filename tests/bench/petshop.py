#!/usr/bin/env python3
"""petshop.py - PetShop issues as our records, with the true node of each

usage: petshop.py DATA FOLDER

DATA has low_traffic/ and high_traffic/, each with noissue/metrics.csv, graph.csv and train/issue_N/. For each
issue FOLDER gets NAME.ndjson (topology, metrics, one alert, its incident) and labels.ndjson one line
{"case","root","group"}; root is a list of names that are right.

The normal run was recorded on other days; its last day is moved so that its last sample stands one period before the issue's
first. The incident is what a monitor of the violated target would open: one alert on the target node, at the given
time. Nothing in it comes from the label. A sample's time is the beginning of its five minutes.

exit: 0 done, 64 usage, 66 DATA is not there
"""
import csv
import datetime
import json
import os
import sys

PERIOD_S = 300
NORMAL_SAMPLES = 288  # the last day of the normal run


def rfc3339(s):
    return datetime.datetime.fromtimestamp(s, datetime.timezone.utc).strftime("%Y-%m-%dT%H:%M:%SZ")


def table(path):
    """[(time, {(node, metric, statistic): value})]"""
    with open(path, encoding="utf-8", newline="") as f:
        rows = list(csv.reader(f))
    heads = list(zip(*rows[:3]))
    return [(float(row[0]), {heads[k]: float(row[k]) for k in range(1, len(row)) if row[k] not in ("", "nan")})
            for row in rows[4:]]


def topology(path):
    with open(path, encoding="utf-8", newline="") as f:
        rows = list(csv.reader(f))
    names = rows[0][1:]
    edges = [{"from": row[0], "to": name, "type": "depends_on"}
             for row in rows[1:] for name, value in zip(names, row[1:]) if value != "0.0"]
    return {"nodes": [{"id": n} for n in names], "edges": edges}


class Writer:
    def __init__(self, path):
        self.file, self.n = open(path, "w", encoding="utf-8"), 0

    def put(self, kind, at, **fields):
        self.n += 1
        record = {"v": 1, "kind": kind, "id": "%s-%d" % (kind, self.n), "timestamp": rfc3339(at), "source": "petshop"}
        record.update(fields)
        self.file.write(json.dumps(record, separators=(",", ":")) + "\n")
        return record["id"]


def write_metrics(out, rows, shift):
    for at, values in rows:
        for (node, metric, statistic), value in values.items():
            out.put("metric", at + shift, name=metric, component=node, value=value, labels={"statistic": statistic})


def write_incident(out, target):
    at, node, name = target["timestamp"], target["node"], target["metric"] + " violated"
    alert = out.put("alert", at, status="firing", name=name, component=node, severity="high",
                    labels={"alertname": name, "component": node})
    member = {"id": alert, "name": name, "component": node, "role": "root", "severity": "high", "onset": rfc3339(at)}
    out.put("incident", at + 600, incident="INC-1", starts_at=rfc3339(at), last_seen=rfc3339(at), severity="high",
            title=name + " on " + node, services=[node], members=[member],
            causes=[{"component": node, "score": 1, "share": 1, "evidence": [{"record_id": alert, "text": name}]}])


def convert(data, folder):
    labels = []
    for traffic in ("low_traffic", "high_traffic"):
        base = os.path.join(data, traffic)
        graph, normal = topology(os.path.join(base, "graph.csv")), table(os.path.join(base, "noissue", "metrics.csv"))
        for issue in sorted(os.listdir(os.path.join(base, "train"))):
            place, case = os.path.join(base, "train", issue), "petshop-%s-%s" % (traffic.split("_")[0], issue)
            with open(os.path.join(place, "target.json"), encoding="utf-8") as f:
                label = json.load(f)
            rows = table(os.path.join(place, "metrics.csv"))
            out = Writer(os.path.join(folder, case + ".ndjson"))
            out.put("topology", rows[0][0], **graph)
            write_metrics(out, normal[-NORMAL_SAMPLES:], rows[0][0] - PERIOD_S - normal[-1][0])
            write_metrics(out, rows, 0)
            write_incident(out, label["target"])
            out.file.close()
            labels.append({"case": case, "root": [label["root_cause"]["node"]],
                           "group": traffic.split("_")[0] + " " + label["target"]["metric"]})
    with open(os.path.join(folder, "labels.ndjson"), "w", encoding="utf-8") as f:
        f.writelines(json.dumps(label) + "\n" for label in labels)


def main(argv):
    if len(argv) != 2:
        sys.stderr.write("petshop.py: try 'pydoc3 tests/bench/petshop.py'\n")
        return 64
    if not os.path.exists(os.path.join(argv[0], "low_traffic")):
        sys.stderr.write("petshop.py: no low_traffic in '%s'\n" % argv[0])
        return 66
    convert(argv[0], argv[1])
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
