"""How people speak of passwords in Japanese."""

from ltml.text.languages import SecretWords, vocabulary

secrets = SecretWords(
    passwords=vocabulary("パスワード 口令 パスコード パスフレーズ 合言葉 暗証コード"),
    mottos=vocabulary("合言葉"),
    glued=vocabulary("は が を も って 今も 今は 今 現在は 現在 まだ 以前は 以前 前は 元々 次の通り"),
    joints=vocabulary("と、 と や および または そして"),
    states=vocabulary("必須 任意 無効 有効"),
)
