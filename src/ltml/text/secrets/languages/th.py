"""How people speak of passwords in Thai."""

from ltml.text.languages import SecretWords, vocabulary

secrets = SecretWords(
    passwords=vocabulary("รหัสผ่าน"),
    glued=vocabulary("คือ เป็น ของฉันคือ ใหม่คือ ตอนนี้คือ"),
    joints=vocabulary("และ หรือ"),
)
