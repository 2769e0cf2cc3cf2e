"""A whole circle opens no socket, starts no program and loads no pickle."""

import subprocess
import sys
from pathlib import Path

CIRCLE = """
import sys
from datetime import datetime, timedelta, timezone

FORBIDDEN = ("socket.", "pickle.", "subprocess.", "os.system", "os.exec", "os.posix_spawn", "urllib.", "http.")
seen = []

def watch(event, arguments):
    if event.startswith(FORBIDDEN) or event == "marshal.load":
        seen.append((event, arguments))

sys.addaudithook(watch)
import ltml

noon = datetime(2033, 5, 2, 12, tzinfo=timezone.utc)
words = ["My tractor stands behind the old mill.", "Please always answer briefly.", "I saw Odile yesterday."]
with ltml.open(sys.argv[1], namespace="ada") as layer:
    for day in range(2):
        at = noon + timedelta(days=day)
        layer.capture(ltml.Turn(session=f"{day}", role="user", text=text, at=at) for text in words)
        layer.capture([ltml.Turn(session=f"{day}", role="assistant", text="Noted.", at=at)])
    assert layer.sleep(noon).state == "promoted"
    assert "tractor" in layer.wake("Where is my tractor?", 512, noon).text
    assert layer.recall("Odile", 3, noon)
    layer.remember("Call me Captain.")
    layer.undo(layer.nights()[-1].id)
    assert layer.forget("tractor").state == "proven"
    assert layer.verify() == []
print(seen)
"""


def test_a_whole_circle_stays_at_home(tmp_path: Path):
    command = [sys.executable, "-c", CIRCLE, str(tmp_path / "m.db")]
    run = subprocess.run(command, capture_output=True, text=True, check=False)
    assert (run.stderr, run.stdout) == ("", "[]\n")


def test_the_watch_sees_what_it_must_not_see(tmp_path: Path):
    spoiled = CIRCLE.replace(
        "import ltml\n", "import ltml, socket, pickle\nsocket.socket()\npickle.loads(pickle.dumps(ltml.Turn))\n", 1
    )
    command = [sys.executable, "-c", spoiled, str(tmp_path / "m.db")]
    run = subprocess.run(command, capture_output=True, text=True, check=False)
    assert "socket.__new__" in run.stdout
    assert "pickle.find_class" in run.stdout
