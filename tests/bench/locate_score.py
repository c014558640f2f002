#!/usr/bin/env python3
"""locate_score.py - how often the true component is among the first hypotheses

usage: locate_score.py [--json] FOLDER

FOLDER has labels.ndjson, one case a line {"case","root":[names that are right],"group"}, and for each case CASE.out,
what aiops-triage explain wrote, or the records CASE.ndjson for the trivial floors.

  top-1, top-3   the component of the first, or of one of the first three hypotheses of the last incident is right; one
                 without hypotheses is wrong. With the Wilson 95 % interval.
  answered       decision: answer; the others are abstentions whose candidates are counted all the same
  majority       the root that is most frequent among the labels
  alert count    the component with most alerts
  max z          the component of the series with the largest |mean after - mean before| / deviation before

exit: 0 done, 64 usage, 66 a file is not there
"""
import collections
import json
import math
import os
import sys

Z = 1.96


def wilson(k, n):
    if not n:
        return 0.0, 1.0
    p = k / n
    centre, half = (p + Z * Z / (2 * n)) / (1 + Z * Z / n), Z * math.sqrt(p * (1 - p) / n + Z * Z / (4 * n * n)) / (1 + Z * Z / n)
    return max(0.0, centre - half), min(1.0, centre + half)


def records(path):
    with open(path, encoding="utf-8") as f:
        for line in f:
            if not line.startswith('{"_'):
                yield json.loads(line)


def answer_of(path):
    last = None
    for r in records(path):
        if r["kind"] == "incident" and "triage" in r:
            last = r["triage"]
    return last


def largest_z(path):
    """A simple baseline: mean and deviation, no kinds of metrics, no graph."""
    series, onset = collections.defaultdict(list), None
    for r in records(path):
        if r["kind"] == "metric" and "component" in r:
            series[r.get("service", r["component"]), r["name"], json.dumps(r.get("labels"))].append((r["timestamp"], r["value"]))
        elif r["kind"] == "incident":
            onset = r["starts_at"]
    best = (-1.0, None)
    for (place, _, _), points in sorted(series.items()):
        before, after = [v for t, v in points if t < onset], [v for t, v in points if t >= onset]
        if len(before) < 4 or not after:
            continue
        mean = sum(before) / len(before)
        deviation = math.sqrt(sum((v - mean) ** 2 for v in before) / (len(before) - 1))
        z = abs(sum(after) / len(after) - mean) / deviation if deviation > 0 else 0
        best = max(best, (z, place), key=lambda b: b[0])
    return best[1]


def most_alerts(path):
    count = collections.Counter(r.get("service", r.get("component")) for r in records(path) if r["kind"] == "alert")
    return count.most_common(1)[0][0] if count else None


def judge(folder, label):
    answer = answer_of(os.path.join(folder, label["case"] + ".out"))
    names = [h["component"] for h in answer["hypotheses"]] if answer else []
    source = os.path.join(folder, label["case"] + ".ndjson")
    return {"group": label["group"], "case": label["case"], "names": names, "root": label["root"],
            "top1": bool(names) and names[0] in label["root"], "top3": any(n in label["root"] for n in names[:3]),
            "answered": bool(answer) and answer["decision"] == "answer",
            "alerts": most_alerts(source) in label["root"], "z": largest_z(source) in label["root"]}


def row(name, judged, majority):
    n, out = len(judged), {"name": name, "n": len(judged)}
    for key in ("top1", "top3"):
        k = sum(j[key] for j in judged)
        out[key], out[key + "_low"], out[key + "_high"] = k / n, *wilson(k, n)
    for key in ("answered", "alerts", "z"):
        out[key] = sum(j[key] for j in judged) / n
    out["majority"] = sum(majority in j["root"] for j in judged) / n
    return out


def main(argv):
    as_json = argv[:1] == ["--json"]
    folders = argv[1:] if as_json else argv
    if len(folders) != 1:
        sys.stderr.write("locate_score.py: try 'pydoc3 tests/bench/locate_score.py'\n")
        return 64
    try:
        labels = list(map(json.loads, open(os.path.join(folders[0], "labels.ndjson"), encoding="utf-8")))
        judged = [judge(folders[0], label) for label in labels]
    except OSError as e:
        sys.stderr.write("locate_score.py: cannot read '%s': %s\n" % (e.filename, e.strerror))
        return 66
    majority = collections.Counter(j["root"][0] for j in judged).most_common(1)[0][0]
    rows = [row(g, [j for j in judged if j["group"] == g], majority) for g in sorted({j["group"] for j in judged})]
    rows.append(row("all", judged, majority))
    if as_json:
        print(json.dumps({"rows": rows, "all": rows[-1], "wrong": [j for j in judged if not j["top1"]]}))
        return 0
    print("  %-20s %4s %6s %13s %6s %13s %9s %9s %7s %6s" % ("", "n", "top-1", "95 %", "top-3", "95 %", "answered", "majority",
                                                            "alerts", "max z"))
    for r in rows:
        print("  %-20s %4d %6.2f   %.2f .. %.2f %6.2f   %.2f .. %.2f %9.2f %9.2f %7.2f %6.2f" %
              (r["name"], r["n"], r["top1"], r["top1_low"], r["top1_high"], r["top3"], r["top3_low"], r["top3_high"], r["answered"],
               r["majority"], r["alerts"], r["z"]))
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
