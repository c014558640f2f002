"""The parts of tests/torture/hostile that never store what they feed: a line of 1 GiB, and a million of everything."""
import json
import os

import hostile_oracle as oracle
import hostile_parts
import hostile_seats
from hostile_records import RECORDS
from hostile_run import Folder, Tally

HUGE_KIB = 16 * 1024
# Documents that may be large, hence as much of them is read: a row's proof (64 MiB of body), a model, a state; the library
# behind past incidents takes more by itself.
DOCUMENT_KIB = {"row.proof": 144 << 10, "small.model": 80 << 10, "correlate.state": 272 << 10, "past/one.md": 24 << 10}
MIB = b"x" * (1 << 20)


def endless(beginning):
    """1 GiB that is one line, made while it is read."""
    yield beginning
    for _ in range(1024):
        yield MIB


def poured(folder, seat, feed):
    """The feed through the seat's standard input, or as the file that it reads."""
    if not seat.document or seat.document.name == "request.json" or not seat.argv:
        return folder.run(seat.tool, seat.argv, None, feed)
    path, kept = folder.at(seat.document.name), folder.read(seat.document.name)
    os.unlink(path)
    os.symlink("/dev/stdin", path)
    try:
        return folder.run(seat.tool, seat.argv, None, feed)
    finally:
        os.unlink(path)
        folder.write(seat.document.name, kept)


def pour(folder, seat, name, feed, limit, expected):
    folder.clean(seat)
    status, peak = poured(folder, seat, feed)
    tally = Tally(cases=1, runs=1, peak_kib=peak)
    if status is None:
        found = ["it hangs"]
    else:
        err = folder.read("err")
        found = [oracle.documented(seat.tool, status), oracle.unsafe(err, "standard error"), expected(seat, status, err, folder.read("out"))]
        stats = oracle.stats_of(err)
        if stats:
            tally.accepted, tally.rejected = oracle.accepted(stats), stats["rejected"]
        else:
            tally.accepted, tally.rejected = int(status in (0, 1)), int(status not in (0, 1))
    if peak > limit:
        found.append(f"{peak} KiB of memory, {limit} are allowed")
    tally.wrong = [f"{seat.tool} [{seat.name}] {name}: {f}" for f in found if f]
    folder.clean(seat)
    return tally


def play(options, top, seats, feeds, limit_of, expected, text):
    if not os.path.isdir(os.path.join(top, "fixture")):
        hostile_parts.prepare(top)
    folder = Folder(os.path.join(top, "poured-" + text.split()[0]), os.path.join(top, "fixture"))
    total = {}
    for seat in seats:
        if options.tool in seat.tool:
            for name, feed in feeds.items():
                total.setdefault(seat.tool, Tally()).add(pour(folder, seat, name, feed(), limit_of(seat), expected))
    hostile_parts.table(total, len(feeds))
    hostile_parts.verdict(total, text)


def huge_limit(seat):
    return DOCUMENT_KIB.get(seat.document.name, HUGE_KIB) if seat.document else HUGE_KIB


def huge(options, top):
    feeds = {"1 GiB of no JSON": lambda: endless(b""), "1 GiB of one string": lambda: endless(b'{"v":1,"kind":"alert","id":"')}
    if options.sample > 1:
        del feeds["1 GiB of no JSON"]
    # A database is no stream, and what is not read at all says nothing.
    seats = [s for s in hostile_seats.all_seats() if not s.argument and not (s.document and s.document.name.endswith(".db"))]
    if options.sample > 1:
        seats = [s for s in seats if not s.document and s.name.startswith(("-f ndjson", "watch --logs", "--summary", "explain", "run", "append", "apply"))] + \
                [s for s in seats if s.tool == "aiops-http" and s.argv == []]

    def expected(seat, status, err, out):
        return "" if err or out or seat.out == "any" else f"exit {status}, and nothing is said of the line"
    play(options, top, seats, feeds, huge_limit, expected, "a line of 1 GiB through a pipe, at most 16 MiB of memory, or what a document may have")


# ---- keys ----

KEYS = 10 ** 6


def distinct(n):
    """Records in blocks, each with an id, a name, a label and its value of its own."""
    lines = []
    for i in range(n):
        rec = dict(RECORDS[i % 2], id=f"{i:x}", name=f"name-{i}", service=f"service-{i}", component=f"component-{i}", fingerprint=f"{i:016x}",
                   timestamp=f"2026-11-21T{i * 24 // n:02}:{i * 1440 // n % 60:02}:{i * 86400 // n % 60:02}Z", labels={"alertname": f"a{i}", f"label-{i}": f"value-{i}"})
        del rec["starts_at" if i % 2 == 0 else "unit"]
        lines.append(json.dumps(rec, separators=(",", ":")))
        if len(lines) == 1000:
            yield ("\n".join(lines) + "\n").encode()
            lines = []
    yield ("\n".join(lines) + "\n").encode() if lines else b""


# KiB that a million of everything may take: what the manual pages bound (aiops-drift --max-series, aiops-correlate --max-active,
# aiops-triage --context-bytes and --metric-bytes for metrics, spans and log rates each), the rest passes through.
KEYS_KIB = {"aiops-ingest": 16 << 10, "aiops-drift": 96 << 10, "aiops-correlate": 256 << 10, "aiops-triage": 256 << 10, "aiops-runbook": 16 << 10,
            "aiops-audit": 96 << 10, "aiops-incident": 32 << 10}


def keys(options, top):
    seats = [s for s in hostile_seats.filters() if s.own or s.name.endswith(("sketch", "metrics.ndjson")) or "forecast" in s.name]
    count = KEYS // options.sample

    def expected(seat, status, err, out):
        stats = oracle.stats_of(err)
        told = oracle.accepted(stats) + stats["rejected"] if stats else 0
        return "" if told == count else f"exit {status}: {told} of {count} records told of: {err[-200:]!r}"
    play(options, top, seats, {f"{count} distinct": lambda: distinct(count)}, lambda seat: KEYS_KIB[seat.tool], expected, f"{count} records without anything in common")
