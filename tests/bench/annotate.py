"""What one would write in Python: a key added to every record."""
import json
import sys

for line in sys.stdin:
    record = json.loads(line)
    record["bench"] = {"seen": True}
    sys.stdout.write(json.dumps(record) + "\n")
