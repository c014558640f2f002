#!/usr/bin/env python3
"""Stands in for chat, pager and mail servers, and misbehaves on demand.

people-server.py FOLDER: listens on two ports of loopback, written to FOLDER/http-port and
FOLDER/smtp-port. What is accepted goes to FOLDER/http.ndjson (path, headers, body) and
FOLDER/smtp.ndjson (from, to, data, tls, user). Each request takes the first line of FOLDER/http-do
(FOLDER/smtp-do) if there is one; the last line stays when it ends in "*".

http: 200 (default), any other status, "429 2" (Retry-After), drip, reset, silent, garbage, redirect
smtp: ok (default), 450, 550, rcpt550, greeting421, silent, drop (after the data), slow
"""
import json, os, socketserver, sys, threading, time

folder = sys.argv[1]
lock = threading.Lock()


def behaviour(name):
    with lock:
        path = os.path.join(folder, name)
        try:
            lines = open(path).read().splitlines()
        except FileNotFoundError:
            return ""
        if not lines:
            return ""
        if lines[0].endswith("*"):
            return lines[0][:-1].strip()
        with open(path + ".new", "w") as f:
            f.write("".join(line + "\n" for line in lines[1:]))
        os.rename(path + ".new", path)
        return lines[0].strip()


def note(name, **what):
    with lock, open(os.path.join(folder, name), "a") as f:
        f.write(json.dumps(what) + "\n")


class Http(socketserver.StreamRequestHandler):
    timeout = 20

    def handle(self):
        head = self.rfile.readline().decode("latin-1").split()
        if len(head) < 2:
            return
        headers = {}
        while True:
            line = self.rfile.readline().decode("latin-1").strip()
            if not line:
                break
            k, _, v = line.partition(":")
            headers[k.strip().lower()] = v.strip()
        body = self.rfile.read(int(headers.get("content-length", 0))).decode("utf-8", "replace")
        do = behaviour("http-do") or "200"
        note("http-seen.ndjson", do=do)
        if do == "silent":
            time.sleep(15)
            return
        if do == "reset":
            return
        if do == "garbage":
            self.wfile.write(b"\x00\x01nothing like HTTP\r\n\r\n")
            return
        if do == "drip":
            for c in b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok":
                self.wfile.write(bytes([c]))
                self.wfile.flush()
                time.sleep(1)
            return
        if do == "redirect":
            self.wfile.write(b"HTTP/1.1 302 Found\r\nLocation: http://127.0.0.2:1/\r\nContent-Length: 0\r\n\r\n")
            return
        status, _, after = do.partition(" ")
        if status == "200":
            note("http.ndjson", path=head[1], headers=headers, body=json.loads(body))
        extra = f"Retry-After: {after}\r\n" if after else ""
        self.wfile.write(f"HTTP/1.1 {status} Status\r\n{extra}Content-Length: 2\r\nConnection: close\r\n\r\nok".encode())


class Smtp(socketserver.StreamRequestHandler):
    timeout = 20

    def say(self, text):
        self.wfile.write((text + "\r\n").encode())

    def handle(self):
        do = behaviour("smtp-do") or "ok"
        if do == "silent":
            time.sleep(15)
            return
        if do == "greeting421":
            return self.say("421 too busy")
        self.say("220 mail.example.org ESMTP")
        mail = {"to": []}
        while True:
            line = self.rfile.readline().decode("utf-8", "replace").rstrip("\r\n")
            verb = line[:4].upper()
            if not line:
                return
            if verb == "EHLO":
                self.say("250-mail.example.org\r\n250-8BITMIME\r\n250 AUTH PLAIN LOGIN")
            elif verb == "AUTH":
                mail["auth"] = line
                if line.upper() == "AUTH PLAIN":
                    self.say("334 ")
                    mail["auth"] += " " + self.rfile.readline().decode().strip()
                self.say("235 welcome")
            elif verb == "MAIL":
                mail["from"] = line
                self.say("450 greylisted" if do == "450" else "250 ok")
            elif verb == "RCPT":
                self.say("550 no such user" if do == "rcpt550" else "250 ok")
                mail["to"].append(line)
            elif verb == "DATA":
                self.say("354 go on")
                data = []
                while True:
                    line = self.rfile.readline().decode("utf-8", "replace")
                    if line in ("", ".\r\n"):
                        break
                    data.append(line)
                if do == "drop":
                    return
                if do == "slow":
                    time.sleep(3)
                if do == "550":
                    self.say("550 I do not like it")
                    continue
                mail["data"] = "".join(data)
                note("smtp.ndjson", **mail)
                self.say("250 queued")
            elif verb == "QUIT":
                return self.say("221 bye")
            else:
                self.say("250 ok")


class Server(socketserver.ThreadingTCPServer):
    daemon_threads = True
    allow_reuse_address = True


for name, handler in (("smtp", Smtp), ("http", Http)):
    server = Server(("127.0.0.1", 0), handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    with open(os.path.join(folder, name + "-port.new"), "w") as f:
        f.write(str(server.server_address[1]))
    os.rename(os.path.join(folder, name + "-port.new"), os.path.join(folder, name + "-port"))
threading.Event().wait()
