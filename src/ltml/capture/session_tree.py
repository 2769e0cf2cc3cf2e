"""
The branches of a session: what was said after what, which of it stands, and what a request takes back.

Theory of operation. A turn of a talk is named after its place in it: its ref holds the digest of what was said before
it, and of all that was said up to and including it (`branch_ref`). So a session's turns are a tree, and nothing that is
said in another branch can ever take a turn's place. A request tells by its history which branch the user looks at. What
hangs on that history and is no part of it was taken back: another text of the message, an answer that was asked for
again, and all that came after them. It is superseded until some request's history holds it again.

Messages without words (a call of a tool) are no turns. What follows one hangs on the nearest turn before it.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from functools import cached_property

from ltml.model import Turn
from ltml.text.caseless import UNSPACED

#: What nothing was said before.
START = "start"
#: An edit leaves so many words, and this part of the longer text, as they were.
LEAST_LEFT, MOST_CHANGED = 3, 1 / 3
#: Words a client adds to an answer, or takes from it, leave so many at its beginning or its end.
EDGE = 3
_REF = re.compile(r"chat:(?P<before>[^/+]+)/(?P<digest>[^/+]+)(?:\+\d+)?")
# In scripts without spaces each sign counts as a word.
_WORD = re.compile(f"[{UNSPACED}]|[^\\W{UNSPACED}]+")


def branch_ref(before: str, digest: str) -> str:
    """Return the ref of a turn: what was said before it, and what with it."""
    return f"chat:{before or START}/{digest}"


@dataclass(frozen=True, slots=True, kw_only=True)
class MessageNode:
    """One message of a talk, with the turns that hold its words; whether any of them stands, and broke off."""

    digest: str
    parent: str
    role: str
    text: str
    at: datetime
    turns: tuple[Turn, ...] = ()

    @property
    def is_live(self) -> bool:
        """Whether it is part of the talk as it stands."""
        return any(not turn.superseded for turn in self.turns)

    @property
    def is_interrupted(self) -> bool:
        """Whether it broke off and was never said whole."""
        return all(turn.interrupted for turn in self.turns)


class SessionTree:
    """The tree of one session's turns; turns of other makes are no part of it."""

    def __init__(self, turns: Iterable[Turn] = ()) -> None:
        """Grow it."""
        self.nodes: dict[str, MessageNode] = {}
        for turn in turns:
            found = _REF.fullmatch(turn.ref)
            if found:
                node = self.nodes.get(found["digest"]) or MessageNode(
                    digest=found["digest"], parent=found["before"], role=turn.role, text=turn.text, at=turn.at
                )
                self.nodes[node.digest] = replace(node, turns=(*node.turns, turn))

    @cached_property
    def _after(self) -> dict[str, list[MessageNode]]:
        found: dict[str, list[MessageNode]] = defaultdict(list)
        for node in self.nodes.values():
            found[node.parent].append(node)
        return found

    def children(self, digest: str) -> list[MessageNode]:
        """Return what was said right after this, whether it stands or not, oldest first."""
        return self._after.get(digest, [])

    def live_children(self, digest: str) -> list[MessageNode]:
        """Return what stands right after this."""
        return [node for node in self.children(digest) if node.is_live]

    def find_first_answer(self, digest: str) -> MessageNode | None:
        """Return the answer of this digest, if it is one to the first message of a talk, said here or elsewhere."""
        node = self.nodes.get(digest)
        if node is None or node.role != "assistant" or node.parent == START:
            return None
        asked = self.nodes.get(node.parent)  # not here where the same words are kept in another session
        return node if asked is None or asked.parent == START else None

    def is_unanswered(self, digest: str) -> bool:
        """Tell whether this is part of the session, and nothing whole was said after it."""
        standing = self.live_children(digest) or self.children(digest)  # an answer that was taken back was one, too
        return digest in self.nodes and all(
            node.is_interrupted and not self.live_children(node.digest) for node in standing
        )

    def ends_with_answers(self, digest: str) -> bool:
        """Tell whether this is part of the session, and the talk never went on beyond the answer to it."""
        known, standing = digest in self.nodes or digest in self._after, self.live_children(digest)
        if known and not standing:
            return not self.children(digest)  # what was taken back stands elsewhere
        return known and all(node.role == "assistant" and not self.children(node.digest) for node in standing)

    def with_ancestors(self, path: Collection[str]) -> frozenset[str]:
        """Return this path with all that led to it, as far as it was said in this session."""
        found, left = set[str](), list(path)
        while left:
            digest = left.pop()
            if digest not in found:
                found.add(digest)
                left += [self.nodes[digest].parent] if digest in self.nodes else []
        return frozenset(found - {START})

    def find_removed(self, path: Collection[str]) -> list[Turn]:
        """Return the turns that hang on this path and are no part of it."""
        return self.live_turns_below(
            node.digest for digest in path for node in self.children(digest) if node.digest not in path
        )

    def live_turns_below(self, tops: Iterable[str]) -> list[Turn]:
        """Return the turns that stand at these places and after them."""
        return [turn for node in self._below(tops) for turn in node.turns if not turn.superseded]

    def _below(self, tops: Iterable[str]) -> Iterator[MessageNode]:
        left = [self.nodes[digest] for digest in tops if digest in self.nodes]
        seen = set[str]()
        while left:
            node = left.pop()
            if node.digest not in seen:
                seen.add(node.digest)
                yield node
                left += self.children(node.digest)

    def find_restored(self, path: Collection[str]) -> list[Turn]:
        """Return the turns on this path that were taken back."""
        return [turn for digest in path if digest in self.nodes for turn in self.nodes[digest].turns if turn.superseded]


# ---------------------------------------------------------------- words that were changed


def is_same_answer(known: str, sent: str) -> bool:
    """
    Tell whether a client means the answer that is known by what it sends.

    Clients add sources, cut long answers, fold away thinking, or drop the words beside a call of a tool. Their words
    are then the answer's, in order, with some put in or left out, and begin or end as it does.
    """
    one, two = _WORD.findall(known.casefold()), _WORD.findall(sent.casefold())
    short, long = sorted((one, two), key=len)
    if not short:
        return not two
    edge, rest = min(EDGE, len(short)), iter(long)
    return (short[:edge] == long[:edge] or short[-edge:] == long[-edge:]) and all(word in rest for word in short)


def is_edit(one: str, two: str) -> bool:
    """Tell whether one text is likely the other, edited: one piece was changed and most words are left."""
    before, after = _WORD.findall(one.casefold()), _WORD.findall(two.casefold())
    if before == after:
        return False
    head = _common(before, after)
    tail = _common(before[head:][::-1], after[head:][::-1])
    longer = max(len(before), len(after))
    return head + tail >= LEAST_LEFT and longer - head - tail <= longer * MOST_CHANGED


def _common(one: Sequence[str], two: Sequence[str]) -> int:
    return next((at for at, (a, b) in enumerate(zip(one, two, strict=False)) if a != b), min(len(one), len(two)))
