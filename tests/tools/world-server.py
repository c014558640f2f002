"""A service that runbooks act on in tests. What was asked of it is counted here, outside the programme.

usage: world-server.py PORT_FILE LOG

Takes any method on a free port of loopback and writes each request as a line of JSON to LOG before it answers, so
a request whose answer is lost has had its effect. The first part of the path says what becomes of it:

  ok            200 with {"state": "good", "count": N, "path": PATH}; N: requests with an effect so far
  status/NNN    that status
  drop          closes without an answer
  slow          answers when it is told no more (after 60 s)
  flaky/N       503 for the first N requests of this path, then as ok
  count         200 with N alone
  half          closes in the middle of the body
  redirect      302 to /ok
"""
import collections
import http.server
import json
import os
import sys
import threading
import urllib.parse

port_file, log = sys.argv[1:]
lock = threading.Lock()
acted = 0
seen = collections.Counter()


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
        if self.command != 'HEAD':
            self.wfile.write(body)

    def take(self):
        global acted
        body = self.rfile.read(int(self.headers.get('Content-Length', 0)))
        with lock:
            acted += self.command not in ('GET', 'HEAD')
            seen[self.path] += 1
            with open(log, 'a') as f:
                f.write(json.dumps({'method': self.command, 'path': self.path, 'headers': dict(self.headers),
                                    'body': body.decode(errors='backslashreplace')}) + '\n')
            return acted, seen[self.path]

    def do(self):
        count, times = self.take()
        kind, _, rest = urllib.parse.urlsplit(self.path).path.lstrip('/').partition('/')
        good = json.dumps({'state': 'good', 'count': count, 'path': self.path}).encode()
        if kind == 'status':
            self.answer(int(rest[:3]), b'{"error":"as asked"}')
        elif kind == 'drop':
            self.close_connection = True
        elif kind == 'slow':
            threading.Event().wait(60)
        elif kind == 'half':
            self.wfile.write(b'HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nhalf')
            self.close_connection = True
        elif kind == 'flaky' and times <= int(rest.split('/')[0]):
            self.answer(503, b'later')
        elif kind == 'count':
            self.answer(200, str(count).encode())
        elif kind == 'redirect':
            self.answer(302, Location='/ok')
        else:
            self.answer(200, good, Content_Type='application/json')

    do_GET = do_HEAD = do_POST = do_PUT = do_PATCH = do_DELETE = do


server = http.server.ThreadingHTTPServer(('127.0.0.1', 0), Handler)
server.daemon_threads = True
with open(port_file + '.new', 'w') as f:
    f.write(str(server.server_port))
os.rename(port_file + '.new', port_file)
server.serve_forever()
