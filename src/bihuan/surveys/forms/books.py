"""Forms of the comment book: short ones, for somebody with a pile of books."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from bihuan.foundation.forms import ActorForm, ScopedModelChoiceField, day_field, lines
from bihuan.organisation.models import Asset, OrgUnit
from bihuan.surveys.forms.campaigns import moment_field
from bihuan.surveys.models import BookDay, BookEntry, BookPhoto, CommentBook
from bihuan.surveys.permissions import BOOKS_MANAGE, BOOKS_REGISTER
from bihuan.surveys.services.books.entries import TEXT_LIMIT

BY_HAND = [(one.value, one.label) for one in (BookDay.Outcome.NONE, BookDay.Outcome.AWAY)]


def book_field(**options: Any) -> ScopedModelChoiceField:
    return ScopedModelChoiceField(
        CommentBook, permission=BOOKS_REGISTER, only={"is_active": True}, label=_("comment book"), **options
    )


class ManyPicturesInput(forms.ClearableFileInput):
    allow_multiple_selected = True


class ManyPicturesField(forms.FileField):
    def clean(self, data: Any, initial: Any = None) -> Any:
        given = [item for item in (data if isinstance(data, list | tuple) else [data]) if item]
        if not given:
            return [super().clean(None, initial)]
        return [super(ManyPicturesField, self).clean(item, initial) for item in given]


class WordsForm(forms.Form):
    """What an entry says, whichever way it came in."""

    kind = forms.ChoiceField(label=_("kind"), choices=BookEntry.Kind.choices, widget=forms.RadioSelect)
    text = forms.CharField(
        label=_("what was written"), widget=lines(5), max_length=TEXT_LIMIT, help_text=_("Word for word.")
    )
    about = forms.CharField(label=_("line, vehicle or staff number named"), max_length=100, required=False)
    written_on = day_field(label=_("date on the paper"), required=False)
    writer_name = forms.CharField(label=_("writer"), max_length=100, required=False)
    writer_contact = forms.CharField(
        label=_("telephone or e-mail"),
        max_length=150,
        required=False,
        help_text=_("Shown only to those who may see contacts."),
    )


class EntryForm(WordsForm, ActorForm):
    book = book_field()
    received_at = moment_field(
        label=_("collected at"), help_text=_("Empty: now. The same-day clock runs from here, not from keying.")
    )

    field_order = ["book", "kind", "text", "about", "written_on", "writer_name", "writer_contact", "received_at"]


class PageEntryForm(WordsForm):
    """An entry keyed beside the picture: book and time are the page's."""


class CorrectForm(ActorForm):
    kind = forms.ChoiceField(label=_("kind"), choices=BookEntry.Kind.choices, widget=forms.RadioSelect)
    text = forms.CharField(label=_("what was written"), widget=lines(5), max_length=TEXT_LIMIT)
    unit = ScopedModelChoiceField(
        OrgUnit, permission=BOOKS_REGISTER, only={"is_active": True}, label=_("responsible unit")
    )
    about = forms.CharField(label=_("line, vehicle or staff number named"), max_length=100, required=False)
    written_on = day_field(label=_("date on the paper"), required=False)
    writer_name = forms.CharField(label=_("writer"), max_length=100, required=False)
    writer_contact = forms.CharField(label=_("telephone or e-mail"), max_length=150, required=False)

    def __init__(self, *args: Any, entry: BookEntry, sees_writer: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not sees_writer:
            del self.fields["writer_name"], self.fields["writer_contact"]
        if entry.way == BookEntry.Way.QR:
            self.fields["text"].help_text = _("The passenger's own words; they stay as they are.")
            self.fields["text"].widget.attrs["readonly"] = True


class RemarkForm(forms.Form):
    remarks = forms.CharField(
        label=_("handler's remarks"),
        widget=lines(4),
        required=False,
        help_text=_("What was looked into, who was asked. The writer never sees this."),
    )


class AnswerForm(forms.Form):
    reply = forms.CharField(
        label=_("reply"), widget=lines(5), max_length=2000, help_text=_("It stands in the book for everybody to read.")
    )
    reply_by = forms.ChoiceField(label=_("reply goes"), widget=forms.RadioSelect)

    def __init__(self, *args: Any, ways: list[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["reply_by"] = forms.ChoiceField(
            label=_("reply goes"), choices=ways, widget=forms.RadioSelect, initial=ways[0][0]
        )


class DeliverForm(forms.Form):
    delivery = forms.CharField(label=_("how it was handed over"), max_length=200)


class ManyDeliverForm(DeliverForm):
    selection = forms.CharField(widget=forms.HiddenInput)


class PicturesForm(ActorForm):
    book = book_field()
    collected_at = moment_field(
        label=_("collected at"), help_text=_("Empty: now. The same-day clock of the entries runs from here.")
    )
    pictures = ManyPicturesField(
        label=_("photos of the pages"),
        widget=ManyPicturesInput(attrs={"accept": "image/*", "multiple": True}),
        help_text=_("As many as you like. A page that is there already is not kept twice."),
    )


class AsideForm(forms.Form):
    why = forms.ChoiceField(label=_("why set aside"), choices=BookPhoto.Aside.choices, widget=forms.RadioSelect)


class TurnForm(forms.Form):
    way = forms.ChoiceField(
        label=_("way"), choices=[("left", _("Turn left")), ("right", _("Turn right"))], widget=forms.RadioSelect
    )


class DayForm(forms.Form):
    day = day_field(label=_("service day"))
    outcome = forms.ChoiceField(
        label=_("outcome"),
        choices=[
            (BookDay.Outcome.NONE.value, BookDay.Outcome.NONE.label),
            (BookDay.Outcome.AWAY.value, BookDay.Outcome.AWAY.label),
        ],
        widget=forms.RadioSelect,
    )
    note = forms.CharField(
        label=_("note"), max_length=200, required=False, help_text=_("Why the book could not be looked at.")
    )


class ManyDayForm(DayForm):
    selection = forms.CharField(widget=forms.HiddenInput)


class BookForm(ActorForm):
    unit = ScopedModelChoiceField(
        OrgUnit, permission=BOOKS_MANAGE, only={"is_active": True}, label=_("responsible unit")
    )
    asset = ScopedModelChoiceField(Asset, only={"is_active": True}, label=_("line, vehicle or place"), required=False)
    name = forms.CharField(
        label=_("name"), max_length=100, required=False, help_text=_("Empty: the name of the vehicle, line or place.")
    )
    place = forms.CharField(
        label=_("where it hangs"), max_length=100, required=False, help_text=_("Such as: at the rear door.")
    )
    is_paper = forms.BooleanField(label=_("there is a paper book, collected daily"), required=False, initial=True)
    has_door = forms.BooleanField(label=_("entries by QR code"), required=False, initial=True)


class ManyBooksForm(ActorForm):
    unit = ScopedModelChoiceField(
        OrgUnit,
        permission=BOOKS_MANAGE,
        only={"is_active": True},
        label=_("unit"),
        help_text=_("Every vehicle, line or place of the unit and below that has no book yet gets one."),
    )
    kinds = forms.MultipleChoiceField(
        label=_("for"), choices=Asset.Kind.choices, widget=forms.CheckboxSelectMultiple, initial=[Asset.Kind.VEHICLE]
    )
    place = forms.CharField(label=_("where it hangs"), max_length=100, required=False)
    is_paper = forms.BooleanField(label=_("there is a paper book, collected daily"), required=False, initial=True)


class PeriodForm(ActorForm):
    since = day_field(label=_("from"))
    until = day_field(label=_("to"))
    unit = ScopedModelChoiceField(OrgUnit, label=_("unit"), required=False, empty_label=_("all"))
    kind = forms.ChoiceField(label=_("kind"), choices=[("", _("all")), *BookEntry.Kind.choices], required=False)

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        since, until = given.get("since"), given.get("until")
        if since and until and since > until:
            self.add_error("until", _("The end is before the beginning."))
        elif since and until and (until - since).days > 731:
            self.add_error("until", _("At most two years at once."))
        return given


class DoorForm(forms.Form):
    """What a passenger fills in; the page stands for itself, without a script and without signing in."""

    kind = forms.ChoiceField(label=_("I want to"), choices=[], widget=forms.RadioSelect)
    text = forms.CharField(label=_("your words"), widget=lines(6), max_length=TEXT_LIMIT)
    writer_name = forms.CharField(
        label=_("your name"), max_length=100, required=False, widget=forms.TextInput(attrs={"autocomplete": "name"})
    )
    writer_contact = forms.CharField(
        label=_("telephone or e-mail"),
        max_length=150,
        required=False,
        help_text=_("Only if you want us to answer you directly."),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        kinds = {
            "complaint": _("complain"),
            "suggestion": _("suggest something"),
            "question": _("ask something"),
            "praise": _("praise somebody"),
        }
        self.fields["kind"] = forms.ChoiceField(
            label=_("I want to"), choices=list(kinds.items()), widget=forms.RadioSelect
        )
