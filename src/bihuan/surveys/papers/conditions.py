"""Conditions as instructions on paper: there no script hides a question, so the sheet says who is to answer it."""

from __future__ import annotations

from collections.abc import Mapping

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext

from bihuan.instruments.conditions import Condition, Test
from bihuan.instruments.definition import PIPE, Definition
from bihuan.instruments.piping import separator
from bihuan.instruments.wording import OPPOSITE, quoted, said, value_words

SENTENCES: dict[str, Promise] = {
    "=": gettext_lazy("your answer to %(place)s is %(value)s"),
    "!=": gettext_lazy("your answer to %(place)s is not %(value)s"),
    "<": gettext_lazy("your answer to %(place)s is below %(value)s"),
    "<=": gettext_lazy("your answer to %(place)s is at most %(value)s"),
    ">": gettext_lazy("your answer to %(place)s is above %(value)s"),
    ">=": gettext_lazy("your answer to %(place)s is at least %(value)s"),
    "in": gettext_lazy("your answer to %(place)s is %(value)s"),
    "has": gettext_lazy("you chose %(value)s in %(place)s"),
    "has_any": gettext_lazy("you chose %(value)s in %(place)s"),
    "has_all": gettext_lazy("you chose all of %(value)s in %(place)s"),
    "count>=": gettext_lazy("you chose at least %(value)s in %(place)s"),
    "count<=": gettext_lazy("you chose at most %(value)s in %(place)s"),
    "answered": gettext_lazy("you answered %(place)s"),
}
NEGATED: dict[str, Promise] = {
    "in": gettext_lazy("your answer to %(place)s is not %(value)s"),
    "has": gettext_lazy("you did not choose %(value)s in %(place)s"),
    "has_any": gettext_lazy("you did not choose %(value)s in %(place)s"),
    "has_all": gettext_lazy("you did not choose all of %(value)s in %(place)s"),
    "count>=": gettext_lazy("you chose fewer than %(value)s in %(place)s"),
    "count<=": gettext_lazy("you chose more than %(value)s in %(place)s"),
    "answered": gettext_lazy("you did not answer %(place)s"),
}
TICKED: dict[bool, Promise] = {
    True: gettext_lazy("you ticked %(place)s"),
    False: gettext_lazy("you did not tick %(place)s"),
}


class Instructions:
    """Says conditions of one form in one language, by the numbers of its questions. The language must be active."""

    def __init__(self, definition: Definition, language: str, numbers: Mapping[str, int]) -> None:
        self.definition, self.language, self.numbers = definition, language, numbers

    def only_if(self, condition: Condition | None) -> str:
        """The instruction before a question, a section or a choice; empty where everybody answers."""
        return _("Only if %(condition)s") % {"condition": said(condition, self.test)} if condition is not None else ""

    def place(self, code: str) -> str:
        """How the paper refers to an earlier question; one that is not on it is named."""
        number = self.numbers.get(code)
        if number is not None:
            return _("question %(number)d") % {"number": number}
        item = self.definition.by_code[code]
        return quoted(self.definition.text(f"item.{code}.label", item.label, self.language) or code)

    def test(self, test: Test, negated: bool) -> str:
        item, place = self.definition.by_code[test.item], self.place(test.item)
        operator = OPPOSITE.get(test.op, test.op) if negated else test.op
        if operator in {"=", "!="} and isinstance(test.value, bool):
            return str(TICKED[test.value is (operator == "=")]) % {"place": place}
        many = test.value if isinstance(test.value, list | tuple) else [test.value]
        joint = separator(self.language) if operator == "has_all" else pgettext("one of several", " or ")
        value = joint.join(
            str(one) if operator.startswith("count") else value_words(one, item, self.definition, self.language)
            for one in many
        )
        sentences = NEGATED if negated and test.op not in OPPOSITE else SENTENCES
        return str(sentences[operator]) % {"place": place, "value": value}

    def text(self, text: str) -> str:
        """A text with its quotations of earlier answers, as paper can say them."""
        return PIPE.sub(lambda found: _("[your answer to %(place)s]") % {"place": self.place(found[1])}, text)
