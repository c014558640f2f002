"""Records and files that workloads are made of: a few of each, always the same."""
import json
import os


def line(**members):
    return (json.dumps(members, separators=(",", ":")) + "\n").encode()


def moment(seconds):
    return f"2026-11-21T{9 + seconds // 3600:02}:{seconds // 60 % 60:02}:{seconds % 60:02}Z"


def alert(n, name="Slow", component="orders-1", **more):
    return line(v=1, kind="alert", id=f"a-{n}", timestamp=moment(n), source="torture", status="firing", severity="high", name=name,
                component=component, starts_at=moment(n), labels={"alertname": name, "instance": component}, **more)


def metric(n, value, name="latency_ms"):
    return line(v=1, kind="metric", id=f"m-{name}-{n}", timestamp=moment(30 * n), source="torture", name=name, value=value,
                service="orders", labels={"zone": "north"})


def incident(revision, name="INC-AAAAAAAAAAAAAAAA", severity="high"):
    return line(v=1, kind="incident", id=f"{name}#{revision}", incident=name, revision=revision, change="updated", status="detected",
                timestamp=moment(60 * revision), source="aiops-correlate", starts_at=moment(0), last_seen=moment(60 * revision),
                severity=severity, title="orders is slow", services=["orders"], alerts=revision,
                causes=[{"component": "orders-1", "score": 1, "share": 1}],
                members=[{"id": "a-1", "fingerprint": f"000000000000{name[4:8]}", "name": "Slow", "component": "orders-1", "onset": moment(0)}])


def alertmanager(names):
    """What Alertmanager's webhook sends."""
    alerts = [{"status": "firing", "labels": {"alertname": n, "severity": "page", "box": "b-1"}, "annotations": {"summary": n},
               "startsAt": "2026-11-21T09:09:19Z", "endsAt": "0001-01-01T00:00:00Z"} for n in names]
    return line(version="4", groupKey="{}:{}", truncatedAlerts=0, receiver="r", status="firing", alerts=alerts)


def write(folder, **files):
    """Files by their names, `__` for a dot: text or bytes."""
    for name, text in files.items():
        put(folder, name.replace("__", "."), text)


def put(folder, name, text, mode=0o644):
    path = os.path.join(folder, name)
    os.makedirs(os.path.dirname(path), exist_ok=True)
    with open(path, "wb") as f:
        f.write(text if isinstance(text, bytes) else text.encode())
    os.chmod(path, mode)
