"""What every record carries from the day it is made: why it is kept, and when that is reviewed."""

from typing import ClassVar

from django.db import models

from cases.retention import NOT_WORKED_OUT, NOT_YET


class Kept(models.Model):
    """A record that is reviewed, and disposed of, as a whole.

    Other tables of a child's record say in `goes_with` which keys they are disposed of with: with
    the record that goes first. `people` is the way from here to the children. A row written past
    the commands is not worked out, and never due, until the night has done it.
    """

    category = models.CharField(
        max_length=20, default=NOT_WORKED_OUT, db_default=NOT_WORKED_OUT, editable=False
    )
    review_on = models.DateField(default=NOT_YET, db_default=NOT_YET, editable=False)

    people: ClassVar[str]

    class Meta:
        abstract = True
