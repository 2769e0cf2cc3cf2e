"""The laws of the chain: which talk a request goes on with, over talks made up by chance, kept in a dictionary."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from hashlib import blake2b

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ltml.capture.digest_chain import TELLING, SessionMatch, build_chain, exchange_digests
from ltml.capture.session_matching import match_session
from ltml.exchange import Message, Reply, Request
from ltml.protocols import KnownMessage, MessageDigest

START = datetime(2033, 5, 2, 9, tzinfo=UTC)
WORDS = st.text(alphabet="aβ油 \n.!?", min_size=1, max_size=12).filter(lambda text: bool(text.strip()))


def keyed(text: str) -> str:
    return blake2b(text.encode("utf-8", "surrogatepass"), digest_size=16, key=b"secret").hexdigest()


@dataclass(slots=True)
class Listener:
    """Keeps what was heard in dictionaries, as a store does; each exchange is a second later than the one before."""

    heard: dict[str, list[tuple[MessageDigest, datetime]]] = field(default_factory=dict)
    at: datetime = START

    def known(self, digests: Collection[str]) -> Sequence[KnownMessage]:
        rows = [
            KnownMessage(session=name, digest=one.digest, pair=one.pair, place=one.place, last=one.place == most, at=at)
            for name, kept in self.heard.items()
            for most in [max(one.place for one, _ in kept)]
            for one, at in kept
            if {one.digest, one.pair} & (set(digests) - {""})
        ]
        return sorted(rows, key=lambda row: (row.at, row.place), reverse=True)

    def follow(self, request: Request) -> SessionMatch:
        return match_session(request, keyed, self.known)

    def exchange(self, request: Request, reply: Reply) -> tuple[str, SessionMatch]:
        """Hear a request and its reply; return the session they belong to, and the trail before the reply."""
        trail = self.follow(request)
        name = trail.last_known.session if trail.last_known else f"talk {len(self.heard)}"
        self.at += timedelta(seconds=1)
        kept = self.heard.setdefault(name, [])
        known = {one.digest for one, _ in kept}
        kept += [(one, self.at) for one in exchange_digests(trail, request, reply, keyed) if one.digest not in known]
        return name, trail


def user(text: str) -> Message:
    return Message(role="user", text=text)


def assistant(text: str) -> Message:
    return Message(role="assistant", text=text)


def asking(*messages: Message, link: str = "") -> Request:
    return Request(model="m", messages=messages, link=link)


def said(text: str, link: str = "") -> Reply:
    return Reply(text=text, complete=True, ending="stop", link=link)


Pairs = list[tuple[str, str]]
TALKS = st.lists(st.tuples(WORDS, WORDS), min_size=1, max_size=6)
#: Talks in which no two answers are alike, so that each is known by what was said in it.
TELLING_TALKS = st.lists(st.tuples(WORDS, WORDS), min_size=2, max_size=6).map(
    lambda pairs: [(question, f"{answer} ({place}) {'-' * TELLING}") for place, (question, answer) in enumerate(pairs)]
)


def history(pairs: Pairs) -> list[Message]:
    return [message for question, answer in pairs for message in (user(question), assistant(answer))]


def lived(listener: Listener, pairs: Pairs, system: str = "") -> list[str]:
    """Say a whole talk as a client does, and return the session of every exchange."""
    first = [Message(role="system", text=system)] if system else []
    return [
        listener.exchange(asking(*first, *history(pairs[:place]), user(question)), said(answer))[0]
        for place, (question, answer) in enumerate(pairs)
    ]


# --- chains ----------------------------------------------------------------------------------------------------------


@given(TALKS, st.integers(0, 12))
def test_a_chain_of_a_beginning_is_the_beginning_of_the_chain(pairs, length):
    messages = history(pairs)
    whole, part = build_chain(messages, keyed), build_chain(messages[:length], keyed)
    assert whole[: len(part)] == part
    assert [link.place for link in whole] == list(range(len(messages)))
    assert [link.parent for link in whole[1:]] == [link.digest for link in whole[:-1]]


@given(TALKS, st.data())
def test_a_chain_that_goes_on_elsewhere_is_the_same_chain(pairs, data):
    messages = history(pairs)
    cut = data.draw(st.integers(1, len(messages)))
    whole = build_chain(messages, keyed)
    rest = build_chain(messages, keyed, whole[cut - 1].digest, cut, first=cut)
    assert rest == whole[cut:]


@given(TALKS, st.data())
def test_another_word_anywhere_is_another_chain_from_there_on(pairs, data):
    messages = history(pairs)
    at = data.draw(st.integers(0, len(messages) - 1))
    other = [*messages[:at], replace(messages[at], text=messages[at].text + "x"), *messages[at + 1 :]]
    one, two = build_chain(messages, keyed), build_chain(other, keyed)
    assert one[:at] == two[:at]
    assert not {link.digest for link in one[at:]} & {link.digest for link in two}


@given(TALKS, st.data())
def test_instructions_thinking_white_space_and_our_own_words_are_no_part_of_it(pairs, data):
    messages = history(pairs)
    system = st.builds(Message, role=st.just("system"), text=WORDS)
    other: list[Message] = []
    for message in messages:
        other += data.draw(st.lists(system, max_size=1))
        spoilt = message.text.replace(" ", data.draw(st.sampled_from([" ", "  ", "\n", " \t"]))) + "\n"
        before = data.draw(st.sampled_from(["", "<think>Who is that?</think>", "[memory: of you]\nx\n[/memory]\n\n"]))
        other.append(replace(message, text=before + spoilt))
    digests = [link.digest for link in build_chain(messages, keyed)]
    assert [link.digest for link in build_chain(other, keyed)] == digests
    assert [other[link.index].role for link in build_chain(other, keyed)] == [message.role for message in messages]


def test_who_speaks_is_part_of_it():
    assert build_chain([user("hi")], keyed)[0].digest != build_chain([assistant("hi")], keyed)[0].digest


# --- talks that go on ------------------------------------------------------------------------------------------------


@given(TALKS)
def test_a_talk_is_one_session_and_every_message_in_it_is_new_once(pairs):
    listener, fresh = Listener(), list[str]()
    for place, (question, answer) in enumerate(pairs):
        request = asking(*history(pairs[:place]), user(question))
        name, trail = listener.exchange(request, said(answer))
        assert name == "talk 0"
        fresh += [request.messages[link.index].text for link in trail.links[trail.known_count :]]
    assert fresh == [question for question, _ in pairs]
    assert len(listener.heard["talk 0"]) == 2 * len(pairs) + 1  # and in what manner it was asked first


@given(TELLING_TALKS, TELLING_TALKS)
def test_two_windows_that_begin_alike_are_two_sessions_from_the_second_request_on(one, two):
    two = [(question, f"{answer} of the other") for question, answer in two]
    one[0], two[0] = ("hi", one[0][1]), ("hi", two[0][1])
    listener = Listener()
    names: list[list[str]] = [[], []]
    for place in range(max(len(one), len(two))):
        for window, pairs in enumerate((one, two)):
            if place < len(pairs):
                request = asking(*history(pairs[:place]), user(pairs[place][0]))
                names[window].append(listener.exchange(request, said(pairs[place][1]))[0])
    assert len(set(names[0])) == len(set(names[1])) == 1
    assert names[0][0] != names[1][0]


@given(TELLING_TALKS)
def test_an_answer_that_is_asked_for_again_stays_in_its_session_with_nothing_new(pairs):
    listener = Listener()
    lived(listener, pairs)
    again = asking(*history(pairs[:-1]), user(pairs[-1][0]))
    name, trail = listener.exchange(again, said("Something else this time."))
    assert name == "talk 0"
    assert trail.links[trail.known_count :] == ()
    further = asking(*again.messages, assistant("Something else this time."), user("And then?"))
    assert listener.exchange(further, said("Then it rained."))[0] == "talk 0"


@given(TELLING_TALKS, st.data())
def test_a_question_that_is_changed_stays_in_its_session_and_is_new(pairs, data):
    at = data.draw(st.integers(1, len(pairs) - 1))
    listener = Listener()
    lived(listener, pairs)
    edited = asking(*history(pairs[:at]), user(pairs[at][0] + " now"))
    name, trail = listener.exchange(edited, said("A new answer."))
    assert name == "talk 0"
    assert [link.index for link in trail.links[trail.known_count :]] == [2 * at]
    assert trail.links[-1].parent == build_chain(edited.messages, keyed)[2 * at - 1].digest


@given(TELLING_TALKS, st.data())
def test_a_history_without_its_beginning_goes_on_in_its_session(pairs, data):
    """Some clients send the last messages only. A pair that tells something must be left."""
    cut = data.draw(st.integers(1, len(pairs) - 1))
    listener = Listener()
    lived(listener, pairs)
    left = history(pairs[cut:])
    left = left[1:] if cut < len(pairs) - 1 and data.draw(st.booleans()) else left
    name, trail = listener.exchange(asking(*left, user("And now?")), said("Now it is late."))
    assert name == "talk 0"
    assert [link.index for link in trail.links[trail.known_count :]] == [len(left)]
    assert trail.links[-1].place == 2 * len(pairs)


@given(TALKS)
def test_a_history_nobody_heard_is_not_news_but_what_comes_after_its_last_answer_is(pairs):
    trail = Listener().follow(asking(*history(pairs), user("And now?")))
    assert trail.last_known is None
    assert [link.index for link in trail.links[trail.known_count :]] == [2 * len(pairs)]


@given(TALKS)
def test_a_first_message_alone_tells_nothing_once_it_was_answered(pairs):
    listener = Listener()
    lived(listener, pairs)
    trail = listener.follow(asking(user(pairs[0][0])))
    assert trail.last_known is None
    assert trail.known_count == 0


@given(WORDS, WORDS)
def test_who_asks_again_what_nobody_answered_goes_on_there(question, answer):
    listener = Listener()
    listener.exchange(asking(user(question)), Reply())
    name, trail = listener.exchange(asking(user(question)), said(answer))
    assert (name, trail.known_count) == ("talk 0", 1)
    assert listener.exchange(asking(user(question), assistant(answer), user("So?")), said("Yes."))[0] == "talk 0"


@given(TALKS, st.lists(st.text("0123456789,", min_size=1), min_size=6, max_size=6, unique=True))
def test_a_talk_that_goes_on_by_name_is_one_session(pairs, links):
    listener, link = Listener(), ""
    for place, (question, answer) in enumerate(pairs):
        name, trail = listener.exchange(asking(user(question), link=link), said(answer, link=links[place]))
        assert name == "talk 0"
        assert [each.index for each in trail.links[trail.known_count :]] == [0]
        link = links[place]


def test_a_name_nobody_knows_is_a_talk_that_begins():
    trail = Listener().follow(asking(user("So?"), link="[1,2]"))
    assert trail.last_known is None
    assert trail.known_count == 0


@pytest.mark.parametrize("messages", [[], [Message(role="system", text="Be brief.")]])
def test_a_request_that_says_nothing_has_no_trail(messages):
    listener = Listener()
    trail = listener.follow(asking(*messages))
    assert (trail.links, trail.known_count, trail.last_known, trail.end) == ((), 0, None, ("", 0))


@given(TELLING_TALKS, st.sampled_from(["", "Be brief.", "Be long."]), st.sampled_from(["", "Be kind."]))
def test_another_system_prompt_is_no_other_talk(pairs, before, after):
    listener = Listener()
    assert set(lived(listener, pairs, before)) == {"talk 0"}
    first = [Message(role="system", text=after)] if after else []
    assert listener.exchange(asking(*first, *history(pairs), user("So?")), said("Yes."))[0] == "talk 0"


@given(TALKS)
def test_without_the_secret_nobody_finds_a_guess(pairs):
    listener = Listener()
    lived(listener, pairs)
    other = build_chain(history(pairs), lambda text: keyed(f"other key\n{text}"))
    assert listener.known([link.digest for link in other]) == []
