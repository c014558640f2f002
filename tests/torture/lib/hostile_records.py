"""One good record of each kind, and what puts something hostile into each of its fields."""
import json

TIME = "2026-11-21T09:00:0%dZ"
# What a programme takes decisions by: planted one at a time, so that one does not hide another.
KEYS = ("kind", "id", "timestamp", "source", "severity", "status", "starts_at", "ends_at", "incident", "run", "fingerprint", "change", "state")


def record(kind, n, **fields):
    return dict({"v": 1, "kind": kind, "id": f"{kind}-{n}", "timestamp": TIME % (n % 10), "source": "hostile"}, **fields)


LABELS = {"alertname": "PoolExhausted", "service": "orders-db", "host": "db-1", "env": "prod", "rack": "r1"}
TRIAGE = {
    "type": {"class": "connection_exhaustion", "score": 0.9}, "severity": {"value": "critical", "score": 0.8}, "confidence": 0.42,
    "calibration": "uncalibrated", "decision": "answer",
    "hypotheses": [{"component": "orders-db", "fault": "connection_exhaustion", "text": "no connection is left", "confidence": 0.42,
                    "evidence": [{"record_id": "alert-0", "quote": "too many clients"}]}],
    "first_action": {"text": "look at pg_stat_activity", "effect": "read"},
    "similar": [{"id": "PI-1", "title": "pool raised", "score": 0.6, "worked": "a restart"}],
    "runbook": {"id": "look", "digest": "", "parameters": {"component": "db-1"}, "why": "it fits", "automation": "approval"},
    "unknown": ["who deployed"], "index_age_s": 5, "evidence_rejected": 0, "llm": {"status": "off", "tokens": 0}}
INCIDENT = "INC-7Q2M4T8VW0X1Y2Z3"


def incident(n, **more):
    return record(
        "incident", n, incident=INCIDENT, revision=n, change="opened", status="detected", starts_at=TIME % 0, ends_at=None, last_seen=TIME % 1,
        severity="critical", effective_severity={"value": "critical", "why": "customers"}, title="orders-db has no connections left",
        services=["orders-db"], layers=["storage"], labels={"env": "prod"}, alerts=2, unique=1, suppressed={"cooldown": 1}, merged=[],
        detected_by="alertmanager", causes=[{"component": "orders-db", "score": 4.2, "share": 0.61, "evidence": [{"record_id": "alert-0", "text": "first"}]}],
        members=[{"id": "alert-0", "fingerprint": "b909ed5f00df6962", "name": "PoolExhausted", "component": "orders-db", "role": "root",
                  "signal": "metric", "severity": "critical", "onset": TIME % 0, "count": 3}], members_omitted=0, **more)


ALERT = {"signal": "metric", "status": "firing", "severity": "critical", "severity_number": 21, "severity_text": "page", "name": "PoolExhausted",
         "title": "no connections", "description": "all 80 are taken", "component": "orders-db", "service": "orders-db", "host": "db-1",
         "env": "prod", "layer": "storage", "value": 99, "unit": "connections", "threshold": 80, "condition": "above", "healthy": False,
         "starts_at": TIME % 0, "ends_at": None, "fingerprint": "b909ed5f00df6962", "labels": LABELS, "annotations": {"summary": "full"},
         "links": {"runbook": "https://example.org/r"}, "trace_id": "4bf92f3577b34da6a3ce929d0e0e4736"}
RECORDS = [
    record("alert", 0, **ALERT),
    record("metric", 1, name="pool_used", value=99.5, unit="connections", threshold=80, condition="above", service="orders-db", labels=LABELS),
    record("log", 2, body="FATAL: sorry, too many clients already", severity="high", service="orders-db", host="db-1", labels=LABELS,
           template={"id": "46fa1f198b9431ea", "text": "FATAL: <*>"}),
    record("change", 3, title="orders 1.4.2", service="orders-db", change={"type": "deploy", "from": "1.4.1", "to": "1.4.2", "by": "ana", "url": "https://example.org/d"}),
    record("trace", 4, name="GET /orders", service="orders-db", trace_id="4bf92f3577b34da6a3ce929d0e0e4736", span_id="00f067aa0ba902b7", parent="", duration_ms=12.5, error=True),
    record("prediction", 5, service="ranker", model="ranker", model_version="3", request_id="r-1", confidence=0.9, latency_ms=12, prediction="yes", label="no"),
    record("heartbeat", 6, every_ms=60000, service="orders-db"),
    record("topology", 7, nodes=[{"id": "db-1", "type": "instance", "layer": "storage"}], edges=[{"from": "cart", "to": "db-1", "type": "depends_on"}]),
    record("drift", 8, service="orders", drift={"feature": "latency_ms", "drift_detected": True, "ks_statistic": 0.21, "ks_pvalue": 1e-9, "psi": 0.3,
                                               "js_divergence": 0.08, "reference_mean": 1, "current_mean": 2}),
    incident(9, triage=TRIAGE),
    record("run", 1, incident=INCIDENT, run="RUN-7Q2M4T8VW0X1Y2Z3", runbook="look", runbook_digest="ab", plan_digest="cd", mode="apply", step="restart",
           attempt=1, state="failed", reason="exit 3", exit=3, target="db-1", actor="ana"),
    record("notice", 2, title="alerts are held back", text="cap reached", incident=INCIDENT),
    record("summary", 3, title="the last hour", text="quiet", counts={"alerts": 3}),
]


def paths(value, at=()):
    """Every place of a record, containers too."""
    for key, inner in value.items() if isinstance(value, dict) else enumerate(value):
        yield at + (key,), inner
        if isinstance(inner, (dict, list)):
            yield from paths(inner, at + (key,))


MARK = "\ue000mark\ue001"
QUOTED_MARK = json.dumps(MARK, ensure_ascii=False).encode()


def planted(rec, where, token):
    """The record's line, with `token` (bytes of JSON) at each of the paths."""
    copy = json.loads(json.dumps(rec))
    for path in where:
        at = copy
        for key in path[:-1]:
            at = at[key]
        at[path[-1]] = MARK
    line = json.dumps(copy, ensure_ascii=False, separators=(",", ":")).encode()
    return line.replace(QUOTED_MARK, token)


def with_label(rec, token):
    """A label whose name is the token."""
    line = json.dumps(dict(rec, labels={MARK: "x"}), ensure_ascii=False, separators=(",", ":")).encode()
    return line.replace(QUOTED_MARK, token)


def another(rec, n):
    """The same record as one of its own: what was seen before is passed over or refused."""
    return dict(rec, id=f"{rec['id']}-{n}", **({"revision": n + 1} if "revision" in rec else {}))


def everywhere(token, leaf=str):
    """Lines: each record with the token in all its free fields of that type at once, and in each deciding field alone."""
    lines = []
    for rec in RECORDS:
        leaves = [p for p, v in paths(rec) if isinstance(v, leaf) and not isinstance(v, bool)]
        free = [p for p in leaves if p[0] not in KEYS + ("v",)]
        if free:
            lines.append(planted(another(rec, 0), free, token))
        lines += [planted(another(rec, n + 1), [(key,)], token) for n, key in enumerate(KEYS) if key in rec]
        if leaf is str:
            lines.append(with_label(another(rec, len(KEYS) + 1), token))
    return b"\n".join(lines) + b"\n"
