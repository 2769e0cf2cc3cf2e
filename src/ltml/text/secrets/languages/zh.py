"""How people speak of passwords in Chinese."""

from ltml.text.languages import SecretWords, vocabulary

secrets = SecretWords(
    passwords=vocabulary("密码 密碼 口令 通行码 通行碼 暗号"),
    glued=vocabulary(
        "是 为 為 叫 就 还 還 都 现在 現在 以前 之前 仍然 仍 依然 已经 已經 已 被 改成 改为 改為 换成",
        "換成 设为 設為 设成 設成 设置为 設置為 更改为 变成 變成 更新为 了 一直 目前",
    ),
    joints=vocabulary("和 与 跟 以及 或 或者 还有"),
    states=vocabulary("必填 错误 正确 可选 无效"),
)
