"""While a soak runs: ends stages in turn, approves what waits, and looks at memory and at how far records have come."""
import collections
import json
import os
import random
import re
import signal
import threading
import time

import soak_world

NAME = re.compile(rb'"(?:n|id|by)":"([amc]-\d+)"')
THINGS = tuple(b'{"v":1,"kind":"%s",' % kind for kind in (b"alert", b"metric", b"change"))


def name_of(line):
    """What the senders called the thing of this line, None for what the programmes made."""
    found = NAME.search(line) if line.startswith(THINGS) else None
    return found.group(1).decode() if found else None


class Watch:
    def __init__(self, world, load, chaos_until, every_s, seed):
        self.world, self.load, self.chaos_until, self.every_s = world, load, chaos_until, every_s
        self.random = random.Random(seed)
        self.over = threading.Event()
        self.ended = collections.Counter()     # (stage, how)
        self.memory = []                       # (seconds, label, KiB)
        self.latency = []                      # seconds from acknowledgement to the last file but one
        self.behind = []                       # (seconds, acknowledged and not there yet)
        self.approved = 0
        self.began = time.monotonic()
        self.threads = [threading.Thread(target=job, daemon=True) for job in (self.chaos, self.approve, self.look)]

    def start(self):
        for t in self.threads:
            t.start()

    def stop(self):
        self.over.set()
        for t in self.threads:
            t.join()

    # ---- restarts ----

    def chaos(self):
        """One stage after the other, alternately told to end (as systemd does) and killed: one process of it, then all."""
        turn = 0
        while not self.over.wait(self.every_s) and time.monotonic() < self.chaos_until:
            stage = soak_world.STAGES[turn % len(soak_world.STAGES)]
            how = ("TERM", "KILL of one", "TERM", "KILL of all")[turn // len(soak_world.STAGES) % 4]
            turn += 1
            script, programmes = soak_world.pipeline(self.world.run.pid).get(stage, (None, {}))
            if not programmes:
                self.ended[stage, "not running"] += 1
                continue
            for pid in [script] if how == "TERM" else [self.random.choice(sorted(programmes))] if how == "KILL of one" else programmes:
                try:
                    os.kill(pid, signal.SIGTERM if how == "TERM" else signal.SIGKILL)
                except ProcessLookupError:
                    pass
            self.ended[stage, how] += 1

    # ---- approvals ----

    def approve(self):
        while not self.over.wait(1):
            waiting = self.world.call("aiops-runbook", "approvals", "--format", "ndjson").stdout
            for line in waiting.splitlines():
                done = self.world.call("aiops-runbook", "approve", json.loads(line)["run"], "--as", "maria", "--key",
                                       self.world.path("maria.key"))
                self.approved += done.returncode == 0

    # ---- memory and lag ----

    def look(self):
        seen, offset, rest = set(), 0, b""
        while not self.over.wait(1):
            now = time.monotonic()
            for _, programmes in soak_world.pipeline(self.world.run.pid).values():
                for pid, argv in programmes.items():
                    kib = soak_world.rss_kib(pid)
                    if kib:
                        self.memory.append((now - self.began, soak_world.label(argv), kib))
            try:
                with open(self.world.path("runbook.ndjson"), "rb") as f:
                    f.seek(offset)
                    lines = (rest + f.read()).split(b"\n")
                    offset = f.tell()
            except OSError:
                continue
            rest = lines.pop()
            for name in filter(None, map(name_of, lines)):
                if name in seen:
                    continue
                seen.add(name)
                at = self.load.acknowledged.get(name)
                if at is not None:
                    self.latency.append((at - self.began, max(0.0, now - at)))
            self.behind.append((now - self.began, len(self.load.acknowledged) - len(seen)))
