"""webhook.py FOLDER [CERTIFICATE KEY AUTHORITY [PORT]]: a server that takes alerts by HTTP, or HTTPS with client certificates.

Writes its port to FOLDER/port, and each request that it took to FOLDER/requests, as a line of JSON. Before each it looks at
FOLDER/plan and takes its first line away: a status, and what else is on the line:
  429 5          with Retry-After: 5
  close          closes the connection without an answer
  200 slow       answers after half a second
  raw TEXT       answers with these bytes, escaped as Python's, and closes the connection
Without a plan it answers 200; an alert whose output has `poison` in it makes any batch 422. One in three answers is in chunks.
"""

import http.server
import json
import os
import ssl
import sys
import time

folder = sys.argv[1]


def plan():
    path = os.path.join(folder, "plan")
    try:
        with open(path, encoding="utf-8") as file:
            first, *rest = file.read().splitlines()
    except (FileNotFoundError, ValueError):
        return []
    with open(path + ".new", "w", encoding="utf-8") as file:
        file.write("".join(line + "\n" for line in rest))
    os.rename(path + ".new", path)
    return first.split(maxsplit=1)


class Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    count = 0

    def do_POST(self):
        body = self.rfile.read(int(self.headers["Content-Length"]))
        Handler.count += 1
        words = plan()
        status = words[0] if words else "422" if b"poison" in body else "200"
        if status == "close":
            self.close_connection = True
            return
        if status == "raw":
            self.wfile.write(words[1].encode().decode("unicode_escape").encode("latin-1"))
            self.close_connection = True
            return
        if "slow" in words:
            time.sleep(0.5)
        if status.startswith("2"):
            request = {
                "path": self.path, "headers": dict(self.headers.items()), "body": body.decode("utf-8"),
                "client": self.client_address[1],
            }
            with open(os.path.join(folder, "requests"), "a", encoding="utf-8") as file:
                file.write(json.dumps(request) + "\n")
        said = b"why: it is " + status.encode()
        self.send_response(int(status))
        if status == "429":
            self.send_header("Retry-After", words[1])
        if Handler.count % 3 == 0:
            self.send_header("Transfer-Encoding", "chunked")
            self.end_headers()
            self.wfile.write(b"%x\r\n%s\r\n0\r\n\r\n" % (len(said), said))
        else:
            self.send_header("Content-Length", str(len(said)))
            self.end_headers()
            self.wfile.write(said)

    def log_message(self, *arguments):
        pass


port = int(sys.argv[5]) if len(sys.argv) > 5 else 0
server = http.server.ThreadingHTTPServer(("127.0.0.1", port), Handler)
if sys.argv[2:3] and sys.argv[2]:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(sys.argv[2], sys.argv[3])
    context.load_verify_locations(sys.argv[4])
    context.verify_mode = ssl.CERT_REQUIRED
    server.socket = context.wrap_socket(server.socket, server_side=True)
with open(os.path.join(folder, "port.new"), "w", encoding="utf-8") as file:
    file.write(str(server.server_address[1]))
os.rename(os.path.join(folder, "port.new"), os.path.join(folder, "port"))
server.serve_forever()
