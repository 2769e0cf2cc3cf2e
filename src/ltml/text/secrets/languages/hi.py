"""How people speak of passwords in Hindi."""

from ltml.text.languages import SecretWords, vocabulary

secrets = SecretWords(
    passwords=vocabulary("पासवर्ड कूटशब्द पासकोड"),
    equals=vocabulary("है था हैं थे"),
    changes=vocabulary("बदलकर बदला बदल बदली सेट अपडेट"),
    adverbs=vocabulary("अब अभी भी हमेशा सिर्फ़ केवल पहले अभी_भी बदलकर बदल कर"),
    states=vocabulary(
        "गलत ग़लत सही कमज़ोर कमजोर मज़बूत मजबूत आवश्यक ज़रूरी वैकल्पिक अमान्य सुरक्षित गुप्त लंबा छोटा आसान कठिन खाली",
        "नया पुराना अलग",
    ),
    mine=vocabulary("मेरा मेरे हमारा हमारे"),
    accounts=vocabulary("उपयोगकर्ता खाता"),
    functions=vocabulary(
        "का के की को में से पर और या यह वह है हैं था थे मेरा मेरे मेरी हमारा हमारे हमारी नहीं बहुत",
    ),
    joints=vocabulary("और या तथा"),
)
