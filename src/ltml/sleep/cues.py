"""
Which sentences are lessons, by the words people use for them.

Four kinds, in the order they are looked for: *protected* (allergies, medication, emergencies, deadlines: never to be
lost), *instruction* (standing orders and corrections to the assistant), *preference*, *commitment*. A cue must be said
by the speaker, about now or always: questions, quotations, hypotheses and other people's wishes are no lessons.
The patterns are per language, anchored where they can be, and prefer silence to a wrong lesson.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import UTC, datetime

from ltml.text import count_tokens, find_dates, first_person, values

_EN: Mapping[str, str] = {
    "protected": r"\b(allerg(y|ic|ies)|anaphyla\w*|intoleran\w+|epi-?pen|insulin|medication|prescri(bed|ption)|pacemaker|"
    r"blood type|emergency (contact|number)|in case of emergency|deadline|is due (on|by|in)|due date|life-?threatening)\b"
    r"|\bmakes? (my|me) .{0,20}\b(swell|itch|choke)",
    "instruction": r"^(please )?(always|never)\b(?! (mind|knew|had|was|been|did|seen))"
    r"|^(from now on|going forward|in (the )?future|from here on|as a rule|for all (future|further))\b"
    r"|\b(please|you should|you must|i want you to|i need you to|i'd like you to)\b.{0,40}\b(always|never|only|instead|from now on|every time|in future)\b"
    r"|\bplease[,.]? (not|no|only|use|keep|avoid|stop|write|answer|reply|call me|stick|skip|leave out)\b(?!.{0,60}\b(this|today|tonight|tomorrow|now)\b)"
    r"|,? please,? (not|no|never|only|instead)\b|\b(please|,) (no|none of|without|not) \w+.{0,24}(in|for|when) (my|your|the|future)"
    r"|^no[,:.] (please )?(use|make it|write|not|it should|i meant|i said|i want|\w+[,]? please)"
    r"|^(again|once more|as (i )?said|like i said|i repeat)[,:](?! (thank|sorry|congrat|welcome|good|great|nice))"
    r"|\bi('ve| have)? (already )?(told you|asked (you )?(for|to|not to)|said (no|not|to)\b|keep (telling|asking))"
    r"|^(don't|do not|stop|quit|avoid) (ever |please )?(?!(worry|mind|know|think|let|be|get|give up|forget|hesitate|tell me|you|say|miss|wait|leave|go|feel|look|make me|talk|stop)\b)\w+"
    r"|\b(i want|i'd like|i would like|i expect|i need) (my |the |all |every |your )?(answers?|replies|responses|messages?|mails?|emails?|code|commits?|drafts?|summar\w+|it|them) (to be|in|as|with|without|short|brief)\b"
    r"|\bis (past|present) tense; i want\b|\bcall me \w+|\buse \S+,? (not|instead of|rather than) \S+|\bnever (use|add|write|send|put|delete|prune|touch|remove|include|mention)\b"
    r"|\balways (use|add|write|send|put|give|answer|reply|include|include|run|check|format|sign)\b|\bmust never\b|\b(take|leave) .{1,24} out,? please",
    "preference": r"\bi('d)? (\w+ )?prefer\b|\bmy (favou?rite|preferred)\b|\bi (really |absolutely |just |still )?(can't stand|hate|dislike|detest|avoid)\b"
    r"|\bi('d| would) rather\b|\bi('m| am) (a )?(vegetarian|vegan|pescatarian|teetotal\w*|left-handed|colou?r-?blind)\b",
    "commitment": r"\bi('ll| will| promised? to| have to| need to| must|'ve got to| have got to) (?!(be honest|say|admit|think|see)\b)\w+"
    r"|^(please |can you |could you )?remind me\b|\bi('m| am) (going to|supposed to|meant to) \w+",
}
_DE: Mapping[str, str] = {
    "protected": r"\b(allergi\w*|unverträglich\w*|intoleran\w*|insulin|medikament\w*|notfall\w*|herzschrittmacher|blutgruppe|frist|abgabetermin|fällig)\b"
    r"|\b(schwillt|schwellen) (mir|meine?)\b",
    "instruction": r"^(bitte )?(immer|nie|niemals)\b|^(ab (jetzt|sofort|heute)|von nun an|künftig|in zukunft|zukünftig|grundsätzlich)\b"
    r"|\bbitte (immer|nie|niemals|nicht|kein\w*|nur|stets|künftig|in zukunft)\b|,? bitte[,.!]? ?(nicht|kein\w*|nur|immer)\b"
    r"|\b(hatte|habe|hab) ich (doch )?(schon )?(gesagt|gebeten|geschrieben)\b|\bich (hatte|habe|hab) (dich|sie|doch|ja|schon)? ?.{0,30}(gesagt|gebeten)\b"
    r"|^nein[,:.] (bitte )?\w+|^(nochmal|noch einmal|wie gesagt)[,:]|\b(verwende|nutze|benutze|schreib|schreibe|antworte|nenn|nenne|gib|duz\w*|siez\w*)\b.{0,40}\b(immer|nie|nur|nicht|statt|bitte|künftig)\b"
    r"|\b(war|ist) (zu|mir zu) (lang|kurz|förmlich)\b|\b\w+ (statt|und nicht|anstatt) \w+,? bitte|^\w+,? bitte[.!]$|\bsollen? (immer|nie|künftig|stets)\b",
    "preference": r"\bich (\w+ )?(bevorzuge|mag|hasse|vertrage)\b|\bam liebsten\b|\bmein(e|en|em)? lieblings\w*|\bich (bin|lebe) (vegetarier\w*|vegan\w*|vegetarisch)\b",
    "commitment": r"\bich (muss|werde|soll) \w+|\berinner\w* mich\b|\bich (habe|hab) (versprochen|zugesagt)\b",
}
_FR: Mapping[str, str] = {
    "protected": r"\ballergi\w*|\bintoléran\w*|\binsuline\b|\bmédicament\w*|\burgence\b|\bdate limite\b|\béchéance\b",
    "instruction": r"^(s'il (te|vous) plaît,? )?(toujours|jamais)\b|^(désormais|à l'avenir|dorénavant|à partir de maintenant)\b|\bne \w+ (plus )?jamais\b|\bje (t'|vous )ai (déjà )?(dit|demandé)\b",
    "preference": r"\bje préfère\b|\bj'(ai horreur|adore)\b|\bje (déteste|n'aime pas)\b|\bm(on|a) \w+ préférée?\b",
    "commitment": r"\bje (dois|vais devoir)\b|\brappelle(z)?-moi\b",
}
_ES: Mapping[str, str] = {
    "protected": r"\bal[eé]rgi\w*|\bintoleran\w*|\binsulina\b|\bmedicament\w*|\bemergencia\b|\bfecha límite\b|\bplazo\b",
    "instruction": r"^(por favor,? )?(siempre|nunca)\b|^(a partir de ahora|de ahora en adelante|en (el )?futuro)\b|\b(ya )?te (he dicho|dije|pedí)\b",
    "preference": r"\bprefiero\b|\b(odio|detesto)\b|\bno me gusta\b|\bmi \w+ favorit[oa]\b",
    "commitment": r"\btengo que\b|\bdebo \w+r\b|\brecuérdame\b",
}
_IT: Mapping[str, str] = {
    "protected": r"\ballergi\w*|\bintolleran\w*|\binsulina\b|\bfarmac\w+|\bemergenza\b|\bscadenza\b",
    "instruction": r"^(per favore,? )?(sempre|mai)\b|^(d'ora in poi|in futuro)\b|\bnon \w+ mai\b|\bti (avevo|ho) (detto|chiesto)\b",
    "preference": r"\bpreferisco\b|\b(odio|detesto)\b|\bnon mi piace\b|\bil mio \w+ preferito\b",
    "commitment": r"\bdevo \w+\b|\bricordami\b",
}
_NL: Mapping[str, str] = {
    "protected": r"\ballerg\w*|\bintoleran\w*|\binsuline\b|\bmedicijn\w*|\bnoodgeval\w*|\bdeadline\b",
    "instruction": r"^(alsjeblieft,? )?(altijd|nooit)\b|^(vanaf nu|voortaan|in het vervolg)\b|\bik (had|heb) (je|u) (al )?(gezegd|gevraagd)\b|\bgraag (altijd|nooit|geen|niet)\b",
    "preference": r"\bik heb liever\b|\bik (haat|hou niet van)\b|\bmijn favoriete\b|\bliefst\b",
    "commitment": r"\bik moet \w+|\bherinner me\b",
}
_PT: Mapping[str, str] = {
    "protected": r"\bal[eé]rgi\w*|\bintoler\w*|\binsulina\b|\bmedicament\w*|\bemergência\b|\bprazo\b",
    "instruction": r"^(por favor,? )?(sempre|nunca)\b|^(de agora em diante|a partir de agora|no futuro)\b|\b(já )?te (disse|pedi)\b",
    "preference": r"\bprefiro\b|\b(odeio|detesto)\b|\bnão gosto\b|\bmeu \w+ favorito\b",
    "commitment": r"\btenho (que|de)\b|\blembra-me\b",
}
#: Whether a sentence names a day at all does not depend on the day it was said.
_ANY_DAY = datetime(2024, 1, 10, 12, tzinfo=UTC)
#: Maximum number of tokens of a lesson; what is longer is a story.
LONGEST = 48
KINDS = ("protected", "instruction", "preference", "commitment")
_LANGUAGES = (_EN, _DE, _FR, _ES, _IT, _NL, _PT)
_CUES = {kind: re.compile("|".join(lang[kind] for lang in _LANGUAGES), re.IGNORECASE) for kind in KINDS}
_QUOTED = re.compile(
    r"^\s*(>|[\"“„«])|\b(he|she|they|my \w+|someone|er|sie) (said|says|told|sagt|sagte|meint)\b", re.IGNORECASE
)
#: A deadline counts with its day, and not as a manner of speaking.
_DUE = re.compile(
    r"\b(deadlines?|due|frist\w*|abgabetermin\w*|fällig|échéance|date limite|plazo|fecha límite|scadenza|prazo)\b",
    re.IGNORECASE,
)
_ONE_OFF = re.compile(
    r"\b(this time|just (this )?once|for (this|now)|today|tonight|diesmal|heute|nur jetzt)\b", re.IGNORECASE
)


def classify_lesson(sentence: str) -> str | None:
    """
    Return what kind of lesson a sentence is, one of `KINDS`, or nothing.

    A sentence with a cue must mean it: for every time, about the speaker, and not as a thought.
    """
    text = sentence.strip()
    if text.endswith("?") or _QUOTED.search(text) or count_tokens(text) > LONGEST:
        return None
    kind = next((kind for kind in KINDS if _CUES[kind].search(text)), None)
    if kind is None:
        return None
    if kind == "instruction":
        is_meant = not _ONE_OFF.search(text)
    elif kind == "commitment":
        is_meant = bool(find_dates(text, _ANY_DAY)) and first_person(text)
    elif kind == "protected" and _DUE.search(text):
        is_meant = bool(find_dates(text, _ANY_DAY))
    else:
        is_meant = not values(text).modal and (kind == "protected" or first_person(text))
    return kind if is_meant else None
