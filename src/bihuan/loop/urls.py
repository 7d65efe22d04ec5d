from django.urls import URLPattern, URLResolver, path

from bihuan.loop.views import LoopPage

app_name = "loop"
urlpatterns: list[URLPattern | URLResolver] = [path("", LoopPage.as_view(), name="page")]
