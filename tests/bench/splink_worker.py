"""Links two registers with Splink: run by `match.py` in an environment of its own, as a program.

    python splink_worker.py names|parts LEFT.parquet RIGHT.parquet OUT.csv MEMORY

`names` compares whole names, as Splink's examples do; `parts` gets the parts that `kg.resolve.names` makes. OUT has
left_id,right_id,probability: of each right row the best left row.
"""

import sys
import time

import duckdb
import splink.comparison_library as cl
from splink import DuckDBAPI, Linker, SettingsCreator, block_on


def settings(kind: str) -> SettingsCreator:
    """Return what is compared, and in which blocks."""
    city = cl.ExactMatch("city").configure(term_frequency_adjustments=True)
    code = cl.ExactMatch("code")
    if kind == "names":
        compared = [cl.JaroWinklerAtThresholds("name", [0.97, 0.93, 0.88]), city, code]
        blocks = [
            block_on("code"),
            block_on("substr(name, 1, 5)"),
            block_on("substr(name, 1, 4)", "city"),
            block_on("substr(name, 3, 2)", "city"),
        ]
    else:
        compared = [
            cl.LevenshteinAtThresholds("core", [3]).configure(term_frequency_adjustments=True),
            cl.LevenshteinAtThresholds("trade", [3, 6]).configure(term_frequency_adjustments=True),
            cl.ExactMatch("form"),
            cl.ExactMatch("branch"),
            cl.ExactMatch("grp"),
            city,
            code,
        ]
        blocks = [
            block_on("code"),
            block_on("core", "city"),
            block_on("core", "trade"),
            block_on("substr(body, 1, 3)", "city"),
            block_on("substr(body, 1, 4)"),
            block_on("right(core, 2)", "trade", "city"),
            block_on("left(core, 2)", "trade", "city"),
        ]
    return SettingsCreator(
        link_type="link_only", unique_id_column_name="id", comparisons=compared,
        blocking_rules_to_generate_predictions=blocks, retain_intermediate_calculation_columns=False,
    )  # fmt: skip


def main(kind: str, left: str, right: str, out: str, memory: str) -> None:
    """Trains as Splink's documentation says, predicts, and keeps the best left row of each right row."""
    connection = duckdb.connect()
    connection.execute(f"SET threads = 2; SET memory_limit = '{memory}'; SET preserve_insertion_order = false")
    api = DuckDBAPI(connection=connection)
    tables = []
    for name, path in (("left_table", left), ("right_table", right)):
        connection.execute(f"CREATE TABLE {name} AS SELECT * FROM read_parquet('{path}')")
        tables.append(api.register(name, table_name=f"{name}_registered"))
    linker = Linker(tables, settings(kind), log_level="ERROR")
    start = time.perf_counter()
    if kind == "names":
        train, sure = [block_on("name"), block_on("city")], [block_on("name"), block_on("code")]
    else:
        train = [block_on("core", "city"), block_on("trade", "city")]
        sure = [block_on("core", "trade", "city"), block_on("code")]
    linker.training.estimate_probability_two_random_records_match(sure, recall=0.6)
    linker.training.estimate_u_using_random_sampling(max_pairs=2e6, seed=1)
    for rule in train:
        linker.training.estimate_parameters_using_expectation_maximisation(rule, max_pairs=2e6)
    predicted = linker.inference.predict(threshold_match_probability=0.01).physical_name
    left_id, right_id = "least(id_l, id_r) AS left_id", "greatest(id_l, id_r) AS right_id"
    best = "row_number() OVER (PARTITION BY right_id ORDER BY match_weight DESC, left_id) = 1"
    connection.execute(
        f"COPY (SELECT {left_id}, {right_id}, match_probability FROM {predicted} QUALIFY {best}) TO '{out}' (HEADER)"
    )
    sys.stdout.write(f"{time.perf_counter() - start:.3f}\n")


if __name__ == "__main__":
    main(*sys.argv[1:])
