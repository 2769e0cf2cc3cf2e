"""How people speak of passwords in Danish."""

from ltml.text.languages import SecretWords, vocabulary

secrets = SecretWords(
    passwords=vocabulary(
        "adgangskode adgangskoden adgangskoder adgangskoderne adgangskodens kodeord kodeordet kodeordene password",
        "passwordet løsen wifi-kode",
    ),
    equals=vocabulary("er var bliver blev forbliver lyder lød hedder"),
    to=vocabulary("til fra"),
    into=vocabulary("til"),
    changes=vocabulary(
        "ændret ændrede ændre skiftet skiftede skifte skift sat opdateret opdaterede nulstillet",
    ),
    adverbs=vocabulary("nu stadig fortsat endnu altid også bare lige i øjeblikket tidligere før simpelthen"),
    states=vocabulary(
        "forkert rigtig svag svagt stærk påkrævet valgfri valgfrit udløbet ugyldig gyldig sikker usikker hemmelig",
        "lang kort enkel simpel kompliceret tom ukendt glemt ændret gemt krypteret vigtig ny gammel forskellige ens",
        "samme delt nulstillet",
    ),
    mine=vocabulary("min mit mine vores vor"),
    accounts=vocabulary("bruger brugernavn konto"),
    functions=vocabulary(
        "til for fra på i af med hos som ved min mit mine vores din dit dine jeres det den de et en og eller at jeg",
        "vi du er ikke hans hendes har",
    ),
    joints=vocabulary("og eller samt"),
)
