"""How people speak of passwords in Swedish."""

from ltml.text.languages import SecretWords, vocabulary

secrets = SecretWords(
    passwords=vocabulary(
        "lösenord lösenordet lösenorden lösenordets lösenfras lösenfrasen lösen lösenkod wifi-kod password",
    ),
    equals=vocabulary("är var blir blev förblir lyder löd heter"),
    to=vocabulary("till från"),
    into=vocabulary("till"),
    changes=vocabulary(
        "ändrat ändrade ändrades ändrats ändra bytt bytte byttes byta byt satt uppdaterat uppdaterades återställt",
    ),
    adverbs=vocabulary(
        "nu fortfarande ännu alltid också just bara för närvarande numera tidigare förut helt enkelt",
    ),
    states=vocabulary(
        "fel rätt svagt starkt krävs obligatoriskt valfritt utgånget ogiltigt giltigt säkert osäkert hemligt långt",
        "kort enkelt komplicerat tomt okänt glömt ändrat sparat krypterat viktigt nytt gammalt olika samma likadana",
        "delat",
    ),
    mine=vocabulary("mitt mina min vårt våra vår"),
    accounts=vocabulary("användare användarnamn konto"),
    functions=vocabulary(
        "till för från på i av med hos som vid mitt mina min vårt våra vår ditt dina din er ert det den de ett en och",
        "eller att jag vi du är inte hans hennes har",
    ),
    joints=vocabulary("och eller samt"),
)
