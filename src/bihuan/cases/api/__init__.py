"""REST: cases. The same services as the screens."""

from bihuan.cases.api.work import router

__all__ = ["router"]
