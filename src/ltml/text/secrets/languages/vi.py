"""How people speak of passwords in Vietnamese."""

from ltml.text.languages import SecretWords, vocabulary

secrets = SecretWords(
    passwords=vocabulary("mật_khẩu mat_khau"),
    equals=vocabulary("là vẫn"),
    to=vocabulary("thành"),
    into=vocabulary("thành"),
    changes=vocabulary("đổi thay"),
    adverbs=vocabulary("vẫn là bây giờ hiện tại"),
    functions=vocabulary("của cho tôi là và hoặc này"),
    joints=vocabulary("và hoặc"),
    mine=vocabulary("tôi"),
    states=vocabulary("sai đúng yếu mạnh cũ mới"),
)
