from django.urls import URLPattern, URLResolver, path

from bihuan.web import views

app_name = "web"
urlpatterns: list[URLPattern | URLResolver] = [
    path("", views.HomeView.as_view(), name="home"),
    path("health/", views.health, name="health"),
]
