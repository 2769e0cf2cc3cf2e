"""What OpenAI's requests mean in Ollama's words (openai/openai.go); what is not named here is ignored."""

import json
from typing import Any

from tests.reference.wire import ApiError, field

#: OpenAI's name of an option and Ollama's.
OPTIONS = {
    "max_tokens": "num_predict",
    "seed": "seed",
    "frequency_penalty": "frequency_penalty",
    "presence_penalty": "presence_penalty",
}
PICTURES = ("data:;base64,", *(f"data:image/{kind};base64," for kind in ("jpeg", "jpg", "png", "webp")))
BAD_MESSAGE = "invalid message format"


def chat_request(body: dict[str, Any]) -> dict[str, Any]:
    """Return the /api/chat request of a /v1/chat/completions request. Raises `ApiError` (400)."""
    messages = field(body, "messages", list, [])
    if not messages:
        raise ApiError("[] is too short - 'messages'")
    asked = {
        "model": field(body, "model", str, ""),
        "messages": [one for message in messages for one in _messages(message)],
        "stream": field(body, "stream", bool, default=False),
        "options": _options(body),
        "tools": field(body, "tools", list, []),
        "format": _format(field(body, "response_format", dict, {})),
    }
    return asked | _thinking(body) | _debugging(body)


def generate_request(body: dict[str, Any]) -> dict[str, Any]:
    """Return the /api/generate request of a /v1/completions request. Raises `ApiError` (400)."""
    return {
        "model": field(body, "model", str, ""),
        "prompt": field(body, "prompt", str, ""),
        "suffix": field(body, "suffix", str, ""),
        "stream": field(body, "stream", bool, default=False),
        "options": _options(body),
    }


def _messages(message: Any) -> list[dict[str, Any]]:
    """Return one message for words, and one for each part of a message in parts."""
    if not isinstance(message, dict):
        raise ApiError(BAD_MESSAGE)
    role, content = field(message, "role", str, ""), message.get("content")
    calls = [_call(call) for call in field(message, "tool_calls", list, [])]
    extra: dict[str, Any] = {"tool_calls": calls} if calls else {}
    if isinstance(content, str):
        return [{"role": role, "content": content} | extra]
    if isinstance(content, list):
        return [_part(role, part) for part in content]
    if calls:
        return [{"role": role, "content": ""} | extra]
    raise ApiError(f"invalid message content type: {'<nil>' if content is None else type(content).__name__}")


def _part(role: str, part: Any) -> dict[str, Any]:
    match part:
        case {"type": "text", "text": str(words)}:
            return {"role": role, "content": words}
        case {"type": "image_url", "image_url": str(url) | {"url": str(url)}}:
            return {"role": role, "content": "", "images": [_picture(url)]}
    raise ApiError(BAD_MESSAGE)


def _picture(url: str) -> str:
    for start in PICTURES:
        if url.startswith(start):
            return url.removeprefix(start)
    raise ApiError("invalid image input")


def _call(call: dict[str, Any]) -> dict[str, Any]:
    function = field(call, "function", dict, {})
    try:
        arguments = json.loads(field(function, "arguments", str, ""))
    except ValueError as exc:
        raise ApiError("invalid tool call arguments") from exc
    return {"id": call.get("id", ""), "function": {"name": function.get("name", ""), "arguments": arguments}}


def _options(body: dict[str, Any]) -> dict[str, Any]:
    """Return the options; there is no way to ask for a window, and temperature and top_p are 1 unless named."""
    options = {mine: body[theirs] for theirs, mine in OPTIONS.items() if body.get(theirs) is not None}
    for name in ("temperature", "top_p"):
        options[name] = 1.0 if body.get(name) is None else body[name]
    stop = body.get("stop")
    return options | ({"stop": [stop] if isinstance(stop, str) else stop} if stop else {})


def _format(wanted: dict[str, Any]) -> Any:
    match wanted:
        case {"type": "json_object"}:
            return "json"
        case {"type": "json_schema", "json_schema": {"schema": schema}}:
            return schema
    return None


def _thinking(body: dict[str, Any]) -> dict[str, Any]:
    effort = field(body, "reasoning", dict, {}).get("effort") or body.get("reasoning_effort")
    if effort is None:
        return {}
    return {"think": False if effort == "none" else effort}


def _debugging(body: dict[str, Any]) -> dict[str, Any]:
    return {"_debug_render_only": True} if body.get("_debug_render_only") else {}
