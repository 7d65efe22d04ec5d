"""Forms about forms: items and sections in the editor, new forms, publication, scales."""

from bihuan.instruments.forms.items import (
    BlockForm,
    CodeForm,
    FormWordsForm,
    ItemForm,
    KindForm,
    ScaleChoiceForm,
    SectionForm,
    StatementsForm,
)

__all__ = [
    "BlockForm",
    "CodeForm",
    "FormWordsForm",
    "ItemForm",
    "KindForm",
    "ScaleChoiceForm",
    "SectionForm",
    "StatementsForm",
]
