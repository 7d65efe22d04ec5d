"""Addresses for everybody: ``/c/<code>`` on the sticker, ``/c/t/`` to follow, ``/c/a/<token>`` to say how it was."""

from django.urls import URLPattern, URLResolver, path

from bihuan.cases.views.public import pages

urlpatterns: list[URLPattern | URLResolver] = [
    path("done/", pages.DonePage.as_view(), name="done"),
    path("t/", pages.FollowPage.as_view(), name="follow"),
    path("t/<str:code>/", pages.FollowPage.as_view(), name="follow-code"),
    path("a/<str:token>/", pages.SatisfactionPage.as_view(), name="satisfaction"),
    path("<str:code>", pages.IntakePage.as_view(), name="form"),
]
