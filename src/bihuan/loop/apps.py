from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class LoopConfig(AppConfig):
    name = "bihuan.loop"
    label = "loop"

    def ready(self) -> None:
        from bihuan.foundation import navigation, today
        from bihuan.loop import permissions
        from bihuan.loop.today import health_line

        permissions.register()
        navigation.register(navigation.Entry("findings", _("Loop"), "loop:page", permissions.LOOP_VIEW, 10))
        today.register_headline(health_line, url_name="loop:page", icon="refresh")
