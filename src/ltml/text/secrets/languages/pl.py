"""How people speak of passwords in Polish."""

from ltml.text.languages import SecretWords, vocabulary

secrets = SecretWords(
    passwords=vocabulary("hasło hasła hasłem haseł hasłami haśle hasłom"),
    equals=vocabulary("to jest był było były są brzmi brzmiało brzmią będzie pozostaje stanowi zostało zostały"),
    to=vocabulary("na z ze"),
    into=vocabulary("na"),
    changes=vocabulary(
        "zmieniłem zmieniłam zmienił zmieniła zmieniono zmienione zmieniliśmy zmień zmienić zmieniamy ustawiłem",
        "ustawiłam ustawiono ustaw ustawić ustawione zostało",
    ),
    adverbs=vocabulary(
        "teraz nadal wciąż jeszcze zawsze też także obecnie aktualnie dalej po prostu właśnie dawniej wcześniej",
        "kiedyś",
    ),
    states=vocabulary(
        "złe błędne słabe silne wymagane opcjonalne wygasłe bezpieczne tajne długie krótkie proste puste nieznane",
        "zapomniane zmienione zapisane ważne nowe stare różne identyczne prywatne potrzebne obowiązkowe nieprawidłowe",
        "niepoprawne poprawne",
    ),
    mine=vocabulary("moje mój moim mojego nasze naszego naszym"),
    accounts=vocabulary("użytkownik login konto nazwa"),
    functions=vocabulary(
        "do od dla w we na z ze i a oraz lub albo czy to ten ta te tego tej mojego mojej moje naszego naszej mamy",
        "taty którego które którym jest nie się po przy u o za pod",
    ),
    joints=vocabulary("i oraz lub albo a"),
)
