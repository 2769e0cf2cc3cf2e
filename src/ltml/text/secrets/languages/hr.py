"""How people speak of passwords in Croatian."""

from ltml.text.languages import SecretWords, vocabulary

secrets = SecretWords(
    passwords=vocabulary("lozinka lozinku lozinke lozinkom zaporka zaporku zaporke"),
    equals=vocabulary("je bila su glasi"),
    to=vocabulary("na u"),
    into=vocabulary("na"),
    changes=vocabulary("promijenio promijenila promijenjena"),
    adverbs=vocabulary("sada još uvijek i dalje"),
    mine=vocabulary("moja moje naša naše"),
    functions=vocabulary("za od na u i je moja moje naša naše moj mog"),
    joints=vocabulary("i ili"),
    states=vocabulary(
        "pogrešna netočna slaba jaka obavezna istekla nevažeća sigurna tajna duga kratka nova stara ista",
    ),
)
