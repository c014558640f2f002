"""What aiops-incident is put through: a register that is fed and changed, people who are told, a board that is asked."""
import contextlib
import json
import os
import sqlite3
import subprocess

import drive
import made
import server
import torture
from workload import Workload

STREAM = made.incident(1) + made.incident(2, severity="critical") + made.incident(1, "INC-BBBBBBBBBBBBBBBB")
DB = ("--db", "store.db")


def fill(folder):
    subprocess.run([torture.programme("aiops-incident"), "apply", "--db", folder + "/store.db"], input=STREAM, capture_output=True,
                   env=torture.environment(HOME=folder), check=True)


def registered(folder, run, good):
    """What was passed on is in the register: an acknowledgement."""
    passed = {json.loads(line)["incident"] for line in run.out.split(b"\n")[:-1]}
    shown = subprocess.run([torture.programme("aiops-incident"), "list", *DB, "--format", "ndjson"], cwd=folder, capture_output=True,
                           env=torture.environment(HOME=folder), check=False)
    there = {json.loads(line)["incident"] for line in shown.stdout.split(b"\n")[:-1]}
    return f"passed on, and not in the register: {sorted(passed - there)}" if passed - there else ""


def acknowledged(folder, run, good):
    """Done if it says so."""
    shown = subprocess.run([torture.programme("aiops-incident"), "show", "1", *DB, "--format", "ndjson"], cwd=folder, capture_output=True,
                           env=torture.environment(HOME=folder), check=False)
    status = json.loads(shown.stdout or b"{}").get("status")
    if status not in ("detected", "investigating") or (run.code == 0 and status != "investigating"):
        return f"exit {run.code}, and it is {status}"
    return ""


def localise_hook(folder, tag):
    url = f"{server.world(folder).url}/ok/{os.path.basename(folder)}"
    made.put(folder, "rules.yaml", f'settle: 0s\nchannels:\n  hook: {{webhook: {{url: "{url}"}}, timeout: 20s}}\nroutes: [{{to: hook}}]\n')


def localise_command(folder, tag):
    made.put(folder, "tell", f'#!/bin/sh\ncat >> {folder}/told\n', 0o755)
    made.put(folder, "rules.yaml", f'settle: 0s\nchannels:\n  say: {{command: [{folder}/tell], timeout: 20s}}\nroutes: [{{to: say}}]\n')


def told_or_on_file(folder, text):
    """Behind the next run: people know of both incidents, or a message to them is on file with what became of it."""
    with contextlib.closing(sqlite3.connect(f"file:{folder}/store.db?mode=ro", uri=True)) as db:
        filed = {incident for incident, in db.execute("SELECT incident FROM aiops_notice WHERE state <> 'sent'")}
    missing = [i for i in ("INC-AAAAAAAAAAAAAAAA", "INC-BBBBBBBBBBBBBBBB") if i not in text and i not in filed]
    return f"nobody was told of {missing}" if missing else ""


def hook_was_told(folder, run, next_run):
    return told_or_on_file(folder, " ".join(r["body"] for r in server.world(folder).asked("/ok/" + os.path.basename(folder))))


def command_was_told(folder, run, next_run):
    path = folder + "/told"
    if not os.path.exists(path):
        return told_or_on_file(folder, "")
    with open(path) as f:
        return told_or_on_file(folder, f.read())


def look(folder, child, traced):
    port = drive.port_of(folder, child)
    for path in ("/aiops/incidents", "/aiops/incidents/1", "/metrics") if port else ():
        drive.ask(port, path)
    drive.end(child, traced)
    if port:
        os.unlink(folder + "/port")
    return []


NOTIFY = ["notify", *DB, "--rules", "rules.yaml", "--wait", "10s"]

WORKLOADS = [
    Workload("aiops-incident", "apply", ["apply", *DB], stdin=STREAM, stores=("store.db",), check=registered),
    Workload("aiops-incident", "ack", ["ack", "1", *DB], arrange=fill, stores=("store.db",), compare=False, check=acknowledged, again=False),
    Workload("aiops-incident", "list", ["list", *DB, "--format", "ndjson"], arrange=fill, stores=("store.db",)),
    Workload("aiops-incident", "hook", NOTIFY, stdin=STREAM, localise=localise_hook, stores=("store.db",), final=hook_was_told),
    Workload("aiops-incident", "command", NOTIFY, stdin=STREAM, localise=localise_command, stores=("store.db",), final=command_was_told),
    Workload("aiops-incident", "serve", ["serve", *DB, "--listen", "127.0.0.1:0", "--port-file", "port"], arrange=fill, stores=("store.db",),
             drive=look, ends=-15),
]
