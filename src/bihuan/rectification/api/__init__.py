"""REST: findings, notices, extension requests, actions, needs. The same services as the screens."""

from ninja import Router

from bihuan.rectification.api.actions import router as actions
from bihuan.rectification.api.findings import router as findings
from bihuan.rectification.api.needs import router as needs
from bihuan.rectification.api.notices import router as notices

router = Router(tags=["rectification"])
router.add_router("", findings)
router.add_router("", notices)
router.add_router("", actions)
router.add_router("", needs)
