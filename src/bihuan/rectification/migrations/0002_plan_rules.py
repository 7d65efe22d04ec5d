from typing import Any

from django.db import migrations

SHIPPED = {
    "ordinary": [],
    "major": ["responsibility", "measures", "time_limit"],
    "hidden_risk": ["responsibility", "measures", "funds", "time_limit", "contingency"],
}


def ship(apps: Any, _editor: Any) -> None:
    rule = apps.get_model("rectification", "PlanRule")
    for severity, required in SHIPPED.items():
        rule.objects.get_or_create(severity=severity, defaults={"required": required})


class Migration(migrations.Migration):
    dependencies = [("rectification", "0001_initial")]
    operations = [migrations.RunPython(ship, migrations.RunPython.noop)]
