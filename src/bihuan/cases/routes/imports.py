"""Addresses: cases from a file."""

from django.urls import URLPattern, URLResolver, path

from bihuan.cases.views.imports import pages

urlpatterns: list[URLPattern | URLResolver] = [
    path("imports/", pages.ImportList.as_view(), name="imports"),
    path("imports/upload/", pages.ImportUpload.as_view(), name="import-upload"),
    path("imports/<int:pk>/", pages.ImportPage.as_view(), name="import"),
    path("imports/<int:pk>/wrong.csv", pages.ImportWrongs.as_view(), name="import-wrongs"),
    path("imports/<int:pk>/start/", pages.ImportStart.as_view(), name="import-start"),
    path("imports/<int:pk>/stop/", pages.ImportStop.as_view(), name="import-stop"),
    path("imports/<int:pk>/discard/", pages.ImportDiscard.as_view(), name="import-discard"),
]
