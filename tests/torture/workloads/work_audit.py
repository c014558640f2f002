"""What aiops-audit is put through: rows stored, read, checked, taken out and exported."""
import json
import os
import subprocess

import audit_log
import torture
from workload import Workload

STORED = 12
DAMAGED = 10  # SQLite calls a file corrupt that the disk cannot give back


def arrange_log(folder):
    audit_log.append(folder + "/a.db", [f"b-{i}" for i in range(STORED)])
    subprocess.run([audit_log.AUDIT, "keygen", "--db", folder + "/a.db", folder + "/k.key"], capture_output=True, env=torture.environment(), check=True)


def without_key(line):
    """An acknowledged record as it came in: number and hash depend on the moment and on salt."""
    return line.split(b',"audit":{')[0] + b"}" if line.endswith(b"}}") else line


def kept(folder, run, good):
    """Whatever was acknowledged is stored, and the log verifies."""
    there = audit_log.stored(folder + "/a.db") or set()
    lost = [a for a in audit_log.acknowledged(run.out) if a not in there]
    return f"lost: {lost[:2]}" if lost else verifies(folder)


def verifies(folder):
    code, text = audit_log.verify(folder + "/a.db")
    return f"verify gives {code}: {text[-200:]}" if code else ""


def all_there(folder, run, next_run):
    """Behind the next run."""
    there = {name for _, _, name in audit_log.stored(folder + "/a.db") or ()}
    missing = {f"b-{i}" for i in range(STORED)} | {f"t-{i}" for i in range(8)} - there
    return verifies(folder) or (f"missing: {sorted(missing - there)}" if missing - there else "")


def still_verifies(folder, run, good):
    return verifies(folder)


def note_is_whole(folder, run, good):
    """The note is not there, or as the log's: with its head and its signature."""
    path = folder + "/a.ckpt"
    if not os.path.exists(path):
        return "exit 0 without a note" if run.code == 0 else verifies(folder)
    code, text = audit_log.verify(folder + "/a.db", "--checkpoint", path)
    return f"the note: verify gives {code}: {text[-200:]}" if code else ""


def all_exported(folder, run, next_run):
    """A cursor that is ahead of what came out would be rows that nobody gets."""
    came = {json.loads(line)["audit"]["seq"] for part in (run, next_run) for line in part.out.split(b"\n")[:-1]}
    return "" if came == set(range(1, STORED + 1)) else f"exported together: {sorted(came)}"


WORKLOADS = [
    Workload("aiops-audit", "append", ["append", "--db", "a.db", "-u", "--lock-wait", "1s"], stdin=audit_log.records("t", 8), arrange=arrange_log,
             stores=("a.db",), normal=without_key, check=kept, final=all_there),
    Workload("aiops-audit", "append-group", ["append", "--db", "new/a.db", "--dead-letter", "dead", "--tolerate", "1"],
             stdin=audit_log.records("t", 8) + b"[1]\n", arrange=lambda folder: os.mkdir(folder + "/new", 0o700), stores=("new/a.db",),
             normal=without_key),
    Workload("aiops-audit", "verify", ["verify", "--db", "a.db"], arrange=arrange_log, stores=("a.db",), check=still_verifies,
             answers=(DAMAGED,)),
    Workload("aiops-audit", "query", ["query", "--db", "a.db", "--where", "source=torture"], arrange=arrange_log, stores=("a.db",)),
    Workload("aiops-audit", "report", ["report", "--db", "a.db", "--since", "2026-01-01T00:00:00Z", "--format", "html"], arrange=arrange_log,
             stores=("a.db",), normal=lambda line: b"", answers=(DAMAGED,)),
    Workload("aiops-audit", "export", ["export", "--db", "a.db", "--state", "cursor", "--batch", "3"], arrange=arrange_log, stores=("a.db",),
             final=all_exported),
    Workload("aiops-audit", "checkpoint", ["checkpoint", "--db", "a.db", "--sign", "k.key", "--out", "a.ckpt"], arrange=arrange_log,
             stores=("a.db",), check=note_is_whole),
    Workload("aiops-audit", "redact", ["redact", "3", "--db", "a.db", "--reason", "a name", "--apply"], arrange=arrange_log, stores=("a.db",),
             normal=lambda line: b"", check=still_verifies, again=False),
    Workload("aiops-audit", "prune", ["prune", "--db", "a.db", "--older-than", "1s", "--now", "2030-01-01T00:00:00Z", "--apply"], arrange=arrange_log,
             stores=("a.db",), normal=lambda line: b"", check=still_verifies),
]
