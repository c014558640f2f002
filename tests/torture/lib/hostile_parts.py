"""The parts of tests/torture/hostile."""
import concurrent.futures
import os
import shutil
import sys

import hostile_cases
import hostile_oracle as oracle
import hostile_run
import hostile_seats
import torture
from hostile_run import Folder, Tally

SHOWN = 40  # wrong answers that are printed for one part
TOOLS = ("aiops-ingest", "aiops-drift", "aiops-correlate", "aiops-triage", "aiops-runbook", "aiops-audit", "aiops-incident", "aiops-http")
mine = {}  # of one worker process


def table(tallies, cases):
    print(f"# {'tool':<16} {'cases':>6} {'runs':>7} {'accepted':>10} {'rejected':>9} {'wrong':>6} {'peak KiB':>9}")
    for tool in TOOLS:
        t = tallies.get(tool)
        if t and t.runs:
            print(f"# {tool:<16} {cases:>6} {t.runs:>7} {t.accepted:>10} {t.rejected:>9} {len(t.wrong):>6} {t.peak_kib:>9}")


def verdict(tallies, text):
    wrong = [w for t in tallies.values() for w in t.wrong]
    for w in wrong[:SHOWN]:
        print(f"# {w[:600]}")
    torture.result(not wrong, f"{text}: {len(wrong)} wrong")


# ---- cases ----

def prepare(top):
    fixture = os.path.join(top, "fixture")
    os.mkdir(fixture)
    hostile_seats.fixture(fixture)
    seats = hostile_seats.all_seats()
    for seat in seats:
        if seat.document:
            seat.document.load(fixture)
    return fixture, seats


def settle(top, fixture, seats, cases, share):
    mine.update(folder=Folder(os.path.join(top, f"worker-{os.getpid()}"), fixture), seats=seats, cases=cases, share=share)


def work(nth):
    case = mine["cases"][nth]
    stream = oracle.Stream(case.stream)
    tallies = {}
    for n, seat in enumerate(mine["seats"]):
        tallies.setdefault(seat.tool, Tally()).add(hostile_run.try_seat(mine["folder"], seat, case, stream, nth + n, mine["share"]))
    return tallies


def cases(options, top):
    fixture, seats = prepare(top)
    seats = [s for s in seats if options.tool in s.tool]
    chosen = [c for c in hostile_cases.all_cases() if options.group in c.group]
    own = sum(c.group != "JSONTestSuite" for c in chosen)
    chosen = chosen[::options.sample]
    total = {}
    with concurrent.futures.ProcessPoolExecutor(options.jobs, initializer=settle, initargs=(top, fixture, seats, chosen, options.values)) as pool:
        for tallies in pool.map(work, range(len(chosen))):
            for tool, tally in tallies.items():
                total.setdefault(tool, Tally()).add(tally)
    print(f"# {own} cases of our own" + ("" if os.path.isdir(hostile_cases.SUITE) else "; skipped: no JSONTestSuite (AIOPS_DATA names the folder above it)")
          + f"; {len(chosen)} played through {len(seats)} inputs")
    table(total, len(chosen))
    verdict(total, f"{len(chosen)} hostile cases, {sum(t.runs for t in total.values())} runs")


# ---- huge ----

HUGE_KIB = 16 * 1024
MIB = b"x" * (1 << 20)


def endless(beginning):
    """1 GiB that is one line, made while it is read."""
    yield beginning
    for _ in range(1024):
        yield MIB


def pours(options, top, seats, feeds, limit_of, expected):
    """Each feed through each seat's standard input, or the file that it reads, which is a FIFO."""
    folder = Folder(os.path.join(top, "poured"), os.path.join(top, "fixture"))
    for seat in seats:
        tally = Tally()
        for name, feed in feeds.items():
            folder.clean(seat)
            status, peak = poured(folder, seat, feed)
            err = folder.read("err")
            found = [oracle.documented(seat.tool, status) if status is not None else "it hangs", oracle.unsafe(err, "standard error"), expected(seat, status, err)]
            if peak > limit_of(seat):
                found.append(f"{peak} KiB of memory, {limit_of(seat)} are allowed")
            tally.add(Tally(runs=1, peak_kib=peak, accepted=status in (0, 1), rejected=status not in (0, 1), wrong=[f"{name}: {f}" for f in found if f]))
        folder.clean(seat)
        yield seat, tally


def poured(folder, seat, feed):
    if not seat.document or seat.document.name == "request.json":
        return folder.run(seat.tool, seat.argv, None, feed())
    path = folder.at(seat.document.name)
    kept = folder.read(seat.document.name)
    os.unlink(path)
    os.symlink("/dev/stdin", path)
    try:
        return folder.run(seat.tool, seat.argv, None, feed())
    finally:
        os.unlink(path)
        folder.write(seat.document.name, kept)
