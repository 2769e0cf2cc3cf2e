"""How people speak of passwords in Arabic."""

from ltml.text.languages import SecretWords, vocabulary

secrets = SecretWords(
    passwords=vocabulary(
        "كلمة_المرور كلمة_السر كلمة_مرور كلمة_سر كلمات_المرور كلمات_السر كلمات_مرور كلمات_سر الرقم_السري رمز_المرور",
        "رمز الباسورد باسورد",
    ),
    mottos=vocabulary("رمز"),
    equals=vocabulary("هي هو كانت كان تكون أصبحت صارت تزال يزال تبقى"),
    to=vocabulary("إلى الى من"),
    changes=vocabulary("غيرت غيّرت غيرنا تغيير تغييرها تم ضبطت عدلت تعديل تحديث"),
    adverbs=vocabulary("الآن الان ما لا زالت تزال دائما دائماً أيضا أيضاً حاليا حالياً فقط سابقا سابقاً"),
    states=vocabulary(
        "خاطئة صحيحة ضعيفة قوية مطلوبة اختيارية إلزامية منتهية آمنة سرية طويلة قصيرة بسيطة معقدة فارغة منسية جديدة",
        "قديمة مختلفة متشابهة مهمة",
    ),
    accounts=vocabulary("المستخدم مستخدم الحساب البريد"),
    functions=vocabulary(
        "في من على إلى الى عن مع هذا هذه التي الذي و أو ثم لا ما لم لن قد الخاصة الخاص بي بنا لي لنا",
    ),
    joints=vocabulary("و أو"),
    bare=True,
)
