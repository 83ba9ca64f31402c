"""Whether a notice went despite a decision not to share, since it could not wait."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("partners", "0100_beside_hidden")]
    operations = [
        migrations.AddField(
            model_name="notice",
            name="despite_decision",
            field=models.BooleanField(default=False),
        ),
    ]
