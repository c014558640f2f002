#!/usr/bin/env python3
"""embed-server.py LOG - an OpenAI-compatible /v1/embeddings endpoint on a free port of 127.0.0.1, for tests.

Prints its port. Texts are vectors of which of a few subjects they are about, so that "tape" and "ribbon" are alike. The
model's name says how it behaves: good, wide (another dimension), slow, short (a vector too few), words (no numbers), none
(not JSON), broken (500), denied (401), backwards (data in the other order). Appends a line for each request to LOG: model, number of
texts, Authorization.
"""
import json
import sys
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

SUBJECTS = [("tape", "ribbon", "reel"), ("clock", "hour", "minute"), ("queue", "lag", "backlog"), ("disk", "space")]


def vector(text, wide):
    low = text.lower()
    v = [float(sum(low.count(word) for word in words)) for words in SUBJECTS] + [0.1]
    return v + [0.0] * 3 if wide else v


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def log_message(self, *_):
        pass

    def answer(self, status, body):
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def do_POST(self):
        request = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        model, texts = request["model"], request["input"]
        with open(sys.argv[1], "a", encoding="utf-8") as log:
            log.write(f"{model} {len(texts)} {self.headers.get('Authorization')}\n")
        if self.path != "/v1/embeddings" or model == "broken":
            return self.answer(500, b"{}")
        if model == "denied":
            return self.answer(401, b'{"error":{"message":"no"}}')
        if model == "none":
            return self.answer(200, b"<html>")
        if model == "slow":
            time.sleep(30)
        data = [{"index": i, "object": "embedding", "embedding": vector(text, model == "wide")}
                for i, text in enumerate(texts)]
        if model == "short":
            data.pop()
        if model == "words":
            data[0]["embedding"][0] = "x"
        if model == "backwards":
            data.reverse()
        return self.answer(200, json.dumps({"data": data, "model": model}).encode())


def main():
    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    print(server.server_address[1], flush=True)
    server.serve_forever()


main()
