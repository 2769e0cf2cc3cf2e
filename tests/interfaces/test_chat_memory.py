"""Memory's part in an exchange: which talk it is, what is placed where, within what budget, and what is kept."""

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

import ltml
from ltml.exchange import Message, Reply, Request
from ltml.interfaces.chat.budget import ModelWindow
from ltml.interfaces.chat.memory import ChatMemory, PreparedRequest
from ltml.layer import MemoryLayer
from ltml.text import count_tokens

DAWN = datetime(2034, 3, 6, 8, tzinfo=UTC)
FACTS = (
    "My parrot Olive sleeps in the linen cupboard.",
    "The boathouse key hangs behind the barometer.",
    "Our plumber is called Henrike Vos.",
    "I keep the spare fuses in the blue drawer.",
    "My brother lives in Trondheim now.",
)
QUESTIONS = (
    "Where does my parrot sleep?",
    "Where is the key of the boathouse?",
    "What is our plumber called?",
    "Where do I keep the spare fuses?",
    "Where does my brother live?",
)


@dataclass
class Clock:
    """A minute passes with every look."""

    at: datetime = DAWN

    def __call__(self) -> datetime:
        self.at += timedelta(minutes=1)
        return self.at


@dataclass
class Client:
    """A chat client: it sends its whole history each time, and never sees what was placed in it."""

    companion: ChatMemory
    window: ModelWindow = field(default_factory=ModelWindow)
    history: list[Message] = field(default_factory=list)

    def say(self, text: str, answer: str = "", **reply: object) -> PreparedRequest:
        """Say something and be answered."""
        self.history.append(Message(role="user", text=text))
        attended = self.attend()
        self.hear(attended, answer or f"Answer {len(self.history)} to that.", **reply)
        return attended

    def attend(self) -> PreparedRequest:
        return self.companion.prepare(Request(model="m", messages=tuple(self.history)), self.window)

    def hear(self, attended: PreparedRequest, answer: str, **reply: object) -> None:
        whole = Reply(text=answer, complete=True, ending="stop")
        self.companion.record(attended, replace(whole, **reply))  # type: ignore[arg-type]
        if answer:
            self.history.append(Message(role="assistant", text=answer))


@pytest.fixture
def layer() -> Iterator[MemoryLayer]:
    with ltml.open("ephemeral:", clock=Clock()) as alive:
        yield alive


@pytest.fixture
def companion(layer: MemoryLayer) -> ChatMemory:
    return ChatMemory(layer, clock=Clock(), entropy=Random(3).randbytes)


def told(companion: ChatMemory) -> None:
    """A talk on another day in which five facts were said, and a night."""
    client = Client(companion)
    for fact in FACTS:
        client.say(fact)
    companion.layer.sleep(companion._clock())


def seen(attended: PreparedRequest) -> list[str]:
    """The messages as the model reads them."""
    placement = attended.placement
    top = [f"{placement.system}\n{placement.block}"] if placement.block else []
    messages = enumerate(attended.request.messages)
    return [*top, *(placement.recalls.get(i, "") + message.text for i, message in messages)]


def test_what_was_said_in_one_talk_is_placed_in_another(companion):
    told(companion)
    for question, fact in zip(QUESTIONS, FACTS, strict=True):
        assert fact in " ".join(seen(Client(companion).say(question)))


def test_the_model_reads_the_same_beginning_again_in_every_request_of_a_talk(companion):
    companion.layer.remember("Always answer in metric units.")
    told(companion)
    client, before = Client(companion), list[str]()
    for question in QUESTIONS:
        now = seen(client.say(question))
        assert now[: len(before)] == before
        before = now
    assert sum("[memory" in message for message in before) > 3


def test_a_restart_changes_nothing_in_what_the_model_reads(companion):
    told(companion)
    client = Client(companion)
    before = seen(client.say(QUESTIONS[0]))
    again = Client(ChatMemory(companion.layer, clock=companion._clock), history=client.history)
    assert seen(again.say(QUESTIONS[1]))[: len(before)] == before


@given(context=st.sampled_from([256, 512, 1024, 4096, 32768]), order=st.permutations(range(len(QUESTIONS))))
def test_a_session_never_takes_more_than_its_share_of_the_window(context: int, order: list[int]):
    with ltml.open("ephemeral:", clock=Clock()) as layer:
        companion = ChatMemory(layer, clock=Clock())
        layer.remember("Always answer in metric units.")
        told(companion)
        client = Client(companion, window=ModelWindow(context=context))
        for place in order:
            placement = client.say(QUESTIONS[place]).placement
            placed = [placement.block, *placement.recalls.values()]
            assert sum(map(count_tokens, placed)) <= 0.15 * context


def test_a_full_window_has_room_for_the_new_recall_beside_what_no_server_drops(companion):
    told(companion)
    client = Client(companion, window=ModelWindow(context=4096))
    client.say(QUESTIONS[1])
    client.history.append(Message(role="user", text="word " * 4000))
    client.history.append(Message(role="assistant", text="So many words."))
    attended = client.say(QUESTIONS[0])
    assert FACTS[0] in attended.recall.recall
    assert list(attended.placement.recalls) == [len(attended.request.messages) - 1]


def test_what_was_placed_before_a_window_was_full_is_not_placed_again_after_a_restart(companion):
    told(companion)
    client = Client(companion, window=ModelWindow(context=4096))
    client.say(QUESTIONS[1])
    client.say("word " * 2400, "So many words. " * 200)
    client.say(QUESTIONS[0])
    client.companion = ChatMemory(companion.layer, clock=companion._clock)
    again = client.say(QUESTIONS[2])
    assert min(again.placement.recalls) >= 4


def test_nothing_is_placed_where_the_newest_words_alone_fill_the_window(companion):
    told(companion)
    client = Client(companion, window=ModelWindow(context=4096))
    assert not client.say("word " * 4000 + QUESTIONS[0]).placement


def test_a_block_that_was_missed_is_composed_at_the_next_request(companion):
    companion.layer.remember("Always answer in metric units.")
    client = Client(companion, window=ModelWindow(system=None))  # nobody could tell the model's own prompt
    assert not client.say("Good evening.").placement.block
    client.window = ModelWindow()
    assert "metric" in client.say("How far is it?").placement.block


def test_nothing_is_said_again_that_stands_in_the_talk(companion):
    told(companion)
    client = Client(companion)
    first, second = client.say(QUESTIONS[0]), client.say(f"Once more: {QUESTIONS[0]}")
    assert FACTS[0] in first.new_injection.recall
    assert FACTS[0] not in second.new_injection.recall


def test_a_block_without_room_for_the_models_own_prompt_is_left_out(companion):
    companion.layer.remember("Always answer in metric units.")
    silent = Client(companion, window=ModelWindow(system=None)).say("Hello there, who are you?")
    known = Client(companion, window=ModelWindow(system="You are Kim.")).say("Good day, and who are you?")
    assert not silent.placement.block
    assert known.placement.system == "You are Kim."
    assert "metric units" in known.placement.block


# ---------------------------------------------------------------- which talk it is


def sessions(companion: ChatMemory) -> dict[str, list[str]]:
    """What stands in each session."""
    found: dict[str, list[str]] = {}
    for turn in companion.layer.turns():
        if not turn.superseded:
            found.setdefault(turn.session, []).append(turn.text)
    return found


def taken_back(companion: ChatMemory) -> list[str]:
    return [turn.text for turn in companion.layer.turns() if turn.superseded]


def test_every_message_is_kept_once_and_in_order(companion):
    client = Client(companion)
    for fact in FACTS:
        client.say(fact)
    (texts,) = sessions(companion).values()
    assert texts == [message.text for message in client.history]


def test_two_windows_that_begin_alike_are_two_sessions(companion):
    one, two = Client(companion), Client(companion)
    one.say("hi", "Hello, what is it?")
    two.say("hi", "Good morning!")
    one.say("My boat is green.")
    two.say("My bike is red.")
    assert sorted(texts[2] for texts in sessions(companion).values()) == ["My bike is red.", "My boat is green."]


def test_two_windows_that_hear_the_same_words_still_both_keep_what_is_said(companion):
    one, two = Client(companion), Client(companion)
    for client, thing in ((one, "boat"), (two, "bike")):
        client.say("hi", "Hello!")
        client.say(f"My {thing} is green.")
    said = [text for texts in sessions(companion).values() for text in texts]
    assert {"My boat is green.", "My bike is green."} <= set(said)


def test_a_first_message_sent_again_because_nobody_answered_is_kept_once(companion):
    client = Client(companion)
    client.say("My boat is green.", "I s", complete=False)
    client.history = []
    client.say("My boat is green.", "I see, green.")
    (texts,) = sessions(companion).values()
    assert texts == ["My boat is green.", "I see, green."]
    assert taken_back(companion) == ["I s"]


def test_a_client_that_keeps_half_an_answer_goes_on_with_the_same_talk(companion):
    client = Client(companion)
    client.say("I have a boat.", "A boat is a fine", complete=False)
    client.say("It is green.")
    (texts,) = sessions(companion).values()
    assert texts[:3] == ["I have a boat.", "A boat is a fine", "It is green."]


def test_an_answer_that_broke_off_says_so(companion):
    Client(companion).say("My boat is green.", "I s", complete=False)
    assert [turn.interrupted for turn in companion.layer.turns()] == [False, True]


def test_an_edited_message_takes_the_place_of_the_old_one(companion):
    client = Client(companion)
    client.say("I have a boat.")
    client.say("It is green.")
    del client.history[2:]
    client.say("It is red.")
    (texts,) = sessions(companion).values()
    assert "It is red." in texts
    assert "It is green." not in texts
    assert taken_back(companion) == ["It is green.", "Answer 3 to that."]


def test_an_answer_asked_for_again_takes_the_place_of_the_old_one(companion):
    client = Client(companion)
    client.say("I have a boat.")
    client.say("What colour is it?", "Blue, I think.")
    client.history.pop()
    client.hear(client.attend(), "You never said.")
    (texts,) = sessions(companion).values()
    assert texts[-2:] == ["What colour is it?", "You never said."]
    assert taken_back(companion) == ["Blue, I think."]


def test_a_history_cut_at_the_front_is_the_same_talk(companion):
    client = Client(companion)
    for fact in FACTS:
        client.say(fact, f"I shall keep in mind what you said about that, number {len(fact)}.")
    del client.history[:6]
    client.say("And that is all.")
    assert len(sessions(companion)) == 1
    assert len(list(companion.layer.turns())) == 2 * len(FACTS) + 2


def test_what_was_said_before_anybody_listened_is_not_kept(companion):
    client = Client(companion, history=[Message(role="user", text="I sold the boat yesterday.")])
    client.history.append(Message(role="assistant", text="A pity."))
    client.say("Now I have a bike.")
    (texts,) = sessions(companion).values()
    assert texts[0] == "Now I have a bike."


def test_what_was_said_while_nobody_listened_in_a_known_talk_is_kept(companion):
    client = Client(companion)
    client.say("I have a boat.")
    client.history += [Message(role="user", text="It leaks."), Message(role="assistant", text="Where does it leak?")]
    client.say("At the bow.")
    (texts,) = sessions(companion).values()
    assert texts[2:5] == ["It leaks.", "Where does it leak?", "At the bow."]


def test_the_client_may_name_the_session(companion):
    request = Request(model="m", messages=(Message(role="user", text="I have a boat."),))
    companion.record(companion.prepare(request, ModelWindow(), session="harbour"), Reply(text="Fine.", complete=True))
    assert list(sessions(companion)) == ["harbour"]


def test_a_talk_goes_on_in_a_new_session_after_a_night(companion):
    client = Client(companion)
    client.say("Please always answer in Danish.")
    companion.layer.sleep(DAWN + timedelta(hours=1))
    companion.night_finished(companion._clock())
    attended = client.say("I have a boat.")
    assert len(sessions(companion)) == 2
    assert "Danish" in attended.placement.block


def test_a_link_ties_a_request_to_the_reply_that_gave_it(companion):
    first = Request(model="m", messages=(Message(role="user", text="I have a boat."),))
    companion.record(companion.prepare(first, ModelWindow()), Reply(text="Fine.", complete=True, link="[1,2]"))
    second = Request(model="m", messages=(Message(role="user", text="It leaks."),), link="[1,2]")
    companion.record(companion.prepare(second, ModelWindow()), Reply(text="Oh.", complete=True, link="[1,2,3]"))
    assert list(sessions(companion).values()) == [["I have a boat.", "Fine.", "It leaks.", "Oh."]]


def test_a_forgotten_talk_is_followed_no_more_and_nothing_of_it_is_placed(companion):
    told(companion)
    client = Client(companion)
    client.say(QUESTIONS[0])
    companion.layer.forget("cupboard")
    attended = client.say(QUESTIONS[1])
    assert "cupboard" not in " ".join(attended.placement.recalls.values()) + attended.placement.block
    assert "cupboard" not in " ".join(turn.text for turn in companion.layer.turns())


def secret(companion):
    """A talk in which a PIN was told, which was forgotten since."""
    client = Client(companion)
    client.say("Good morning to you all.")
    client.say("My PIN for the locker is 4471.", "I see.")
    assert companion.layer.forget("4471").state == "proven"
    return client


def texts(companion):
    return [turn.text for turn in companion.layer.turns()]


def test_a_history_that_still_says_what_was_forgotten_does_not_bring_it_back(companion):
    client = secret(companion)
    client.say("And what a day it is.")
    assert not [text for text in texts(companion) if "4471" in text]
    assert "And what a day it is." in texts(companion)


@pytest.mark.parametrize("named", ["", "my session"])
def test_a_history_without_answers_does_not_bring_it_back_either(companion, named):
    asked = [Message(role="user", text="The locker opens with 4471."), Message(role="user", text="Are you there?")]
    for sent in (asked[:1], asked[:2]):
        attended = companion.prepare(Request(model="m", messages=tuple(sent)), ModelWindow(), session=named)
        companion.record(attended, Reply(text="", complete=False))
    assert texts(companion) == ["The locker opens with 4471.", "Are you there?"]
    assert companion.layer.forget("4471").state == "proven"
    companion.layer.forget("are you there")
    more = (*asked, Message(role="user", text="Hello?"))
    companion.record(
        companion.prepare(Request(model="m", messages=more), ModelWindow(), session=named), Reply(text="Yes.")
    )
    assert texts(companion) == ["Hello?", "Yes."]


def test_trying_a_forgotten_message_again_does_not_keep_it(companion):
    client = secret(companion)
    again = Client(companion, history=client.history[:2])
    again.say("My PIN for the locker is 4471.", "Noted.")
    assert not [text for text in texts(companion) if "4471" in text]
    assert "Noted." in texts(companion)


def test_who_says_the_words_anew_is_heard(companion):
    secret(companion)
    Client(companion).say("My PIN for the locker is 4471.", "So it is.")
    other = Client(companion)
    other.say("What a fine evening this is.")
    other.say("My PIN for the locker is 4471.", "It is.")
    assert texts(companion).count("My PIN for the locker is 4471.") == 2


def test_a_system_message_and_what_was_placed_are_never_kept(companion):
    told(companion)
    before = {turn.id for turn in companion.layer.turns()}
    client = Client(companion, history=[Message(role="system", text="You are a pirate.")])
    client.say(QUESTIONS[0])
    new = [turn.text for turn in companion.layer.turns() if turn.id not in before]
    assert new == [QUESTIONS[0], "Answer 2 to that."]


def test_a_monstrous_message_is_kept_in_pieces(companion):
    client = Client(companion)
    client.say("x" * 2_300_000)
    user = [turn for turn in companion.layer.turns() if turn.role == "user"]
    assert "".join(turn.text for turn in user) == "x" * 2_300_000


def test_windows_that_begin_alike_stay_apart_where_another_of_them_has_gone_on(companion):
    begin = "Our allotment lies behind the old brickyard."
    gone_on, one, other = Client(companion), Client(companion), Client(companion)
    gone_on.say(begin, "A fine place.")
    gone_on.say("The shed needs a roof.", "It does.")
    one.say(begin, "How large is it?")
    other.say(begin, "What grows there?")
    other.say("Mostly leeks.", "I see.")
    one.say("My scarecrow is called Ludger.", "A good name.")
    other.say("And some chard.", "Very well.")
    turns = list(companion.layer.turns())
    sessions = {turn.text: turn.session for turn in turns if turn.role == "user"}
    apart = ("The shed needs a roof.", "Mostly leeks.", "My scarecrow is called Ludger.")
    assert len({sessions[text] for text in apart}) == len(apart)
    assert not [turn.text for turn in turns if turn.role == "user" and turn.superseded]
