"""What is to be true when a soak has ended, and the table of what was measured."""
import collections
import json
import os
import statistics

import soak_watch
import soak_world

FILES = ["events", "drift", "correlate", "triage", "runbook"]
ENDS = {"succeeded", "planned", "awaiting_approval", "expired", "blocked", "cancelled"}
GROWTH, SLACK_KIB = 1.10, 2048  # last quarter of the quiet time beside its second quarter


class Judge:
    """last: the name of what was sent when all else was acknowledged."""

    def __init__(self, world, load, watch, last):
        self.world, self.load, self.watch, self.last = world, load, watch, last
        self.failed = 0

    def row(self, ok, what, text):
        self.failed += not ok
        print(f"{'ok  ' if ok else 'FAIL'} {what:34} {text}", flush=True)

    def lines(self, name):
        with open(self.world.path(name + ".ndjson"), "rb") as f:
            yield from f

    def records(self, *argv):
        done = self.world.call(*argv)
        if done.returncode != 0:
            self.row(False, " ".join(argv[:2]), f"exit {done.returncode}: {done.stderr[:200]}")
        return [json.loads(line) for line in done.stdout.splitlines()]

    # ---- nothing lost ----

    def files(self):
        acknowledged = self.load.acknowledged
        for name in FILES:
            seen = collections.Counter(filter(None, map(soak_watch.name_of, self.lines(name))))
            lost = [n for n in acknowledged if n not in seen]
            twice = sum(1 for n in seen.values() if n > 1)
            self.row(not lost, f"{name}.ndjson: at least once", f"{len(acknowledged)} acknowledged, {len(lost)} lost"
                     f"{' (' + ' '.join(lost[:5]) + ')' if lost else ''}, {twice} more than once")
        self.row(not self.load.refused, "answers 4xx", f"{len(self.load.refused)} {self.load.refused[:1] or ''}")

    def log(self):
        verify = self.world.call("aiops-audit", "verify")
        self.row(verify.returncode == 0, "aiops-audit verify", f"exit {verify.returncode}: {' '.join(verify.stdout.split()[:4])}")
        log = self.records("aiops-audit", "query")
        ids = collections.Counter((r["kind"], r["id"]) for r in log if r["kind"] != "audit")
        self.row(max(ids.values(), default=1) == 1, "log: exactly once", f"{len(log)} rows, {len(ids)} ids")
        refused = sum(1 for r in log if r["kind"] == "audit" and r.get("action") == "refused")
        changes = collections.Counter(r["change"]["by"] for r in log if r["kind"] == "change")
        lost = [n for n in self.load.acknowledged if n[0] == "c" and changes[n] == 0]
        twice = [n for n, times in changes.items() if times > 1]
        self.row(not lost and not twice, "log: each change exactly once",
                 f"{len(changes)} changes, {len(lost)} lost, {len(twice)} twice, {refused} other bodies of an id refused")
        return log

    def told(self):
        """id: incident of each revision that passed before the last thing that was sent."""
        found = {}
        for line in self.lines("runbook"):
            if line.startswith(b'{"v":1,"kind":"incident",'):
                r = json.loads(line)
                found[r["id"]] = r["incident"]
            elif soak_watch.name_of(line) == self.last:
                break
        return found

    def register(self):
        return collections.Counter(r["incident"] for r in self.records("aiops-incident", "list", "--all", "--format", "ndjson",
                                                                       "--limit", "0"))

    def unregistered(self):
        """What became part of another one is found by its id, too."""
        missing = set(self.told().values()) - set(self.register())
        return [i for i in missing if self.world.call("aiops-incident", "show", i).returncode != 0]

    def incidents(self, log):
        told, register = self.told(), self.register()
        logged = {r["id"] for r in log if r["kind"] == "incident"}
        missing = [i for i in told if i not in logged]
        self.row(not missing, "log: each revision of an incident", f"{len(told)} revisions, {len(missing)} lost")
        lost = self.unregistered()
        self.row(not lost and max(register.values(), default=1) == 1, "register: each incident once",
                 f"{len(set(told.values()))} incidents, {len(register)} in the register, {len(lost)} lost")

    def actions(self, log, wanted):
        with open(self.world.path("actions"), encoding="ascii") as f:
            did = collections.Counter(line.split()[0] for line in f)
        runs = {r["run"]: r for r in self.records("aiops-runbook", "status", "--format", "ndjson")}
        ends = collections.Counter((r["runbook"], r["state"]) for r in runs.values())
        acted = collections.Counter(r["incident"] for r in runs.values() if r["runbook"] == "soak-act" and r["state"] == "succeeded")
        ran = {b for (b, state), _ in ends.items() if state == "succeeded"}
        self.row(wanted <= ran, "runs: of each runbook", f"{sum(ends.values())} of {', '.join(sorted(ran)) or 'none'}")
        twice = [i for i, n in did.items() if n > 1]
        self.row(not twice, "actions: none twice", f"{sum(did.values())} actions for {len(did)} incidents, {len(twice)} twice")
        self.row(acted == did, "actions: as many as runs say", f"{sum(acted.values())} runs of soak-act succeeded")
        other = {k: n for k, n in ends.items() if k[1] not in ENDS}
        self.row(not other, "runs: every one came to its end", ", ".join(f"{b} {s} {n}" for (b, s), n in sorted(ends.items())))
        logged = collections.Counter(r["id"] for r in log if r["kind"] == "run")
        self.row(all(n == 1 for n in logged.values()), "log: each transition once", f"{len(logged)} transitions of {len(runs)} runs")

    # ---- how it went ----

    def memory(self, quiet_from, quiet_to, judged):
        print(f"\nresident memory, MiB{'':22} max   second quarter  last quarter of the quiet time, KiB/min")
        by_name = collections.defaultdict(list)
        for at, name, kib in self.watch.memory:
            by_name[name].append((at, kib))
        length = quiet_to - quiet_from
        for name, points in sorted(by_name.items()):
            quiet = [(at, k) for at, k in points if quiet_from <= at <= quiet_to]
            second = [k for at, k in quiet if quiet_from + length / 4 <= at < quiet_from + length / 2]
            last = [k for at, k in quiet if at >= quiet_to - length / 4]
            largest = max(k for _, k in points)
            if not judged or len(second) < 5 or len(last) < 5:
                print(f"     {name:34} {largest / 1024:7.1f}")
                continue
            a, b = statistics.median(second), statistics.median(last)
            slope = statistics.linear_regression([at / 60 for at, _ in quiet], [k for _, k in quiet]).slope
            self.row(b <= a * GROWTH + SLACK_KIB, name, f"{largest / 1024:7.1f} {a / 1024:12.1f} {b / 1024:12.1f} {slope:18.0f}")

    def flow(self, seconds, quiet_from):
        n = len(self.load.acknowledged)
        print(f"\nevents      {n} acknowledged in {seconds:.0f} s, {n / seconds:.0f}/s; {self.load.retries} tries again")
        for what, points in (("restarts", [v for at, v in self.watch.latency if at < quiet_from]),
                             ("quiet", [v for at, v in self.watch.latency if at >= quiet_from])):
            if len(points) > 10:
                cuts = statistics.quantiles(points, n=100)
                print(f"lag, {what:9} acknowledged until planned with: median {cuts[49]:.1f} s, p99 {cuts[98]:.1f} s, "
                      f"longest {max(points):.1f} s (seen once a second)")
        print(f"queue       at most {max((v for _, v in self.watch.behind), default=0)} events under way")
        stages = collections.Counter()
        for (_, how), times in self.watch.ended.items():
            stages[how] += times
        print(f"restarts    {sum(stages.values())}: " + ", ".join(f"{how} {times}" for how, times in sorted(stages.items())))
        for stage in soak_world.STAGES:
            print(f"            {stage:10} " + ", ".join(f"{how} {t}" for (s, how), t in sorted(self.watch.ended.items()) if s == stage))
        sizes = {name: os.path.getsize(self.world.path(name + '.ndjson')) >> 20 for name in FILES + ["audit"]}
        print("files, MiB  " + ", ".join(f"{name} {mib}" for name, mib in sizes.items()))
