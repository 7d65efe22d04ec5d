from django.urls import URLPattern, URLResolver, path

from bihuan.organisation import views

app_name = "organisation"
urlpatterns: list[URLPattern | URLResolver] = [
    path("units/", views.UnitList.as_view(), name="units"),
    path("units/add/", views.UnitCreate.as_view(), name="unit-create"),
    path("units/<int:pk>/", views.UnitPage.as_view(), name="unit"),
    path("units/<int:pk>/edit/", views.UnitEdit.as_view(), name="unit-edit"),
    path("units/<int:pk>/move/", views.UnitMove.as_view(), name="unit-move"),
    path("units/<int:pk>/use/", views.UnitToggle.as_view(), name="unit-toggle"),
    path("people/", views.PersonList.as_view(), name="people"),
    path("people/add/", views.PersonCreate.as_view(), name="person-create"),
    path("people/<int:pk>/", views.PersonPage.as_view(), name="person"),
    path("people/<int:pk>/edit/", views.PersonEdit.as_view(), name="person-edit"),
    path("people/<int:pk>/use/", views.PersonToggle.as_view(), name="person-toggle"),
    path("people/<int:pk>/post/", views.PostAssign.as_view(), name="post-assign"),
    path("posts/add/", views.PostCreate.as_view(), name="post-create"),
    path("holdings/<int:pk>/end/", views.PostRelease.as_view(), name="post-release"),
    path("groups/", views.GroupList.as_view(), name="groups"),
    path("groups/add/", views.GroupCreate.as_view(), name="group-create"),
    path("groups/<int:pk>/", views.GroupPage.as_view(), name="group"),
    path("groups/<int:pk>/members/add/", views.MemberAdd.as_view(), name="member-add"),
    path("members/<int:pk>/remove/", views.MemberRemove.as_view(), name="member-remove"),
    path("assets/", views.AssetList.as_view(), name="assets"),
    path("assets/add/", views.AssetCreate.as_view(), name="asset-create"),
    path("assets/<int:pk>/", views.AssetPage.as_view(), name="asset"),
    path("assets/<int:pk>/edit/", views.AssetEdit.as_view(), name="asset-edit"),
    path("assets/<int:pk>/use/", views.AssetToggle.as_view(), name="asset-toggle"),
]
