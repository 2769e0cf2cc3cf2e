"""How people speak of passwords in Romanian."""

from ltml.text.languages import SecretWords, vocabulary

secrets = SecretWords(
    passwords=vocabulary("parola parolă parole parolele parolei parolelor cuvânt_de_trecere"),
    equals=vocabulary("este e era sunt erau rămâne fost va_fi"),
    to=vocabulary("în din la cu"),
    changes=vocabulary(
        "schimbat schimbată schimb schimbați modificat modificată setat setată pus actualizat actualizată resetat",
    ),
    adverbs=vocabulary(
        "acum tot încă mereu întotdeauna de asemenea doar simplu momentan actual înainte chiar",
    ),
    states=vocabulary(
        "greșită corectă slabă puternică obligatorie opțională expirată invalidă validă sigură nesigură secretă lungă",
        "scurtă simplă complexă goală necunoscută uitată schimbată salvată criptată importantă nouă veche diferite",
        "identice resetată",
    ),
    mine=vocabulary("mea mele noastră noastre"),
    accounts=vocabulary("utilizator cont nume"),
    functions=vocabulary(
        "de la din în pe cu pentru a al ale mea mele meu mei noastră noastre nostru ta tale sa mamei tatălui care și",
        "sau o un este e am ai fost",
    ),
    joints=vocabulary("și sau"),
)
