"""Bring a wave's file in the way the office does on screen."""

from __future__ import annotations

import io

from bihuan.demo import questionnaire as q
from bihuan.demo.figures import Brought
from bihuan.demo.waves import Wave, file_of
from bihuan.foundation.actor import Actor
from bihuan.organisation.models import OrgUnit
from bihuan.surveys.analysis import analyse
from bihuan.surveys.mapping import propose
from bihuan.surveys.reading import read_table


def bring(*, actor: Actor, unit: OrgUnit, wave: Wave) -> Brought:
    """Read the file with its codebook and count it."""
    table = read_table(io.BytesIO(file_of(wave)), wave.file_name)
    mapping = propose(table, read_table(io.BytesIO(q.codebook()), "codebook.csv"))
    return Brought(wave, None, analyse(table, mapping))
