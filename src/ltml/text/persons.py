"""Who a sentence is about, by its pronouns."""

from __future__ import annotations

from collections.abc import Collection

from ltml.text.words import words

_FIRST = (
    "i i'm i've i'd i'll me my mine myself we us our ours we're we've ich mich mir mein meine meinen meinem "
    "meiner meines wir uns unser unsere unseren je j j'ai me moi m mon ma mes nous notre nos yo me mi mis mí "
    "nosotros nuestro nuestra io mi mio mia miei mie noi nostro nostra ik mij mijn wij we ons onze eu me meu "
    "minha meus minhas nós nosso nossa"
)
_SECOND = (
    "you your yours you're you've du dich dir dein deine deinen sie ihr ihre ihren ihnen tu te toi ton ta tes "
    "vous votre vos tú usted ti tuyo su ti tuo tua voi jij je jouw u uw você seu sua"
)

FIRST = frozenset(_FIRST.split())
SECOND = frozenset(_SECOND.split())


def first_person(text: str) -> bool:
    """Tell whether a text speaks of its speaker."""
    return not FIRST.isdisjoint(words(text))


def personal(said: Collection[str]) -> bool:
    """Tell whether these words speak of the speaker or to the listener."""
    return not FIRST.isdisjoint(said) or not SECOND.isdisjoint(said)
