from bihuan.cases.routes import urlpatterns

app_name = "cases"
__all__ = ["app_name", "urlpatterns"]
