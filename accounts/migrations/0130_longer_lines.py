"""A line on a home page is as long as the names in it."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("accounts", "0080_one_order")]
    operations = [
        migrations.AlterField(model_name="notification", name="text", field=models.TextField()),
    ]
