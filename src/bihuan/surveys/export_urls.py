"""Addresses of exports, answer quality and progress."""

from __future__ import annotations

from django.urls import URLPattern, path

from bihuan.surveys.views import exports, progress, quality

urlpatterns: list[URLPattern] = [
    path("campaigns/<int:pk>/exports/", exports.CampaignExports.as_view(), name="campaign-exports"),
    path("<int:pk>/exports/", exports.SurveyExports.as_view(), name="survey-exports"),
    path("exports/", exports.ExportList.as_view(), name="exports"),
    path("exports/<int:pk>/", exports.ExportPage.as_view(), name="export"),
    path("exports/<int:pk>/download/", exports.ExportDownload.as_view(), name="export-download"),
    path("exports/<int:pk>/remove/", exports.ExportRemove.as_view(), name="export-remove"),
    path("campaigns/<int:pk>/progress/", progress.CampaignProgress.as_view(), name="campaign-progress"),
    path("campaigns/<int:pk>/quality/", quality.CampaignQuality.as_view(), name="campaign-quality"),
    path("campaigns/<int:pk>/quality/answers/", quality.FlaggedAnswers.as_view(), name="flagged-answers"),
    path("campaigns/<int:pk>/quality/check/", quality.QualityCheckNow.as_view(), name="quality-check"),
    path("campaigns/<int:pk>/quality/rules/", quality.QualityRules.as_view(), name="quality-rules"),
    path("campaigns/<int:pk>/quality/take-out/", quality.AnswersExclude.as_view(), name="answers-exclude"),
    path("answers/<int:pk>/", quality.AnswerPage.as_view(), name="answer"),
    path("taken-out/<int:pk>/restore/", quality.AnswerRestore.as_view(), name="answer-restore"),
]
