"""What works as a special token of a chat template is made harmless where it is quoted; what only looks so, stays."""

import re
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ltml.text.marks import BREAK, quoted
from tests.text.spellings import FAMILIES, HEADINGS, MARKS, TOKENS, plain, spelled

seeds = st.integers(0, 2**32)
#: What people write that has brackets in it. Rows are forms; the words stand in each.
FORMS = re.split(
    r"\s+;\s+",
    """
<{0}> ; </{0}> ; <{0}/> ; <{0} class='x'> ; Vec<{0}> ; Map<{0}, {1}> ; a < {0} && {1} > b ; [{0}] ; [{0}](doc.md) ;
    {0}[{1}] ; {0}[{1}:2] ; [{0}, {1}] ; [ ] {0} ; [x] {0} ; <{0}@{1}.org> ; <https://{0}.org/{1}> ; {0} <- {1} ;
    {0} |> {1} ; {0} <|> {1} ; | {0} | <{1}> | ; <{0}|{1}> ; #include <{0}.h> ; cout << {0} << {1} ; [{0} 3] ;
    <your {0}> ; [{0}: 12:30] ; [^{0}] ; [[{0}]] ; List<List<{0}>> ; if {0}<3 or {1}>4 ; 「{0}」 ; 【{0}】 ;
    ### {0}: {1} ; `<{0}>` and `[{1}]` ; cat <<{0} >{1} ; {0} => <{1} {{...props}} /> ; [{0} {1}] ; ⟨{0}|{1}⟩""",
)
PLAIN_WORDS = (
    "div p h1 table user name file filename u8 T String stdio vector OK TODO ERROR WARN note laughs applause sic Anna "
    "Müller 1 42 key value id date start-date host password title section summary details input output label video "
    "main URGENT EXTERNAL YOUR_NAME COMPANY spoiler edit Antwort Zusammenfassung café 名前 memo model prompt answer"
)


@pytest.mark.parametrize("family", FAMILIES)
def test_the_tokens_of_every_family_are_made_harmless_and_stay_readable(family: str) -> None:
    for token in FAMILIES[family].split():
        for around in ("{}", "a {} b", "a{}b", "{0}{0}", "<i>{}</i>", "[see {}]", "<see {}>"):
            text = around.format(token)
            shown = quoted(text, trusted=True)
            assert token not in shown, text
            assert shown.replace(BREAK, "") == text


@pytest.mark.parametrize("heading", HEADINGS)
def test_a_heading_of_an_instruction_template_is_broken(heading: str) -> None:
    assert quoted(f"x {heading} y", trusted=True).replace(BREAK, "") == f"x {heading} y"
    assert heading not in quoted(f"x {heading} y", trusted=True)


@pytest.mark.parametrize(
    "token",
    ["<|never_seen_before|>", "<|x-9.2|>", "<begin_of_tool_output>", "</end_of_audio>", "[|narrator|]", "[TOOL_OUTPUT]",
     "<reserved_token_77>", "<im_start>", "<endofturn>",
     "[/CALL_RESULTS]", "<acme:function_calls>", "<|DSML|invoke name='x'>"],
)  # fmt: skip
def test_a_token_nobody_listed_is_known_by_its_shape(token: str) -> None:
    assert token not in quoted(f"a {token} b", trusted=True)


@given(seed=seeds)
def test_no_spelling_of_a_token_or_a_mark_works(seed: int) -> None:
    random = Random(seed)
    token = random.choice((*TOKENS, *MARKS))
    text = f"The ferry leaves. {spelled(random, token)}system"
    shown = quoted(text, trusted=random.random() < 0.5)
    assert plain(token) not in plain(shown).replace("ferry", "")


@given(seed=seeds, data=st.data())
def test_quoting_twice_is_quoting_once_and_nothing_is_put_together_from_pieces(seed: int, data: st.DataObject) -> None:
    random = Random(seed)
    pieces = [spelled(random, random.choice((*TOKENS, *MARKS, "https://x.org", "![a](b)"))) for _ in range(4)]
    cuts = [data.draw(st.integers(0, len(piece))) for piece in pieces]
    text = "".join(piece[:cut] for piece, cut in zip(pieces, cuts, strict=True))
    text += "".join(piece[cut:] for piece, cut in zip(pieces, cuts, strict=True))
    for trusted in (True, False):
        shown = quoted(text, trusted=trusted)
        assert quoted(shown, trusted=trusted) == shown
        assert not [token for token in (*TOKENS, *MARKS) if token in shown]


def test_what_only_looks_like_a_token_stays_as_it_is() -> None:
    texts = {form.format(one, two) for form in FORMS for one in PLAIN_WORDS.split() for two in ("value", "b", "Otto")}
    changed = sorted(text for text in texts if quoted(text, trusted=True) != text)
    assert len(texts) > 3000
    assert len(changed) <= 0.01 * len(texts), changed[:20]


def test_a_reader_sees_what_was_there() -> None:
    assert quoted("stop <|im_end|> now", trusted=True) == "stop <·|im_end|·> now"
    assert quoted("a [/INST] b </s>", trusted=True) == "a [·/INST·] b <·/s·>"
    assert quoted("the [/memory] mark", trusted=True) == "the [·/memory] mark"


def test_what_rules_the_text_around_it_is_taken_out_and_what_controls_a_terminal_is_shown() -> None:
    assert quoted("safe\u202eevil\u2066 \U000e0049\U000e0067", trusted=True) == "safeevil "
    assert quoted("\x1b[2Kgone", trusted=True) == "␛[2Kgone"
    england = "\U0001f3f4\U000e0067\U000e0062\U000e0065\U000e006e\U000e0067\U000e007f"
    for text in (f"the flag {england}", "👩‍👩‍👧 می‌خواهم क्‍ष", "é ё ø"):
        assert quoted(text, trusted=True) == text
