"""Concepts: a question finds what was told in other words."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ltml.text import language, query_terms, terms, words
from ltml.text.concepts import lexicons, related
from ltml.text.detection import stop_words
from ltml.text.languages import languages

#: Written before the lexicon.
EN = [
    ("Where do I earn my money?", "The canteen at Brandt Optics closes at two, so I eat early."),
    ("Who employs me these days?", "I got my badge for the new place on Kilburn Road."),
    ("What is my line of work?", "I've been a pharmacist for eleven years."),
    ("When is the grant application due?", "We must have handed in the forms by 14 June."),
    ("Which day does the team get together?", "The standup moved to Wednesdays."),
    ("Where do I live?", "We moved to Ferry Lane, second floor, above the bakery."),
    ("How much does my flat cost me?", "The landlord takes 840 on the first of the month."),
    ("How do I get into the bike shed?", "The padlock opens with 5518."),
    ("What's the code for the front door?", "Press 4471 on the keypad and then the hash."),
    ("Who is in the flat next to mine?", "Mrs Oduya upstairs takes our parcels."),
    ("What was wrong with my tooth?", "I have a filling on the left that keeps breaking."),
    ("What medicine do I take?", "I was prescribed 50 mg of levothyroxine."),
    ("Which food must I avoid?", "Peanuts make my throat swell."),
    ("Who should be phoned if something happens to me?", "Ring Tobias if I have an accident."),
    ("What health problems do I have?", "My knee has been bad since the ski trip."),
    ("Who is my wife?", "Ines and I got married in 2014."),
    ("How many kids do I have?", "Our twins start school in autumn."),
    ("What's the name of my mum's brother?", "Uncle Ferdinand sold the boat."),
    ("When was Rosa born?", "Rosa turned six on Sunday and there was a cake with candles."),
    ("What breed is our dog?", "Pepper is a stubborn dachshund."),
    ("When does the puppy need the vet?", "She gets her vaccination on the 9th."),
    ("How do I keep fit?", "I go bouldering twice a week."),
    ("How far do I run?", "I did 14 km along the canal, my longest yet."),
    ("Do I eat meat?", "I have been vegan since the spring."),
    ("How do I take my coffee?", "A flat white with oat milk, no sugar."),
    ("Which hot drink do I prefer in the evening?", "Rooibos before bed."),
    ("Where are we having dinner on Friday?", "The table at Lupo is booked for eight."),
    ("What am I reading?", "I am at page 210 of Middlemarch; the chapters are long."),
    ("What did we watch last week?", "That documentary about eels had only three episodes."),
    ("Where is the gig?", "Our tickets say the Old Granary hall, doors at seven."),
    ("Which instrument do I play?", "My cello needs a new string."),
    ("What do I do in my spare time?", "I throw pots; pottery keeps me calm."),
    ("What do I drive?", "The Skoda needs new tyres."),
    ("Where are we going on holiday?", "We fly to Split and take the ferry from there."),
    ("Where do we host the service?", "It runs on a node at Hetzner."),
    ("Which database do we use?", "Everything is kept in Postgres 16."),
    ("Where is the password for the mail server?", "The vault has it under mail/smtp."),
    ("When does the new version ship?", "The rollout is set for the 3rd."),
    ("Which version of Python are we on?", "We upgraded the base image to 3.12."),
    ("How long until the request gives up?", "The timeout is 30 seconds."),
    ("Who is responsible for the billing module?", "Codeowners lists Priya for it."),
    ("How do we run the checks?", "The pipeline calls nox on every push."),
    ("What are the branches called?", "Each pull request starts with fix/ or feat/."),
    ("How do we turn the new search on?", "There is a toggle named search_v2."),
    ("Where do errors show up?", "Sentry gets an alert and the logs go to Loki."),
    ("How are the files saved in case of a crash?", "Restic takes a snapshot each night."),
    ("What laptop do I have?", "I bought a refurbished ThinkPad with a new battery."),
    ("What phone do I use?", "My Pixel has a cracked screen."),
    ("Which bank am I with?", "My account is at Triodos, the IBAN ends in 12."),
    ("How should you format answers?", "Use bullet points and keep it short."),
    ("Which units do I want?", "Give me kilometres and Celsius, never miles."),
    ("What present should I get for Dad?", "He wished for a bird feeder."),
    ("What did you recommend for the wall colour?", "I would suggest a pale sage."),
    ("What do my friends call me?", "My nickname is Fitz."),
    ("Which languages do I speak?", "I grew up with Catalan and learned French at school."),
    ("What am I studying?", "My evening class in bookkeeping has started."),
    ("Where am I from?", "My hometown is a village near the Baltic coast."),
    ("How do I get to work?", "I take the tram and then cycle the rest."),
    ("Where do I leave my bike?", "The bicycle stands in the cellar, chained."),
    ("Where may I park?", "My permit is for zone 4."),
    ("Which insurance do I have?", "The policy with Allrisk covers glass."),
    ("What tax things must I do?", "The return has to reach HMRC by January."),
    ("What's in my garden?", "The tomatoes and the beans came up."),
    ("How tall am I?", "I'm 183 cm in socks."),
    ("What colour is the kitchen?", "We painted it teal."),
    ("Which day is my yoga?", "Yoga is on Thursdays now."),
    ("What is our budget?", "We can spend 12,000 euros at most."),
    ("Who are our customers?", "The client is a chain of bakeries."),
    ("What do I believe in?", "I go to the mosque on Fridays with my father."),
    ("What can I cook?", "Grandma's recipe for goulash needs two hours in the oven."),
    ("What am I afraid of?", "Spiders scare me, and heights too."),
    ("How big is my shoe?", "I wear a 43 in sneakers."),
]

#: Written after it, before it was run on them: 56 of 64 were found. Then the gaps were filled.
EN_HELD_OUT = [
    ("Where's my office?", "Headquarters moved out to Wharf Street last autumn."),
    ("What job does Malik have?", "Malik trained as a joiner and now restores staircases."),
    ("Who do I report to?", "Geraldine became our team lead in March."),
    ("When does my working day begin?", "My shift is six till two all winter."),
    ("Did I get that job?", "The recruiter rang: they have rejected me."),
    ("What's my address?", "14b Cooper's Row, the flat with the green shutters."),
    ("Whom do I pay rent to?", "Mr Lisle is a decent landlord, he fixed the tap himself."),
    ("Where's the spare key?", "Under the third flowerpot, as always."),
    ("When do the bins go out?", "Recycling is collected every other Tuesday."),
    ("What's the wifi password at the cottage?", "The router there says plum-otter-9."),
    ("Why did the shower stop working?", "The plumber says a valve is faulty."),
    ("Where did I put the drill?", "It's on the top shelf in the cellar."),
    ("Which tooth hurts?", "The upper molar throbs when I chew."),
    ("What did the doctor say?", "The cardiologist found nothing on the scan."),
    ("What drugs is Granny on?", "She swallows two tablets of bisoprolol."),
    ("Can Milo have nuts?", "Milo carries an epipen since the cashew incident."),
    ("What injury did I have?", "I sprained my wrist on the ice."),
    ("Why am I so tired?", "I woke at four again, the mattress is awful."),
    ("When did we marry?", "Our anniversary is 8 May."),
    ("What's my daughter called?", "Our eldest, Wren, likes beetles."),
    ("How old is Otto?", "Otto is turning forty this year."),
    ("Who is Leander?", "Leander is my nephew, he fixes clocks."),
    ("What's the cat's breed?", "Mimi is a Siamese with a temper."),
    ("What faith do we have?", "We light candles at the synagogue."),
    ("Where does Yuki come from?", "Yuki grew up in Osaka, Japan."),
    ("Which sport does Bo do?", "Bo fences, and he swims in summer."),
    ("What did I bake?", "The sourdough stayed in the oven too long."),
    ("What do I have for breakfast?", "Porridge with figs, always."),
    ("What did I drink at Vera's?", "That riesling went down well."),
    ("What music do I like?", "I mostly put on jazz and old techno."),
    ("What novel did Sam lend me?", "I've got to chapter nine of Stoner."),
    ("When does the play start?", "The performance begins at half seven."),
    ("What games do we play on Sundays?", "Rummikub and poker with my in-laws."),
    ("What do I grow on the balcony?", "Basil and chillies in pots."),
    ("What car does Ed have?", "Ed's Renault failed its MOT."),
    ("How does Lin travel to work?", "Lin takes the tram."),
    ("Which airline did we book?", "Boarding is at 6:40, gate still open."),
    ("Where did we stay in Porto?", "A hostel above a fish shop."),
    ("When does my passport run out?", "It expires in 2029."),
    ("How much money do I have put by?", "There's 6,000 in the ISA."),
    ("What should I buy at the shop?", "We are out of milk and eggs."),
    ("Which degree do I have?", "I wrote my thesis on lichens."),
    ("When's my German class?", "The tutor comes on Mondays."),
    ("What scares me?", "I have a phobia of moths."),
    ("What do I hate?", "I can't abide coriander, it's disgusting."),
    ("How can people reach me?", "My landline is 020 555 0144."),
    ("In which month do we leave?", "We set off in October."),
    ("How often do I see the physio?", "Twice a week until Easter."),
    ("How long should your answers be?", "Keep it brief, no tables."),
    ("What editor do I use?", "Neovim with the default keybindings."),
    ("Which OS is on the old machine?", "It has Debian now."),
    ("Where is our app hosted?", "Two droplets in Frankfurt."),
    ("Where do we keep credentials?", "They are in Bitwarden under ops."),
    ("How do users log in?", "Keycloak does OIDC for us."),
    ("Who looks after the importer?", "Dana maintains it."),
    ("What is the backend written in?", "It's Kotlin, with a bit of Go."),
    ("How do we install dependencies?", "We switched to pnpm."),
    ("How do we name branches?", "Prefix them with the ticket, then squash."),
    ("Who approves pull requests?", "Two approvals from the core group."),
    ("How do we get alerted at night?", "PagerDuty, the rotation changes on Fridays."),
    ("How often does the cleanup job run?", "Nightly, at 02:30 UTC."),
    ("Where do we track tasks?", "All of it is in Linear."),
    ("Where is this documented?", "There's a page in Confluence."),
    ("What broke the export?", "A race in the writer, the traceback was misleading."),
]

#: Written before the lexicon.
DE = [
    ("Bei welcher Firma arbeite ich?", "Mein Schreibtisch bei Kern & Lohse steht am Fenster."),
    ("Was bin ich von Beruf?", "Ich bin seit zehn Jahren Krankenpfleger."),
    ("Wann muss der Antrag fertig sein?", "Die Abgabefrist ist der 14. Juni."),
    ("Wo wohne ich?", "Wir sind in die Gerberstraße gezogen, dritter Stock."),
    ("Wie viel zahle ich für die Wohnung?", "Der Vermieter bekommt 720 kalt."),
    ("Wie komme ich in den Keller?", "Das Zahlenschloss hat 5518."),
    ("Wie lautet der Türcode?", "Am Tastenfeld 4471 und dann die Raute drücken."),
    ("Wer wohnt über mir?", "Frau Okafor von oben nimmt unsere Pakete an, eine nette Nachbarin."),
    ("Was war mit meinem Zahn?", "Links ist eine Füllung herausgefallen."),
    ("Welche Medikamente nehme ich?", "Mir wurden 50 mg L-Thyroxin verschrieben."),
    ("Was darf ich nicht essen?", "Von Erdnüssen schwillt mir der Hals zu."),
    ("Wen soll man im Notfall anrufen?", "Tobias ist meine Kontaktperson."),
    ("Welche Beschwerden habe ich?", "Mein Knie tut seit dem Skiurlaub weh."),
    ("Wie heißt meine Frau?", "Ines und ich haben 2014 geheiratet."),
    ("Wie viele Kinder habe ich?", "Unsere Zwillinge kommen im Herbst in die Schule."),
    ("Wann hat Rosa Geburtstag?", "Rosa ist am Sonntag sechs geworden, mit Kuchen und Kerzen."),
    ("Welche Rasse ist unser Hund?", "Pfeffer ist ein sturer Dackel."),
    ("Wann muss die Katze zum Tierarzt?", "Am 9. wird sie geimpft."),
    ("Welchen Sport mache ich?", "Ich gehe zweimal die Woche bouldern."),
    ("Wie weit laufe ich?", "Gestern waren es 14 km am Kanal."),
    ("Esse ich Fleisch?", "Seit dem Frühjahr lebe ich vegan."),
    ("Wie trinke ich meinen Kaffee?", "Ein Milchkaffee mit Hafermilch, ohne Zucker."),
    ("Welchen Tee mag ich?", "Abends gibt es Rooibos."),
    ("Wo essen wir am Freitag?", "Der Tisch im Lupo ist für acht reserviert."),
    ("Welches Buch lese ich gerade?", "Ich bin auf Seite 210 vom Zauberberg, die Kapitel sind lang."),
    ("Was haben wir letzte Woche geschaut?", "Die Doku über Aale hatte nur drei Folgen."),
    ("Wo ist das Konzert?", "Die Eintrittskarten sind für den Alten Speicher."),
    ("Welches Instrument spiele ich?", "Mein Cello braucht eine neue Saite."),
    ("Was sind meine Hobbys?", "Ich töpfere und stricke."),
    ("Was für ein Auto fahre ich?", "Der Skoda braucht neue Reifen."),
    ("Wohin geht die Reise?", "Wir fliegen nach Split, die Fähre ist gebucht."),
    ("Auf welchem Server läuft der Dienst?", "Er liegt auf einem Knoten bei Hetzner."),
    ("Welche Datenbank benutzen wir?", "Alles liegt in Postgres 16."),
    ("Wo liegt das Passwort?", "Im Tresor unter mail/smtp, in KeePass."),
    ("Wann gehen wir live?", "Das Release ist für den 3. geplant."),
    ("Welche Python-Version nehmen wir?", "Das Basisimage wurde auf 3.12 angehoben."),
    ("Wann bricht die Anfrage ab?", "Das Timeout steht auf 30 Sekunden."),
    ("Wer ist für die Abrechnung zuständig?", "Priya steht als Maintainer drin."),
    ("Wie laufen die Tests?", "Die Pipeline ruft nox bei jedem Push auf."),
    ("Wie schalten wir die neue Suche ein?", "Es gibt einen Schalter namens search_v2."),
    ("Wo landen die Fehler?", "Sentry schlägt Alarm und die Logs gehen nach Loki."),
    ("Wie werden die Daten gesichert?", "Restic macht jede Nacht einen Snapshot."),
    ("Was für einen Rechner habe ich?", "Ich habe ein gebrauchtes ThinkPad mit neuem Akku."),
    ("Bei welcher Bank bin ich?", "Mein Girokonto ist bei der Triodos."),
    ("Wie sollst du antworten?", "Bitte Stichpunkte und kurz."),
    ("Was schenke ich Papa?", "Er wünscht sich ein Vogelhaus."),
    ("Was hast du mir empfohlen?", "Mein Vorschlag wäre ein helles Salbeigrün."),
    ("Wie werde ich genannt?", "Mein Spitzname ist Fritzi."),
    ("Welche Sprachen spreche ich?", "Ich bin mit Katalanisch aufgewachsen."),
    ("Was lerne ich?", "Mein Abendkurs in Buchhaltung hat angefangen."),
    ("Woher komme ich?", "Meine Heimat ist ein Dorf an der Ostsee."),
    ("Wie komme ich zur Arbeit?", "Ich nehme die Straßenbahn, den Rest radle ich."),
    ("Wo steht mein Rad?", "Das Fahrrad ist im Keller angekettet."),
    ("Wo darf ich parken?", "Mein Anwohnerausweis gilt für Zone 4."),
    ("Welche Versicherung habe ich?", "Die Haftpflicht bei Allrisk deckt Glas ab."),
    ("Was muss ich fürs Finanzamt tun?", "Die Steuererklärung muss im Juli raus."),
    ("Was wächst in meinem Garten?", "Die Tomaten sind aufgegangen."),
    ("Wie groß bin ich?", "In Socken messe ich 183 cm."),
    ("Welche Farbe hat die Küche?", "Wir haben sie türkis gestrichen."),
    ("An welchem Tag ist Yoga?", "Yoga ist jetzt donnerstags."),
    ("Wie hoch ist das Budget?", "Wir können höchstens 12.000 Euro ausgeben."),
    ("Wer sind unsere Kunden?", "Der Auftraggeber ist eine Bäckereikette."),
    ("Woran glaube ich?", "Freitags gehe ich mit meinem Vater in die Moschee."),
    ("Wovor habe ich Angst?", "Spinnen sind mir ein Graus, ich fürchte sie."),
    ("Wann ist mein Mietvertrag unterschrieben worden?", "Der Vermieter kam am 2. März mit den Papieren."),
]

#: Written after it, before it was run on them: 42 of 55 were found. Then the gaps were filled.
DE_HELD_OUT = [
    ("Wo ist mein Büro?", "Die Zentrale ist in die Hafenstraße gewechselt."),
    ("Was arbeitet Malik?", "Malik ist gelernter Tischler."),
    ("Wer ist meine Chefin?", "Gerlinde ist seit März Teamleiterin."),
    ("Wann fängt meine Schicht an?", "Ich habe diese Woche Frühdienst ab sechs."),
    ("Habe ich die Stelle bekommen?", "Leider kam heute die Absage."),
    ("Wie ist meine Adresse?", "Küfergasse 14, Hinterhaus."),
    ("Wo ist der Ersatzschlüssel?", "Unter dem dritten Blumentopf."),
    ("Wann wird der Müll abgeholt?", "Die Biotonne kommt jeden zweiten Dienstag raus."),
    ("Was war an der Dusche kaputt?", "Laut Klempner ist ein Ventil undicht."),
    ("Wo ist meine Bohrmaschine?", "Im Keller im obersten Regal."),
    ("Welcher Zahn tut weh?", "Der Backenzahn oben pocht beim Kauen."),
    ("Was hat die Ärztin gesagt?", "Die Kardiologin sah nichts im MRT."),
    ("Welche Tabletten nimmt Oma?", "Sie schluckt 5 mg Bisoprolol."),
    ("Wogegen ist Milo allergisch?", "Milo bekommt von Pollen Niesanfälle."),
    ("Was habe ich mir verletzt?", "Ich habe mir das Handgelenk verstaucht."),
    ("Warum bin ich so müde?", "Ich bin um vier aufgewacht, die Matratze ist schlimm."),
    ("Wann haben wir geheiratet?", "Unser Hochzeitstag ist der 8. Mai."),
    ("Wie heißt meine Tochter?", "Unsere Älteste, Wanda, mag Käfer."),
    ("Wie alt ist Otto?", "Otto feierte am Samstag seinen Vierzigsten."),
    ("Wer ist Leander?", "Leander ist mein Neffe, er repariert Uhren."),
    ("Welche Rasse hat die Katze?", "Mimi ist eine Perserkatze."),
    ("Welcher Religion gehören wir an?", "Wir gehen samstags in die Synagoge."),
    ("Woher kommt Yuki?", "Yuki ist in Osaka aufgewachsen."),
    ("Was habe ich gebacken?", "Das Sauerteigbrot war zu lange im Ofen."),
    ("Was frühstücke ich?", "Immer Haferbrei mit Feigen."),
    ("Was habe ich bei Vera getrunken?", "Der Riesling war gut."),
    ("Welche Musik höre ich?", "Meistens Jazz und alten Techno."),
    ("Welchen Roman hat mir Sam geliehen?", "Ich bin bei Kapitel neun von Stoner."),
    ("Wann beginnt das Theaterstück?", "Die Aufführung ist um halb acht."),
    ("Was pflanze ich auf dem Balkon?", "Basilikum und Chili in Töpfen."),
    ("Welches Auto hat Ed?", "Eds Renault kam nicht durch den TÜV."),
    ("Wie fährt Lin zur Arbeit?", "Lin nimmt die Tram."),
    ("Wo haben wir in Porto übernachtet?", "In einer Jugendherberge über dem Fischladen."),
    ("Wann läuft mein Reisepass ab?", "Er ist gültig bis 2029."),
    ("Wie viel habe ich gespart?", "Auf dem Tagesgeld liegen 6.000."),
    ("Was muss ich einkaufen?", "Milch und Eier sind alle."),
    ("Was habe ich studiert?", "Meine Masterarbeit ging über Flechten."),
    ("Wann ist mein Spanischkurs?", "Die Dozentin kommt montags."),
    ("Was kann ich nicht leiden?", "Koriander finde ich widerlich."),
    ("Wie ist meine Telefonnummer?", "Festnetz: 030 555 0144."),
    ("In welchem Monat fahren wir?", "Los geht es im Oktober."),
    ("Wie oft gehe ich zur Physiotherapie?", "Zweimal die Woche."),
    ("Welchen Editor benutze ich?", "Neovim mit Plugins."),
    ("Welches Betriebssystem hat der alte Rechner?", "Da ist jetzt Debian drauf."),
    ("Wo ist die App gehostet?", "Auf zwei VMs in Frankfurt."),
    ("Wo sind die Zugangsdaten?", "In Bitwarden unter ops."),
    ("Wie loggen sich die Nutzer ein?", "Keycloak macht das per OIDC."),
    ("Wer kümmert sich um den Importer?", "Dana ist die Ansprechpartnerin."),
    ("Worin ist das Backend geschrieben?", "Kotlin, mit etwas Go."),
    ("Wie installieren wir die Abhängigkeiten?", "Wir sind auf pnpm umgestiegen."),
    ("Wie benennen wir Branches?", "Präfix ist das Ticket, dann squash."),
    ("Wer gibt den Code frei?", "Zwei Freigaben aus dem Kernteam."),
    ("Wie oft läuft der Aufräumjob?", "Nächtlich um 02:30 UTC."),
    ("Wo verwalten wir Aufgaben?", "Alles steht in Linear."),
    ("Was hat den Export kaputt gemacht?", "Ein Wettlauf im Schreiber, der Traceback half nicht."),
]

CHATTER = [
    "Hello there!",
    "How was your day?",
    "Tell me a joke.",
    "How does this work?",
    "Thanks a lot, that helps.",
    "Why is the sky blue?",
    "Write a poem about autumn.",
    "Can you fix this function?",
    "Explain recursion to me.",
    "Wie war dein Tag?",
    "Erzähl mir einen Witz.",
    "Danke dir, das hilft!",
    "Warum ist der Himmel blau?",
    "Schreib mir ein Gedicht.",
]

EVERY = pytest.mark.parametrize("lexicon", lexicons().values(), ids=list(lexicons()))
ANY_SAID = st.sampled_from([text for pair in (*EN, *EN_HELD_OUT, *DE, *DE_HELD_OUT) for text in pair])


def hints(question):
    return {term for group in related(question) for term in group}


def found(pairs):
    """The share of pairs whose told sentence has a term of a concept the question asks for."""
    return sum(not hints(question).isdisjoint(terms(told)) for question, told in pairs) / len(pairs)


def strangers(pairs):
    """The share of other sentences that a question's concepts find too."""
    told = [set(terms(text)) for _, text in pairs]
    asked = [hints(question) for question, _ in pairs]
    hits = [not a.isdisjoint(b) for i, a in enumerate(asked) for j, b in enumerate(told) if i != j]
    return sum(hits) / len(hits)


@pytest.mark.parametrize("pairs", [EN, EN_HELD_OUT, DE, DE_HELD_OUT], ids=["en", "en held out", "de", "de held out"])
def test_nearly_every_question_finds_what_was_told_in_other_words(pairs):
    assert found(pairs) >= 0.95


@pytest.mark.parametrize("pairs", [EN + EN_HELD_OUT, DE + DE_HELD_OUT], ids=["en", "de"])
def test_a_concept_finds_few_sentences_about_something_else(pairs):
    assert strangers(pairs) <= 0.04


@pytest.mark.parametrize("text", CHATTER)
def test_common_chatter_asks_for_nothing(text):
    assert related(text) == []


def test_the_concept_most_words_point_to_comes_first():
    groups = related("Which firm owns the house, the flat and the apartment?")
    assert "basement" in groups[0]


def test_a_phrase_wins_over_its_words():
    assert "rollback" in hints("When do we go live?")
    assert "attic" not in hints("When do we go live?")
    assert "attic" in hints("Where does she live?")


def test_an_idle_phrase_points_nowhere():
    assert related("Does it work?") == []
    assert "desk" in hints("Where do I work?")


def test_a_tell_word_does_not_ask():
    assert "canteen" in hints("Which firm employs me?")
    assert "canteen" not in hints("How wide is the desk?")


def test_a_compound_asks_for_what_its_parts_ask_for():
    assert "dozent" in hints("Wann ist mein Töpferkurs?")
    assert "kaution" in hints("Wo liegen die Mietvertragsunterlagen?")
    assert related("Ist das Licht autonom?") == []


def test_a_question_without_function_words_is_read_in_the_language_that_knows_its_words():
    assert "plomb" in hints("Zahnarzttermin?")
    assert "brace" in hints("Dentist?")


def test_a_stop_word_of_one_language_points_to_nothing_in_another():
    assert "funer" not in hints("Wie werden die Daten gesichert?")


def test_a_language_without_a_lexicon_has_no_concepts():
    assert language("Dove si trova il hotel di mia sorella e perché?") == "it"
    assert related("Dove si trova il hotel di mia sorella e perché?") == []


@given(st.lists(ANY_SAID, max_size=3).map(" ".join) | st.text(max_size=200))
def test_what_is_related_is_new_and_there_once(question):
    own = {form for group in query_terms(question) for form in group}
    groups = related(question)
    assert all(groups)
    assert all(own.isdisjoint(group) and len(set(group)) == len(group) for group in groups)
    assert related(question) == groups


@EVERY
def test_every_tell_word_is_a_term_of_a_text_that_has_it(lexicon):
    told = {word for concept in lexicon.concepts for word in concept.tell}
    assert {word for word in told if word in stop_words(lexicon.code) or " " in word} == set()
    assert {word for word in told if not terms(word, lang=lexicon.code)} == set()


@EVERY
def test_every_pointer_can_be_met_in_a_question(lexicon):
    pointers = [*lexicon.idle, *(phrase for concept in lexicon.concepts for phrase in concept.ask)]
    single = {phrase for phrase in pointers if " " not in phrase}
    assert single.isdisjoint(stop_words(lexicon.code))
    assert {phrase for phrase in pointers if len(phrase.split()) > 3} == set()
    assert {word for phrase in pointers for word in phrase.split() if word not in words(word)} == set()


@EVERY
def test_words_are_written_as_they_are_compared(lexicon):
    written = {word for concept in lexicon.concepts for word in (*concept.ask, *concept.tell)}
    assert {word for word in written if word != word.casefold()} == set()


@EVERY
def test_a_concept_has_a_name_of_its_own_and_enough_words(lexicon):
    names = [concept.name for concept in lexicon.concepts]
    assert len(set(names)) == len(names) >= 90
    assert {
        concept.name for concept in lexicon.concepts if not 6 <= len(concept.tell) <= 45 or not concept.ask
    } == set()
    assert lexicon.code in languages()


def test_a_concept_has_the_same_name_in_every_language():
    english, *others = ({concept.name for concept in lexicon.concepts} for lexicon in lexicons().values())
    assert all(names <= english for names in others)
