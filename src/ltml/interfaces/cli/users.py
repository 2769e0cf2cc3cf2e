"""Users of a server that several people share, and their keys."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

import typer

from ltml.errors import ConfigError
from ltml.interfaces.cli import show
from ltml.interfaces.cli.desk import CommandContext, with_shared_options
from ltml.interfaces.cli.saying import plain_text, strip_terminal_codes

Name = Annotated[str, typer.Argument(metavar="NAME", help="The user, who is also the namespace of that user's memory.")]


@with_shared_options
def add(desk: CommandContext, name: Name) -> None:
    """
    Make a key for a user, and show it once.

    The user's clients send it as their API key, and `ltml serve` gives them that user's memory. Once there is more than
    one user, everybody needs a key. Who has one gets another beside it.
    """
    from ltml.interfaces.serve.keys import key_file

    file = key_file(desk.db)
    key, given = file.add(_check_name(name), datetime.now().astimezone())
    facts = {"user": key.user, "key": given, "id": key.id, "created_at": key.created_at}
    if desk.as_json:
        desk.print_answer(facts)
        return
    desk.print_line(f"The key of {key.user}; it is shown once and kept nowhere:")
    desk.print_line(given, "bold")
    desk.print_note(
        "Clients send it as their API key (Authorization: Bearer ...). A server that runs knows it already."
    )
    if desk.namespace not in file.load_ring().holders:
        desk.print_note(f"From now on everybody needs a key, you too: `ltml user add {desk.namespace}`")


@with_shared_options
def list_all(desk: CommandContext) -> None:
    """
    List all users: whose key is which, since when, and whether it still holds.

    Users that a front end names need no key; they are listed as soon as anything is remembered for them.
    """
    from ltml.interfaces.serve.front_ends import is_of_front_end
    from ltml.interfaces.serve.keys import key_file

    keys = key_file(desk.db).read()
    told: list[str] = []
    if desk.exists or not keys:  # users may have keys before anything is remembered
        with desk.open() as layer:
            told = [name for name in layer.store.namespaces() if is_of_front_end(name)]
    facts: list[dict[str, str | None]] = [
        {"user": key.user, "id": key.id, "created_at": key.created_at, "revoked_at": key.revoked_at or None}
        for key in keys
    ]
    facts += [{"user": name, "id": None, "created_at": None, "revoked_at": None} for name in told]
    rows = [(k.user, k.id, k.created_at, f"revoked {k.revoked_at}" if k.revoked_at else "holds") for k in keys]
    rows += [(name, "", "", "named by a front end") for name in told]
    desk.print_answers(facts, show.keys(rows))


@with_shared_options
def revoke(
    desk: CommandContext,
    name: Name,
    key: Annotated[str, typer.Option("--key", metavar="ID", help="This key alone; `ltml user list` shows ids.")] = "",
) -> None:
    """
    Take a user's keys back; a server that runs refuses them at once.

    The memory stays. Whoever has no key left is remembered nothing and reminded of nothing until there is a new one.
    """
    from ltml.interfaces.serve.keys import key_file

    count = key_file(desk.db).revoke(name, datetime.now().astimezone(), only=key)
    desk.print_answer(
        {"user": name, "revoked": count},
        plain_text(f"{show.count(count, 'key')} of {strip_terminal_codes(name)} revoked."),
    )


def _check_name(name: str) -> str:
    """Return a name a user can have. Raises `ConfigError`."""
    import unicodedata

    from ltml.interfaces.serve.front_ends import is_of_front_end, is_unfilled

    clean = unicodedata.normalize("NFC", name.strip())
    if is_unfilled(clean) or not clean.isprintable() or set(clean) & set(",*/"):
        raise ConfigError(
            f"'{strip_terminal_codes(name)}' is no name for a user; use letters and digits, as in `ltml user add anna`"
        )
    if is_of_front_end(clean):
        raise ConfigError(
            f"'{strip_terminal_codes(name)}' is a front end's user, who needs no key; "
            "`serve.alias` gives it another name"
        )
    return clean
