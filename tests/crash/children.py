"""
What the processes do that `test_kill.py` starts and kills: `python children.py WHAT FILE NUMBER`.

Each says on its standard output, one line at a time, what it has done; a line is written before the next thing begins.
Everything goes through `ltml.open`, as anybody's program would.
"""

from __future__ import annotations

import sys
from datetime import UTC, datetime, timedelta

import ltml
from ltml.errors import StoreBusy
from ltml.events import Event
from ltml.layer import MemoryLayer
from ltml.model import Turn

SPACE = "ada"
START = datetime(2033, 5, 2, 7, tzinfo=UTC)
FORMS = (
    "My locker number is {n}.",
    "Please always answer in lines of {n} letters.",
    "Jorun moved to Graz last week.",
    "Ich habe gestern das Kanu gestrichen.",
    "ok",
)


def opened(path: str) -> MemoryLayer:
    """A dead sleeper's lease must not hold up the next one here: it runs out at once."""
    return ltml.open(path, namespace=SPACE, sleep__lease_seconds=0.0, sleep__part=40)


def say(*words: object) -> None:
    sys.stdout.write(" ".join(map(str, words)) + "\n")
    sys.stdout.flush()


def turn(writer: int, number: int, text: str = "") -> Turn:
    words = text or FORMS[number % len(FORMS)].format(n=number % 7)
    at = START + timedelta(seconds=60 * number + writer)
    return Turn(session=f"s{writer}", role="user", text=words, at=at, ref=f"{writer}-{number}")


def write(layer: MemoryLayer, writer: int, count: int) -> None:
    """Capture turn after turn, every third time three at once, and acknowledge each."""
    number = 0
    while number < count:
        size = 3 if number % 3 == 0 else 1
        turns = [turn(writer, n) for n in range(number, number + size)]
        layer.capture(turns)
        say(*(each.ref for each in turns))
        number += size


def sleep(layer: MemoryLayer, writer: int, count: int) -> None:
    """Night after night, each over what was captured, and now and then one taken back."""

    def listen(event: Event) -> None:
        say(type(event).__name__)

    for number in range(count):
        night = layer.sleep(START + timedelta(days=1 + number), notify=listen)
        if number % 4 == 3 and night.state == "promoted":
            layer.undo(night.id)
        layer.capture(turn(writer, number * 10 + n) for n in range(5))
        say("night", night.id)


def sleep_beside(layer: MemoryLayer, writer: int, count: int) -> None:
    """Night after night while others write; another sleeper would be no error."""
    del writer
    for number in range(count):
        try:
            night = layer.sleep(START + timedelta(days=1 + number))
        except StoreBusy:
            say("another one sleeps")
        else:
            say("night", night.state)


def forget(layer: MemoryLayer, writer: int, count: int) -> None:
    """Say something nobody else says, and have it forgotten."""
    for number in range(count):
        layer.capture([turn(writer, number, f"The heron is called xyzzy{number}plugh.")])
        say("forgotten", layer.forget(f"xyzzy{number}plugh").state)


WORK = {"write": write, "sleep": sleep, "sleep beside": sleep_beside, "forget": forget}


def main(what: str, path: str, writer: str, count: str) -> None:
    with opened(path) as layer:
        say("open")
        WORK[what](layer, int(writer), int(count))


if __name__ == "__main__":
    main(*sys.argv[1:])
