from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("surveys", "0011_studies_and_staff_voice")]

    operations = [migrations.RenameField("answerfile", "reference", "handle")]
