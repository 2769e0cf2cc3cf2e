"""How people speak of passwords in Korean."""

from ltml.text.languages import SecretWords, vocabulary

secrets = SecretWords(
    passwords=vocabulary("비밀번호 암호 비번 패스워드 비밀번호들"),
    glued=vocabulary("는 은 이 가 를 을 도 들은 들이"),
    adverbs=vocabulary("아직 아직도 지금 여전히 현재 예전에 이제 이제는 원래 항상 지금은 지금도"),
    joints=vocabulary("그리고 와 과 및 또는 하고 랑"),
    states=vocabulary("필수 선택 틀림"),
)
