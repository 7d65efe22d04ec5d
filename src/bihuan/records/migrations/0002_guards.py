"""What the database itself enforces: the log is only ever added to, and the search index follows its rows.

SQLite forgets a table's triggers when Django rebuilds the table. A later migration that alters
`records_activity`, `records_activityseal` or `records_searchentry` has to run this again
(tests/db/records checks the result of all migrations).
"""

from django.db import migrations

KEPT = ("records_activity", "records_activityseal")

SQLITE = [
    statement
    for table in KEPT
    for statement in (
        f"CREATE TRIGGER {table}_no_update BEFORE UPDATE ON {table} BEGIN SELECT RAISE(ABORT, '{table} is append-only'); END",
        f"CREATE TRIGGER {table}_no_delete BEFORE DELETE ON {table} BEGIN SELECT RAISE(ABORT, '{table} is append-only'); END",
    )
] + [
    """CREATE VIRTUAL TABLE records_searchindex USING fts5(
        words, content='records_searchentry', content_rowid='id', tokenize='unicode61 remove_diacritics 0')""",
    """CREATE TRIGGER records_searchentry_added AFTER INSERT ON records_searchentry BEGIN
        INSERT INTO records_searchindex(rowid, words) VALUES (new.id, new.words); END""",
    """CREATE TRIGGER records_searchentry_gone AFTER DELETE ON records_searchentry BEGIN
        INSERT INTO records_searchindex(records_searchindex, rowid, words) VALUES ('delete', old.id, old.words); END""",
    """CREATE TRIGGER records_searchentry_changed AFTER UPDATE OF words ON records_searchentry BEGIN
        INSERT INTO records_searchindex(records_searchindex, rowid, words) VALUES ('delete', old.id, old.words);
        INSERT INTO records_searchindex(rowid, words) VALUES (new.id, new.words); END""",
]
SQLITE_BACK = [
    *(f"DROP TRIGGER IF EXISTS {table}_no_{what}" for table in KEPT for what in ("update", "delete")),
    *(f"DROP TRIGGER IF EXISTS records_searchentry_{what}" for what in ("added", "gone", "changed")),
    "DROP TABLE IF EXISTS records_searchindex",
]

POSTGRES = [
    """CREATE FUNCTION records_append_only() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN RAISE EXCEPTION '% is append-only', TG_TABLE_NAME USING ERRCODE = 'integrity_constraint_violation'; END $$""",
    *(
        f"CREATE TRIGGER {table}_no_{name} BEFORE {what} ON {table} FOR EACH {each} EXECUTE FUNCTION records_append_only()"
        for table in KEPT
        for name, what, each in (("change", "UPDATE OR DELETE", "ROW"), ("truncate", "TRUNCATE", "STATEMENT"))
    ),
    """ALTER TABLE records_searchentry ADD COLUMN words_vector tsvector
        GENERATED ALWAYS AS (to_tsvector('simple'::regconfig, words)) STORED""",
    "CREATE INDEX records_searchentry_words ON records_searchentry USING gin (words_vector)",
]
POSTGRES_BACK = [
    *(f"DROP TRIGGER IF EXISTS {table}_no_{what} ON {table}" for table in KEPT for what in ("change", "truncate")),
    "DROP FUNCTION IF EXISTS records_append_only()",
    "ALTER TABLE records_searchentry DROP COLUMN IF EXISTS words_vector",
]


def run(sqlite, postgres):
    def each(apps, schema_editor):
        for statement in sqlite if schema_editor.connection.vendor == "sqlite" else postgres:
            schema_editor.execute(statement, params=None)

    return each


class Migration(migrations.Migration):
    dependencies = [("records", "0001_initial")]
    operations = [migrations.RunPython(run(SQLITE, POSTGRES), run(SQLITE_BACK, POSTGRES_BACK))]
