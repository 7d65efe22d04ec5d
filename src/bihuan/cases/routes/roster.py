"""Addresses: the roster of drivers and counters."""

from django.urls import URLPattern, URLResolver, path

from bihuan.cases.views.roster import pages

urlpatterns: list[URLPattern | URLResolver] = [
    path("roster/", pages.RosterList.as_view(), name="roster"),
    path("roster/upload/", pages.RosterUpload.as_view(), name="roster-upload"),
    path("roster/add/", pages.RosterAdd.as_view(), name="roster-add"),
    path("roster/<int:pk>/remove/", pages.RosterRemove.as_view(), name="roster-remove"),
]
