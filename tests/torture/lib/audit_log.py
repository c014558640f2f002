"""An audit log seen from outside: what goes in, what was acknowledged, what is stored, whether it verifies."""
import json
import sqlite3
import subprocess

import torture

AUDIT = torture.programme("aiops-audit")


def record(name):
    return ('{"v":1,"kind":"run","id":"%s","timestamp":"2026-11-21T09:00:00Z","source":"torture","fill":"%s"}\n'
            % (name, "x" * 200)).encode()


def records(prefix, count):
    return b"".join(record(f"{prefix}-{i}") for i in range(count))


def acknowledged(text):
    """(seq, hash, id) of complete lines only: half a line is no acknowledgement."""
    found = []
    for line in text.split(b"\n")[:-1]:
        told = json.loads(line)
        found.append((told["audit"]["seq"], told["audit"]["hash"], told["id"]))
    return found


def stored(db):
    """The same of what is in the database; None if the file holds no log (yet)."""
    try:
        with sqlite3.connect(f"file:{db}?mode=ro", uri=True) as c:
            return set(c.execute("SELECT seq, hash, record_id FROM aiops_audit"))
    except sqlite3.Error:
        return None


def verify(db, *options):
    run = subprocess.run([AUDIT, "verify", "--db", db, *options], capture_output=True, env=torture.environment(), check=False)
    return run.returncode, (run.stdout + run.stderr).decode(errors="replace")


def append(db, names, *options):
    return subprocess.run([AUDIT, "append", "--db", db, *options], input=b"".join(map(record, names)),
                          capture_output=True, env=torture.environment(), check=False)
