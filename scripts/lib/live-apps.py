#!/usr/bin/env python3
"""live-apps.py - the small real services of the live stack: orders-api, checkout, reports

usage: live-apps.py orders-api NAME PORT CONFIG     HTTP service with a pool of connections to PostgreSQL
       live-apps.py checkout   NAME PORT TARGET...  places orders at each TARGET (name=url), as a shop's front would
       live-apps.py reports    NAME PORT            one fresh connection and one query a second

Each serves /metrics (Prometheus text) and /healthz on 127.0.0.1:PORT and writes its log lines to stdout. A connection to
PostgreSQL is a psql child, so nothing but the standard library is needed; where and as whom it connects comes from the
usual PG* environment variables. CONFIG is {"version":"2.4.0","pool_size":4}, read at start and again at SIGHUP.

The pool of orders-api opens all its connections at once, keeps them open, and closes none when its size is lowered:
the incident that the project records needs a pool that takes what it was told to take. Nothing here pretends: what is
counted happened.
"""
import datetime
import http.client
import http.server
import json
import os
import queue
import signal
import subprocess
import sys
import threading
import time
import urllib.parse

ACQUIRE_TIMEOUT_S = 0.5
TOP_UP_EVERY_S = 0.25
ORDER_EVERY_S = 0.5
REPORT_EVERY_S = 1.0
PSQL = ["psql", "-X", "-q", "-A", "-t", "-w"]
MARK = "--done--"


class Log:
    """One line an event: time in UTC, level, instance, text."""

    def __init__(self, name):
        self.name = name
        self.lock = threading.Lock()

    def __call__(self, level, text):
        now = datetime.datetime.now(datetime.timezone.utc)
        stamp = now.strftime("%Y-%m-%dT%H:%M:%S.") + "%03dZ" % (now.microsecond // 1000)
        with self.lock:
            print("%s %-5s %s %s" % (stamp, level, self.name, text), flush=True)


class Metrics:
    """Counters and gauges by name and labels, printed as Prometheus reads them."""

    def __init__(self):
        self.lock = threading.Lock()
        self.values = {}
        self.types = {}

    def add(self, name, amount=1, **labels):
        with self.lock:
            key = (name, tuple(sorted(labels.items())))
            self.types[name] = "counter"
            self.values[key] = self.values.get(key, 0) + amount

    def set(self, name, value, **labels):
        with self.lock:
            self.types[name] = "gauge"
            self.values[(name, tuple(sorted(labels.items())))] = value

    def text(self):
        lines = []
        with self.lock:
            for name in sorted(self.types):
                lines.append("# TYPE %s %s" % (name, self.types[name]))
                for (key, labels), value in sorted(self.values.items()):
                    if key == name:
                        inner = ",".join('%s="%s"' % pair for pair in labels)
                        lines.append("%s%s %.12g" % (name, "{%s}" % inner if inner else "", value))
        return "\n".join(lines) + "\n"


class ConnectionFailed(Exception):
    """No session with the server, or none any more."""


class StatementFailed(Exception):
    """The server refused the statement; the session goes on."""


def last_line(text):
    lines = [line for line in text.splitlines() if line.strip()]
    return lines[-1].strip() if lines else "connection closed"


class Connection:
    """One session with PostgreSQL, held by one psql."""

    def __init__(self, application):
        env = dict(os.environ, PGAPPNAME=application)
        self.child = subprocess.Popen(PSQL, stdin=subprocess.PIPE, stdout=subprocess.PIPE,
                                      stderr=subprocess.STDOUT, env=env, text=True)
        try:
            self.run("SELECT 1")
        except ConnectionFailed:
            self.close()
            raise

    def run(self, statement):
        """Its output; StatementFailed or ConnectionFailed with the server's words."""
        lines = []
        try:
            self.child.stdin.write("%s;\nSELECT '%s';\n" % (statement, MARK))
            self.child.stdin.flush()
        except OSError:
            raise ConnectionFailed(last_line(self.child.stdout.read())) from None
        for line in self.child.stdout:
            if line.strip() == MARK:
                for refusal in lines:
                    if refusal.startswith("ERROR:"):
                        raise StatementFailed(refusal.strip())
                return "".join(lines)
            lines.append(line)
        raise ConnectionFailed(last_line("".join(lines)))

    def close(self):
        try:
            self.child.stdin.close()
        except OSError:
            pass
        self.child.stdout.close()
        try:
            self.child.wait(2)
        except subprocess.TimeoutExpired:
            self.child.kill()
            self.child.wait()


class Pool:
    """Opens `size` connections at once and keeps them; a lowered size opens no new ones and closes none."""

    def __init__(self, name, size, log, metrics):
        self.name, self.size, self.log, self.metrics = name, size, log, metrics
        self.idle = queue.Queue()
        self.open = 0
        self.lock = threading.Lock()

    def opened(self, step):
        with self.lock:
            self.open += step
            self.metrics.set("orders_api_pool_connections", self.open)

    def top_up(self):
        """Opens what is missing, up to the first failure."""
        self.metrics.set("orders_api_pool_size", self.size)
        while self.open < self.size:
            try:
                connection = Connection(self.name)
            except ConnectionFailed as error:
                self.metrics.add("orders_api_db_connect_errors_total")
                self.log("ERROR", "pool: cannot open connection %d of %d: %s" % (self.open + 1, self.size, error))
                return
            self.opened(1)
            self.idle.put(connection)
            if self.open == self.size:
                self.log("INFO", "pool: %d of %d connections open" % (self.open, self.size))

    def run(self, statement):
        """Runs it on a connection that lives; ConnectionFailed when none is had in time."""
        deadline = time.monotonic() + ACQUIRE_TIMEOUT_S
        while True:
            try:
                connection = self.idle.get(timeout=max(0.001, deadline - time.monotonic()))
            except queue.Empty:
                raise ConnectionFailed("no connection free within %d ms (pool %d of %d)"
                                       % (ACQUIRE_TIMEOUT_S * 1000, self.open, self.size)) from None
            try:
                output = connection.run(statement)
            except ConnectionFailed as error:
                self.log("WARN", "pool: connection lost: %s" % error)
                connection.close()
                self.opened(-1)
                continue
            except StatementFailed:
                self.idle.put(connection)
                raise
            self.idle.put(connection)
            return output

    def close(self):
        while True:
            try:
                self.idle.get_nowait().close()
            except queue.Empty:
                return


def serve(port, metrics, health, post=None):
    """/metrics, /healthz, and POST where the service takes any; returns at once, serving on a thread."""

    class Handler(http.server.BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def answer(self, code, text):
            body = text.encode()
            self.send_response(code)
            self.send_header("Content-Type", "text/plain; version=0.0.4")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def do_GET(self):
            if self.path == "/metrics":
                self.answer(200, metrics.text())
            elif self.path == "/healthz":
                good = health()
                self.answer(200 if good else 503, "ok\n" if good else "not ready\n")
            else:
                self.answer(404, "not found\n")

        def do_POST(self):
            self.rfile.read(int(self.headers.get("Content-Length") or 0))
            self.answer(*(post(self.path) if post else (404, "not found\n")))

        def log_message(self, *args):
            pass

    server = http.server.ThreadingHTTPServer(("127.0.0.1", port), Handler)
    server.daemon_threads = True
    threading.Thread(target=server.serve_forever, daemon=True).start()


def read_config(path):
    with open(path, encoding="utf-8") as handle:
        return json.load(handle)


def orders_api(name, port, config_path):
    log, metrics = Log(name), Metrics()
    config = read_config(config_path)
    pool = Pool(name, config["pool_size"], log, metrics)
    reload_asked = threading.Event()
    signal.signal(signal.SIGHUP, lambda *_: reload_asked.set())
    for code in ("201", "503"):
        metrics.add("orders_api_requests_total", 0, code=code)
    metrics.add("orders_api_db_connect_errors_total", 0)
    metrics.set("orders_api_build_info", 1, version=config["version"])
    log("INFO", "orders-api %s starting: pool_size=%d" % (config["version"], config["pool_size"]))
    pool.top_up()

    def post(path):
        if path != "/orders":
            return 404, "not found\n"
        begun = time.monotonic()
        try:
            number = pool.run("INSERT INTO orders (placed_by) VALUES ('%s') RETURNING id" % name).strip()
            code, level, text = 201, "INFO", "POST /orders 201 order=%s" % number
        except (ConnectionFailed, StatementFailed) as error:
            code, level, text = 503, "ERROR", "POST /orders 503 %s" % error
        took = time.monotonic() - begun
        metrics.add("orders_api_requests_total", code=str(code))
        metrics.add("orders_api_request_seconds_sum", took)
        metrics.add("orders_api_request_seconds_count")
        log(level, "%s %.0fms" % (text, took * 1000))
        return code, text + "\n"

    serve(port, metrics, lambda: pool.open > 0, post)
    log("INFO", "listening, %d of %d connections open" % (pool.open, pool.size))
    try:
        while True:
            time.sleep(TOP_UP_EVERY_S)
            if reload_asked.is_set():
                reload_asked.clear()
                pool.size = read_config(config_path)["pool_size"]
                log("INFO", "configuration read again: pool_size=%d" % pool.size)
            pool.top_up()
    finally:
        log("INFO", "stopping")
        pool.close()


def call(url, method, path, timeout_s):
    """The status of one HTTP exchange, 0 when there was none."""
    connection = http.client.HTTPConnection(urllib.parse.urlsplit(url).netloc, timeout=timeout_s)
    try:
        connection.request(method, path, headers={"Content-Length": "0"} if method == "POST" else {})
        response = connection.getresponse()
        response.read()
        return response.status
    except OSError:
        return 0
    finally:
        connection.close()


def checkout(name, port, *targets):
    log, metrics = Log(name), Metrics()
    serve(port, metrics, lambda: True)

    def place_orders(target, url):
        while True:
            begun = time.monotonic()
            status = call(url, "POST", "/orders", 2)
            took = time.monotonic() - begun
            result = "ok" if status == 201 else "failed"
            metrics.add("checkout_orders_total", result=result, target=target)
            metrics.add("checkout_order_seconds_sum", took)
            metrics.add("checkout_order_seconds_count")
            if result == "failed":
                log("ERROR", "order failed: %s answered %s after %.0fms" % (target, status or "nothing", took * 1000))
            metrics.set("checkout_probe_success", call(url, "GET", "/healthz", 1) == 200, target=target)
            time.sleep(max(0.05, ORDER_EVERY_S - (time.monotonic() - begun)))

    for pair in targets:
        target, url = pair.split("=", 1)
        for result in ("ok", "failed"):
            metrics.add("checkout_orders_total", 0, result=result, target=target)
        threading.Thread(target=place_orders, args=(target, url), daemon=True).start()
    log("INFO", "placing orders at %s" % ", ".join(pair.split("=", 1)[0] for pair in targets))
    while True:
        time.sleep(60)


def reports(name, port):
    log, metrics = Log(name), Metrics()
    serve(port, metrics, lambda: True)
    for result in ("ok", "failed"):
        metrics.add("reports_runs_total", 0, result=result)
    failed_before = None
    while True:
        begun = time.monotonic()
        done = subprocess.run(PSQL + ["-c", "SELECT count(*) FROM orders WHERE placed_at > now() - interval '1 minute'"],
                              env=dict(os.environ, PGAPPNAME=name), text=True, stdin=subprocess.DEVNULL,
                              stdout=subprocess.PIPE, stderr=subprocess.STDOUT, check=False)
        failed = done.returncode != 0
        metrics.add("reports_runs_total", result="failed" if failed else "ok")
        if failed:
            log("ERROR", "report failed: %s" % last_line(done.stdout))
        elif failed != failed_before:
            log("INFO", "report done: %s orders in the last minute" % done.stdout.strip())
        failed_before = failed
        time.sleep(max(0.05, REPORT_EVERY_S - (time.monotonic() - begun)))


def main(argv):
    roles = {"orders-api": (orders_api, 3, 3), "checkout": (checkout, 3, 99), "reports": (reports, 2, 2)}
    role, least, most = roles.get(argv[1] if len(argv) > 1 else "", (None, 0, 0))
    if role is None or not least <= len(argv) - 2 <= most:
        print(__doc__.strip(), file=sys.stderr)
        return 64
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    role(argv[2], int(argv[3]), *argv[4:])
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv))
