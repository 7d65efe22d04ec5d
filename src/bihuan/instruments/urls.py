from django.urls import URLPattern, URLResolver, path

from bihuan.instruments import views

app_name = "instruments"
urlpatterns: list[URLPattern | URLResolver] = [
    path("", views.InstrumentList.as_view(), name="instruments"),
    path("<int:pk>/", views.InstrumentPage.as_view(), name="instrument"),
]
