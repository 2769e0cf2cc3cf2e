"""How people speak of passwords in Turkish."""

from ltml.text.languages import SecretWords, vocabulary

secrets = SecretWords(
    passwords=vocabulary(
        "şifre şifrem şifremi şifremiz şifremizi şifresi şifresini şifreler şifreleri şifrelerim şifrelerimi",
        "şifrelerimiz şifreyi şifreniz parola parolam parolamı parolamız parolası parolasını parolalar parolaları",
        "parolalarım parolalarımız parolayı",
    ),
    equals=vocabulary("eşittir oldu olacak"),
    to=vocabulary("olarak"),
    changes=vocabulary(
        "değiştirdim değiştirdik değişti değiştirildi güncelledim güncellendi ayarladım yaptım",
    ),
    adverbs=vocabulary("şimdi artık hâlâ hala halen hep ayrıca da de sadece eskiden önceden şu şöyle bugün"),
    states=vocabulary(
        "yanlış doğru zayıf güçlü gerekli zorunlu isteğe geçersiz geçerli güvenli güvensiz gizli uzun kısa basit",
        "karmaşık boş unutuldu kayıp yeni eski aynı farklı önemli sıfırlandı",
    ),
    mine=vocabulary("benim bizim"),
    accounts=vocabulary("kullanıcı hesap eposta"),
    functions=vocabulary(
        "ve veya ile için bu şu o bir benim bizim senin ne mi mı mu mü değil çok ya ki gibi var yok",
    ),
    joints=vocabulary("ve veya ile"),
)
