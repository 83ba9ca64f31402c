from django.apps import AppConfig


class InterventionsConfig(AppConfig):
    name = "interventions"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from interventions import receivers  # noqa: F401  (connects on import)
