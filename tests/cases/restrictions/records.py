"""To restrict a record, and whether it opens."""

import cases.commands
from accounts.models import User
from audit.denied import NotVisible
from cases.access import scope
from cases.commands import Named
from cases.models import Person, Restriction


def restrict(
    child: Person, owner: User, by: User, *, kind: str = "restricted", named: tuple[Named, ...] = ()
) -> Restriction:
    first = named or (Named(owner, reachable_at_any_hour=True),)
    return cases.commands.restrict(
        child, owner=owner, why="Her mother works here", named=first, kind=kind, by=by
    )


def opens(viewer: User, child: Person) -> bool:
    """Whether the scope shows anything of the child, and that all its functions say the same."""
    answers = {
        scope.visible_to(viewer).filter(pk=child.pk).exists(),
        bool(scope.grounds(viewer, [child.pk])),
        not scope.is_hidden_from(viewer, child.pk) and _found(viewer, child),
        _found(viewer, child),
    }
    assert len(answers) == 1, f"{viewer}: the functions of the scope differ"
    return answers.pop()


def _found(viewer: User, child: Person) -> bool:
    try:
        scope.sight(viewer, child.pk)
    except NotVisible:
        return False
    return True
