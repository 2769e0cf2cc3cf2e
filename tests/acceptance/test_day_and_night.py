"""The promise of the whole: told by day, known the next morning; with a real model, real clients and real crashes."""

from collections.abc import Callable, Sequence
from pathlib import Path

from tests.acceptance.circle import (
    CONTEXT,
    SHARE,
    Asked,
    House,
    asked_in_one_talk,
    good_night,
    house,
    ollama_talk,
    openai_talk,
    tell_all,
    through_ollama,
    through_openai,
)
from tests.acceptance.people import person

SOMEBODY = person(1)


def test_five_facts_told_by_day_are_known_after_a_night_and_a_crash(
    engine, tmp_path: Path, tell: Callable[[str], None]
) -> None:
    with house(tmp_path, engine) as home:
        with through_ollama(home.ltml.url) as client:
            tell_all(SOMEBODY, ollama_talk(client))
        night = good_night(home)
        assert (night["state"], night["why"]) == ("promoted", "smollm2 was unloaded")
        assert night["report"]["turns"] == 2 * len(SOMEBODY.says)
        home.restart()
        assert placed_without_memory(home) == [()] * len(SOMEBODY.facts)
        mornings = known_through_ollama(home), known_through_openai(home)
    for asked in mornings:
        assert [each.fact.question for each in asked if not each.shown] == []
        assert [each.tokens for each in asked if each.tokens > SHARE * CONTEXT] == []
    most = max(each.tokens for asked in mornings for each in asked)
    tell(f"five facts through a night and a crash: at most {most} tokens placed of {SHARE * CONTEXT:.0f}")


def placed_without_memory(home: House) -> Sequence[tuple[str, ...]]:
    with through_ollama(home.ltml.url, "off") as client:
        return [each.placed for each in asked_in_one_talk(SOMEBODY, ollama_talk(client), home.reference)]


def known_through_ollama(home: House) -> Sequence[Asked]:
    """Only read: this morning's talk shall not remind the other client of its answers."""
    with through_ollama(home.ltml.url, "read") as client:
        return asked_in_one_talk(SOMEBODY, ollama_talk(client), home.reference)


def known_through_openai(home: House) -> Sequence[Asked]:
    with through_openai(home.ltml.url) as client:
        return asked_in_one_talk(SOMEBODY, openai_talk(client), home.reference)
