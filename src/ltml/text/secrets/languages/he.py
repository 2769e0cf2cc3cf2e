"""How people speak of passwords in Hebrew."""

from ltml.text.languages import SecretWords, vocabulary

secrets = SecretWords(
    passwords=vocabulary("סיסמה סיסמא הסיסמה הסיסמא סיסמאות הסיסמאות סיסמתי ססמה הססמה ססמא הססמא"),
    equals=vocabulary("היא הוא הן הם הייתה היתה היו תהיה נשארה"),
    to=vocabulary("ל מ"),
    changes=vocabulary("שיניתי שינינו שונתה שונו לשנות החלפתי הוחלפה הגדרתי עדכנתי עודכנה"),
    adverbs=vocabulary("עכשיו עדיין כעת תמיד גם פשוט רק בעבר פעם כרגע"),
    states=vocabulary(
        "שגויה נכונה חלשה חזקה נדרשת אופציונלית חובה פגה תקפה בטוחה סודית ארוכה קצרה פשוטה מורכבת ריקה חדשה ישנה זהות",
        "שונות",
    ),
    mine=vocabulary("שלי שלנו"),
    accounts=vocabulary("משתמש חשבון"),
    functions=vocabulary("של שלי שלנו שלך את עם על אל מן ב ל ה ו או זה זו זאת אשר לא אני"),
    joints=vocabulary("ו או וגם"),
    bare=True,
)
