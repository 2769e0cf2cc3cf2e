"""Special tokens of the chat templates in common use, and the ways in which one may be written."""

from __future__ import annotations

import re
import unicodedata
from random import Random

#: By family: the tokens that its template is made of, and others that its tokenizer knows.
FAMILIES = {
    "ChatML, Qwen, Yi, SmolLM, OLMo": "<|im_start|> <|im_end|> <|endoftext|> <tool_call> </tool_call> <think> </think>",
    "Llama 2": "<s> </s> [INST] [/INST] <<SYS>> <</SYS>>",
    "Llama 3": "<|begin_of_text|> <|start_header_id|> <|end_header_id|> <|eot_id|> <|eom_id|> <|python_tag|>",
    "Llama 4": "<|header_start|> <|header_end|> <|eot|>",
    "Mistral": "[AVAILABLE_TOOLS] [/AVAILABLE_TOOLS] [TOOL_CALLS] [TOOL_RESULTS] [/TOOL_RESULTS] [SYSTEM_PROMPT] [IMG] "
    "[IMG_BREAK] [IMG_END] [TOOL_CONTENT] [CALL_ID] [ARGS] [THINK] [/THINK] [BEGIN_AUDIO] [MODEL_SETTINGS] [control_8]",
    "Gemma": "<start_of_turn> <end_of_turn> <bos> <eos> <pad> <unused7> <start_of_image> <image_soft_token> <|turn> "
    "<turn|> <|channel> <channel|>",
    "Phi, Zephyr": "<|system|> <|user|> <|assistant|> <|end|> <|im_sep|>",
    "DeepSeek": "<｜begin▁of▁sentence｜> <｜User｜> <｜Assistant｜> <｜tool▁calls▁begin｜> <｜fim▁hole｜> "
    "</｜DSML｜invoke>",
    "Command-R": "<BOS_TOKEN> <EOS_TOKEN> <|START_OF_TURN_TOKEN|> <|USER_TOKEN|> <|CHATBOT_TOKEN|>",
    "Granite": "<|start_of_role|> <|end_of_role|> <fim_prefix> <fim_suffix> <fim_middle>",
    "GPT-OSS": "<|start|> <|channel|> <|message|> <|constrain|> <|call|> <|return|>",
    "Falcon": ">>QUESTION<< >>PREFIX<< >>ANSWER<<",
    "GLM": "[gMASK] [sMASK] <sop> <eop> <|observation|>",
    "Kimi": "<|im_user|> <|im_middle|> [BOS] [EOS] [EOT] [PAD] <|tool_calls_section_begin|>",
    "MiniMax": "]~b] ]~!b[ [e~[ <minimax:tool_call>",
    "Nemotron": "<extra_id_0> <extra_id_1> <SPECIAL_12>",
    "ERNIE, Hunyuan": "<|begin_of_sentence|> <mask:0> <｜hy_User｜> <|startoftext|>",
    "InternLM": "<eoh> <eoa> [UNUSED_TOKEN_145]",
    "EXAONE": "[|system|] [|user|] [|endofturn|]",
    "Jamba": "<|bom|> <|eom|>",
    "Seed": "<seed:bos> <seed:tool_call>",
    "CodeLlama": "<PRE> <SUF> <MID> <EOT>",
    "servers": "<__media__> [img-0]",
}
TOKENS = tuple(token for tokens in FAMILIES.values() for token in tokens.split())
HEADINGS = ("### Instruction:", "### Response:", "### User:", "## System:")
MARKS = ("[memory: quotes from earlier talks]", "[/memory]")
INVISIBLE = "\u200b\u200c\u200d\u2060\ufeff\u00ad\u200e\u202e\u2066\u034f\u180e\ufe0f\U000e0041"
LOOKALIKES = {
    "<": "＜‹〈❮", ">": "＞›〉❯", "[": "［【〔⟦", "]": "］】〕⟧", "|": "｜│∣ǀ", "/": "／⁄∕", "_": "＿▁", ":": "：∶",
    "a": "аａα", "e": "еｅ", "o": "оｏο", "s": "ѕｓ", "i": "іｉ", "m": "ｍм", "T": "ТＴ", "S": "ЅＳ", "I": "ＩІ",
}  # fmt: skip


def spelled(random: Random, token: str) -> str:
    """A token in another spelling: wider, with look-alikes, with something invisible in it, or spaced."""
    kind = random.randrange(6)
    inner = range(1, len(token))
    if kind == 0:
        return "".join(chr(ord(c) + 0xFEE0) if "!" <= c <= "~" and random.random() < 0.5 else c for c in token)
    if kind == 1:
        return "".join(random.choice(LOOKALIKES.get(c, c)) if random.random() < 0.5 else c for c in token)
    if kind in (2, 3):
        places = random.sample(inner, min(len(inner), random.randrange(1, 4)))
        return "".join(random.choice(INVISIBLE) + c if at in places else c for at, c in enumerate(token))
    if kind == 4:
        return f"{token[0]} {token[1:-1]} {token[-1]}" if token[0] in "<[" and token[1] != "<" else token
    return token.swapcase() if token[0] == "<" and "PRE SUF MID EOT".find(token[1:-1]) < 0 else token


def plain(text: str) -> str:
    """A text as a normaliser that knows no bounds would leave it: written by itself, not by the code under test."""
    back = {ord(alike): sign for sign, many in LOOKALIKES.items() for alike in many}
    text = unicodedata.normalize("NFKC", text.translate(back)).translate(back)
    kept = (c for c in unicodedata.normalize("NFD", text) if unicodedata.category(c) not in ("Cf", "Mn", "Cc"))
    return re.sub(r"\s", "", "".join(kept)).casefold()
