"""Dutch."""

from ltml.text.languages import Language, SecretWords, classes, counted, vocabulary

_UNITS = counted(
    0, "nul een/één twee drie vier vijf zes zeven acht negen tien elf twaalf dertien veertien vijftien zestien"
)
_TEENS = counted(17, "zeventien achttien negentien twintig")
_TENS = counted(20, "twintig dertig veertig vijftig zestig zeventig tachtig negentig", step=10)
_ONES = counted(1, "eenen tweeën drieën vieren vijfen zesen zevenen achten negenen")
_PAIRS = {one + ten: a + b for ten, a in _TENS.items() for one, b in _ONES.items()}
_ORDINALS = counted(1, "eerste tweede derde vierde vijfde zesde zevende achtste negende tiende elfde twaalfde")

language = Language(
    code="nl",
    stemmer="dutch",
    stop=vocabulary(
        "de het een 't 'n t n dit dat deze die zo'n ik me mij mijn m'n mezelf jij je jou jouw u uw hij hem zijn z'n",
        "zij ze haar wij we ons onze jullie hun hen zich zichzelf men er",
        "wie wat waar wanneer waarom hoe welk welke waarvoor waarmee waarheen waarvan hoeveel",
        "ben bent is zijn was waren geweest wees heb hebt heeft hebben had hadden gehad word wordt worden werd",
        "werden",
        "geworden zal zult zullen zou zouden kan kun kunt kunnen kon konden moet moeten moest moesten mag mogen",
        "mocht wil wilt willen wilde wilden laat laten doe doet doen deed gaat ga gaan ging",
        "en of maar want dus omdat doordat terwijl als dan toen nadat voordat totdat tenzij hoewel zodat sinds",
        "in op aan van voor naar met bij door over onder tegen tussen tot uit om te per zonder achter naast",
        "binnen buiten vanaf af toe",
        "niet geen nooit niets niemand nergens nee ja wel nog al weer ook maar heel erg zo te zeer eens even",
        "toch nou nu",
        "daar hier daarom daarna daarvoor ergens altijd steeds alle alles allemaal elk elke ieder iedere veel",
        "weinig meer",
        "minder meest sommige enkele ander andere anderen zelf zelfde zoals iets iemand iedereen misschien",
        "alleen gewoon echt best alsjeblieft alstublieft hè hoor zeg weet",
    ),
    phatic=vocabulary(
        "hallo hoi hé hey hi dag goedemorgen goedemiddag goedenavond goedenacht welterusten bedankt dankjewel",
        "dankuwel dank",
        "merci doei doeg houdoe ciao ok oké okee ja jawel jep jup yep nee neuh prima goed top mooi leuk fijn",
        "super gaaf",
        "geweldig fantastisch perfect prachtig uitstekend knap lief vriendelijk handig klopt precies juist",
        "inderdaad zeker",
        "natuurlijk tuurlijk uiteraard begrepen duidelijk snap aha ah oh hm hmm mhm eh ehm tja nou hè wauw wow",
        "haha hihi lol",
        "sorry pardon excuses alsjeblieft alstublieft graag momentje moment seconde wacht interessant akkoord",
        "afgesproken",
        "goeie_morgen fijne_dag fijne_avond prettige_dag prettig_weekend fijn_weekend slaap_lekker tot_ziens",
        "tot_straks tot_morgen tot_later tot_dan tot_gauw",
        "hoe_gaat_het hoe_gaat_t hoe_is_het hoe_is_t alles_goed hoe_gaat_ie gaat_het gaat_het_goed",
        "dank_je dank_u dank_je_wel hartelijk_dank heel_erg_bedankt geen_probleem geen_dank graag_gedaan",
        "maakt_niet_uit",
        "niets_te_danken komt_goed goed_gedaan goed_bezig goed_werk goed_zo goed_punt een_momentje een_moment",
        "heel_goed ik_snap_het ik_begrijp_het dat_helpt de_beste wacht_even welkom aangenaam",
    ),
    light=vocabulary(
        "weer nog al ook echt gewoon even eens toch wel heel erg zo nu dan dus nou eigenlijk opnieuw",
        "nog_een_keer nogmaals",
        "nog_eens trouwens alsjeblieft ja oh ok oké zeer absoluut zeker natuurlijk overigens zoals_gezegd",
    ),
    negation=vocabulary(
        "niet geen nooit niets niks niemand nergens nee zonder noch nauwelijks amper niet_meer geen_meer",
        "vroeger voormalig voormalige ooit behalve gestopt",
    ),
    modal=vocabulary(
        "zou zouden misschien wellicht mogelijk waarschijnlijk vermoedelijk als indien of kan kunnen kon mag",
        "moet moeten moest bijna schijnt hopelijk eventueel",
    ),
    numbers=_UNITS
    | _TEENS
    | _TENS
    | _PAIRS
    | _ORDINALS
    | {
        "honderd": 100,
        "tweehonderd": 200,
        "driehonderd": 300,
        "vijfhonderd": 500,
        "duizend": 1000,
        "tweeduizend": 2000,
        "miljoen": 10**6,
        "miljard": 10**9,
        "dozijn": 12,
    },
    months=counted(
        1,
        "januari/jan februari/feb maart/mrt april/apr mei juni/jun juli/jul augustus/aug september/sep/sept "
        "oktober/okt november/nov december/dec",
    ),
    weekdays=counted(
        0,
        "maandag/ma dinsdag/di woensdag/wo donderdag/do vrijdag/vr zaterdag/za zondag/zo",
    ),
    units=classes(
        mm="mm millimeter",
        cm="cm centimeter centimeters",
        m="m meter meters",
        km="km kilometer kilometers",
        g="g gram",
        kg="kg kilo kilogram",
        pound="pond",
        ml="ml milliliter",
        l="l liter liters",
        second="s sec seconde seconden",
        minute="min minuut minuten",
        hour="h u uur uren uurtje",
        day="dag dagen",
        week="week weken",
        month="maand maanden",
        year="jaar jaren",
        euro="euro euro's eur",
        dollar="dollar dollars usd",
        cent="cent",
        percent="procent",
        degree="graad graden celsius",
        kb="kb",
        mb="mb",
        gb="gb",
        tb="tb",
        watt="watt w",
        kmh="km/u",
        mg="mg milligram",
    ),
    abbreviations=vocabulary(
        "bijv bv d.w.z o.a m.b.t i.p.v t.a.v e.d enz etc nr ca blz dhr mevr mw dr prof ir ing mr drs st tel evt",
        "incl excl max min jan feb mrt apr jun jul aug sep sept okt nov dec a.u.b s.v.p i.v.m t/m",
    ),
    titles=vocabulary("meneer mevrouw dhr mevr mw dr dokter prof professor oom tante oma opa heet heette genaamd"),
    contrast=classes(
        me="ik me mij mijn m'n mezelf",
        you="jij je jou jouw u uw jullie",
        him="hij hem z'n",
        her="haar",
        us="wij we ons onze",
        them="hun hen",
        half="half halve helft dubbel",
        today="vandaag",
        tomorrow="morgen overmorgen",
        yesterday="gisteren eergisteren",
        before="voordat vóór",
        after="nadat na daarna",
        off="uit af",
        down="onder",
        up="boven",
        only="alleen slechts",
        all="alle alles allemaal",
        some="sommige enkele",
        more="meer",
        less="minder",
        most="meest meestal",
        until="tot totdat",
        since="sinds",
        against="tegen",
        who="wie",
        because="omdat",
        other="ander andere anderen",
    ),
    joints=vocabulary("en of maar plus noch behalve"),
    letters=frozenset("ĳ"),
    secrets=SecretWords(
        passwords=vocabulary(
            "wachtwoord paswoord wachtzin wachtwoordzin wifi-code toegangscode",
            "wachtwoorden paswoorden wachtzinnen pw",
        ),
        keys=vocabulary(
            "api-sleutel api_sleutel geheime_sleutel toegangssleutel toegangstoken privésleutel token",
            "api-sleutels tokens",
        ),
        equals=vocabulary("is was wordt werd blijft", "zijn waren worden werden blijven heet"),
        to=vocabulary("naar in op van"),
        changes=vocabulary(
            "verander veranderd veranderen wijzig gewijzigd wijzigen zet gezet ingesteld",
            "veranderde aangepast aanpassen bijgewerkt omgezet gezet vervangen wijzigde geworden",
        ),
        quotes=vocabulary("luidt luidde"),
        adverbs=vocabulary(
            "nu nog steeds altijd ook weer momenteel gewoon",
            "geloof vroeger voorheen tegenwoordig momenteel eerder volgende",
        ),
        states=vocabulary(
            "fout juist onjuist verkeerd correct zwak sterk vereist verplicht optioneel nodig verlopen ongeldig",
            "geldig veilig onveilig geheim goed slecht lang kort simpel eenvoudig complex leeg onbekend bekend",
            "kwijt vergeten gewijzigd veranderd opgeslagen versleuteld beveiligd beschermd zichtbaar verborgen",
            "geweigerd belangrijk anders hetzelfde gelijk nieuw oud uniek gedeeld privé openbaar gestolen",
            "geblokkeerd beschikbaar",
        ),
        pins=vocabulary("pin pincode pin-code"),
        banks=vocabulary(
            "pas bankpas betaalpas creditcard bank rekening kaart sim simkaart telefoon mobiel visa mastercard",
        ),
        checks=vocabulary("cvv cvc"),
        several=vocabulary("zijn waren worden werden blijven"),
        selves=vocabulary("ik wij we"),
        mine=vocabulary("mijn ons onze"),
        into=vocabulary("naar veranderd_in gewijzigd_in aangepast_in omgezet_in"),
        shapes=vocabulary(
            "ge*d ge*t ver*d ver*t be*d *baar *loos *lijk *ig *isch",
            "*end lelijk mooi gek slim oud verouderd simpel riskant onhandig lastig waardeloos",
            "*ant *end *erend",
            "ingewikkeld belachelijk vreselijk stom dom grappig saai slechter beter perfect raar vreemd duidelijk",
            "willekeurig persoonlijk zinloos niets hier daar overal boven beneden klaar gewoon typisch speciaal standaard",
            "verschillend alfanumeriek numeriek tijdelijk kapot weg bedankt dank van_mij ons instellingen",
        ),
        accounts=vocabulary("gebruiker gebruikersnaam account naam"),
    ),
)
