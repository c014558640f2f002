"""One hostile input through one programme, in a folder of its own, and what is wrong with what came of it."""
import contextlib
import dataclasses
import functools
import glob
import json
import os
import shutil
import signal
import subprocess
import threading

import hostile_oracle as oracle
import hostile_seats
import torture

HANG_S = 300  # far above what any of these takes on a loaded machine
ORDINARY_KIB, LARGE_KIB = 48 * 1024, 128 * 1024
LARGE = 128 * 1024  # bytes of input, or of one value many times over, that may cost LARGE_KIB


@dataclasses.dataclass
class Tally:
    """Of one programme."""
    cases: int = 0
    runs: int = 0
    accepted: int = 0
    rejected: int = 0
    wrong: list = dataclasses.field(default_factory=list)
    peak_kib: int = 0

    def add(self, other):
        for f in dataclasses.fields(self):
            mine, more = getattr(self, f.name), getattr(other, f.name)
            setattr(self, f.name, max(mine, more) if f.name == "peak_kib" else mine + more)


class Folder:
    """Where programmes run: the good files, and what is put in their place for one run."""

    def __init__(self, path, fixture=None):
        self.path = path
        if fixture:
            shutil.copytree(fixture, path, symlinks=True)
        self.env = hostile_seats.environment(path)

    def at(self, name):
        return os.path.join(self.path, name)

    def read(self, name):
        try:
            with open(self.at(name), "rb") as f:
                return f.read()
        except FileNotFoundError:
            return b""

    def write(self, name, text):
        with open(self.at(name), "wb") as f:
            f.write(text)

    def clean(self, seat):
        for path in [self.at(n) for n in ("dead", "in", "out", "err")] + [p for n in seat.dirt for p in glob.glob(self.at(n) + "*")]:
            if os.path.isdir(path):
                shutil.rmtree(path)
            else:
                with contextlib.suppress(FileNotFoundError):
                    os.unlink(path)

    def run(self, tool, argv, stdin, feed=None):
        """(status as a shell has it, peak KiB) of the programme; out and err hold what it wrote. None: it hung."""
        command = [os.path.join(torture.BUILD, "tests/bench/measure"), "-i", "/dev/stdin" if feed else self.at(stdin), "-o", self.at("out"), "-e", self.at("err"),
                   torture.programme(tool), *argv]
        p = subprocess.Popen(command, cwd=self.path, env=self.env, stdin=subprocess.PIPE if feed else subprocess.DEVNULL, stdout=subprocess.PIPE, start_new_session=True)
        feeder = threading.Thread(target=pour, args=(p.stdin, feed)) if feed else None
        try:
            if feeder:
                feeder.start()
                told = self.wait_for(p)
                feeder.join()
            else:
                told = p.communicate(timeout=HANG_S)[0]
        except subprocess.TimeoutExpired:
            os.killpg(p.pid, signal.SIGKILL)
            p.wait()
            return None, 0
        words = told.split()
        return int(words[3]), int(words[2])

    @staticmethod
    def wait_for(p):
        p.wait(HANG_S)
        with p.stdout:
            return p.stdout.read()


def pour(pipe, chunks):
    with contextlib.suppress(BrokenPipeError), pipe:
        for chunk in chunks:
            pipe.write(chunk)


def text_of(case):
    """The case's text, where it can be an argument."""
    try:
        text = json.loads(case.tokens[0]) if case.tokens else None
    except (ValueError, RecursionError):
        return None
    return os.fsencode(text) if isinstance(text, str) and "\0" not in text and len(text) < 30_000 and encodable(text) else None


def encodable(text):
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True


def inputs(seat, case, nth, share):
    """What the seat is given for the case: bytes for its standard input or its file, or its last argument."""
    if seat.argument:
        text = text_of(case)
        return [] if text is None else [text]
    return seat.document.made(case, nth, share) if seat.document else [case.stream]


def try_seat(folder, seat, case, stream, nth, share):
    tally = Tally()
    for given in inputs(seat, case, nth, share):
        one = once(folder, seat, stream, given, case.group != "JSON")
        one.wrong = [f"{seat.tool} [{seat.name}] {case.group}: {case.name}: {w}" for w in one.wrong]
        tally.add(one)
    if seat.document:
        folder.write(seat.document.name, seat.document.good)
    folder.clean(seat)
    return tally


@functools.cache
def sanitized(tool):
    """Under AddressSanitizer memory means nothing."""
    with open(torture.programme(tool), "rb") as f:
        return b"__asan_init" in f.read()


def put(folder, seat, given):
    """Lays down what the seat is given; what its standard input is then."""
    named = seat.document and (seat.document.name in " ".join(seat.argv) or os.path.dirname(seat.document.name) in seat.argv)
    if seat.stdin or named:
        folder.write(seat.document.name, given)
        return seat.stdin or os.devnull
    folder.write("in", given)
    return "in"


def good(folder, seat):
    """The status with the document as it is."""
    folder.clean(seat)
    return folder.run(seat.tool, seat.argv, put(folder, seat, seat.document.good))[0]


def once(folder, seat, stream, given, shown):
    folder.clean(seat)
    if seat.argument:
        status, peak = folder.run(seat.tool, [*seat.argv, given], os.devnull)
    else:
        status, peak = folder.run(seat.tool, seat.argv, put(folder, seat, given))
    tally = Tally(runs=1, peak_kib=peak)
    if status is None:
        tally.wrong.append("it hangs")
        return tally
    limit = LARGE_KIB if len(given) > LARGE else ORDINARY_KIB
    if peak > limit and not sanitized(seat.tool):
        tally.wrong.append(f"{peak} KiB of memory, {limit} are allowed")
    judge(folder, seat, stream, status, tally)
    for command in seat.after if shown else ():
        follow(folder, seat, command, tally)
    if os.path.exists(folder.at("pwned")):
        tally.wrong.append("a shell was reached")
        os.unlink(folder.at("pwned"))
    return tally


def judge(folder, seat, stream, status, tally):
    out, err = folder.read("out"), folder.read("err")
    found = [oracle.documented(seat.tool, status), oracle.unsafe(err, "standard error"), oracle.forged(err, seat.tool)]
    if status not in (0, 1) and not err:
        found.append(f"exit {status} without a word")
    if seat.out == "text":
        found.append(oracle.unsafe(out, "standard output"))
    elif seat.out == "records":
        found.append(oracle.bad_records(out))
    if "--stats" in seat.argv and not any(found) and status in (0, 1, 3):
        stats = oracle.stats_of(err)
        found.append(oracle.miscounted(stream, stats, folder.read("dead"), seat.exact))
        if seat.own:
            found.append(oracle.lost_lines(stream, out, seat.own, stats["rejected"] - stream.refused if stats else 0))
        if stats:
            tally.accepted += oracle.accepted(stats)
            tally.rejected += stats["rejected"]
            if bool(stats["rejected"]) != (status == 3) and status != 1:
                found.append(f"exit {status} with {stats['rejected']} rejected")
    elif status in (0, 1, 3, 10, 11):
        tally.accepted += 1
    else:
        tally.rejected += 1
    tally.wrong += [f for f in found if f]


def follow(folder, seat, command, tally):
    """What a person reads afterwards of what was stored."""
    status, peak = folder.run(seat.tool, command, os.devnull)
    tally.runs += 1
    tally.peak_kib = max(tally.peak_kib, peak)
    found = [oracle.documented(seat.tool, status), oracle.unsafe(folder.read("err"), "standard error"), oracle.unsafe(folder.read("out"), "standard output")]
    if "html" in command:
        found.append(oracle.obeyed(folder.read("out")))
    if peak > LARGE_KIB and not sanitized(seat.tool):
        found.append(f"{peak} KiB of memory")
    tally.wrong += [f"then {' '.join(command)}: {f}" for f in found if f]
