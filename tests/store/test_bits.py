"""Flip a bit, cut a file: what is damaged is named or does no harm, and nothing false is ever said."""

from collections import Counter
from pathlib import Path
from random import Random
from shutil import copytree

import pytest

from tests.store.spoiling import Files, answers, cut, flipped, mended, used, whole, wrong

#: So many of the damaged stores are used, and so many repaired: these take longest.
EVERY = 8


@pytest.fixture(scope="module")
def stores(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Files]:
    return whole(tmp_path_factory.mktemp("whole"))


def survive(stores: dict[str, Files], folder: Path, seeds: range, harm: str) -> Counter[str]:
    """Damage a store for each seed; any error that is not LTML's own is let through."""
    counted: Counter[str] = Counter()
    for seed in seeds:
        chance = Random(f"{harm} {seed}")
        which = chance.choice(["db", "backup", "log", "log"])
        sound = stores[which]
        side = chance.choice(sorted(sound.raw))
        spoiled = {"flip": flipped, "cut": cut}[harm](sound, chance, side)
        path = spoiled.write(folder / str(seed))
        about = f"{harm} {seed} in {which}{side}"
        found, told = answers(path)
        assert not wrong(found, sound), about
        assert told or found in sound.answers, about
        counted["named" if told else "harmless"] += 1
        if told and seed % EVERY == 0:
            copytree(folder / str(seed), folder / f"{seed}-used")
            used(folder / f"{seed}-used" / "a.db")
            left = mended(path)
            found, _ = answers(path)
            assert not wrong(found, sound), about
            counted["mended" if not left else "beyond mending"] += 1
    return counted


def test_a_flipped_bit_is_named_or_harmless_and_nothing_false_is_served(
    stores: dict[str, Files], tmp_path: Path
) -> None:
    counted = survive(stores, tmp_path, range(100), "flip")
    assert counted["named"] > 20, counted
    assert counted["mended"], counted


def test_a_file_that_is_cut_off_is_named_or_whole_up_to_there(stores: dict[str, Files], tmp_path: Path) -> None:
    counted = survive(stores, tmp_path, range(20), "cut")
    assert counted["named"] > 5, counted


@pytest.mark.long
@pytest.mark.timeout(3600)
@pytest.mark.parametrize(("harm", "tries"), [("flip", 1000), ("cut", 200)])
def test_a_thousand_bits_and_two_hundred_cuts(stores: dict[str, Files], tmp_path: Path, harm: str, tries: int) -> None:
    counted = survive(stores, tmp_path, range(tries), harm)
    print(harm, dict(counted))  # noqa: T201 -- the figures in docs/durability.md
    assert counted["named"] > tries / 5, counted
