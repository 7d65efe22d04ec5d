from django.urls import URLPattern, URLResolver, path

from bihuan.instruments import views

app_name = "instruments"
urlpatterns: list[URLPattern | URLResolver] = [
    path("", views.InstrumentList.as_view(), name="instruments"),
    path("new/", views.Gallery.as_view(), name="new"),
    path("new/empty/", views.FromNothing.as_view(), name="new-empty"),
    path("new/file/", views.FromFile.as_view(), name="new-file"),
    path("new/<slug:key>/", views.FromTemplate.as_view(), name="new-template"),
    path("new/<slug:key>/preview/", views.TemplatePreview.as_view(), name="template-preview"),
    path("scales/", views.ScaleList.as_view(), name="scales"),
    path("scales/new/", views.ScaleNew.as_view(), name="scale-new"),
    path("scales/<int:pk>/", views.ScaleEdit.as_view(), name="scale-edit"),
    path("scales/<int:pk>/retire/", views.ScaleRetire.as_view(), name="scale-retire"),
    path("scales/<int:pk>/revive/", views.ScaleRevive.as_view(), name="scale-revive"),
    path("xlsform/", views.XlsformImport.as_view(), name="xlsform-import"),
    path("<int:pk>/form.xlsx", views.XlsformExport.as_view(), name="xlsform"),
    path("<int:pk>/", views.InstrumentPage.as_view(), name="instrument"),
    path("<int:pk>/compare/", views.VersionComparison.as_view(), name="compare"),
    path("<int:pk>/preview/", views.Preview.as_view(), name="preview"),
    path("<int:pk>/form.json", views.Export.as_view(), name="export"),
    path("<int:pk>/copy/", views.FromCopy.as_view(), name="copy"),
    path("<int:pk>/start/", views.Start.as_view(), name="start"),
    path("<int:pk>/edit/", views.Editor.as_view(), name="edit"),
    path("<int:pk>/edit/act/", views.EditorAct.as_view(), name="act"),
    path("<int:pk>/translate/", views.Translate.as_view(), name="translate"),
    path("<int:pk>/replace/", views.Replace.as_view(), name="replace"),
    path("<int:pk>/rename/", views.Rename.as_view(), name="rename"),
    path("<int:pk>/publish/", views.Publish.as_view(), name="publish"),
    path("<int:pk>/discard/", views.Discard.as_view(), name="discard"),
    path("<int:pk>/retire/", views.Retire.as_view(), name="retire"),
    path("<int:pk>/revive/", views.Revive.as_view(), name="revive"),
]
