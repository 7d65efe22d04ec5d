"""What everybody may open: the intake form, following a case, the question about satisfaction."""

from bihuan.cases.routes.public import urlpatterns

app_name = "publiccases"
__all__ = ["app_name", "urlpatterns"]
