"""What to look at before a form is published: pure, over the definition, in the words of whoever writes it."""

from bihuan.instruments.checking.comparing import Break, breaks_of, changes_of
from bihuan.instruments.checking.length import minutes_of
from bihuan.instruments.checking.problems import Level, Remark, remarks_on

__all__ = ["Break", "Level", "Remark", "breaks_of", "changes_of", "minutes_of", "remarks_on"]
