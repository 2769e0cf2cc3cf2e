"""English."""

from ltml.text.concepts import Lexicon, concept

_WORK = (
    concept(
        "employer",
        "employer employed firm company boss office colleague coworker salary hired job employment workplace corporation",
        ask="work works working career who_employs",
        tell="desk contract shift shifts canteen badge payroll manager headquarters cubicle commute onboarding "
        "apprenticeship internship startup agency department probation wages reception warehouse",
    ),
    concept(
        "profession",
        "profession occupation career job trade",
        ask="for_a_living line_of_work do_i_do earn_my_living",
        tell="nurse teacher engineer accountant electrician plumber carpenter architect lawyer pharmacist programmer "
        "developer designer baker chef journalist translator photographer librarian mechanic midwife joiner consultant "
        "freelance self-employed apprentice trained",
    ),
    concept(
        "deadline",
        "deadline due submit submission overdue",
        ask="finished_by ready_by hand_in turn_in done_by",
        tell="deliver delivered delivery handed submitted extension latest cutoff extended reviewer hand",
    ),
    concept(
        "meeting",
        "meeting meet appointment standup call catch-up conference",
        ask="discuss sync",
        tell="agenda calendar invite invited retro workshop zoom slot minutes recurring weekly room",
    ),
)

_HOME = (
    concept(
        "home",
        "home house flat apartment address residence",
        ask="live living lives reside where_i_live accommodation",
        tell="street avenue lane floor attic basement balcony neighbourhood neighborhood moved tenant landlord landlady "
        "bedroom kitchen cottage bungalow terraced studio storey suburb postcode",
    ),
    concept(
        "rent",
        "rent landlord lease tenancy",
        ask="housing_cost pay_for_the_flat",
        tell="deposit tenant landlady monthly utilities sublet mortgage furnished notice letting",
    ),
    concept(
        "door_code",
        "code pin combination keypad key keys lock password passcode",
        ask="open unlock get_into enter entrance get_in",
        tell="door gate digits safe locker padlock alarm intercom doormat flowerpot spare lockbox garage press",
    ),
    concept(
        "neighbour",
        "neighbour neighbor",
        ask="next_door lives_above lives_below upstairs downstairs",
        tell="upstairs downstairs opposite fence hedge stairwell flatmate noise noisy parcel",
    ),
)

_HEALTH = (
    concept(
        "dentist",
        "dentist tooth teeth dental",
        tell="filling crown molar wisdom gum root canal braces cavity orthodontist hygienist toothache extraction jaw",
    ),
    concept(
        "doctor",
        "doctor physician gp clinic surgery hospital checkup medical",
        ask="health treated treats",
        tell="appointment specialist dermatologist cardiologist gynaecologist physiotherapist consultant nurse practice "
        "referral referred scan x-ray mri bloods ward prescribed diagnosis diagnosed",
    ),
    concept(
        "medicine",
        "medicine medication pill tablet drug prescription dose dosage",
        ask="medicines taking treatment",
        tell="mg milligram microgram mcg prescribed pharmacy capsule antibiotic ibuprofen paracetamol insulin inhaler "
        "metformin thyroxine drops injection antihistamine daily breakfast swallow",
    ),
    concept(
        "allergy",
        "allergy allergic intolerance intolerant",
        ask="react avoid not_eat can't_eat must_not_eat cannot_eat",
        tell="peanut nuts pollen lactose gluten shellfish penicillin latex hives rash anaphylaxis epipen coeliac celiac "
        "hayfever swells itch itchy wasp dander swelling",
    ),
    concept(
        "emergency_contact",
        "emergency",
        ask="in_an_emergency urgent who_to_call call_first",
        tell="contact ring notify notified reach kin ambulance number next phone",
    ),
    concept(
        "ailment",
        "pain ache hurt hurts sore injury injured illness symptom",
        ask="condition complaint health suffer suffers wrong_with",
        tell="headache migraine backache sciatica knee shoulder ankle wrist asthma diabetes diabetic arthritis sprained "
        "torn ligament tendon fracture broke swollen dizzy fever cough surgery operation cast crutches",
    ),
    concept(
        "sleep",
        "sleep asleep insomnia bedtime nap",
        ask="rest tired",
        tell="bed pillow mattress awake woke wake snore dream nightmare earplugs midnight melatonin alarm duvet",
    ),
)

_FAMILY = (
    concept(
        "partner",
        "partner wife husband spouse girlfriend boyfriend fiance fiancee",
        ask="married_to together_with dating significant_other married",
        tell="married engaged wedding anniversary divorced proposed honeymoon ex",
    ),
    concept(
        "children",
        "child children kid son daughter toddler baby",
        ask="offspring kids boys girls",
        tell="stepson stepdaughter newborn twins nursery kindergarten crib born eldest youngest teenager schoolboy "
        "pregnant diapers nappies grade",
    ),
    concept(
        "parents",
        "parent mother father mum mom dad",
        ask="folks",
        tell="mummy daddy mam papa mama stepmother stepfather stepmum stepdad retired",
    ),
    concept(
        "siblings",
        "sibling brother sister",
        tell="twin half-brother half-sister stepbrother stepsister elder younger eldest youngest",
    ),
    concept(
        "relatives",
        "relative family cousin uncle aunt nephew niece grandmother grandfather",
        ask="relation related grandparents in-laws",
        tell="gran grandma grandpa granny granddad nan grandson granddaughter mother-in-law father-in-law auntie godmother "
        "godfather in-laws",
    ),
    concept(
        "birthday",
        "birthday born age",
        ask="how_old date_of_birth turn_how_old celebrate",
        tell="turned turns turning cake candles party years-old birth celebrates celebrated birthdate",
    ),
    concept(
        "wedding",
        "wedding marry marriage",
        ask="married tie_the_knot",
        tell="bride groom registry ceremony bridesmaid vows honeymoon engaged church reception wed anniversary",
    ),
    concept(
        "pets",
        "pet animal dog cat",
        ask="breed pets puppy kitten",
        tell="puppy kitten hamster rabbit budgie parrot goldfish tortoise terrier poodle labrador retriever beagle "
        "dachshund collie spaniel greyhound mongrel tabby siamese persian gecko pony leash kennel paws fur",
    ),
    concept(
        "vet",
        "vet veterinarian veterinary",
        ask="animal_doctor",
        tell="vaccinated vaccination worming neutered spayed microchip chipped paw deworming booster shots",
    ),
)

_FREE_TIME = (
    concept(
        "sport",
        "sport gym exercise training workout",
        ask="fit fitness sports active train",
        tell="lift lifting climb climbing bouldering swim swimming rowing tennis badminton football basketball volleyball "
        "judo karate yoga pilates squash squats deadlift match coach club league",
    ),
    concept(
        "running",
        "run running jog marathon race",
        ask="mileage runner jogging",
        tell="kilometres kilometers miles km 5k 10k half-marathon pace sneakers trainers laps training parkrun finish",
    ),
    concept(
        "diet",
        "diet vegetarian vegan eat",
        ask="dietary eater food",
        tell="meat fish pescatarian plant-based tofu dairy carbs keto gluten pork halal kosher calories sugar-free fasting",
    ),
    concept(
        "coffee",
        "coffee espresso cappuccino latte",
        ask="caffeine hot_drink coffees",
        tell="flat-white decaf cortado americano mocha beans roast grinder oat milk barista filter sugar cup brew",
    ),
    concept(
        "tea",
        "tea",
        ask="hot_drink brew teas",
        tell="earl darjeeling assam oolong rooibos chamomile peppermint jasmine sencha matcha chai teapot kettle herbal infusion",
    ),
    concept(
        "restaurant",
        "restaurant bistro eatery diner pizzeria",
        ask="dinner eat_out dine lunch",
        tell="table reservation booked menu waiter trattoria tapas ramen sushi steakhouse brasserie takeaway curry brunch",
    ),
    concept(
        "book",
        "book novel read reading author",
        ask="books literature",
        tell="pages chapter library paperback thriller biography memoir poems poetry audiobook kindle trilogy bookshop "
        "bookmark writer story",
    ),
    concept(
        "film",
        "film movie series show cinema",
        ask="watch watching television tv",
        tell="episode season netflix director actor actress thriller documentary comedy binge streaming screening premiere "
        "anime sitcom trailer watched",
    ),
    concept(
        "concert",
        "concert gig music band festival",
        ask="tickets listen musician singer live_music song",
        tell="tickets venue stage hall orchestra album tour choir jazz symphony quartet opera arena vinyl playlist singer",
    ),
    concept(
        "instrument",
        "instrument",
        ask="play plays playing musical",
        tell="piano guitar violin cello flute clarinet saxophone trumpet drums bass ukulele accordion harp trombone viola "
        "banjo organ keyboard oboe recorder lessons strings",
    ),
    concept(
        "hobby",
        "hobby pastime hobbies",
        ask="free_time spare_time leisure interests passion do_for_fun",
        tell="knitting pottery painting woodworking chess crochet photography birdwatching fishing sewing origami gaming "
        "collecting collect stamps baking drawing gardening hiking cycling model allotment",
    ),
)

_TRAVEL = (
    concept(
        "car",
        "car vehicle automobile van",
        ask="drive driving drives",
        tell="tyres tires garage mechanic engine diesel petrol hybrid electric mileage hatchback estate suv licence plate "
        "mot inspection volkswagen toyota skoda renault volvo ford",
    ),
    concept(
        "travel",
        "trip travel journey holiday vacation",
        ask="abroad go_on_holiday travelling destination visit",
        tell="flight fly flew hotel hostel airport passport visa suitcase train ferry booked itinerary beach tour luggage "
        "airbnb campsite cruise backpacking",
    ),
)

_SOFTWARE = (
    concept(
        "deploy",
        "deploy deployment release ship rollout production",
        ask="go_live going_live goes_live put_live publish roll_out",
        tell="shipped released deployed staging rolled rollback canary prod merged tag freeze cutover launch launched live",
    ),
    concept(
        "server",
        "server host machine box environment",
        ask="hosted hosting runs_on run_on",
        tell="staging vm cluster cloud aws hetzner node rack container kubernetes docker vps droplet instance ssh hostname "
        "datacenter",
    ),
    concept(
        "database",
        "database db",
        ask="store_data stored persistence",
        tell="postgres postgresql mysql mariadb sqlite mongodb redis schema table connection port replica migration sql "
        "query oracle pool",
    ),
    concept(
        "secret",
        "secret password token credential passphrase login",
        ask="log_in sign_in authenticate api_key",
        tell="vault key keys keepass 1password bitwarden env keychain rotate rotated oauth username ssh certificate",
    ),
)

lexicon = Lexicon(code="en", concepts=(*_WORK, *_HOME, *_HEALTH, *_FAMILY, *_FREE_TIME, *_TRAVEL, *_SOFTWARE))
