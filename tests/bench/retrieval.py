#!/usr/bin/env python3
"""retrieval.py PROGRAMME DATA WORK - how often aiops-triage similar finds the right document, offline.

Each set is documents and questions that were written apart from one another, joined by a name that the question does not
hold: runbooks of prometheus-operator (their meaning and impact) against the annotations that kubernetes-mixin's tests expect of the
alert of the same name, both ways; the summary of a cloud post-mortem against its services, cause and mitigation.
Prints name, documents, questions, recall at 1 and 3, and MRR over the first ten.
"""
import json
import re
import subprocess
import sys


def lines_of(path):
    with open(path, encoding="utf-8") as f:
        return [json.loads(line) for line in f]


def words_of(name):
    return re.sub(r"(?<=[a-z0-9])(?=[A-Z])", " ", name)


def text(value):
    if isinstance(value, list):
        return " ".join(text(v) for v in value)
    return value if isinstance(value, str) else ""


def without(name, question):
    return question.replace(name, " ")


def ask(programme, index, question):
    run = subprocess.run([programme, "similar", "--index", index, "--top", "10", "-"], input=question, capture_output=True,
                         encoding="utf-8", check=True)
    return [json.loads(line)["id"] for line in run.stdout.splitlines()]


def measure(name, programme, work, documents, questions):
    path, index = f"{work}/{name}.ndjson", f"{work}/{name}.db"
    with open(path, "w", encoding="utf-8") as f:
        for document in documents:
            f.write(json.dumps(document) + "\n")
    subprocess.run([programme, "index", "--index", index, path], stdout=subprocess.DEVNULL, check=True)
    first = three = mrr = 0
    for wanted, question in questions:
        found = ask(programme, index, question)
        rank = found.index(wanted) + 1 if wanted in found else 0
        first += rank == 1
        three += 0 < rank <= 3
        mrr += 1 / rank if rank else 0
    n = len(questions)
    print(f"{name}\t{len(documents)}\t{n}\t{first / n:.3f}\t{three / n:.3f}\t{mrr / n:.3f}")


def main():
    programme, data, work = sys.argv[1:4]
    books = {b["alertname"]: b["sections"] for b in lines_of(f"{data}/runbooks/runbooks.jsonl")}
    alerts = {}
    for alert in lines_of(f"{data}/alert-rules/kubernetes-mixin-expected.jsonl"):
        notes = alert["annotations"]
        alerts.setdefault(alert["alertname"], f"{notes.get('summary', '')} {notes.get('description', '')}")
    meaning = {n: f"{s.get('Meaning', '')} {s.get('Impact', '')}" for n, s in books.items()}
    both = sorted(set(books) & set(alerts))
    measure("alert-to-runbook", programme, work,
            [{"id": n, "title": words_of(n), "symptoms": meaning[n], "worked": books[n].get("Diagnosis", "")[:4000]} for n in books],
            [(n, without(n, alerts[n])) for n in both])
    measure("runbook-to-alert", programme, work, [{"id": n, "title": words_of(n), "symptoms": alerts[n]} for n in alerts],
            [(n, without(n, meaning[n])) for n in both])
    cloud = {c["id"]: c for c in lines_of(f"{data}/postmortems/cloud.jsonl") if c.get("summary") and c.get("root_cause_details")}
    measure("summary-to-cause", programme, work,
            [{"id": i, "title": i, "services": c.get("service") or [], "cause": {"text": c["root_cause_details"][:8000]},
              "worked": text((c.get("mitigation") or {}).get("details"))[:4000]} for i, c in cloud.items()],
            [(i, c["summary"]) for i, c in cloud.items()])


main()
