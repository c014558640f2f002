"""What aiops-drift is put through: two windows compared, a stream watched with a memory, profiles."""
import made
from workload import Workload


def window(shift, count=24):
    return b"".join(made.metric(n, 20 + n % 7 + shift) for n in range(count))


def arrange_windows(folder):
    made.write(folder, ref__ndjson=window(0), cur__ndjson=window(9))


def arrange_watch(folder):
    made.put(folder, "rules.yaml", "version: 1\nrules:\n  - {name: Slow, match: {name: latency_ms}, above: 25}\n")


WORKLOADS = [
    Workload("aiops-drift", "compare", ["compare", "-r", "ref.ndjson", "--dead-letter", "dead", "--tolerate", "1", "cur.ndjson", "-"], stdin=b"[1]\n",
             arrange=arrange_windows),
    Workload("aiops-drift", "watch", ["watch", "--rules", "rules.yaml", "--state", "watch.state"], stdin=window(0, 30), arrange=arrange_watch,
             state=("watch.state",), again=False),
    Workload("aiops-drift", "sketch", ["sketch", "ref.ndjson"], arrange=arrange_windows),
    Workload("aiops-drift", "forecast", ["forecast", "-t", "100", "-f", "table", "ref.ndjson"], arrange=arrange_windows),
]
