"""Addresses of the results of surveys in the field."""

from __future__ import annotations

from django.urls import URLPattern, path

from bihuan.surveys.views import campaign_results as results
from bihuan.surveys.views import campaign_tables as tables

urlpatterns: list[URLPattern] = [
    path("campaigns/<int:pk>/results/", results.CampaignResults.as_view(), name="campaign-results"),
    path("campaigns/<int:pk>/results/table.csv", tables.CampaignTable.as_view(), name="campaign-table"),
    path("campaigns/<int:pk>/results/rows/", tables.CampaignRows.as_view(), name="campaign-rows"),
    path("campaigns/<int:pk>/results/report.html", results.CampaignReport.as_view(kind="html"), name="campaign-html"),
    path("campaigns/<int:pk>/results/report.xlsx", results.CampaignReport.as_view(kind="xlsx"), name="campaign-xlsx"),
    path("campaigns/<int:pk>/results/results.json", results.CampaignReport.as_view(kind="json"), name="campaign-json"),
    path("campaigns/<int:pk>/results/print/", results.CampaignPrint.as_view(), name="campaign-print"),
    path("campaigns/<int:pk>/results/report.docx", results.CampaignDocx.as_view(), name="campaign-docx"),
    path("campaigns/<int:pk>/results/report.pdf", results.CampaignPdf.as_view(), name="campaign-pdf"),
    path("campaigns/<int:pk>/results/raise/", results.CampaignRaise.as_view(), name="campaign-raise"),
    path("campaigns/<int:pk>/results/need/", results.CampaignNeed.as_view(), name="campaign-need"),
    path("campaigns/<int:pk>/results/remarks/", results.CampaignRemarks.as_view(), name="campaign-remarks"),
    path("campaigns/<int:pk>/results/explained/", results.CampaignExplained.as_view(), name="campaign-explained"),
    path("campaigns/<int:pk>/results/count/", results.CampaignCount.as_view(), name="campaign-count"),
    path("campaigns/<int:pk>/results/recount/", results.CampaignRecount.as_view(), name="campaign-recount"),
    path("campaigns/<int:pk>/results/check/", results.CampaignCheck.as_view(), name="campaign-check"),
]
