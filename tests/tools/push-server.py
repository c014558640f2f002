"""A store's push interface for tests, which misbehaves as it is told.

usage: push-server.py PORT_FILE LOG MODE...

Takes POSTs on a free port of loopback, writes each as a line of JSON to LOG, and answers by the next MODE, the
last one from then on: ok, 503 (with Retry-After: 0), 429, 400, 401, drop (closes without an answer), bad:WORD (400 if
the body holds WORD, else ok), bulk (Elasticsearch), bulk-bad:WORD (elements that hold WORD fail with 400), bulk-busy,
bulk-short (says nothing of the last element), redirect (to another host), html.
"""
import http.server
import json
import os
import sys

port_file, log, modes = sys.argv[1], sys.argv[2], sys.argv[3:]


class Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = 'HTTP/1.1'

    def log_message(self, *args):
        pass

    def answer(self, status, body=b'', **headers):
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name.replace('_', '-'), value)
        self.send_header('Content-Length', str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def bulk(self, body, mode):
        lines = body.decode().splitlines()
        items = []
        for source in lines[1::2]:
            bad = mode.startswith('bulk-bad:') and mode[9:] in source
            status = 429 if mode == 'bulk-busy' else 400 if bad else 201
            items.append({'index': {'status': status, **({'error': {'reason': 'mapper: cannot'}} if bad else {})}})
        if mode == 'bulk-short':
            items.pop()
        self.answer(200, json.dumps({'took': 1, 'errors': mode != 'bulk', 'items': items}).encode())

    def do_POST(self):
        mode = modes.pop(0) if len(modes) > 1 else modes[0]
        body = self.rfile.read(int(self.headers['Content-Length']))
        with open(log, 'a') as f:
            f.write(json.dumps({'path': self.path, 'mode': mode, 'headers': dict(self.headers), 'body': body.decode()}) + '\n')
        if mode == 'drop':
            self.close_connection = True
            return
        if mode.startswith('bulk'):
            self.bulk(body, mode)
        elif mode.startswith('bad:') and mode[4:] in body.decode():
            self.answer(400, b'entry too far behind \x1b[31m')
        elif mode == '503':
            self.answer(503, Retry_After='0')
        elif mode in ('429', '400', '401'):
            self.answer(int(mode), b'no')
        elif mode == 'redirect':
            self.answer(307, Location='http://other.example/')
        elif mode == 'html':
            self.answer(200, b'<html>')
        else:
            self.answer(204)


server = http.server.ThreadingHTTPServer(('127.0.0.1', 0), Handler)
with open(port_file + '.new', 'w') as f:
    f.write(str(server.server_port))
os.rename(port_file + '.new', port_file)
server.serve_forever()
