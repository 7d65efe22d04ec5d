from django.apps import AppConfig


class OrganisationConfig(AppConfig):
    name = "bihuan.organisation"
    label = "organisation"
