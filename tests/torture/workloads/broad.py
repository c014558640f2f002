"""More workloads for what need not start strace for each point: the commands that ask the kernel for little and compute much."""
import json
import os
import re
import shutil
import sqlite3
import subprocess
from contextlib import closing

import audit_log
import made
import torture
from workload import Workload

SHARE = os.path.join(torture.ROOT, "share")
POOL = os.path.join(SHARE, "examples/postgres-connections-exhausted")
PAST = SHARE + "/examples/past-incidents"
NOW = ["--now", "2026-11-21T12:00:00Z"]
STORE = {"AIOPS_DB": "store.db"}


def do(folder, *argv, out=None, stdin=b"", env=None):
    """A programme of ours in the folder, which must succeed; its output, to a file if one is named."""
    run = subprocess.run([torture.programme(argv[0]), *argv[1:]], cwd=folder, input=stdin, capture_output=True, check=False,
                         env=torture.environment(HOME=folder, **STORE, **(env or {})))
    if run.returncode:
        raise SystemExit(f"# {' '.join(argv)}: exit {run.returncode}: {run.stderr.decode(errors='replace')}")
    if out:
        made.put(folder, out, run.stdout)
    return run.stdout


def part_of(folder, name, lines):
    """The first lines of a file of the recorded incident, under its own name."""
    with open(os.path.join(POOL, name), "rb") as f:
        made.put(folder, os.path.basename(name), b"".join(f.readlines()[:lines]))


def masked(*names):
    """Takes the values of these members, wherever they stand, out of a line."""
    pattern = re.compile(rb'"(%s)":"[^"]*"' % "|".join(names).encode())
    return lambda line: pattern.sub(rb'"\1":""', line)


# ---- aiops-ingest ----

def arrange_log(folder):
    part_of(folder, "logs/postgresql.log", 40)


def arrange_hooks(folder):
    part_of(folder, "webhooks.ndjson", 12)


def arrange_events(folder):
    arrange_hooks(folder)
    do(folder, "aiops-ingest", "-q", *NOW, "webhooks.ndjson", out="events.ndjson")


def arrange_table(folder):
    made.put(folder, "t.csv", "when,cpu\n" + "".join(f"{1795252159 + i},0.{i}\n" for i in range(30)))


def arrange_otlp(folder):
    text = do(folder, "aiops-ingest", "--explain-format", "otlp")
    made.put(folder, "example", re.split(rb"^example of input:\n", text, flags=re.M)[1])


INGEST = [
    Workload("aiops-ingest", "text", [*NOW, "-f", "text", "--label", "service=orders-db", "postgresql.log"], arrange=arrange_log),
    Workload("aiops-ingest", "patterns", [*NOW, "-f", "text", "--patterns", SHARE + "/patterns/common.yaml", "postgresql.log"],
             arrange=arrange_log),
    Workload("aiops-ingest", "prometheus", [*NOW, "-f", "prometheus", POOL + "/metrics/connections-by-state.json"]),
    Workload("aiops-ingest", "otlp", [*NOW, "-f", "otlp", "example"], arrange=arrange_otlp),
    Workload("aiops-ingest", "csv", [*NOW, "-f", "csv", "-m", "kind=metric", "-m", "timestamp=when", "-m", "value=cpu", "-m", 'name="cpu"', "t.csv"],
             arrange=arrange_table),
    Workload("aiops-ingest", "batches", [*NOW, "--to", "alertmanager", "--batch", "5", "webhooks.ndjson"], arrange=arrange_hooks),
    Workload("aiops-ingest", "validate", ["--validate", "events.ndjson"], arrange=arrange_events),
]

# ---- aiops-drift ----


def arrange_windows(folder):
    """The metrics of the recorded incident, whole and in two halves."""
    text = do(folder, "aiops-ingest", "-q", *NOW, *(f"{POOL}/metrics/{n}.json" for n in ("pool-connections", "connections-by-state")))
    lines = sorted(text.splitlines(keepends=True), key=lambda line: json.loads(line)["timestamp"])
    half = len(lines) // 2
    made.write(folder, metrics__ndjson=b"".join(lines), before__ndjson=b"".join(lines[:half]), after__ndjson=b"".join(lines[half:]))


DRIFT = [
    Workload("aiops-drift", name, argv, arrange=arrange_windows, state=state) for name, argv, state in (
        ("windows", ["compare", "-W", "2m", "-w", "1m", "metrics.ndjson"], ()),
        ("plot", ["compare", "-r", "before.ndjson", "--plot", "after.ndjson"], ()),
        ("rules", ["watch", "--rules", SHARE + "/watch-rules.example.yaml", "--state", "s", "metrics.ndjson"], ("s",)),
        ("horizon", ["forecast", "-t", "100", "-H", "1h", "before.ndjson"], ()))
]

# ---- aiops-correlate ----

TOPOLOGY = ["--topology", POOL + "/topology.json"]


def arrange_halves(folder):
    arrange_events(folder)
    with open(folder + "/events.ndjson", "rb") as f:
        lines = f.readlines()
    made.write(folder, first__ndjson=b"".join(lines[:len(lines) // 2]), events__ndjson=b"".join(lines[len(lines) // 2:]))
    do(folder, "aiops-correlate", "-q", "--state", "s", *TOPOLOGY, "first.ndjson")


CORRELATE = [
    Workload("aiops-correlate", "topology", [*TOPOLOGY, "events.ndjson"], arrange=arrange_events),
    Workload("aiops-correlate", "rules", ["--rules", SHARE + "/correlation-rules.example.yaml", "--maintenance",
                                          SHARE + "/maintenance.example.yaml", "events.ndjson"], arrange=arrange_events),
    Workload("aiops-correlate", "resumed", ["--state", "s", *TOPOLOGY, "events.ndjson"], arrange=arrange_halves, state=("s",)),
    Workload("aiops-correlate", "table", ["--format", "table", "events.ndjson"], arrange=arrange_events),
]

# ---- aiops-triage ----


def arrange_incident(folder):
    """The last revision of the recorded incident, and what else is known."""
    arrange_events(folder)
    records = do(folder, "aiops-correlate", "-q", "--emit", "incidents", *TOPOLOGY, "events.ndjson")
    made.put(folder, "incidents.ndjson", records.splitlines(keepends=True)[-1])
    do(folder, "aiops-ingest", "-q", *NOW, POOL + "/changes.ndjson", out="context.ndjson")


def arrange_training(folder):
    with open(SHARE + "/models/training.ndjson", "rb") as f:
        made.put(folder, "train.ndjson", b"".join(f.readlines()[:60]))


TRIAGE = [
    Workload("aiops-triage", "explain", ["explain", *NOW, "--context", "context.ndjson", "--history", PAST, "--runbooks", SHARE + "/runbooks",
                                         "incidents.ndjson"], arrange=arrange_incident),
    Workload("aiops-triage", "kept", ["explain", *NOW, "--db", "store.db", "incidents.ndjson"], arrange=arrange_incident, stores=("store.db",)),
    Workload("aiops-triage", "templates", ["templates", "-f", "table", "postgresql.log"], arrange=arrange_log),
    Workload("aiops-triage", "similar", ["similar", "--history", PAST, "--top", "3", "no space left on device"]),
    Workload("aiops-triage", "index", ["index", "--db", "store.db", PAST], compare=False, stores=("store.db",)),
    Workload("aiops-triage", "classify", ["classify", "events.ndjson"], arrange=arrange_events),
    Workload("aiops-triage", "train", ["train", *NOW, "--method", "bayes", "-o", "m", "train.ndjson"], arrange=arrange_training, state=("m",)),
]

# ---- aiops-runbook ----

BOOK = "restart-service"
ACT = '#!/bin/sh\nprintf \'%s\\n\' "$1" >> "$WORLD/world"\n'
DID = '#!/bin/sh\ngrep -qx "$1" "$WORLD/world"\n'
STEPS = ("one", "two")
STEP = """  - {{id: {0}, effect: write, idempotent: false, on_unknown: escalate, target: t, argv: [act, {0}], timeout: 20s, env: {{WORLD: '{{{{world}}}}'}},
     rollback: {{argv: [act, undo-{0}], timeout: 20s, effect: write, env: {{WORLD: '{{{{world}}}}'}}}}}}
"""
DEMO = """version: 1
id: demo
name: Demo
risk: high
parameters:
  world: {{type: path, default: {0}}}
limits: {{max_targets: 1, max_actions_per_hour: 1000}}
approval: {{approvers: [site], expires_in: 23h}}
preconditions: []
steps:
{1}verify:
  - {{id: good, argv: [did, one], timeout: 20s, env: {{WORLD: '{{{{world}}}}'}}}}
verify_rollback: []
always: []
escalation: {{on: [rollback_failed, step_unknown, verify_failed, step_failed], notify: me}}
"""
FINAL = ("succeeded", "failed", "rolled_back", "rollback_partial", "needs_operator")


def arrange_books(folder):
    """One runbook of those that are installed, and its fixtures."""
    shutil.copytree(f"{SHARE}/runbooks/tests/{BOOK}", f"{folder}/books/tests/{BOOK}")
    shutil.copy(f"{SHARE}/runbooks/{BOOK}.yaml", f"{folder}/books/{BOOK}.yaml")


def put_demo(folder, act=ACT, steps=STEPS):
    """The runbook, its tools, and a site with an approver."""
    made.put(folder, "bin/act", act, 0o755)
    made.put(folder, "bin/did", DID, 0o755)
    made.put(folder, "demo.yaml", DEMO.format(folder, "".join(map(STEP.format, steps))))
    key = do(folder, "aiops-runbook", "keygen", "--out", "maria.key").decode().strip()
    made.write(folder, world="", config__yaml=f"runbook: {{authority: approved, path: {folder}/bin:/usr/bin:/bin}}\n"
                                              f"approvers: [{{name: maria, public_key: '{key}'}}]\n")


def put_plan(folder):
    """A plan of it on file: its digest holds the folder."""
    plan = json.loads(do(folder, "aiops-runbook", "plan", "-c", "config.yaml", "demo.yaml", "--format", "ndjson"))
    made.write(folder, digest=plan["plan_digest"], run=plan["run"])


def put_approval(folder):
    with open(folder + "/run") as f:
        do(folder, "aiops-runbook", "approve", "-c", "config.yaml", f.read(), "--as", "maria", "--key", "maria.key")


def localise_run(folder, tag):
    put_demo(folder)
    put_plan(folder)
    put_approval(folder)


def apply_argv(folder):
    with open(folder + "/digest") as f:
        return ["run", "-c", "config.yaml", "demo.yaml", "--apply", "--plan", f.read()]


def run_state(folder):
    with open(folder + "/run") as f, closing(sqlite3.connect(f"file:{folder}/store.db?mode=ro", uri=True)) as db:
        return db.execute("SELECT state FROM aiops_run WHERE id = ?", [f.read()]).fetchone()[0]


def settled(folder):
    """Runs or resumes it until it is over; its state, and what happened in the world."""
    for _ in range(4):
        state = run_state(folder)
        if state in FINAL:
            break
        argv = apply_argv(folder) if state in ("planned", "awaiting_approval") else ["resume", "-c", "config.yaml"]
        subprocess.run([torture.programme("aiops-runbook"), *argv], cwd=folder, env=torture.environment(HOME=folder, **STORE), capture_output=True,
                       check=False)
    with open(folder + "/world") as f:
        return run_state(folder), f.read().split()


def ran_once(folder, run, good):
    """Run or resumed to its end, each step happened at most once, and exactly once if the run says that it succeeded."""
    state, did = settled(folder)
    if state not in FINAL or any(did.count(w) > 1 for w in did) or (state == "succeeded" and did != list(STEPS)):
        return f"the run is {state}, and what happened is {did}"
    code, text = audit_log.verify(folder + "/store.db")
    return f"verify gives {code}: {text[-200:]}" if code else ""


RUN = masked("id", "run", "timestamp", "hash", "log", "plan_digest", "runbook_digest", "digest")
RUNBOOK = [
    Workload("aiops-runbook", "lint", ["lint", "--format", "ndjson", "books"], arrange=arrange_books),
    Workload("aiops-runbook", "test", ["test", "books"], arrange=arrange_books, compare=False),
    Workload("aiops-runbook", "show", ["show", f"books/{BOOK}.yaml"], arrange=arrange_books),
    Workload("aiops-runbook", "apply", ["run", "-c", "config.yaml", "demo.yaml", "--apply", "--plan", "@digest", "--format", "ndjson"],
             localise=localise_run, env=STORE, stores=("store.db",), leaves="store.db.locks/", compare=False, check=ran_once, again=False),
]

# ---- aiops-audit ----


def arrange_audit(folder):
    made.put(folder, "records.ndjson", audit_log.records("r", 6))
    do(folder, "aiops-audit", "append", "--actor", "deploys", stdin=audit_log.records("b", 6))
    do(folder, "aiops-audit", "checkpoint", out="old.ckpt")
    do(folder, "aiops-audit", "keygen", "k.key", out="k.pub")


def log_holds(folder, run, good):
    there = audit_log.stored(folder + "/store.db") or set()
    code, text = audit_log.verify(folder + "/store.db", "--checkpoint", folder + "/old.ckpt")
    if code or len(there) < 6:
        return f"{len(there)} rows; verify gives {code}: {text[-200:]}"
    return ""


AUDIT = [
    Workload("aiops-audit", name, argv, arrange=arrange_audit, env=STORE, stores=("store.db",), check=log_holds,
             normal=masked("hash", "ts", "log", "salt", "body_hash", "prev")) for name, argv in (
        ("checked", ["verify", "--checkpoint", "old.ckpt"]),
        ("table", ["query", "--format", "table"]),
        ("search", ["query", "--search", "torture", "--where", "kind=run"]),
        ("prove", ["prove", "2"]),
        ("sign", ["checkpoint", "--sign", "k.key", "--out", "new.ckpt"]))
]

# ---- aiops-incident ----


def arrange_register(folder):
    arrange_incident(folder)
    do(folder, "aiops-triage", "explain", "-q", *NOW, "--context", "context.ndjson", "incidents.ndjson", out="triaged.ndjson")
    do(folder, "aiops-incident", "apply", "-q", *NOW, "triaged.ndjson")


def one_or_two(folder, run, good):
    """The one that was there is, and the new one if it was told of."""
    with closing(sqlite3.connect(f"file:{folder}/store.db?mode=ro", uri=True)) as db:
        n = db.execute("SELECT count(*) FROM aiops_incident").fetchone()[0]
    code, text = audit_log.verify(folder + "/store.db")
    if code or n not in (1, 2) or (n == 1 and (run.code == 0 or run.out.count(b"\n"))):
        return f"exit {run.code}, {n} incidents, verify gives {code}: {text[-200:]}"
    return ""


INCIDENT = [
    Workload("aiops-incident", "fed", ["apply", *NOW, "triaged.ndjson"], arrange=arrange_register, env=STORE, stores=("store.db",)),
    Workload("aiops-incident", "board", ["list", *NOW], arrange=arrange_register, env=STORE),
    Workload("aiops-incident", "page", ["show", *NOW, "1", "--format", "table"], arrange=arrange_register, env=STORE),
    Workload("aiops-incident", "open", ["open", *NOW, "--severity", "SEV2", "--service", "checkout", "charged twice"], arrange=arrange_register,
             env=STORE, stores=("store.db",), compare=False, check=one_or_two, again=False),
    Workload("aiops-incident", "review", ["review", *NOW, "1"], arrange=arrange_register, env=STORE),
    Workload("aiops-incident", "metrics", ["metrics", *NOW], arrange=arrange_register, env=STORE),
]

WORKLOADS = INGEST + DRIFT + CORRELATE + TRIAGE + RUNBOOK + AUDIT + INCIDENT
