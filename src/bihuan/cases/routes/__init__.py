"""Addresses of cases, one module a part of the work."""

from bihuan.cases.routes import doors, figures, hotline, imports, roster, work

PARTS = (work, hotline, figures, doors, roster, imports)
urlpatterns = [pattern for part in PARTS for pattern in part.urlpatterns]
