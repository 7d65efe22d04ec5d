"""An issued paper stays as it was issued: the database refuses UPDATE and DELETE.

SQLite forgets triggers when Django rebuilds the table; a migration that alters it has to run this again.
"""

from django.db import migrations

TABLE = "documents_issueddocument"


def forwards(apps, schema_editor):
    if schema_editor.connection.vendor == "sqlite":
        for what in ("UPDATE", "DELETE"):
            schema_editor.execute(
                f"CREATE TRIGGER {TABLE}_no_{what.lower()} BEFORE {what} ON {TABLE} "
                f"BEGIN SELECT RAISE(ABORT, '{TABLE} is append-only'); END"
            )
    else:
        for name, what, each in (("change", "UPDATE OR DELETE", "ROW"), ("truncate", "TRUNCATE", "STATEMENT")):
            schema_editor.execute(
                f"CREATE TRIGGER {TABLE}_no_{name} BEFORE {what} ON {TABLE} FOR EACH {each} "
                "EXECUTE FUNCTION records_append_only()"
            )


def backwards(apps, schema_editor):
    sqlite = schema_editor.connection.vendor == "sqlite"
    for name in ("update", "delete") if sqlite else ("change", "truncate"):
        schema_editor.execute(f"DROP TRIGGER IF EXISTS {TABLE}_no_{name}" + ("" if sqlite else f" ON {TABLE}"))


class Migration(migrations.Migration):
    dependencies = [("documents", "0001_initial"), ("records", "0002_guards")]
    operations = [migrations.RunPython(forwards, backwards)]
