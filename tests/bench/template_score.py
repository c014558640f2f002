#!/usr/bin/env python3
"""template_score.py DATA CONTENT|RAW COMMAND... - group the lines of Loghub's 2k samples and compare with their labels.

DATA holds a folder for each system (loghub). COMMAND reads lines and prints one JSON object a line with .template.id.
content: the messages that the labelled table cuts out; raw: the log as it is, header and all.

Grouping accuracy (J. Zhu and others, "Tools and benchmarks for automated log parsing", ICSE-SEIP 2019): share of lines
whose group is exactly the labelled one. FGA (Z. Jiang and others, "A large-scale evaluation for log parsing
techniques", ISSTA 2024): F1 of whole groups. One row a system, then the means. Corrected labels are used beside, where
the data has them.
"""
import csv
import json
import os
import subprocess
import sys
from collections import defaultdict


def members(ids):
    groups = defaultdict(list)
    for at, name in enumerate(ids):
        groups[name].append(at)
    return groups


def compare(truth, found):
    wanted, got = members(truth), members(found)
    lines = right = 0
    for group in wanted.values():
        if got[found[group[0]]] == group:
            lines += len(group)
            right += 1
    return lines / len(truth), 2 * right / (len(wanted) + len(got))


def rows_of(path):
    with open(path, encoding="utf-8") as f:
        return list(csv.DictReader(f))


def mine(command, lines):
    out = subprocess.run(command, input="\n".join(lines) + "\n", capture_output=True, text=True, check=True,
                         encoding="utf-8").stdout
    found = [(json.loads(line)["template"] or {"id": "-"})["id"] for line in out.splitlines()]
    if len(found) != len(lines):
        sys.exit(f"{len(lines)} lines in, {len(found)} out")
    return found


def main():
    data, what, command = sys.argv[1], sys.argv[2], sys.argv[3:]
    systems = sorted(d for d in os.listdir(data) if os.path.exists(f"{data}/{d}/{d}_2k.log_structured.csv"))
    sums = [0.0] * 4
    for system in systems:
        rows = rows_of(f"{data}/{system}/{system}_2k.log_structured.csv")
        if what == "content":
            lines = [row["Content"] for row in rows]
        else:
            with open(f"{data}/{system}/{system}_2k.log", encoding="utf-8", errors="replace", newline="") as f:
                lines = f.read().replace("\r", "").rstrip("\n").split("\n")
        found = mine(command, lines)
        scores = [*compare([row["EventId"] for row in rows], found)]
        better = f"{data}/corrected/{system}/{system}_2k.log_structured_corrected.csv"
        corrected = compare([row["EventTemplate"] for row in rows_of(better)], found) if os.path.exists(better) else scores
        scores += corrected
        print(f"{system}\t" + "\t".join(f"{s:.3f}" for s in scores) + f"\t{len(set(found))}\t{len(set(row['EventId'] for row in rows))}")
        sums = [a + b for a, b in zip(sums, scores)]
    print("mean\t" + "\t".join(f"{s / len(systems):.3f}" for s in sums) + "\t\t")


main()
