"""What aiops-http is put through: a question, a request that acts, and nobody there."""
import json

import made
import server
from workload import Workload

NOT_SENT = (64, 65, 66, 69, 75, 77)  # exit codes by which aiops-runbook knows that nothing can have been done


def request(method, **more):
    return json.dumps(dict(method=method, url_file="url", deadline_ms=20000, **more)).encode()


def localise(folder, tag):
    """Each copy asks for a path of its own."""
    made.put(folder, "url", f"{server.world(folder).url}/ok/{folder.rsplit('/', 1)[-1]}\n", 0o600)


def nobody(folder):
    made.put(folder, "url", "http://127.0.0.1:1/\n", 0o600)


def told_what_was_done(folder, run, good):
    """The other side was asked once if the answer is there, and not at all where the exit code says so."""
    times = len(server.world(folder).asked("/ok/" + folder.rsplit("/", 1)[-1]))
    if run.code in (0, 10) and times != 1:
        return f"exit {run.code}, and it was asked {times} times"
    if run.code in NOT_SENT and times:
        return f"exit {run.code} says that nothing was sent, and it was asked {times} times"
    return f"asked {times} times" if times > 1 else ""


def uncounted(line):
    """The answer without how often and what was asked."""
    return line if not line.startswith(b'{"state"') else b"good"


WORKLOADS = [
    Workload("aiops-http", "get", [], stdin=request("GET", headers=["X-A: 1"]), localise=localise, normal=uncounted, check=told_what_was_done),
    Workload("aiops-http", "post", [], stdin=request("POST", body="x" * 300, status=["2xx"]), localise=localise, normal=uncounted,
             check=told_what_was_done),
    Workload("aiops-http", "nobody", [], stdin=request("GET"), arrange=nobody, ends=75),
]
