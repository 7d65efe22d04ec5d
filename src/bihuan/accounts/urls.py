from django.urls import URLPattern, URLResolver, path

from bihuan.accounts import views

app_name = "accounts"
urlpatterns: list[URLPattern | URLResolver] = [
    path("users/", views.UserList.as_view(), name="users"),
    path("users/add/", views.UserCreate.as_view(), name="user-create"),
    path("users/<int:pk>/", views.UserPage.as_view(), name="user"),
    path("users/<int:pk>/lock/", views.UserToggle.as_view(), name="user-toggle"),
    path("users/<int:pk>/password/", views.PasswordReset.as_view(), name="password-reset"),
    path("users/<int:pk>/grants/add/", views.GrantGive.as_view(), name="grant-give"),
    path("grants/<int:pk>/end/", views.GrantEnd.as_view(), name="grant-end"),
    path("roles/", views.RoleList.as_view(), name="roles"),
    path("roles/add/", views.RoleCreate.as_view(), name="role-create"),
    path("roles/<int:pk>/", views.RolePage.as_view(), name="role"),
    path("roles/<int:pk>/edit/", views.RoleEdit.as_view(), name="role-edit"),
    path("me/", views.ProfilePage.as_view(), name="profile"),
    path("me/tokens/add/", views.TokenCreate.as_view(), name="token-create"),
    path("me/tokens/<int:pk>/revoke/", views.TokenRevoke.as_view(), name="token-revoke"),
]
