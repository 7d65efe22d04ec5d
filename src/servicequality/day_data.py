"""Public holidays and make-up workdays as announced, one entry a country, with the source of every year."""

from __future__ import annotations

from typing import Any, Final

# China: General Office of the State Council, 国办发明电〔2024〕12号 of 2024-11-12 for 2025 and 国办发明电〔2025〕7号
# of 2025-11-04 for 2026; checked day by day against the package chinesecalendar 1.11.0. The fixed statutory days
# are those that fall on the same date of the Gregorian calendar every year (全国年节及纪念日放假办法, 2024 revision).
ANNOUNCED: Final[dict[str, dict[str, Any]]] = {
    "CN": {
        "holidays": [
            ("2025-01-01", "2025-01-01"),
            ("2025-01-28", "2025-02-04"),
            ("2025-04-04", "2025-04-06"),
            ("2025-05-01", "2025-05-05"),
            ("2025-05-31", "2025-06-02"),
            ("2025-10-01", "2025-10-08"),
            ("2026-01-01", "2026-01-03"),
            ("2026-02-15", "2026-02-23"),
            ("2026-04-04", "2026-04-06"),
            ("2026-05-01", "2026-05-05"),
            ("2026-06-19", "2026-06-21"),
            ("2026-09-25", "2026-09-27"),
            ("2026-10-01", "2026-10-07"),
        ],
        "makeup_workdays": [
            "2025-01-26",
            "2025-02-08",
            "2025-04-27",
            "2025-09-28",
            "2025-10-11",
            "2026-01-04",
            "2026-02-14",
            "2026-02-28",
            "2026-05-09",
            "2026-09-20",
            "2026-10-10",
        ],
        "published_through": "2026-12-31",
        "fixed_statutory": ["01-01", "05-01", "05-02", "10-01", "10-02", "10-03"],
    }
}
