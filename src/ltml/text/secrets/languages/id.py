"""How people speak of passwords in Indonesian."""

from ltml.text.languages import SecretWords, vocabulary

secrets = SecretWords(
    passwords=vocabulary("kata_sandi katasandi sandi password"),
    equals=vocabulary("adalah ialah yaitu"),
    to=vocabulary("menjadi ke"),
    into=vocabulary("menjadi"),
    changes=vocabulary("mengubah ganti mengganti diubah diganti ubah"),
    adverbs=vocabulary("sekarang masih tetap"),
    mine=vocabulary("saya kami"),
    functions=vocabulary("untuk di ke dari yang saya kami dan atau ini itu"),
    joints=vocabulary("dan atau"),
    states=vocabulary(
        "salah benar lemah kuat wajib opsional kedaluwarsa aman rahasia panjang pendek baru lama sama",
    ),
)
