"""Where a hostile case is put: each programme's standard input, and each file that it reads.

A Seat reads the case's stream as records, or a Document: a good file in which one value after the other is replaced.
"""
import dataclasses
import json
import os
import re
import subprocess

import torture
from hostile_records import RECORDS

SHARE = os.path.join(torture.ROOT, "share")
POOL = os.path.join(SHARE, "examples/postgres-connections-exhausted")
NOW = "2026-11-21T12:00:00Z"
# A value in YAML, up to the end of its line or flow; a token of JSON; a line.
SLOTS = {"yaml": re.compile(rb"(?<=[:\[,] )(?:\"[^\"\n]*\"|'[^'\n]*'|[^\s{}\[\],#>|&'\"][^{}\[\],#\n]*)"),
         "json": re.compile(rb'"(?:[^"\\]|\\.)*"|-?\d[\d.eE+-]*|\b(?:true|false|null)\b'),
         "lines": re.compile(rb"[^\n]+")}


class Document:
    def __init__(self, name, form):
        self.name, self.form = name, form

    def load(self, fixture):
        with open(os.path.join(fixture, self.name), "rb") as f:
            self.good = f.read()
        self.slots = [m.span() for m in SLOTS[self.form].finditer(self.good)]

    def made(self, case, nth, share):
        """What the file holds for this case: `share` documents, each with another value replaced."""
        if not case.tokens:
            yield case.stream
            return
        for n in range(min(share, len(self.slots))):
            start, end = self.slots[(nth * share + n) % len(self.slots)]
            yield self.good[:start] + self.form_of(case.tokens[0]) + self.good[end:]

    def form_of(self, token):
        if self.form != "lines":
            return token
        try:
            text = json.loads(token)
        except (ValueError, RecursionError):
            return token
        return text.encode("utf-8", "surrogatepass") if isinstance(text, str) else token


@dataclasses.dataclass
class Seat:
    tool: str
    name: str
    argv: list
    document: Document = None  # none: the stream, on standard input
    argument: bool = False  # the case's text is the last argument instead
    stdin: str = None  # of the fixture, for what reads a document from a file
    out: str = "records"  # records, or text for people
    own: bytes = b""  # the key that it adds; a filter that passes records on has one
    exact: bool = True  # it refuses what the contract refuses, and says how many
    dirt: tuple = ()  # what it leaves in its folder
    after: tuple = ()  # further commands on what it made, all of them for people


FILTER = ["--stats", "--dead-letter", "dead"]


def filters():
    def seat(command, own=b"", out="records", exact=True, dirt=(), after=()):
        tool, *argv = command.split()
        return Seat(tool, " ".join(argv) or "filter", [*argv, *FILTER], own=own, out=out, exact=exact, dirt=dirt, after=after)

    def aloud(*commands):
        return tuple(c.split() for c in commands)

    yield seat("aiops-ingest -f ndjson", own=b"ingest")
    yield seat("aiops-ingest -f ndjson --to alertmanager", out="any")
    yield seat("aiops-ingest", exact=False)
    yield seat("aiops-ingest -f text", exact=False)
    yield seat("aiops-drift compare -r metrics.ndjson")
    yield seat("aiops-drift compare -r metrics.ndjson --by name,service --value value -f table", out="text")
    yield seat("aiops-drift watch --logs", own=b"drift")
    yield seat("aiops-drift watch -f table", out="text")
    yield seat("aiops-drift forecast -t 90 -f table", out="text")
    yield seat("aiops-drift sketch")
    yield seat("aiops-drift merge")
    yield seat("aiops-drift summary -f table", out="text")
    yield seat("aiops-correlate --summary --state new.state", own=b"correlate", dirt=("new.state",))
    yield seat("aiops-correlate --format table", out="text")
    yield seat(f"aiops-triage explain --now {NOW} --history past --runbooks books", own=b"triage", dirt=("home/.local", "home/.cache"))
    yield seat(f"aiops-triage explain --now {NOW} -f text", out="text")
    yield seat("aiops-triage gather --path empty", own=b"gather")
    yield seat("aiops-triage classify", own=b"triage")
    yield seat("aiops-triage templates --input records", own=b"template")
    yield seat("aiops-triage templates -f table", out="text", exact=False)
    yield seat("aiops-triage train --class service --severity severity", exact=False)
    yield seat("aiops-runbook run --db new.db --runbooks books", own=b"runbook", dirt=("new.db",))
    yield seat("aiops-audit append --db new.db --actor hostile", own=b"audit", dirt=("new.db",), after=aloud(
        "query --db new.db -f table", "query --db new.db -f timeline", "report --db new.db -f html", "report --db new.db -f markdown",
        f"report --db new.db -f html -i {RECORDS[9]['incident']}", "stats --db new.db", "verify --db new.db"))
    yield seat(f"aiops-incident apply --db new.db --now {NOW}", own=b"incident", dirt=("new.db",), after=aloud(
        "list --db new.db -a -f table", "show 1 --db new.db -f table", "timeline 1 --db new.db -f table", f"review 1 --db new.db --now {NOW}",
        f"metrics --db new.db --now {NOW} -f table"))


CONFIG = Document("config.yaml", "yaml")
FORMATS = ("alertmanager prometheus prometheus-text openmetrics otlp loki elasticsearch cloudwatch journald syslog csv tsv rollout grafana pagerduty datadog "
           "kubernetes zabbix github sentry").split()


def documents():
    def seat(command, name, form, stdin=None, out=None, dirt=()):
        tool, *argv = command.split()
        for_people = argv[:1] in (["lint"], ["show"], ["test"], ["verify"], ["review"]) or (tool != "aiops-ingest" and {"text", "table"} & set(argv))
        out = out or ("text" if for_people else "records")
        return Seat(tool, f"{argv[0] if argv else ''} {name}".strip(), argv, Document(name, form), stdin=stdin, out=out, dirt=dirt)

    for tool, command in (("ingest", ""), ("drift", "watch"), ("correlate", ""), ("triage", "classify"), ("runbook", "list -r books"), ("audit", "query --db log.db"),
                          ("incident", "list --db register.db"), ("http", "")):
        yield seat(f"aiops-{tool} {command} -c config.yaml", "config.yaml", "yaml", "request.json" if tool == "http" else "records.ndjson", "any")
    for name in FORMATS:
        yield Seat("aiops-ingest", f"-f {name}", ["-f", name], Document(f"example.{name}", "lines" if name in ("prometheus-text", "openmetrics", "syslog", "rollout") else "json"), exact=False)
    yield seat("aiops-ingest -f alertmanager --aliases aliases.yaml", "aliases.yaml", "yaml", "example.alertmanager")
    yield seat("aiops-ingest -f text --patterns patterns.yaml", "patterns.yaml", "yaml", "app.log")
    yield seat("aiops-drift compare -r metrics.ndjson -f table", "metrics.ndjson", "json", "records.ndjson")
    yield seat("aiops-drift compare -r fleet.profile -f table", "fleet.profile", "json", "metrics.ndjson")
    yield seat("aiops-drift watch --rules watch.yaml", "watch.yaml", "yaml", "metrics.ndjson")
    yield seat("aiops-drift watch --state watch.state", "watch.state", "json", "metrics.ndjson")
    yield seat("aiops-correlate --topology topology.json", "topology.json", "json", "records.ndjson")
    yield seat("aiops-correlate --rules rules.yaml", "rules.yaml", "yaml", "records.ndjson")
    yield seat("aiops-correlate --maintenance maintenance.yaml", "maintenance.yaml", "yaml", "records.ndjson")
    yield seat("aiops-correlate --state correlate.state", "correlate.state", "json", "records.ndjson")
    home = ("home/.local", "home/.cache")
    yield seat(f"aiops-triage explain --now {NOW} -f text --history past/one.md", "past/one.md", "yaml", "incidents.ndjson", dirt=home)
    yield seat("aiops-triage similar -f text --history past/one.md pool", "past/one.md", "yaml", dirt=home)
    yield seat(f"aiops-triage explain --now {NOW} -f text --context records.ndjson", "records.ndjson", "json", "incidents.ndjson")
    yield seat(f"aiops-triage explain --now {NOW} -f text --signatures signatures", "signatures/one.yaml", "yaml", "incidents.ndjson")
    yield seat(f"aiops-triage explain --now {NOW} -f text --weights weights.yaml", "weights.yaml", "yaml", "incidents.ndjson")
    yield seat(f"aiops-triage explain --now {NOW} -f text --metric-kinds kinds.yaml", "kinds.yaml", "yaml", "incidents.ndjson")
    yield seat(f"aiops-triage explain --now {NOW} -f text --runbooks books", "books/look.yaml", "yaml", "incidents.ndjson")
    yield seat("aiops-triage classify --model small.model", "small.model", "lines", "records.ndjson")
    yield seat("aiops-triage gather --path empty --context-dir context", "context/one.yaml", "yaml", "incidents.ndjson")
    yield seat("aiops-triage templates -f table --state templates.state", "templates.state", "json", "app.log")
    yield seat("aiops-runbook lint books/look.yaml", "books/look.yaml", "yaml")
    yield seat("aiops-runbook show books/look.yaml", "books/look.yaml", "yaml")
    yield seat("aiops-runbook plan --no-store -f text books/look.yaml", "books/look.yaml", "yaml")
    yield seat("aiops-runbook list -r books -f text", "books/look.yaml", "yaml")
    yield seat("aiops-runbook test books/tests/look", "books/tests/look/one.yaml", "yaml")
    yield seat("aiops-runbook lint --effects effects books/look.yaml", "effects/one.yaml", "yaml")
    yield seat("aiops-audit verify --db log.db --checkpoint log.ckpt", "log.ckpt", "lines")
    yield seat("aiops-audit verify --proof row.proof", "row.proof", "lines")
    yield seat("aiops-audit verify --db damaged.db", "damaged.db", "lines")
    yield seat("aiops-audit query --db damaged.db -f table", "damaged.db", "lines")
    yield seat("aiops-audit export --db log.db --state cursor.state", "cursor.state", "json", out="any")
    yield seat("aiops-incident notify --db new.db --wait 0s --rules notify.yaml", "notify.yaml", "yaml", "incidents.ndjson", dirt=("new.db",))
    yield seat("aiops-incident list --db damaged.db -f table", "damaged.db", "lines")
    yield seat(f"aiops-incident review 1 --db register.db --now {NOW} --questions questions.yaml", "questions.yaml", "yaml")
    yield Seat("aiops-http", "a request", [], Document("request.json", "json"), exact=False, out="any")


def arguments():
    def seat(command, name, dirt=(), after=()):
        tool, *argv = command.split()
        return Seat(tool, name, argv, argument=True, out="records" if name == "open TITLE" else "text", dirt=dirt, after=tuple(a.split() for a in after))

    yield seat("aiops-incident open --db new.db --", "open TITLE", ("new.db",), ("list --db new.db -f table", "show 1 --db new.db -f table", "timeline 1 --db new.db -f table", f"review 1 --db new.db --now {NOW}"))
    yield seat("aiops-incident show --db register.db --", "show ID")
    yield seat("aiops-triage similar -f text --history past --", "similar TEXT", ("home/.local", "home/.cache"))
    yield seat("aiops-audit query --db log.db -f table --search", "query --search")
    yield seat("aiops-audit query --db log.db -f table --where", "query --where")
    yield seat("aiops-runbook plan --no-store -r books -f text --", "plan RUNBOOK")
    yield seat("aiops-runbook status --db run.db --", "status RUN", ("run.db",))
    yield seat("aiops-correlate --now", "an option of no sense")
    yield seat("aiops-drift watch --zone", "watch --zone")
    yield seat("aiops-ingest --label", "--label")
    yield seat("aiops-http --", "an operand")


def all_seats():
    return [*filters(), *documents(), *arguments()]


# ---- the good files ----

BOOK = """version: 1
id: look
name: Look at it
description: looks
owner: team
reviewed_at: 2026-11-21
review_every: 180d
risk: low
triggers:
  - match: {alertname: [PoolExhausted]}
parameters:
  component: {type: string, description: what, default: db-1, pattern: '[a-z0-9-]+', max_length: 40}
  number: {type: integer, description: how many, default: 3, min: 1, max: 9}
limits: {max_targets: 1, max_actions_per_hour: 10, per_target_cooldown: 1h, max_duration: 20m}
approval: {approvers: [site], expires_in: 15m}
preconditions:
  - {id: there, name: it is there, argv: ["true", "{{component}}"], timeout: 5s, expect: {exit_code: [0]}}
steps:
  - id: see
    name: See it
    effect: read
    argv: [echo, "{{component}}", "{{number}}"]
    timeout: 5s
    retry: {max_attempts: 2, initial_interval: 1s, on: [timeout]}
    expect: {stdout: 'db.*'}
verify:
  - {id: good, name: it is good, argv: ["true"], timeout: 5s, poll: {every: 1s, for: 5s}}
verify_rollback: []
escalation: {on: [step_failed], notify: team}
"""
FIXTURE = """version: 1
name: all is well
parameters:
  component: db-1
tools:
  "true":
    - {exit: 0}
  echo:
    - {stdout: "db-1 3"}
expect:
  state: succeeded
  events:
    - precondition there done
    - step see done
    - verify good done
  calls:
    - ["true", db-1]
    - [echo, db-1, "3"]
    - ["true"]
"""
NOTIFY = """settle: 0s
zone: Europe/Berlin
channels:
  chat: {command: ["/bin/true"], timeout: 5s, cap_per_hour: 30}
people:
  ana: [chat]
rotations:
  database:
    - {from: 2026-11-16T09:00, who: ana}
routes:
  - {severity: critical, to: [database, chat], continue: true}
  - {services: ["orders*"], severity: high, hours: "08:00-18:00", days: [mon, tue], to: chat}
  - {to: chat}
escalation:
  - {after: 15m, path: [database, ana]}
silence:
  - {hours: "22:00-07:00", below: high}
"""
REQUEST = {"method": "GET", "url": "http://127.0.0.1:1/x", "headers": ["Accept: text/plain"], "body": "", "status": ["2xx"], "auth": {"kind": "bearer", "env": "TOKEN"},
           "deadline_ms": 500, "max_body_bytes": 100, "plain_secret": False}


def lines_of(records):
    return "".join(json.dumps(r) + "\n" for r in records)


def metrics():
    return lines_of(dict(RECORDS[1], id=f"m-{n}", value=90 + n % 7, timestamp=f"2026-11-21T08:{n:02}:00Z") for n in range(40))


def fixture(folder):
    """The good files of all seats."""
    def write(name, text):
        path = os.path.join(folder, name)
        os.makedirs(os.path.dirname(path), exist_ok=True)
        with open(path, "w") as f:
            f.write(text)

    def share(name, source, lines=None):
        with open(os.path.join(SHARE, source)) as f:
            text = f.read()
        write(name, text if lines is None else "\n".join(text.splitlines()[:lines]) + "\n")

    def do(command, stdin=os.devnull, out=None):
        tool, *argv = command.split()
        with open(os.path.join(folder, stdin)) as f:
            p = subprocess.run([torture.programme(tool), *argv], cwd=folder, stdin=f, capture_output=True, env=environment(folder), check=False)
        if p.returncode not in (0, 1):
            raise SystemExit(f"# {command}: exit {p.returncode}: {p.stderr.decode(errors='replace')}")
        if out:
            write(out, p.stdout.decode())

    for name in ("empty/.keep", "home/.keep"):
        write(name, "")
    share("config.yaml", "config.example.yaml")
    write("records.ndjson", lines_of(RECORDS))
    write("incidents.ndjson", lines_of([RECORDS[9]]))
    write("metrics.ndjson", metrics())
    write("app.log", "2026-11-21T09:00:00Z ERROR no space left on device\n" * 3 + "2026-11-21T09:00:01Z INFO request 17 took 3 ms\n" * 5)
    write("request.json", json.dumps(REQUEST))
    for name, source in (("patterns.yaml", "patterns/common.yaml"), ("watch.yaml", "watch-rules.example.yaml"), ("rules.yaml", "correlation-rules.example.yaml"),
                         ("maintenance.yaml", "maintenance.example.yaml"), ("past/one.md", "examples/past-incidents/postgres-disk-full.md"),
                         ("signatures/one.yaml", "signatures/disk.yaml"), ("weights.yaml", "weights/triage.yaml"), ("kinds.yaml", "metrics/kinds.yaml"),
                         ("context/one.yaml", "context/prometheus-alerts.yaml"), ("effects/one.yaml", "effects/coreutils.yaml"), ("questions.yaml", "reviews/questions.yaml"),
                         ("topology.json", "examples/postgres-connections-exhausted/topology.json")):
        share(name, source)
    write("aliases.yaml", "service: [team_app, app]\nlayer: [tier]\nwithout: [job]\n")
    write("books/look.yaml", BOOK)
    write("books/tests/look/one.yaml", FIXTURE)
    write("notify.yaml", NOTIFY)
    for name in FORMATS:
        do(f"aiops-ingest --explain-format {name}", out="explained")
        with open(os.path.join(folder, "explained")) as f:
            write(f"example.{name}", re.split(r"^example of input:\n", f.read(), flags=re.M)[-1].split("\n\nexample of")[0].strip("\n") + "\n")
    share("train.ndjson", "models/training.ndjson")
    do("aiops-triage train --method bayes -o small.model train.ndjson")
    do("aiops-drift sketch metrics.ndjson", out="fleet.profile")
    do("aiops-drift watch -q --state watch.state metrics.ndjson")
    do("aiops-correlate -q --state correlate.state records.ndjson")
    do("aiops-triage templates --state templates.state app.log")
    do("aiops-audit append -q --db log.db records.ndjson")
    do("aiops-audit checkpoint --db log.db", out="log.ckpt")
    do("aiops-audit prove 3 --db log.db", out="row.proof")
    do("aiops-audit export --db log.db --state cursor.state")
    do(f"aiops-incident apply -q --db register.db --now {NOW} records.ndjson")
    write("damaged.db", "SQLite format 3\n")


def environment(folder):
    return torture.environment(HOME=os.path.join(folder, "home"), TERM="dumb", TOKEN="none", AIOPS_DB=os.path.join(folder, "default.db"),
                               PATH=os.path.join(torture.BUILD, "bin") + ":/usr/local/bin:/usr/bin:/bin")
