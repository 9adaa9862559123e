"""A plan with all that its rows tell: which values are bad, which rows come twice, what must be made distinct."""

from dataclasses import dataclass

import duckdb

from kg.mapping import select
from kg.mapping.census import Census, Groups, groups
from kg.mapping.plan import MapPlan, Plan
from kg.mapping.repeated import RepeatedRows
from kg.mapping.sql import Fault
from kg.model import Relation


@dataclass(frozen=True, slots=True)
class Grouping:
    """The groups of a plan. `plan` reads distinct rows where `unique`, the maps without two rows of one subject, asks.

    `census` counts over its relations, `faults` are those that occur, `problems` the number of values that have one.
    """

    plan: Plan
    census: Census
    unique: frozenset[MapPlan]
    groups: Groups
    faults: dict[Relation, tuple[Fault, ...]]
    problems: int

    @classmethod
    def of(cls, connection: duckdb.DuckDBPyConnection, plan: Plan, repeated: RepeatedRows) -> "Grouping":
        """Return the grouping of a plan; its tables of distinct rows live as long as `repeated`."""
        census = Census(connection, plan)
        census.foresee()
        faults = census.faults()
        problems = sum(sum(census.count(relation, map(select.fault_count, of))) for relation, of in faults.items())
        unique = census.unique()
        thinned = repeated.thin(plan, unique)
        if thinned != plan:
            census = Census(connection, thinned, known=census)
            unique = census.unique()
        made = repeated.split(thinned, groups(thinned, unique))
        return cls(thinned, census, unique, made, faults, problems)

    @property
    def found(self) -> frozenset[Fault]:
        """The faults that occur anywhere."""
        return frozenset(fault for each in self.faults.values() for fault in each)
