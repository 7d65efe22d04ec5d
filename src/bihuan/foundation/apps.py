from django.apps import AppConfig


class FoundationConfig(AppConfig):
    name = "bihuan.foundation"
    label = "foundation"
