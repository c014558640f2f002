"""What aiops-runbook is put through beside what broad.py has: a plan filed, an approval, a run that fails and is undone."""
import contextlib
import sqlite3
import subprocess

import audit_log
import broad
import torture
from workload import Workload

STEPS = ("one", "two", "fails")
ACT = broad.ACT + '[ "$1" != fails ] || exit 3\n'


def localise_plan(folder, tag):
    broad.put_demo(folder, ACT, STEPS)


def localise_approval(folder, tag):
    localise_plan(folder, tag)
    broad.put_plan(folder)


def localise_run(folder, tag):
    localise_approval(folder, tag)
    broad.put_approval(folder)


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
    if run.code == 0:
        begun = subprocess.run([torture.programme("aiops-runbook"), *broad.apply_argv(folder), "--format", "ndjson"], cwd=folder,
                               capture_output=True, check=False, env=torture.environment(HOME=folder, **broad.STORE))
        if begun.returncode != 1:
            return f"approved, and the run gives {begun.returncode}: {begun.stderr[-200:]!r}"
    return log_holds(folder)


def undone_once(folder, run, good):
    """Resumed to its end, nothing happened twice; and if it says that it is undone, all of it was."""
    state, did = broad.settled(folder)
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
