#!/usr/bin/env python3
"""nab.py - score anomaly detectors as the Numenta Anomaly Benchmark does

usage: nab.py check DATA               our scorer against the published scores of windowedGaussian
       nab.py score DATA SCORES        scores of a detector, per folder and for the whole
       nab.py watch DATA SCORES COMMAND...    runs COMMAND (aiops-drift watch --alert ...) on every data file as
                                       metric records, and writes SCORES: an alert counts at its first point

DATA is the benchmark's own layout (data/, labels/, results/). SCORES holds FOLDER/FILE.csv as data/ does,
with one anomaly score, 0 or more, a line and no header. An alarm is a score of 1 or more, for all files
alike; beside it stands what the best threshold of all would have given, which is what the benchmark publishes.

Scoring: A. Lavin, S. Ahmad, "Evaluating real-time anomaly detection algorithms - the Numenta Anomaly
Benchmark" (2015), with the weights of its profiles.json.

exit: 0 done, 1 check: a score differs, 64 usage, 66 DATA is not there
"""
import csv
import json
import math
import os
import subprocess
import sys

PROBATION_SHARE, PROBATION_MOST = 0.15, 750
PROFILES = {  # false positive, false negative; a true positive is worth 1
    "standard": (0.11, 1.0),
    "low FP": (0.22, 1.0),
    "low FN": (0.11, 2.0),
}


def sigmoid(y):
    return -1.0 if y > 3 else 2 / (1 + math.exp(5 * y)) - 1


class Series:
    """One data file: what an alarm at each row is worth, and the windows."""

    def __init__(self, name, times, values, windows):
        self.name, self.times, self.values = name, times, values
        n = len(times)
        self.probation = min(int(PROBATION_SHARE * n), PROBATION_MOST)
        at = {t: i for i, t in enumerate(times)}
        self.windows = []
        for begin, end in windows:
            left, right = at[begin[:19]], at[end[:19]]
            if right >= self.probation:
                self.windows.append((left, right))
        self.window_of = [-1] * n
        self.worth = [0.0] * n  # in a window: of a true positive; else: of a false one, by weight 1
        previous = None
        position = 0
        for i in range(n):
            if position < len(self.windows) and i > self.windows[position][1]:
                previous = self.windows[position]
                position += 1
            if position < len(self.windows) and i >= self.windows[position][0]:
                left, right = self.windows[position]
                self.window_of[i] = position
                self.worth[i] = sigmoid(-(right - i + 1) / (right - left + 1)) / sigmoid(-1)
            elif previous is None:
                self.worth[i] = -1.0
            else:
                self.worth[i] = sigmoid((i - previous[1]) / (previous[1] - previous[0]))

    def score(self, alarms, profile="standard"):
        """alarms: rows, ascending. The raw score."""
        fp, fn = PROFILES[profile]
        best = [-fn] * len(self.windows)
        total = 0.0
        for i in alarms:
            if i < self.probation:
                continue
            w = self.window_of[i]
            if w < 0:
                total += fp * self.worth[i]
            else:
                best[w] = max(best[w], self.worth[i])
        return total + sum(best)

    def null(self, profile="standard"):
        return -PROFILES[profile][1] * len(self.windows)

    def perfect(self):
        return float(len(self.windows))


def load(data):
    """All series of a corpus, by name."""
    if not os.path.isdir(os.path.join(data, "data")):
        print(f"nab.py: error: no benchmark data in '{data}'", file=sys.stderr)
        sys.exit(66)
    with open(os.path.join(data, "labels", "combined_windows.json"), encoding="utf-8") as f:
        windows = json.load(f)
    series = {}
    for folder in sorted(os.listdir(os.path.join(data, "data"))):
        for name in sorted(os.listdir(os.path.join(data, "data", folder))):
            times, values = [], []
            with open(os.path.join(data, "data", folder, name), encoding="utf-8", newline="") as f:
                for row in csv.DictReader(f):
                    times.append(row["timestamp"])
                    values.append(float(row["value"]))
            full = f"{folder}/{name}"
            series[full] = Series(full, times, values, windows.get(full, []))
    return series


def normalised(raw, null, perfect):
    return 100 * (raw - null) / (perfect - null) if perfect > null else math.nan


def best_threshold(series, scores, profile="standard"):
    """The threshold for all files that gives most, and its raw score. Sweeps the scores downwards."""
    points = []
    for name, s in series.items():
        for i in range(s.probation, len(s.times)):
            points.append((-scores[name][i], name, i))
    points.sort()
    fp, fn = PROFILES[profile]
    held = {}
    total = sum(s.null(profile) for s in series.values())
    best, at = total, math.inf
    k = 0
    while k < len(points):
        level = points[k][0]
        while k < len(points) and points[k][0] == level:
            _, name, i = points[k]
            s = series[name]
            w = s.window_of[i]
            if w < 0:
                total += fp * s.worth[i]
            else:
                old = held.get((name, w), -fn)
                if s.worth[i] > old:
                    held[(name, w)] = s.worth[i]
                    total += s.worth[i] - old
            k += 1
        if total > best:
            best, at = total, -level
    return at, best


def check(data):
    series = load(data)
    published = os.path.join(data, "results", "windowedGaussian")
    bad = n = 0
    with open(os.path.join(published, "windowedGaussian_standard_scores.csv"), encoding="utf-8") as f:
        for row in csv.DictReader(f):
            name = row["File"]
            folder, _, file = name.partition("/")
            raw = os.path.join(published, folder, "windowedGaussian_" + file)
            if name not in series or not os.path.isfile(raw):
                continue
            with open(raw, encoding="utf-8") as g:
                scores = [float(r["anomaly_score"]) for r in csv.DictReader(g)]
            alarms = [i for i, x in enumerate(scores) if x >= float(row["Threshold"])]
            ours = series[name].score(alarms)
            n += 1
            if abs(ours - float(row["Score"])) > 1e-9:
                bad += 1
                print(f"differs: {name}: {ours} here, {row['Score']} published")
    print(f"{n} files scored as published, {bad} not" if not bad else f"{n - bad} of {n} files as published")
    return 1 if bad or not n else 0


def table(series, scores):
    print(f"{'folder':24} {'files':>5} {'points':>7} {'windows':>7} {'found':>5} {'false':>5} {'standard':>8}")
    folders = sorted({name.split("/")[0] for name in series})
    for folder in folders + ["all"]:
        mine = {k: s for k, s in series.items() if folder in ("all", k.split("/")[0])}
        raw = null = perfect = 0.0
        found = false = windows = points = 0
        for name, s in mine.items():
            alarms = [i for i, x in enumerate(scores[name]) if x >= 1 and i >= s.probation]
            raw += s.score(alarms)
            null += s.null()
            perfect += s.perfect()
            windows += len(s.windows)
            points += len(s.times)
            found += len({s.window_of[i] for i in alarms} - {-1})
            false += sum(1 for i in alarms if s.window_of[i] < 0)
        standard = f"{normalised(raw, null, perfect):.2f}" if windows else "-"
        print(f"{folder:24} {len(mine):5} {points:7} {windows:7} {found:5} {false:5} {standard:>8}")
    for profile in PROFILES:
        raw = sum(s.score([i for i, x in enumerate(scores[k]) if x >= 1], profile) for k, s in series.items())
        null = sum(s.null(profile) for s in series.values())
        perfect = sum(s.perfect() for s in series.values())
        at, most = best_threshold(series, scores, profile)
        print(f"{profile}: {normalised(raw, null, perfect):.2f} as configured, "
              f"{normalised(most, null, perfect):.2f} with the best threshold ({at:.3g})")
    quiet = [k for k, s in series.items() if not s.windows]
    points = sum(len(series[k].times) - series[k].probation for k in quiet)
    alarms = sum(1 for k in quiet for x in scores[k][series[k].probation:] if x >= 1)
    if points:
        print(f"files without anomalies: {len(quiet)}, {points} points after probation, {alarms} alarms, "
              f"{1000 * alarms / points:.3f} in 1,000 points")


def read_scores(path, series):
    scores = {}
    for name, s in series.items():
        with open(os.path.join(path, name), encoding="utf-8") as f:
            scores[name] = [float(line) for line in f]
        if len(scores[name]) != len(s.times):
            sys.exit(f"nab.py: error: '{name}': {len(scores[name])} scores for {len(s.times)} points")
    return scores


def record(i, time, value):
    when = time.replace(" ", "T")[:19] + "Z"
    return (f'{{"v":1,"kind":"metric","id":"nab-{i}","timestamp":"{when}","source":"nab",'
            f'"name":"value","value":{value!r}}}\n')


def watch(data, path, command):
    series = load(data)
    for name, s in series.items():
        lines = "".join(record(i, t, v) for i, (t, v) in enumerate(zip(s.times, s.values)))
        out = subprocess.run(command, input=lines, stdout=subprocess.PIPE, encoding="utf-8", check=True).stdout
        row = {}
        for i, t in enumerate(s.times):
            row.setdefault(t.replace(" ", "T") + "Z", i)
        scores = [0.0] * len(s.times)
        for line in out.splitlines():
            alert = json.loads(line)
            at = row.get(alert["timestamp"])
            if alert["status"] == "firing" and at is not None:
                scores[at] = max(scores[at], 1.0, alert["drift"].get("score", 1.0))
        os.makedirs(os.path.dirname(os.path.join(path, name)), exist_ok=True)
        with open(os.path.join(path, name), "w", encoding="utf-8") as f:
            f.writelines(f"{x}\n" for x in scores)


def main(argv):
    if len(argv) == 3 and argv[1] == "check":
        return check(argv[2])
    if len(argv) == 4 and argv[1] == "score":
        series = load(argv[2])
        table(series, read_scores(argv[3], series))
        return 0
    if len(argv) > 4 and argv[1] == "watch":
        watch(argv[2], argv[3], argv[4:])
        return 0
    print(__doc__.split("\n\n")[1], file=sys.stderr)
    return 64


if __name__ == "__main__":
    sys.exit(main(sys.argv))
