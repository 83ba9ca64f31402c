from django.apps import AppConfig


class Govuk(AppConfig):
    name = "govuk"
    verbose_name = "GOV.UK Design System"

    def ready(self) -> None:
        from govuk import checks  # noqa: F401  registers the check
