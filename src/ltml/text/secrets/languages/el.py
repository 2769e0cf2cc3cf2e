"""How people speak of passwords in Greek."""

from ltml.text.languages import SecretWords, vocabulary

secrets = SecretWords(
    passwords=vocabulary(
        "κωδικός κωδικό κωδικού κωδικοί κωδικούς κωδικός_πρόσβασης κωδικό_πρόσβασης κωδικοί_πρόσβασης συνθηματικό",
        "συνθηματικά",
    ),
    mottos=vocabulary("κωδικός κωδικό κωδικού κωδικοί κωδικούς"),
    equals=vocabulary("είναι ήταν παραμένει έγινε"),
    to=vocabulary("σε από"),
    changes=vocabulary("άλλαξα άλλαξε άλλαξαν αλλάξαμε αλλάζω έβαλα όρισα ορίστηκε ενημέρωσα"),
    adverbs=vocabulary("τώρα ακόμα ακόμη πάντα επίσης απλά απλώς πλέον πριν παλιά"),
    states=vocabulary(
        "λάθος σωστός αδύναμος ισχυρός απαιτείται υποχρεωτικός προαιρετικός άκυρος έγκυρος ασφαλής μυστικός μεγάλος",
        "μικρός απλός κενός άγνωστος ίδιοι διαφορετικοί νέος παλιός",
    ),
    mine=vocabulary("μου μας"),
    accounts=vocabulary("χρήστης λογαριασμός όνομα"),
    functions=vocabulary(
        "για του της των τον την το στο στη στην στον από με μου μας σου σας ο η οι τα που και ή είναι δεν ένα μια",
        "πρόσβασης",
    ),
    joints=vocabulary("και ή"),
)
