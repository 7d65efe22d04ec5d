"""What the editor asks about the form, a section and an item. Each form reads plain parts and gives plain values."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from bihuan.instruments.definition import SCALED, WITH_CHOICES, ItemType
from bihuan.instruments.editing import kind_of
from bihuan.instruments.vocabulary import DIMENSIONS, KINDS, QUALITIES, SIDES

Label = str | Any  # a lazy text too
OTHER = "~other"
FORM_ID = "item-form"
LONGEST_TEXT = 2000


class EditorForm(forms.Form):
    """Empty text inputs come back as "", so that a property can be cleared."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs.setdefault("use_required_attribute", False)
        kwargs.setdefault("label_suffix", "")
        super().__init__(*args, **kwargs)


def text_area(rows: int, **attrs: Any) -> forms.Textarea:
    return forms.Textarea(attrs={"rows": rows, **attrs})


class FormWordsForm(EditorForm):
    title = forms.CharField(label=_("Title for those who answer"), required=False, max_length=200)
    intro = forms.CharField(label=_("Introduction"), required=False, max_length=LONGEST_TEXT, widget=text_area(3))
    thanks = forms.CharField(label=_("Thanks at the end"), required=False, max_length=LONGEST_TEXT, widget=text_area(2))
    paging = forms.ChoiceField(
        label=_("Pages"),
        choices=[("single", _("everything on one page")), ("sections", _("a page for each section"))],
    )


class SectionForm(EditorForm):
    title = forms.CharField(label=_("Heading"), required=False, max_length=200)
    intro = forms.CharField(label=_("Introduction"), required=False, max_length=LONGEST_TEXT, widget=text_area(2))
    layout = forms.ChoiceField(
        label=_("Layout"),
        choices=[("list", _("one question below the other")), ("battery", _("rated items as one grid (battery)"))],
    )
    is_shuffled = forms.BooleanField(label=_("in another order for everybody"), required=False)


class KindForm(EditorForm):
    kind = forms.ChoiceField(
        label=_("Kind of question"), choices=[(kind.value, label) for kind, label in KINDS.items()]
    )


class CodeForm(EditorForm):
    code = forms.CharField(
        label=_("Code"),
        max_length=60,
        help_text=_("Answers of all versions are joined by it; kept for life once published."),
    )


class StatementsForm(EditorForm):
    statements = forms.CharField(
        label=_("Statements, one a line"), required=False, widget=text_area(6), max_length=20_000
    )


class BlockForm(StatementsForm):
    dimension = forms.ChoiceField(label=_("Dimension"), required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["dimension"].choices = [("", _("none")), *DIMENSIONS.items()]  # type: ignore[attr-defined]


class ScaleChoiceForm(EditorForm):
    """``scale`` is "entry:CODE" of the library, "own:CODE" of the form, or "numbers:LOW:HIGH"."""

    scale = forms.ChoiceField(label=_("Scale"))

    def __init__(self, *args: Any, choices: list[Any], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["scale"].choices = choices  # type: ignore[attr-defined]


# Bounds mean another thing for each kind: (lowest, highest) labels; None where there is no such bound.
BOUNDS: dict[ItemType, tuple[Label | None, Label | None]] = {
    ItemType.NUMBER: (_("Lowest number"), _("Highest number")),
    ItemType.TEXT: (_("Fewest characters"), _("Most characters")),
    ItemType.MULTIPLE: (_("Fewest choices"), _("Most choices")),
    ItemType.RANKING: (_("Fewest ranks"), _("Most ranks")),
    ItemType.FILE: (_("Fewest files"), _("Most files")),
}
ANSWER_FIELDS = (
    *("is_required", "allows_na", "is_long", "files", "permits", "total", "lowest", "highest", "is_shuffled"),
    "is_personal",
)
ANALYSIS_FIELDS = (
    *("dimension", "dimension_other", "quality", "side", "pair", "top", "is_reversed", "is_common"),
    *("expected", "clause", "touchpoint"),
)


class ItemForm(EditorForm):
    """Everything of an item but its code, kind, choices, scale and condition."""

    label = forms.CharField(label=_("Wording"), required=False, max_length=LONGEST_TEXT, widget=text_area(2))
    help = forms.CharField(label=_("Help in one line"), required=False, max_length=500)

    def __init__(
        self, data: Any = None, *, item: Mapping[str, Any], dimensions: tuple[str, ...] = (), **kwargs: Any
    ) -> None:
        super().__init__(data, initial=initial_of(item), **kwargs)
        self.kind = kind_of(item)
        for name, field in fields_for(self.kind, item, dimensions).items():
            # These stand in groups of their own, outside the form's element.
            field.widget.attrs["form"] = FORM_ID
            self.fields[name] = field

    @property
    def wording(self) -> list[forms.BoundField]:
        return [self["label"], self["help"]]

    @property
    def answers(self) -> list[forms.BoundField]:
        return [self[name] for name in ANSWER_FIELDS if name in self.fields]

    @property
    def analysis(self) -> list[forms.BoundField]:
        return [self[name] for name in ANALYSIS_FIELDS if name in self.fields]

    def clean(self) -> dict[str, Any]:
        values: dict[str, Any] = super().clean() or {}
        other = values.pop("dimension_other", "").strip()
        if values.get("dimension") == OTHER:
            values["dimension"] = other
            if not other:
                self.add_error("dimension_other", _("Name the dimension."))
        lowest, highest = values.get("lowest"), values.get("highest")
        if lowest is not None and highest is not None and lowest > highest:
            self.add_error("highest", _("The highest is below the lowest."))
        if values.get("side") == "":
            values["side"] = None
        return values


def initial_of(item: Mapping[str, Any]) -> dict[str, Any]:
    """The item as the fields show it; properties the draft leaves out have their defaults."""
    shown = {"allows_na": True, "files": "photo", "total": 100, **item}
    for name in ("lowest", "highest"):
        value = shown.get(name)
        if isinstance(value, float) and value.is_integer():
            shown[name] = int(value)
    shown["side"] = shown.get("side") or ""
    return shown


def fields_for(kind: ItemType, item: Mapping[str, Any], dimensions: tuple[str, ...]) -> dict[str, forms.Field]:
    if kind is ItemType.NOTE:
        return {}
    fields: dict[str, forms.Field] = {}
    if kind is not ItemType.HIDDEN:
        required = _("must be agreed to") if kind is ItemType.CONSENT else _("must be answered")
        fields["is_required"] = forms.BooleanField(label=required, required=False)
        if kind is not ItemType.CONSENT:
            fields["allows_na"] = forms.BooleanField(label=_("offers “not applicable”"), required=False)
        fields |= answer_fields(kind)
        fields["is_personal"] = forms.BooleanField(label=_("asks for personal data (name, telephone…)"), required=False)
    return {**fields, **analysis_fields(kind, item, dimensions)}


def answer_fields(kind: ItemType) -> dict[str, forms.Field]:
    fields: dict[str, forms.Field] = {}
    if kind is ItemType.TEXT:
        fields["is_long"] = forms.BooleanField(label=_("several lines"), required=False)
    if kind is ItemType.FILE:
        fields["files"] = forms.ChoiceField(
            label=pgettext_lazy("item", "Files"), choices=[("photo", _("photos")), ("any", _("any file"))]
        )
    if kind is ItemType.CONSENT:
        fields["permits"] = forms.ChoiceField(
            label=_("Permits us to"),
            required=False,
            choices=[
                ("", _("nothing beyond the survey")),
                ("quote", _("quote the comment without a name")),
                ("contact", _("get in touch")),
            ],
        )
    if kind is ItemType.SPLIT:
        fields["total"] = forms.IntegerField(label=_("Points to divide"), min_value=1, max_value=10_000)
    lowest, highest = BOUNDS.get(kind, (None, None))
    for name, label in (("lowest", lowest), ("highest", highest)):
        if label is not None:
            number = forms.FloatField if kind is ItemType.NUMBER else forms.IntegerField
            least = None if kind is ItemType.NUMBER else 0
            fields[name] = number(label=label, required=False, min_value=least)
    if kind in WITH_CHOICES:
        fields["is_shuffled"] = forms.BooleanField(label=_("choices in another order for everybody"), required=False)
    return fields


def analysis_fields(kind: ItemType, item: Mapping[str, Any], dimensions: tuple[str, ...]) -> dict[str, forms.Field]:
    fields: dict[str, forms.Field] = {}
    if kind in SCALED:
        further = [name for name in dimensions if name not in DIMENSIONS]
        named = [("", _("none")), *DIMENSIONS.items(), *((name, name) for name in further)]
        fields["dimension"] = forms.ChoiceField(
            label=_("Dimension"), required=False, choices=[*named, (OTHER, _("another…"))]
        )
        fields["dimension_other"] = forms.CharField(
            label=_("Name of the other dimension"), required=False, max_length=60
        )
        fields["quality"] = forms.ChoiceField(
            label=_("Part of quality"), required=False, choices=[("", _("none")), *QUALITIES.items()]
        )
        fields["side"] = forms.ChoiceField(
            label=_("Side of a pair"), required=False, choices=[("", _("none")), *SIDES.items()]
        )
        fields["pair"] = forms.CharField(
            label=_("Pair"), required=False, max_length=60, help_text=_("The same mark on both sides joins them.")
        )
        fields["top"] = forms.IntegerField(
            label=_("Top boxes"),
            required=False,
            min_value=1,
            max_value=10,
            help_text=_("How many levels count as good."),
        )
        fields["is_common"] = forms.BooleanField(label=_("common item of all units"), required=False)
    if kind is ItemType.RATING:
        fields["is_reversed"] = forms.BooleanField(label=_("worded the other way round"), required=False)
        fields["expected"] = forms.IntegerField(
            label=_("Attention check: the one right level"),
            required=False,
            help_text=_("Leave empty for a real question."),
        )
    if kind is not ItemType.HIDDEN:
        fields["clause"] = forms.CharField(label=_("Clause of the service standard"), required=False, max_length=120)
        fields["touchpoint"] = forms.CharField(label=_("Touchpoint"), required=False, max_length=120)
    return fields
