"""Who comes through the API: clients of agencies, and the answers that a second try is given."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from oauth2_provider.models import AbstractApplication

from accounts.models import Agency, User


class Client(AbstractApplication):
    """A program of one agency. It acts as `user`, a machine that signs in nowhere.

    Grounds, roles and the record of use work for that user as they do for people; `scopes` narrow
    what its tokens may be used for. The secret is kept as a hash. Once revoked, always revoked.
    """

    user = models.OneToOneField(User, models.PROTECT, related_name="+")
    scopes = ArrayField(models.CharField(max_length=30))
    registered_at = models.DateTimeField()
    secret_made_at = models.DateTimeField()
    revoked_at = models.DateTimeField(null=True, blank=True)

    class Meta(AbstractApplication.Meta):
        ordering = ["name", "pk"]

    @property
    def agency(self) -> Agency:
        return self.user.agency

    @property
    def is_live(self) -> bool:
        return self.revoked_at is None and self.user.is_active

    def is_usable(self, request: object) -> bool:
        """Asked by the token endpoint: a revoked client gets no token."""
        return self.is_live


class IdempotentRequest(models.Model):
    """The first answer to a request that a client has named by a key; a second try is given it again.

    Written in the transaction of the work itself: where the work died half-way there is no row.
    `body_hash` is the SHA-256 of the bytes that were sent. `told`: ids of the children of whom the
    answer tells more than was sent; `otherwise`: the answer once the client may not be told of one of
    them, '' where there is none to give then.
    """

    client = models.ForeignKey(Client, models.PROTECT, related_name="+")
    key = models.CharField(max_length=255)
    request = models.CharField(max_length=200)
    body_hash = models.CharField(max_length=64)
    status = models.PositiveSmallIntegerField()
    answer = models.TextField()
    told = ArrayField(models.BigIntegerField(), default=list, blank=True)
    otherwise = models.TextField(blank=True)
    made_at = models.DateTimeField(db_index=True)

    kept_apart = "forgotten when its day has passed, by rest.tasks.forget_answers"

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["client", "key"], name="one_answer_a_key"),
        ]

    def __str__(self) -> str:
        return f"Answer {self.pk} to {self.client_id}"
