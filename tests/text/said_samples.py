"""
Secrets as people say and write them down in 25 languages, and sentences that only speak of one, made from chance.

Three parts with sentences, places and words of their own. The rules were mended by what `FIRST` found. `SECOND`, and
then `THIRD`, were looked at when that was done, and the rules mended by them too: whoever wants a figure for what is
new to them writes a fourth.

In a sentence {v} is a password as people make them, {w} a word of the dictionary, {p} says what the password is of.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from tests.text.secret_samples import AN, Chance


@dataclass(frozen=True, slots=True)
class Talk:
    """How one language speaks of passwords, in one part."""

    places: tuple[str, ...]
    words: tuple[str, ...]
    given: tuple[str, ...]
    spoken_of: tuple[str, ...]


def _talk(places: str, words: str, given: str, spoken_of: str) -> Talk:
    return Talk(_lines(places), tuple(words.split()), _lines(given), _lines(spoken_of))


def _lines(block: str) -> tuple[str, ...]:
    return tuple(line.strip().replace("\\n", "\n") for line in block.strip().splitlines())


FIRST: Mapping[str, Talk] = {
    "en": _talk(
        """for the router downstairs
        for my work laptop (the grey one)
        of the guest account at the library
        that Tom set up last summer for the printer""",
        "sunshine dragonfly marmalade buttercup",
        """my password {p} is still {v}
        The password {p} is currently {v}, by the way.
        my passwords are {v} and {v}
        Our two passwords are {v}, {v}.
        my password is {w}
        my password is {w}, please remember it
        I changed my password to {w}.
        My password {p} is {w}.
        pw is {v}
        the pw {p} is {v}
        user: bob\\npass: {w}
        login bob, pass: {v}
        My password is\\n{v}
        The password:\\n\\n{v}\\n
        my password, in case you need it, is {v}
        pwd: {w}
        the passcode was changed to {v} on Monday""",
        """my password is too weak
        the password is stored in the safe
        reset my password please
        password is required
        My password is complicated.
        my password is ridiculous, I know
        I know what my password is.
        I forgot what my password was yesterday
        You need to change your password to continue.
        my passwords are all different
        My passwords are in a notebook and the notebook is in the drawer.
        passwords are annoying
        The password is printed on the back of the router.
        Did you say that the password is incorrect?
        I use the same password for 3 sites and that is bad
        the pass is closed in winter
        PASS: 12 tests, FAIL: 0
        My bus pass is expired.
        the password for the router is on the sticker
        <your password>
        password: xxxx
        my password is <password>
        The password is your date of birth.
        Keep your password to yourself.
        a password such as this is never safe""",
    ),
    "de": _talk(
        """für den Router im Keller
        von meinem Bibliothekskonto
        für das WLAN bei Oma
        zum alten Laptop (dem grauen)""",
        "sonnenschein libelle marmelade kastanie",
        """mein Passwort {p} ist immer noch {v}
        Das Passwort {p} lautet {v}.
        meine Passwörter sind {v} und {v}
        Die Kennwörter sind {v}, {v} und {v}.
        mein Passwort ist {w}
        Mein Kennwort ist {w}, merk dir das.
        Ich habe mein Passwort auf {w} geändert.
        pw ist {v}
        Das PW {p} ist {v}
        Mein Passwort ist\\n{v}
        Das Passwort wurde auf {v} geändert""",
        """das Passwort ist abgelaufen
        Mein Passwort ist zu kurz.
        Das Passwort liegt im Safe.
        mein Passwort ist kompliziert
        Meine Passwörter sind alle verschieden.
        Bitte setz mein Passwort zurück.
        Ich weiß nicht, wie mein Passwort lautet.
        Passwörter sind lästig
        Das Passwort ist auf dem Router aufgedruckt.
        Das Passwort muss 12 Zeichen haben.
        Passwort: <dein Passwort>
        Passwort ist erforderlich
        mein Passwort ist lächerlich""",
    ),
    "es": _talk(
        """del router de abajo
        de mi cuenta del banco
        para el portátil viejo""",
        "girasol mariposa mermelada castillo",
        """mi contraseña {p} sigue siendo {v}
        La contraseña {p} ahora es {v}.
        mis contraseñas son {v} y {v}
        mi contraseña es {w}
        He cambiado mi contraseña a {v}
        La contraseña es:\\n{v}
        la contraseña que uso {p} es {v}""",
        """mi contraseña es demasiado débil
        la contraseña está guardada en la caja fuerte
        Mis contraseñas son todas diferentes.
        mi contraseña es complicada
        Se requiere contraseña.
        La palabra clave es paciencia.
        La clave es constancia.
        Contraseña: <tu contraseña>
        ¿Cuál es mi contraseña?
        La contraseña es ridícula""",
    ),
    "fr": _talk(
        """du routeur de la cave
        de mon compte à la bibliothèque
        pour le vieux portable""",
        "tournesol papillon confiture chataigne",
        """mon mot de passe {p} est toujours {v}
        Le mot de passe {p} est maintenant {v}.
        mes mots de passe sont {v} et {v}
        mon mot de passe est {w}
        J'ai changé mon mot de passe en {v}
        mdp {p} : {v}
        Le mot de passe est\\n{v}""",
        """mon mot de passe est trop faible
        le mot de passe est dans le coffre
        Mes mots de passe sont tous différents.
        mon mot de passe est compliqué
        Le mot de passe a expiré hier.
        Mot de passe : <votre mot de passe>
        Quel est mon mot de passe ?
        Le mot de passe est noté sur le routeur.
        mon mot de passe est ridicule""",
    ),
    "it": _talk(
        """del router in cantina
        del mio conto in banca
        per il vecchio portatile""",
        "girasole farfalla marmellata castagna",
        """la mia password {p} è ancora {v}
        La password {p} adesso è {v}.
        le mie password sono {v} e {v}
        la mia password è {w}
        Ho cambiato la password in {v}
        La password è:\\n{v}
        le mie parole chiave sono {v} e {v}""",
        """la mia password è troppo debole
        la password è nella cassaforte
        Le mie password sono tutte diverse.
        la mia password è complicata
        Parola d'ordine: flessibilità
        La parola d'ordine è prudenza.
        Parola d'ordine per l'estate 2024: relax
        La parola d'ordine della serata era divertimento
        Password: <la tua password>
        Qual è la mia password?
        La parola d'ordine resta: pazienza""",
    ),
    "nl": _talk(
        """van de router beneden
        voor mijn oude laptop
        van het account bij de bibliotheek""",
        "zonnebloem vlinder marmelade kastanje",
        """mijn wachtwoord {p} is nog steeds {v}
        Het wachtwoord {p} is nu {v}.
        mijn wachtwoorden zijn {v} en {v}
        mijn wachtwoord is {w}
        Het wachtwoord is veranderd in {v}
        Mijn wachtwoord {p} is gewijzigd in {w}.
        Het wachtwoord is\\n{v}""",
        """mijn wachtwoord is te zwak
        het wachtwoord ligt in de kluis
        Mijn wachtwoorden zijn allemaal anders.
        mijn wachtwoord is ingewikkeld
        Het wachtwoord is veranderd in de instellingen.
        Wachtwoord: <je wachtwoord>
        Wat is mijn wachtwoord?
        Het wachtwoord staat op de router.
        mijn wachtwoord is belachelijk""",
    ),
    "pt": _talk(
        """do roteador lá de baixo
        da minha conta no banco
        para o portátil velho""",
        "girassol borboleta marmelada castanha",
        """a minha senha {p} ainda é {v}
        A senha {p} agora é {v}.
        as minhas senhas são {v} e {v}
        a minha senha é {w}
        Mudei a minha senha para {v}
        A senha é:\\n{v}""",
        """a minha senha é fraca demais
        a senha está guardada no cofre
        As minhas senhas são todas diferentes.
        a minha senha é complicada
        Palavra-chave: paciência
        A palavra-chave é confiança.
        Senha: <a tua senha>
        Qual é a minha senha?
        A senha é ridícula""",
    ),
    "pl": _talk(
        "do routera\ndo mojego konta w banku\ndo starego laptopa",
        "słonecznik motyl kasztan",
        """moje hasło {p} to {v}
        Hasło {p} to teraz {v}.
        moje hasła to {v} i {v}
        hasło: {w}
        Zmieniłem hasło na {v}
        Hasło {p} nadal brzmi {v}""",
        """moje hasło jest za słabe
        hasło jest zapisane w sejfie
        zapomniałem hasła
        Hasło jest wymagane.
        Moje hasła są różne.
        Hasło wygasło wczoraj
        Hasło: <twoje hasło>""",
    ),
    "ru": _talk(
        "от роутера\nот моего банка\nот старого ноутбука",
        "подсолнух бабочка каштан",
        """мой пароль {p} — {v}
        Пароль {p} теперь {v}.
        мои пароли {v} и {v}
        пароль: {w}
        Я сменил пароль на {v}
        Пароль {p} всё ещё {v}""",
        """мой пароль слишком слабый
        пароль лежит в сейфе
        я забыл пароль
        Пароль обязателен.
        Мои пароли все разные.
        Пароль истёк вчера
        Пароль: <ваш пароль>""",
    ),
    "uk": _talk(
        "від роутера\nвід мого банку\nвід старого ноутбука",
        "соняшник метелик каштан",
        """мій пароль {p} — {v}
        Пароль {p} тепер {v}.
        мої паролі {v} і {v}
        пароль: {w}
        Я змінив пароль на {v}
        Мій пароль {p} досі {v}""",
        """мій пароль занадто слабкий
        пароль лежить у сейфі
        я забув пароль
        Пароль обов'язковий.
        Мої паролі всі різні.
        Пароль закінчився вчора
        Пароль: <ваш пароль>""",
    ),
    "tr": _talk(
        "modem\nbanka\neski bilgisayar",
        "kelebek kestane papatya",
        """şifrem {v}
        {p} şifresi {v}
        şifrelerim {v} ve {v}
        Parolam: {w}
        Şifremi {v} olarak değiştirdim
        {p} şifresi hâlâ {v}
        {p} parolası şimdi {v}.""",
        """şifrem çok zayıf
        şifre kasada duruyor
        şifremi unuttum
        Şifre gerekli.
        Şifrelerim hep farklı.
        Şifrenin süresi doldu
        Şifre: <şifreniz>""",
    ),
    "sv": _talk(
        "till routern\ntill mitt konto på biblioteket\nför den gamla datorn",
        "solros fjäril kastanj",
        """mitt lösenord {p} är fortfarande {v}
        Lösenordet {p} är nu {v}.
        mina lösenord är {v} och {v}
        lösenord: {w}
        Jag har ändrat lösenordet till {v}""",
        """mitt lösenord är för svagt
        lösenordet ligger i kassaskåpet
        jag har glömt lösenordet
        Lösenord krävs.
        Mina lösenord är alla olika.
        Lösenordet har gått ut
        Lösenord: <ditt lösenord>""",
    ),
    "da": _talk(
        "til routeren\ntil min konto på biblioteket\ntil den gamle computer",
        "solsikke sommerfugl kastanje",
        """min adgangskode {p} er stadig {v}
        Adgangskoden {p} er nu {v}.
        mine adgangskoder er {v} og {v}
        kodeord: {w}
        Jeg har ændret adgangskoden til {v}""",
        """min adgangskode er for svag
        adgangskoden ligger i pengeskabet
        jeg har glemt adgangskoden
        Adgangskode er påkrævet.
        Mine adgangskoder er alle forskellige.
        Adgangskoden er udløbet
        Adgangskode: <din adgangskode>""",
    ),
    "no": _talk(
        "til ruteren\ntil kontoen min på biblioteket\ntil den gamle maskinen",
        "solsikke sommerfugl kastanje",
        """passordet mitt {p} er fortsatt {v}
        Passordet {p} er nå {v}.
        passordene mine er {v} og {v}
        passord: {w}
        Jeg endret passordet til {v}""",
        """passordet mitt er for svakt
        passordet ligger i safen
        jeg har glemt passordet
        Passord er påkrevd.
        Passordene mine er alle forskjellige.
        Passordet er utløpt
        Passord: <ditt passord>""",
    ),
    "fi": _talk(
        "reitittimeen\nkirjaston tiliin\nvanhaan koneeseen",
        "auringonkukka perhonen kastanja",
        """salasanani {p} on edelleen {v}
        Salasana {p} on nyt {v}.
        salasanani ovat {v} ja {v}
        salasana: {w}
        salasanamme on {v}""",
        """salasanani on liian heikko
        salasana on kassakaapissa
        unohdin salasanan
        Salasana vaaditaan.
        Salasanani ovat kaikki erilaisia.
        Salasana on vanhentunut
        Salasana: <salasanasi>""",
    ),
    "cs": _talk(
        "k routeru\nod mého účtu v bance\nke starému notebooku",
        "slunečnice motýl kaštan",
        """moje heslo {p} je stále {v}
        Heslo {p} je teď {v}.
        moje hesla jsou {v} a {v}
        heslo: {w}
        Změnil jsem heslo na {v}""",
        """moje heslo je příliš slabé
        heslo je uloženo v trezoru
        zapomněl jsem heslo
        Heslo je povinné.
        Moje hesla jsou různá.
        Heslo vypršelo
        Heslo: <vaše heslo>""",
    ),
    "ro": _talk(
        "de la router\nde la contul meu din bancă\npentru laptopul vechi",
        "fluture castan margareta",
        """parola mea {p} este tot {v}
        Parola {p} este acum {v}.
        parolele mele sunt {v} și {v}
        parola: {w}
        Am schimbat parola în {v}""",
        """parola mea este prea slabă
        parola este păstrată în seif
        am uitat parola
        Parola este obligatorie.
        Parolele mele sunt toate diferite.
        Parola a expirat
        Parola: <parola ta>""",
    ),
    "hu": _talk(
        "a routerhez\na banki fiókomhoz\na régi géphez",
        "napraforgó pillangó gesztenye",
        """a jelszavam {v}
        A jelszavam {p} még mindig {v}.
        a jelszavaim {v} és {v}
        jelszó: {w}
        Megváltoztattam a jelszót erre: {v}""",
        """a jelszavam túl gyenge
        a jelszó a széfben van
        elfelejtettem a jelszavam
        Jelszó szükséges.
        A jelszavaim mind különböznek.
        A jelszó lejárt
        Jelszó: <jelszavad>""",
    ),
    "el": _talk(
        "για το ρούτερ\nτου λογαριασμού μου\nγια τον παλιό υπολογιστή",
        "πεταλούδα κάστανο μαργαρίτα",
        """ο κωδικός μου {p} είναι ακόμα {v}
        Ο κωδικός πρόσβασης {p} είναι τώρα {v}.
        οι κωδικοί μου είναι {v} και {v}
        συνθηματικό: {v}
        Άλλαξα τον κωδικό σε {v}""",
        """ο κωδικός μου είναι πολύ αδύναμος
        ο κωδικός είναι στο χρηματοκιβώτιο
        ξέχασα τον κωδικό
        Απαιτείται κωδικός.
        Οι κωδικοί μου είναι όλοι διαφορετικοί.
        Ο κωδικός έληξε
        Κωδικός: <ο κωδικός σας>""",
    ),
    "ar": _talk(
        "للراوتر\nلحسابي في البنك\nللحاسوب القديم",
        "فراشة كستناء ياسمين",
        """كلمة المرور {p} هي {v}
        كلمة السر الخاصة بي {p} لا تزال {v}
        كلمات المرور هي {v} و {v}
        كلمة المرور: {v}
        غيرت كلمة المرور إلى {v}""",
        """كلمة المرور ضعيفة جدا
        كلمة المرور محفوظة في الخزنة
        نسيت كلمة المرور
        كلمة المرور مطلوبة.
        كلمات المرور كلها مختلفة.
        انتهت صلاحية كلمة المرور
        كلمة المرور: <كلمة المرور>""",
    ),
    "he": _talk(
        "לראוטר\nלחשבון שלי בבנק\nלמחשב הישן",
        "פרפר ערמון חמנית",
        """הסיסמה שלי {p} היא {v}
        הסיסמה {p} היא עדיין {v}.
        הסיסמאות שלי הן {v} ו {v}
        סיסמה: {v}
        שיניתי את הסיסמה ל {v}""",
        """הסיסמה שלי חלשה מדי
        הסיסמה שמורה בכספת
        שכחתי את הסיסמה
        נדרשת סיסמה.
        הסיסמאות שלי שונות.
        הסיסמה פגה
        סיסמה: <הסיסמה שלך>""",
    ),
    "hi": _talk(
        "राउटर का\nमेरे बैंक खाते का\nपुराने लैपटॉप का",
        "तितली सूरजमुखी",
        """मेरा पासवर्ड {v} है
        {p} पासवर्ड अभी भी {v} है
        मेरे पासवर्ड {v} और {v} हैं
        पासवर्ड: {v}
        मैंने पासवर्ड बदलकर {v} कर दिया""",
        """मेरा पासवर्ड बहुत कमज़ोर है
        पासवर्ड तिजोरी में रखा है
        मैं पासवर्ड भूल गया
        पासवर्ड आवश्यक है।
        मेरे पासवर्ड अलग हैं
        पासवर्ड: <आपका पासवर्ड>""",
    ),
    "ja": _talk(
        "ルーターの\n銀行口座の\n古いパソコンの",
        "ひまわり",
        """{p}パスワードは {v} です。
        パスワードは{v}です
        {p}パスワードを{v}に変更しました
        パスワードは今も {v} です
        パスワード：{v}
        パスワードは {v} と {v} です""",
        """パスワードが弱すぎます
        パスワードは金庫に保管しています
        パスワードを忘れました
        パスワードは必須です。
        パスワードは8文字以上です
        パスワード：<あなたのパスワード>""",
    ),
    "zh": _talk(
        "路由器的\n银行账户的\n旧电脑的",
        "向日葵",
        """{p}密码是 {v}
        我的密码是{v}。
        密码为 {v}
        我把密码改成了 {v}
        密码：{v}
        {p}密码还是 {v}
        我的密码是 {v} 和 {v}""",
        """我的密码太弱了
        密码保存在保险箱里
        我忘了密码
        密码是必填项。
        密码需要8位
        密码：<你的密码>""",
    ),
    "ko": _talk(
        "공유기\n은행 계좌\n오래된 노트북",
        "해바라기",
        """{p} 비밀번호는 {v}입니다
        내 비밀번호는 {v}
        비밀번호가 {v}로 바뀌었어요
        비밀번호: {v}
        비밀번호는 아직 {v}예요
        비밀번호는 {v} 그리고 {v}입니다""",
        """비밀번호가 너무 약해요
        비밀번호는 금고에 있어요
        비밀번호를 잊어버렸어요
        비밀번호는 필수입니다.
        비밀번호는 8자 이상입니다
        비밀번호: <비밀번호>""",
    ),
}

SECOND: Mapping[str, Talk] = {
    "en": _talk(
        """to the NAS in the attic
        on my mother's tablet
        at work, the one with two-factor,
        we use for the shared 4th floor printer""",
        "lighthouse thunderbird pineapple strawberry",
        """our password {p} is just {v}
        Heads up: the passphrase {p} is now {v}!
        her old passwords were {v}, {v} and {v}
        all my passwords: {v}, {v}
        our password is {w}
        hey so my password is {w}. don't share it
        We've switched the password to {w}.
        Our password {p} is {w}.
        the pw for mail: {v}
        my pw is {v} btw
        email: bob@example.org\\npass: {w}
        wifi pass: {v}
        Password is:\\n{v}\\nThanks!
        Password\\n{v}\\n
        my password (don't laugh) is {v}
        pw = {w}
        my password was updated to {v} last night""",
        """our password is far too simple
        the passwords are kept in a vault
        please help me recover my password
        A password is optional here.
        Our password is embarrassing.
        my password is horrible and I should change it
        Nobody remembers what the password was.
        tell me what my password is again
        Set a password to proceed.
        my passwords are identical
        The passwords are written on a note and the note is in the kitchen.
        passwords are dead
        The password was sent by mail.
        He told me the password is invalid.
        I have 12 passwords and I know none
        the pass is at 2200 metres
        Pass: yes
        My season pass is great.
        the password to the server is with Anna
        {{password}}
        password: ********
        your password is [password]
        The password is whatever you like.
        Never send your password to anyone.
        the password field is mandatory""",
    ),
    "de": _talk(
        """für die Fritzbox auf dem Dachboden
        von Mamas Tablet
        beim Steuerberater, du weißt schon,
        zur neuen Kasse""",
        "leuchtturm donnerstag ananas erdbeere",
        """unser Passwort {p} ist nach wie vor {v}
        Das Kennwort {p} war früher {v}.
        alle meine Passwörter: {v}, {v}
        meine alten Passwörter waren {v} und {v}
        unser Passwort ist {w}
        Übrigens, mein Passwort ist {w}.
        Wir haben das Passwort auf {w} umgestellt.
        mein pw ist {v}
        PW: {w}
        Passwort\\n{v}
        mein Passwort (nicht lachen) ist {v}""",
        """mein Passwort ist gesperrt
        Unser Passwort ist viel zu einfach.
        Das Passwort steht auf dem Zettel.
        mein Passwort ist peinlich
        Unsere Passwörter sind identisch.
        Hilf mir, mein Passwort wiederherzustellen.
        Sag mir, was mein Passwort ist.
        Passwörter sind überholt
        Das Passwort wurde per Post geschickt.
        Ein Passwort braucht mindestens 8 Zeichen.
        Kennwort: ********
        Ein Kennwort ist freiwillig
        mein Passwort ist furchtbar""",
    ),
    "es": _talk(
        """de la tableta de mi madre
        en el trabajo
        del servidor nuevo""",
        "faro relámpago piña fresa",
        """nuestra contraseña {p} es {v}
        La contraseña {p} era {v}, creo.
        todas mis contraseñas: {v}, {v}
        nuestra contraseña es {w}
        Cambiamos la contraseña por {v}
        Contraseña\\n{v}
        mi contraseña (no te rías) es {v}""",
        """mi contraseña es muy sencilla
        las contraseñas están en un cuaderno
        Nuestras contraseñas son idénticas.
        mi contraseña es vergonzosa
        La contraseña es opcional.
        La palabra clave fue confianza.
        Clave: paciencia
        Contraseña: ********
        No sé cuál es la contraseña
        La contraseña es horrible""",
    ),
    "fr": _talk(
        """de la tablette de maman
        au travail
        pour le nouveau serveur""",
        "phare tonnerre ananas fraise",
        """notre mot de passe {p} est {v}
        Le mot de passe {p} était {v}, je crois.
        tous mes mots de passe : {v}, {v}
        notre mot de passe est {w}
        On a remplacé le mot de passe par {v}
        Mot de passe\\n{v}
        mon mot de passe (ne ris pas) est {v}""",
        """notre mot de passe est beaucoup trop simple
        les mots de passe sont dans un carnet
        Nos mots de passe sont identiques.
        mon mot de passe est gênant
        Le mot de passe est facultatif.
        Mot de passe : ********
        Je ne sais plus quel est le mot de passe
        Le mot de passe est écrit dessus.
        mon mot de passe est horrible""",
    ),
    "it": _talk(
        """del tablet di mamma
        al lavoro
        per il nuovo server""",
        "faro tuono ananas fragola",
        """la nostra password {p} è {v}
        La password {p} era {v}, credo.
        tutte le mie password: {v}, {v}
        la nostra password è {w}
        Abbiamo cambiato la password con {v}
        Password\\n{v}
        la mia password (non ridere) è {v}""",
        """la nostra password è molto semplice
        le password sono in un quaderno
        Le nostre password sono identiche.
        la mia password è imbarazzante
        La parola d'ordine è una sola: correre
        Parola d'ordine sostenibilità
        La parola d'ordine del 2023 è risparmio.
        Parola chiave: fiducia
        Password: ********
        Non so quale sia la password
        Oggi la parola d'ordine è calma""",
    ),
    "nl": _talk(
        """van mama's tablet
        op het werk
        voor de nieuwe server""",
        "vuurtoren donder ananas aardbei",
        """ons wachtwoord {p} is {v}
        Het wachtwoord {p} was {v}, geloof ik.
        al mijn wachtwoorden: {v}, {v}
        ons wachtwoord is {w}
        Het wachtwoord werd gewijzigd naar {v}
        Ons wachtwoord is aangepast naar {w}.
        mijn wachtwoord (niet lachen) is {v}""",
        """ons wachtwoord is veel te simpel
        de wachtwoorden staan in een schrift
        Onze wachtwoorden zijn hetzelfde.
        mijn wachtwoord is gênant
        Het wachtwoord is gewijzigd in januari door de beheerder.
        Wachtwoord: ********
        Ik weet niet wat het wachtwoord is
        Het wachtwoord is per post verstuurd.
        mijn wachtwoord is verschrikkelijk""",
    ),
    "pt": _talk(
        """do tablet da minha mãe
        no trabalho
        para o servidor novo""",
        "farol trovoada abacaxi morango",
        """a nossa senha {p} é {v}
        A senha {p} era {v}, acho.
        todas as minhas senhas: {v}, {v}
        a nossa senha é {w}
        Trocámos a senha por {v}
        Senha\\n{v}""",
        """a nossa senha é muito simples
        as senhas estão num caderno
        As nossas senhas são idênticas.
        a minha senha é vergonhosa
        A palavra-chave aqui é respeito.
        Palavra-chave: SEO
        Senha: ********
        Não sei qual é a senha
        A senha é horrível""",
    ),
    "pl": _talk(
        "do tabletu mamy\nw pracy\ndo nowego serwera",
        "latarnia burza truskawka",
        """nasze hasło {p} to {v}
        Hasło {p} było {v}.
        wszystkie moje hasła: {v}, {v}
        moim hasłem jest {v}
        Hasło zostało zmienione na {v}
        Hasło\\n{v}""",
        """nasze hasło jest zbyt proste
        hasła są w zeszycie
        nie pamiętam hasła
        Hasło jest opcjonalne.
        Nasze hasła są identyczne.
        Hasło zostało zresetowane
        Hasło: ********""",
    ),
    "ru": _talk(
        "от маминого планшета\nна работе\nот нового сервера",
        "маяк гроза клубника",
        """наш пароль {p}: {v}
        Пароль {p} был {v}.
        все мои пароли: {v}, {v}
        моим паролем является {v}
        Пароль изменён на {v}
        Пароль\\n{v}""",
        """наш пароль очень простой
        пароли записаны в тетради
        не помню пароль
        Пароль необязателен.
        Наши пароли одинаковые.
        Пароль сброшен
        Пароль: ********""",
    ),
    "uk": _talk(
        "від маминого планшета\nна роботі\nвід нового сервера",
        "маяк гроза полуниця",
        """наш пароль {p}: {v}
        Пароль {p} був {v}.
        усі мої паролі: {v}, {v}
        моїм паролем є {v}
        Пароль змінено на {v}
        Пароль\\n{v}""",
        """наш пароль дуже простий
        паролі записані в зошиті
        не пам'ятаю пароль
        Пароль необов'язковий.
        Наші паролі однакові.
        Пароль скинуто
        Пароль: ********""",
    ),
    "tr": _talk(
        "annemin tableti için\nişteki\nyeni sunucu",
        "fener çilek ananas",
        """bizim şifremiz {v}
        {p} şifre: {v}
        bütün şifrelerim: {v}, {v}
        Parola artık {v}
        Parola {v} olarak güncellendi
        Şifre\\n{v}""",
        """şifremiz fazla basit
        şifreler defterde yazıyor
        parolayı hatırlamıyorum
        Parola isteğe bağlı.
        Şifrelerimiz aynı.
        Parola sıfırlandı
        Parola: ********""",
    ),
    "sv": _talk(
        "till mammas surfplatta\npå jobbet\ntill den nya servern",
        "fyrtorn åska jordgubbe",
        """vårt lösenord {p} är {v}
        Lösenordet {p} var {v}.
        alla mina lösenord: {v}, {v}
        Lösenordet ändrades till {v}
        Lösenord\\n{v}""",
        """vårt lösenord är alldeles för enkelt
        lösenorden står i en anteckningsbok
        jag minns inte lösenordet
        Lösenord är valfritt.
        Våra lösenord är likadana.
        Lösenordet har återställts
        Lösenord: ********""",
    ),
    "da": _talk(
        "til mors tablet\npå arbejdet\ntil den nye server",
        "fyrtårn torden jordbær",
        """vores adgangskode {p} er {v}
        Kodeordet {p} var {v}.
        alle mine adgangskoder: {v}, {v}
        Kodeordet blev ændret til {v}
        Adgangskode\\n{v}""",
        """vores adgangskode er alt for enkel
        adgangskoderne står i en notesbog
        jeg kan ikke huske adgangskoden
        Adgangskode er valgfri.
        Vores adgangskoder er ens.
        Adgangskoden er nulstillet
        Adgangskode: ********""",
    ),
    "no": _talk(
        "til mammas nettbrett\npå jobben\ntil den nye serveren",
        "fyrtårn torden jordbær",
        """vårt passord {p} er {v}
        Passordet {p} var {v}.
        alle passordene mine: {v}, {v}
        Passordet ble endret til {v}
        Passord\\n{v}""",
        """vårt passord er altfor enkelt
        passordene står i en notatbok
        jeg husker ikke passordet
        Passord er valgfritt.
        Passordene våre er like.
        Passordet er tilbakestilt
        Passord: ********""",
    ),
    "fi": _talk(
        "äidin tablettiin\ntöissä\nuuteen palvelimeen",
        "majakka ukkonen mansikka",
        """meidän salasana {p} on {v}
        Salasana {p} oli {v}.
        kaikki salasanani: {v}, {v}
        Salasana vaihdettiin, se on nyt {v}
        Salasana\\n{v}""",
        """salasanamme on aivan liian helppo
        salasanat ovat vihkossa
        en muista salasanaa
        Salasana on valinnainen.
        Salasanamme ovat samat.
        Salasana on nollattu
        Salasana: ********""",
    ),
    "cs": _talk(
        "k máminu tabletu\nv práci\nk novému serveru",
        "maják bouřka jahoda",
        """naše heslo {p} je {v}
        Heslo {p} bylo {v}.
        všechna moje hesla: {v}, {v}
        Heslo bylo změněno na {v}
        Heslo\\n{v}""",
        """naše heslo je moc jednoduché
        hesla jsou v sešitě
        nepamatuji si heslo
        Heslo je nepovinné.
        Naše hesla jsou stejná.
        Heslo bylo obnoveno
        Heslo: ********""",
    ),
    "ro": _talk(
        "de la tableta mamei\nde la serviciu\npentru serverul nou",
        "far tunet ananas",
        """parola noastră {p} este {v}
        Parola {p} era {v}.
        toate parolele mele: {v}, {v}
        Parola a fost schimbată în {v}
        Parolă\\n{v}""",
        """parola noastră e mult prea simplă
        parolele sunt într-un caiet
        nu îmi amintesc parola
        Parola este opțională.
        Parolele noastre sunt identice.
        Parola a fost resetată
        Parolă: ********""",
    ),
    "hu": _talk(
        "anya tabletjéhez\na munkahelyen\naz új szerverhez",
        "világítótorony eper ananász",
        """a jelszavunk {v}
        A jelszó {p}: {v}
        az összes jelszavam: {v}, {v}
        A jelszó mostantól {v}
        Jelszó\\n{v}""",
        """a jelszavunk túl egyszerű
        a jelszavak egy füzetben vannak
        nem emlékszem a jelszóra
        A jelszó nem kötelező.
        A jelszavaink azonosak.
        A jelszó visszaállítva
        Jelszó: ********""",
    ),
    "el": _talk(
        "για το τάμπλετ της μαμάς\nστη δουλειά\nγια τον νέο διακομιστή",
        "φάρος κεραυνός φράουλα",
        """ο κωδικός μας {p} είναι {v}
        Ο κωδικός {p} ήταν {v}.
        όλοι οι κωδικοί μου: {v}, {v}
        Ο κωδικός άλλαξε σε {v}
        Κωδικός πρόσβασης\\n{v}""",
        """ο κωδικός μας είναι πολύ απλός
        οι κωδικοί είναι σε ένα τετράδιο
        δεν θυμάμαι τον κωδικό
        Ο κωδικός είναι προαιρετικός.
        Οι κωδικοί μας είναι ίδιοι.
        Ο κωδικός επαναφέρθηκε
        Κωδικός: ********""",
    ),
    "ar": _talk(
        "لجهاز أمي\nفي العمل\nللخادم الجديد",
        "منارة رعد فراولة",
        """كلمة السر {p} هي {v}
        كلمة المرور {p} كانت {v}
        كل كلمات المرور: {v}, {v}
        تم تغيير كلمة المرور إلى {v}
        كلمة المرور\\n{v}""",
        """كلمة السر بسيطة جدا
        كلمات السر مكتوبة في دفتر
        لا أتذكر كلمة السر
        كلمة السر اختيارية.
        كلمات السر متشابهة.
        تمت إعادة تعيين كلمة المرور
        كلمة المرور: ********""",
    ),
    "he": _talk(
        "לטאבלט של אמא\nבעבודה\nלשרת החדש",
        "מגדלור רעם תות",
        """הסיסמה שלנו {p} היא {v}
        הסיסמה {p} הייתה {v}.
        כל הסיסמאות שלי: {v}, {v}
        הסיסמה שונתה ל {v}
        סיסמה\\n{v}""",
        """הסיסמה שלנו פשוטה מאוד
        הסיסמאות כתובות במחברת
        אני לא זוכר את הסיסמה
        סיסמה היא אופציונלית.
        הסיסמאות שלנו זהות.
        הסיסמה אופסה
        סיסמה: ********""",
    ),
    "hi": _talk(
        "माँ के टैबलेट का\nदफ़्तर का\nनए सर्वर का",
        "बिजली अनानास",
        """हमारा पासवर्ड {v} है
        {p} पासवर्ड {v} था
        मेरे सारे पासवर्ड: {v}, {v}
        {p} पासवर्ड अब {v} है
        पासवर्ड\\n{v}""",
        """हमारा पासवर्ड बहुत आसान है
        पासवर्ड कॉपी में लिखे हैं
        मुझे पासवर्ड याद नहीं
        पासवर्ड वैकल्पिक है।
        हमारे पासवर्ड एक जैसे हैं
        पासवर्ड: ********""",
    ),
    "ja": _talk(
        "母のタブレットの\n会社の\n新しいサーバーの",
        "いちご",
        """{p}パスワードは「{v}」です。
        パスワードが{v}になりました
        {p}パスワードは以前 {v} でした
        暗証番号ではなくパスワードは{v}
        パスワード: {v}
        パスワード\\n{v}""",
        """パスワードは簡単すぎます
        パスワードはノートに書いてあります
        パスワードを思い出せません
        パスワードは任意です。
        パスワードは12桁です
        パスワード: ********""",
    ),
    "zh": _talk(
        "妈妈平板的\n公司的\n新服务器的",
        "草莓",
        """{p}密码就是 {v}
        我们的密码叫{v}。
        {p}密码以前是 {v}
        密码已改为{v}
        密码:{v}
        密码\\n{v}
        密码设成 {v}""",
        """我们的密码太简单了
        密码写在本子上
        我不记得密码
        密码是可选的。
        密码最少12位
        密码: ********""",
    ),
    "ko": _talk(
        "엄마 태블릿\n회사\n새 서버",
        "딸기",
        """{p} 비밀번호는 "{v}"이에요
        우리 비밀번호는 {v} 입니다
        비밀번호를 {v}로 바꿨어요
        {p} 비번: {v}
        {p} 비밀번호는 예전에 {v}였어요
        비밀번호\\n{v}""",
        """비밀번호가 너무 간단해요
        비밀번호는 공책에 적혀 있어요
        비밀번호가 기억나지 않아요
        비밀번호는 선택 사항입니다.
        비밀번호는 12자리입니다
        비밀번호: ********""",
    ),
}

#: For words that are given, several, changed: the kinds that `SECOND` had found wanting.
THIRD: Mapping[str, Talk] = {
    "en": _talk(
        "for the tax office\non our boat, which leaks,",
        "chocolate waterfall kangaroo saxophone",
        """my bank password is {w}
        I set my password to {w}
        We changed the password to {w}, just so you know
        My passwords were {w} and {w}.
        My password {p} is {v}, I think
        my codes: none, but the password was changed to {v}""",
        """my password is awkward
        Our passwords are a nightmare
        My password is laughable.
        our passwords are alike
        my password is confidential
        I set my password to expire.
        my password is nowhere to be found
        My password is annoying.""",
    ),
    "de": _talk(
        "für das Finanzamt\nauf unserem Boot",
        "schokolade wasserfall känguru saxofon",
        """mein Passwort ist {w}
        Ich habe das Passwort auf {w} gesetzt
        meine Passwörter sind {w} und {w}
        mein Passwort {p} war mal {v}""",
        """mein Passwort ist nervig
        Unsere Passwörter sind ein Albtraum
        Mein Passwort ist unbrauchbar.
        unsere Passwörter sind ähnlich
        mein Passwort ist unauffindbar
        Ich habe mein Passwort auf Englisch geschrieben.""",
    ),
    "es": _talk(
        "de Hacienda\nen el barco",
        "chocolate cascada canguro saxofón",
        """mi contraseña es {w}
        mis contraseñas son {w} y {w}
        La contraseña {p} pasó a ser {v}
        mi contraseña {p} ahora es {v}""",
        """mi contraseña es molesta
        Nuestras contraseñas son parecidas.
        mi contraseña es vieja
        mi contraseña es indescifrable
        La contraseña está caducada.
        mi contraseña es patética""",
    ),
    "fr": _talk(
        "des impôts\nsur le bateau",
        "chocolat cascade kangourou saxophone",
        """mon mot de passe est {w}
        mes mots de passe sont {w} et {w}
        le mot de passe {p} était {v}""",
        """mon mot de passe est agaçant
        Nos mots de passe sont semblables.
        mon mot de passe est introuvable
        mon mot de passe est périmé
        mon mot de passe est minable""",
    ),
    "it": _talk(
        "delle tasse\nsulla barca",
        "cioccolato cascata canguro sassofono",
        """la mia password è {w}
        le mie password sono {w} e {w}
        la password {p} era {v}""",
        """la mia password è fastidiosa
        Le nostre password sono simili.
        la mia password è introvabile
        la mia password è scaduta
        la mia password è patetica""",
    ),
    "nl": _talk(
        "van de belasting\nop de boot",
        "chocolade waterval kangoeroe saxofoon",
        """mijn wachtwoord is {w}
        Wij hebben het wachtwoord veranderd in {w}
        mijn wachtwoorden zijn {w} en {w}
        het wachtwoord {p} was {v}""",
        """mijn wachtwoord is vervelend
        Onze wachtwoorden zijn vergelijkbaar.
        mijn wachtwoord is onvindbaar
        mijn wachtwoord is verlopen
        mijn wachtwoord is waardeloos""",
    ),
    "pt": _talk(
        "das finanças\nno barco",
        "chocolate cascata canguru saxofone",
        """a minha senha é {w}
        as minhas senhas são {w} e {w}
        a senha {p} era {v}""",
        """a minha senha é irritante
        As nossas senhas são parecidas.
        a minha senha é indecifrável
        a minha senha está expirada
        a minha senha é patética""",
    ),
    "pl": _talk(
        "do urzędu\nna łodzi",
        "czekolada",
        """Hasło zostało ustawione na {v}
        nasze hasła to {v} oraz {v}""",
        """nasze hasło jest do niczego
        hasła są podobne
        Hasło zostało zapomniane""",
    ),
}


_HALVES = (FIRST, SECOND, THIRD)

#: What heads a column, and the columns beside it.
_HEADS = (
    (("password", "Passwort", "Kennwort", "contraseña", "Mot de passe", "heslo"), ("user", "Konto", "site", "notes")),
    (("Password", "passwd", "Passwörter", "wachtwoord", "senha", "пароль", "pw"), ("login", "E-Mail", "Dienst", "url")),
)
_ROWS = (
    ("alice", "bob", "mail", "example.org", "old one", "router"),
    ("carol", "dan", "shop", "example.net", "keep this", "printer"),
)
_PLAIN_CELLS = (
    ("required", "yes", "<password>", "-", "", "stored hashed", "optional"),
    ("no", "****", "n/a", "weak", "never shown", "none", "must be long"),
)
_WORD_CELLS = (("sunshine", "butterfly"), ("lighthouse", "pineapple"))
_CODE = (
    (
        'password = os.environ["DB_PASSWORD"]', "password: process.env.PASSWORD,", "pw = getenv('PW')",
        "PASSWORD=$(cat /run/secrets/pw)", "if not passwords:", "passwords = [row.password for row in rows]",
        "for pw in passwords:", "password: str | None = None", "password=os.getenv('X', '')", "pass: ${PASS}",
    ),
    (
        'const pw = Deno.env.get("PW")', "password = settings.password", "passwords: list[str]", "PASS=$1",
        'pwd = System.getenv("PWD")', "export PASSWORD=${1:?}", "def check(pw): return len(pw) > 8",
        "passwords.append(read())", "password = ENV['PW']", "pass  # nothing to do",
    ),
)  # fmt: skip


def said(half: int, seed: int, each: int) -> Iterator[tuple[str, str, list[str]]]:
    """Yield kind, text and the secrets in it: each language, and tables."""
    chance = Chance(seed)
    for code, talk in _HALVES[half].items():
        for number in range(max(each, 2 * len(talk.given))):
            yield (code, *_filled(chance, talk, talk.given[number % len(talk.given)]))
    for kind in ("markdown", "csv"):
        for _ in range(each):
            cells = [chance.choice([*_WORD_CELLS[half % 2], _password(chance), _password(chance)]) for _ in range(3)]
            yield f"{kind} table", _table(chance, half, kind, cells), cells


def only_spoken_of(half: int, seed: int, count: int) -> Iterator[str]:
    """Yield as many texts that speak of a secret and give none."""
    chance = Chance(seed)
    told = [text for talk in _HALVES[half].values() for text in talk.spoken_of]
    for number in range(count):
        kind = number % 10
        if kind == 0:
            yield chance.choice(_CODE[half % 2])
        elif kind == 1:
            cells = [chance.choice(_PLAIN_CELLS[half % 2]) for _ in range(3)]
            yield _table(chance, half, chance.choice(["markdown", "csv"]), cells)
        else:
            text = told[(number - number // 10 * 2) % len(told)]
            yield chance.choice([text, text, f"{text}\nThanks, bye", f"Bob: {text}", f"({text})"])


def _filled(chance: Chance, talk: Talk, form: str) -> tuple[str, list[str]]:
    secrets: list[str] = []
    pieces = form.replace("{p}", chance.choice(talk.places)).split("{")
    text = pieces[0]
    for piece in pieces[1:]:
        secrets.append(_password(chance) if piece[0] == "v" else chance.choice(talk.words))
        text += secrets[-1] + piece[2:]
    return text, secrets


def _password(chance: Chance) -> str:
    """Return a password as people make them, or as a program does."""
    return chance.choice([chance.password(), chance.password(), chance.of(AN, chance.randint(6, 20)) + "7a"])


def _table(chance: Chance, half: int, kind: str, cells: list[str]) -> str:
    heads, others = _HEADS[half % 2]
    columns = chance.sample(others, chance.randint(1, 3))
    place = chance.randint(0, len(columns))
    rows = [[*columns[:place], chance.choice(heads), *columns[place:]]]
    for cell in cells:
        beside = [chance.choice(_ROWS[half % 2]) for _ in columns]
        rows.append([*beside[:place], cell, *beside[place:]])
    if kind == "markdown":
        lines = [f"| {' | '.join(row)} |" for row in rows]
        lines.insert(1, "|" + " --- |" * len(rows[0]))
    else:
        mark = chance.choice([",", ";", "\t", ", "])
        lines = [mark.join(row) for row in rows]
    return chance.choice(["{}", "my accounts:\n\n{}\n\nplease keep them", "{}\n"]).format("\n".join(lines))
