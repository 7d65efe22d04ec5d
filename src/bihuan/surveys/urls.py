"""Addresses of surveys."""

from __future__ import annotations

from django.urls import URLPattern, URLResolver, include, path

from bihuan.surveys import views
from bihuan.surveys.views.answer_files import AnswerFileView

app_name = "surveys"
urlpatterns: list[URLPattern | URLResolver] = [
    path("", views.SurveyList.as_view(), name="imports"),
    path("upload/", views.Upload.as_view(), name="upload"),
    path("", include("bihuan.surveys.field_urls")),
    path("", include("bihuan.surveys.result_urls")),
    path("campaigns/<int:pk>/stickers/", views.CampaignStickers.as_view(), name="campaign-stickers"),
    path("campaigns/<int:pk>/stickers.pdf", views.StickersFile.as_view(), name="campaign-stickers-pdf"),
    path(
        "campaigns/<int:pk>/stickers.png",
        views.StickersFile.as_view(form_of_file="png"),
        name="campaign-stickers-preview",
    ),
    path("campaigns/<int:pk>/paper/", views.CampaignPaper.as_view(), name="campaign-paper"),
    path("campaigns/<int:pk>/paper.png", views.PaperPreview.as_view(), name="campaign-paper-preview"),
    path("paper-prints/<int:pk>.pdf", views.PaperPrintFile.as_view(), name="paper-print"),
    path("answer-files/<int:pk>/", AnswerFileView.as_view(), name="answer-file"),
    path("", include("bihuan.surveys.book_urls")),
    path("", include("bihuan.surveys.study_urls")),
    path("", include("bihuan.surveys.export_urls")),
    path("<int:pk>/", views.SurveyPage.as_view(), name="import"),
    path("<int:pk>/columns/", views.MappingPage.as_view(), name="mapping"),
    path("<int:pk>/comments/", views.CommentsPage.as_view(), name="comments"),
    path("<int:pk>/raise/", views.RaiseFromRow.as_view(), name="raise"),
    path("<int:pk>/withdraw/", views.Withdraw.as_view(), name="withdraw"),
    path("<int:pk>/discard/", views.Discard.as_view(), name="discard"),
    path("<int:pk>/take-back/", views.TakeBack.as_view(), name="take-back"),
    path("<int:pk>/report.html", views.Report.as_view(kind="html"), name="report-html"),
    path("<int:pk>/report.xlsx", views.Report.as_view(kind="xlsx"), name="report-xlsx"),
    path("<int:pk>/results.json", views.Report.as_view(kind="json"), name="results-json"),
    path("<int:pk>/answers.csv", views.AnswersCsv.as_view(), name="answers"),
]
