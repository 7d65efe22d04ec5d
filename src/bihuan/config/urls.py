from django.urls import include, path

from bihuan.config.api import api

urlpatterns = [
    path("", include("bihuan.web.urls")),
    path("loop/", include("bihuan.loop.urls")),
    path("s/", include("bihuan.surveys.answering_urls")),
    path("surveys/", include("bihuan.surveys.urls")),
    path("b/", include("bihuan.surveys.book_door_urls")),
    path("standards/", include("bihuan.standards.urls")),
    path("rectification/", include("bihuan.rectification.urls")),
    path("cases/", include("bihuan.cases.urls")),
    path("c/", include("bihuan.cases.public_urls")),
    path("open311/", include("bihuan.cases.open311.urls")),
    path("instruments/", include("bihuan.instruments.urls")),
    path("duties/", include("bihuan.duties.urls")),
    path("documents/", include("bihuan.documents.urls")),
    path("records/", include("bihuan.records.urls")),
    path("organisation/", include("bihuan.organisation.urls")),
    path("administration/", include("bihuan.accounts.urls")),
    path("accounts/", include("allauth.urls")),
    path("i18n/", include("django.conf.urls.i18n")),
    path("api/v1/", api.urls),
]

handler403 = "bihuan.web.views.no_permission"
handler404 = "bihuan.web.views.not_found"
