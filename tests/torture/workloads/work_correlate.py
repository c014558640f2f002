"""What aiops-correlate is put through: a storm joined with files of the site and a memory, and a stream."""
import json

import made
from workload import Workload

STORM = b"".join(made.alert(n, name, component) for n, (name, component) in enumerate(
    [("Slow", "orders-1"), ("Errors", "orders"), ("Down", "db"), ("Slow", "orders-1"), ("Errors", "web"), ("Late", "far")]))
TOPOLOGY = {"nodes": [{"id": name} for name in ("orders-1", "orders", "db", "web")],
            "edges": [{"from": "orders-1", "to": "orders", "type": "instance_of"}, {"from": "orders", "to": "db", "type": "depends_on"},
                      {"from": "web", "to": "orders", "type": "depends_on"}]}


def arrange_site(folder):
    made.write(folder, topology__json=json.dumps(TOPOLOGY),
               maintenance__yaml="version: 1\nwindows:\n  - {name: far, match: [component=far], from: 2026-11-21T08:00:00Z,"
                                 " to: 2026-11-21T12:00:00Z}\n")


WORKLOADS = [
    Workload("aiops-correlate", "storm", ["--topology", "topology.json", "--maintenance", "maintenance.yaml", "--state", "correlate.state", "--summary",
                                          "--dead-letter", "dead", "--tolerate", "1"], stdin=STORM + b"[1]\n", arrange=arrange_site,
             state=("correlate.state",), again=False),
    Workload("aiops-correlate", "stream", ["--emit", "incidents", "-u", "-"], stdin=STORM),
]
