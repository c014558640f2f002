"""The servers of tests/tools, and what they were asked."""
import atexit
import json
import os
import subprocess
import sys
import time

import torture


class Server:
    """tests/tools/NAME.py PORT_FILE LOG [more], until this process ends."""

    def __init__(self, name, folder, *more):
        self.log = f"{folder}/{name}.log"
        port = f"{folder}/{name}.port"
        script = os.path.join(torture.ROOT, "tests", "tools", name + ".py")
        with open(self.log, "w"):
            pass
        self.child = subprocess.Popen([sys.executable, script, port, self.log, *more], stderr=subprocess.DEVNULL)  # it tells of clients that die
        atexit.register(self.child.kill)
        while not os.path.exists(port) or not os.path.getsize(port):
            if self.child.poll() is not None:
                raise SystemExit(f"# {name} does not start")
            time.sleep(0.01)
        with open(port) as f:
            self.url = "http://127.0.0.1:" + f.read().strip()

    def asked(self, path):
        """The requests of this path so far."""
        with open(self.log) as f:
            return [r for r in map(json.loads, f.read().split("\n")[:-1]) if r["path"] == path]


_servers = {}


def world(folder):
    """The one world-server of all workloads. They tell their requests apart by the path."""
    if "world" not in _servers:
        _servers["world"] = Server("world-server", os.path.dirname(folder))
    return _servers["world"]


def answering(folder, **answers):
    """A poll-server with these answers."""
    served = folder + ".served"
    os.mkdir(served)
    for name, text in answers.items():
        with open(f"{served}/{name}", "wb") as f:
            f.write(text)
    return Server("poll-server", served, served)
