"""A small piece of work that a programme does in a folder of its own, and what must hold of it whatever failed on the way."""
import contextlib
import ctypes
import dataclasses
import os
import re
import shutil
import signal
import sqlite3
import subprocess
import time
from collections.abc import Callable

import torture

UNREADABLE = 66  # an input was unreadable, and the others were read: what comes of those has no right version to compare with
LONGEST_S = 60  # far beyond what any of these takes; a run that is not over by then hangs
PR_SET_CHILD_SUBREAPER = 36


@dataclasses.dataclass
class Run:
    """How a run ended. None for a code: it did not, and was killed."""
    code: int | None
    out: bytes
    err: bytes
    told: list = dataclasses.field(default_factory=list)  # what a driver was told was taken
    left: int = 0  # processes that it left behind


@dataclasses.dataclass
class Workload:
    """What is run, on what, and what to ask afterwards.

    `arrange` makes the files in an empty folder, once; each run has a copy of it, and paths are relative to it. `localise` changes
    what must be different in each copy. The functions get the copy's path. `check` says what is wrong, or nothing; its last argument is
    the Run of the same work without a fault. `drive` stands in for what is outside (senders, an operator) while the programme
    runs; it gets the process and whether that is strace, and returns what it was told was taken.
    A word of argv that begins with @ stands for what the file of that name holds.
    """
    programme: str
    name: str
    argv: list
    stdin: bytes = b""
    arrange: Callable = lambda folder: None
    localise: Callable = lambda folder, tag: None
    env: dict = dataclasses.field(default_factory=dict)
    state: tuple = ()  # files that are the old or the new version, never anything between
    leaves: str = "$"  # names of files that may be there afterwards
    stores: tuple = ()  # SQLite files that must be sound
    normal: Callable = lambda line: line  # takes out of an output line what differs from run to run
    compare: bool = True  # the output is a beginning of the right one
    ends: int = 0  # how it ends without a fault
    answers: tuple = ()  # other exit codes that come with an output of their own
    check: Callable = lambda folder, run, good: ""
    drive: Callable = None
    again: bool = True  # the same command works afterwards and ends as it does without a fault
    final: Callable = lambda folder, run, next_run: ""  # what must hold after that
    good: Run = None
    files: dict = None  # {name: content} before and after
    calls: dict = None

    def command(self, folder):
        words = []
        for word in self.argv:
            if word.startswith("@"):
                with open(f"{folder}/{word[1:]}") as f:
                    word = f.read().strip()
            words.append(word)
        return [torture.programme(self.programme), *words]

    def environment(self, folder):
        env = {"HOME": folder, "TMPDIR": folder, "PATH": f"{folder}/bin:{torture.BUILD}/bin:/usr/local/bin:/usr/bin:/bin"}
        return torture.environment(**env, **self.env)


def adopt_orphans():
    """Processes that a programme leaves behind become this one's, and are seen."""
    ctypes.CDLL(None, use_errno=True).prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0)


def own_children():
    with open(f"/proc/self/task/{os.getpid()}/children") as f:
        return [int(pid) for pid in f.read().split()]


def children_of(pid):
    try:
        with open(f"/proc/{pid}/task/{pid}/children") as f:
            return [int(c) for c in f.read().split()]
    except OSError:
        return []


def reap_orphans(known, patience_s):
    """How many are still running after a while; they are ended."""
    until = time.monotonic() + patience_s
    left = 0
    while True:
        for pid in set(own_children()) - known:
            with contextlib.suppress(ChildProcessError):
                os.waitpid(pid, os.WNOHANG)
        orphans = set(own_children()) - known
        if not orphans:
            return left
        if time.monotonic() >= until:
            left = left or len(orphans)
            for pid in orphans:
                with contextlib.suppress(OSError):
                    os.kill(pid, signal.SIGKILL)
        time.sleep(0.01)


def perform(work, folder, before=(), longest_s=LONGEST_S, env=None, **streams):
    """Runs the work in the folder; `before` is what stands in front of its command."""
    known = set(own_children())
    with open(folder + ".in", "wb") as f:
        f.write(work.stdin)
    with open(folder + ".in", "rb") as given, open(folder + ".out", "wb") as out, open(folder + ".err", "wb") as err:
        child = subprocess.Popen([*before, *work.command(folder)], cwd=folder, env=dict(work.environment(folder), **(env or {})),
                                 start_new_session=True, **{"stdin": given, "stdout": out, "stderr": err, **streams})
        told = work.drive(folder, child, list(before[:1]) == ["strace"]) if work.drive else []
        try:
            code = child.wait(longest_s)
        except subprocess.TimeoutExpired:
            code = None
            child.kill()
            child.wait()
    left = reap_orphans(known, 0 if code is None else 10)
    texts = []
    for name in (folder + ".out", folder + ".err"):
        with open(name, "rb") as f:
            texts.append(f.read())
    for name in (".in", ".out", ".err"):
        os.unlink(folder + name)
    return Run(code, *texts, told, left)


def contents(folder):
    """{name: bytes} of all regular files below the folder."""
    found = {}
    for top, _, names in os.walk(folder):
        for name in names:
            path = os.path.join(top, name)
            if os.path.isfile(path):
                with open(path, "rb") as f:
                    found[os.path.relpath(path, folder)] = f.read()
    return found


@contextlib.contextmanager
def copy_of(template, tag):
    folder = f"{template}.{tag}"
    shutil.copytree(template, folder, symlinks=True)
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def unsound(folder, stores):
    """What SQLite says of the stores, if it is not ok."""
    for name in stores:
        path = os.path.join(folder, name)
        if os.path.exists(path) and os.path.getsize(path):
            try:
                with contextlib.closing(sqlite3.connect(path)) as db:  # it may have to undo what was not committed
                    said = db.execute("PRAGMA integrity_check").fetchone()[0]
            except sqlite3.Error as e:
                said = str(e)
            if said != "ok":
                return f"{name}: {said}"
    return ""


def odd_output(work, run):
    """Whether it is not a beginning of the right one, or not all of it though the exit code is that of a whole run. A last
    line without its end may be any beginning of the right line."""
    *lines, last = run.out.split(b"\n")
    right = work.good.out.split(b"\n")
    for n, line in enumerate(lines):
        if n >= len(right) - 1 or work.normal(line) != work.normal(right[n]):
            return f"line {n + 1} is not the right one: {line[:200]!r}"
    here = right[len(lines)]
    if last and work.normal(here) == here and not here.startswith(last):
        return f"line {len(lines) + 1} does not begin the right one: {last[:200]!r}"
    whole = run.code == work.good.code
    return f"exit {run.code} with {len(lines)} of {len(right) - 1} lines" if whole and len(lines) != len(right) - 1 else ""


def odd_state(work, folder):
    """A state file that is neither old nor new."""
    now = contents(folder)
    for name in work.state:
        if now.get(name) not in [files.get(name) for files in work.files.values()]:
            return f"{name} is neither the old nor the new version ({len(now.get(name, b''))} bytes)"
    return ""


def strange_files(work, folder):
    """Files that nobody asked for: those of a run that was stopped short are taken away by the next, or by whoever could not write them."""
    known = {name for files in work.files.values() for name in files}
    strange = [n for n in contents(folder) if n not in known and not n.endswith(("-wal", "-shm", "-journal")) and not re.match(work.leaves, n)]
    return f"left behind: {' '.join(strange)}" if strange else ""


def odd_end(work, run, what):
    """What is wrong with the way in which it ended."""
    if run.code is None:
        return f"it hangs: {run.err[-200:]!r}"
    if run.left:
        return f"{run.left} of its processes are left"
    allowed = {"EPIPE": {-signal.SIGPIPE}, "SIGKILL": {-signal.SIGKILL}, "SIGTERM": {-signal.SIGTERM}}.get(what, set())
    if run.code < 0 and run.code not in allowed | {work.good.code}:
        return f"ended by signal {-run.code}: {run.err[-200:]!r}"
    if run.code == torture.LOADER and b"error while loading shared libraries" in run.err:
        return ""
    if run.code >= 0 and run.code not in torture.documented(work.programme) | {work.good.code}:
        return f"exit {run.code} is not documented: {run.err[-200:]!r}"
    if what == "EINTR" and run.code not in (work.good.code, *work.answers):
        return f"EINTR gives exit {run.code}: {run.err[-200:]!r}"
    if run.code >= 64 and run.code != work.good.code and not run.err:
        return f"exit {run.code} without a word"
    return ""


def judge(work, folder, run, what):
    """What is wrong after a run in which `what` happened, or nothing. Runs the work again."""
    may_leave = ("SIGKILL", "SIGTERM", "EACCES")  # the temporary file that was being written
    wrong = odd_end(work, run, what)
    if not wrong and run.code not in (UNREADABLE, *work.answers):
        wrong = odd_output(work, run) if work.compare else ""
    if not wrong and odd_state(work, folder) and (run.code == UNREADABLE or what == "SIGTERM"):
        again = perform(work, folder)  # it is what became of the input so far: that must be a state, too
        wrong = f"{odd_state(work, folder)}, and the next run ends with {again.code}" if again.code != work.good.code else ""
    elif not wrong:
        wrong = odd_state(work, folder)
    wrong = (wrong or unsound(folder, work.stores) or (what not in may_leave and strange_files(work, folder))
             or work.check(folder, run, work.good))
    if wrong or not work.again:
        return wrong
    next_run = perform(work, folder)
    if next_run.code != work.good.code:
        return f"the next run ends with {next_run.code}: {next_run.err[-200:]!r}"
    return unsound(folder, work.stores) or work.final(folder, run, next_run)
