"""Addresses: the office's side of public forms."""

from django.urls import URLPattern, URLResolver, path

from bihuan.cases.views.public import office

urlpatterns: list[URLPattern | URLResolver] = [
    path("doors/", office.DoorList.as_view(), name="doors"),
    path("doors/open/", office.DoorOpen.as_view(), name="door-open"),
    path("doors/open-many/", office.DoorsOpen.as_view(), name="doors-open"),
    path("doors/stickers/", office.DoorStickers.as_view(), name="door-stickers"),
    path("doors/<int:pk>/switch/", office.DoorSwitch.as_view(), name="door-switch"),
]
