"""How people speak of passwords in Norwegian."""

from ltml.text.languages import SecretWords, vocabulary

secrets = SecretWords(
    passwords=vocabulary(
        "passord passordet passordene passordets passordfrase kodeord kodeordet adgangskode adgangskoden wifi-kode",
    ),
    equals=vocabulary("er var blir ble forblir lyder lød heter"),
    to=vocabulary("til fra"),
    into=vocabulary("til"),
    changes=vocabulary(
        "endret endre endra byttet byttet bytte bytt skiftet satt oppdatert oppdaterte tilbakestilt",
    ),
    adverbs=vocabulary("nå fortsatt fremdeles ennå alltid også bare akkurat for tiden tidligere før enkelt"),
    states=vocabulary(
        "feil riktig svakt sterkt påkrevd valgfritt utløpt ugyldig gyldig sikkert usikkert hemmelig langt kort enkelt",
        "komplisert tomt ukjent glemt endret lagret kryptert viktig nytt gammelt forskjellige like samme delt",
        "tilbakestilt",
    ),
    mine=vocabulary("mitt mine min vårt våre vår"),
    accounts=vocabulary("bruker brukernavn konto"),
    functions=vocabulary(
        "til for fra på i av med hos som ved mitt mine min vårt våre vår ditt dine din deres det den de et en og",
        "eller at jeg vi du er ikke hans hennes har",
    ),
    joints=vocabulary("og eller samt"),
)
