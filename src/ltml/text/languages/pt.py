"""Portuguese."""

from ltml.text.languages import Language, SecretWords, classes, counted, vocabulary

_UNITS = counted(
    0, "zero um/uma dois/duas três quatro cinco seis sete oito nove dez onze doze treze catorze/quatorze quinze"
)
_TEENS = counted(16, "dezesseis/dezasseis dezessete/dezassete dezoito dezenove/dezanove vinte")
_TENS = {"trinta": 30, "quarenta": 40, "cinquenta": 50, "sessenta": 60, "setenta": 70, "oitenta": 80, "noventa": 90}
_ORDINALS = counted(1, "primeiro/primeira segundo terceiro/terceira")

language = Language(
    code="pt",
    stemmer="portuguese",
    stop=vocabulary(
        "o a os as um uma uns umas do da dos das no na nos nas ao à aos às pelo pela pelos pelas num numa dum duma",
        "este esta isto estes estas esse essa isso esses essas aquele aquela aquilo deste desta disto desse",
        "dessa disso neste nesta nisto nesse nessa nisso",
        "eu me mim meu minha meus minhas comigo tu te ti teu tua teus tuas contigo você vocês ele ela eles elas",
        "lhe lhes se",
        "si seu sua seus suas dele dela deles delas nós nosso nossa nossos nossas conosco vos vosso vossa gente",
        "que quem qual quais quando onde aonde como porque porquê quanto quanta quantos quantas cujo cuja quê",
        "sou és é somos são era eras éramos eram fui foi foram sido ser seja será seria estou estás está",
        "estamos estão",
        "estava estavam esteve estar tenho tens tem temos têm tinha tinham tive teve ter tido há havia houve",
        "haver hei",
        "faço faz fazer fez vou vais vai vamos vão ir ia posso podes pode podemos podem poder podia poderia",
        "devo deves deve devemos devem dever deveria quero queres quer queremos querem querer queria",
        "e ou mas nem se pois porém embora enquanto então portanto logo",
        "de em para pra por com sem sob sobre entre até desde após contra durante perante",
        "não nunca jamais nada ninguém nenhum nenhuma sim também muito muita muitos muitas mais menos pouco",
        "pouca poucos",
        "poucas tão tanto tanta já ainda aqui ali aí lá cá agora sempre só apenas assim todo toda todos todas",
        "tudo outro",
        "outra outros outras mesmo mesma cada algum alguma alguns algumas algo alguém tal bem talvez sei sabe diga",
    ),
    phatic=vocabulary(
        "olá oi oie alô ei hey obrigado obrigada obrigadão valeu brigado brigada tchau adeus bye ok okay sim",
        "não claro certo",
        "beleza bom boa bem ótimo ótima perfeito perfeita excelente fantástico maravilhoso incrível legal",
        "bacana fixe giro",
        "massa show top parabéns exato exatamente correto verdade entendi entendido percebi combinado ah oh eh",
        "hum hmm uau",
        "haha kkk kkkk rsrs hehe lol desculpa desculpe perdão momento momentinho instante segundo espera útil",
        "gentil querido querida interessante por_favor se_faz_favor faz_favor",
        "bom_dia boa_tarde boa_noite bom_fim_de_semana até_logo até_amanhã até_breve até_já até_mais até_a_próxima",
        "a_gente_se_vê nos_vemos abraço abraços beijo beijos se_cuida durma_bem",
        "tudo_bem tudo_bom como_vai como_está como_estás e_aí como_vão_as_coisas tudo_certo",
        "muito_obrigado muito_obrigada de_nada por_nada sem_problema não_há_problema não_tem_problema não_faz_mal",
        "imagina disponha com_certeza muito_bem bom_trabalho bem_feito está_bem faz_sentido um_momento um_instante",
        "um_segundo o_melhor a_melhor bem-vindo bem-vinda prazer",
    ),
    light=vocabulary(
        "outra_vez de_novo novamente já também muito mesmo só apenas ainda realmente simplesmente então agora",
        "pois bem sim ah oh ok olha claro aliás por_favor mais_uma_vez absolutamente assim",
    ),
    negation=vocabulary(
        "não nunca jamais nada ninguém nenhum nenhuma nem sem já_não não_mais tampouco antigamente ex exceto",
        "salvo parei parou deixei deixou",
    ),
    modal=vocabulary(
        "se talvez quiçá provavelmente possivelmente poderia poderias poderiam deveria deverias deveriam seria",
        "seriam teria teriam gostaria oxalá tomara quase parece pode posso podem deve devo devem caso",
    ),
    numbers=_UNITS
    | _TEENS
    | _TENS
    | _ORDINALS
    | {
        "cem": 100,
        "cento": 100,
        "duzentos": 200,
        "trezentos": 300,
        "quinhentos": 500,
        "mil": 1000,
        "milhão": 10**6,
        "milhões": 10**6,
        "bilhão": 10**9,
        "dúzia": 12,
    },
    months=counted(
        1,
        "janeiro/jan fevereiro/fev março/mar abril/abr maio/mai junho/jun julho/jul agosto/ago setembro/set "
        "outubro/out novembro/nov dezembro/dez",
    ),
    weekdays=counted(
        0,
        "segunda-feira/segunda terça-feira/terça quarta-feira/quarta quinta-feira/quinta sexta-feira/sexta "
        "sábado domingo",
    ),
    units=classes(
        mm="mm milímetro milímetros",
        cm="cm centímetro centímetros",
        m="m metro metros",
        km="km quilômetro quilômetros quilómetro quilómetros",
        g="g grama gramas",
        kg="kg quilo quilos quilograma quilogramas",
        ml="ml mililitro mililitros",
        l="l litro litros",
        second="s segundo segundos",
        minute="min minuto minutos",
        hour="h hora horas",
        day="dia dias",
        week="semana semanas",
        month="mês meses",
        year="ano anos",
        euro="euro euros eur",
        dollar="dólar dólares usd",
        real="real reais brl",
        cent="cêntimo cêntimos centavo centavos",
        degree="grau graus celsius",
        kb="kb",
        mb="mb",
        gb="gb",
        tb="tb",
        watt="watt watts w",
        kmh="km/h",
        mg="mg miligrama miligramas",
    ),
    abbreviations=vocabulary(
        "sr sra srta dr dra prof profa eng etc ex p.ex pág págs nº tel av aprox máx mín cap vol art fig jan fev",
        "abr ago set out nov dez d",
    ),
    titles=vocabulary(
        "sr sra srta senhor senhora dona dr dra doutor doutora professor professora tio tia chama chamado", "chamada"
    ),
    contrast=classes(
        me="eu me mim meu minha meus minhas comigo",
        you="tu te ti teu tua teus tuas contigo você vocês",
        him="ele dele",
        her="ela dela",
        him_or_her="seu sua seus suas lhe",
        us="nós nosso nossa nossos nossas conosco",
        them="eles elas deles delas lhes",
        half="meio meia metade dobro",
        today="hoje",
        tomorrow="amanhã",
        yesterday="ontem",
        before="antes",
        after="depois após",
        down="sob",
        only="somente unicamente",
        all="todos todas tudo",
        some="alguns algumas vários várias",
        more="mais",
        less="menos",
        since="desde",
        until="até",
        against="contra",
        who="quem",
        other="outro outra outros outras",
    ),
    joints=vocabulary("e ou mas nem mais exceto salvo"),
    letters=frozenset("ãõ"),
    secrets=SecretWords(
        passwords=vocabulary(
            "senha palavra-passe palavra_passe palavra-chave frase_secreta palavra_secreta",
            "senhas palavras-passe palavras_passe palavras-chave password passwords",
        ),
        keys=vocabulary(
            "chave_api chave_de_api chave_da_api chave_secreta chave_de_acesso chave_privada token_de_acesso",
            "token",
            "chaves_api chaves_de_api tokens",
        ),
        equals=vocabulary("é era será ficou continua_sendo continua", "são eram serão foi ficam está estão"),
        to=vocabulary("para por em de"),
        changes=vocabulary(
            "mudei mudar muda troquei trocar alterei alterar defini atualizei",
            "mudámos mudamos trocámos trocamos alterámos alteramos mudada alterada trocada redefini coloquei",
        ),
        quotes=vocabulary("diz"),
        adverbs=vocabulary("agora ainda sempre também atualmente simplesmente sendo", "acho hoje antes já"),
        states=vocabulary(
            "errada incorreta correta certa fraca forte segura insegura obrigatória necessária opcional expirada",
            "inválida válida secreta longa curta simples complexa vazia desconhecida conhecida perdida esquecida",
            "alterada mudada guardada salva cifrada protegida visível oculta recusada aceite aceita importante",
            "diferente igual nova velha antiga única partilhada compartilhada privada pública roubada bloqueada",
            "disponível",
        ),
        pins=vocabulary("pin código_pin"),
        banks=vocabulary(
            "cartão banco bancário bancária conta crédito débito sim telefone telemóvel celular visa mastercard",
            "multibanco",
        ),
        checks=vocabulary("cvv cvc"),
        mottos=vocabulary("palavra-chave palavras-chave"),
        mine=vocabulary("minha minhas nossa nossas meu nosso"),
        into=vocabulary("para"),
        shapes=vocabulary(
            "*icada *izada *egida *ecida *ível *ável *íssima",
            "complicada complicado ridícula horrível terrível absurda boba chata estranha óbvia aleatória genérica pessoal",
            "inútil clara péssima pior melhor perfeita nada aqui ali lá pronta comum típica especial padrão diferentes iguais",
            "fortes fracas longas curtas seguras alfanumérica numérica provisória temporária obrigado obrigada minha nossa",
        ),
        accounts=vocabulary("utilizador usuário conta nome"),
    ),
)
