"""What goes on outside a programme that does not end by itself."""
import json
import os
import signal
import time
import urllib.error
import urllib.request

from workload import LONGEST_S, children_of

LONGEST_ANSWER_S = 5  # of one that has no descriptor left for whoever asks


def wait_until(child, there):
    """Until `there()`, or the programme has ended, or it is hopeless."""
    until = time.monotonic() + LONGEST_S
    while child.poll() is None and time.monotonic() < until:
        if there():
            return True
        time.sleep(0.005)
    return there()


def port_of(folder, child):
    """The port it listens on, or None if it never does."""
    path = folder + "/port"
    if not wait_until(child, lambda: os.path.exists(path) and os.path.getsize(path)):
        return None
    with open(path) as f:
        return f.read().strip()


def ask(port, path, body=None):
    """(status, body) of an answer; (None, b'') if there is none."""
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{port}{path}", body, LONGEST_ANSWER_S) as answer:
            return answer.status, answer.read()
    except urllib.error.HTTPError as e:
        return e.code, b""
    except (OSError, ValueError):
        return None, b""


def end(child, traced):
    """SIGTERM to the programme itself, not to who traces it."""
    for pid in children_of(child.pid) if traced else [child.pid]:
        try:
            os.kill(pid, signal.SIGTERM)
        except OSError:
            pass


def lines_in(path):
    try:
        with open(path, "rb") as f:
            return f.read().count(b"\n")
    except OSError:
        return 0


def names_in(text):
    """The names of the records whose lines are whole."""
    found = set()
    for line in text.split(b"\n")[:-1]:
        try:
            found.add(json.loads(line).get("name"))
        except ValueError:
            pass
    return found


def names_out(folder):
    """Those of what a programme has written so far."""
    with open(folder + ".out", "rb") as f:
        return names_in(f.read())
