"""The changes of a document's schema: up or down to a revision, each with a look at what would be refused."""

from collections.abc import Callable, Collection
from dataclasses import dataclass

from myapp.errors import UpgradeFailed, UsageError, WouldLose
from myapp.schema.migrations import Migrations, Revision, Step

NO_DOCUMENT = "without a revision it is no document any more"


@dataclass(frozen=True)
class Change:
    """A change of a document's schema: `run` does it.

    `look` is called before the backup is made: it returns whether there is anything to do, and raises for
    what would be refused. Nothing is done to a document that has the revision `unless` once it is locked.
    `packed` gives free pages back to the disk afterwards, where that is worth it. `drop_foreign` first drops
    objects that are not the program's and run nothing.
    """

    run: Callable[[Migrations], list[Step]]
    look: Callable[[Migrations], bool] = lambda _migrations: True
    unless: str | None = None
    packed: bool = True
    drop_foreign: bool = False


def up_to(revision: str, since: str = "") -> Change:
    """Return the change that upgrades to a revision.

    Running it raises UsageError where the document's revision, if `since` names it, is not on the way there.
    """

    def run(migrations: Migrations) -> list[Step]:
        if since:
            _way(migrations, since, revision)
        return migrations.upgrade(revision)

    return Change(run)


def down_to(revision: str, since: str, subject: str, lose: Collection[str] = ()) -> Change:
    """Return the change that downgrades from the revision `since` to another, one step at a time.

    It counts before each step the rows that it would lose, and raises WouldLose with all the counts in the
    end, unless each revision that loses some is named in `lose`.
    """

    def run(migrations: Migrations) -> list[Step]:
        steps: list[Step] = []
        lost: dict[str, dict[str, int]] = {}
        for undone in reversed(_way(migrations, revision, since)):
            name = undone.revision
            target = undone.down_revisions[0] if undone.is_merge_point else f"{name}@-1"
            lost |= migrations.losses(target)
            steps += migrations.downgrade(target, lose=[name])
        refused = {number: counts for number, counts in lost.items() if number not in lose}
        if refused:
            raise WouldLose(subject, revision, refused)
        return steps

    return Change(run)


def _way(migrations: Migrations, older: str, newer: str) -> list[Revision]:
    """Return the revisions that a document at `newer` has and one at `older` has not, oldest first."""
    before = {each.revision for each in migrations.history(end=older)}
    after = migrations.history(end=newer)
    if older not in {each.revision for each in after}:
        raise UsageError(f"revision {older} is not on the way to {newer}: they are on different branches")
    return [each for each in after if each.revision not in before]


def upgrade_to(target: str) -> Change:
    """Return the upgrade to a target as a person names it: unknown or relative revisions too."""
    return Change(
        lambda migrations: migrations.upgrade(target), lambda migrations: bool(migrations.plan(target))
    )


def downgrade_to(target: str, lose: Collection[str] = ()) -> Change:
    """Return the downgrade to a target as a person names it.

    The look raises WouldLose with the counts, unless each revision that loses some is named in `lose`, and
    UpgradeFailed where no document would be left.
    """

    def look(migrations: Migrations) -> bool:
        steps = migrations.steps_down(migrations.current(), target)
        if steps and not steps[-1].revision.down_revisions:
            raise UpgradeFailed(migrations.subject, "the change", NO_DOCUMENT)
        counts = _losses(migrations, target)
        refused = {number: lost for number, lost in counts.items() if number not in lose}
        if refused:
            raise WouldLose(migrations.subject, target, refused)
        return bool(steps)

    return Change(lambda migrations: migrations.downgrade(target, lose), look)


def _losses(migrations: Migrations, target: str) -> dict[str, dict[str, int]]:
    try:
        return migrations.losses(target)
    except UpgradeFailed:  # a query needs the schema of its own revision: it is asked there, in its turn
        return {}
