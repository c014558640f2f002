"""What aiops-ingest is put through: a document, a map in jq, a poll, deliveries into a spool, a file that grows."""
import json
import os
import re

import drive
import made
import server
import torture
from workload import Workload

NOW = ["--now", "2026-11-21T12:00:00Z"]
TERMINATED, REJECTED = -15, 3
NAMES = ("A", "B", "C")


def arrange_document(folder):
    made.write(folder, one__json=made.alertmanager(["A", "B"]), two__json=made.alertmanager(["C"]), aliases__yaml="host: [box]\n",
               more__ndjson=made.alert(1) + b"[1]\n" + made.alert(2))


def arrange_map(folder):
    with open(os.path.join(torture.ROOT, "tests/golden/aiops-ingest/map-datadog/in"), "rb") as f:
        made.put(folder, "payload.json", f.read())


def only_jq_rejects(folder, run, good):
    """jq may fail at a document, and then that is counted; that there is no process to be had is no fault of the document."""
    total = re.search(rb"(\d+) of \d+ records rejected", run.err)  # each line of the messages may be the write that failed
    rejected = max(run.err.count(b"rejected ("), int(total[1]) if total else 0)
    if run.code == REJECTED and (b"cannot make" in run.err or b"cannot start" in run.err or run.out.count(b"\n") + rejected < good.out.count(b"\n")):
        return f"{run.err[-300:]!r}"
    return ""


def arrange_poll(folder):
    alerts = [{"labels": {"alertname": n}, "annotations": {}, "startsAt": "2026-11-21T09:00:00Z", "endsAt": "2099-01-01T00:00:00Z",
               "updatedAt": "2026-11-21T09:00:00Z", "fingerprint": "000000000000000" + n, "receivers": [{"name": "x"}],
               "status": {"state": "active", "silencedBy": [], "inhibitedBy": []}} for n in NAMES]
    POLL.argv += ["--url", server.answering(folder, alerts=json.dumps(alerts).encode()).url + "/alerts"]


def all_came(folder, run, next_run):
    """What the state says has come did come."""
    missing = set(NAMES) - drive.names_in(run.out) - drive.names_in(next_run.out)
    return f"alerts that never came: {sorted(missing)}" if missing else ""


def told_or_kept(folder, run, next_run):
    """Behind the next run, which brings what was kept: whatever was taken has come out."""
    came = drive.names_in(run.out) | drive.names_in(next_run.out)
    return f"taken and lost: {sorted(set(run.told) - came)}" if set(run.told) - came else ""


def deliver(folder, child, traced):
    port, told = drive.port_of(folder, child), []
    for name in NAMES if port else ():
        status, _ = drive.ask(port, "/", made.alertmanager([name]))
        told += [name] if status == 200 else []
    drive.wait_until(child, lambda: drive.lines_in(folder + ".out") >= len(told))
    drive.end(child, traced)
    if port:
        os.unlink(folder + "/port")
    return told


def arrange_log(folder):
    made.put(folder, "app.log", made.alert(1, "L1") + made.alert(2, "L2"))


def grow(folder, child, traced):
    """Two more lines while it runs; the last comes out behind all others."""
    n = drive.lines_in(folder + "/app.log") + 1
    with open(folder + "/app.log", "ab") as f:
        f.write(made.alert(n, f"L{n}") + made.alert(n + 1, f"L{n + 1}"))
    drive.wait_until(child, lambda: f"L{n + 1}" in drive.names_out(folder))
    drive.end(child, traced)
    return []


def all_lines_came(folder, run, next_run):
    with open(folder + "/app.log", "rb") as f:
        missing = drive.names_in(f.read()) - drive.names_in(run.out) - drive.names_in(next_run.out)
    return f"lines that never came: {sorted(missing)}" if missing else ""


POLL = Workload("aiops-ingest", "poll", [*NOW, "-f", "alertmanager", "--state", "poll.state"], arrange=arrange_poll,
                final=all_came)

WORKLOADS = [
    Workload("aiops-ingest", "document", [*NOW, "--aliases", "aliases.yaml", "--dead-letter", "dead", "--tolerate", "1", "one.json", "two.json",
                                          "more.ndjson"], arrange=arrange_document),
    Workload("aiops-ingest", "map", [*NOW, "-f", "datadog", "payload.json"], arrange=arrange_map, answers=(REJECTED,),
             check=only_jq_rejects),
    POLL,
    Workload("aiops-ingest", "listen", ["--listen", "127.0.0.1:0", "--port-file", "port", "--spool", "spool"], compare=False, drive=deliver, ends=TERMINATED,
             stores=("spool/spool.db",), final=told_or_kept),
    Workload("aiops-ingest", "follow", ["-f", "ndjson", "--follow", "--state", "follow.state", "app.log"], arrange=arrange_log, compare=False,
             drive=grow, ends=TERMINATED, final=all_lines_came),
]
