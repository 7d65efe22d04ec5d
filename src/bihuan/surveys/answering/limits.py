"""How often one device, one form page or one invitation may act. Never by address: a station's Wi-Fi hides thousands.

A visitor without any mark (no cookies, a fresh page each time) cannot be told from another visitor and is not
limited; how fast a form was filled is kept with the answer.
"""

from __future__ import annotations

from bihuan.foundation.limits import Limiter

# Pages of a long form, errors put right and language switches count too.
PAGES = Limiter(per_minute=30, burst=40)
# One browser: enough for a kiosk at a busy counter, not for a script.
DEVICES = Limiter(per_minute=12, burst=15)
INVITATIONS = Limiter(per_minute=10, burst=15)
