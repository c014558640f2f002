#!/usr/bin/env python3
"""synthetic.py - made-up systems with faults that spread, as our records, with labels and topology

usage: synthetic.py FOLDER SEED [--faults N] [--names P] [--silent P] [--overlap P] [--known P]

Into FOLDER go events.ndjson, labels.ndjson (one fault a line, as correlate_score.py reads them) and topology.json.

A system is drawn anew for each SEED: switches, hosts, stores and queues, services of one to three replicas that call
one another (never in a circle) and the stores. A fault strikes a switch, a host, a store or queue, a whole service or
one replica. It shows at its own component after a while (later than at some of its callers), or not at all, and at
whoever needs it, with less chance and more delay for each step. Beside it: components that are always noisy, one
that flaps, and single alerts of no fault. Faults come 40 minutes apart on average; some strike while another one
lasts, elsewhere.

  --faults N    faults (60)
  --names P     chance that a caller's alert about a callee names it, in a label or its title (0.5)
  --silent P    chance that the root has no alert of its own (0.2)
  --overlap P   chance that a second fault begins within two minutes (0.2)
  --known P     share of the edges that the topology file knows (0.95)
"""
import argparse
import collections
import datetime
import hashlib
import json
import os
import random
import sys

AREAS = ["billing", "basket", "search", "mail", "stock", "price", "login", "media", "report", "route", "ledger", "quote",
         "order", "review", "ticket", "chat", "feed", "token", "voucher", "parcel", "invoice", "tariff", "roster", "badge"]
KINDS = ["api", "svc", "worker", "gateway", "backend"]
STORES = [("db", "storage"), ("cache", "storage"), ("queue", "platform"), ("blob", "storage")]
OWN = {"switch": ["InterfaceErrors", "LinkFlapping"], "host": ["HostCpuSaturated", "HostDiskLatency", "HostMemoryLow"],
       "store": ["StoreDown", "ConnectionsExhausted", "ReplicationLag", "SlowQueries"],
       "service": ["DeployErrors", "PanicRate", "QueueOfRequestsFull"], "replica": ["MemoryLeak", "ThreadPoolFull", "RestartLoop"]}
SYMPTOMS = ["HighLatency", "HighErrorRate", "SaturationHigh", "ProbeFailing"]
SAY = ["{own}: calls to {callee} fail", "{own} cannot reach {callee}", "{callee} timed out, says {own}",
       "{own}: errors, upstream {callee} is slow"]
LABELS = ["dependency", "peer_service", "upstream", "server_address", "destination_service"]
BASE = datetime.datetime(2026, 3, 2, tzinfo=datetime.timezone.utc)


class System:
    """Nodes with their layer; needs: who suffers from whom; replicas of each service."""

    def __init__(self, dice):
        self.dice, self.layer, self.kind = dice, {}, {}
        self.needs, self.service, self.replicas = collections.defaultdict(set), {}, {}
        switches = [self.add("sw-%d" % i, "network", "switch") for i in range(dice.randint(2, 4))]
        hosts = [self.add("host-%02d" % i, "compute", "host") for i in range(dice.randint(6, 14))]
        for h in hosts:
            self.needs[h].add(dice.choice(switches))
        areas = dice.sample(AREAS, dice.randint(10, 20))
        stores = []
        for area in dice.sample(areas, dice.randint(3, 7)):
            kind, layer = dice.choice(STORES)
            name = self.add("%s-%s" % (area, kind), layer, "store")
            self.needs[name].add(dice.choice(hosts))
            stores.append(name)
        services = ["%s-%s" % (a, dice.choice(KINDS)) for a in areas]
        for i, s in enumerate(services):
            self.add(s, "application", "service")
            later = services[i + 1:]
            self.needs[s] |= set(dice.sample(later, min(len(later), dice.randint(0, 3))))
            self.needs[s] |= set(dice.sample(stores, dice.randint(0, 2)))
            self.replicas[s] = []
            for k in range(dice.randint(1, 3)):
                name = self.add("%s-%d" % (s, k + 1), "application", "replica")
                self.service[name] = s
                self.replicas[s].append(name)
                self.needs[name].add(dice.choice(hosts))

    def add(self, name, layer, kind):
        self.layer[name], self.kind[name] = layer, kind
        return name

    def sufferers(self, node):
        """Who suffers at once when node fails: what needs it; a replica's service only if all of it is gone."""
        out = [n for n, needs in self.needs.items() if node in needs]
        if self.kind[node] == "service":
            out += self.replicas[node]
        if self.kind[node] == "replica" and len(self.replicas[self.service[node]]) == 1:
            out.append(self.service[node])
        return sorted(out)

    def speakers(self, node):
        return self.replicas.get(node) or [node]


class Stream:
    def __init__(self, system, dice, args):
        self.system, self.dice, self.args, self.events, self.number = system, dice, args, [], 0

    def alert(self, at, name, component, lasts, signal="metric", severity="high", title=None, labels=None):
        """The firing report, its repeats and its resolution. The id of the first."""
        service = self.system.service.get(component, component if self.system.kind[component] in ("service", "store") else None)
        all_labels = {"alertname": name, "component": component, "env": "prod", "severity": severity}
        if service:
            all_labels["service"] = service
        all_labels.update(labels or {})
        ids, starts = [], stamp(at)
        times = [(at + k * 240, "firing") for k in range(int(lasts // 240) + 1)] + [(at + lasts, "resolved")]
        for when, status in times:
            self.number += 1
            out = {"v": 1, "kind": "alert", "id": hashlib.sha256(b"%d" % self.number).hexdigest()[:32],
                   "timestamp": stamp(when), "starts_at": starts, "source": "synthetic", "signal": signal, "status": status,
                   "severity": severity, "name": name, "component": component, "labels": all_labels}
            if service:
                out["service"] = service
            if title:
                out["title"] = title
            self.events.append((when, self.number, out))
            if status == "firing":
                ids.append(out["id"])
        return ids

    def about(self, own, callee):
        """Name, title and labels of an alert of own about callee, as far as it says whom."""
        if self.dice.random() >= self.args.names:
            return None, {}
        if self.dice.random() < 0.5:
            return None, {self.dice.choice(LABELS): callee + self.dice.choice(["", "", ":8080"])}
        return self.dice.choice(SAY).format(own=own, callee=callee), {}

    def suffer(self, at, node, because, lasts):
        ids = []
        for own in self.system.speakers(node):
            for name in self.dice.sample(SYMPTOMS, self.dice.randint(1, 3)):
                ids += self.alert(at + self.dice.uniform(0, 30), name, own, lasts)
            if because and self.dice.random() < 0.7:
                title, labels = self.about(own, because)
                signal = self.dice.choice(["metric", "metric", "log", "trace"])
                ids += self.alert(at + self.dice.uniform(0, 20), "DependencyFailing", own, lasts, signal, "medium", title, labels)
        return ids

    def fault(self, at, root):
        """Ids of all of its alerts, and the nodes that it reached."""
        dice, system = self.dice, self.system
        lasts, ids = dice.uniform(300, 900), []
        if dice.random() >= self.args.silent:
            for own in system.speakers(root):
                for name in dice.sample(OWN[system.kind[root]], dice.randint(1, 2)):
                    ids += self.alert(at + dice.uniform(5, 75), name, own, lasts, severity=dice.choice(["high", "critical"]))
        reached, edge = {root}, [(root, 0.95, 0)]
        while edge:
            node, chance, after = edge.pop(0)
            for other in system.sufferers(node):
                if other in reached or dice.random() >= chance:
                    continue
                reached.add(other)
                delay = after + dice.uniform(2, 25)
                if system.kind[other] in ("service", "replica", "store"):
                    callee = node if system.kind[node] not in ("switch", "host") else None
                    ids += self.suffer(at + delay, other, callee, lasts) if other not in system.replicas or \
                        not reached & set(system.replicas[other]) else []
                edge.append((other, chance * 0.75, delay))
        return ids, reached

    def noise(self, until):
        dice, nodes = self.dice, sorted(self.system.kind)
        speakers = [n for n in nodes if n not in self.system.replicas]
        for own in dice.sample(speakers, 3):  # always noisy
            at, name = 0.0, dice.choice(["CpuThrottled", "CertificateExpiring", "BackupLate"])
            while at < until:
                self.alert(at, name, own, dice.uniform(60, 900), severity="low")
                at += dice.expovariate(1 / 2400)
        at, own = 0.0, dice.choice(speakers)  # flaps
        while at < until:
            self.alert(at, "ProbeFlapping", own, 40, severity="medium")
            at += 100 if dice.random() < 0.9 else 7200
        at = 0.0
        while at < until:  # of no fault
            self.alert(at, dice.choice(SYMPTOMS), dice.choice(speakers), dice.uniform(60, 400), severity=dice.choice(["low", "medium", "info"]))
            at += dice.expovariate(1 / 3600)


def stamp(seconds):
    at = BASE + datetime.timedelta(milliseconds=round(seconds * 1000))
    return at.strftime("%Y-%m-%dT%H:%M:%S") + ".%03dZ" % (at.microsecond // 1000)


def write_lines(folder, name, lines):
    with open(os.path.join(folder, name), "w", encoding="utf-8") as f:
        for line in lines:
            f.write(json.dumps(line, separators=(",", ":")) + "\n")


def topology(system, dice, known):
    edges = [{"from": a, "to": b, "type": "runs_on" if system.kind[b] in ("host", "switch") else "depends_on"}
             for a in sorted(system.needs) for b in sorted(system.needs[a]) if dice.random() < known]
    edges += [{"from": r, "to": s, "type": "instance_of"} for r, s in sorted(system.service.items())]
    return {"nodes": [{"id": n, "layer": layer} for n, layer in sorted(system.layer.items())], "edges": edges}


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("folder")
    parser.add_argument("seed", type=int)
    parser.add_argument("--faults", type=int, default=60)
    parser.add_argument("--names", type=float, default=0.5)
    parser.add_argument("--silent", type=float, default=0.2)
    parser.add_argument("--overlap", type=float, default=0.2)
    parser.add_argument("--known", type=float, default=0.95)
    args = parser.parse_args()
    dice = random.Random(args.seed)
    system = System(dice)
    stream, labels, at, before = Stream(system, dice, args), [], 3600.0, set()
    nodes = sorted(system.kind)
    while len(labels) < args.faults:
        root = dice.choice(nodes)
        if dice.random() < args.overlap and labels:
            at += dice.uniform(0, 120)
            if root in before:  # it would be part of the other one
                continue
        else:
            at += 1800 + dice.expovariate(1 / 600)
        ids, before = stream.fault(at, root)
        # one with a single replica, or none of its own name, is named by that
        speakers = system.speakers(root)
        labels.append({"fault": str(len(labels)), "root": speakers[0] if len(speakers) == 1 else root,
                       "service": system.service.get(root, root), "split": system.kind[root], "records": ids})
    stream.noise(at + 3600)
    write_lines(args.folder, "events.ndjson", [out for _, _, out in sorted(stream.events, key=lambda e: e[:2])])
    write_lines(args.folder, "labels.ndjson", labels)
    with open(os.path.join(args.folder, "topology.json"), "w", encoding="utf-8") as f:
        json.dump(topology(system, dice, args.known), f, indent=1)


main()
