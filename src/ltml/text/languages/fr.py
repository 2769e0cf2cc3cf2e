"""French."""

from ltml.text.languages import Language, SecretWords, classes, counted, vocabulary

_UNITS = counted(0, "zéro un/une deux trois quatre cinq six sept huit neuf dix onze douze treize quatorze quinze seize")
_TEENS = counted(17, "dix-sept dix-huit dix-neuf vingt")
_TENS = {
    "trente": 30,
    "quarante": 40,
    "cinquante": 50,
    "soixante": 60,
    "septante": 70,
    "huitante": 80,
    "nonante": 90,
    "soixante-dix": 70,
    "quatre-vingt": 80,
    "quatre-vingts": 80,
    "quatre-vingt-dix": 90,
}
_PAIRS = {
    f"{ten}-{one}": a + b
    for ten, a in ({"vingt": 20} | _TENS).items()
    if a in {20, 30, 40, 50, 60, 80}
    for one, b in _UNITS.items()
    if 1 < b < 10  # noqa: PLR2004 - vingt-deux to vingt-neuf
}
_ORDINALS = counted(
    1, "premier/première deuxième/second/seconde troisième quatrième cinquième sixième septième huitième"
)

language = Language(
    code="fr",
    stemmer="french",
    stop=vocabulary(
        "le la les l un une des du de d au aux ce cet cette ces c ça cela ceci celui celle ceux celles",
        "je j me m moi mon ma mes tu te t toi ton ta tes il elle on lui se s soi son sa ses nous notre nos vous",
        "votre vos",
        "ils elles eux leur leurs y en qui que qu quoi dont où quand comment pourquoi combien quel quelle quels",
        "quelles lequel laquelle lesquels est-ce",
        "suis es est sommes êtes sont étais était étions étiez étaient été être serai sera serait seront sois",
        "soit fut",
        "ai as a avons avez ont avais avait avions aviez avaient eu avoir aurai aura aurait aurais aie ait",
        "vais vas va allons allez vont fais fait faire faisait peux peut pouvons pouvez peuvent pouvoir",
        "pourrait pourrais",
        "dois doit devons devez doivent devoir devrait devrais veux veut voulons voulez veulent vouloir",
        "voudrais voudrait",
        "et ou mais donc or ni car si que lorsque lorsqu quand puisque puisqu comme parce afin jusque jusqu",
        "tandis quoique",
        "à dans par pour avec sans sur sous chez vers entre depuis pendant avant après contre dès hors selon malgré",
        "ne n pas plus jamais rien personne aucun aucune non oui très trop peu assez bien aussi encore déjà toujours",
        "tout toute tous toutes même mêmes autre autres quelque quelques chaque plusieurs tel telle là ici",
        "alors puis",
        "ensuite maintenant voici voilà juste seulement vraiment peut-être sinon lors moins beaucoup certains",
        "certaines quelqu quelque-chose dis sais sait",
    ),
    phatic=vocabulary(
        "bonjour bonsoir salut coucou hello hey allô merci mercis au_revoir adieu ciao bye ok okay oui ouais",
        "ouaip non nan",
        "si d'accord super génial parfait excellent formidable chouette cool nickel top impeccable bravo magnifique",
        "bien exact exactement absolument certainement évidemment entendu compris noté sûr voilà ah oh euh hum",
        "hmm bof",
        "haha héhé mdr lol wow pardon désolé désolée excusez-moi excuse-moi volontiers minute instant seconde",
        "utile gentil gentille intéressant s'il_te_plaît s'il_vous_plaît svp stp plaît",
        "bonne_nuit bonne_journée bonne_soirée bon_après-midi bon_week-end à_bientôt à_demain à_plus",
        "à_tout_à_l'heure à_plus_tard à_la_prochaine bonne_fin_de_journée",
        "ça_va comment_ça_va ça_roule quoi_de_neuf comment_vas-tu comment_allez-vous vas-tu allez-vous ça_marche",
        "merci_beaucoup mille_mercis grand_merci de_rien pas_de_problème pas_de_souci pas_grave je_t'en_prie",
        "je_vous_en_prie",
        "avec_plaisir bien_sûr bien_joué bon_travail beau_travail c'est_bon c'est_noté je_vois tant_mieux",
        "le_meilleur",
        "un_instant une_minute un_moment moment une_seconde attends attendez enchanté enchantée bienvenue",
    ),
    light=vocabulary(
        "encore aussi vraiment très bien juste simplement déjà donc alors en_fait de_nouveau à_nouveau toujours même",
        "oui ah oh bon ok tout_à_fait absolument franchement s'il_te_plaît svp maintenant d'ailleurs évidemment",
        "une_fois_de_plus comme_je_disais",
    ),
    negation=vocabulary(
        "ne n pas jamais rien personne aucun aucune non sans nulle_part ni guère ne_plus plus autrefois jadis ancien",
        "ancienne anciennement sauf excepté cessé arrêté",
    ),
    modal=vocabulary(
        "si peut-être probablement éventuellement sans_doute pourrait pourrais pourraient devrait devrais devraient",
        "serait serais seraient aurait aurais auraient voudrais voudrait voudraient faudrait semble presque paraît",
        "espère doit dois peut peux",
    ),
    numbers=_UNITS
    | _TEENS
    | _TENS
    | _PAIRS
    | _ORDINALS
    | {
        "cent": 100,
        "cents": 100,
        "mille": 1000,
        "million": 10**6,
        "millions": 10**6,
        "milliard": 10**9,
        "milliards": 10**9,
        "douzaine": 12,
    },
    months=counted(
        1,
        "janvier/janv février/févr mars avril/avr mai juin juillet/juil août septembre/sept octobre/oct novembre/nov "
        "décembre/déc",
    ),
    weekdays=counted(0, "lundi mardi mercredi jeudi vendredi samedi dimanche"),
    units=classes(
        mm="mm millimètre millimètres",
        cm="cm centimètre centimètres",
        m="m mètre mètres",
        km="km kilomètre kilomètres",
        g="g gramme grammes",
        kg="kg kilo kilos kilogramme kilogrammes",
        pound="livre livres",
        ml="ml millilitre millilitres",
        l="l litre litres",
        second="s seconde secondes",
        minute="min minute minutes",
        hour="h heure heures",
        day="jour jours journée journées",
        week="semaine semaines",
        month="mois",
        year="an ans année années",
        euro="euro euros eur",
        dollar="dollar dollars usd",
        cent="centime centimes",
        percent="pourcent",
        degree="degré degrés celsius",
        kb="ko kb",
        mb="mo mb",
        gb="go gb",
        tb="to tb",
        watt="watt watts w",
        kmh="km/h",
        mg="mg milligramme milligrammes",
    ),
    abbreviations=vocabulary(
        "m mm mme mmes mlle mlles dr pr me st ste etc ex p.ex c.-à-d cf env av bd chap éd fig max min tél vol",
        "janv févr avr juil sept oct nov déc n.b",
    ),
    titles=vocabulary(
        "m mme mlle monsieur madame mademoiselle dr docteur pr professeur maître oncle tante s'appelle",
        "appelle nommé nommée",
    ),
    contrast=classes(
        me="je j me m moi mon ma mes",
        you="tu te t toi ton ta tes vous votre vos",
        him="il lui son sa ses",
        her="elle",
        us="nous notre nos on",
        them="ils elles eux leur leurs",
        half="demi demie moitié double",
        today="aujourd'hui",
        tomorrow="demain",
        yesterday="hier",
        before="avant",
        after="après",
        down="sous",
        up="sur",
        only="seulement uniquement",
        all="tous toutes",
        some="quelques plusieurs certains certaines",
        more="plus davantage",
        less="moins",
        since="depuis",
        until="jusque jusqu",
        against="contre",
        who="qui",
        other="autre autres",
    ),
    joints=vocabulary("et ou mais ni plus sauf"),
    letters=frozenset("êèçœîû"),
    secrets=SecretWords(
        passwords=vocabulary(
            "mot_de_passe mots_de_passe mdp phrase_de_passe phrase_secrète code_secret mot_secret",
            "phrases_de_passe codes_secrets motdepasse",
        ),
        keys=vocabulary(
            "clé_api clé_d'api clé_secrète clé_d'accès clé_privée jeton jeton_d'accès jeton_api",
            "clés_api clés_d'api jetons",
        ),
        equals=vocabulary("est était sera reste c'est devient", "sont étaient seront fut demeure"),
        to=vocabulary("en par pour à de"),
        changes=vocabulary(
            "change changé changer modifié modifier mis mettre remplacé remplacer",
            "changeons changés remplace modifie modifiés définir défini",
        ),
        quotes=vocabulary("vaut"),
        adverbs=vocabulary(
            "maintenant toujours encore désormais actuellement aussi simplement bien", "actuel crois aujourd'hui jadis"
        ),
        states=vocabulary(
            "faux fausse incorrect correct bon mauvais faible fort requis obligatoire facultatif expiré invalide",
            "valide sûr sécurisé secret long court simple complexe vide inconnu connu perdu oublié changé modifié",
            "réinitialisé enregistré chiffré protégé visible caché refusé accepté nécessaire important différent",
            "identique nouveau ancien unique partagé confidentiel privé public compromis volé bloqué disponible",
            "manquant",
        ),
        pins=vocabulary("pin code_pin code_confidentiel"),
        banks=vocabulary("carte bancaire banque compte bleue sim téléphone portable visa mastercard crédit débit cb"),
        checks=vocabulary("cvv cvc cryptogramme cryptogramme_visuel"),
        mottos=vocabulary("mot_secret code_secret"),
        several=vocabulary("sont étaient seront"),
        selves=vocabulary("je j'ai nous on"),
        mine=vocabulary("mon mes notre nos"),
        shapes=vocabulary(
            "*é *és *ée *ées *ible *able *eux *euse *ique",
            "*tique *able moche laid laide joli fou folle banal génial vieux vieille pareil pareils pénible débile bidon",
            "*ant *ante *ente *if *ive *ntique",
            "compliqué compliquée ridicule horrible terrible absurde idiot bête ennuyeux bizarre étrange évident aléatoire",
            "générique personnel inutile clair nul pire meilleur parfait rien ici là partout prêt courant typique spécial",
            "standard différents identiques forts faibles longs courts alphanumérique numérique provisoire temporaire affiché",
            "noté écrit merci sensible",
        ),
        accounts=vocabulary("utilisateur identifiant compte nom courriel"),
    ),
)
