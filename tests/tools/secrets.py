"""Writes one record for each of 20 kinds of secrets in each of 8 encodings to standard output, and what must be found nowhere on
disk to the file that is named: the secret itself and, where it was encoded, its encoding. Every secret is made up."""
import base64
import json
import sys
import urllib.parse

A36 = "q7Zp2mX9vK4tR8sW1nB6yC3dF5gH0jL7aEuT"
SECRETS = {  # kind: a text that holds it, and the part that is secret
    "aws": ("uses AKIAQ7ZP2MX4VK4TR2SW here", "AKIAQ7ZP2MX4VK4TR2SW"),
    "github": ("push with ghp_" + A36 + " failed", "ghp_" + A36),
    "github_fine": ("github_pat_11" + A36, "github_pat_11" + A36),
    "slack": ("xoxb-" + A36, "xoxb-" + A36),
    "model": ("sk-proj-" + A36, "sk-proj-" + A36),
    "google": ("AIza" + A36[:35], "AIza" + A36[:35]),
    "jwt": ("got eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiI3MTM0In0.q7Zp2mX9vK4tR8sW1nB6", "eyJzdWIiOiI3MTM0In0.q7Zp2mX9vK4tR8sW1nB6"),
    "pem": ("-----BEGIN PRIVATE KEY-----\nMIIEq7Zp2mX9vK4tR8sW1nB6yC3dF5gH\n-----END PRIVATE KEY-----", "MIIEq7Zp2mX9vK4tR8sW1nB6yC3dF5gH"),
    "bearer": ("Authorization: Bearer " + A36, A36),
    "basic": ("authorization: Basic " + A36[:24], A36[:24]),
    "cookie": ("Cookie: sid=" + A36, A36),
    "url": ("postgres://app:" + A36[:14] + "@db-1/orders", A36[:14]),
    "password": ("host=db password=" + A36[:12] + " dbname=x", A36[:12]),
    "pwd": ("Server=db;Pwd=" + A36[:13] + ";Database=x", A36[:13]),
    "api_key": ("api_key=" + A36[:20], A36[:20]),
    "client_secret": ("client_secret=" + A36[:22], A36[:22]),
    "token": ("access_token=" + A36[:30], A36[:30]),
    "aws_secret": ("aws_secret_access_key=" + A36, A36),
    "passphrase": ("passphrase=" + A36[:15], A36[:15]),
    "account_key": ("AccountName=x;AccountKey=" + A36[:28] + ";End=1", A36[:28]),
}
URL = urllib.parse.quote
ENCODINGS = {
    "plain": lambda t: t,
    "escapes": lambda t: t,  # written as \\uXXXX below
    "json in a string": lambda t: json.dumps({"m": t}),
    "json in json in a string": lambda t: json.dumps({"m": json.dumps({"m": t})}),
    "base64": lambda t: base64.b64encode(t.encode()).decode(),
    "base64url, off by one": lambda t: base64.urlsafe_b64encode((" " + t).encode()).decode().rstrip("="),
    "hexadecimal": lambda t: t.encode().hex(),
    "percent": lambda t: "q=" + "".join("%%%02X" % b for b in t.encode()),
}


def main():
    with open(sys.argv[1], "w", encoding="ascii") as wanted:
        for kind, (text, secret) in SECRETS.items():
            assert secret in text
            for name, encode in ENCODINGS.items():
                value = encode(text)
                line = json.dumps({"kind": "run", "id": f"{kind}, {name}", "x": "before " + value + " behind"})
                if name == "escapes":
                    line = line.replace(text.replace("\n", "\\n"), "".join("\\u%04x" % ord(c) for c in text))
                print(line)
                if name in ("base64", "base64url, off by one", "hexadecimal", "percent"):
                    wanted.write(value[8:40] + "\n")
            wanted.write(secret[-12:] + "\n")
            wanted.write("".join("\\u%04x" % ord(c) for c in secret[-8:]) + "\n")


main()
