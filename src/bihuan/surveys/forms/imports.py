"""Upload, mapping and withdrawal as plain forms."""

from __future__ import annotations

import re
from collections.abc import Mapping as MappingOf
from dataclasses import replace
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from bihuan.foundation.forms import ActorForm, ScopedModelChoiceField
from bihuan.foundation.reading import MappingError
from bihuan.organisation.models import OrgUnit
from bihuan.surveys.linking import Targets
from bihuan.surveys.mapping import ColumnUse, Kind, Role, Side
from bihuan.surveys.mapping.toml_text import use_from
from bihuan.surveys.permissions import IMPORT
from bihuan.surveys.profile import SHOWN_LEVELS

ACCEPTED = ".csv,.tsv,.txt,.xlsx,.sav,.zsav"
# One choice says role, kind and side at once: that is how people think of a column.
USES: dict[str, tuple[Role, Kind, Side | None]] = {
    "item": (Role.ITEM, Kind.RATING, None),
    "overall": (Role.ITEM, Kind.OVERALL, None),
    "recommend": (Role.ITEM, Kind.RECOMMEND, None),
    **{side.value: (Role.ITEM, Kind.RATING, side) for side in Side},
    **{role.value: (role, Kind.RATING, None) for role in Role if role is not Role.ITEM},
}
USE_CHOICES = [
    (
        _("Scale"),
        [
            ("item", pgettext_lazy("column", "Rated item")),
            ("overall", _("Overall judgement")),
            ("recommend", _("Recommendation (NPS)")),
        ],
    ),
    (
        _("One side of a pair"),
        [
            ("expectation", _("Expectation")),
            ("perception", _("Perception")),
            ("importance", _("Importance")),
            ("performance", _("Performance")),
            ("functional", _("Kano: if it is there")),
            ("dysfunctional", _("Kano: if it is not")),
        ],
    ),
    (
        _("Other"),
        [
            ("group", _("Group (unit, segment)")),
            ("text", _("Comment")),
            ("date", _("Date")),
            ("weight", _("Weight")),
            ("id", _("Identifier")),
            ("ignore", _("Not used")),
        ],
    ),
]
SCALE = re.compile(r"^\s*(-?\d+)\s*(?:-|–|—|~|～|至|到|to)\s*(-?\d+)\s*(?:/\s*(\d+)\s*)?$")
PLACES = {
    "map_scale": "scale",
    "map_scale_needed": "scale",
    "map_kano_scale": "scale",
    "map_code_off_scale": "codes",
    "map_pair_role": "use",
}


def day_field(**options: Any) -> forms.DateField:
    return forms.DateField(widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"), required=False, **options)


class UploadForm(ActorForm):
    file = forms.FileField(
        label=_("survey file"),
        widget=forms.FileInput(attrs={"accept": ACCEPTED}),
        help_text=_(
            "CSV, TSV, XLSX or SAV; one row a respondent, headings in the first row. "
            "Up to 100 MB, 2,000,000 rows and 2,000 columns."
        ),
    )
    codebook = forms.FileField(
        label=_("codebook"),
        widget=forms.FileInput(attrs={"accept": ACCEPTED}),
        required=False,
        help_text=_("A second file that says what the columns mean; its column “code” or “column” names them."),
    )
    unit = ScopedModelChoiceField(
        OrgUnit,
        permission=IMPORT,
        only={"is_active": True},
        label=_("responsible unit"),
        help_text=_("Whose survey it is."),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        # An empty file deserves the message that names it, so the field lets it through to the reader.
        self.fields["file"].allow_empty_file = True  # type: ignore[attr-defined]
        self.fields["codebook"].allow_empty_file = True  # type: ignore[attr-defined]
        first = self.fields["unit"].queryset.first()  # type: ignore[attr-defined]
        if first is not None:
            self.fields["unit"].initial = first.pk


class SettleForm(ActorForm):
    title = forms.CharField(label=_("title"), max_length=150)
    period_from = day_field(label=_("surveyed from"))
    period_to = day_field(label=_("surveyed to"))
    unit = ScopedModelChoiceField(OrgUnit, permission=IMPORT, only={"is_active": True}, label=_("responsible unit"))
    link_column = forms.ChoiceField(
        label=_("group that names units or lines"),
        required=False,
        help_text=_("Then answers and findings belong to the unit they are about."),
    )

    def __init__(self, *args: Any, groups: list[str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["link_column"] = forms.ChoiceField(
            label=self.fields["link_column"].label,
            help_text=self.fields["link_column"].help_text,
            choices=[("", _("none")), *((name, name) for name in groups)],
            required=False,
        )

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        start, end = given.get("period_from"), given.get("period_to")
        if start and end and start > end:
            self.add_error("period_to", _("The period ends before it begins."))
        return given


class LinkForm(forms.Form):
    """What each value of the linked group stands for."""

    def __init__(self, *args: Any, values: list[str], chosen: MappingOf[str, str], targets: Targets, **kwargs: Any):
        super().__init__(*args, **kwargs)
        self.names = {f"link{place}": value for place, value in enumerate(values)}
        choices = [
            ("", "—"),
            (_("Units"), [(f"unit:{key}", row.name) for key, row in targets.units.items()]),
            (_("Lines and places"), [(f"asset:{key}", row.name) for key, row in targets.assets.items()]),
        ]
        for name, value in self.names.items():
            self.fields[name] = forms.ChoiceField(
                label=value, choices=choices, required=False, initial=chosen.get(value, "")
            )

    def links(self) -> dict[str, str]:
        return {value: self.cleaned_data[name] for name, value in self.names.items() if self.cleaned_data[name]}


def use_key(use: ColumnUse) -> str:
    if use.role is not Role.ITEM:
        return use.role.value
    if use.side:
        return use.side.value
    return use.kind.value if use.kind is not Kind.RATING else "item"


def scale_words(scale: tuple[int, int, int] | None) -> str:
    if scale is None:
        return ""
    low, high, step = scale
    return f"{low}–{high}" + (f" / {step}" if step != 1 else "")


def codes_words(codes: MappingOf[str, int]) -> str:
    return "; ".join(f"{text}={code}" for text, code in codes.items())


class ColumnForm(forms.Form):
    """What one column is used for."""

    use = forms.ChoiceField(label=_("used as"), choices=USE_CHOICES)
    label = forms.CharField(label=_("label"), max_length=300, required=False)
    dimension = forms.CharField(label=_("dimension"), max_length=100, required=False)
    scale = forms.CharField(label=_("scale"), max_length=30, required=False)
    na = forms.CharField(label=_("not applicable"), max_length=300, required=False)
    pair = forms.CharField(label=_("pair"), max_length=100, required=False)
    codes = forms.CharField(label=_("words as numbers"), max_length=2000, required=False)
    reverse = forms.BooleanField(label=_("turned round"), required=False)

    def __init__(self, *args: Any, before: ColumnUse, facts: MappingOf[str, Any], **kwargs: Any) -> None:
        self.before, self.facts = before, facts
        kwargs.setdefault("initial", initial_of(before))
        super().__init__(*args, **kwargs)
        if not (facts.get("has_text") or before.codes):
            del self.fields["codes"]
        self.fields["label"].widget.attrs["placeholder"] = self.fields["label"].label
        for field in self.fields.values():
            field.widget.attrs.update({"aria-label": f"{before.name}: {field.label}", "autocomplete": "off"})

    @property
    def levels_left(self) -> int:
        return max(0, int(self.facts.get("distinct", 0)) - SHOWN_LEVELS)

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        if self.errors:
            return given
        try:
            given["column"] = self.read(given)
        except MappingError as error:
            place = PLACES.get(error.code, {"na": "na", "codes": "codes"}.get(str(error.params.get("key")), "use"))
            self.add_error(place if place in self.fields else None, str(error.message))
        return given

    def read(self, given: MappingOf[str, Any]) -> ColumnUse:
        """The use as stated; its reasons stay where nothing but the words changed."""
        role, kind, side = USES[given["use"]]
        entry: dict[str, Any] = {"role": role.value, "label": given["label"]}
        if role is Role.ITEM:
            entry |= {
                "kind": kind.value,
                "reverse": given["reverse"],
                "dimension": given["dimension"],
                "pair": given["pair"] if side else "",
                "codes": codes_from_words(given["codes"]) if "codes" in self.fields else dict(self.before.codes),
            }
            if side:
                entry["side"] = side.value
            if given["scale"].strip():
                match = SCALE.match(given["scale"])
                entry["scale"] = [int(part) for part in match.groups() if part] if match else [0]
        if role in {Role.ITEM, Role.GROUP}:
            entry["na"] = [part.strip() for part in re.split(r"[;；,，、]", given["na"]) if part.strip()]
        stated = use_from(self.before.name, entry)
        if stated.scale == self.before.scale and self.before.top is not None:
            stated = replace(stated, top=self.before.top)
        same = replace(stated, reasons=(), label="") == replace(self.before, reasons=(), label="")
        return replace(stated, reasons=self.before.reasons if same else ())


def initial_of(use: ColumnUse) -> dict[str, Any]:
    return {
        "use": use_key(use),
        "label": use.label,
        "dimension": use.dimension,
        "scale": scale_words(use.scale),
        "na": "; ".join(use.na),
        "pair": use.pair,
        "codes": codes_words(use.codes),
        "reverse": use.reverse,
    }


def codes_from_words(text: str) -> dict[str, Any]:
    """ "满意=4; 不满意=2" as codes; what is no number is refused with the entry."""
    codes: dict[str, Any] = {}
    for part in re.split(r"[;；\n]", text):
        if not part.strip():
            continue
        word, sign, code = part.rpartition("=")
        if not sign or not re.fullmatch(r"\s*-?\d+\s*", code):
            raise MappingError("map_value", key="codes", value=part.strip())
        codes[word.strip()] = int(code)
    return codes


class WithdrawForm(forms.Form):
    reason = forms.CharField(label=_("reason"), widget=forms.Textarea(attrs={"rows": 3}), max_length=2000)
    findings_stand = forms.BooleanField(label=_("The findings raised from it stand."), required=False)

    def __init__(self, *args: Any, findings: int, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not findings:
            del self.fields["findings_stand"]


class PressForm(forms.Form):
    """Nothing to fill in: one button."""
