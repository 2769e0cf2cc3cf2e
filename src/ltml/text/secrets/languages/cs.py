"""How people speak of passwords in Czech."""

from ltml.text.languages import SecretWords, vocabulary

secrets = SecretWords(
    passwords=vocabulary("heslo hesla heslem heslu hesel hesly heslům přístupové_heslo"),
    equals=vocabulary("je byl bylo byla jsou byly zní znělo zůstává bude"),
    to=vocabulary("na z ze"),
    into=vocabulary("na"),
    changes=vocabulary(
        "změnil změnila změnili změněno změněné změň změnit nastavil nastavila nastaveno nastavit přepnul",
        "aktualizoval aktualizováno",
    ),
    adverbs=vocabulary(
        "teď nyní stále ještě pořád vždy také taky prostě právě aktuálně dříve předtím momentálně",
    ),
    states=vocabulary(
        "špatné správné slabé silné povinné nepovinné neplatné platné bezpečné tajné dlouhé krátké jednoduché složité",
        "prázdné neznámé zapomenuté změněné uložené šifrované důležité nové staré různá stejná stejné obnoveno",
    ),
    mine=vocabulary("moje mé mého mým naše našeho naším"),
    accounts=vocabulary("uživatel účet jméno přihlášení"),
    functions=vocabulary(
        "k ke do od na v ve z ze pro u s se i a nebo to ten ta které který mého mé moje naše našeho našeho máminu",
        "tátovu je jsem bylo není po při za jsou",
    ),
    joints=vocabulary("a nebo i"),
)
