"""English."""

from ltml.text.concepts import Lexicon, concept

_WORK = (
    concept(
        "employer",
        "employer employed employ firm company boss office colleague coworker salary hired job employment workplace",
        ask="work works worked working career earn_money earn_my_money corporation organisation organization",
        tell="desk contract shift shifts canteen badge payroll manager headquarters cubicle commute onboarding "
        "apprenticeship internship startup agency department probation wages reception warehouse team hr",
    ),
    concept(
        "profession",
        "profession occupation career job trade",
        ask="for_a_living line_of_work earn_my_living professionally qualified earn_money",
        tell="nurse teacher engineer accountant electrician plumber carpenter architect lawyer pharmacist programmer "
        "developer designer baker chef journalist translator photographer librarian mechanic midwife joiner "
        "consultant freelance freelancer self-employed apprentice trained carer paramedic surveyor hairdresser "
        "florist",
    ),
    concept(
        "boss",
        "boss manager supervisor superior",
        ask="report_to reports_to in_charge team_lead line_manager",
        tell="lead director ceo founder foreman chief principal reports cto",
    ),
    concept(
        "colleague",
        "colleague coworker teammate co-worker",
        ask="work_with works_with work_together on_my_team in_my_team on_the_team",
        tell="team desk pair joined onboarding intern trainee department lunch",
    ),
    concept(
        "salary",
        "salary wage wages pay payroll income raise",
        ask="earn earns earning paid make_a_month make_a_year",
        tell="gross net bonus payslip paycheck hourly monthly annual pension overtime negotiated",
    ),
    concept(
        "working_hours",
        "shift hours overtime part-time full-time",
        ask="start_work finish_work working_hours office_hours working_days work_late days_off schedule",
        tell="nine-to-five nights rota flexitime flextime clock roster weekdays remote",
    ),
    concept(
        "remote_work",
        "remote remotely homeoffice",
        ask="work_from_home working_from_home work_from_where",
        tell="hybrid coworking office study desk headset webcam vpn teleworking",
    ),
    concept(
        "job_search",
        "interview applied application applying vacancy recruiter",
        ask="get_that_job get_the_job hired job new_job looking_for_work job_search change_jobs",
        tell="cv resume offer rejected shortlisted candidate references headhunter position notice resigned redundant",
    ),
    concept(
        "project",
        "project initiative",
        ask="working_on work_on busy_with side_project",
        tell="prototype milestone roadmap kickoff sprint startup building rewriting migrating launch phase",
    ),
    concept(
        "deadline",
        "deadline due submit submission overdue",
        ask="finished_by ready_by hand_in turn_in done_by finished ready",
        tell="deliver delivered delivery handed submitted extension latest cutoff extended expires closes",
    ),
    concept(
        "meeting",
        "meeting meet standup catch-up conference",
        ask="discuss sync get_together gets_together team_call",
        tell="agenda calendar invite invited retro workshop zoom slot minutes recurring weekly appointment kickoff "
        "review",
    ),
    concept(
        "appointment",
        "appointment booking booked schedule scheduled",
        ask="appointments planned calendar coming_up have_to_be due_at",
        tell="slot reschedule rescheduled postponed consultation checkup calendar session interview hairdresser",
    ),
    concept(
        "customer",
        "customer client",
        ask="work_for_whom buyers buys clients",
        tell="account contract commissioned pilot licence retailer stakeholder subscriber invoice tender",
    ),
    concept(
        "budget",
        "budget cost costs spend",
        ask="afford how_much_money financing funds",
        tell="euros dollars pounds eur usd gbp grant funding approved expenses allocated quote estimate cap",
    ),
    concept(
        "price",
        "price cost costs charge fee",
        ask="how_much_is how_much_are how_much_did expensive cheap paid pay worth",
        tell="euros euro dollars dollar pounds quid bucks eur usd gbp chf paid discount bargain",
    ),
    concept(
        "invoice",
        "invoice bill billing payment",
        ask="charged owe owes",
        tell="receipt refund paypal transfer transferred reminder instalment debit iban vat outstanding",
    ),
)

_HOME = (
    concept(
        "home",
        "home house flat apartment address residence",
        ask="live living lives lived reside where_i_live accommodation stay_now",
        tell="street avenue lane floor attic basement balcony neighbourhood neighborhood moved tenant landlord "
        "landlady bedroom kitchen cottage bungalow terraced studio storey suburb postcode moving",
    ),
    concept(
        "rent",
        "rent landlord lease tenancy landlady",
        ask="housing_cost flat_cost apartment_cost house_cost flat apartment",
        tell="deposit tenant monthly utilities sublet mortgage furnished letting",
    ),
    concept(
        "moving_house",
        "move moved moving relocate relocated",
        ask="new_flat new_house new_home",
        tell="boxes removal van unpacked keys lease belongings handover mortgage bought settled",
    ),
    concept(
        "door_code",
        "code pin combination keypad key keys lock padlock password passcode",
        ask="open unlock get_into enter entrance get_in get_inside access",
        tell="door gate digits safe locker alarm intercom doormat flowerpot spare lockbox garage press",
    ),
    concept(
        "neighbour",
        "neighbour neighbor",
        ask="next_door next_to_mine next_to_me lives_above lives_below upstairs downstairs",
        tell="upstairs downstairs opposite fence hedge stairwell noisy parcel parcels",
    ),
    concept(
        "flatmate",
        "flatmate roommate housemate",
        ask="live_with lives_with share_a_flat share_the_flat living_with",
        tell="flatshare shared sublet subletting chores",
    ),
    concept(
        "heating",
        "heating heat boiler radiator",
        ask="warm energy electricity cold_at_home",
        tell="gas thermostat furnace heatpump insulation meter kwh solar panels tariff pump",
    ),
    concept(
        "repair",
        "faulty repair repaired broken leak",
        ask="repairs stop_working stopped_working not_working broke handyman damaged renovate mend",
        tell="plumber electrician leaking leaks dripping faulty cracked spare replaced roofer warranty mould drill",
    ),
    concept(
        "wifi",
        "wifi wi-fi wlan internet router network broadband",
        ask="online connect_to_the",
        tell="ssid fibre fiber modem password mesh hotspot megabit ethernet provider",
    ),
    concept(
        "rubbish",
        "rubbish trash garbage waste bin bins recycling",
        ask="collected put_out",
        tell="collection compost glass cardboard dustbin tip landfill wheelie",
    ),
    concept(
        "cleaning",
        "clean cleaning laundry housework chores",
        ask="wash tidy",
        tell="vacuum hoover mop detergent dishwasher cleaner ironing bleach washing-machine dusting",
    ),
    concept(
        "whereabouts",
        "stored storage",
        ask="where_is_my where_are_my where_did_i where_are_the kept find_my hidden hide leave_my left_my",
        tell="drawer cupboard shelf cellar attic wardrobe closet cabinet hook behind underneath basket box garage",
    ),
    concept(
        "furniture",
        "furniture sofa couch",
        ask="sit furnished furnish",
        tell="armchair bookcase shelves wardrobe mattress lamp rug curtains ikea cupboard stool dresser",
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
        tell="appointment specialist dermatologist cardiologist gynaecologist physiotherapist consultant nurse "
        "practice referral referred scan x-ray mri ward prescribed diagnosis diagnosed",
    ),
    concept(
        "medicine",
        "medicine medication pill tablet drug prescription dose dosage",
        ask="medicines treatment do_i_take must_i_take i_swallow",
        tell="mg milligram milligrams microgram mcg prescribed pharmacy capsule antibiotic ibuprofen paracetamol "
        "insulin inhaler metformin thyroxine drops injection antihistamine swallow daily",
    ),
    concept(
        "allergy",
        "allergy allergic intolerance intolerant",
        ask="have_nuts have_milk may_eat can_eat react avoid not_eat can't_eat cannot_eat must_not_eat not_tolerate "
        "safe_to_eat",
        tell="peanut peanuts nuts pollen lactose gluten shellfish penicillin latex hives rash anaphylaxis epipen "
        "coeliac celiac hayfever swells swell itch itchy wasp dander swelling sneeze sneezing",
    ),
    concept(
        "emergency_contact",
        "emergency",
        ask="in_an_emergency who_to_call call_first happens_to_me should_be_called should_be_phoned something_happens",
        tell="contact ring notify notified kin ambulance accident reach",
    ),
    concept(
        "ailment",
        "pain ache hurt hurts sore injury injured illness symptom",
        ask="condition complaint health suffer suffers wrong_with sick disease",
        tell="headache migraine backache sciatica knee shoulder ankle wrist asthma diabetes diabetic arthritis "
        "sprained torn ligament tendon fracture swollen dizzy fever cough operation cast crutches",
    ),
    concept(
        "sleep",
        "sleep asleep insomnia bedtime nap",
        ask="rest tired go_to_bed get_up wake_up",
        tell="bed pillow mattress awake woke wake snore dream nightmare earplugs midnight melatonin duvet",
    ),
    concept(
        "eyesight",
        "glasses eyes eyesight vision",
        ask="see_well optician",
        tell="lenses optician short-sighted dioptre dioptres spectacles bifocals varifocals ophthalmologist frames",
    ),
    concept(
        "operation",
        "operation surgery operated surgeon",
        ask="hospital procedure",
        tell="anaesthetic anesthetic stitches ward discharged appendix implant transplant recovery scar theatre knee "
        "hip",
    ),
    concept(
        "mental_health",
        "therapy therapist anxiety depression stress",
        ask="mental_health mood feeling_down psychologist counselling",
        tell="counsellor psychologist psychiatrist burnout panic overwhelmed mindfulness meditation depressed anxious",
    ),
    concept(
        "pregnancy",
        "pregnant pregnancy expecting baby",
        ask="due_date",
        tell="midwife trimester ultrasound antenatal prenatal birth maternity nursery newborn",
    ),
    concept(
        "smoking",
        "smoke smoking cigarette smoker",
        ask="nicotine bad_habit",
        tell="quit vape vaping tobacco patches nicotine pack lighter",
    ),
    concept(
        "vaccination",
        "vaccine vaccination vaccinated jab",
        ask="immunised immunized shots",
        tell="booster tetanus measles flu hepatitis injection immunity",
    ),
    concept(
        "body_size",
        "tall height weigh weight",
        ask="how_big body_size size",
        tell="cm kg kilos metres meters pounds lbs stone feet foot inches inch scales centimetres",
    ),
    concept(
        "clothes_size",
        "size clothes clothing shoe shoes wear",
        ask="fits fit_me wears dress",
        tell="trousers jeans jacket shirt sneakers boots sweater trainers medium xl collar waist coat",
    ),
    concept(
        "hair",
        "hair hairdresser haircut barber",
        ask="look_like looks_like",
        tell="blond blonde curly dyed beard bald ginger brunette fringe stylist moustache freckles",
    ),
)

_FAMILY = (
    concept(
        "partner",
        "partner wife husband spouse girlfriend boyfriend fiance fiancee fiancé fiancée",
        ask="married_to together_with dating significant_other married in_love relationship",
        tell="married engaged wedding anniversary divorced proposed honeymoon ex",
    ),
    concept(
        "children",
        "child children kid son daughter toddler baby",
        ask="offspring boys girls",
        tell="stepson stepdaughter newborn twins nursery kindergarten crib born eldest youngest teenager pregnant "
        "diapers nappies",
    ),
    concept(
        "parents",
        "parent mother father mum mom dad",
        ask="folks",
        tell="mummy daddy papa mama stepmother stepfather stepmum stepdad",
    ),
    concept(
        "siblings",
        "sibling brother sister",
        tell="twin half-brother half-sister stepbrother stepsister elder younger eldest youngest",
    ),
    concept(
        "relatives",
        "relative family cousin uncle aunt nephew niece grandmother grandfather",
        ask="relation related grandparents in-laws mum_brother mum_sister dad_brother dad_sister mother_brother "
        "mother_sister father_brother father_sister",
        tell="gran grandma grandpa granny granddad nan grandson granddaughter mother-in-law father-in-law auntie "
        "godmother godfather in-laws brother-in-law sister-in-law",
    ),
    concept(
        "relation",
        ask="who_is who_are who_was who_were",
        tell="friend colleague coworker neighbour neighbor cousin uncle aunt nephew niece wife husband girlfriend "
        "boyfriend brother sister boss teacher landlord dentist grandson granddaughter godmother godfather",
    ),
    concept(
        "friends",
        "friend buddy mate pal",
        ask="acquaintance know_from friendship",
        tell="schoolmate classmate bestie roommate befriended pub",
    ),
    concept(
        "birthday",
        "birthday born age",
        ask="how_old date_of_birth turn_how_old celebrate",
        tell="turned turns turning cake candles birth celebrates celebrated birthdate balloons",
    ),
    concept(
        "wedding",
        "wedding marry marriage",
        ask="married tie_the_knot",
        tell="bride groom registry ceremony bridesmaid vows honeymoon engaged church reception wed anniversary",
    ),
    concept(
        "separation",
        "divorce divorced separated split breakup",
        ask="ex no_longer_together",
        tell="ex-wife ex-husband custody single alimony dumped",
    ),
    concept(
        "loss",
        "died death funeral",
        ask="passed_away die lost_someone deceased",
        tell="passed buried cemetery grave grief mourning cremation widow widower ashes inherited",
    ),
    concept(
        "name",
        "nickname name named surname",
        ask="called call_me calls_me friends_call who_is_my",
        tell="short maiden alias christened abbreviated",
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
        tell="vaccinated vaccination worming neutered spayed microchip chipped paw deworming booster limping",
    ),
    concept(
        "religion",
        "religion religious faith believe church",
        ask="worship belief beliefs pray",
        tell="mosque synagogue temple priest imam rabbi mass prayer catholic protestant muslim jewish buddhist hindu "
        "atheist ramadan baptised bible quran parish",
    ),
    concept(
        "origin",
        "born hometown birthplace native",
        ask="from_originally grow_up grew_up am_i_from come_from comes_from originally roots where_from is_she_from "
        "is_he_from are_they_from background",
        tell="grew raised village childhood immigrated emigrated homeland origins moved coast farm",
    ),
    concept(
        "country",
        "country nationality citizenship",
        ask="come_from abroad nation where_from am_i_from",
        tell="germany france spain italy poland portugal greece turkey ireland scotland england wales sweden norway "
        "denmark finland netherlands belgium austria switzerland canada mexico brazil argentina india china "
        "japan korea vietnam australia nigeria kenya egypt morocco ukraine",
    ),
    concept(
        "languages_spoken",
        "language speak fluent bilingual native",
        ask="languages speaks spoken tongue",
        tell="english german french spanish italian portuguese dutch polish russian ukrainian turkish arabic "
        "mandarin chinese japanese korean catalan swedish norwegian danish finnish greek czech hungarian hindi "
        "dialect accent",
    ),
)

_FREE_TIME = (
    concept(
        "sport",
        "sport gym exercise training workout",
        ask="fit fitness sports active train",
        tell="lift lifting climb climbing bouldering swim swimming rowing tennis badminton football basketball "
        "volleyball judo karate yoga pilates squash squats deadlift match coach handball hockey rugby cricket "
        "fencing",
    ),
    concept(
        "running",
        "jogging jog marathon race",
        ask="run running mileage runner how_far",
        tell="ran kilometres kilometers miles km 5k 10k half-marathon pace trainers laps parkrun sprint treadmill",
    ),
    concept(
        "swimming",
        "swim swimming pool",
        ask="swimmer",
        tell="lengths laps crawl breaststroke lido lake goggles lane butterfly diving",
    ),
    concept(
        "outdoors",
        "hike hiking mountain walk trail",
        ask="outdoors nature hikes",
        tell="summit peak rucksack backpack boots tent campsite forest ridge hut scenic camping trek",
    ),
    concept(
        "diet",
        "diet vegetarian vegan eat",
        ask="dietary eater food meat",
        tell="meat fish pescatarian plant-based tofu dairy carbs keto gluten pork halal kosher calories sugar-free "
        "fasting",
    ),
    concept(
        "meal",
        "breakfast lunch dinner supper meal dish",
        ask="eat eating food favourite_food favorite_food",
        tell="soup stew pasta pizza curry noodles rice dumplings salad porridge muesli toast pancakes lasagne "
        "goulash risotto burger sandwich snack",
    ),
    concept(
        "cooking",
        "cook cooking recipe bake baking",
        ask="kitchen prepare_food",
        tell="oven pan simmer dough flour ingredients spices garlic stew roast casserole sourdough fry boil whisk",
    ),
    concept(
        "sweets",
        "dessert chocolate sweet cake",
        ask="sweets snack treat",
        tell="icecream ice-cream biscuits cookies liquorice brownie pudding pastry caramel gummy tiramisu pie",
    ),
    concept(
        "coffee",
        "coffee espresso cappuccino latte",
        ask="caffeine hot_drink coffees cafe",
        tell="flat-white decaf cortado americano mocha beans grinder oat milk barista filter sugar cup brew",
    ),
    concept(
        "tea",
        "tea",
        ask="hot_drink brew teas",
        tell="earl darjeeling assam oolong rooibos chamomile peppermint jasmine sencha matcha chai teapot kettle "
        "herbal",
    ),
    concept(
        "drinks",
        "drink beer wine alcohol cocktail",
        ask="drinks beverage drank",
        tell="whisky whiskey gin rum vodka lager ale stout cider prosecco riesling pinot merlot sober teetotal juice "
        "lemonade cola water",
    ),
    concept(
        "restaurant",
        "restaurant bistro eatery diner pizzeria",
        ask="dinner eat_out dine lunch cafe",
        tell="table reservation booked menu waiter trattoria tapas ramen sushi steakhouse brasserie takeaway curry "
        "brunch",
    ),
    concept(
        "book",
        "book novel read reading author",
        ask="books literature",
        tell="pages page chapter chapters library paperback thriller biography memoir poems poetry audiobook kindle "
        "trilogy bookshop bookmark writer",
    ),
    concept(
        "film",
        "film movie series cinema",
        ask="watch watching watched television tv tv_show",
        tell="episode season netflix director actor actress thriller documentary comedy binge streaming screening "
        "premiere anime sitcom trailer",
    ),
    concept(
        "concert",
        "concert gig band festival",
        ask="tickets live_music music perform",
        tell="tickets ticket venue stage hall orchestra tour choir symphony quartet opera arena doors encore",
    ),
    concept(
        "music",
        "music song album band singer",
        ask="listen listening artist genre musician",
        tell="playlist vinyl jazz techno metal punk folk classical hiphop rap reggae blues spotify headphones soul "
        "indie",
    ),
    concept(
        "instrument",
        "instrument",
        ask="musical play_music",
        tell="piano guitar violin cello flute clarinet saxophone trumpet drums bass ukulele accordion harp trombone "
        "viola banjo organ keyboard oboe strings",
    ),
    concept(
        "theatre",
        "theatre theater musical ballet opera",
        ask="play_start play_begin the_play see_a_play on_stage stage",
        tell="actor rehearsal premiere audition script costume backstage performance seats interval",
    ),
    concept(
        "museum",
        "museum exhibition gallery art",
        ask="artist exhibited",
        tell="painting sculpture exhibit painter watercolour portrait curator guided",
    ),
    concept(
        "hobby",
        "hobby pastime",
        ask="free_time spare_time leisure interests passion do_for_fun hobbies weekends",
        tell="knitting pottery painting woodworking chess crochet photography birdwatching fishing sewing origami "
        "gaming collecting collect stamps baking drawing gardening hiking cycling allotment",
    ),
    concept(
        "handicraft",
        "craft knitting sewing woodwork",
        ask="make_by_hand handmade hobby",
        tell="knit crochet wool yarn needles loom pottery kiln clay carving chisel workshop stitch quilt scarf",
    ),
    concept(
        "games",
        "game gaming chess",
        ask="games play playing",
        tell="console playstation xbox nintendo steam boardgame poker dice puzzle cards quest multiplayer rook",
    ),
    concept(
        "garden",
        "garden plant plants gardening flower",
        ask="grow grows growing vegetables",
        tell="tomatoes beans roses tulips herbs basil seeds seedlings soil compost prune hedge lawn greenhouse "
        "allotment watering orchid cactus pot balcony courgettes raised",
    ),
    concept(
        "volunteering",
        "volunteer volunteering charity club",
        ask="help_out member association",
        tell="donate donation fundraiser shelter soup-kitchen scouts committee treasurer unpaid foodbank",
    ),
)

_TRAVEL = (
    concept(
        "car",
        "car vehicle automobile van",
        ask="drive driving drives",
        tell="tyres tires garage mechanic engine diesel petrol hybrid hatchback suv mot volkswagen toyota skoda "
        "renault volvo ford audi bmw fiat honda hyundai tesla opel",
    ),
    concept(
        "bicycle",
        "bicycle bike cycle",
        ask="ride cyclist",
        tell="pedal chain saddle helmet brakes gears e-bike tandem panniers puncture spokes handlebar frame cycled",
    ),
    concept(
        "parking",
        "park parking parked",
        ask="leave_the_car leave_my_car",
        tell="permit garage zone driveway level bay multi-storey kerb meter underground",
    ),
    concept(
        "commute",
        "commute commuting",
        ask="get_to_work way_to_work to_the_office go_to_work travel_to_work",
        tell="tram bus train subway underground metro carpool cycle cycling platform ride",
    ),
    concept(
        "travel",
        "trip travel journey holiday vacation",
        ask="abroad travelling destination visit holidays",
        tell="flight fly flew hotel hostel airport passport visa suitcase train ferry itinerary beach tour luggage "
        "airbnb campsite cruise backpacking",
    ),
    concept(
        "flight",
        "flight fly flying plane",
        ask="airport airline take_off",
        tell="gate boarding terminal layover stopover luggage lufthansa ryanair landing airfare aisle checked-in",
    ),
    concept(
        "hotel",
        "hotel hostel accommodation guesthouse",
        ask="stay staying stayed sleep_there overnight",
        tell="airbnb booked room nights check-in reception campsite pension lodge cabin reservation suite",
    ),
    concept(
        "train_journey",
        "train railway station",
        ask="depart leave_from arrive departure",
        tell="platform carriage seat ticket connection sleeper eurostar delayed intercity railcard",
    ),
    concept(
        "identity_papers",
        "passport visa licence license permit",
        ask="identity documents papers",
        tell="expires expired renewed renewal consulate embassy residence biometric issued citizenship driving",
    ),
)

_MONEY = (
    concept(
        "bank",
        "bank account",
        ask="banking bank_details money",
        tell="iban savings checking current giro debit card branch overdraft transfer credit sort-code joint",
    ),
    concept(
        "insurance",
        "insurance insured insurer",
        ask="covered cover",
        tell="policy premium claim liability covers broker excess deductible coverage",
    ),
    concept(
        "tax",
        "tax taxes",
        ask="tax_return revenue",
        tell="return irs hmrc accountant refund deduct deductible vat declaration filing receipts bracket",
    ),
    concept(
        "saving",
        "savings saving invest investment",
        ask="put_by put_aside how_much_money set_aside save save_up money",
        tell="etf fund shares stocks pension isa bonds portfolio deposit aside mortgage loan debt",
    ),
    concept(
        "subscription",
        "subscription subscribe subscribed membership",
        ask="member cancel renew",
        tell="monthly cancelled canceled trial renews renewal netflix spotify fee yearly annual",
    ),
    concept(
        "present",
        "present gift",
        ask="give_her give_him get_for buy_for wish presents give_to surprise_for",
        tell="wish wished wishes voucher wrapped wishlist surprise parcel gave bouquet",
    ),
    concept(
        "shopping",
        "shopping buy groceries shop",
        ask="purchase bought need_to_get",
        tell="supermarket list market milk bread eggs butter basket ordered store delivery checkout",
    ),
)

_LEARNING = (
    concept(
        "school",
        "school teacher pupil class",
        ask="attend educated",
        tell="grade lesson lessons homework classroom headteacher term exam gcse a-levels primary secondary "
        "kindergarten",
    ),
    concept(
        "university",
        "university degree studied study thesis",
        ask="studying graduate graduated major education",
        tell="bachelor master phd dissertation campus lecture professor faculty semester seminar scholarship",
    ),
    concept(
        "course",
        "course class workshop training",
        ask="learn learning study studying lessons taking_up taught",
        tell="evening tutor lesson lessons certificate enrolled signed seminar curriculum module bootcamp instructor",
    ),
    concept(
        "exam",
        "exam test grade",
        ask="passed fail mark marks",
        tell="revision revise passed failed resit score certificate oral written results",
    ),
    concept(
        "language_learning",
        "vocabulary grammar language",
        ask="learn_a_language learning_a_language new_language",
        tell="duolingo tandem fluent beginner intermediate b1 b2 a2 c1 flashcards lesson lessons pronunciation verbs "
        "tutor",
    ),
)

_PERSON = (
    concept(
        "colour",
        "colour color paint painted",
        ask="colours colors shade",
        tell="red blue green yellow orange purple violet pink brown black white grey gray teal turquoise beige navy "
        "maroon crimson sage ochre lilac",
    ),
    concept(
        "fear",
        "afraid fear scared phobia",
        ask="frightened fears scares worry",
        tell="scare scares terrified heights spiders panic nervous claustrophobic dread anxious scary",
    ),
    concept(
        "favourite",
        "favourite favorite prefer preference",
        ask="like_most like_best love_most best_loved",
        tell="love loves adore fond enjoy preferred",
    ),
    concept(
        "dislike",
        "dislike hate",
        ask="not_like don't_like can't_stand annoys doesn't_like",
        tell="hates loathe detest disgusting annoying annoys allergic bother",
    ),
    concept(
        "goal",
        "goal aim dream resolution ambition",
        ask="hope_to want_to_become want_to_achieve plan_to plans objective",
        tell="aspire someday saving achieve promised decided intend bucket-list",
    ),
    concept(
        "personality",
        "character personality",
        ask="kind_of_person describe_me",
        tell="introvert extrovert shy stubborn patient impatient curious perfectionist punctual morning-person "
        "left-handed",
    ),
    concept(
        "phone_number",
        "phone telephone mobile number",
        ask="call reach_me dial phone_number extension",
        tell="landline whatsapp sim voicemail digits area-code ring prefix signal",
    ),
    concept(
        "email",
        "email e-mail mail mailbox",
        ask="write_to contact contact_details reach",
        tell="inbox gmail outlook protonmail newsletter attachment alias smtp",
    ),
)

_TIME = (
    concept(
        "weekday",
        "weekday",
        ask="which_day what_day on_which_day day_of_the",
        tell="monday mondays tuesday tuesdays wednesday wednesdays thursday thursdays friday fridays saturday "
        "saturdays sunday sundays",
    ),
    concept(
        "month",
        ask="which_month what_month month season time_of_year",
        tell="january february march april june july august september october november december spring summer autumn "
        "winter",
    ),
    concept(
        "time_of_day",
        ask="what_time time_of_day o'clock",
        tell="noon midnight o'clock morning mornings evening evenings afternoon half quarter sharp lunchtime",
    ),
    concept(
        "duration",
        "duration",
        ask="how_long how_many_hours how_many_minutes take_long",
        tell="minutes minute hours hour seconds weeks months lasted lasts decade fortnight",
    ),
    concept(
        "distance",
        "distance",
        ask="how_far far_away far_is",
        tell="km kilometres kilometers miles metres meters walk nearby",
    ),
    concept(
        "frequency",
        ask="how_often how_many_times regularly",
        tell="daily weekly monthly twice nightly yearly hourly mondays tuesdays wednesdays thursdays fridays saturdays",
    ),
    concept(
        "temperature",
        "temperature degrees",
        ask="how_hot how_cold how_warm",
        tell="celsius fahrenheit thermostat thermometer oven fever",
    ),
)

_ANSWERS = (
    concept(
        "answer_style",
        "answer reply format concise",
        ask="explanations respond answers replies style tone length responses should_you_write",
        tell="bullet bullets short brief briefly table tables emoji emojis verbose markdown formal informal "
        "paragraphs headings detailed sentences jargon examples step-by-step",
    ),
    concept(
        "units",
        "unit units metric imperial",
        ask="measurements measure which_units",
        tell="kilometres kilometers celsius fahrenheit grams litres liters miles ounces centimetres inches kilograms",
    ),
    concept(
        "answer_language",
        ask="which_language what_language language_should in_which_language",
        tell="english german french spanish italian portuguese dutch polish translate translation",
    ),
    concept(
        "suggestion",
        "suggest suggestion recommend recommendation advice advise",
        ask="idea ideas tip tips propose proposed",
        tell="consider option options recommended alternative tips idea",
    ),
    concept(
        "decision",
        "decide decided decision choose chose chosen",
        ask="settle settled agree agreed pick went_with",
        tell="picked option settled agreed conclusion opted favour ruled final vote",
    ),
    concept(
        "reason",
        "reason cause",
        ask="why_did how_come motive",
        tell="decided caused therefore triggered culprit convinced",
    ),
)

_TECH = (
    concept(
        "computer",
        "computer laptop notebook pc macbook desktop",
        ask="machine hardware",
        tell="thinkpad keyboard battery screen ram ssd gpu cpu monitor charger windows ubuntu linux macos dell "
        "lenovo framework gigabytes refurbished",
    ),
    concept(
        "mobile_phone",
        "phone smartphone mobile handset",
        ask="cellphone cell_phone",
        tell="iphone android pixel samsung fairphone galaxy screen charger sim battery xiaomi app",
    ),
    concept(
        "operating_system",
        "os linux windows macos",
        ask="operating_system distro distribution",
        tell="ubuntu debian fedora arch nixos mint kernel gnome kde wsl alpine suse bsd",
    ),
    concept(
        "editor",
        "editor ide",
        ask="write_code edit_code text_editor",
        tell="vim neovim emacs vscode pycharm intellij jetbrains zed sublime plugin keybindings helix",
    ),
    concept(
        "printer",
        "printer print printing",
        ask="paper scan",
        tell="toner cartridge scanner inkjet laser ink tray brother jammed",
    ),
    concept(
        "deploy",
        "deploy deployment release ship shipped rollout production",
        ask="go_live going_live goes_live put_live publish roll_out roll_it_out going_out go_out",
        tell="deployed staging rolled rollback canary prod tag freeze cutover launch launched live",
    ),
    concept(
        "server",
        "server host machine box environment",
        ask="hosted hosting runs_on run_on it_run does_it_run run_it",
        tell="staging vm cluster cloud aws hetzner node rack kubernetes docker vps droplet instance ssh hostname "
        "datacenter azure gcp fly.io raspberry",
    ),
    concept(
        "staging",
        "staging sandbox environment",
        ask="test_system testing_environment test_server try_out preview",
        tell="preprod pre-production qa uat preview mirror dummy box demo",
    ),
    concept(
        "database",
        "database db",
        ask="store_data persistence data_stored store_the_data data_kept",
        tell="postgres postgresql mysql mariadb sqlite mongodb redis schema table port replica migration sql query "
        "oracle pool clickhouse dynamodb duckdb",
    ),
    concept(
        "port",
        "port",
        ask="listen listens listening reachable bind connect",
        tell="localhost tcp http bound exposed listens socket firewall loopback endpoint",
    ),
    concept(
        "secret",
        "secret password token credential passphrase login",
        ask="log_in sign_in authenticate api_key passwords",
        tell="vault key keys keepass 1password bitwarden env keychain rotate rotated oauth username ssh certificate",
    ),
    concept(
        "authentication",
        "authentication authenticate login oauth auth",
        ask="sign_in log_in logged_in users_log",
        tell="sso oidc saml jwt session cookie keycloak passkey 2fa totp token tokens bearer yubikey",
    ),
    concept(
        "timeout",
        "timeout wait",
        ask="give_up gives_up give_up_after time_out times_out too_slow hang hangs",
        tell="seconds milliseconds retry retries deadline aborted backoff abort ms cancelled latency",
    ),
    concept(
        "rate_limit",
        "limit quota throttle",
        ask="rate_limit how_many_requests maximum allowed max",
        tell="requests throttled 429 capped burst ceiling cap",
    ),
    concept(
        "code_owner",
        "owner maintainer responsible maintains codeowners",
        ask="owns in_charge looks_after takes_care maintain who_to_ask contact_for accountable",
        tell="maintained owned lead oncall on-call reviewer steward team charge approver",
    ),
    concept(
        "version",
        "version runtime release",
        ask="versions upgrade upgraded built_on running_on up_to_date",
        tell="upgraded bumped bump pinned lts image base requires minimum v2 v3 downgrade latest",
    ),
    concept(
        "programming_language",
        "language programming",
        ask="written_in coded_in write_it_in program_in stack",
        tell="python rust java kotlin typescript javascript golang ruby php scala elixir haskell c++ swift perl "
        "rewrite ported compiler",
    ),
    concept(
        "framework",
        "framework library",
        ask="frontend backend built_with libraries stack",
        tell="django flask fastapi react vue svelte angular spring rails laravel next.js htmx express qt nestjs "
        "tailwind",
    ),
    concept(
        "package_manager",
        "dependency dependencies package",
        ask="package_manager install installed packages lockfile",
        tell="pip poetry uv npm pnpm yarn cargo conda lockfile gradle maven bundler requirements.txt homebrew nix "
        "pinned",
    ),
    concept(
        "testing",
        "test tests testing",
        ask="checks check tested verify",
        tell="pytest unittest jest coverage fixture mock ci suite tox nox playwright cypress hypothesis flaky "
        "failing regression pipeline",
    ),
    concept(
        "pipeline",
        "pipeline ci build",
        ask="continuous_integration builds checks automated",
        tell="jenkins gitlab actions workflow runner job push artifact artifacts nightly buildkite circleci green",
    ),
    concept(
        "branch",
        "branch branches merge",
        ask="branching trunk work_flow",
        tell="main master develop rebase rebased squash pull feature prefix hotfix merged fork pr cherry-pick",
    ),
    concept(
        "commit",
        "commit commits",
        ask="commit_message messages_look git",
        tell="conventional prefix subject imperative signed squash message changelog ticket rebase",
    ),
    concept(
        "code_review",
        "review reviewer reviews approve",
        ask="approves pull_request looks_over code_review approval",
        tell="pr pull-request approvals merge approved codeowners comment comments nitpick lgtm",
    ),
    concept(
        "code_style",
        "formatter linter lint formatting",
        ask="code_style conventions coding_style indentation style naming",
        tell="snakecase ruff black prettier eslint tabs spaces indent camelcase mypy clippy gofmt characters "
        "pre-commit",
    ),
    concept(
        "feature_flag",
        "flag toggle switch",
        ask="turn_on turned_on enable enabled disable turn_off switch_on switch_off activate search_on on_and_off",
        tell="launchdarkly unleash boolean env enabled disabled percentage default rollout",
    ),
    concept(
        "configuration",
        "config configuration setting settings",
        ask="configure configured set_up setup",
        tell="yaml toml env variable ini file dotenv parameter default json environment",
    ),
    concept(
        "monitoring",
        "monitoring log logs metrics dashboard",
        ask="errors_show monitor observe errors see_errors logged",
        tell="grafana prometheus sentry datadog kibana loki alert alerts traces loglevel opentelemetry uptime pager",
    ),
    concept(
        "on_call",
        "on-call oncall pager incident",
        ask="outage woken at_night goes_wrong",
        tell="pagerduty rotation rota escalation opsgenie postmortem alert standby",
    ),
    concept(
        "backup",
        "backup backups snapshot restore",
        ask="saved_in backed_up back_up crash files_saved recover lost",
        tell="restic borg rsync nightly offsite nas copies dump restored timemachine retention snapshots",
    ),
    concept(
        "storage",
        "storage disk bucket",
        ask="files_kept upload uploads keep_files files_stored",
        tell="s3 minio nas ssd dropbox nextcloud drive gigabytes terabytes folder volume gcs",
    ),
    concept(
        "cache",
        "cache caching cached",
        ask="faster speed_up",
        tell="redis memcached ttl invalidate invalidation cdn stale warm evicted expiry",
    ),
    concept(
        "queue",
        "queue broker messages",
        ask="background_jobs background worker workers asynchronous",
        tell="rabbitmq kafka celery sqs nats topic consumer retry redis dead-letter sidekiq",
    ),
    concept(
        "scheduled_job",
        "cron schedule scheduled cronjob",
        ask="run_every how_often_does automatically runs_at nightly_job",
        tell="nightly hourly daily midnight systemd timer crontab airflow utc",
    ),
    concept(
        "api",
        "api endpoint interface",
        ask="endpoints request url",
        tell="rest graphql grpc webhook json route openapi swagger payload header post",
    ),
    concept(
        "bug",
        "bug error crash issue",
        ask="broke what_broke bugs went_wrong goes_wrong failing broken problem fault",
        tell="traceback exception stacktrace segfault regression leak race deadlock ticket workaround culprit fixed "
        "reproduce",
    ),
    concept(
        "issue_tracker",
        "ticket issue tracker backlog",
        ask="tickets file_a_bug report_bugs tasks board track",
        tell="jira linear trello github gitlab kanban epic sprint label asana",
    ),
    concept(
        "documentation",
        "documentation docs wiki readme",
        ask="documented written_down look_up runbook",
        tell="confluence notion page runbook adr handbook sphinx mkdocs guide",
    ),
    concept(
        "license",
        "license licence",
        ask="open_source licensed copyright",
        tell="mit apache gpl bsd agpl proprietary mpl",
    ),
    concept(
        "container",
        "container docker image",
        ask="containers containerised kubernetes orchestrate",
        tell="dockerfile podman compose registry pod helm alpine distroless kubernetes k8s",
    ),
    concept(
        "encryption",
        "encryption encrypted encrypt certificate",
        ask="secure protected https",
        tell="tls aes gpg letsencrypt ssl luks cipher acme keypair",
    ),
    concept(
        "language_model",
        "model llm ollama",
        ask="models ai_model language_model",
        tell="llama mistral qwen gemma phi quantized gguf parameters 7b 8b 70b vram context finetuned",
    ),
)

#: Phrases that point nowhere, lest a word of them does.
_IDLE = (
    "it_work this_work that_work they_work these_work it_works this_works that_works works_like work_out "
    "working_with_you not_working isn't_working doesn't_work show_me call_it is_called in_the_meantime how_are_you "
    "old_are_you your_name what_your_name read_this read_the_following play_a_game for_example "
    "such_as test_this run_this run_the run_it to_run how_was_your make_sense check_this check_out "
    "explain_to_me explain_how explain_why explain_what format_this write_a write_me read_it me_an_example "
    "answer_my_question answer_this a_language_model"
)

lexicon = Lexicon(
    code="en",
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
