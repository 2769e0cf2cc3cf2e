import json
import lzma
from typing import Any

import pytest

from ltml.errors import UnreadableExport
from ltml.eval.locomo import read_locomo
from ltml.eval.logs import digest_json, parse_log, read_beam, read_logs

RAW: dict[str, Any] = {
    "log_id": "one",
    "domain": "assistant",
    "language": "en",
    "turns": [
        {"ref": "a:1", "session": "a", "at": "2031-05-08T09:00:00+02:00", "role": "user", "speaker": "Vasidro",
         "text": "The barge is at Brackmere.\u2028Really.", "origin": "said"},
    ],
    "questions": [
        {"id": "q1", "at": "2031-05-10T09:00:00+02:00", "question": "Where is the barge?", "kind": "single_fact",
         "answers": ["Brackmere"], "stale_answers": [], "evidence": ["a:1"], "answerable": True, "pair": 0},
    ],
    "labels": {
        "junk": [], "duplicates": [["a:1"]], "lessons": [{"lesson": "be brief"}, {"lesson": "x", "keys": ["tables"]}],
        "poison_detail": [{"ref": "a:1", "payload": "p", "probe": "q"}],
    },
}  # fmt: skip


def write(path, *logs):
    text = "".join(json.dumps(raw, ensure_ascii=False) + "\n" for raw in logs)
    path.write_bytes(lzma.compress(text.encode()) if path.suffix == ".xz" else text.encode())
    return path


@pytest.mark.parametrize("name", ["set.json", "set.json.xz", "set.jsonl", "set.jsonl.xz"])
def test_a_log_reads_the_same_from_every_kind_of_file(tmp_path, name):
    (log,) = read_logs(write(tmp_path / name, RAW))
    assert log.source == "set"
    assert log.digest == digest_json(RAW)
    assert log.turns[0].text == RAW["turns"][0]["text"]
    assert log.questions[0].evidence == ("a:1",)
    assert log.questions[0].pair == "0"
    assert log.labels.lessons == (("be brief",), ("tables",))


def test_a_folder_is_read_in_the_order_of_its_names(tmp_path):
    write(tmp_path / "b.json", RAW | {"log_id": "second"})
    write(tmp_path / "a.jsonl.xz", RAW, RAW | {"log_id": "other"})
    (tmp_path / "notes.md").write_text("not a log")
    assert [log.log_id for log in read_logs(tmp_path)] == ["one", "other", "second"]


def test_the_digest_names_the_content_and_not_the_spelling():
    assert digest_json(RAW) == digest_json(dict(reversed(RAW.items())))
    assert digest_json(RAW) != digest_json(RAW | {"log_id": "two"})


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ({"turns": None}, "list of objects"),
        ({"turns": [{"ref": "a:1"}]}, "KeyError: 'session'"),
        ({"turns": [RAW["turns"][0] | {"at": "yesterday"}]}, "yesterday"),
        ({"turns": [RAW["turns"][0] | {"origin": "rumour"}]}, "rumour"),
        ({"questions": [RAW["questions"][0] | {"evidence": ["z:9"]}]}, "z:9"),
        ({"questions": [RAW["questions"][0] | {"answers": "Brackmere"}]}, "list of strings"),
    ],
)
def test_a_log_in_another_shape_is_refused_with_its_place(tmp_path, change, says):
    file = write(tmp_path / "set.jsonl", RAW, RAW | change)
    with pytest.raises(UnreadableExport, match=r"set\.jsonl:2") as caught:
        list(read_logs(file))
    assert says in str(caught.value)


@pytest.mark.parametrize("content", [b"{", b"\xff\xfe\xfa", b"[1]"])
def test_a_file_that_is_no_json_or_no_log_is_named(tmp_path, content):
    file = tmp_path / "broken.json"
    file.write_bytes(content)
    with pytest.raises(UnreadableExport, match=r"broken\.json"):
        list(read_logs(file))


def test_a_broken_archive_and_an_empty_place_are_named(tmp_path):
    (tmp_path / "x.json.xz").write_bytes(b"no archive")
    with pytest.raises(UnreadableExport, match=r"x\.json\.xz"):
        list(read_logs(tmp_path))
    with pytest.raises(UnreadableExport, match="no logs here"):
        list(read_logs(tmp_path / "nowhere"))


LOCOMO = {
    "sample_id": "conv-0",
    "conversation": {
        "speaker_a": "Vasidro",
        "speaker_b": "Melwen",
        "session_2_date_time": "12:05 am on 1 June, 2031",
        "session_2": [{"speaker": "Melwen", "dia_id": "D2:1", "text": "Look!", "blip_caption": "a red kite"}],
        "session_1_date_time": "1:56 pm on 8 May, 2031",
        "session_1": [
            {"speaker": "Vasidro", "dia_id": "D1:1", "text": "Hello."},
            {"speaker": "Melwen", "dia_id": "D1:2", "text": "I sold the loom in 2029."},
        ],
        "session_3_date_time": "1:00 pm on 9 June, 2031",
    },
    "qa": [
        {"question": "When?", "answer": 2029, "evidence": ["D1:2; D2:1", "D9:9"], "category": 2},
        {"question": "Why?", "adversarial_answer": "Because.", "evidence": ["D1:1"], "category": 5},
    ],
}


def test_the_origins_own_locomo_is_read_with_captions_times_and_cleaned_evidence(tmp_path):
    file = tmp_path / "locomo10.json"
    file.write_text(json.dumps([LOCOMO]))
    (log,) = read_locomo(file)
    assert [(t.ref, t.at.isoformat()) for t in log.turns] == [
        ("D1:1", "2031-05-08T13:56:00+00:00"),
        ("D1:2", "2031-05-08T13:56:30+00:00"),
        ("D2:1", "2031-06-01T00:05:00+00:00"),
    ]  # fmt: skip
    assert log.turns[2].text == "Look! [shares a photo: a red kite]"
    assert {t.role for t in log.turns} == {"user"}
    when, why = log.questions
    assert (when.kind, when.answers, when.evidence) == ("cat2", ("2029",), ("D1:2", "D2:1"))
    assert (why.kind, why.answerable, why.answers, why.evidence) == ("cat5", False, (), ())
    assert when.at.isoformat() == "2031-06-02T00:05:30+00:00"


def test_converted_logs_are_read_by_every_reader(tmp_path):
    file = write(tmp_path / "set.jsonl.xz", RAW)
    assert [log.source for log in (*read_locomo(file), *read_beam(file))] == ["locomo", "beam"]


def test_a_spoiled_locomo_and_beams_own_format_say_what_to_do(tmp_path):
    file = tmp_path / "x.json"
    file.write_text(json.dumps([LOCOMO | {"qa": [{}]}]))
    with pytest.raises(UnreadableExport, match=r"x\.json#1"):
        list(read_locomo(file))
    file.write_text(json.dumps([{"chat": []}]))
    with pytest.raises(UnreadableExport, match="convert"):
        list(read_beam(file))


def test_a_log_in_which_nobody_speaks_is_refused(tmp_path):
    with pytest.raises(UnreadableExport, match="no turns"):
        parse_log(RAW | {"turns": [], "questions": []})
    file = tmp_path / "x.json"
    file.write_text(json.dumps([LOCOMO | {"conversation": {}, "qa": []}]))
    with pytest.raises(UnreadableExport, match="no turns"):
        list(read_locomo(file))
