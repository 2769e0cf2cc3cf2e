"""
Measure one long chat: does every question find its evidence, and what does the model read again for it.

Theory of operation. A log is captured and slept on. Then its questions are asked one after another in a single chat, at
several sizes of the model's window, once with memory and once without. The answers are words without content, so that
nothing but what memory places can carry evidence. The server is simulated by two rules that servers keep: it drops the
oldest messages but the system's until the prompt fits (Ollama, server/prompt.go), and it reads anew what comes after
the longest prefix that the last prompt and its answer share with this one (llama.cpp's `cache_prompt`).

Compared is with separate `wake` calls for the same questions: what a chat of one question would show.
"""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import asdict, dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from random import Random
from typing import TYPE_CHECKING, Protocol, TypeAlias

from ltml.errors import ConfigError
from ltml.eval.logs import Log, LogQuestion
from ltml.eval.metrics import RetrievedContext, RetrievedItem, find_evidence, score_evidence
from ltml.eval.replay import split_by_nights
from ltml.eval.scoring import find_carriers
from ltml.eval.synthetic import FUNCTION_WORDS
from ltml.exchange import Message, Placement, Request
from ltml.text import count_tokens

if TYPE_CHECKING:
    from rich.table import Table

    from ltml.layer import MemoryLayer

#: So many questions make a long chat.
QUESTIONS = 40
WINDOWS = (4_096, 8_192, 16_384, 32_768)
#: A separate `wake` call gets so many tokens in windows up to a size, and the last above.
BUDGETS = ((4_096, 96), (8_192, 192))
LARGE_BUDGET = 256
#: Words of a scripted answer.
ANSWER = 150
#: Tokens that a message costs beside its words.
_FRAME = 5
_SEED = 11


class ChatPlacer(Protocol):
    """Memory in one chat: places something in a request, and keeps the answer."""

    def ask(self, request: Request, window: int, now: datetime) -> tuple[Placement, int]:
        """Return what to place in a window of so many tokens, and how many tokens of it are new."""
        ...

    def hear(self, answer: str) -> None:
        """Take note of the answer to the last request."""
        ...


#: Returns memory for a chat that begins.
MakePlacer: TypeAlias = Callable[["MemoryLayer"], ChatPlacer]


@dataclass(frozen=True, slots=True, kw_only=True)
class ChatResult:
    """
    What one chat at one size of window showed.

    `shown` and `alone` are summed shares of evidence, in the chat and by separate `wake` calls. Tokens: `read` anew
    with memory, `plain` without, `placed` anew; `largest` is the largest share of the window memory took at once.
    `silent` counts questions for which `wake` showed evidence and the chat none.
    """

    log_id: str
    window: int
    questions: int
    shown: float
    alone: float
    read: int
    plain: int
    placed: int
    largest: float
    silent: int

    @property
    def excess(self) -> float:
        """What was read anew beyond the chat without memory and what was newly placed, as a share of both."""
        return self.read / (self.plain + self.placed) - 1


@dataclass(frozen=True, slots=True, kw_only=True)
class ChatProgress:
    """A chat is done."""

    log_id: str
    window: int
    done: int
    total: int


def ignore_progress(step: ChatProgress) -> None:
    """Listen to nothing."""
    del step


def run_chats(
    logs: Iterable[Log],
    talking: MakePlacer,
    *,
    windows: Sequence[int] = WINDOWS,
    answer: int = ANSWER,
    progress: Callable[[ChatProgress], None] = ignore_progress,
) -> list[ChatResult]:
    """Ask each log's questions in one chat per window. Raises `ConfigError` where no log has a question to ask."""
    found: list[ChatResult] = []
    wanted = [log for log in logs if _asked(log)]
    if not wanted:
        raise ConfigError("no log has a question with evidence; `ltml bench logs --help` says what a log is")
    for log in wanted:
        with tempfile.TemporaryDirectory(prefix="ltml-bench-") as folder:
            for chat in _chats(log, Path(folder), talking, windows, answer):
                found.append(chat)
                total = len(wanted) * len(windows)
                progress(ChatProgress(log_id=log.log_id, window=chat.window, done=len(found), total=total))
    return found


def pool_chats(chats: Sequence[ChatResult]) -> list[ChatResult]:
    """Return one chat per window that adds up all logs."""
    return [_sum([chat for chat in chats if chat.window == window]) for window in sorted({c.window for c in chats})]


def to_json(chats: Sequence[ChatResult]) -> list[dict[str, object]]:
    """Return every chat and the sums, as JSON types."""
    return [asdict(chat) | {"excess": chat.excess} for chat in (*chats, *pool_chats(chats))]


def render_table(chats: Sequence[ChatResult]) -> Table:
    """Return a row per window."""
    from rich.table import Table

    result = Table(title="one long chat")
    for name in ("window", "questions", "evidence", "by wake alone", "ratio", "read anew, excess", "largest share"):
        result.add_column(name, justify="right")
    for chat in pool_chats(chats):
        shown, alone = chat.shown / chat.questions, chat.alone / chat.questions
        ratio = f"{shown / alone:.2f}" if alone else "-"
        numbers = (f"{shown:.3f}", f"{alone:.3f}", ratio, f"{chat.excess:+.1%}", f"{chat.largest:.1%}")
        result.add_row(f"{chat.window:,}", f"{chat.questions}", *numbers)
    return result


# ------------------------------------------------------------------ one chat


def _asked(log: Log) -> list[LogQuestion]:
    """Return the questions of a log's chat: those with evidence, in an order that does not cluster."""
    questions = [question for question in log.questions if question.answerable and question.evidence]
    Random(f"{_SEED} {log.log_id}").shuffle(questions)
    return questions[:QUESTIONS]


def _chats(log: Log, folder: Path, talking: MakePlacer, windows: Sequence[int], answer: int) -> Iterator[ChatResult]:
    """Yield a log's chat at each size of window, each over the same memory: no chat remembers another."""
    questions, clock = _asked(log), SettableClock(log.turns[0].at)
    with _opened(folder / "log.db", log, clock) as layer:
        for turns, night in split_by_nights(log.turns, "day"):
            layer.capture(turns)
            if night is not None:
                layer.sleep(now=night)
    begin = max((*(q.at for q in log.questions), log.turns[-1].at)) + timedelta(days=1)
    for window in windows:
        clock.at = begin
        shutil.copy(folder / "log.db", folder / "chat.db")
        with _opened(folder / "chat.db", log, clock) as layer:
            yield _chat(log, questions, layer, talking(layer), window, answer, clock)


def _opened(path: Path, log: Log, clock: SettableClock) -> MemoryLayer:
    import ltml

    return ltml.open(str(path), namespace=log.log_id, clock=clock)


def _chat(  # noqa: PLR0913, PLR0917 -- everything one chat is made of
    log: Log,
    questions: Sequence[LogQuestion],
    layer: MemoryLayer,
    talker: ChatPlacer,
    window: int,
    answer: int,
    clock: SettableClock,
) -> ChatResult:
    random = Random(f"{_SEED} {log.log_id}")
    budget = next((tokens for most, tokens in BUDGETS if window <= most), LARGE_BUDGET)
    alone = [_share(log, q, layer.wake(q.question, budget=budget, now=clock.at).text) for q in questions]
    history: list[Message] = []
    reminded, plain = PromptCache(window), PromptCache(window)
    shares: list[float] = []
    placed, largest = 0, 0
    for question in questions:
        clock.at += timedelta(minutes=3)
        history.append(Message(role="user", text=question.question))
        placement, fresh = talker.ask(Request(model="m", messages=tuple(history), context=window), window, clock.at)
        seen = reminded.read(history, placement)
        plain.read(history, Placement())
        shares.append(_share(log, question, seen))
        placed += fresh
        largest = max(largest, count_tokens(placement.block) + sum(map(count_tokens, placement.recalls.values())))
        words = " ".join(random.choices(FUNCTION_WORDS, k=answer))
        talker.hear(words)
        history.append(Message(role="assistant", text=words))
        for server in (reminded, plain):
            server.answer(words)
    return ChatResult(
        log_id=log.log_id, window=window, questions=len(questions), shown=sum(shares), alone=sum(alone),
        read=reminded.anew, plain=plain.anew, placed=placed, largest=largest / window,
        silent=sum(here < there for here, there in zip(shares, alone, strict=True)),
    )  # fmt: skip


@dataclass(slots=True)
class SettableClock:
    """A clock that the bench sets."""

    at: datetime

    def __call__(self) -> datetime:
        """Return the time it is set to."""
        return self.at


@dataclass(slots=True)
class PromptCache:
    """A model's server as far as its prompt is concerned; `anew` counts the tokens it read."""

    window: int
    anew: int = 0
    _cached: str = field(default="")

    def read(self, messages: Sequence[Message], placement: Placement) -> str:
        """Read a prompt, and return what memory placed of all that the server did not drop."""
        parts = [(m.role, placement.recalls.get(i, ""), m.text) for i, m in enumerate(messages)]
        costs = [_FRAME + count_tokens(placed) + count_tokens(text) for _, placed, text in parts]
        top = count_tokens(placement.block) + _FRAME
        first = 0
        while first < len(parts) - 1 and top + sum(costs[first:]) > self.window:
            first += 1
        kept = parts[first:]
        prompt = f"system\n{placement.block}\n" + "".join(f"\n{role}\n{placed}{text}\n" for role, placed, text in kept)
        self.anew += count_tokens(prompt[_common(prompt, self._cached) :])
        self._cached = prompt
        return "\n".join((placement.block, *(placed for _, placed, _ in kept)))

    def answer(self, text: str) -> None:
        """Hold the answer that was generated behind the prompt."""
        self._cached += f"\nassistant\n{text}\n"


def _common(text: str, other: str) -> int:
    """Return how many characters two texts have in common at their beginning."""
    pairs = enumerate(zip(text, other, strict=False))
    return next((place for place, (one, two) in pairs if one != two), min(len(text), len(other)))


def _share(log: Log, question: LogQuestion, text: str) -> float:
    """Return the share of a question's evidence whose sentence stands in a text."""
    turns = {turn.ref: turn for turn in log.turns}
    shown = RetrievedContext(text=text, tokens=0, items=(RetrievedItem(text=text, refs=question.evidence),))
    return score_evidence(question, find_evidence(question, shown, find_carriers(question, turns)))


def _sum(chats: Sequence[ChatResult]) -> ChatResult:
    return ChatResult(
        log_id="all", window=chats[0].window, questions=sum(c.questions for c in chats),
        shown=sum(c.shown for c in chats), alone=sum(c.alone for c in chats), read=sum(c.read for c in chats),
        plain=sum(c.plain for c in chats), placed=sum(c.placed for c in chats),
        largest=max(c.largest for c in chats), silent=sum(c.silent for c in chats),
    )  # fmt: skip
