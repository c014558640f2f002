"""The jobs: several for each programme, small, of code that the others do not touch."""
import glob
import json
import os
import re
import shutil
import subprocess
import sys

import torture
from jobs import Job, file_is_old_or_new, log_holds, whole_lines

SHARE = os.path.join(torture.ROOT, "share")
POOL = os.path.join(SHARE, "examples/postgres-connections-exhausted")
NOW = ("--now", "2026-11-21T12:00:00Z")


def part_of(name, lines):
    """The first lines of a file of the recorded incident, under its own name."""
    def lay(world):
        with open(os.path.join(POOL, name)) as f:
            world.write(os.path.basename(name), "".join(f.readlines()[:lines]))
    return lay


def all_of(*steps):
    def lay(world):
        for step in steps:
            step(world)
    return lay


def made(out, *argv, stdin=None):
    """A file that a programme writes."""
    return lambda world: world.do(*argv, stdin=stdin, out=out)


def written(name, text):
    return lambda world: world.write(name, text)


# ---- aiops-ingest ----

def example_of(fmt):
    def lay(world):
        world.write("example", re.split(r"^example of input:\n", world.do("aiops-ingest", "--explain-format", fmt), flags=re.M)[1])
    return lay


LOG = part_of("logs/postgresql.log", 40)
HOOKS = part_of("webhooks.ndjson", 12)
EVENTS = all_of(HOOKS, made("events.ndjson", "aiops-ingest", "-q", "webhooks.ndjson"))
INGEST = [
    Job("aiops-ingest", "text", [*NOW, "-f", "text", "--label", "service=orders-db", "postgresql.log"], prepare=LOG),
    Job("aiops-ingest", "patterns", [*NOW, "-f", "text", "--patterns", SHARE + "/patterns/common.yaml", "postgresql.log"], prepare=LOG),
    Job("aiops-ingest", "webhooks, on standard input", [*NOW], stdin="webhooks.ndjson", prepare=HOOKS),
    Job("aiops-ingest", "metrics of an API", [*NOW, "-f", "prometheus", POOL + "/metrics/connections-by-state.json"]),
    Job("aiops-ingest", "OTLP", [*NOW, "-f", "otlp", "example"], prepare=example_of("otlp")),
    Job("aiops-ingest", "a vendor's map, by jq", [*NOW, "-f", "pagerduty", "example"], prepare=example_of("pagerduty")),
    Job("aiops-ingest", "CSV, with a mapping", [*NOW, "-f", "csv", "-m", "kind=metric", "-m", "timestamp=when", "-m", "value=cpu", "-m", 'name="cpu"', "t.csv"],
        prepare=written("t.csv", "when,cpu\n" + "".join(f"{1795252159 + i},0.{i}\n" for i in range(30)))),
    Job("aiops-ingest", "to Alertmanager, in batches", ["--to", "alertmanager", "--batch", "5", "webhooks.ndjson"], prepare=HOOKS),
    Job("aiops-ingest", "validate, with rejects", ["--validate", "--tolerate", "5", "--dead-letter", "dead", "events.ndjson"],
        prepare=all_of(EVENTS, lambda world: world.write("events.ndjson", world.read("events.ndjson").decode() + "no JSON\n"))),
]

# ---- aiops-drift ----

METRICS = made("metrics.ndjson", "aiops-ingest", "-q", POOL + "/metrics/pool-connections.json", POOL + "/metrics/connections-by-state.json")


def two_windows(world):
    METRICS(world)
    lines = world.read("metrics.ndjson").decode().splitlines(keepends=True)
    lines.sort(key=lambda line: json.loads(line)["timestamp"])
    world.write("before.ndjson", "".join(lines[:len(lines) // 2]))
    world.write("after.ndjson", "".join(lines[len(lines) // 2:]))


DRIFT = [
    Job("aiops-drift", "compare", ["compare", "-r", "before.ndjson", "after.ndjson"], prepare=two_windows),
    Job("aiops-drift", "compare, drawn", ["compare", "-r", "before.ndjson", "--plot", "after.ndjson"], prepare=two_windows),
    Job("aiops-drift", "a stream against itself", ["compare", "-W", "2m", "-w", "1m", "metrics.ndjson"], prepare=METRICS),
    Job("aiops-drift", "sketch", ["sketch", "before.ndjson"], prepare=two_windows),
    Job("aiops-drift", "watch, with rules and a state", ["watch", "--rules", SHARE + "/watch-rules.example.yaml", "--state", "s", "metrics.ndjson"],
        prepare=METRICS, kept=file_is_old_or_new("s")),
    Job("aiops-drift", "forecast", ["forecast", "-t", "100", "-H", "1h", "before.ndjson"], prepare=two_windows),
]

# ---- aiops-correlate ----

TOPOLOGY = ["--topology", POOL + "/topology.json"]


def correlate_state(world):
    EVENTS(world)
    lines = world.read("events.ndjson").decode().splitlines(keepends=True)
    world.write("first.ndjson", "".join(lines[:len(lines) // 2]))
    world.write("events.ndjson", "".join(lines[len(lines) // 2:]))
    world.do("aiops-correlate", "-q", "--state", "s", *TOPOLOGY, "first.ndjson")


CORRELATE = [
    Job("aiops-correlate", "topology", [*TOPOLOGY, "events.ndjson"], prepare=EVENTS),
    Job("aiops-correlate", "rules and windows", ["--rules", SHARE + "/correlation-rules.example.yaml", "--maintenance", SHARE + "/maintenance.example.yaml",
                                                 "events.ndjson"], prepare=EVENTS),
    Job("aiops-correlate", "a state that is read and written", ["--state", "s", *TOPOLOGY, "events.ndjson"], prepare=correlate_state,
        kept=file_is_old_or_new("s")),
    Job("aiops-correlate", "a table", ["--format", "table", "events.ndjson"], prepare=EVENTS),
]

# ---- aiops-triage ----

INCIDENTS = all_of(EVENTS, made("incidents.ndjson", "aiops-correlate", "-q", "--emit", "incidents", *TOPOLOGY, "events.ndjson"),
                   lambda world: world.write("incidents.ndjson", world.read("incidents.ndjson").decode().splitlines()[-1] + "\n"),
                   made("context.ndjson", "aiops-ingest", "-q", POOL + "/changes.ndjson"))
PAST = SHARE + "/examples/past-incidents"


def index_answers(world, run):
    """An index that is half made is made anew or mended, never believed."""
    asked = world.call("aiops-triage", "index", "--db", "store.db", PAST)
    return "" if asked.returncode == 0 else f"exit {run.returncode}: the next index: {asked.returncode} {asked.stderr[-200:]}"


TRIAGE = [
    Job("aiops-triage", "explain, with everything", ["explain", *NOW, "--context", "context.ndjson", "--history", PAST, "--runbooks", SHARE + "/runbooks",
                                                     "incidents.ndjson"], prepare=INCIDENTS),
    Job("aiops-triage", "explain, kept in the store", ["explain", *NOW, "--db", "store.db", "incidents.ndjson"], prepare=INCIDENTS),
    Job("aiops-triage", "templates", ["templates", "-f", "table", "postgresql.log"], prepare=LOG),
    Job("aiops-triage", "similar", ["similar", "--history", PAST, "--top", "3", "no space left on device"]),
    Job("aiops-triage", "index", ["index", "--db", "store.db", PAST], kept=index_answers),
    Job("aiops-triage", "classify", ["classify", "events.ndjson"], prepare=EVENTS),
    Job("aiops-triage", "train", ["train", *NOW, "--method", "bayes", "-o", "m", "train.ndjson"], kept=file_is_old_or_new("m"),
        prepare=lambda world: shutil.copy(SHARE + "/models/training.ndjson", world.path("train.ndjson"))),
]

# ---- aiops-audit ----

RECORDS = [json.dumps({"v": 1, "kind": "run", "id": f"r-{i}", "timestamp": "2026-11-21T09:00:00Z", "source": "torture", "fill": "x" * 200}) + "\n"
           for i in range(12)]


def log_of(world):
    world.write("records.ndjson", "".join(RECORDS[6:]))
    world.write("first.ndjson", "".join(RECORDS[:6]))
    world.write("next.ndjson", RECORDS[0].replace("r-0", "r-next"))
    world.do("aiops-audit", "append", "--actor", "deploys", "first.ndjson", POOL + "/changes.ndjson")
    world.do("aiops-audit", "checkpoint", out="old.ckpt")
    world.do("aiops-audit", "keygen", "audit.key", out="audit.pub")


def no_hashes(out):
    """Salts and the log's name are random, so hashes are, and times of storing."""
    out = re.sub(rb'"(log|hash|ts|salt|body_hash|prev)":"[^"]*"', rb'"\1":""', out)
    return re.sub(rb"\d{4}-\d\d-\d\d[T ][0-9:.]+Z?", b"TIME", out)


AUDIT = [
    Job("aiops-audit", "append", ["append", "-u", "records.ndjson"], prepare=log_of, same=no_hashes, kept=log_holds),
    Job("aiops-audit", "append to a new log", ["append", "records.ndjson"], same=no_hashes, kept=log_holds,
        prepare=all_of(written("records.ndjson", "".join(RECORDS)), written("next.ndjson", RECORDS[0].replace("r-0", "r-next")))),
    Job("aiops-audit", "verify, with a checkpoint", ["verify", "--checkpoint", "old.ckpt"], prepare=log_of, kept=log_holds),
    Job("aiops-audit", "query, a table", ["query", "--format", "table"], prepare=log_of),
    Job("aiops-audit", "query, a search", ["query", "--search", "torture", "--where", "kind=run"], prepare=log_of, kept=log_holds),
    Job("aiops-audit", "report", ["report", *NOW, "--since", "2026-11-20T00:00:00Z"], prepare=log_of, same=no_hashes),
    Job("aiops-audit", "prove", ["prove", "2"], prepare=log_of, kept=log_holds),
    Job("aiops-audit", "checkpoint, signed", ["checkpoint", "--sign", "audit.key", "--out", "new.ckpt"], prepare=log_of, same=no_hashes, kept=log_holds),
    Job("aiops-audit", "prune", ["prune", "--older-than", "1ms", "--apply", "--now", "2030-01-01T00:00:00Z"], prepare=log_of, kept=log_holds),
    Job("aiops-audit", "export", ["export", "--to", "elasticsearch", "--state", "cursor"], prepare=log_of, same=no_hashes, kept=log_holds),
]

# ---- aiops-incident ----

TRIAGED = all_of(INCIDENTS, made("triaged.ndjson", "aiops-triage", "explain", "-q", *NOW, "--context", "context.ndjson", "incidents.ndjson"),
                 written("next.ndjson", RECORDS[0].replace("r-0", "r-next")))
REGISTER = all_of(TRIAGED, lambda world: world.do("aiops-incident", "apply", "-q", *NOW, "triaged.ndjson"))
NOTIFY = """settle: 0s
channels: {chat: {command: [FOLDER/tell]}}
routes: [{to: chat}]
"""


def told_rules(world):
    TRIAGED(world)
    world.write("tell", "#!/bin/sh\nprintf '%s\\n' told >> FOLDER/told\n".replace("FOLDER", world.work), 0o755)
    world.write("notify.yaml", NOTIFY.replace("FOLDER", world.work))


def told_once(world, run):
    """What was told is not told again, and what was not, is."""
    again = world.call("aiops-incident", "notify", *NOW, "--rules", "notify.yaml", "triaged.ndjson")
    told = (world.read("told") or b"").count(b"told")
    return "" if again.returncode == 0 and told == 1 else f"exit {run.returncode}: the next notify: {again.returncode}, told {told} times"


def register_is_right(world, run):
    """The log verifies; applied again the register is what one faultless run makes of it."""
    wrong = log_holds(world, run)
    again = world.call("aiops-incident", "apply", *NOW, "triaged.ndjson")
    rows = world.rows("SELECT count(*) FROM aiops_incident")[0][0] if not again.returncode else None
    return wrong or ("" if rows == 1 else f"exit {run.returncode}: applied again: {again.returncode}, {rows} incidents")


def no_ids(out):
    return re.sub(rb"INC-[0-9A-Z]{16}", b"INC", no_hashes(out))


INCIDENT = [
    Job("aiops-incident", "apply", ["apply", *NOW, "triaged.ndjson"], prepare=TRIAGED, kept=register_is_right),
    Job("aiops-incident", "list", ["list", *NOW], prepare=REGISTER),
    Job("aiops-incident", "show", ["show", *NOW, "1", "--format", "table"], prepare=REGISTER),
    Job("aiops-incident", "open", ["open", *NOW, "--severity", "SEV2", "--service", "checkout", "charged twice"], prepare=REGISTER, same=no_ids, kept=log_holds),
    Job("aiops-incident", "review", ["review", *NOW, "1"], prepare=REGISTER, same=no_ids),
    Job("aiops-incident", "metrics", ["metrics", *NOW], prepare=REGISTER),
    Job("aiops-incident", "notify", ["notify", *NOW, "--rules", "notify.yaml", "triaged.ndjson"], prepare=told_rules, kept=told_once),
]

ALL = INGEST + DRIFT + CORRELATE + TRIAGE + AUDIT + INCIDENT
