"""Small jobs of the programmes, run while something fails.

A Job is a command, what is prepared for it, and what must hold afterwards whatever failed on the way. A World is a
folder in which a job was prepared and run once without a fault; each blow starts from a copy of it.
"""
import contextlib
import json
import os
import shutil
import sqlite3
import subprocess

import torture

HANG_S = 120  # far above what any job takes on a loaded machine


class Job:
    """programme and arguments; stdin: a file of the folder. prepare(world) lays the files down. same(bytes) takes from
    the output what no two runs have in common. kept(world, run) says what is wrong afterwards, or nothing."""

    def __init__(self, programme, name, args, stdin=None, prepare=None, same=lambda out: out, kept=lambda world, run: ""):
        self.programme, self.name, self.args, self.stdin = programme, name, args, stdin
        self.prepare, self.same, self.kept = prepare or (lambda world: None), same, kept


class World:
    def __init__(self, job, folder, url):
        self.job, self.folder, self.url = job, folder, url
        self.work, self.clean = folder + "/work", folder + "/clean"
        os.makedirs(self.work + "/home")
        self.env = torture.environment(TERM="dumb", HOME=self.work + "/home", AIOPS_DB=self.work + "/store.db",
                                       PATH=os.path.join(torture.BUILD, "bin") + ":/usr/local/bin:/usr/bin:/bin")
        job.prepare(self)
        shutil.copytree(self.work, self.clean, symlinks=True)
        self.args = [a.replace("@URL@", url) if isinstance(a, str) else a(self) for a in job.args]
        self.right = self.run()
        self.right_output = job.same(self.right.stdout)
        if self.right.returncode not in (0, 1) or job.kept(self, self.right):
            raise SystemExit(f"# {job.programme} {job.name}, without a fault: exit {self.right.returncode} "
                             f"{job.kept(self, self.right)} {self.right.stderr.decode(errors='replace')[-500:]}")

    def path(self, name):
        return os.path.join(self.work, name)

    def read(self, name):
        """None if it is not there."""
        try:
            with open(self.path(name), "rb") as f:
                return f.read()
        except FileNotFoundError:
            return None

    def write(self, name, text, mode=0o644):
        with open(self.path(name), "w") as f:
            f.write(text)
        os.chmod(self.path(name), mode)

    def call(self, *argv, stdin=None, env=None):
        with open(self.path(stdin) if stdin else os.devnull, "rb") as f:
            return subprocess.run(argv, cwd=self.work, stdin=f, capture_output=True, env=env or self.env, timeout=HANG_S, check=False)

    def do(self, *argv, stdin=None, out=None):
        """For preparing: must succeed; the output goes to a file."""
        run = self.call(*argv, stdin=stdin)
        if run.returncode:
            raise SystemExit(f"# {' '.join(argv)}: exit {run.returncode}: {run.stderr.decode(errors='replace')}")
        if out:
            self.write(out, run.stdout.decode())
        return run.stdout.decode()

    def fresh(self):
        shutil.rmtree(self.work)
        shutil.copytree(self.clean, self.work, symlinks=True)

    def run(self, before=(), **env):
        """The job, behind the words of before and with more environment."""
        return self.call(*before, torture.programme(self.job.programme), *self.args, stdin=self.job.stdin, env=dict(self.env, **env))

    def rows(self, sql, db="store.db"):
        with contextlib.closing(sqlite3.connect(f"file:{self.path(db)}?mode=ro", uri=True)) as c:
            return c.execute(sql).fetchall()

    def judge(self, run, codes):
        """What is wrong after a run in which something failed, or nothing."""
        right, code = self.right, run.returncode
        if code < 0:
            return f"ended by signal {-code}"
        if code != right.returncode:
            if code not in codes:
                return f"exit {code} is not in the manual"
            if not run.stderr.strip():
                return f"exit {code} without a word"
        out = self.job.same(run.stdout)
        if code == right.returncode and out != self.right_output:
            return f"exit {code}, but {len(out)} bytes of output are not the right {len(self.right_output)}"
        if not self.right_output.startswith(out):
            return f"exit {code}: wrong output at byte {len(os.path.commonprefix([out, self.right_output]))}"
        return self.job.kept(self, run)


# ---- what must hold afterwards ----

def whole_lines(out):
    return out[:out.rfind(b"\n") + 1].splitlines()


def file_is_old_or_new(name):
    """A state or model is what it was or what it is to become, never something between."""
    def kept(world, run):
        new = world.__dict__.setdefault("right " + name, world.read(name))
        with contextlib.suppress(FileNotFoundError), open(os.path.join(world.clean, name), "rb") as f:
            if world.read(name) == f.read():
                return "" if run.returncode != world.right.returncode or run is world.right else f"exit {run.returncode}, but {name} is the old one"
        if world.read(name) == new:
            return ""
        if world.read(name) is None and run.returncode != world.right.returncode:
            return ""
        return f"exit {run.returncode}: {name} is neither the old nor the new one"
    return kept


def log_holds(world, run):
    """The log verifies, what was acknowledged is in it, and it takes the next record."""
    acks = [json.loads(line)["audit"] for line in whole_lines(run.stdout) if b'"audit":{' in line]
    if os.path.exists(world.path("store.db")):
        verify = world.call("aiops-audit", "verify")
        if verify.returncode not in (0, 11 if not acks else 0):
            return f"exit {run.returncode}: the log does not verify: {verify.stderr[-200:]}"
    elif acks:
        return "acknowledged, and there is no store"
    there = set(world.rows("SELECT seq, hash FROM aiops_audit")) if acks else set()
    if any((a["seq"], a["hash"]) not in there for a in acks):
        return f"exit {run.returncode}: an acknowledged record is lost"
    again = world.call("aiops-audit", "append", stdin="next.ndjson")
    if again.returncode:
        return f"exit {run.returncode}: the next append: {again.returncode} {again.stderr[-200:]}"
    return ""
