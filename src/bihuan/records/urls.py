from django.urls import URLPattern, URLResolver, path

from bihuan.records import views

app_name = "records"
urlpatterns: list[URLPattern | URLResolver] = [
    path("activity/", views.ActivityList.as_view(), name="activity"),
    path("search/", views.SearchView.as_view(), name="search"),
    path("notifications/", views.NotificationList.as_view(), name="notifications"),
    path("notifications/read/", views.NotificationsRead.as_view(), name="notifications-read"),
    path("notifications/<int:pk>/open/", views.NotificationOpen.as_view(), name="notification-open"),
    path("of/<str:label>/<int:pk>/comments/", views.CommentCreate.as_view(), name="comment-create"),
    path("of/<str:label>/<int:pk>/files/", views.AttachmentCreate.as_view(), name="attachment-create"),
    path("comments/<int:pk>/withdraw/", views.CommentWithdraw.as_view(), name="comment-withdraw"),
    path("files/<int:pk>/", views.AttachmentDownload.as_view(), name="attachment"),
    path("files/<int:pk>/withdraw/", views.AttachmentWithdraw.as_view(), name="attachment-withdraw"),
]
