from django.apps import AppConfig


class InstrumentsConfig(AppConfig):
    name = "bihuan.instruments"
    label = "instruments"
