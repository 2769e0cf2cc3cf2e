"""Twelve chat templates, and a reader of prompts that finds special tokens wherever they stand, as tokenizers do."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TypeAlias

Said: TypeAlias = Sequence[tuple[str, str]]  #: role and words of each message


@dataclass(frozen=True)
class Template:
    """How a family writes a message, and what its tokenizer takes for more than text."""

    name: str
    message: str  #: with {role} and {text}
    specials: tuple[str, ...]
    begin: str = ""
    roles: tuple[tuple[str, str], ...] = ()  #: role, and how it is called

    def prompt(self, messages: Said) -> str:
        """Return the prompt that a server renders from these messages."""
        called = dict(self.roles)
        return self.begin + "".join(
            self.message.replace("{role}", called.get(role, role)).replace("{text}", text) for role, text in messages
        )

    def read(self, prompt: str) -> list[str]:
        """Return a prompt as its tokenizer cuts it: special tokens, and the text between them."""
        return [part for part in re.split("(" + "|".join(map(re.escape, self.specials)) + ")", prompt) if part]


def _template(name: str, message: str, specials: str, begin: str = "", **roles: str) -> Template:
    return Template(name, message, tuple(specials.split()), begin, tuple(roles.items()))


TEMPLATES = (
    _template("ChatML", "<|im_start|>{role}\n{text}<|im_end|>\n",
              "<|im_start|> <|im_end|> <|endoftext|> <tool_call> <think>"),
    _template("Llama 2", "<s>[INST] {text} [/INST]", "<s> </s> [INST] [/INST] <<SYS>> <</SYS>>"),
    _template(
        "Llama 3", "<|start_header_id|>{role}<|end_header_id|>\n\n{text}<|eot_id|>",
        "<|begin_of_text|> <|start_header_id|> <|end_header_id|> <|eot_id|> <|eom_id|>", "<|begin_of_text|>",
    ),
    _template("Mistral", "[{role}]{text}[/{role}]",
              "<s> </s> [INST] [/INST] [SYSTEM_PROMPT] [/SYSTEM_PROMPT] [TOOL_CALLS]",
              "<s>", user="INST", system="SYSTEM_PROMPT"),
    _template("Gemma", "<start_of_turn>{role}\n{text}<end_of_turn>\n",
              "<bos> <eos> <start_of_turn> <end_of_turn>", "<bos>"),
    _template("Phi", "<|{role}|>{text}<|end|>", "<|system|> <|user|> <|assistant|> <|end|> <|endoftext|>"),
    _template("DeepSeek", "<｜{role}｜>{text}",
              "<｜begin▁of▁sentence｜> <｜end▁of▁sentence｜> <｜User｜> <｜Assistant｜>",
              "<｜begin▁of▁sentence｜>", user="User", system="Assistant"),
    _template("Command-R", "<|START_OF_TURN_TOKEN|><|{role}_TOKEN|>{text}<|END_OF_TURN_TOKEN|>",
              "<|START_OF_TURN_TOKEN|> <|END_OF_TURN_TOKEN|> <|USER_TOKEN|> <|SYSTEM_TOKEN|> <|CHATBOT_TOKEN|>",
              user="USER", system="SYSTEM"),
    _template("Granite", "<|start_of_role|>{role}<|end_of_role|>{text}<|end_of_text|>\n",
              "<|start_of_role|> <|end_of_role|> <|end_of_text|> <|tool_call|>"),
    _template("GPT-OSS", "<|start|>{role}<|message|>{text}<|end|>",
              "<|start|> <|message|> <|end|> <|channel|> <|return|> <|call|>"),
    _template("Vicuna", "{role}: {text}</s>", "<s> </s> <unk>"),
    _template("GLM", "<|{role}|>\n{text}",
              "[gMASK] <sop> <|system|> <|user|> <|assistant|> <|observation|>", "[gMASK]<sop>"),
)  # fmt: skip
