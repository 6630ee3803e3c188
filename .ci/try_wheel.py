"""Starts the installed server as a user would: its own contract suite passes against it, and it speaks HTTPS."""

import re
import subprocess
import sys
import tempfile
from pathlib import Path

command = str(Path(sys.executable).with_name("mock-capi"))
checks = ((), ["verify", "--base-url"]), (("--tls",), ["ready", "--cacert", "mock-capi-ca.pem", "--url"])
with tempfile.TemporaryDirectory() as folder:
    for options, check in checks:
        serve = [command, "serve", "--port", "0", *options]
        server = subprocess.Popen(serve, stdout=subprocess.PIPE, text=True, cwd=folder)
        try:
            url = next(match[0] for line in server.stdout if (match := re.search(r"https?://\S+", line)))
            subprocess.run([command, *check, url], check=True, cwd=folder)
        finally:
            server.terminate()
        assert server.wait(10) == 0
print("the wheel serves, and keeps its contracts")
