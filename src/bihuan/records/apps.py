from django.apps import AppConfig


class RecordsConfig(AppConfig):
    name = "bihuan.records"
    label = "records"
