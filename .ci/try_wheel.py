"""Starts the installed server as a user would and sends it the README's first event."""

import json
import re
import subprocess
import sys
import time
import urllib.request
from pathlib import Path

command = [str(Path(sys.executable).with_name("mock-capi")), "serve", "--port", "0"]
server = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
try:
    url = next(match[0] for line in server.stdout if (match := re.search(r"http://\S+", line)))
    event = {
        "data_set_id": "00000000-0000-4000-8000-000000000001",
        "timestamp": int(time.time()),
        "event_type": "purchase",
        "identifiers": {"email_sha256": "973dfe463ec85785f5f95af5ba3906eedb2d931c24e69824a89ea65dba4e813b"},
    }
    headers = {"Authorization": "Bearer test-key", "Content-Type": "application/json"}
    request = urllib.request.Request(f"{url}/v1/events", json.dumps(event).encode(), headers)
    received = json.load(urllib.request.urlopen(request, timeout=10))
    shown = json.load(urllib.request.urlopen(f"{url}/_inspect", timeout=10))
    assert received["status"] == "RECEIVED", received
    assert shown["submissions"][0]["id"] == received["submission_id"], shown
finally:
    server.terminate()
assert server.wait(10) == 0
print("the wheel serves")
