from django.urls import URLPattern, URLResolver, path

from bihuan.documents import views

app_name = "documents"
urlpatterns: list[URLPattern | URLResolver] = [
    path("<int:pk>/", views.PaperPage.as_view(), name="paper"),
    path("<int:pk>/docx/", views.PaperWord.as_view(), name="paper-docx"),
    path("<int:pk>/pdf/", views.PaperPdf.as_view(), name="paper-pdf"),
]
