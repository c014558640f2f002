#!/usr/bin/env python3
"""correlate_score.py - how well alerts were grouped and their causes ranked

usage: correlate_score.py [--json] LABELS [OUTPUT]

OUTPUT (default standard input) is what aiops-correlate wrote with --emit all, without --state or with its whole
stream in one. LABELS has one fault a line:

  {"fault":"7","root":"cart-2","service":"cart","records":["id of an alert", ...],"split":"odd","copy":false}

split and copy may be absent; with split the causes are also scored for each split.

  precision, recall, F1  of pairs of labelled alerts: in one incident, of one fault
  ARI                    adjusted Rand index (Hubert and Arabie 1985) of the same two partitions
  reduction              1 - incidents / alerts; incidents that were merged into another do not count
  top-1, top-3           faults whose root is the first, or among the first three causes of the incident that has
                         most of its alerts (of several: the one that came first); service: or a cause is of the root's service
  lost roots             faults whose root had alerts, none of them in an incident
  held roots             the same, but each is in no incident or suppressed (by a cap for instance): the incident has it,
                         no event that passes unmarked does
  roots apart            faults whose root had alerts, none of them in the incident that has most of the fault's
  lost criticals         critical alerts in no incident, duplicates apart; held: in none or suppressed

An alert is where the last revisions say: the incident that has it, or what it is a duplicate of, as member; else
where its own annotation, followed through merges, puts it. One in no incident is a group of its own.
Faults without alerts are counted beside, not in, the denominators.

exit: 0 done, 64 usage, 65 a line is no record, 66 a file is not there
"""
import collections
import json
import sys


def pairs(n):
    return n * (n - 1) // 2


def agreement(cells):
    """cells: {(truth, group): count} to precision, recall, F1 and adjusted Rand index of pairs.

    Nothing to find or nothing said is 1: no pair was wrong."""
    truths, groups = collections.Counter(), collections.Counter()
    for (truth, group), n in cells.items():
        truths[truth] += n
        groups[group] += n
    both = sum(pairs(n) for n in cells.values())
    true, said = sum(pairs(n) for n in truths.values()), sum(pairs(n) for n in groups.values())
    precision, recall = both / said if said else 1.0, both / true if true else 1.0
    f1 = 2 * precision * recall / (precision + recall) if both else 0.0
    every = pairs(sum(truths.values()))
    chance = true * said / every if every else 0.0
    most = (true + said) / 2
    return precision, recall, f1, (both - chance) / (most - chance) if most != chance else 1.0


class Output:
    """What the correlator wrote: where each alert is in the end, and the causes of each incident."""

    def __init__(self, lines):
        self.alerts, self.last, self.merged = {}, {}, {}
        for line in lines:
            if line.startswith('{"_'):
                continue
            r = json.loads(line)
            if r.get("kind") == "incident":
                self.last[r["incident"]] = r
                if r.get("merged_into"):
                    self.merged[r["incident"]] = r["merged_into"]
            elif r.get("kind") == "alert" and r.get("status", "firing") != "resolved":
                self.alerts[r["id"]] = r
        self.incidents = [r for name, r in self.last.items() if name not in self.merged]
        self.member = {m["id"]: r["incident"] for r in self.incidents for m in r["members"]}

    def survivor(self, name):
        seen = set()
        while name in self.merged and name not in seen:
            seen.add(name)
            name = self.merged[name]
        return name

    def incident_of(self, record_id):
        """The incident in the end, or None."""
        note = self.alerts.get(record_id, {}).get("correlate") or {}
        for known in (record_id, note.get("duplicate_of")):
            if known in self.member:
                return self.member[known]
        return self.survivor(note.get("incident"))

    def is_suppressed(self, record_id):
        note = self.alerts.get(record_id, {}).get("correlate") or {}
        return bool(note.get("suppressed_by"))

    def is_lost(self, record_id):
        return self.incident_of(record_id) is None

    def is_held(self, record_id):
        return self.is_lost(record_id) or self.is_suppressed(record_id)


def main_incident(output, records):
    """The incident that has most of records; of several the one that has the first of them."""
    count = collections.Counter()
    for r in records:
        name = output.incident_of(r)
        if name is not None:
            count[name] += 1
    return max(count, key=count.get) if count else None


def service_of(output):
    """Component to service, as the alerts say."""
    return {a.get("component"): a.get("service") for a in output.alerts.values() if a.get("service")}


def judge_fault(output, fault, services):
    incident = main_incident(output, fault["records"])
    causes = [c["component"] for c in output.last[incident]["causes"]] if incident in output.last else []
    ranked = [fault["root"] == c for c in causes[:3]]
    by_service = [fault["service"] in (c, services.get(c)) or ranked[i] for i, c in enumerate(causes[:3])]
    root = [r for r in fault["records"] if output.alerts.get(r, {}).get("component") == fault["root"]]
    return {
        "top1": any(ranked[:1]), "top3": any(ranked), "service1": any(by_service[:1]), "service3": any(by_service),
        "lost": bool(root) and all(output.is_lost(r) for r in root),
        "held": bool(root) and all(output.is_held(r) for r in root),
        "apart": bool(root) and incident not in {output.incident_of(r) for r in root},
    }


def share(judged, key):
    return sum(j[key] for j in judged) / len(judged) if judged else 0.0


def score(faults, output):
    cells, judged = collections.Counter(), []
    services = service_of(output)
    criticals = [r for r, a in output.alerts.items()
                 if a.get("severity") == "critical" and (a.get("correlate") or {}).get("role") != "duplicate"]
    with_alerts = [f for f in faults if any(r in output.alerts for r in f["records"])]
    for f in with_alerts:
        for r in f["records"]:
            if r in output.alerts:
                cells[f["fault"], output.incident_of(r) or "alone " + r] += 1
        judged.append(judge_fault(output, f, services))
    precision, recall, f1, ari = agreement(cells)
    out = {
        "faults": len(with_alerts), "faults_without_alerts": len(faults) - len(with_alerts),
        "alerts": len(output.alerts), "incidents": len(output.incidents),
        "reduction": 1 - len(output.incidents) / len(output.alerts) if output.alerts else 0.0,
        "precision": precision, "recall": recall, "f1": f1, "ari": ari,
        "top1": share(judged, "top1"), "top3": share(judged, "top3"),
        "service1": share(judged, "service1"), "service3": share(judged, "service3"),
        "lost_roots": sum(j["lost"] for j in judged), "held_roots": sum(j["held"] for j in judged),
        "roots_apart": sum(j["apart"] for j in judged),
        "lost_criticals": sum(output.is_lost(r) for r in criticals), "held_criticals": sum(output.is_held(r) for r in criticals),
    }
    for name in sorted({f["split"] for f in with_alerts if f.get("split")}):
        part = [j for f, j in zip(with_alerts, judged) if f.get("split") == name]
        out["split_" + name] = {"faults": len(part), "top1": share(part, "top1"), "top3": share(part, "top3")}
    if any("copy" in f for f in with_alerts):
        part = [j for f, j in zip(with_alerts, judged) if not f.get("copy")]
        out["originals"] = {"faults": len(part), "top1": share(part, "top1"), "top3": share(part, "top3")}
    return out


def print_table(s):
    print("faults %d (and %d without alerts)  alerts %d  incidents %d  reduction %.4f" %
          (s["faults"], s["faults_without_alerts"], s["alerts"], s["incidents"], s["reduction"]))
    print("pairs: precision %.3f  recall %.3f  F1 %.3f  ARI %.3f" % (s["precision"], s["recall"], s["f1"], s["ari"]))
    print("causes: top-1 %.3f  top-3 %.3f  service top-1 %.3f  top-3 %.3f" %
          (s["top1"], s["top3"], s["service1"], s["service3"]))
    for name, part in s.items():
        if isinstance(part, dict):
            print("  %s, %d faults: top-1 %.3f  top-3 %.3f" %
                  (name.replace("split_", ""), part["faults"], part["top1"], part["top3"]))
    print("lost roots %d  held roots %d  roots apart %d  lost criticals %d  held criticals %d" %
          tuple(s[k] for k in ("lost_roots", "held_roots", "roots_apart", "lost_criticals", "held_criticals")))


def main(argv):
    as_json = argv[:1] == ["--json"]
    files = argv[1:] if as_json else argv
    if len(files) not in (1, 2):
        sys.stderr.write("correlate_score.py: try 'pydoc3 tests/bench/correlate_score.py'\n")
        return 64
    try:
        with open(files[0], encoding="utf-8") as f:
            faults = [json.loads(line) for line in f]
        with open(files[1] if len(files) == 2 else 0, encoding="utf-8") as f:
            s = score(faults, Output(f))
    except OSError as e:
        sys.stderr.write("correlate_score.py: cannot read '%s': %s\n" % (e.filename, e.strerror))
        return 66
    except (ValueError, KeyError, TypeError) as e:
        sys.stderr.write("correlate_score.py: a line is no record or no label: %r\n" % e)
        return 65
    if as_json:
        print(json.dumps(s))
    else:
        print_table(s)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
