#!/usr/bin/env python3
"""nezha.py - one day of Nezha's faults as our records, with the true pod of each

usage: nezha.py DATA FOLDER

DATA has 2022-08-22-fault_list.json, metric/ and log/. For each fault FOLDER gets NAME.ndjson (topology, metrics from
half an hour before until five minutes after, logs of that time as far as there are any, one alert, its incident), and
labels.ndjson one line {"case","root","group"}: root are the pod and its service.

inject_time is taken as UTC (inject_timestamp is hours off on other days). The incident is what a monitor
of the front end's users would open: one alert on the service frontend, at the time of the fault. Each pod is an
instance of its service; calls are those that metric/source_50.csv and destination_50.csv measure.

exit: 0 done, 64 usage, 66 DATA is not there
"""
import csv
import datetime
import glob
import json
import os
import sys

BEFORE_S, AFTER_S = 1800, 300


def rfc3339(s):
    at = datetime.datetime.fromtimestamp(s, datetime.timezone.utc)
    return at.strftime("%Y-%m-%dT%H:%M:%S.") + "%03dZ" % (at.microsecond // 1000)


def seconds(text):
    return datetime.datetime.strptime(text[:19], "%Y-%m-%d %H:%M:%S").replace(tzinfo=datetime.timezone.utc).timestamp()


def service_of(pod):
    return pod.rsplit("-", 2)[0]


def rows_of(path):
    with open(path, encoding="utf-8", newline="") as f:
        yield from csv.DictReader(f)


def number(text):
    try:
        value = float(text)
    except ValueError:
        return None
    return value if value == value else None


def pod_metrics(data):
    for path in sorted(glob.glob(os.path.join(data, "metric", "*_metric.csv"))):
        for row in rows_of(path):
            at, pod = seconds(row["Time"]), row["PodName"]
            for name, text in row.items():
                value = number(text) if name not in ("Time", "TimeStamp", "PodName") else None
                if value is not None:
                    yield at, {"name": name, "component": pod, "service": service_of(pod), "value": value}


def call_metrics(data):
    for side in ("source", "destination"):
        for row in rows_of(os.path.join(data, "metric", side + "_50.csv")):
            for name, text in row.items():
                value = number(text) if "_" in name else None
                if value is not None:
                    caller, callee = name.split("_")
                    labels = {"source_workload": caller, "destination_workload": callee, "reporter": side}
                    yield seconds(row["time"]), {"name": "request_duration_p50", "unit": "s", "value": value, "labels": labels}


def log_lines(data):
    for path in sorted(glob.glob(os.path.join(data, "log", "*.csv"))):
        for row in rows_of(path):
            try:
                body = json.loads(row["Log"])["log"].strip()
            except ValueError:
                body = row["Log"]
            yield int(row["TimeUnixNano"]) / 1e9, {"component": row["PodName"], "service": service_of(row["PodName"]),
                                                   "trace_id": row["TraceID"], "span_id": row["SpanID"], "body": body}


def topology(data, pods):
    calls = {tuple(name.split("_")) for name in next(rows_of(os.path.join(data, "metric", "source_50.csv"))) if "_" in name}
    names = sorted({n for c in calls for n in c} | set(pods) | {service_of(p) for p in pods})
    edges = [{"from": a, "to": b, "type": "depends_on"} for a, b in sorted(calls)]
    return {"nodes": [{"id": n} for n in names],
            "edges": edges + [{"from": p, "to": service_of(p), "type": "instance_of"} for p in sorted(pods)]}


def write_case(path, at, events, graph):
    name = "Users wait or see errors"
    alert = {"status": "firing", "name": name, "component": "frontend", "service": "frontend", "severity": "high",
             "labels": {"alertname": name, "service": "frontend"}}
    n = 0
    with open(path, "w", encoding="utf-8") as f:
        def put(kind, when, fields):
            nonlocal n
            n += 1
            record = {"v": 1, "kind": kind, "id": "%s-%d" % (kind, n), "timestamp": rfc3339(when), "source": "nezha"}
            record.update(fields)
            f.write(json.dumps(record, separators=(",", ":")) + "\n")
            return record["id"]
        put("topology", at - BEFORE_S, graph)
        for when, kind, fields in events:
            if at - BEFORE_S <= when <= at + AFTER_S:
                put(kind, when, fields)
        number_of_alert = put("alert", at, alert)
        member = {"id": number_of_alert, "name": name, "component": "frontend", "service": "frontend", "role": "root",
                  "severity": "high", "onset": rfc3339(at)}
        put("incident", at + AFTER_S, {"incident": "INC-1", "starts_at": rfc3339(at), "last_seen": rfc3339(at),
                                       "severity": "high", "title": name, "services": ["frontend"], "members": [member],
                                       "causes": [{"component": "frontend", "score": 1, "share": 1, "evidence":
                                                   [{"record_id": number_of_alert, "text": name}]}]})


def convert(data, folder):
    events = [(at, "metric", m) for at, m in pod_metrics(data)] + [(at, "metric", m) for at, m in call_metrics(data)]
    events += [(at, "log", line) for at, line in log_lines(data)]
    events.sort(key=lambda e: e[0])
    graph = topology(data, {m["component"] for _, _, m in events if "component" in m})
    with open(os.path.join(data, "2022-08-22-fault_list.json"), encoding="utf-8") as f:
        faults = [fault for _, hour in sorted(json.load(f).items()) for fault in hour]
    with open(os.path.join(folder, "labels.ndjson"), "w", encoding="utf-8") as labels:
        for i, fault in enumerate(faults):
            case, pod = "nezha-%02d" % (i + 1), fault["inject_pod"]
            write_case(os.path.join(folder, case + ".ndjson"), seconds(fault["inject_time"]), events, graph)
            labels.write(json.dumps({"case": case, "root": [service_of(pod), pod], "group": fault["inject_type"]}) + "\n")


def main(argv):
    if len(argv) != 2:
        sys.stderr.write("nezha.py: try 'pydoc3 tests/bench/nezha.py'\n")
        return 64
    if not os.path.exists(os.path.join(argv[0], "2022-08-22-fault_list.json")):
        sys.stderr.write("nezha.py: no fault list in '%s'\n" % argv[0])
        return 66
    convert(argv[0], argv[1])
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
