"""
Requests that programs make for themselves: they are neither remembered nor reminded of anything.

A title call with memories in it makes a wrong title; a gap in a program filled in is nothing somebody said. Each rule
looks for a shape no person types, and asks for all of its signs at once: work taken for talk is sorted out at night,
but talk taken for work is lost. So a talk that has begun (an answer stands in it) is never work, whatever the user asks
for, but for the limit of a few tokens.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, replace

from ltml.exchange import Request

#: Who allows no more than this wants to know whether the model is there.
FEW_TOKENS = 4
# Who allows no more than this wants a title: some clients stream even that.
_A_TITLE = 64
_HEAD = 600


@dataclass(frozen=True, slots=True, kw_only=True)
class SingleMessage:
    """What a rule may look at: a request's instructions and its one message of the user."""

    system: str
    user: str
    stream: bool
    reserve: int | None
    structured: bool


def classify_request(request: Request, *, structured: bool) -> Request:
    """Return a talk as `work` with the reason if it is none; `structured` means that it asks for JSON."""
    if request.purpose != "talk":
        return request
    if request.reserve is not None and request.reserve <= FEW_TOKENS:
        return replace(request, purpose="work", why=f"it allows no more than {FEW_TOKENS} tokens")
    asked = [message for message in request.messages if message.role != "system"]
    if len(asked) != 1 or asked[0].role != "user":  # a talk that has begun
        return request
    shape = SingleMessage(
        system="\n".join(message.text for message in request.messages if message.role == "system").strip(),
        user=asked[0].text.strip(),
        stream=request.stream,
        reserve=request.reserve,
        structured=structured,
    )
    return mark_as_work(request, next((why for why, rule in _RULES if rule(shape)), "")) or request


def mark_as_work(request: Request, why: str) -> Request | None:
    """Return a talk as `work` for this reason; nothing if there is none, or if nobody talks anyway."""
    return replace(request, purpose="work", why=why) if why and request.purpose == "talk" else None


# ------------------------------------------------------------------ fill-in-the-middle, completion

_MIDDLE = r"<\|fim_middle\|>|<fim[_-]middle>|<MID>|<｜fim▁end｜>|<\|fim_end\|>|<\|code_middle\|>|<middle>"
_GAP = re.compile(
    r"<\|fim_(?:prefix|suffix|begin|hole)\|>|<fim[_-](?:prefix|suffix)>|<PRE>|<SUF>|\[SUFFIX\]|\[PREFIX\]|"
    r"<｜fim▁(?:begin|hole)｜>|<\|code_(?:prefix|suffix)\|>|" + _MIDDLE
)
_GAP_FIRST = re.compile(r"(?:<\|(?:repo_name|file_sep|file_separator)\|>[^\n]*\n)*(?:" + _GAP.pattern + ")")
_GAP_LAST = re.compile(r"(?:" + _MIDDLE + r")$")
_COMPLETER = re.compile(r"(?i)^\W*(?:you are|act as)\b[^.\n]{0,60}\b(?:hole filler|auto-?complet|code completion)")
_HOLE = re.compile(r"(?i)\{\{\s*(?:fill_here|hole\w*)\s*\}\}|<(?:cursor|caret|fill|completion)\b[^>\n]{0,20}>|█")


def is_fill_in_middle(shape: SingleMessage) -> bool:
    """Two marks of fill-in-the-middle, one of them at the very start or end: nobody asks about them so."""
    marks = set(_GAP.findall(shape.user))
    return len(marks) > 1 and bool(_GAP_FIRST.match(shape.user) or _GAP_LAST.search(shape.user))


def is_completion(shape: SingleMessage) -> bool:
    """The instructions name a completer, and the text has a hole for it."""
    return bool(_COMPLETER.match(shape.system) and _HOLE.search(shape.system + shape.user))


# ------------------------------------------------------------------ Open WebUI

_TASK = "### Task:"
_HISTORY = "<chat_history>"
_OPENINGS = (
    "Your task is to reflect the speaker's likely facial expression",
    "You have been provided with a set of responses from various models to the latest user query",
)


def is_a_task_of_open_webui(shape: SingleMessage) -> bool:
    """
    Its templates for titles, tags, questions, completion, emoji, tools and mixtures.

    Its template for answering with documents begins like a task too; there somebody talks. It holds no chat history.
    """
    if shape.user.startswith(_OPENINGS):
        return True
    task = shape.user.startswith(_TASK) and (_HISTORY in shape.user or "autocompletion system" in shape.user[:_HEAD])
    tools = shape.system.startswith("Available Tools:") and shape.user.startswith("Query:")
    return not shape.stream and (task or tools)


# ------------------------------------------------------------------ titles and summaries

_TITLE = (
    r"title|headline|\btitel\b|überschrift|\btitre|\bt[ií]tulo|\btitolo|tytuł|\brubrik|"
    r"заголов|названи|标题|標題|タイトル|제목"
)
_SUMMARY = (
    r"summar|zusammenfass|fasse?\b|\brésum|\bresum|\briassu|samenvat|podsumow|sammanfatt|"
    r"резюм|кратко|总结|總結|概括|摘要|要約|まとめ|요약"
)
_TALK = (
    r"conversation|\bchat|\bthread\b|dialog|discussion|transcript|\bmessage|gespräch|unterhaltung|verlauf|\béchange|"
    r"conversaci|conversazion|conversa\b|conversas\b|gesprek|rozmow|konversation|"
    r"разговор|бесед|диалог|переписк|对话|對話|会话|聊天|会話|대화"
)
_ONLY = (
    r"\bonly\b|\bjust\b|nothing else|no (?:quotes|additional|explanation|other text)|without (?:quotes|any)|"
    r"\bnur\b|sonst nichts|\bseulement|uniquement|rien d'autre|\bsolo\b|\bsólo\b|únicamente|soltanto|\bapenas\b|"
    r"somente|\balleen\b|\bslechts|\btylko\b|\bendast\b|только|仅|只|のみ|だけ|만 "
)
_NAMES_OR_SUMS_UP = re.compile(f"(?i)\\bname\\b|{_TITLE}|{_SUMMARY}")
_NAMES_A_TALK = re.compile(f"(?i)(?:{_TITLE})[^.\\n。]{{0,40}}?(?:{_TALK})|(?:{_TALK})[^.\\n。]{{0,40}}?(?:{_TITLE})")
_OF_A_TALK = re.compile(f"(?i){_TALK}")
_NOTHING_ELSE = re.compile(f"(?i){_ONLY}")
_SPEAKER = re.compile(
    r"(?im)^[ \t>*#|\"'\-\[]*(user|human|assistant|ai|response|benutzer|nutzer|assistent|utilisateur|usuario|asistente|"
    r"utente|usuário|assistente|gebruiker|użytkownik|asystent|пользователь|ассистент|用户|用戶|助手|ユーザー|アシスタント|"
    r"사용자|어시스턴트)[\]*]*[ \t]*[:：]|[\"']role[\"']\s*:\s*[\"'](user|assistant)[\"']"
)
_FENCED = re.compile(r"(?i)<(?:chat_history|chat|conversation|transcript|dialog(?:ue)?|messages|history)>")
# Where a quoted talk may end, and an order begin.
_ENDS = re.compile(r"\n\s*\n|</\w+>")
_NAMER = re.compile(
    r"(?i)^\W*(?:(?:you are|you're|act as)\b[^.\n]{0,40}\b(?:title|headline) (?:generator|writer|maker)\b|"
    r"(?:please )?(?:generate|create|write|give|provide|suggest)\b[^.\n]{0,60}\btitle (?:for|of|to)\b[^.\n]{0,40}"
    r"(?:" + _TALK + "))"
)


def is_title_or_summary(shape: SingleMessage) -> bool:
    """
    A title or a summary is asked for, of a talk that stands in the one message, or with no word beside it.

    A person may ask for the same: as one of many messages, streamed, about a talk between named people.
    """
    if _NAMER.match(shape.system):
        return True
    if shape.stream and (shape.reserve is None or shape.reserve > _A_TITLE):
        return False
    speakers = {(found[1] or found[2]).lower() for found in _SPEAKER.finditer(shape.user)}
    if len(speakers) <= 1 and not _FENCED.search(shape.user):
        order = shape.user[:_HEAD]
        return "\n" in order and bool(_NAMES_A_TALK.search(order) and _NOTHING_ELSE.search(order))
    order = _order(shape)
    return bool(_NAMES_OR_SUMS_UP.search(order) and _OF_A_TALK.search(order))


def _order(shape: SingleMessage) -> str:
    """Return what the message says around the talk it quotes, or the instructions where it says nothing."""
    marks = sorted(found.start() for found in (*_SPEAKER.finditer(shape.user), *_FENCED.finditer(shape.user)))
    ends = _ENDS.split(shape.user[marks[-1] :])
    around = f"{shape.user[: marks[0]][-_HEAD:]}\n{ends[-1][-_HEAD:] if len(ends) > 1 else ''}"
    return around if re.search(r"\w", around) else shape.system[:_HEAD]


def is_json_probe(shape: SingleMessage) -> bool:
    """JSON is asked for in a single message."""
    return shape.structured


_RULES: tuple[tuple[str, Callable[[SingleMessage], bool]], ...] = (
    ("it fills in the middle of a text", is_fill_in_middle),
    ("it completes what is being typed", is_completion),
    ("it is a task of Open WebUI", is_a_task_of_open_webui),
    ("it names or sums up a talk", is_title_or_summary),
    ("it asks for JSON in a single message", is_json_probe),
)
