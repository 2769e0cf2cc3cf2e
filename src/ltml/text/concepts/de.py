"""German."""

from ltml.text.concepts import Lexicon, concept

_WORK = (
    concept(
        "employer",
        "arbeitgeber firma unternehmen betrieb büro chef kollege kollegin angestellt beschäftigt job stelle gehalt",
        ask="mein_geld arbeit arbeite arbeiten arbeitet arbeitest geld_verdienen arbeitsplatz konzern",
        tell="schreibtisch arbeitsvertrag schicht schichten kantine dienstausweis betriebsrat personalabteilung "
        "probezeit praktikum ausbildung abteilung zentrale niederlassung eingestellt werk lager zeitarbeit "
        "firmenwagen",
    ),
    concept(
        "profession",
        "beruf tätigkeit job",
        ask="beruflich brötchen lebensunterhalt verdiene verdient arbeite arbeitet",
        tell="krankenpfleger krankenschwester lehrer lehrerin ingenieur ingenieurin buchhalter elektriker klempner "
        "tischler schreiner architekt architektin anwalt anwältin apotheker apothekerin programmierer "
        "entwickler entwicklerin bäcker koch köchin journalist übersetzer übersetzerin fotograf mechaniker "
        "hebamme berater selbstständig freiberuflich gelernt azubi erzieher erzieherin friseur gärtner",
    ),
    concept(
        "boss",
        "chef chefin vorgesetzte vorgesetzter leiter leiterin",
        ask="leitet berichte teamleitung vorgesetzten",
        tell="teamleiter teamleiterin abteilungsleiter geschäftsführer geschäftsführerin direktor meister inhaber",
    ),
    concept(
        "colleague",
        "kollege kollegin mitarbeiter mitarbeiterin",
        ask="zusammenarbeite arbeite_ich_zusammen zusammen arbeitet_mit team",
        tell="team abteilung eingearbeitet einarbeitung praktikant praktikantin schreibtisch werkstudent",
    ),
    concept(
        "salary",
        "gehalt lohn verdienst einkommen gehaltserhöhung",
        ask="verdiene verdient verdienen bezahlt",
        tell="brutto netto monatlich tarif zulage weihnachtsgeld gehaltszettel lohnabrechnung stundenlohn prämie",
    ),
    concept(
        "working_hours",
        "arbeitszeit schicht überstunden feierabend teilzeit vollzeit",
        ask="dienstplan dienst anfangen",
        tell="frühdienst spätdienst nachtdienst gleitzeit frühschicht spätschicht nachtschicht wochenstunden "
        "kernzeit stempeln freischicht",
    ),
    concept(
        "remote_work",
        "homeoffice",
        ask="zu_hause_arbeiten von_zu_hause fernarbeit",
        tell="hybrid coworking arbeitszimmer kopfhörer vpn präsenztag präsenztage",
    ),
    concept(
        "job_search",
        "bewerbung beworben vorstellungsgespräch stelle",
        ask="bewerbe neuer_job jobsuche stellensuche",
        tell="lebenslauf zusage absage anschreiben gekündigt kündigung stellenanzeige zeugnis headhunter probetag",
    ),
    concept(
        "project",
        "projekt vorhaben",
        ask="woran_arbeite beschäftige",
        tell="prototyp meilenstein auftakt sprint umbau umstellung startup entwerfe",
    ),
    concept(
        "deadline",
        "frist deadline abgabe abgabefrist abgabetermin stichtag fällig",
        ask="fertig abgeben einreichen spätestens abliefern ende_der_frist",
        tell="eingereicht abgegeben geliefert liefern verlängert verlängerung einsendeschluss bewerbungsschluss",
    ),
    concept(
        "meeting",
        "besprechung treffen meeting sitzung konferenz",
        ask="zusammenkommen besprechen bespricht trifft sehen_wir_uns",
        tell="tagesordnung agenda kalender eingeladen einladung protokoll videokonferenz standup jour retro "
        "wöchentlich termin",
    ),
    concept(
        "appointment",
        "termin verabredung",
        ask="verabredet geplant vereinbart anstehen steht_an",
        tell="verschoben verlegt kalender abgesagt vorsorge untersuchung sprechstunde besprechung friseur bestellt",
    ),
    concept(
        "customer",
        "kunde kundin kunden auftraggeber",
        ask="für_wen_arbeiten abnehmer",
        tell="auftrag vertrag pilotkunde mandant beauftragt angebot rechnung ausschreibung abonnent",
    ),
    concept(
        "budget",
        "budget kosten etat ausgeben",
        ask="leisten wie_viel_geld wieviel_geld finanziert mittel",
        tell="euro franken förderung bewilligt angebot kostenvoranschlag obergrenze höchstens ausgaben zuschuss",
    ),
    concept(
        "price",
        "preis kosten kostet gekostet bezahlt",
        ask="zahle zahlen gebühr teuer günstig",
        tell="euro franken dollar rabatt pauschale monatlich angebot schnäppchen",
    ),
    concept(
        "invoice",
        "rechnung zahlung bezahlen überweisung",
        ask="schulde schulden offen",
        tell="quittung beleg mahnung überwiesen rate abgebucht lastschrift iban mehrwertsteuer",
    ),
)

_HOME = (
    concept(
        "home",
        "wohnung haus adresse wohnort zuhause",
        ask="wohne wohnst wohnt wohnen gewohnt lebe lebst lebt daheim anschrift",
        tell="hinterhaus vorderhaus strasse gasse allee stock stockwerk erdgeschoss dachgeschoss dachboden keller "
        "balkon stadtteil viertel gezogen umgezogen vermieter schlafzimmer küche altbau neubau reihenhaus "
        "postleitzahl einzug eingezogen",
    ),
    concept(
        "rent",
        "miete vermieter vermieterin mietvertrag",
        ask="wohnung zahle_ich_für",
        tell="kaltmiete warmmiete kalt warm nebenkosten kaution untermiete nachmieter monatlich genossenschaft kredit",
    ),
    concept(
        "moving_house",
        "umzug umziehen umgezogen",
        ask="ziehe ziehst zieht gezogen neue_wohnung",
        tell="kartons kisten spedition transporter einzug auszug schlüsselübergabe übergabe renoviert nachmieter",
    ),
    concept(
        "door_code",
        "code türcode pin kombination schlüssel zahlenschloss passwort schloss zugangscode",
        ask="öffne öffnen aufmachen aufschliessen komme_ich_in komme_ich_ins eingang hinein reinkommen zugang "
        "aufsperren",
        tell="tür tastenfeld ziffern raute tresor gartentor alarmanlage fussmatte blumentopf ersatzschlüssel "
        "schlüsselkasten vorhängeschloss drücken",
    ),
    concept(
        "neighbour",
        "nachbar nachbarin nachbarn",
        ask="nebenan wohnt_über wohnt_unter wohnt_neben",
        tell="nebenan gegenüber treppenhaus gartenzaun hecke lärm pakete paket",
    ),
    concept(
        "flatmate",
        "mitbewohner mitbewohnerin wg wohngemeinschaft",
        ask="zusammenwohnen wohne_ich_zusammen teile",
        tell="untermieter zwischenmiete putzplan zimmer einzug",
    ),
    concept(
        "heating",
        "heizung heizen strom",
        ask="warm energie stromversorgung beheizt",
        tell="gas thermostat wärmepumpe kessel heizkörper zählerstand ablesen solaranlage fernwärme therme "
        "stromanbieter",
    ),
    concept(
        "repair",
        "reparatur reparieren repariert kaputt defekt",
        ask="handwerker beschädigt",
        tell="klempner elektriker installateur undicht tropft ersatzteil ausgetauscht garantie dachdecker schimmel "
        "werkstatt",
    ),
    concept(
        "wifi",
        "wlan internet router netzwerk",
        ask="online verbinden",
        tell="glasfaser modem fritzbox passwort hotspot anbieter mbit repeater netzname",
    ),
    concept(
        "rubbish",
        "müll abfall tonne mülltonne",
        ask="abgeholt rausstellen müllabfuhr",
        tell="abholung altpapier biotonne restmüll gelbe kompost glascontainer sperrmüll wertstoffhof",
    ),
    concept(
        "cleaning",
        "putzen wäsche haushalt sauber",
        ask="waschen aufräumen",
        tell="staubsauger wischen waschmittel spülmaschine bügeln waschmaschine putzhilfe trockner lappen",
    ),
    concept(
        "whereabouts",
        "aufbewahrt",
        ask="wo_liegt wo_liegen wo_ist_mein wo_ist_meine wo_sind_meine hingelegt versteckt finde_ich wo_steht "
        "wo_stehen",
        tell="schublade schrank regal keller dachboden kommode haken kiste karton garage ablage flur abstellkammer",
    ),
    concept(
        "furniture",
        "möbel sofa couch",
        ask="sitzen eingerichtet einrichtung",
        tell="sessel regal bücherregal kleiderschrank matratze lampe teppich vorhänge hocker kommode esstisch",
    ),
)

_HEALTH = (
    concept(
        "dentist",
        "zahnarzt zahnärztin zahn zähne",
        ask="gebiss zahnarzttermin",
        tell="füllung krone backenzahn weisheitszahn zahnfleisch wurzel wurzelbehandlung spange karies "
        "kieferorthopäde zahnreinigung zahnweh zahnschmerzen gezogen kiefer plombe",
    ),
    concept(
        "doctor",
        "arzt ärztin hausarzt hausärztin praxis krankenhaus klinik untersuchung",
        ask="medizinisch gesundheit behandelt",
        tell="facharzt hautarzt kardiologe gynäkologin orthopäde physiotherapie überweisung röntgen mrt blutabnahme "
        "sprechstunde diagnose station verschrieben befund",
    ),
    concept(
        "medicine",
        "medikament tablette pille arznei rezept dosis",
        ask="medizin mittel einnehmen nehme_ich_ein tabletten",
        tell="mg milligramm verschrieben verordnet apotheke kapsel antibiotikum ibuprofen paracetamol insulin "
        "tropfen spritze salbe metformin thyroxin l-thyroxin nüchtern täglich schlucken",
    ),
    concept(
        "allergy",
        "allergie allergisch unverträglichkeit",
        ask="vertrage verträgt nicht_essen meiden reagiere reagiert",
        tell="erdnuss erdnüsse erdnüssen nüsse pollen laktose gluten meeresfrüchte penicillin latex ausschlag "
        "zöliakie heuschnupfen schwillt juckt juckreiz wespe hausstaub schwellung niesen",
    ),
    concept(
        "emergency_contact",
        "notfall notfallkontakt",
        ask="im_notfall zuerst_anrufen passiert_mir mir_etwas_passiert mir_was_passiert",
        tell="kontaktperson benachrichtigen verständigen angehörige rettung krankenwagen unfall erreichbar anrufen",
    ),
    concept(
        "ailment",
        "schmerz schmerzen weh verletzt verletzung krankheit krank",
        ask="beschwerden leide leidet gesundheitlich gesundheit fehlt_mir",
        tell="kopfschmerzen migräne rückenschmerzen ischias knie schulter knöchel handgelenk asthma diabetes "
        "arthrose verstaucht gerissen bänderriss bruch gebrochen geschwollen schwindel fieber husten operiert "
        "gips krücken rücken",
    ),
    concept(
        "sleep",
        "schlaf schlafe schlafen schläft",
        ask="geschlafen müde einschlafen aufwachen ins_bett",
        tell="bett kissen matratze wach aufgewacht schnarcht schnarchen geträumt albtraum ohrstöpsel mitternacht "
        "melatonin wecker bettdecke",
    ),
    concept(
        "eyesight",
        "brille augen sehkraft",
        ask="augenarzt optiker",
        tell="kontaktlinsen dioptrien kurzsichtig weitsichtig gleitsicht gläser optikerin",
    ),
    concept(
        "operation",
        "operation operiert op",
        ask="eingriff krankenhaus",
        tell="narkose naht fäden station entlassen blinddarm implantat reha narbe hüfte chirurg",
    ),
    concept(
        "mental_health",
        "therapie therapeut therapeutin angst depression stress",
        ask="psychisch stimmung seelisch",
        tell="psychologin psychologe psychiater burnout panik überfordert achtsamkeit meditation depressiv",
    ),
    concept(
        "pregnancy",
        "schwanger schwangerschaft",
        ask="geburtstermin baby",
        tell="hebamme ultraschall mutterschutz elternzeit entbindung kreisssaal neugeborenes",
    ),
    concept(
        "smoking",
        "rauchen rauche raucht zigarette",
        ask="nikotin laster",
        tell="aufgehört dampfen tabak nikotinpflaster schachtel pfeife",
    ),
    concept(
        "vaccination",
        "impfung geimpft impfen",
        ask="impfpass impftermin",
        tell="auffrischung tetanus masern grippe hepatitis spritze zecken",
    ),
    concept(
        "body_size",
        "grösse gewicht wiege",
        ask="gross schwer wiegt wie_gross körpergrösse",
        tell="cm zentimeter kg kilo meter messe waage abgenommen zugenommen",
    ),
    concept(
        "clothes_size",
        "grösse schuhgrösse konfektionsgrösse kleidung schuhe",
        ask="anziehen passt_mir trage",
        tell="hose jeans jacke hemd turnschuhe stiefel pullover trage kragenweite taille mantel",
    ),
    concept(
        "hair",
        "haare haar friseur frisur",
        ask="aussehen sieht_aus",
        tell="blond lockig gefärbt bart glatze rothaarig brünett pony schnurrbart sommersprossen",
    ),
)

_FAMILY = (
    concept(
        "partner",
        "partner partnerin ehemann ehefrau freundin verheiratet verlobt",
        ask="frau mann gatte gattin zusammen liiert beziehung",
        tell="geheiratet hochzeit hochzeitstag geschieden verlobte verlobter antrag flitterwochen",
    ),
    concept(
        "children",
        "kind kinder sohn tochter baby",
        ask="nachwuchs söhne töchter",
        tell="stiefsohn stieftochter zwillinge kita kindergarten einschulung jüngste teenager schwanger "
        "windeln töchterchen enkel",
    ),
    concept(
        "parents",
        "eltern mutter vater mama papa",
        ask="elternhaus",
        tell="mutti vati stiefmutter stiefvater rente pensioniert",
    ),
    concept(
        "siblings",
        "geschwister bruder schwester",
        ask="brüder schwestern",
        tell="zwillingsgeschwister zwillingsbruder zwillingsschwester halbbruder halbschwester stiefbruder jüngere "
        "jüngerer",
    ),
    concept(
        "relatives",
        "familie verwandte verwandt cousin cousine onkel tante neffe nichte oma opa",
        ask="grossmutter grossvater grosseltern angehörige",
        tell="grossmutter grossvater enkel enkelin schwiegermutter schwiegervater patentante patenonkel schwager "
        "schwägerin vetter base",
    ),
    concept(
        "relation",
        ask="wer_ist wer_sind wer_war wer_waren",
        tell="freund freundin kollege kollegin nachbar nachbarin cousin cousine onkel tante neffe nichte ehemann "
        "ehefrau bruder schwester chef chefin lehrer lehrerin vermieter zahnarzt enkel enkelin patentante "
        "patenonkel",
    ),
    concept(
        "friends",
        "freund freundin kumpel freunde",
        ask="bekannte befreundet",
        tell="schulfreund klassenkamerad befreundet clique kennengelernt",
    ),
    concept(
        "birthday",
        "geburtstag geboren",
        ask="alter wie_alt geburtsdatum alt feiert",
        tell="torte kuchen kerzen jährig feierte gefeiert jahrgang",
    ),
    concept(
        "wedding",
        "geheiratet hochzeit heiraten heiratet trauung",
        ask="vermählung",
        tell="hochzeitstag braut bräutigam standesamt trauzeuge trauzeugin gelübde flitterwochen verlobt kirche "
        "hochzeitsfeier",
    ),
    concept(
        "separation",
        "scheidung geschieden getrennt trennung",
        ask="ex auseinander",
        tell="exfrau exmann sorgerecht unterhalt schlussgemacht alleinerziehend single",
    ),
    concept(
        "loss",
        "gestorben tod beerdigung verstorben",
        ask="tot starb verlust",
        tell="begraben friedhof grab trauer witwe witwer trauerfeier urne geerbt",
    ),
    concept(
        "name",
        "name spitzname nachname vorname",
        ask="heisst heisse genannt nennt rufname heissen",
        tell="abgekürzt rufen getauft mädchenname nennen nennt",
    ),
    concept(
        "pets",
        "haustier tier hund katze kater",
        ask="rasse haustiere welpe hündin",
        tell="perserkatze welpe kätzchen hamster kaninchen meerschweinchen wellensittich papagei goldfisch "
        "schildkröte terrier pudel labrador retriever beagle dackel collie spaniel windhund mischling perser "
        "gecko leine fell pfoten schäferhund",
    ),
    concept(
        "vet",
        "tierarzt tierärztin",
        ask="tierklinik",
        tell="geimpft impfung entwurmt entwurmung kastriert sterilisiert gechippt chip pfote wurmkur auffrischung "
        "humpelt",
    ),
    concept(
        "religion",
        "religion religiös glaube glauben kirche",
        ask="gläubig beten konfession woran_glaube",
        tell="moschee synagoge tempel pfarrer imam rabbi gottesdienst gebet katholisch evangelisch muslim jüdisch "
        "buddhistisch atheist ramadan konfirmation bibel koran gemeinde getauft",
    ),
    concept(
        "origin",
        "heimat herkunft geboren heimatstadt",
        ask="stamme stammst stammt aufgewachsen komme_ich_her woher_komme woher_kommt ursprünglich",
        tell="aufgewachsen dorf kindheit eingewandert ausgewandert geflohen hergezogen küste wurzeln bauernhof",
    ),
    concept(
        "country",
        "land staatsangehörigkeit nationalität",
        ask="woher_komme woher_kommt ausland pass",
        tell="deutschland frankreich spanien italien polen portugal griechenland türkei irland schottland england "
        "schweden norwegen dänemark finnland niederlande belgien österreich schweiz kanada mexiko brasilien "
        "argentinien indien china japan korea vietnam australien nigeria kenia ägypten marokko ukraine",
    ),
    concept(
        "languages_spoken",
        "sprache muttersprache fliessend zweisprachig",
        ask="sprachen spreche sprichst spricht",
        tell="deutsch englisch französisch spanisch italienisch portugiesisch niederländisch polnisch russisch "
        "ukrainisch türkisch arabisch chinesisch japanisch koreanisch katalanisch schwedisch norwegisch dänisch "
        "finnisch griechisch tschechisch ungarisch hindi dialekt akzent",
    ),
)

_FREE_TIME = (
    concept(
        "sport",
        "sport fitnessstudio training trainieren",
        ask="sportlich sportart fit bewegung treibe",
        tell="klettern bouldern schwimmen rudern tennis badminton fussball basketball volleyball judo karate yoga "
        "pilates kniebeugen hanteln gewichte mannschaft trainer turnier handball hockey fechten turnen liga",
    ),
    concept(
        "running",
        "joggen marathon",
        ask="laufen rennen laufe läuft_gelaufen renne wie_weit läufer jogge",
        tell="kilometer km halbmarathon laufschuhe runde wettkampf laufband gelaufen gejoggt bestzeit",
    ),
    concept(
        "swimming",
        "schwimmen schwimmbad schwimme",
        ask="schwimmer",
        tell="bahnen kraulen brustschwimmen freibad hallenbad schwimmbrille tauchen",
    ),
    concept(
        "outdoors",
        "wandern wanderung berge natur",
        ask="wandere draussen spazieren",
        tell="gipfel rucksack wanderstiefel zelt zeltplatz wald grat hütte etappe bergsteigen wanderweg",
    ),
    concept(
        "diet",
        "ernährung vegetarisch vegan vegetarier",
        ask="esse isst essen ernähre fleisch",
        tell="fleisch fisch vegetarierin veganer tofu milchprodukte kohlenhydrate glutenfrei laktosefrei "
        "schweinefleisch halal koscher kalorien zuckerfrei fasten",
    ),
    concept(
        "meal",
        "frühstück mittagessen abendessen gericht mahlzeit",
        ask="gegessen esse essen isst lieblingsessen leibgericht speise",
        tell="suppe eintopf nudeln pizza curry reis knödel salat müsli brot pfannkuchen gulasch auflauf spätzle "
        "maultaschen schnitzel kartoffeln haferbrei risotto",
    ),
    concept(
        "cooking",
        "kochen rezept backen koche",
        ask="gebacken gekocht zubereiten backe küche",
        tell="ofen pfanne köcheln teig mehl zutaten gewürze knoblauch schmoren braten sauerteig kochtopf",
    ),
    concept(
        "sweets",
        "nachtisch schokolade süssigkeit kuchen",
        ask="genascht süsses naschen naschst",
        tell="eis kekse lakritz pudding gebäck karamell gummibärchen tiramisu torte pralinen",
    ),
    concept(
        "coffee",
        "kaffee espresso cappuccino milchkaffee",
        ask="koffein heissgetränk",
        tell="latte koffeinfrei bohnen mühle hafermilch milch barista filterkaffee zucker becher schwarz siebträger",
    ),
    concept(
        "tea",
        "tee",
        ask="heissgetränk teesorte",
        tell="darjeeling assam oolong rooibos kamille pfefferminztee pfefferminze jasmin sencha matcha chai "
        "kräutertee früchtetee grüntee schwarztee teekanne earl",
    ),
    concept(
        "drinks",
        "trinken bier wein alkohol getränk",
        ask="getrunken trinke trinkst trinkt cocktail",
        tell="whisky gin rum wodka pils weizen apfelwein sekt riesling spätburgunder nüchtern saft schorle limonade "
        "cola",
    ),
    concept(
        "restaurant",
        "restaurant lokal gaststätte pizzeria kneipe",
        ask="essen_gehen essen_wir ausgehen abendessen café",
        tell="tisch reserviert reservierung speisekarte kellner trattoria tapas sushi biergarten wirtshaus brunch "
        "lieferdienst",
    ),
    concept(
        "book",
        "buch roman lesen lese autor autorin",
        ask="ausgelesen liest bücher lektüre literatur gelesen",
        tell="seite seiten kapitel bücherei bibliothek taschenbuch krimi biografie gedichte hörbuch trilogie "
        "buchhandlung lesezeichen",
    ),
    concept(
        "film",
        "film serie kino",
        ask="gesehen geschaut angeschaut angesehen fernsehen schaue schauen",
        tell="folge folgen staffel netflix regisseur regisseurin schauspieler schauspielerin krimi doku "
        "dokumentation komödie vorstellung premiere mediathek",
    ),
    concept(
        "concert",
        "konzert band festival auftritt",
        ask="karten livemusik musik",
        tell="eintrittskarten eintrittskarte tickets karten bühne halle orchester tournee chor sinfonie quartett "
        "oper einlass zugabe",
    ),
    concept(
        "music",
        "musik lied album band sänger sängerin",
        ask="höre hörst hört musikrichtung",
        tell="playlist schallplatte jazz techno metal punk klassik schlager rap hiphop blues spotify kopfhörer",
    ),
    concept(
        "instrument",
        "instrument musikinstrument",
        ask="musizieren musiziere",
        tell="klavier gitarre geige cello querflöte klarinette saxofon saxophon trompete schlagzeug bass ukulele "
        "akkordeon harfe posaune bratsche orgel oboe blockflöte saite saiten",
    ),
    concept(
        "theatre",
        "theater ballett oper musical",
        ask="bühne theaterstück",
        tell="schauspieler probe generalprobe vorsprechen kostüm parkett aufführung vorstellung ensemble",
    ),
    concept(
        "museum",
        "museum ausstellung galerie kunst",
        ask="künstler künstlerin ausgestellt",
        tell="gemälde skulptur malerin maler aquarell porträt führung",
    ),
    concept(
        "hobby",
        "hobby hobbys freizeit",
        ask="steckenpferd interessen leidenschaft zeitvertreib in_meiner_freizeit",
        tell="stricken stricke töpfern töpfere malen male schreinern schach häkeln fotografieren fotografie angeln "
        "nähen basteln sammeln sammle briefmarken zeichnen zeichne gärtnern wandern radfahren schrebergarten "
        "modellbau",
    ),
    concept(
        "handicraft",
        "handarbeit basteln stricken nähen",
        ask="selbstgemacht handwerken hobby",
        tell="wolle garn nadeln webstuhl töpfern ton brennofen schnitzen werkbank masche schal steppdecke nähmaschine",
    ),
    concept(
        "games",
        "spiel spiele schach brettspiel",
        ask="spielst gezockt zocken",
        tell="konsole playstation xbox nintendo steam würfel puzzle skat doppelkopf pokern rollenspiel",
    ),
    concept(
        "garden",
        "garten pflanze pflanzen beet blumen",
        ask="wächst wachsen anbauen gemüse",
        tell="tomaten bohnen rosen tulpen kräuter basilikum samen setzlinge erde kompost hecke rasen gewächshaus "
        "schrebergarten giessen orchidee hochbeet zucchini aufgegangen",
    ),
    concept(
        "volunteering",
        "ehrenamt ehrenamtlich verein",
        ask="mitglied engagiert engagiere",
        tell="spende spenden tafel feuerwehr pfadfinder vorstand kassenwart freiwillig tierheim",
    ),
)

_TRAVEL = (
    concept(
        "car",
        "auto wagen fahrzeug pkw",
        ask="fahre_ich autofahren",
        tell="reifen winterreifen werkstatt motor diesel benzin hybrid kombi tüv volkswagen vw toyota skoda renault "
        "volvo ford audi bmw fiat honda hyundai tesla opel kennzeichen",
    ),
    concept(
        "bicycle",
        "fahrrad rad velo",
        ask="radeln radfahren",
        tell="pedal kette sattel helm bremsen gangschaltung e-bike lastenrad satteltaschen platten speichen lenker "
        "geradelt angekettet radle",
    ),
    concept(
        "parking",
        "parken parke parkplatz geparkt",
        ask="abstellen stellplatz abgestellt",
        tell="anwohnerausweis parkausweis tiefgarage garage zone einfahrt parkhaus parkschein ebene",
    ),
    concept(
        "commute",
        "arbeitsweg pendeln pendle",
        ask="zur_arbeit ins_büro weg_zur_arbeit",
        tell="strassenbahn tram bus u-bahn s-bahn umsteigen fahrgemeinschaft gleis haltestelle regionalbahn "
        "monatskarte radle linie deutschlandticket",
    ),
    concept(
        "travel",
        "reise urlaub ferien ausflug",
        ask="verreisen verreise reiseziel fahren_wir_hin ausland",
        tell="flug fliegen geflogen hotel flughafen reisepass visum koffer zug fähre gebucht strand rundreise gepäck "
        "ferienwohnung zeltplatz kreuzfahrt",
    ),
    concept(
        "flight",
        "flug fliege fliegen flugzeug",
        ask="flughafen abflug airline",
        tell="gate boarding terminal zwischenstopp umstieg gepäck lufthansa landung eingecheckt",
    ),
    concept(
        "hotel",
        "hotel unterkunft pension ferienwohnung",
        ask="übernachten übernachte übernachtung",
        tell="airbnb gebucht jugendherberge rezeption zeltplatz hütte reservierung nächte doppelzimmer",
    ),
    concept(
        "train_journey",
        "zug bahn bahnhof",
        ask="abfahrt ankunft fährt_ab",
        tell="gleis wagen sitzplatz fahrkarte anschluss nachtzug ice umsteigen verspätung bahncard",
    ),
    concept(
        "identity_papers",
        "pass reisepass ausweis visum führerschein",
        ask="papiere dokumente personalausweis",
        tell="abgelaufen gültig verlängert konsulat botschaft bürgeramt aufenthaltstitel ausgestellt",
    ),
)

_MONEY = (
    concept(
        "bank",
        "bank konto girokonto",
        ask="bankverbindung kontodaten geldinstitut",
        tell="iban sparkasse volksbank sparkonto tagesgeld karte filiale dispo überweisung kreditkarte "
        "gemeinschaftskonto",
    ),
    concept(
        "insurance",
        "versicherung versichert krankenkasse",
        ask="abgesichert versicherer",
        tell="police haftpflicht hausrat deckt selbstbeteiligung schadensfall beitrag rechtsschutz kasko beitragssatz",
    ),
    concept(
        "tax",
        "steuer steuern steuererklärung finanzamt",
        ask="steuerlich fiskus",
        tell="steuerberater steuerberaterin elster absetzen rückerstattung freibetrag umsatzsteuer steuerklasse belege",
    ),
    concept(
        "saving",
        "sparen ersparnisse anlegen geldanlage",
        ask="gespart angelegt spare sparst investieren rücklage",
        tell="etf fonds aktien depot rente altersvorsorge zinsen festgeld bausparvertrag kredit schulden darlehen",
    ),
    concept(
        "subscription",
        "abo abonnement mitgliedschaft vertrag",
        ask="abonniert kündigen mitglied",
        tell="monatlich gekündigt probemonat verlängert netflix spotify jährlich laufzeit kündigungsfrist",
    ),
    concept(
        "present",
        "geschenk schenken schenke",
        ask="mitbringen überraschen geschenkidee",
        tell="wünscht gewünscht wunsch wunschzettel gutschein verpackt geschenkt überraschung blumenstrauss",
    ),
    concept(
        "shopping",
        "einkaufen einkauf kaufen besorgen",
        ask="gekauft einkaufszettel einkaufsliste lebensmittel",
        tell="supermarkt wochenmarkt milch brot eier butter bestellt laden lieferung drogerie",
    ),
)

_LEARNING = (
    concept(
        "school",
        "schule lehrer lehrerin schüler unterricht klasse",
        ask="schulisch gymnasium",
        tell="note hausaufgaben klassenzimmer abitur grundschule gymnasium realschule elternabend zeugnis schuljahr",
    ),
    concept(
        "university",
        "universität uni studium studieren studiere studiert",
        ask="hochschule abschluss studienfach",
        tell="bachelor master promotion doktorarbeit vorlesung professor fakultät semester seminar stipendium "
        "masterarbeit hausarbeit",
    ),
    concept(
        "course",
        "kurs seminar unterricht lehrgang",
        ask="lerne lernst lernt lernen belege fortbildung weiterbildung",
        tell="abendkurs volkshochschule vhs dozent dozentin angemeldet zertifikat workshop kursleiterin stunde "
        "schulung",
    ),
    concept(
        "exam",
        "prüfung klausur test",
        ask="bestanden durchgefallen note",
        tell="gelernt wiederholung zeugnis punkte mündlich schriftlich ergebnis durchgefallen prüfer",
    ),
    concept(
        "language_learning",
        "sprachkurs vokabeln grammatik fremdsprache",
        ask="sprache_lerne sprache_lernst neue_sprache",
        tell="duolingo tandem fliessend anfänger b1 b2 a2 c1 karteikarten aussprache verben volkshochschule",
    ),
)

_PERSON = (
    concept(
        "colour",
        "farbe gestrichen streichen",
        ask="farben farbton lieblingsfarbe",
        tell="weisse weisser rot blau grün gelb orange lila violett rosa braun schwarz grau türkis beige petrol "
        "weinrot salbeigrün ocker dunkelblau hellblau dunkelgrün anthrazit",
    ),
    concept(
        "fear",
        "angst furcht fürchte phobie",
        ask="fürchtest ängstigt wovor sorgen",
        tell="graus spinnen höhenangst panik platzangst grusel erschrecke nervös",
    ),
    concept(
        "favourite",
        "liebste lieblings bevorzuge",
        ask="am_liebsten vorliebe liebsten",
        tell="liebe schwärme begeistert favorit geniesse bevorzugt",
    ),
    concept(
        "dislike",
        "hasse abneigung",
        ask="nicht_leiden mag_ich_nicht nicht_ausstehen stört ärgert",
        tell="hasst verabscheue eklig ekelhaft nervt nervig ausstehen leiden widerlich",
    ),
    concept(
        "goal",
        "ziel vorsatz traum vorhaben",
        ask="erreichen vorgenommen träume träumst wunsch",
        tell="vorgenommen spare irgendwann beschlossen anstrebe",
    ),
    concept(
        "personality",
        "charakter persönlichkeit eigenschaft",
        ask="für_ein_mensch beschreibe_mich",
        tell="introvertiert extrovertiert schüchtern stur geduldig ungeduldig neugierig perfektionist pünktlich "
        "frühaufsteher linkshänder",
    ),
    concept(
        "phone_number",
        "telefonnummer handynummer telefon nummer",
        ask="anrufen erreiche erreichen durchwahl rufnummer",
        tell="festnetz whatsapp mailbox vorwahl ziffern klingeln sim",
    ),
    concept(
        "email",
        "e-mail email mail mailadresse",
        ask="anschreiben kontaktdaten schreibe_ich_an postfach",
        tell="posteingang gmail gmx outlook newsletter anhang smtp verteiler",
    ),
)

_TIME = (
    concept(
        "weekday",
        "wochentag",
        ask="welchem_tag welcher_tag welchen_tag",
        tell="montag montags dienstag dienstags mittwoch mittwochs donnerstag donnerstags freitag freitags samstag "
        "samstags sonntag sonntags",
    ),
    concept(
        "month",
        ask="monat jahreszeit welchem_monat",
        tell="januar februar märz april juni juli august september oktober november dezember frühling frühjahr "
        "sommer herbst winter",
    ),
    concept(
        "time_of_day",
        "uhrzeit",
        ask="wie_viel_uhr um_wieviel_uhr tageszeit",
        tell="uhr mittag mittags mitternacht morgens abends vormittag nachmittag halb viertel",
    ),
    concept(
        "duration",
        "dauer dauert gedauert",
        ask="wie_lange wie_lang",
        tell="minuten minute stunden stunde sekunden wochen monate jahrelang",
    ),
    concept(
        "distance",
        "entfernung strecke",
        ask="wie_weit weit_weg",
        tell="km kilometer meter fussweg meilen entfernt",
    ),
    concept(
        "frequency",
        ask="wie_oft regelmässig häufig",
        tell="täglich wöchentlich monatlich jährlich zweimal montags dienstags mittwochs donnerstags freitags samstags",
    ),
    concept(
        "temperature",
        "temperatur grad",
        ask="wie_heiss wie_kalt wie_warm",
        tell="celsius thermostat fieber ofen thermometer",
    ),
)

_ANSWERS = (
    concept(
        "answer_style",
        "antworten antwort format knapp",
        ask="erklärungen antwortest stil ton schreibst formatieren",
        tell="stichpunkte kurz tabelle tabellen emojis emoji ausführlich markdown förmlich duzen siezen absätze "
        "überschriften sätze beispiele fachbegriffe",
    ),
    concept(
        "units",
        "einheit einheiten metrisch",
        ask="masseinheit messen",
        tell="kilometer celsius gramm liter meilen unzen zentimeter kilogramm fahrenheit",
    ),
    concept(
        "answer_language",
        ask="welcher_sprache auf_welcher_sprache",
        tell="deutsch englisch französisch spanisch italienisch übersetze übersetzen übersetzung",
    ),
    concept(
        "suggestion",
        "vorschlag vorgeschlagen empfehlung empfohlen rat tipp",
        ask="empfiehlst geraten idee ideen empfehlen",
        tell="probiere schlage vorschlagen rate alternative empfehle tipps",
    ),
    concept(
        "decision",
        "entscheidung entschieden entscheiden beschluss beschlossen",
        ask="geeinigt einigen gewählt festgelegt",
        tell="wahl geeinigt option ergebnis abgestimmt",
    ),
    concept(
        "reason",
        "grund ursache",
        ask="auslöser lag_es",
        tell="deshalb deswegen lag verursacht auslöser",
    ),
)

_TECH = (
    concept(
        "computer",
        "computer laptop rechner notebook pc",
        ask="hardware gerät",
        tell="thinkpad macbook tastatur akku bildschirm arbeitsspeicher ram ssd grafikkarte monitor ladegerät "
        "windows ubuntu linux dell lenovo gebraucht",
    ),
    concept(
        "mobile_phone",
        "handy smartphone mobiltelefon",
        ask="telefon",
        tell="iphone android pixel samsung fairphone galaxy display ladekabel sim akku",
    ),
    concept(
        "operating_system",
        "betriebssystem linux windows macos",
        ask="distribution system",
        tell="ubuntu debian fedora arch nixos mint kernel gnome kde alpine",
    ),
    concept(
        "editor",
        "editor entwicklungsumgebung ide",
        ask="womit_programmiere",
        tell="vim neovim emacs vscode pycharm intellij zed plugin tastenkürzel",
    ),
    concept(
        "printer",
        "drucker drucken",
        ask="ausdrucken scannen",
        tell="toner patrone scanner tinte papierstau laserdrucker papierfach",
    ),
    concept(
        "deploy",
        "deployment release ausliefern ausrollen veröffentlichen produktion",
        ask="live live_gehen gehen_live rausgehen veröffentlicht auslieferung",
        tell="deployt ausgerollt ausgeliefert staging rollback prod freigabe umstellung freigeschaltet launch "
        "einfrieren",
    ),
    concept(
        "server",
        "server host maschine umgebung",
        ask="gehostet hosten gehostet läuft_der läuft_die läuft_das betrieben",
        tell="vms staging vm cluster cloud aws hetzner knoten rack kubernetes docker vps rechenzentrum ssh hostname "
        "azure",
    ),
    concept(
        "staging",
        "staging testsystem testumgebung",
        ask="ausprobieren vorschau",
        tell="abnahme qa vorschau spiegel demo testserver",
    ),
    concept(
        "database",
        "datenbank db",
        ask="daten_gespeichert gespeichert speichern_wir datenhaltung",
        tell="postgres postgresql mysql mariadb sqlite mongodb redis schema tabelle replikat migration sql abfrage "
        "oracle",
    ),
    concept(
        "port",
        "port",
        ask="lauscht erreichbar verbinden",
        tell="localhost tcp http freigegeben socket firewall endpunkt",
    ),
    concept(
        "secret",
        "passwort kennwort geheimnis token zugangsdaten login",
        ask="einloggen anmelden passwörter api-schlüssel",
        tell="tresor vault schlüssel keepass bitwarden schlüsselbund rotiert benutzername ssh zertifikat "
        "passwortmanager",
    ),
    concept(
        "authentication",
        "anmeldung authentifizierung login",
        ask="loggen_sich eingeloggt angemeldet einloggen anmelden melden_sich",
        tell="sso oidc oauth saml jwt sitzung cookie keycloak passkey zweifaktor token yubikey",
    ),
    concept(
        "timeout",
        "timeout zeitüberschreitung",
        ask="bricht_ab abbricht bricht warten zu_langsam hängt",
        tell="sekunden millisekunden wiederholung abbruch abgebrochen wartet ms",
    ),
    concept(
        "rate_limit",
        "limit kontingent begrenzung",
        ask="höchstens maximal erlaubt anfragen",
        tell="gedrosselt anfragen 429 obergrenze deckel",
    ),
    concept(
        "code_owner",
        "verantwortlich zuständig maintainer betreut",
        ask="kümmert gehört ansprechpartner ansprechpartnerin pflegt",
        tell="codeowners kümmert gepflegt bereitschaft leitung pflegt eigentümer ansprechpartner ansprechpartnerin",
    ),
    concept(
        "version",
        "version laufzeit release",
        ask="upgrade aktualisiert",
        tell="aktualisiert angehoben festgepinnt lts image basisimage mindestens downgrade neueste",
    ),
    concept(
        "programming_language",
        "programmiersprache programmiert programmieren",
        ask="geschrieben_in geschrieben stack",
        tell="python rust java kotlin typescript javascript golang ruby php scala elixir haskell c++ swift portiert "
        "compiler",
    ),
    concept(
        "framework",
        "framework bibliothek",
        ask="frontend backend gebaut_mit stack",
        tell="django flask fastapi react vue svelte angular spring rails laravel htmx qt nestjs",
    ),
    concept(
        "package_manager",
        "abhängigkeit abhängigkeiten paket pakete",
        ask="paketmanager paketverwaltung installiere installieren",
        tell="pip poetry uv npm pnpm yarn cargo conda lockfile gradle maven homebrew nix",
    ),
    concept(
        "testing",
        "test tests testen",
        ask="prüfen geprüft testet",
        tell="pytest unittest jest testabdeckung ci nox tox playwright cypress pipeline regression fehlschlag",
    ),
    concept(
        "pipeline",
        "pipeline ci build",
        ask="automatisiert gebaut",
        tell="jenkins gitlab actions workflow runner push artefakt nächtlich grün",
    ),
    concept(
        "branch",
        "branch zweig merge",
        ask="verzweigen zweige zusammenführen",
        tell="main master develop rebase squash pull feature präfix hotfix gemergt",
    ),
    concept(
        "commit",
        "commit commits",
        ask="commit-nachricht git",
        tell="präfix betreff imperativ signiert squash ticketnummer changelog",
    ),
    concept(
        "code_review",
        "review reviewer freigabe",
        ask="code_frei gibt_frei gegenlesen durchsicht",
        tell="freigaben merge gemergt codeowners anmerkungen kommentare pr vier-augen-prinzip",
    ),
    concept(
        "code_style",
        "formatierer linter formatierung",
        ask="codestil konventionen einrückung programmierstil",
        tell="ruff black prettier eslint tabs leerzeichen einrücken camelcase mypy zeilenlänge",
    ),
    concept(
        "feature_flag",
        "schalter flag",
        ask="einschalten ausschalten aktivieren aktiviert schalten abschalten freischalten",
        tell="launchdarkly unleash aktiviert deaktiviert toggle standardmässig",
    ),
    concept(
        "configuration",
        "konfiguration einstellung einstellungen",
        ask="konfiguriert konfigurieren eingestellt",
        tell="yaml toml umgebungsvariable variable ini datei dotenv parameter standardwert",
    ),
    concept(
        "monitoring",
        "überwachung monitoring log logs metriken dashboard",
        ask="fehler überwacht überwachen protokolliert",
        tell="grafana prometheus sentry datadog kibana loki alarm alarme traces loglevel opentelemetry",
    ),
    concept(
        "on_call",
        "bereitschaft rufbereitschaft störung",
        ask="ausfall nachts_geweckt",
        tell="pagerduty rotation eskalation opsgenie postmortem alarm",
    ),
    concept(
        "backup",
        "backup sicherung gesichert snapshot",
        ask="sichern wiederherstellen datensicherung verloren",
        tell="restic borg rsync nächtlich nas kopien wiederhergestellt aufbewahrung snapshots",
    ),
    concept(
        "storage",
        "speicher festplatte bucket",
        ask="dateien ablage hochladen",
        tell="s3 minio nas ssd dropbox nextcloud gigabyte terabyte ordner laufwerk",
    ),
    concept(
        "cache",
        "cache zwischenspeicher",
        ask="schneller beschleunigt",
        tell="redis memcached ttl invalidiert cdn veraltet",
    ),
    concept(
        "queue",
        "warteschlange queue broker",
        ask="hintergrundjobs hintergrund worker",
        tell="rabbitmq kafka celery nats topic nachrichten sqs",
    ),
    concept(
        "scheduled_job",
        "cron cronjob",
        ask="wie_oft_läuft wann_läuft automatisch zeitgesteuert",
        tell="nächtlich stündlich täglich mitternacht systemd timer crontab utc",
    ),
    concept(
        "api",
        "api schnittstelle endpunkt",
        ask="url anfrage",
        tell="rest graphql grpc webhook json route openapi swagger header",
    ),
    concept(
        "bug",
        "bug fehler absturz",
        ask="kaputt schiefgegangen schief",
        tell="traceback exception stacktrace regression speicherleck wettlauf behoben ticket reproduzieren abgestürzt",
    ),
    concept(
        "issue_tracker",
        "ticket tickets backlog",
        ask="aufgaben bugs_melden fehler_melden",
        tell="jira linear trello github gitlab kanban epic sprint board",
    ),
    concept(
        "documentation",
        "dokumentation doku wiki readme",
        ask="dokumentiert nachlesen anleitung",
        tell="confluence notion seite runbook handbuch sphinx mkdocs",
    ),
    concept(
        "license",
        "lizenz lizenziert",
        ask="quelloffen open-source",
        tell="mit-lizenz apache gpl bsd agpl proprietär urheberrecht",
    ),
    concept(
        "container",
        "container docker image",
        ask="kubernetes orchestrierung",
        tell="dockerfile podman compose registry pod helm alpine k8s",
    ),
    concept(
        "encryption",
        "verschlüsselung verschlüsselt zertifikat",
        ask="geschützt https",
        tell="tls aes gpg letsencrypt ssl luks",
    ),
    concept(
        "language_model",
        "sprachmodell modell llm ollama",
        ask="modelle ki",
        tell="llama mistral qwen gemma phi quantisiert gguf parameter 7b 8b 70b vram",
    ),
)

#: Phrases that point nowhere, lest a word of them does.
_IDLE = (
    "wie_heisst_du wie_alt_bist wie_geht zeig_mir erklär_mir erkläre_mir schreib_mir schreibe_mir zum_beispiel "
    "beantworte_meine wie_war_dein erzähl_mir das_problem mein_problem kein_problem warum_ist im_grunde"
)

lexicon = Lexicon(
    code="de",
    compounds=True,
    concepts=(
        *_WORK,
        *_HOME,
        *_HEALTH,
        *_FAMILY,
        *_FREE_TIME,
        *_TRAVEL,
        *_MONEY,
        *_LEARNING,
        *_PERSON,
        *_TIME,
        *_ANSWERS,
        *_TECH,
    ),
    idle=tuple(phrase.replace("_", " ") for phrase in _IDLE.split()),
)
