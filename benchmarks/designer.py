"""How soon the designer shows the first figures of a run, and answers Stop, in seconds.

``python -m benchmarks.designer [AUTHORITY]``: the application as a plain function, in a fresh process each:
with the kernel ready, and by SimPy, as where it is not. Seconds on the clock; in brackets of processor time.
"""

from __future__ import annotations

import subprocess
import sys

_ONE = """
import sys, tempfile, time
from datetime import date
from pathlib import Path
from werkzeug.test import Client
from simkit.designer.application import application
from simkit.framework.library import find
name, engine = sys.argv[1:]
folder = Path(tempfile.mkdtemp())
(folder / f"{name}.yaml").write_bytes(find(name).read_bytes())
client = Client(application(folder, date.today, "t"))
head = {"Host": "localhost"}
page = f"/t/f/{name}.yaml/run"
assert client.get(page, headers=head).status_code == 200
from simkit.designer.running import runs
runs.ENGINE = engine
for words, fields in (("as it is", {}), ("a fifth more referrals, review on day 10", {
    "referrals": "20", "review": "day", "review_day": "10"})):
    client.post(page + "/remove", data={"side": "0"}, headers=head)
    began, busy = time.perf_counter(), time.process_time()
    client.post(page, data={"caseload": "published", **fields}, headers=head)
    while not (answer := client.post(page + "/next", data={"live": "1"}, headers=head).json)["years"]:
        pass
    first, worked = time.perf_counter() - began, time.process_time() - busy
    began = time.perf_counter()
    client.post(page + "/stop", data={"live": "1"}, headers=head)
    stop = time.perf_counter() - began
    print(f"{engine:>7}  {words:<42} first figures {first:5.2f} ({worked:.2f})  stop {stop:5.2f}")
"""


def main() -> None:
    """Print the times."""
    name = sys.argv[1] if sys.argv[1:] else "hackney"
    for engine in ("kernel", "simpy"):
        subprocess.run([sys.executable, "-c", _ONE, name, engine], check=True)


if __name__ == "__main__":
    main()
