from django.urls import path

from bihuan.standards import views

app_name = "standards"

urlpatterns = [
    path("answers/", views.AnswerLookUp.as_view(), name="answers-look-up"),
    path("answers/all/", views.AnswerList.as_view(), name="answers"),
    path("answers/write/", views.AnswerWrite.as_view(), name="answer-write"),
    path("answers/upload/", views.AnswerUpload.as_view(), name="answers-upload"),
    path("answers/<int:pk>/", views.AnswerPage.as_view(), name="answer"),
    path("answers/<int:pk>/edit/", views.AnswerEdit.as_view(), name="answer-edit"),
    path("answers/<int:pk>/publish/", views.AnswerPublish.as_view(), name="answer-publish"),
    path("answers/<int:pk>/confirm/", views.AnswerConfirm.as_view(), name="answer-confirm"),
    path("answers/<int:pk>/abolish/", views.AnswerAbolish.as_view(), name="answer-abolish"),
    path("answers/<int:pk>/restore/", views.AnswerRestore.as_view(), name="answer-restore"),
]
