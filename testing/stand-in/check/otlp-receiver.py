"""Prints one line for each OTLP/HTTP JSON export: path, authorization, service and name of what came."""

import gzip
import http.server
import json
import sys


class Receiver(http.server.BaseHTTPRequestHandler):
    def do_POST(self):
        body = gzip.decompress(self.rfile.read(int(self.headers["Content-Length"])))
        signal = "Span" if self.path.endswith("traces") else "Metric"
        for resource in json.loads(body)[f"resource{signal}s"]:
            service = resource["resource"]["attributes"][0]["value"]["stringValue"]
            for scope in resource[f"scope{signal}s"]:
                for item in scope[f"{signal.lower()}s"]:
                    print(self.path, self.headers["Authorization"], service, item["name"])
        self.send_response(200)
        self.end_headers()

    def log_message(self, *_):
        pass


http.server.HTTPServer(("127.0.0.1", int(sys.argv[1])), Receiver).serve_forever()
