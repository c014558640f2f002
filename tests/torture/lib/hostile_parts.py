"""The parts of tests/torture/hostile that play the cases, and that see whether the questions find anything out."""
import concurrent.futures
import os

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


# ---- control ----

# What stands in for aiops-correlate: the real one, whose answer is spoilt.
FAULTS = {
    "a line is lost": 'sed 1d "$o"',
    "a record is changed": 'sed "s/PoolExhausted/PoolDrained/" "$o"',
    "an output line is no record": 'cat "$o"; echo "{"',
    "a raw escape on standard error": 'cat "$o"; printf "\\033[2J\n" >&2',
    "C1 on standard error": 'cat "$o"; printf "\\302\\2332J\n" >&2',
    "a bidi override on standard error": 'cat "$o"; printf "\\342\\200\\256\n" >&2',
    "bad UTF-8 on standard error": 'cat "$o"; printf "\\377\n" >&2',
    "an exit code that is not in the manual": 'cat "$o"; rc=42',
    "a signal": 'cat "$o"; kill -SEGV $$',
    "a reject is not counted": 'cat "$o"; rc=0',
    "memory": 'cat "$o"; head -c 100000000 /dev/zero | tail -c 90000000 > /dev/null',
    "no dead letters": 'cat "$o"; : > dead',
    "a shell is reached": 'cat "$o"; touch pwned',
}
STAND_IN = """#!/bin/bash
o=$(mktemp -p . in.XXXXXX)
%s "$@" > "$o"; rc=$?
%s
rm -f "$o"
exit $rc
"""


def control(options, top):
    """Each fault must be found out by the same questions, the programme without one must not be accused, and each document
    must be taken as it is: in one that is refused anyway nothing else is read."""
    planted(top)
    fixture, seats = prepare(top)
    folder = Folder(os.path.join(top, "good"), fixture)
    refused = []
    for seat in (s for s in seats if s.document and not s.document.name.endswith(".db")):
        status = hostile_run.good(folder, seat)
        if status != (75 if seat.tool == "aiops-http" else 0):  # nobody listens
            refused.append(f"{seat.tool} [{seat.name}]: {status}: {folder.read('err')[-200:]!r}")
    torture.result(not refused, f"each good document is taken as it is{': ' + ' '.join(refused) if refused else ''}")


def planted(top):
    folder = Folder(os.path.join(top, "control"))
    os.makedirs(folder.at("home"))
    real, build = torture.programme("aiops-correlate"), torture.BUILD
    seat = next(s for s in hostile_seats.filters() if s.tool == "aiops-correlate")
    case = hostile_cases.Case("control", "two good records, and one that is none", hostile_cases.among(b'{"a":tru}'))
    fake = os.path.join(top, "fake")
    os.makedirs(fake + "/bin")
    os.symlink(os.path.join(build, "tests"), fake + "/tests")
    torture.BUILD = fake
    try:
        for name, spoil in {"no fault": 'cat "$o"', **FAULTS}.items():
            with open(fake + "/bin/aiops-correlate", "w") as f:
                f.write(STAND_IN % (real, spoil))
            os.chmod(f.name, 0o755)
            tally = hostile_run.try_seat(folder, seat, case, oracle.Stream(case.stream), 0, 1)
            found = bool(tally.wrong)
            torture.result(found == (name != "no fault"), f"planted, {name}: {'found out' if found else 'not a word'}"
                           + (f" ({tally.wrong[0].split(': ', 2)[2][:100]})" if found else ""))
    finally:
        torture.BUILD = build
