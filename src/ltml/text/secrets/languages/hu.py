"""How people speak of passwords in Hungarian."""

from ltml.text.languages import SecretWords, vocabulary

secrets = SecretWords(
    passwords=vocabulary(
        "jelszó jelszavam jelszavunk jelszava jelszavak jelszavaim jelszavaink jelszót jelszavamat jelszavát",
        "jelszavunkat jelszavai jelszavukat jelmondat",
    ),
    equals=vocabulary("az volt lett marad"),
    changes=vocabulary(
        "megváltoztattam megváltoztattuk megváltozott módosítottam átállítottam beállítottam változtattam",
        "frissítettem",
    ),
    to=vocabulary("erre arra"),
    adverbs=vocabulary(
        "most még mindig már mostantól jelenleg továbbra is mindig csak ez a következő korábban régen ma",
    ),
    states=vocabulary(
        "rossz hibás helyes gyenge erős kötelező szükséges lejárt érvénytelen érvényes biztonságos titkos hosszú",
        "rövid egyszerű bonyolult üres ismeretlen elfelejtett fontos új régi azonos különböző visszaállítva",
    ),
    mine=vocabulary("az_én a_mi"),
    accounts=vocabulary("felhasználó felhasználónév fiók"),
    functions=vocabulary(
        "a az és vagy ez az egy nem hogy ami amit amely még van volt lett én mi anya apa régi új",
    ),
    joints=vocabulary("és vagy meg"),
    bare=True,
)
