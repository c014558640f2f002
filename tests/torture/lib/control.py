"""Faults that nobody tells the programme of, a crash, a hang: whoever asks afterwards must find each of them out."""
import torture

DEAF = {"LD_PRELOAD": torture.preload("deaf")}  # an EIO of read and write becomes "done"

# what, workload, environment, call, error or signal, the n-th of the calls behind the loader (from the end if below 1), seconds to wait
CONTROLS = [
    ("a line of the output is lost", "correlate/stream", DEAF, "write", "EIO", 1, 60),
    ("a state file is cut off", "drift/watch", DEAF, "write", "EIO", 2, 60),
    ("the end of the input is not read", "drift/sketch", DEAF, "read", "EIO", 0, 60),
    ("pages of a store are lost", "audit/append", DEAF, "pwrite64", "EIO", -6, 60),
    ("a crash", "triage/mined", {}, "read", "SIGSEGV", 1, 60),
    ("a hang", "ingest/document", {}, "read", "SIGSTOP", 1, 1),
]


def number_of(work, call, n):
    loader, most = work.calls[call]
    return loader + n if n > 0 else most + n
