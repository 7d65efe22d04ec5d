from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class WebConfig(AppConfig):
    name = "bihuan.web"
    label = "web"

    def ready(self) -> None:
        from bihuan.foundation import navigation
        from bihuan.foundation.permissions import SIGNED_IN

        navigation.register(navigation.Entry("today", _("Today"), "web:home", SIGNED_IN, 10))
