"""What a soak sends: alerts by Alertmanager's webhook, metrics as records, changes in plain words; each with a name of its
own, and each body again and again until it is acknowledged."""
import datetime
import http.client
import json
import threading
import time

SERVICES = 12
QUIET = 1.4  # of a wave's length, longer than correlate's window


def stamp(seconds):
    at = datetime.datetime.fromtimestamp(seconds, datetime.timezone.utc)
    return at.strftime("%Y-%m-%dT%H:%M:%S.") + f"{at.microsecond // 1000:03d}Z"


class Load:
    """acknowledged: name of each thing that was acknowledged, and when (monotonic)."""

    def __init__(self, world, wave_s, metrics_per_s):
        self.world, self.wave_s, self.metrics_per_s = world, wave_s, metrics_per_s
        self.acknowledged, self.retries, self.refused = {}, 0, []
        self.over = threading.Event()
        self.n = dict.fromkeys("amc", 0)
        jobs = [(self.metrics, i) for i in range(4)] + [(self.waves, i) for i in range(SERVICES)] + [(self.changes, 0)]
        self.threads = [threading.Thread(target=self.forever, args=job, daemon=True) for job in jobs]
        self.lock = threading.Lock()

    def start(self):
        for t in self.threads:
            t.start()

    def stop(self):
        """Ends all, and sends one thing more: what is in front of it in a file is all there is. Its name."""
        self.over.set()
        for t in self.threads:
            t.join()
        self.changes(0, [None])
        return f"c-{self.n['c']}"

    def name(self, kind):
        with self.lock:
            self.n[kind] += 1
            return f"{kind}-{self.n[kind]}"

    def forever(self, job, i):
        connection = [None]
        self.over.wait(i * 0.37)
        while not self.over.is_set():
            job(i, connection)

    def post(self, connection, path, document, names):
        body = document if isinstance(document, str) else json.dumps(document, separators=(",", ":"))
        while True:
            try:
                if connection[0] is None:
                    with open(self.world.path("port"), encoding="ascii") as f:
                        connection[0] = http.client.HTTPConnection("127.0.0.1", int(f.read()), timeout=30)
                connection[0].request("POST", path, body.encode(), {"Content-Type": "application/json"})
                answer = connection[0].getresponse()
                text = answer.read()
                if answer.status == 200:
                    break
                if answer.status != 503:
                    self.refused.append((answer.status, text[:200]))
                    return
            except (OSError, ValueError, http.client.HTTPException):
                if connection[0] is not None:
                    connection[0].close()
                connection[0] = None
            with self.lock:
                self.retries += 1
            time.sleep(0.05)
        now = time.monotonic()
        with self.lock:
            self.acknowledged.update(dict.fromkeys(names, now))

    # ---- what is sent ----

    def metrics(self, i, connection):
        names, lines = [], []
        for k in range(max(1, self.metrics_per_s // 8)):
            names.append(self.name("m"))
            lines.append('{"v":1,"kind":"metric","id":"%s","timestamp":"%s","source":"soak","name":"latency_ms","value":%d,'
                         '"unit":"ms","threshold":500,"condition":"above","service":"svc-%d","labels":{"host":"h%d-%d"}}'
                         % (names[-1], stamp(time.time()), 20 + (hash(names[-1]) & 7), k % SERVICES, i, k % 5))
        self.post(connection, "/ndjson", "\n".join(lines) + "\n", names)
        self.over.wait(0.5)

    def changes(self, _, connection):
        name = self.name("c")
        self.post(connection, "/change", {"id": name, "service": f"svc-{self.n['c'] % SERVICES}", "from": "1", "to": "2", "by": name,
                                          "timestamp": stamp(time.time())}, [name])
        self.over.wait(1)

    def waves(self, i, connection):
        """An incident of one service: two alerts, repeated; worse after a third of its time; over; quiet."""
        began, step, worse = time.time(), 0, False
        alert = "PostgresConnectionsExhausted" if i % 2 else "DiskAlmostFull"
        while not self.over.is_set() and time.time() < began + self.wave_s:
            worse = worse or time.time() > began + self.wave_s / 3
            self.alerts(i, alert, began, worse, False, connection)
            step += 1
            self.over.wait(self.wave_s / 12)
        self.alerts(i, alert, began, worse, True, connection)
        self.over.wait(self.wave_s * QUIET)

    def alerts(self, i, alert, began, worse, resolved, connection):
        names, items = [], []
        for k, what in enumerate([alert, "HighLatency"] + (["ErrorRateHigh"] if worse else [])):
            names.append(self.name("a"))
            items.append({"status": "resolved" if resolved else "firing",
                          "labels": {"alertname": what, "severity": "critical" if k == 2 else "warning", "service": f"svc-{i}",
                                     "pod": f"svc-{i}-{int(began) & 0xffff:x}"},
                          "annotations": {"n": names[-1], "summary": f"{what} of svc-{i}"},
                          "startsAt": stamp(began + k * 0.001), "endsAt": stamp(time.time()) if resolved else "0001-01-01T00:00:00Z"})
        self.post(connection, "/alertmanager", {"version": "4", "groupKey": "{}", "truncatedAlerts": 0, "receiver": "soak",
                                                "status": items[0]["status"], "alerts": items}, names)
