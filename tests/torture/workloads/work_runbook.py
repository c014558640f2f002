"""What aiops-runbook is put through beside what broad.py has: a plan filed, an approval, a run that fails and is undone."""
import contextlib
import json
import sqlite3
import subprocess

import audit_log
import broad
import made
import torture
from workload import Workload

STEPS = ("one", "two", "fails")
ACT = broad.ACT + '[ "$1" != fails ] || exit 3\n'


def localise_plan(folder, tag):
    made.put(folder, "bin/act", ACT, 0o755)
    made.put(folder, "bin/did", broad.DID, 0o755)
    made.put(folder, "demo.yaml", broad.DEMO.format(folder, "".join(map(broad.STEP.format, STEPS))))
    key = broad.do(folder, "aiops-runbook", "keygen", "--out", "maria.key").decode().strip()
    made.write(folder, world="", config__yaml=f"runbook: {{authority: approved, path: {folder}/bin:/usr/bin:/bin}}\n"
                                              f"approvers: [{{name: maria, public_key: '{key}'}}]\n")


def localise_approval(folder, tag):
    localise_plan(folder, tag)
    plan = json.loads(broad.do(folder, "aiops-runbook", "plan", "-c", "config.yaml", "demo.yaml", "--format", "ndjson"))
    made.write(folder, digest=plan["plan_digest"], run=plan["run"])


def localise_run(folder, tag):
    localise_approval(folder, tag)
    with open(folder + "/run") as f:
        broad.do(folder, "aiops-runbook", "approve", "-c", "config.yaml", f.read(), "--as", "maria", "--key", "maria.key")


def state_of(folder):
    with open(folder + "/run") as f, contextlib.closing(sqlite3.connect(f"file:{folder}/store.db?mode=ro", uri=True)) as db:
        return db.execute("SELECT state FROM aiops_run WHERE id = ?", [f.read()]).fetchone()[0]


def log_holds(folder):
    code, text = audit_log.verify(folder + "/store.db")
    return f"verify gives {code}: {text[-200:]}" if code == 10 else ""


def filed(folder, run, good):
    """A plan that is told of is on file, once."""
    if run.code != 0:
        return ""
    with contextlib.closing(sqlite3.connect(f"file:{folder}/store.db?mode=ro", uri=True)) as db:
        n = db.execute("SELECT count(*) FROM aiops_run").fetchone()[0]
    return log_holds(folder) or ("" if n == 1 else f"exit 0 with {n} plans on file")


def approved(folder, run, good):
    """Approved if it says so; the run itself is as it was."""
    with open(folder + "/digest") as f:
        argv = ["run", "-c", "config.yaml", "demo.yaml", "--apply", "--plan", f.read(), "--format", "ndjson"]
    if run.code == 0:
        begun = subprocess.run([torture.programme("aiops-runbook"), *argv], cwd=folder, capture_output=True, check=False,
                               env=torture.environment(HOME=folder, **broad.STORE))
        if begun.returncode != 1:
            return f"approved, and the run gives {begun.returncode}: {begun.stderr[-200:]!r}"
    return log_holds(folder)


def undone_once(folder, run, good):
    """Resumed to its end, nothing happened twice; and if it says that it is undone, all of it was."""
    with open(folder + "/digest") as f:
        apply = ["run", "-c", "config.yaml", "demo.yaml", "--apply", "--plan", f.read()]
    for _ in range(4):
        state = state_of(folder)
        if state in broad.FINAL:
            break
        subprocess.run([torture.programme("aiops-runbook"), *(apply if state in ("planned", "awaiting_approval") else ["resume", "-c", "config.yaml"])],
                       cwd=folder, env=torture.environment(HOME=folder, **broad.STORE), capture_output=True, check=False)
    with open(folder + "/world") as f:
        did = f.read().split()
    state = state_of(folder)
    left = [w for w in STEPS[:2] if w in did and "undo-" + w not in did]
    if state not in broad.FINAL or any(did.count(w) > 1 for w in did) or (state == "rolled_back" and left):
        return f"the run is {state}, and what happened is {did}"
    return log_holds(folder)


WORKLOADS = [
    Workload("aiops-runbook", "plan", ["plan", "-c", "config.yaml", "demo.yaml", "--format", "ndjson"], localise=localise_plan, env=broad.STORE,
             stores=("store.db",), compare=False, check=filed),
    Workload("aiops-runbook", "approve", ["approve", "-c", "config.yaml", "@run", "--as", "maria", "--key", "maria.key"], localise=localise_approval,
             env=broad.STORE, stores=("store.db",), compare=False, check=approved, again=False),
    Workload("aiops-runbook", "undo", ["run", "-c", "config.yaml", "demo.yaml", "--apply", "--plan", "@digest", "--format", "ndjson"], localise=localise_run,
             env=broad.STORE, stores=("store.db",), compare=False, ends=1, leaves="store.db.locks/", check=undone_once, again=False),
]
