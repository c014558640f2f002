#!/usr/bin/env python3
"""mesh-app.py - one instance of a small real service that needs others: see scripts/lib/mesh-stack.sh

usage: mesh-app.py [--cache S] NAME PORT [DEPENDENCY=HOST:PORT[,HOST:PORT...] ...]

Serves on 127.0.0.1:PORT: GET /work (asks each DEPENDENCY for its /work, one of its addresses after the other; 200, or
503 when one of them gave no answer), /metrics (Prometheus text). Places one request of its own each half second, as its
users would. An answer of a dependency is good for S seconds (0). A call that fails is tried once more, 0.15 s later.
Without a dependency it is the store that the others share: it keeps a counter. Standard library only; nothing pretends:
what is counted happened.
"""
import argparse
import datetime
import http.client
import http.server
import signal
import sys
import threading
import time

OWN_REQUEST_EVERY_S = 0.5
CALL_TIMEOUT_S = 1.0
RETRY_AFTER_S = 0.15
NOT_READY_AFTER = 4  # failed requests in a row


def log(name, level, text):
    now = datetime.datetime.now(datetime.timezone.utc)
    stamp = now.strftime("%Y-%m-%dT%H:%M:%S.") + "%03dZ" % (now.microsecond // 1000)
    print("%s %-5s %s %s" % (stamp, level, name, text), flush=True)


class Dependency:
    """A service that is asked, by turns at its addresses."""

    def __init__(self, text, cache_s):
        self.name, addresses = text.split("=", 1)
        self.addresses = [a.rsplit(":", 1) for a in addresses.split(",")]
        self.cache_s, self.good_until, self.turn = cache_s, 0.0, 0
        self.counts = {"ok": 0, "failed": 0}

    def ask_once(self):
        host, port = self.addresses[self.turn % len(self.addresses)]
        self.turn += 1
        connection = http.client.HTTPConnection(host, int(port), timeout=CALL_TIMEOUT_S)
        try:
            connection.request("GET", "/work")
            status = connection.getresponse().status
            return "" if status == 200 else "answered %d" % status
        except OSError as error:
            return error.strerror or "timed out"
        except http.client.HTTPException:
            return "no answer"
        finally:
            connection.close()

    def ask(self):
        """Empty, or what went wrong."""
        if time.monotonic() < self.good_until:
            return ""
        wrong = self.ask_once()
        if wrong:
            time.sleep(RETRY_AFTER_S)
            wrong = self.ask_once()
        self.counts["failed" if wrong else "ok"] += 1
        if not wrong:
            self.good_until = time.monotonic() + self.cache_s
        return wrong


class Instance:
    def __init__(self, name, dependencies):
        self.name, self.dependencies = name, dependencies
        self.lock = threading.Lock()
        self.results = {"ok": 0, "failed": 0}
        self.seconds, self.failed_in_a_row, self.writes, self.waiting = 0.0, 0, 0, 0

    def work(self):
        began, wrong = time.monotonic(), []
        for dependency in self.dependencies:
            reason = dependency.ask()
            if reason:
                wrong.append("%s: %s" % (dependency.name, reason))
        with self.lock:
            self.writes += not self.dependencies
            self.seconds += time.monotonic() - began
            self.results["failed" if wrong else "ok"] += 1
            before, self.failed_in_a_row = self.failed_in_a_row, self.failed_in_a_row + 1 if wrong else 0
            self.waiting = self.waiting + 1 if wrong else max(0, self.waiting - 4)
        if wrong and before % 20 == 0:
            log(self.name, "ERROR", "request failed: " + "; ".join(wrong))
        if not wrong and before:
            log(self.name, "INFO", "requests succeed again after %d that failed" % before)
        return not wrong

    def own_requests(self):
        while True:
            time.sleep(OWN_REQUEST_EVERY_S)
            self.work()

    def text(self):
        with self.lock:
            lines = ['mesh_requests_total{result="%s"} %d' % item for item in sorted(self.results.items())]
            lines += ["mesh_request_seconds_sum %.6f" % self.seconds,
                      "mesh_request_seconds_count %d" % sum(self.results.values()),
                      "mesh_ready %d" % (self.failed_in_a_row < NOT_READY_AFTER),
                      "mesh_waiting %d" % self.waiting, "mesh_writes_total %d" % self.writes]
        for dependency in self.dependencies:
            lines += ['mesh_calls_total{dependency="%s",result="%s"} %d' % (dependency.name, result, n)
                      for result, n in sorted(dependency.counts.items())]
        return "\n".join(lines) + "\n"


class Handler(http.server.BaseHTTPRequestHandler):
    instance = None

    def answer(self, code, text):
        body = text.encode()
        self.send_response(code)
        self.send_header("Content-Type", "text/plain; version=0.0.4")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def do_GET(self):
        if self.path == "/metrics":
            self.answer(200, self.instance.text())
        elif self.path == "/work":
            good = self.instance.work()
            self.answer(200 if good else 503, "done\n" if good else "failed\n")
        else:
            self.answer(404, "not found\n")

    def log_message(self, *_):
        pass


class Server(http.server.ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 64

    def handle_error(self, *_):
        pass  # a client that has gone


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("name")
    parser.add_argument("port", type=int)
    parser.add_argument("--cache", type=float, default=0)
    parser.add_argument("dependency", nargs="*")
    args = parser.parse_args()
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    instance = Instance(args.name, [Dependency(d, args.cache) for d in args.dependency])
    Handler.instance = instance
    server = Server(("127.0.0.1", args.port), Handler)
    log(args.name, "INFO", "listening")
    if instance.dependencies:
        threading.Thread(target=instance.own_requests, daemon=True).start()
    try:
        server.serve_forever()
    finally:
        log(args.name, "INFO", "ending")


if __name__ == "__main__":
    main()
