"""An API for tests of polls, which answers as it is told.

usage: poll-server.py PORT_FILE LOG FOLDER [PEM]

Answers GET /NAME with the content of FOLDER/NAME, read each time; the first line of FOLDER/NAME.how, if there is such a file,
says how, and is then taken away: a status, `retry-after N` (503), `drop`, `redirect URL`, `slow`. Each request is a
line of JSON in LOG. The port is written to PORT_FILE.
With PEM, a certificate and its key, it speaks TLS.
"""
import http.server
import json
import os
import ssl
import sys
import threading

port_file, log, folder = sys.argv[1:4]
forever = threading.Event()


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

    def how(self, name):
        try:
            with open(name) as f:
                first, *rest = f.read().splitlines() or ['200']
        except FileNotFoundError:
            return ['200']
        with open(name + '.new', 'w') as f:
            f.write('\n'.join(rest or ['200']) + '\n')
        os.rename(name + '.new', name)
        return first.split()

    def do_GET(self):
        name = os.path.join(folder, os.path.basename(self.path.partition('?')[0]))
        how = self.how(name + '.how')
        with open(log, 'a') as f:
            f.write(json.dumps({'path': self.path, 'how': how[0], 'headers': dict(self.headers)}) + '\n')
        if how[0] == 'drop':
            self.close_connection = True
        elif how[0] == 'retry-after':
            self.answer(503, Retry_After=how[1])
        elif how[0] == 'redirect':
            self.answer(302, Location=how[1])
        elif how[0] == 'slow':
            forever.wait(20)
        elif how[0] != '200':
            self.answer(int(how[0]))
        else:
            with open(name, 'rb') as f:
                self.answer(200, f.read())


server = http.server.ThreadingHTTPServer(('127.0.0.1', 0), Handler)
server.daemon_threads = True
if len(sys.argv) > 4:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(sys.argv[4])
    server.socket = context.wrap_socket(server.socket, server_side=True)
with open(port_file + '.new', 'w') as f:
    f.write(str(server.server_port))
os.rename(port_file + '.new', port_file)
server.serve_forever()
