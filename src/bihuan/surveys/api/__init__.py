"""REST: survey files, and surveys in the field. The same services as the screens."""

from ninja import Router

from bihuan.surveys.api.answering import router as answering
from bihuan.surveys.api.books import router as books
from bihuan.surveys.api.campaigns import router as campaigns
from bihuan.surveys.api.imports import router as imports
from bihuan.surveys.api.overseeing import router as overseeing
from bihuan.surveys.api.results import router as results
from bihuan.surveys.api.staff import router as staff
from bihuan.surveys.api.studies import router as studies

router = Router(tags=["surveys"])
# Before the files: their "/{pk}" would take "/campaigns" for a number.
router.add_router("", campaigns)
router.add_router("", books)
router.add_router("", staff)
router.add_router("", studies)
router.add_router("", imports)
router.add_router("", results)
router.add_router("", answering)
router.add_router("", overseeing)
