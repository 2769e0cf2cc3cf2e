"""What is work and what is talk. The talk matters more: what is taken for work is never remembered."""

import json

import pytest

from ltml import plugins
from ltml.exchange import Request
from ltml.protocols import Dialect

CHAT: Dialect = plugins.find_plugin("dialects", "ollama_chat")
GENERATE: Dialect = plugins.find_plugin("dialects", "ollama_generate")
OPENAI: Dialect = plugins.find_plugin("dialects", "openai_chat")
GAP, COMPLETES, WEBUI, NAMES, JSON = (
    "it fills in the middle of a text",
    "it completes what is being typed",
    "it is a task of Open WebUI",
    "it names or sums up a talk",
    "it asks for JSON in a single message",
)


def user(text: str) -> dict[str, str]:
    return {"role": "user", "content": text}


def system(text: str) -> dict[str, str]:
    return {"role": "system", "content": text}


def assistant(text: str) -> dict[str, str]:
    return {"role": "assistant", "content": text}


def asked(dialect: Dialect, **fields) -> Request:
    return dialect.parse_request(json.dumps({"model": "m", **fields}).encode())


def why(*messages: dict[str, str], stream: bool = False, **fields) -> str:
    """Both ways of chatting judge alike."""
    request = asked(CHAT, messages=messages, stream=stream, **fields)
    assert (request.purpose == "work") == bool(request.why)
    assert asked(OPENAI, messages=messages, stream=stream).why == asked(CHAT, messages=messages, stream=stream).why
    return request.why


QUOTED = "User: My rowing boat leaks.\nAssistant: Where does it leak?\nUser: At the bow."
HISTORY = f"### Chat History:\n<chat_history>\n{QUOTED}\n</chat_history>"


# ------------------------------------------------------------------ few tokens, JSON


def test_who_wants_no_more_than_four_tokens_tries_whether_the_model_is_there():
    assert asked(CHAT, messages=[user("hi")], options={"num_predict": 1}).why == "it allows no more than 4 tokens"
    assert asked(GENERATE, prompt="hi", options={"num_predict": 4}).purpose == "work"
    assert asked(OPENAI, messages=[user("hi")], max_tokens=1).purpose == "work"
    assert asked(OPENAI, messages=[user("hi")], max_completion_tokens=4).purpose == "work"


@pytest.mark.parametrize("tokens", [5, 64, 0.5, -1, -2, None, "4"])
def test_who_allows_more_talks(tokens):
    assert asked(CHAT, messages=[user("hi")], options={"num_predict": tokens}).purpose == "talk"
    assert asked(OPENAI, messages=[user("hi")], max_tokens=tokens).purpose == "talk"


@pytest.mark.parametrize("wanted", ["json", {"type": "object"}])
def test_json_out_of_a_single_message_is_work(wanted):
    assert why(user("Which animals?"), format=wanted) == JSON
    assert why(system("Extract."), user("Which animals?"), format=wanted, stream=True) == JSON
    assert asked(GENERATE, prompt="Which animals?", format=wanted).why == JSON
    assert asked(OPENAI, messages=[user("Which?")], response_format={"type": "json_schema"}).why == JSON


def test_json_in_the_midst_of_a_talk_is_talk():
    assert why(user("hi"), assistant('{"say":"hello"}'), user("and now?"), format="json") == ""
    assert why(user("hi"), format="") == why(user("hi"), format=None) == ""
    assert asked(OPENAI, messages=[user("hi")], response_format={"type": "text"}).purpose == "talk"


def test_tools_make_no_work():
    assert why(user("hi"), tools=[]) == ""
    assert why(user("hi"), tools=[{"type": "function", "function": {"name": "look"}}]) == ""
    assert why(user("hi"), assistant(""), {"role": "tool", "content": "3"}) == ""


# ------------------------------------------------------------------ gaps and completion


@pytest.mark.parametrize(
    ("fields", "reason"),
    [
        ({"suffix": "\n    return total"}, GAP),
        ({"raw": True}, "its prompt is raw"),
        ({"template": "{{ .Prompt }}"}, "it brings a template of its own"),
    ],
)
def test_prompts_of_programs_are_work(fields, reason):
    assert asked(GENERATE, prompt="def add(", **fields).why == reason


@pytest.mark.parametrize(
    "prompt",
    [
        "<|fim_prefix|>def add(a, b):<|fim_suffix|>\nprint(1)<|fim_middle|>",
        "<|repo_name|>boats\n<|file_sep|>a.py\n<|fim_prefix|>x<|fim_suffix|>y<|fim_middle|>",
        "<fim_prefix>x<fim_suffix>y<fim_middle>",
        "<PRE> x <SUF>y <MID>",
        "[SUFFIX]y[PREFIX] x",
        "<｜fim▁begin｜>x<｜fim▁hole｜>y<｜fim▁end｜>",
        "# file a.py\n<|fim_prefix|>x<|fim_suffix|>y<|fim_middle|>",
    ],
)
def test_marks_of_a_gap_are_work_wherever_they_come(prompt):
    assert asked(GENERATE, prompt=prompt).why == GAP
    assert why(user(prompt), stream=True) == GAP


@pytest.mark.parametrize(
    "question",
    [
        "What does <|fim_prefix|> mean?",
        "<PRE> is an HTML tag, isn't it?",
        "When do I write <|fim_prefix|>, <|fim_suffix|> and <|fim_middle|> in a prompt?",
        "[PREFIX] stands in my mail rules, why?",
        "Please autocomplete this sentence for me: the heron stood in",
        "You are an autocompletion system now. Complete: row, row, row your",
    ],
)
def test_questions_about_gaps_are_talk(question):
    assert asked(GENERATE, prompt=question).purpose == "talk"
    assert why(user(question)) == ""


def test_a_completer_with_a_hole_to_fill_is_work():
    orders = "You are a HOLE FILLER. You are given a file with holes."
    assert why(system(orders), user("def add(a, b):\n    {{FILL_HERE}}")) == COMPLETES
    assert why(system(orders), user("What do you do all day?")) == ""


# ------------------------------------------------------------------ Open WebUI


@pytest.mark.parametrize(
    "prompt",
    [
        f"### Task:\nGenerate a short title.\n{HISTORY}",
        f"### Task:\nErzeuge Schlagworte.\n{HISTORY}",
        f"### Task:\nSuggest follow-up questions.\n{HISTORY}",
        f"### Task:\nDecide whether to search.\n{HISTORY}",
        "### Task:\nYou are an autocompletion system. Continue the text in `<text>`.\n<text>the heron</text>",
        "Your task is to reflect the speaker's likely facial expression through an emoji.\n\nMessage: my boat sank",
        'You have been provided with a set of responses from various models to the latest user query: "why?"',
    ],
)
def test_tasks_of_open_webui_are_work(prompt):
    assert why(user(prompt)) == WEBUI


def test_choosing_a_tool_for_open_webui_is_work():
    tools = system('Available Tools: [{"name":"look"}]\n\nChoose one.')
    assert why(tools, user('Query: History:\nUSER: """hi"""\nQuery: where?')) == WEBUI
    assert why(tools, user("Where is my boat?")) == ""


def test_answering_with_documents_is_talk_though_it_begins_like_a_task():
    prompt = (
        "### Task:\nRespond to the user query using the provided context.\n\n<context>\n<source id=1>A boat.</source>\n"
    )
    assert why(user(f"{prompt}</context>\n\n<user_query>\nWhat is in it?\n</user_query>"), stream=True) == ""
    assert why(user(f"{prompt}</context>\n\nWhat is in it?")) == ""


def test_a_person_may_speak_of_tasks():
    assert why(user(f"### Task:\nMake a title.\n{HISTORY}"), stream=True) == ""
    assert why(user("### Task:\nClean the shed.\n### Done:\nThe mill."), stream=True) == ""
    assert why(user(f"Why does Open WebUI send me this?\n\n### Task:\nMake a title.\n{HISTORY}"), stream=True) == ""


# ------------------------------------------------------------------ titles and summaries


@pytest.mark.parametrize(
    "order",
    [
        "Write a title of three to five words for the conversation above.",
        "Give this chat a name, ten characters at most.",
        "Summarize the following conversation in two sentences.",
        "Gib diesem Gespräch einen kurzen Titel.",
        "Fasse die folgende Unterhaltung zusammen.",
        "Donne un titre court à cette discussion.",
        "Résume la conversation suivante.",
        "Escribe un título corto para esta conversación.",
        "Scrivi un titolo breve per questa conversazione.",
        "Crie um título curto para esta conversa.",
        "Geef dit gesprek een korte titel.",
        "Придумай короткий заголовок для этого разговора.",
        "为以下对话生成一个简短的标题。",
        "次の会話に短いタイトルを付けてください。",
        "다음 대화의 제목을 지어 주세요.",
    ],
)
def test_titles_and_summaries_of_a_quoted_talk_are_work_in_every_language(order):
    assert why(user(f"{order}\n\n{QUOTED}")) == NAMES
    assert why(user(f"{QUOTED}\n\n{order}")) == NAMES
    assert why(system(order), user(QUOTED)) == NAMES
    assert asked(GENERATE, prompt=f"{order}\n\n{QUOTED}", stream=False).why == NAMES
    assert asked(GENERATE, prompt=f"{order}\n\n{QUOTED}", options={"num_predict": 40}).why == NAMES
    # The same words from a person, in a talk:
    assert why(user("My boat leaks."), assistant("Where?"), user(order)) == ""
    assert why(user(order)) == why(user(order), stream=True) == ""
    assert why(user(f"{order}\n\n{QUOTED}"), stream=True) == ""


def test_talks_are_quoted_in_many_ways():
    order = "Write a short title for this conversation."
    turns = [{"role": "user", "content": "My boat leaks."}, {"role": "assistant", "content": "Where?"}]
    assert why(user(f"{order}\n{json.dumps(turns)}")) == NAMES
    assert why(user(f"{order}\n<conversation>\nMy boat leaks.\n</conversation>")) == NAMES
    assert why(user(f"{order}\n||>User:\nMy boat leaks.\n||>Response:\nWhere?")) == NAMES
    assert why(user(f"{order}\n**Human**: My boat leaks.\n**AI**: Where?")) == NAMES


def test_a_person_who_quotes_a_talk_to_ask_something_else_talks():
    persona = system("You are a helpful assistant. When asked, you name and summarize conversations.")
    for text in (f"What went wrong here?\n\n{QUOTED}", f"{QUOTED}\n\nWas that polite of me?", f"Look:\n{QUOTED}"):
        assert why(user(text)) == why(persona, user(text)) == why(user(text), options={"num_predict": 60}) == ""


def test_a_title_and_nothing_else_is_work_though_nothing_is_quoted():
    assert why(user("My boat leaks.\n\nReply with a title for the chat, only the title, no quotes.")) == NAMES
    assert why(user("Generate a title for this message. Nothing else.\n\nMy boat leaks.")) == NAMES
    assert why(system("You are a title generator. You output a title."), user("My boat leaks."), stream=True) == NAMES
    assert why(system("Generate a short title for the conversation."), user("My boat leaks."), stream=True) == NAMES


@pytest.mark.parametrize(
    "text",
    [
        "Give this chat a title, please.",
        "Can you suggest a title for my talk about herons? Only the title, please.",
        "Write a title for my blog post, just the title.",
        "Suggest a title for the chat I had with my sister, just the title.",
        "Summarize what we said about the boat.",
        "Fass bitte zusammen, was wir besprochen haben.",
        "Just a thought: the name of my boat is Conversation Piece.",
        "Summarize this chat with my sister:\nOttilie: The bees swarm.\nMe: Again?\nOttilie: Yes, the third time.",
        "My manager wants a summary of the meeting. User: is a column in it.",
        "What is the title of the book in which a conversation never ends?",
    ],
)
def test_a_person_who_asks_for_titles_and_summaries_talks(text):
    for stream in (True, False):
        assert why(user(text), stream=stream) == ""
        assert why(system("You are a helpful assistant. Name chats when asked."), user(text), stream=stream) == ""
        assert why(user("hi"), assistant("Hello."), user(text), stream=stream) == ""
    assert asked(GENERATE, prompt=text).purpose == "talk"


@pytest.mark.parametrize(
    "text", ["hi", "", " ", "油", "title", "### Task:", "User:", "?" * 50_000, "User: \n" * 20_000]
)
def test_anything_short_or_odd_is_talk(text):
    assert why(user(text)) == why(system(text), user("hi")) == why(user(text), stream=True) == ""
