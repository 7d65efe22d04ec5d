"""What is asked before something is printed. These forms only read: they come by GET and change nothing."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import get_language_info
from django.utils.translation import gettext_lazy as _

from bihuan.documents.services import SIZES
from bihuan.foundation.forms import ActorForm, ScopedModelChoiceField
from bihuan.organisation.models import Asset, OrgUnit

MOST_SHEETS = 1_000
# Both languages stand on every sticker, whatever the office reads.
CALL = "扫码说说这趟车"
CALL_ENGLISH = "Scan to tell us about your ride"


class StickersForm(ActorForm):
    size = forms.ChoiceField(label=_("size of a sticker"))
    kind = forms.ChoiceField(label=_("stickers for"), required=False)
    unit = ScopedModelChoiceField(OrgUnit, label=_("unit"), required=False, empty_label=_("all units"))
    code = forms.CharField(
        label=_("only codes that contain"),
        max_length=40,
        required=False,
        help_text=_("To print a single worn sticker again, for instance a number plate."),
    )
    organisation = forms.CharField(label=_("name of the organisation"), max_length=60)
    call = forms.CharField(label=_("what it says in Chinese"), max_length=30)
    call_english = forms.CharField(label=_("what it says in English"), max_length=60)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        sizes: Any = self.fields["size"]
        kinds: Any = self.fields["kind"]
        sizes.choices = [
            (key, _("%(width)d × %(height)d mm, %(count)d a page") % {**vars(size), "count": size.per_page})
            for key, size in SIZES.items()
        ]
        kinds.choices = [("", _("everything with a QR code")), *Asset.Kind.choices]


class PaperForm(forms.Form):
    language = forms.ChoiceField(label=_("language"))
    count = forms.IntegerField(label=_("how many sheets"), min_value=1, max_value=MOST_SHEETS, initial=50)
    first = forms.IntegerField(
        label=_("first number"),
        min_value=1,
        max_value=99_999,
        help_text=_("Every sheet has its own number, so that none is keyed in twice."),
    )
    organisation = forms.CharField(label=_("name of the organisation"), max_length=60)
    is_duplex = forms.BooleanField(
        label=_("printed on both sides"), required=False, help_text=_("Every sheet then begins on a new leaf.")
    )

    def __init__(self, *args: Any, languages: Sequence[str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field: Any = self.fields["language"]
        field.choices = [(code, language_name(code)) for code in languages]


def language_name(code: str) -> str:
    """What speakers of a language call it; the bare code where that is not known."""
    try:
        return str(get_language_info(code)["name_local"])
    except KeyError:
        return code
