"""What aiops-ingest makes of a Log4j line, by Python's re and json: time, level, logger, body."""
import json
import re
import sys

LINE = re.compile(r"(\d{4}-\d\d-\d\d) (\d\d:\d\d:\d\d),(\d{3}) (\w+) \[[^]]*\] ([\w.$]+): .*")
SEVERITY = {"INFO": ("info", 9), "WARN": ("medium", 13), "ERROR": ("high", 17)}


def main():
    write, dumps, match = sys.stdout.write, json.dumps, LINE.match
    for n, line in enumerate(sys.stdin, 1):
        m = match(line)
        severity, number = SEVERITY[m[4]]
        time = "%sT%s.%sZ" % (m[1], m[2], m[3])
        write(dumps({"v": 1, "kind": "log", "timestamp": time, "source": "text", "source_id": "stdin:%d" % n,
                     "severity": severity, "severity_number": number, "severity_text": m[4],
                     "labels": {"logger": m[5]}, "body": line[24:-1]}, separators=(",", ":")) + "\n")


main()
