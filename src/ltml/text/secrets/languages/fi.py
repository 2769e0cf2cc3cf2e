"""How people speak of passwords in Finnish."""

from ltml.text.languages import SecretWords, vocabulary

secrets = SecretWords(
    passwords=vocabulary(
        "salasana salasanan salasanani salasanamme salasanat salasanaa salasanaksi salasanoja salasanojen salasanansa",
        "salasanasi tunnuslause",
    ),
    equals=vocabulary("on oli ovat olivat kuuluu pysyy"),
    to=vocabulary("muotoon"),
    changes=vocabulary(
        "vaihdoin vaihdettiin vaihdettu muutin muutettu muutettiin asetin asetettu päivitin päivitetty vaihdoimme",
    ),
    adverbs=vocabulary("nyt edelleen vielä yhä aina myös juuri vain nykyään tällä hetkellä aiemmin ennen"),
    states=vocabulary(
        "väärä väärin oikea heikko vahva pakollinen valinnainen vaaditaan vanhentunut virheellinen turvallinen",
        "salainen pitkä lyhyt yksinkertainen helppo tyhjä tuntematon unohtunut vaihdettu tallennettu salattu tärkeä",
        "uusi vanha sama samat erilaisia nollattu",
    ),
    mine=vocabulary("minun meidän mun"),
    accounts=vocabulary("käyttäjä käyttäjätunnus tunnus tili"),
    functions=vocabulary(
        "ja tai se ne joka jota jonka minun meidän sinun teidän hänen äidin isän ei en on oli ovat kun että mun sun",
    ),
    joints=vocabulary("ja tai sekä"),
    bare=True,
)
