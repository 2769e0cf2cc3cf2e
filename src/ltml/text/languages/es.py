"""Spanish."""

from ltml.text.languages import Language, classes, counted, vocabulary

_UNITS = counted(0, "cero uno/un/una dos tres cuatro cinco seis siete ocho nueve diez once doce trece catorce quince")
_TEENS = counted(16, "dieciséis diecisiete dieciocho diecinueve veinte veintiuno/veintiún veintidós veintitrés")
_REST = counted(24, "veinticuatro veinticinco veintiséis veintisiete veintiocho veintinueve treinta")
_TENS = {"cuarenta": 40, "cincuenta": 50, "sesenta": 60, "setenta": 70, "ochenta": 80, "noventa": 90}
_ORDINALS = counted(
    1, "primero/primera/primer segundo/segunda tercero/tercera/tercer cuarto/cuarta quinto/quinta sexto/sexta"
)

language = Language(
    code="es",
    stemmer="spanish",
    stop=vocabulary(
        "el la los las lo un una unos unas al del este esta esto estos estas ese esa eso esos esas aquel",
        "aquella aquello",
        "yo me mí mi mis mío mía conmigo tú te ti tu tus tuyo tuya contigo él ella ello le les se sí su sus",
        "suyo suya",
        "nosotros nosotras nos nuestro nuestra nuestros nuestras vosotros vosotras os vuestro vuestra usted",
        "ustedes ellos",
        "ellas que qué quien quién quienes cual cuál cuales cuáles cuando cuándo donde dónde adónde como cómo cuanto",
        "cuánto cuántos cuánta cuántas porque",
        "soy eres es somos sois son era eras éramos eran fui fue fueron sido ser sea será sería estoy estás",
        "está estamos",
        "están estaba estaban estuvo estado estar esté he has ha hemos habéis han había habían hubo habido",
        "haber haya habrá",
        "habría tengo tienes tiene tenemos tienen tenía tener tuvo hay hace hacer hago hizo voy vas va vamos",
        "van ir iba",
        "puedo puedes puede podemos pueden poder podría podrías pudo debo debes debe debemos deben deber",
        "debería quiero quieres quiere queremos quieren querer quería quisiera",
        "y e o u pero sino ni si aunque mientras pues luego entonces",
        "a ante bajo con contra de desde durante en entre hacia hasta para por según sin sobre tras",
        "no nunca jamás nada nadie ningún ninguno ninguna tampoco sí también muy más menos mucho mucha muchos",
        "muchas poco",
        "poca pocos pocas tan tanto tanta ya aún todavía aquí ahí allí allá ahora siempre solo sólo así todo",
        "toda todos",
        "todas otro otra otros otras mismo misma cada algún alguno alguna algunos algunas algo alguien tal bien",
        "quizá quizás dime sabes sé",
    ),
    phatic=vocabulary(
        "hola holi holis buenas buenos saludos hey gracias chao chau adiós bye ok okay vale sí sip no nop claro",
        "bueno bien",
        "perfecto genial estupendo excelente fantástico maravilloso increíble súper super guay bárbaro chévere",
        "buenísimo",
        "exacto exactamente correcto cierto seguro entendido comprendido anotado ajá ah oh eh uf mmm hmm jaja",
        "jeje lol",
        "perdón perdona disculpa disculpe lo_siento porfa porfavor momento momentito segundo espera útil amable",
        "majo listo interesante por_favor de_nada mil_gracias muchas_gracias muchísimas_gracias",
        "buenos_días buenas_tardes buenas_noches buen_día buen_fin_de_semana feliz_día hasta_luego hasta_mañana",
        "hasta_pronto hasta_la_vista nos_vemos cuídate que_descanses",
        "qué_tal cómo_estás cómo_está cómo_va cómo_te_va qué_pasa qué_hay todo_bien cómo_andas cómo_vas",
        "no_hay_problema no_pasa_nada sin_problema de_acuerdo por_supuesto desde_luego muy_bien bien_hecho",
        "buen_trabajo",
        "está_bien me_alegro ya_veo tiene_sentido un_momento un_segundo dame_un_segundo el_mejor la_mejor",
        "eres_el_mejor bienvenido bienvenida encantado encantada mucho_gusto un_placer",
    ),
    light=vocabulary(
        "otra_vez de_nuevo ya también muy realmente solo sólo simplemente además pues bueno así ahora entonces claro",
        "sí oye ah oh vale ok por_cierto aún todavía una_vez_más nuevamente verdaderamente absolutamente por_favor",
    ),
    negation=vocabulary(
        "no nunca jamás nada nadie ningún ninguno ninguna tampoco sin ni ya_no apenas antes antiguamente ex",
        "excepto salvo dejé dejó",
    ),
    modal=vocabulary(
        "si quizá quizás tal_vez acaso probablemente posiblemente podría podrías podrían debería deberías",
        "deberían sería",
        "serían habría habrían tendría quisiera ojalá casi parece supongo puede puedo pueden debe debo deben",
    ),
    numbers=_UNITS
    | _TEENS
    | _REST
    | _TENS
    | _ORDINALS
    | {
        "cien": 100,
        "ciento": 100,
        "doscientos": 200,
        "trescientos": 300,
        "cuatrocientos": 400,
        "quinientos": 500,
        "mil": 1000,
        "millón": 10**6,
        "millones": 10**6,
        "docena": 12,
    },
    months=counted(
        1,
        "enero/ene febrero/feb marzo/mar abril/abr mayo/may junio/jun julio/jul agosto/ago septiembre/setiembre/sep "
        "octubre/oct noviembre/nov diciembre/dic",
    ),
    weekdays=counted(0, "lunes martes miércoles jueves viernes sábado domingo"),
    units=classes(
        mm="mm milímetro milímetros",
        cm="cm centímetro centímetros",
        m="m metro metros",
        km="km kilómetro kilómetros",
        g="g gramo gramos",
        kg="kg kilo kilos kilogramo kilogramos",
        pound="libra libras",
        ml="ml mililitro mililitros",
        l="l litro litros",
        second="s segundo segundos",
        minute="min minuto minutos",
        hour="h hora horas",
        day="día días",
        week="semana semanas",
        month="mes meses",
        year="año años",
        euro="euro euros eur",
        dollar="dólar dólares usd",
        peso="peso pesos",
        cent="céntimo céntimos centavo centavos",
        degree="grado grados celsius",
        kb="kb",
        mb="mb",
        gb="gb",
        tb="tb",
        watt="vatio vatios w",
        kmh="km/h",
        mg="mg miligramo miligramos",
    ),
    abbreviations=vocabulary(
        "sr sra srta sres dr dra prof d dña ud uds vd etc ej p.ej pág págs núm tel av avda aprox ee.uu máx mín",
        "cap vol art fig ene feb abr ago sep oct nov dic",
    ),
    titles=vocabulary(
        "sr sra srta señor señora señorita don doña dr dra doctor doctora profesor profesora tío tía llama",
        "llamado llamada",
    ),
    contrast=classes(
        me="yo me mí mi mis mío mía conmigo",
        you="tú te ti tu tus tuyo tuya contigo usted ustedes vosotros os",
        him="él",
        her="ella",
        him_or_her="le su sus suyo suya",
        us="nosotros nosotras nos nuestro nuestra nuestros nuestras",
        them="ellos ellas les",
        after="después",
        down="bajo",
        only="solamente únicamente",
        all="todos todas",
        some="algunos algunas varios varias",
        more="más",
        less="menos",
        since="desde",
        until="hasta",
        against="contra",
        who="quién",
        other="otro otra otros otras",
    ),
    joints=vocabulary("y e o u pero ni más salvo excepto"),
    letters=frozenset("ñ¿¡"),
)
