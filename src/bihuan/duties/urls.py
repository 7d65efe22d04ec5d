from django.urls import URLPattern, URLResolver, path

from bihuan.duties import views

app_name = "duties"
urlpatterns: list[URLPattern | URLResolver] = [
    path("calendars/", views.CalendarList.as_view(), name="calendars"),
    path("calendars/add/", views.CalendarCreate.as_view(), name="calendar-create"),
    path("calendars/<int:pk>/", views.CalendarPage.as_view(), name="calendar"),
    path("calendars/<int:pk>/publish/", views.CalendarPublish.as_view(), name="calendar-publish"),
    path("policies/", views.PolicyList.as_view(), name="policies"),
    path("policies/add/", views.PolicyCreate.as_view(), name="policy-create"),
    path("policies/<int:pk>/", views.PolicyPage.as_view(), name="policy"),
    path("policies/<int:pk>/publish/", views.PolicyPublish.as_view(), name="policy-publish"),
    path("clocks/<int:pk>/", views.LedgerPage.as_view(), name="ledger"),
]
