from django.apps import AppConfig


class DutiesConfig(AppConfig):
    name = "bihuan.duties"
    label = "duties"
