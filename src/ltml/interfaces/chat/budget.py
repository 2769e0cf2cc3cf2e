"""
What memory places in one request of a chat, within its share of the model's window.

Theory of operation. Three things compete for the share: the block, the recalls of earlier questions (placed again where
they were, because a model's prompt cache is good as far as the bytes are the same), and the recall for the new
question. To take an earlier recall away makes the model read everything behind it again, so it costs what stands behind
it, and the newest cost least. Hence the order:

- A new question always finds room. Where the share suffices for a line for each of `QUESTIONS` questions, recalls keep
  pace with them and say only what is nearly as good as the best line, so that a long chat reads nothing again. Where
  the share is too small for that, the newest of the earlier recalls give way, as few as the new one needs, and only
  when there is something new to show.
- When the client's words fill the window, the server drops the oldest messages and reads the rest anew with every
  request. Then earlier recalls help nobody: all end, and block and new recall are placed in the room beside the
  messages that the server keeps whatever happens (the system's and the newest).

Nothing is placed beyond the share, and nothing where even those messages fill the window.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from ltml.exchange import Request
from ltml.text import budget_tokens, count_tokens

#: The block's part of the share.
BLOCK = 0.25
#: A recall takes at most so many tokens, at most this part of the share, and is not worth placing below `LEAST`.
MOST, PART, LEAST = 512, 1 / 6, 48
#: One line with its day between LTML's marks.
LINE = 36
#: What a question may count on before it has to be content with what displaces least.
ENOUGH = 72
#: A chat of so many questions should read nothing again; the first ones may take what so many others would.
QUESTIONS, AHEAD = 40, 2
#: A line must be worth this part of the best one where recalls must keep pace.
TELLING = 0.4
#: Where the client does not say how long an answer may be, this part of the window is left for it.
RESERVE = 1 / 8
#: A message costs so many tokens beside its words.
FRAME = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class ModelWindow:
    """What is known of the model: its context in tokens, and its own system prompt (`None`: nobody could tell)."""

    context: int = 4096
    system: str | None = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class PromptRoom:
    """
    What a request leaves for memory, in tokens.

    `share` is what memory may take of the window at once, `free` what is left beside all the client sends and the
    answer, `fixed` what is left beside the messages no server drops. Both may be negative.
    """

    share: int
    free: int
    fixed: int


@dataclass(frozen=True, slots=True, kw_only=True)
class RecallAllowance:
    """
    What the recall for a new question may take, and which earlier recalls stay if it takes all of that.

    A line must be worth `telling` of the best one. `left` is what the new recall and the earlier ones have together.
    """

    tokens: int
    replays: Mapping[int, str]
    telling: float = 0.0
    left: int = 0


def measure_room(
    request: Request, window: ModelWindow, share: float, count: Callable[[str], int] = count_tokens
) -> PromptRoom:
    """Return the room a request leaves in a window of which memory may take `share` (0 to 1)."""
    costs = [count(message.text) + FRAME for message in request.messages]
    kept = [placed_tokens for placed_tokens, m in zip(costs, request.messages, strict=True) if m.role == "system"]
    newest = costs[-1:] if request.messages and request.messages[-1].role != "system" else []
    own = count(window.system or "") if not request.has_system else 0
    beside = request.beside + own + (request.reserve or int(window.context * RESERVE))
    left = window.context - beside
    return PromptRoom(share=int(window.context * share), free=left - sum(costs), fixed=left - sum(kept) - sum(newest))


def choose_replays(room: PromptRoom, block: str, replays: Mapping[int, str]) -> Mapping[int, str]:
    """Return the earlier recalls to place again: all of them, or none where they do not fit (see above)."""
    tokens = placed_tokens(block) + _sum(replays)
    return replays if tokens <= min(room.share, room.free) else {}


def allow_recall(room: PromptRoom, block: str, replays: Mapping[int, str], questions: int) -> RecallAllowance:
    """
    Return what the recall for the newest of `questions` questions may take, beside the earlier ones that stay.

    No tokens mean that the window has no room for it.
    """
    share = room.share - placed_tokens(block)
    full = room.free < placed_tokens(block) + _sum(replays) + LEAST
    left = min(share, (room.fixed if full else room.free) - placed_tokens(block))
    most = min(MOST, max(int(room.share * PART), ENOUGH), left)
    if most < LEAST:
        return RecallAllowance(tokens=0, replays={}, left=0)
    if full:
        return RecallAllowance(tokens=most, replays={}, left=0)
    if share < LINE * QUESTIONS:
        return _displacing(most, most, left, replays)
    due = share * (questions + AHEAD) // (QUESTIONS + AHEAD) - _sum(replays)
    return _displacing(min(most, max(due, ENOUGH)), LEAST, left, replays, TELLING)


def _displacing(
    tokens: int, least: int, left: int, replays: Mapping[int, str], telling: float = 0.0
) -> RecallAllowance:
    """Return an allowance of so many tokens, or of at least `least` if that displaces fewer of the earlier recalls."""
    stay = keep_oldest(replays, left - min(least, tokens))
    return RecallAllowance(tokens=min(tokens, left - _sum(stay)), replays=stay, telling=telling, left=left)


def keep_oldest(replays: Mapping[int, str], room: int) -> Mapping[int, str]:
    """Return the oldest earlier recalls that fit in a room of so many tokens together."""
    kept: dict[int, str] = {}
    for index, words in sorted(replays.items()):
        room -= placed_tokens(words)
        if room < 0:
            break
        kept[index] = words
    return kept


def placed_tokens(words: str) -> int:
    """Return what placed words cost by both counts, with the blank line that parts them from the client's words."""
    return budget_tokens(words) + 1 if words else 0


def _sum(replays: Mapping[int, str]) -> int:
    return sum(map(placed_tokens, replays.values()))
