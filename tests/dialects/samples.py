"""Requests and replies as clients and servers send them, for every dialect: what `check_dialect` is handed."""

import json

from ltml.exchange import Reply
from ltml.testing import SampleReply, Samples


def ndjson(*lines: object) -> bytes:
    return b"".join(json.dumps(line, ensure_ascii=False, separators=(",", ":")).encode() + b"\n" for line in lines)


def sse(*events: object, end: str = "\n", done: bool = True) -> bytes:
    said = [f"data: {json.dumps(event)}" for event in events] + ["data: [DONE]"] * done
    return "".join(f"{line}{end}{end}" for line in said).encode()


CHAT_TALKS = (
    b'{"model":"m","messages":[{"role":"user","content":"Where did I leave the canoe?"}]}',
    # White space, escapes, spellings of numbers, nulls, names nobody knows.
    (
        b'\xef\xbb\xbf \r\n{ "model" : "m:1b", "options" : {"num_ctx": 4.096e3, "temperature": 0.70, "seed": null},\n'
        b'\t"messages" : [ {"role":"System", "content":"Be \\u006bind. \\ud83d\\ude00 \\/"} ,\n'
        b'  {"content":"Half an emoji \\ud83d, \\"quoted\\", tab\\t", "role":"USER", "n": 900719925474099312345}\n ]\n,'
        b' "tools": [], "keep_alive" : null, "format":null, "x":[[],{},{"messages":[1.0]}] } \n'
    ),
    # The same names twice: the last counts.
    (
        b'{"messages":[{"role":"user","content":"old"}],"model":"a","model":"b","messages":[{"role":"assistant","role":"user",'
        b'"content":"not this","content":"this"}]}'
    ),
    '{"model":"m","stream":false,"messages":[{"role":"system","content":"Sei höflich."},'
    '{"role":"user","content":"Wo ist das Öl? 油"},'
    '{"role":"assistant","content":null,"tool_calls":[{"function":{"name":"look","arguments":{"n":1.50}}}]},'
    '{"role":"tool","tool_name":"look","content":"{\\"shelf\\": 3}"},'
    '{"role":"user","content":"Und der Essig?","images":null}]}'.encode(),
    # Pictures have no words, parts may have.
    (
        b'{"model":"m","messages":[{"role":"system","content":[{"type":"text","text":"A."},{"type":"text","text":"B."}]},'
        b'{"role":"user","content":[{"type":"image_url","image_url":{"url":"data:image/png;base64,aGk="}},'
        b'{"type":"text","text":"What is"},{"type":"text","text":"that?"}]},'
        b'{"role":"assistant","content":"A heron."},'
        b'{"role":"user","content":[{"type":"image_url","image_url":{"url":"data:,"}}]},{"role":"user","content":[]},'
        b'{"role":"user"},{"role":"user","content":null},{"role":"user","content":""},{"role":"user","content":["bare"]},'
        b'{"role":"user","content":[{"type":"text"}]},{"role":"user","content":[{"type":"text","text":null}]}]}'
    ),
    b'{"model":"m","messages":[null,{"role":"user","content":"Still here?"},{}]}',
    b'{"model":"m","messages":[{"role":"system"},{"role":"user","content":"Hi, it is me again."}]}',
    b'{"model":"m","messages":[{"role":"developer","content":null},{"role":"user","content":"Hi, it is me again."}]}',
)
GENERATE_TALKS = (
    b'{"model":"m","prompt":"Where did I leave the canoe?"}',
    (
        b'\xef\xbb\xbf{ "model" : "m", "options":{"num_predict":-1},"prompt":"\\ud83d\\ude00 \\u00e9 \\\\ \\"b\\""'
        b' , "context" : [1, 22,333] , "system":"", "template":"","raw":false,"suffix":null , "seed":1.0E+2 }\n'
    ),
    b'{"prompt":"old","model":"m","system":null,"prompt":"this one counts"}',
    '{"model":"m","system":"Sei höflich.","prompt":"Wo ist das Öl?","images":["aGk="]}'.encode(),
    (
        b'{"model":"m","prompt":"### System:\\nBe \\u006bind.\\n\\n### User:\\n\\ud83d\\ude00\\n\\n### Assistant:\\nA'
        b'\\n\\n### User:\\nWhere is\\n\\nthe canoe?\\n\\n","options":{"temperature":0.10}}'
    ),
    b'{"model":"m","prompt":"### User:\\nOnly me.\\n\\n","options":{}}',
    b'{"model":"m","system":"Be kind.","prompt":"### System:\\nBrief.\\n\\n### User:\\n\\n\\n### Assistant:\\nYes?"}',
    b'{"model":"m","prompt":"What do headings such as ### User:\\nmean?"}',
)

HELLO = Reply(text='Héllo {"you"} 油!', complete=True, ending="stop", prompt_tokens=26)
CHAT, CHAT_AT_ONCE = CHAT_TALKS[0], CHAT_TALKS[3]
GENERATE, GENERATE_AT_ONCE = GENERATE_TALKS[0], b'{"model":"m","prompt":"hi there","stream":false}'
COUNTS = {"done": True, "done_reason": "stop", "total_duration": 5, "prompt_eval_count": 26, "eval_count": 4}


def chat_line(text: str, **more: object) -> object:
    return {"model": "m", "message": {"role": "assistant", "content": text}, "done": False, **more}


def generate_line(text: str, **more: object) -> object:
    return {"model": "m", "response": text, "done": False, **more}


OLLAMA_CHAT = Samples(
    talks=CHAT_TALKS,
    replies=(
        SampleReply(
            body=CHAT,
            said=ndjson(
                {"message": {"role": "assistant", "content": "", "thinking": "hm"}, "done": False},
                chat_line("Héllo"),
                chat_line(' {"you"} '),
                chat_line("油!"),
                chat_line("", **COUNTS),
            ),
            means=HELLO,
        ),
        SampleReply(body=CHAT_AT_ONCE, said=ndjson(chat_line('Héllo {"you"} 油!', **COUNTS)), means=HELLO),
        SampleReply(
            body=CHAT_AT_ONCE,
            said=json.dumps(chat_line('Héllo {"you"} 油!', **COUNTS), indent=2).encode(),
            means=HELLO,
        ),
        SampleReply(
            body=CHAT,
            said=ndjson(chat_line("<think>\nWho"), chat_line(" is that?</th"), chat_line("ink>\n\nYes."))
            + ndjson(chat_line("", done=True, done_reason="length")),
            means=Reply(text="Yes.", complete=True, ending="length"),
        ),
        SampleReply(body=CHAT, said=ndjson(chat_line("Half a")), means=Reply(text="Half a")),
        SampleReply(
            body=CHAT,
            said=ndjson(chat_line("Half a"), {"error": "the runner is gone"}, chat_line("", **COUNTS)),
            means=Reply(text="Half a", error="the runner is gone", ending="stop", prompt_tokens=26),
        ),
        SampleReply(
            body=b'{"model":"m","messages":[]}',
            said=b'{"model":"m","message":{"role":"assistant","content":""},"done":true,"done_reason":"load"}',
            means=Reply(complete=True, ending="load"),
        ),
        SampleReply(
            body=CHAT_AT_ONCE, said=b'{"error":"model \'m\' not found"}', means=Reply(error="model 'm' not found")
        ),
    ),
)
OLLAMA_GENERATE = Samples(
    talks=GENERATE_TALKS,
    replies=(
        SampleReply(
            body=GENERATE,
            said=ndjson(
                generate_line('Héllo {"you"}'), generate_line(" 油!"), generate_line("", **COUNTS, context=[4, 5])
            ),
            means=Reply(text=HELLO.text, complete=True, ending="stop", prompt_tokens=26, link="[4,5]"),
        ),
        SampleReply(
            body=GENERATE_AT_ONCE, said=ndjson(generate_line('Héllo {"you"} 油!', **COUNTS)).rstrip(), means=HELLO
        ),
        SampleReply(body=GENERATE, said=b'{"error":"prompt too long"}\n', means=Reply(error="prompt too long")),
        SampleReply(
            body=b'{"model":"m","prompt":"","keep_alive":0}',
            said=b'{"model":"m","created_at":"","response":"","done":true,"done_reason":"unload"}',
            means=Reply(complete=True, ending="unload"),
        ),
    ),
)


def delta(more: object, index: int = 0, finish: str | None = None) -> object:
    choices = [{"index": index, "delta": more, "finish_reason": finish}]
    return {"id": "chatcmpl-417", "object": "chat.completion.chunk", "choices": choices}


USAGE = {"prompt_tokens": 26, "completion_tokens": 4, "total_tokens": 30}
STREAM = (
    delta({"role": "assistant", "content": "", "reasoning": "hm"}),
    delta({"content": "Héllo"}),
    delta({"content": "another answer"}, index=1),
    delta({"content": ' {"you"} '}),
    delta({"content": "油!"}),
    delta({"content": None}, finish="stop"),
    {"choices": [], "usage": USAGE},
)
WHOLE = {
    "choices": [
        {"index": 1, "message": {"role": "assistant", "content": "another answer"}, "finish_reason": "stop"},
        {"index": 0, "message": {"role": "assistant", "content": 'Héllo {"you"} 油!'}, "finish_reason": "stop"},
    ],
    "usage": USAGE,
}
STREAMED = b'{"model":"m","stream":true,"messages":[{"role":"user","content":"Where did I leave the canoe?"}]}'
OPENAI_CHAT = Samples(
    talks=(*CHAT_TALKS, STREAMED),
    replies=(
        SampleReply(body=STREAMED, said=sse(*STREAM), means=HELLO),
        SampleReply(body=STREAMED, said=b": ping\r\n\r\nevent: x\r\n" + sse(*STREAM, end="\r\n"), means=HELLO),
        SampleReply(body=STREAMED, said=sse(*STREAM).rstrip(), means=HELLO),
        SampleReply(body=STREAMED, said=sse(*STREAM).replace(b"data: ", b"data:"), means=HELLO),
        SampleReply(
            body=STREAMED,
            said=sse(*STREAM, done=False),
            means=Reply(text=HELLO.text, ending="stop", prompt_tokens=26),
        ),
        SampleReply(
            body=STREAMED,
            said=sse(delta({"content": "Half a"}), {"error": {"message": "out of memory", "type": "api_error"}}),
            means=Reply(text="Half a", error="out of memory"),
        ),
        SampleReply(body=STREAMED, said=b'{"error":{"message":"no such model"}}', means=Reply(error="no such model")),
        SampleReply(body=CHAT, said=json.dumps(WHOLE).encode(), means=HELLO),
        SampleReply(body=CHAT, said=b"\n" + json.dumps(WHOLE, indent=1, ensure_ascii=False).encode(), means=HELLO),
        SampleReply(body=CHAT, said=json.dumps(WHOLE).encode()[:-1], means=Reply()),
    ),
)

#: The samples of each dialect, by the name of its file.
SAMPLES = {"ollama_chat": OLLAMA_CHAT, "ollama_generate": OLLAMA_GENERATE, "openai_chat": OPENAI_CHAT}
