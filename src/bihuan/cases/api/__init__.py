"""REST: cases and what hangs on them. The same services as the screens; who complained is never among it."""

from ninja import Router

from bihuan.cases.api.incidents import router as incidents
from bihuan.cases.api.parties import router as parties
from bihuan.cases.api.proposals import router as proposals
from bihuan.cases.api.reviews import router as reviews
from bihuan.cases.api.work import router as work

router = Router()
# Before the cases: their "/{pk}" would take "/reviews" for a number.
router.add_router("", reviews)
router.add_router("", incidents)
router.add_router("", proposals)
router.add_router("", parties)
router.add_router("", work)
