"""How numbers are written in a reader's language."""

from __future__ import annotations

import re
from collections.abc import Callable

from symbiosis.errors import N_, Message

_WORDS = (
    N_("reuse"), N_("feed"), N_("recycling"), N_("recovery"), N_("energy"), N_("disposal"),
    N_("above"), N_("below"), N_("coal power stations"), N_("blast furnaces"),
    N_("residual household waste"), N_("residual waste turned into fuel"), N_("residual waste"),
    N_("single-use plastic packaging"), N_("oil refining"),
)  # fmt: skip
"""Words that stand in tables and are said in warnings."""

SAMPLE = N_("1,234.5")
"""Its translation shows the separators of a language."""

_THOUSANDS = re.compile(r"(?<=\d),(?=\d{3}(?!\d))")
_DECIMAL = re.compile(r"(?<=\d)\.(?=\d)")


def localise(text: str, translate: Callable[[str], str]) -> str:
    """Return a text whose numbers have the separators of a language.

    Examples
    --------
    >>> localise("12,500.25 t", {"1,234.5": "1 234,5"}.get)
    '12 500,25 t'
    """
    sample = translate(SAMPLE)
    if sample == SAMPLE:
        return text
    thousands, decimal = sample[1], sample[-2]
    return _THOUSANDS.sub(thousands, _DECIMAL.sub("\0", text)).replace("\0", decimal)


def spoken(message: Message, translate: Callable[[str], str]) -> str:
    """Return a message in a language, with the words it holds and its numbers.

    Examples
    --------
    >>> from symbiosis.errors import say
    >>> words = {"from {a}": "de {a}", "coal": "charbon"}
    >>> spoken(say("from {a}", a=say("coal")), lambda text: words.get(text, text))
    'de charbon'
    """
    values = {
        name: value.render(translate) if isinstance(value, Message) else value
        for name, value in message.values.items()
    }
    return localise(Message(message.template, values).render(translate), translate)
