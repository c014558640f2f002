"""What aiops-triage is put through beside what broad.py has: a verdict stored, things fetched for an incident, templates remembered."""
import contextlib
import sqlite3

import broad
import made
from workload import Workload

QUERY = "version: 1\nid: log\nformat: ndjson\nargv: [cat, {0}/context.ndjson]\n"


def arrange_answered(folder):
    """An incident that was answered, so that there is something to be right about."""
    broad.arrange_incident(folder)
    told = broad.do(folder, "aiops-triage", "explain", "-q", *broad.NOW, "--db", "store.db", "incidents.ndjson")
    made.put(folder, "name", told.split(b'"incident":"')[1].split(b'"')[0])


def verdict_is_kept(folder, run, good):
    with contextlib.closing(sqlite3.connect(f"file:{folder}/store.db?mode=ro", uri=True)) as db:
        n = db.execute("SELECT count(*) FROM aiops_feedback").fetchone()[0]
    return "exit 0 without a verdict on file" if run.code == 0 and n != 1 else ""


def localise_queries(folder, tag):
    made.put(folder, "queries/log.yaml", QUERY.format(folder))


def incident_passes(folder, run, good):
    """What could not be fetched is told in a notice; the incident goes on as it came in."""
    with open(folder + "/incidents.ndjson", "rb") as f:
        there = f.read() in run.out
    return "" if run.code or there else "exit 0 without the incident"


def arrange_lines(folder):
    made.put(folder, "app.log", "".join(f"request {n} took {n * 7} ms\n" if n % 3 else f"cannot reach db-{n}\n" for n in range(40)))


WORKLOADS = [
    Workload("aiops-triage", "feedback", ["feedback", "@name", *broad.NOW, "--db", "store.db", "--cause", "orders-db:connection_exhaustion"],
             arrange=arrange_answered, stores=("store.db",), compare=False, check=verdict_is_kept),
    Workload("aiops-triage", "gather", ["gather", *broad.NOW, "--context-dir", "queries", "incidents.ndjson"], arrange=broad.arrange_incident,
             localise=localise_queries, compare=False, check=incident_passes),
    Workload("aiops-triage", "mined", ["templates", "--state", "t.state", "-f", "list", "app.log"], arrange=arrange_lines, state=("t.state",), again=False),
]
