"""Starts the installed server as a user would and runs the contract suite of the same wheel against it."""

import re
import subprocess
import sys
from pathlib import Path

command = str(Path(sys.executable).with_name("mock-capi"))
server = subprocess.Popen([command, "serve", "--port", "0"], stdout=subprocess.PIPE, text=True)
try:
    url = next(match[0] for line in server.stdout if (match := re.search(r"http://\S+", line)))
    subprocess.run([command, "verify", "--base-url", url], check=True, cwd="/")
finally:
    server.terminate()
assert server.wait(10) == 0
print("the wheel serves, and keeps its contracts")
