"""Italian."""

from ltml.text.languages import Language, SecretWords, classes, counted, vocabulary

_UNITS = counted(
    0, "zero uno/un/una due tre quattro cinque sei sette otto nove dieci undici dodici tredici quattordici"
)
_TEENS = counted(15, "quindici sedici diciassette diciotto diciannove venti")
_TENS = counted(20, "venti trenta quaranta cinquanta sessanta settanta ottanta novanta", step=10)
_ONES = counted(1, "uno due tré quattro cinque sei sette otto nove")
_PAIRS = {(ten[:-1] if one[0] in "uo" else ten) + one: a + b for ten, a in _TENS.items() for one, b in _ONES.items()}
_ORDINALS = counted(
    1, "primo/prima secondo/seconda terzo/terza quarto/quarta quinto/quinta sesto/sesta settimo/settima"
)

language = Language(
    code="it",
    stemmer="italian",
    stop=vocabulary(
        "il lo la i gli le l un uno una del dello della dei degli delle dell al allo alla ai agli alle all dal",
        "dallo dalla",
        "dai dagli dalle dall nel nello nella nei negli nelle nell sul sullo sulla sui sugli sulle sull col coi",
        "questo questa questi queste quest quello quella quelli quelle quel quell quei ciò",
        "io mi me mio mia miei mie tu ti te tuo tua tuoi tue lui lei egli ella esso essa si sé suo sua suoi sue",
        "noi ci ce nostro nostra nostri nostre voi vi ve vostro vostra vostri vostre loro li ne gli",
        "chi che cosa cos quale quali qual quando dove dov come com perché quanto quanta quanti quante cui",
        "sono sei è siamo siete ero eri era eravamo erano stato stata stati essere sarà sarebbe sia fu ho hai",
        "ha abbiamo",
        "avete hanno avevo avevi aveva avevano avuto avere avrà avrebbe abbia faccio fai fa fanno fare fatto",
        "vado vai va",
        "vanno andare posso puoi può possiamo possono potere potrebbe potrei devo devi deve dobbiamo devono",
        "dovere dovrebbe",
        "dovrei voglio vuoi vuole vogliamo vogliono volere vorrei vorrebbe sto stai sta stanno stare c'è",
        "e ed o od ma però né se anche oppure quindi allora mentre poiché affinché sebbene c d",
        "a ad da di in con su per tra fra senza sopra sotto verso contro dopo prima durante fino presso oltre",
        "non mai niente nulla nessuno nessuna no sì molto molta molti molte poco poca pochi poche più meno",
        "troppo tanto",
        "tanta tanti tante tutto tutta tutti tutte ogni altro altra altri altre stesso stessa qualche alcuni alcune",
        "qualcuno qualcosa ancora già sempre qui qua lì là ora adesso poi così solo soltanto proprio bene ecco",
        "pure forse dimmi sai so",
    ),
    phatic=vocabulary(
        "ciao salve buongiorno buonasera buonanotte ehi hey grazie prego arrivederci addio bye ok okay sì sissì",
        "no nah certo certamente bene benissimo perfetto ottimo fantastico eccellente stupendo meraviglioso grande",
        "bravo brava",
        "bravissimo bravissima super figo bello esatto esattamente giusto vero infatti capito chiaro ah oh eh",
        "ehm mmm hmm",
        "boh mah uffa haha ahah eheh lol wow scusa scusi scusami perdono attimo momento secondo aspetta utile",
        "gentile gentilissimo interessante d'accordo per_favore per_piacere grazie_mille mille_grazie tante_grazie",
        "molte_grazie buona_giornata buona_serata buona_notte buon_pomeriggio buon_fine_settimana buon_weekend",
        "a_presto a_dopo a_domani ci_vediamo ci_sentiamo stammi_bene alla_prossima",
        "come_stai come_sta come_va tutto_bene che_si_dice come_te_la_passi tutto_a_posto va_bene",
        "di_niente di_nulla nessun_problema non_c'è_problema non_fa_niente figurati figurati_pure con_piacere",
        "volentieri",
        "ben_fatto buon_lavoro ottimo_lavoro un_attimo un_momento un_secondo ho_capito ha_senso il_migliore",
        "la_migliore piacere benvenuto benvenuta molto_gentile",
    ),
    light=vocabulary(
        "ancora anche proprio davvero solo già poi allora quindi di_nuovo un'altra_volta nuovamente molto",
        "sempre pure semplicemente sì ah oh ok beh ora adesso comunque certo assolutamente per_favore tra_l'altro",
    ),
    negation=vocabulary(
        "non mai niente nulla nessuno nessuna no senza né neanche nemmeno neppure non_più mica ex tranne",
        "eccetto un_tempo smesso",
    ),
    modal=vocabulary(
        "se forse magari probabilmente possibilmente potrebbe potrei potrebbero dovrebbe dovrei dovrebbero",
        "sarebbe sarei",
        "sarebbero avrebbe avrei vorrei vorrebbe quasi sembra pare spero può posso possono deve devo devono",
    ),
    numbers=_UNITS
    | _TEENS
    | _TENS
    | _PAIRS
    | _ORDINALS
    | {
        "cento": 100,
        "duecento": 200,
        "trecento": 300,
        "cinquecento": 500,
        "mille": 1000,
        "mila": 1000,
        "duemila": 2000,
        "tremila": 3000,
        "milione": 10**6,
        "milioni": 10**6,
        "miliardo": 10**9,
        "miliardi": 10**9,
        "dozzina": 12,
    },
    months=counted(
        1,
        "gennaio/gen febbraio/feb marzo/mar aprile/apr maggio/mag giugno/giu luglio/lug agosto/ago settembre/set "
        "ottobre/ott novembre/nov dicembre/dic",
    ),
    weekdays=counted(
        0,
        "lunedì/lunedi martedì/martedi mercoledì/mercoledi giovedì/giovedi venerdì/venerdi sabato domenica",
    ),
    units=classes(
        mm="mm millimetro millimetri",
        cm="cm centimetro centimetri",
        m="m metro metri",
        km="km chilometro chilometri",
        g="g grammo grammi",
        hg="etto etti",
        kg="kg chilo chili chilogrammo chilogrammi",
        ml="ml millilitro millilitri",
        l="l litro litri",
        second="s secondo secondi",
        minute="min minuto minuti",
        hour="h ora ore",
        day="giorno giorni",
        week="settimana settimane",
        month="mese mesi",
        year="anno anni",
        euro="euro eur",
        dollar="dollaro dollari usd",
        cent="centesimo centesimi",
        degree="grado gradi celsius",
        kb="kb",
        mb="mb",
        gb="gb",
        tb="tb",
        watt="watt w",
        kmh="km/h",
        mg="mg milligrammo milligrammi",
    ),
    abbreviations=vocabulary(
        "sig sigg sig.ra sig.na dott dott.ssa dr prof prof.ssa ing avv arch ecc es p.es pag pagg tel n nr ca cfr fig",
        "max min vol cap art gen feb mar apr giu lug ago set ott nov dic d.c a.c",
    ),
    titles=vocabulary(
        "sig signor signore signora signorina dott dottor dottore dottoressa prof professor professore",
        "professoressa zio zia chiama chiamato chiamata",
    ),
    contrast=classes(
        me="io mi me mio mia miei mie",
        you="tu ti te tuo tua tuoi tue voi vi vostro vostra vostri vostre",
        him="lui gli",
        her="lei",
        him_or_her="suo sua suoi sue",
        us="noi ci nostro nostra nostri nostre",
        them="loro",
        half="mezzo mezza metà doppio",
        today="oggi",
        tomorrow="domani",
        yesterday="ieri",
        before="prima",
        after="dopo",
        down="sotto",
        up="sopra",
        only="soltanto solamente",
        all="tutti tutte",
        some="alcuni alcune qualche",
        more="più",
        less="meno",
        until="fino",
        against="contro",
        who="chi",
        other="altro altra altri altre",
    ),
    joints=vocabulary("e ed o od ma né più tranne eccetto"),
    letters=frozenset("ìò"),
    secrets=SecretWords(
        passwords=vocabulary(
            "password parola_d'ordine parola_chiave parola_di_accesso frase_segreta passphrase",
            "parole_d'ordine parole_chiave parole_di_accesso passwd",
        ),
        keys=vocabulary(
            "chiave_api chiave_dell'api chiave_segreta chiave_d'accesso chiave_di_accesso chiave_privata",
            "token_di_accesso token gettone",
            "chiavi_api",
        ),
        equals=vocabulary("è era sarà e' resta rimane diventa", "sono erano saranno fu"),
        to=vocabulary("in con a da"),
        changes=vocabulary(
            "cambiato cambiata cambiare cambia impostato impostata messo modificato modificata",
            "cambiate cambiamo cambiato impostate sostituito sostituita reimpostata",
        ),
        quotes=vocabulary("dice"),
        adverbs=vocabulary("ora adesso ancora sempre anche attualmente semplicemente", "credo oggi prima ormai"),
        states=vocabulary(
            "sbagliata errata corretta giusta debole forte robusta sicura insicura obbligatoria richiesta",
            "necessaria facoltativa opzionale scaduta invalida valida segreta lunga corta semplice complessa",
            "vuota sconosciuta nota persa dimenticata cambiata modificata salvata cifrata protetta visibile",
            "nascosta rifiutata accettata importante diversa uguale nuova vecchia unica condivisa privata",
            "pubblica rubata bloccata disponibile compromessa",
        ),
        pins=vocabulary("pin codice_pin codice_segreto"),
        banks=vocabulary(
            "carta bancomat banca bancaria conto credito debito sim telefono cellulare visa mastercard postepay",
        ),
        checks=vocabulary("cvv cvc"),
        mottos=vocabulary("parola_d'ordine parole_d'ordine parola_chiave parole_chiave"),
        several=vocabulary("sono erano saranno"),
        selves=vocabulary("io ho abbiamo"),
        mine=vocabulary("mia mie nostra nostre"),
        shapes=vocabulary(
            "*icata *izzata *ibile *abile *evole *issima",
            "*tica *iosa brutta bella pazza vecchissima simile simili banale geniale ovvia antiquata inutile scomoda",
            "*gosa *ziosa *rosa *nosa *dosa *tosa *losa *ante *ente *ntica *ntiche *siva *osi",
            "complicata complicato ridicola orribile terribile assurda stupida noiosa strana ovvia casuale generica",
            "personale inutile chiara pessima peggiore migliore perfetta niente qui lì là pronta comune tipica speciale standard",
            "diverse uguali forti deboli lunghe corte sicure alfanumerica numerica provvisoria temporanea grazie mia nostra",
        ),
        accounts=vocabulary("utente nome conto"),
    ),
)
