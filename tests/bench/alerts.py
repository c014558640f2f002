"""What aiops-ingest makes of an alert, by Python's json: the same fields, without the fingerprint."""
import datetime
import hashlib
import json
import sys

SEVERITY = {"critical": ("critical", 21), "page": ("critical", 21), "error": ("high", 17), "warning": ("medium", 13),
            "low": ("low", 11), "info": ("info", 9)}
NAMES = (("component", ("component", "pod", "instance")), ("service", ("service", "service_name", "app", "job")),
         ("host", ("host", "hostname", "node")), ("env", ("env", "environment", "stage")), ("layer", ("layer",)))


def event(a, now):
    labels, notes, over = a["labels"], a.get("annotations") or {}, a["status"] == "resolved"
    word = labels.get("severity", "")
    severity, number = SEVERITY.get(word.lower(), ("unknown", 0))
    starts, ends = a["startsAt"], a["endsAt"] if over else None
    parts = ("alert", "alertmanager", a["fingerprint"], a["status"], starts)
    out = {"v": 1, "kind": "alert", "id": hashlib.sha256("".join(p + "\0" for p in parts).encode()).hexdigest()[:32],
           "timestamp": ends or starts, "observed": now, "source": "alertmanager", "source_id": a["fingerprint"]}
    if "/graph?g0.expr=" in a["generatorURL"]:
        out["signal"] = "metric"
    out.update(status=a["status"], severity=severity, severity_number=number, severity_text=word,
               name=labels.get("alertname"), title=notes.get("summary") or notes.get("title"),
               description=notes.get("description") or notes.get("message"))
    for field, names in NAMES:
        for name in names:
            if labels.get(name):
                out[field] = labels[name]
                break
    if "host" not in out and ":" in labels.get("instance", ""):
        out["host"] = labels["instance"].rsplit(":", 1)[0]
    out["starts_at"], out["ends_at"], out["labels"], out["annotations"] = starts, ends, dict(sorted(labels.items())), notes
    links = {"generator": a["generatorURL"]}
    if notes.get("runbook_url"):
        links["runbook"] = notes["runbook_url"]
    if notes.get("dashboard_url"):
        links["dashboard"] = notes["dashboard_url"]
    out["links"] = links
    return out


def main():
    now = datetime.datetime.now(datetime.timezone.utc).strftime("%Y-%m-%dT%H:%M:%SZ")
    write, dumps, loads = sys.stdout.write, json.dumps, json.loads
    for line in sys.stdin.buffer:
        write(dumps(event(loads(line), now), separators=(",", ":"), ensure_ascii=False) + "\n")


main()
