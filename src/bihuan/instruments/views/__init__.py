"""Pages of forms: the shelf, the editor, translations, publication, the scale library."""

from bihuan.instruments.views.editor import Editor, EditorAct
from bihuan.instruments.views.forms import InstrumentList, InstrumentPage, VersionComparison
from bihuan.instruments.views.making import FromCopy, FromFile, FromNothing, FromTemplate, Gallery
from bihuan.instruments.views.preview import Preview, TemplatePreview
from bihuan.instruments.views.publishing import (
    Discard,
    Export,
    Publish,
    Rename,
    Replace,
    Retire,
    Revive,
    Start,
)
from bihuan.instruments.views.scales import ScaleEdit, ScaleList, ScaleNew, ScaleRetire, ScaleRevive
from bihuan.instruments.views.translating import Translate
from bihuan.instruments.views.workbooks import XlsformExport, XlsformImport

__all__ = [
    "Discard",
    "Editor",
    "EditorAct",
    "Export",
    "FromCopy",
    "FromFile",
    "FromNothing",
    "FromTemplate",
    "Gallery",
    "InstrumentList",
    "InstrumentPage",
    "Preview",
    "Publish",
    "Rename",
    "Replace",
    "Retire",
    "Revive",
    "ScaleEdit",
    "ScaleList",
    "ScaleNew",
    "ScaleRetire",
    "ScaleRevive",
    "Start",
    "TemplatePreview",
    "Translate",
    "VersionComparison",
    "XlsformExport",
    "XlsformImport",
]
