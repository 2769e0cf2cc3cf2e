"""Any text can be kept, and comes back as it was."""

from hypothesis import given
from hypothesis import strategies as st

from ltml.text import restored, storable

ANY = st.text(alphabet=st.characters(codec=None, categories=None))
WITH_SURROGATES = st.lists(st.sampled_from(["a", "é", "\x00", "🦊", "\ud83e", "\udd8a", "\ue000"])).map("".join)


@given(ANY | WITH_SURROGATES)
def test_what_is_stored_comes_back_as_it_was(text):
    assert restored(storable(text)) == text


@given(WITH_SURROGATES)
def test_only_what_utf_8_cannot_say_becomes_bytes(text):
    kept = storable(text)
    assert isinstance(kept, bytes) == any("\ud800" <= character <= "\udfff" for character in text)
    if isinstance(kept, str):
        kept.encode()


def test_half_a_pair_stays_half_a_pair():
    assert storable("\ud83e") == b"\xed\xa0\xbe"
    assert restored(storable("\ud83e\udd8a")) != "🦊"


def test_of_bytes_that_are_no_text_what_can_be_read_is_read():
    assert restored(b"h\xeerbour \xed\xa0") == "h\ufffdrbour \ufffd\ufffd"
