#!/usr/bin/env python3
"""webhook-receiver.py - keep every body that is POSTed to it, as it came

usage: webhook-receiver.py --port PORT --out FILE [--times FILE]

Appends each body and a line feed to --out, in order of arrival, and answers 200 only once it is written. A body that
holds a line feed would not be one line: it is refused with 415. --times gets one line a delivery: its number, when it
came (UTC), its size. GET answers 200 "ready". Listens on 127.0.0.1 only; ends at SIGTERM. Standard library only.
"""
import argparse
import datetime
import http.server
import json
import signal
import sys
import threading

MAX_BODY_BYTES = 4 << 20


def utc_now():
    now = datetime.datetime.now(datetime.timezone.utc)
    return now.strftime("%Y-%m-%dT%H:%M:%S.") + "%03dZ" % (now.microsecond // 1000)


class Keeper:
    """The two files, written by one thread at a time."""

    def __init__(self, out, times):
        self.lock = threading.Lock()
        self.out = open(out, "ab", buffering=0)
        self.times = open(times, "a", buffering=1) if times else None
        self.count = 0

    def keep(self, body, path):
        received = utc_now()
        with self.lock:
            self.count += 1
            self.out.write(body + b"\n")
            if self.times:
                line = {"line": self.count, "received": received, "path": path, "bytes": len(body)}
                self.times.write(json.dumps(line) + "\n")


class Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    keeper = None

    def answer(self, code, text):
        body = text.encode()
        self.send_response(code)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def do_GET(self):
        self.answer(200, "ready\n")

    def do_POST(self):
        length = self.headers.get("Content-Length", "")
        if not length.isdigit() or int(length) > MAX_BODY_BYTES:
            self.close_connection = True
            self.answer(413, "a length up to %d bytes is needed\n" % MAX_BODY_BYTES)
            return
        body = self.rfile.read(int(length)).rstrip(b"\r\n")
        if b"\n" in body:
            self.answer(415, "one line expected\n")
            return
        self.keeper.keep(body, self.path)
        self.answer(200, "kept\n")

    def log_message(self, *args):
        pass


def main():
    parser = argparse.ArgumentParser(description="keep every body that is POSTed to it, as it came")
    parser.add_argument("--port", type=int, required=True)
    parser.add_argument("--out", required=True)
    parser.add_argument("--times")
    options = parser.parse_args()
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    Handler.keeper = Keeper(options.out, options.times)
    http.server.ThreadingHTTPServer(("127.0.0.1", options.port), Handler).serve_forever()


if __name__ == "__main__":
    main()
