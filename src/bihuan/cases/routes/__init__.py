"""Addresses of cases, one module a part of the work."""

from bihuan.cases.routes import doors, figures, hotline, roster, work

urlpatterns = [*work.urlpatterns, *hotline.urlpatterns, *figures.urlpatterns, *doors.urlpatterns, *roster.urlpatterns]
