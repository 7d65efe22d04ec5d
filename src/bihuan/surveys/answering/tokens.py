"""What a form page and its address carry, signed."""

from __future__ import annotations

import json
import time
import uuid
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import timedelta

from django.core import signing

from bihuan.foundation.secrets import sealed, unsealed

FORM_LASTS = timedelta(days=3)
LINK_LASTS = timedelta(days=400)


@dataclass(frozen=True, slots=True)
class FormToken:
    """What a form page carries instead of a cookie: which door and version, whose page, since when, on what invitation.

    It stands for the CSRF token: no other site can make one for a visitor that carries any authority, since all
    authority (the invitation) is inside it.
    """

    door: int
    version: int
    client_uuid: uuid.UUID
    begun: int
    invitation: str = ""  # hash of its token

    @classmethod
    def fresh(cls, door: int, version: int, invitation: str = "") -> FormToken:
        return cls(door, version, uuid.uuid4(), int(time.time()), invitation)

    def sign(self) -> str:
        text = f"{self.door:x}.{self.version:x}.{self.client_uuid.hex}.{self.begun:x}.{self.invitation}"
        return sealed("form", text, lasts=FORM_LASTS)

    @classmethod
    def read(cls, token: str) -> FormToken | None:
        text = unsealed("form", token)
        if text is None:
            return None
        door, version, client, begun, invitation = text.split(".")
        return cls(int(door, 16), int(version, 16), uuid.UUID(hex=client), int(begun, 16), invitation)

    def for_invitation(self, invitation: str) -> FormToken:
        return self if invitation == self.invitation else replace(self, invitation=invitation)

    @property
    def seconds(self) -> int:
        """Since the page was first shown."""
        return max(0, int(time.time()) - self.begun)


def parameters_sealed(door_id: int, values: Mapping[str, str]) -> str:
    """Values for hidden items of a form, for the ``p`` of a link: only what the house signed gets in this way."""
    text = json.dumps(dict(values), ensure_ascii=True, separators=(",", ":"))
    return sealed("parameters", f"{door_id:x}.{signing.b64_encode(text.encode()).decode()}", lasts=LINK_LASTS)


def parameters_unsealed(door_id: int, token: str) -> dict[str, str]:
    """Nothing where the signature is wrong, has ended or is for another door."""
    door, _sep, text = (unsealed("parameters", token) or "").partition(".")
    if door != f"{door_id:x}":
        return {}
    found: dict[str, str] = json.loads(signing.b64_decode(text.encode()))
    return found
