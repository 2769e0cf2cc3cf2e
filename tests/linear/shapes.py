"""Text made to hurt, of any length: what somebody pastes, what a broken program writes, what an attacker would try."""

from __future__ import annotations

from collections.abc import Callable, Mapping

Shape = Callable[[int], str]


def _of(unit: str, before: str = "", behind: str = "") -> Shape:
    """A unit again and again, between two ends."""

    def text(length: int) -> str:
        room = max(length - len(before) - len(behind), 0)
        return before + (unit * (room // len(unit) + 1))[:room] + behind

    return text


def _nested(opening: str, inner: str, closing: str) -> Shape:
    """Half of it opens, half of it closes."""

    def text(length: int) -> str:
        depth = max((length - len(inner)) // (len(opening) + len(closing)), 1)
        return opening * depth + inner + closing * depth

    return text


def _counted(form: str) -> Shape:
    """A unit with a number in it that never comes again."""

    def text(length: int) -> str:
        return "".join(form.format(i) for i in range(length // (len(form) - 2) + 1))[:length]

    return text


def _spread(unit: str, between: str) -> Shape:
    """A unit between stretches that grow with the text: the square root of the length of each."""

    def text(length: int) -> str:
        stretch = unit + between * max(int(length**0.5) // len(between), 1)
        return (stretch * (length // len(stretch) + 1))[:length]

    return text


#: Open ends, marks of LTML's own, brackets.
_MARKS: Mapping[str, Shape] = {
    "memory opened, never closed": _of("[memory: x]\n"),
    "memory closed once, opened often": _of("[memory: x]\n", before="[/memory]\n"),
    "memory opened often, closed at last": _of("[memory: x]\n", behind="[/memory]"),
    "memory closed, never opened": _of("[/memory]\n"),
    "memory opened and closed": _of("[memory: x]\ny\n[/memory]\n"),
    "memory opened and closed, each another": _counted("[memory: x]\n{}\n[/memory]\n"),
    "memory without its bracket": _of("[memory: "),
    "memory without its bracket, closed": _of("[memory: ", behind="]\n[/memory]"),
    "memory on one line": _of("[memory: x] y [/memory] "),
    "memory on one line that ends": _of("[memory: x] y ", behind="\n[/memory]"),
    "memory marks glued": _of("[memory: x][/memory]"),
    "memory in capitals": _of("[MEMORY: x]\n[/Memory]\n"),
    "memory nested": _nested("[memory: x]\n", "y", "\n[/memory]"),
    "memory opened far apart": _spread("[memory: x]\n", "word "),
    "half marks": _of("[/memory [memory "),
    "thinking opened": _of("<think>"),
    "thinking opened behind blanks": _of(" ", before="<think>"),
    "thinking closed": _of("</think>", before="<think>"),
    "thinking half closed": _of("</think", before="<think>"),
    "thinking behind blanks": _of("\n ", behind="<think>x</think>y"),
    "thinking nested": _nested("<think>", "x", "</think>"),
    "round brackets": _nested("(", "x", ")"),
    "square brackets": _nested("[", "x", "]"),
    "curly brackets": _nested("{", "x", "}"),
    "brackets opened": _of("[({<"),
    "brackets closed": _of("])}>"),
    "an annotation that does not end": _of("x", before="["),
    "annotations": _of("[x] "),
    "stars": _of("*"),
    "bold opened": _of("**a "),
    "bold": _of("**a** "),
    "underlines": _of("_"),
    "underlined": _of("_a"),
}
#: One sign, again and again.
_SIGNS: Mapping[str, Shape] = {
    "one letter": _of("a"),
    "one capital": _of("A"),
    "capitals in turn": _of("aB"),
    "one digit": _of("9"),
    "zeros": _of("0"),
    "dots": _of("."),
    "dots and a word": _of(".", behind="a"),
    "commas": _of(","),
    "hyphens": _of("-"),
    "hyphens in a word": _of("a-"),
    "slashes": _of("/"),
    "backslashes": _of("\\"),
    "colons": _of(":"),
    "at signs": _of("@a"),
    "question marks": _of("?"),
    "exclamations far from words": _of("!", before="a", behind="a"),
    "ellipses": _of("…"),
    "pluses": _of("a++ "),
    "sharps": _of("#"),
    "quotes": _of('"'),
    "quoted letters": _of('"a'),
    "quotes behind a stop": _of('"', before=".", behind="a"),
    "low and high quotes": _of("„a“ "),
    "quotes opened": _of("«"),
    "backticks": _of("`"),
    "code in a line": _of("`a` "),
    "apostrophes": _of("'"),
    "curly apostrophes": _of("’a"),
    "elisions": _of("qu'un'"),
    "elided words": _of("l'a"),
    "nul": _of("\x00"),
    "nul in words": _of("\x00a"),
    "line separators": _of("\u2028"),
    "a byte order mark": _of("\ufeff"),
}
#: What a line, a blank and a fence can do.
_LINES: Mapping[str, Shape] = {
    "blanks": _of(" "),
    "blanks and a letter": _of(" ", behind="a"),
    "a letter and blanks": _of(" ", before="a"),
    "blanks and tabs": _of(" \t"),
    "words far apart": _spread("word", " "),
    "line ends": _of("\n"),
    "line ends and a letter": _of("\n", behind="a"),
    "lines far apart": _spread("word", "\n"),
    "blank lines": _of(" \n"),
    "carriage returns": _of("\r\n"),
    "letters on lines": _of("a\n"),
    "wrapped lines": _of("the house in which we lived before the war was sold again\n"),
    "one long line": _of("word "),
    "lists": _of("- a\n"),
    "numbered lists": _of("1. a\n"),
    "headings": _of("# a\n"),
    "quoted lines": _of("> a\n"),
    "deeply quoted lines": _of(">"),
    "tables": _of("|a|b|\n"),
    "table rows of blanks": _of("|\n"),
    "bars": _of("|"),
    "tables apart": _of("|a|\n|b|\nx\n"),
    "fences": _of("```\n"),
    "fences with words": _of("```py\nx = 1\n```\ntext\n"),
    "fences of two kinds": _of("~~~\n```\n"),
    "one fence opened": _of("x = 1\n", before="```py\n"),
    "long fences": _of("`", behind="\n"),
    "fences and tables": _of("```\nx\n```\n|a|\n|b|\nx\n"),
    "fences longer and longer": _spread("\n", "`"),
    "fences behind blanks": _of("   ```"),
    "fences on one line": _of("```x"),
    "rules": _of("---\n"),
}
#: Scripts, marks on letters, and what belongs to none.
_SCRIPTS: Mapping[str, Shape] = {
    "marks on one letter": _of("\u0301", before="a"),
    "marks of many classes": _of("\u0301\u0316\u0334\u0345", before="a"),
    "marks out of order": _of("\u0316\u0301"),
    "marked letters": _of("e\u0301"),
    "emoji": _of("😀"),
    "families": _of("👨\u200d👩\u200d👧 "),
    "joiners": _of("\u200d"),
    "joined letters": _of("a\u200d"),
    "flags": _of("🇩🇪"),
    "half surrogates": _of("\ud800"),
    "surrogates the wrong way round": _of("\udc00\ud800"),
    "han": _of("水"),
    "han with stops": _of("水。"),
    "han in turn": _of("水火木金土"),
    "kana": _of("カな"),
    "hangul": _of("한국어 "),
    "jamo": _of("\u1112\u1161\u11ab"),
    "arabic": _of("مرحبا "),
    "right to left marks": _of("\u202ea\u202c"),
    "hebrew with points": _of("שָׁלוֹם "),
    "devanagari": _of("नमस्ते। "),
    "thai": _of("สวัสดี"),
    "cyrillic": _of("привет "),
    "scripts in turn": _of("aя水ب"),
    "wide letters": _of("ａＢ１"),
    "ligatures": _of("ﷺ"),
    "sharp s": _of("ẞß"),
    "dotted i": _of("İ"),
    "accents": _of("é"),
    "fractions": _of("½"),
    "digits of other scripts": _of("٣"),
}
#: What means something to somebody.
_WORDS: Mapping[str, Shape] = {
    "a a a": _of("a "),
    "initials": _of("A. "),
    "initials without blanks": _of("A.B."),
    "abbreviations": _of("z. B. "),
    "titles": _of("Dr. "),
    "names": _of("Anna "),
    "speakers": _of("Anna: "),
    "names each another": _counted("Anna{} "),
    "words each another": _counted("word{} "),
    "sentences each another": _counted("I moved to house {} today. "),
    "the same sentence": _of("I like tea. "),
    "questions": _of("Is it? "),
    "function words": _of("the of and "),
    "i i i": _of("I "),
    "not not": _of("not "),
    "yes yes": _of("yes "),
    "laughter": _of("ha"),
    "drawn out": _of("yesss "),
    "number words": _of("two hundred "),
    "number words to the million": _of("million "),
    "grouped digits": _of("1,1"),
    "thousands": _of("1,000"),
    "numbers": _of("12 "),
    "decimals": _of("1.5 "),
    "prices": _of("€5 "),
    "versions": _of("v1.2.3"),
    "addresses": _of("10.0.0.1/"),
    "times": _of("10:30 "),
    "iso days": _of("2024-05-08 "),
    "iso days glued": _of("2024-05-08"),
    "days and months": _of("3. Mai "),
    "weekdays": _of("Monday "),
    "weekdays in a list": _of("every Monday and "),
    "yesterday": _of("yesterday "),
    "the day before": _of("the day before "),
    "the week before the week": _of("the week before Monday "),
    "two days later": _of("two days later "),
    "days beyond the calendar": _of("9999 years later ", before="yesterday "),
    "years": _of("in 2024 "),
    "months": _of("in May "),
    "days far apart": _spread("yesterday ", "word "),
    "weekdays of two languages": _of("Montag lundi "),
    "was will": _of("was will Monday "),
    "allergic to": _of("I am allergic to my "),
    "always": _of("please always "),
    "makes me": _of("makes me "),
    "remind me": _of("I must "),
    "no please": _of("please no a in "),
    "said told": _of("ich habe "),
    "did you": _of("your word "),
    "phatic": _of("thanks hello "),
    "tags": _of("<a href='x'>"),
    "tags opened": _of("<a "),
    "entities": _of("&amp;"),
    "urls": _of("https://a.b/c?d=e&f "),
    "urls glued": _of("https://a.b/c"),
    "paths": _of("/usr/lib"),
    "mails": _of("a@b.c "),
    "identifiers": _of("enable_lazy_sync "),
    "one identifier": _of("lazy_"),
    "camel case": _of("lazySync"),
    "base64": _of("QmFzZTY0IGlzIG5vdCB0ZXh0Cg"),
    "hex": _of("deadbeef01"),
    "a log": _counted("2024-05-08T10:30:00Z INFO [worker-{}] done\n"),
    "json": _of('{"role":"user","content":"x"},'),
    "json escapes": _of("\\u0061"),
    "json surrogates": _of("\\ud83d\\ude00"),
    "json quotes": _of('\\"'),
    "roles": _of('"role": "user", '),
    "user and assistant": _of("User: a\nAssistant: b\n"),
    "headings of a talk": _of("\n\n### User:\nx"),
    "a talk in a prompt": _of("### User:\nx\n\n### Assistant:\ny\n\n", before="### System:\nx\n\n"),
    "titles and conversations": _of("title "),
    "conversations": _of("conversation title "),
    "gaps": _of("<|fim_prefix|><|fim_middle|>"),
    "files": _of("<|file_sep|>a\n"),
    "templates": _of("{{ "),
    "completers": _of("hole filler ", before="you are "),
}
SHAPES: Mapping[str, Shape] = {**_MARKS, **_SIGNS, **_LINES, **_SCRIPTS, **_WORDS}
