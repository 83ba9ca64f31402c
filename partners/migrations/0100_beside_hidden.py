"""What was written for a partner of a line or a contact is kept back as the words themselves are, while a child
in it is hidden from whoever asks (docs/adr/0009)."""

from django.db import migrations

from asking.lock import beside_no_hidden, change, seen, whole_words

EVENT = (
    "exists (select from cases_chronologyevent seen where seen.id = event_id "
    f"and {whole_words('seen')})"
)


class Migration(migrations.Migration):
    dependencies = [("partners", "0071_signatories"), ("cases", "0150_beside_hidden")]
    operations = [
        # As in 0070.
        change(
            "partners_partnertext",
            f"share_id is not null and (event_id is null or {EVENT}) and {beside_no_hidden()} "
            f"and {seen('share_id', 'partners_share')}",
            f"share_id is null and ({EVENT} or {seen('contact_id', 'cases_contact')})",
        )
    ]
