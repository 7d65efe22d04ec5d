"""Addresses: figures of a period, the map, reports, and what rates are divided by."""

from django.urls import URLPattern, URLResolver, path

from bihuan.cases.views.figures import page, reports

urlpatterns: list[URLPattern | URLResolver] = [
    path("figures/", page.CaseFiguresPage.as_view(), name="figures"),
    path("map/", page.CaseMap.as_view(), name="map"),
    path("map/upload/", page.MapUpload.as_view(), name="map-upload"),
    path("exposures/", reports.ExposureList.as_view(), name="exposures"),
    path("exposures/enter/", reports.ExposureEnter.as_view(), name="exposure-enter"),
    path("exposures/upload/", reports.ExposureUpload.as_view(), name="exposures-upload"),
    path("exposures/<int:pk>/remove/", reports.ExposureRemove.as_view(), name="exposure-remove"),
    path("reports/", reports.ReportList.as_view(), name="reports"),
    path("reports/draft/", reports.ReportDraft.as_view(), name="report-draft"),
    path("reports/<int:pk>/", reports.ReportPage.as_view(), name="report"),
    path("reports/<int:pk>/publish/", reports.ReportPublish.as_view(), name="report-publish"),
    path("reports/<int:pk>/refresh/", reports.ReportRefresh.as_view(), name="report-refresh"),
    path("reports/<int:pk>/comment/", reports.ReportComment.as_view(), name="report-comment"),
    path("reports/<int:pk>/withdraw/", reports.ReportWithdraw.as_view(), name="report-withdraw"),
    path("reports/<int:pk>/print/", reports.ReportPrint.as_view(), name="report-print"),
    path("reports/<int:pk>/pdf/", reports.ReportFile.as_view(), name="report-pdf"),
    path("reports/<int:pk>/docx/", reports.ReportDocx.as_view(), name="report-docx"),
    path("reports/<int:pk>/xlsx/", reports.ReportXlsx.as_view(), name="report-xlsx"),
]
