from django.db import migrations


def grant(apps, schema_editor):
    """Whoever could publish forms could write them: the new right comes apart from it, and nobody loses anything."""
    Permission = apps.get_model("accounts", "RolePermission")
    publishers = Permission.objects.filter(permission="instruments.publish").values_list("role_id", flat=True)
    have = set(Permission.objects.filter(permission="instruments.edit").values_list("role_id", flat=True))
    Permission.objects.bulk_create(
        Permission(role_id=role, permission="instruments.edit") for role in sorted(set(publishers) - have)
    )


class Migration(migrations.Migration):
    dependencies = [("instruments", "0003_drafts_and_scales"), ("accounts", "0001_initial")]

    operations = [migrations.RunPython(grant, migrations.RunPython.noop)]
