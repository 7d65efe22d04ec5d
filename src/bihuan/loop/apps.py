from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class LoopConfig(AppConfig):
    name = "bihuan.loop"
    label = "loop"

    def ready(self) -> None:
        from bihuan.foundation import navigation
        from bihuan.loop import permissions

        permissions.register()
        navigation.register(navigation.Entry("findings", _("Loop"), "loop:page", permissions.LOOP_VIEW, 10))
