#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Run `hive` on many collections with Spark, and write its records as Parquet.

    spark-submit hive_spark.py COLLECTIONS... OUT

COLLECTIONS are archives and folders with the files of one machine each, or folders of these:
paths that all executors see, or addresses such as hdfs:// and s3a://, where archives alone are
read. `hive` is the program that $HIVE names, or the one on the PATH; each executor needs it.

OUT gets a folder for each day and kind of record (day=2026-06-21/kind=check). A kind is the
command that wrote the records, with the columns of its schema; `failure` has the inputs that a
command could not read at all. Another run on the same day replaces what the first one wrote.
"""

import argparse
import datetime
import sys

from pyspark.sql import SparkSession

from hive_inputs import Inputs
from hive_rows import write_rows
from hive_schema import record_schema
from hive_worker import Worker


def arguments():
    parser = argparse.ArgumentParser(
        prog="hive_spark.py", description=__doc__.splitlines()[0],
        formatter_class=argparse.RawDescriptionHelpFormatter,
        epilog="\n".join(__doc__.splitlines()[4:]))
    parser.add_argument("collections", nargs="+", metavar="COLLECTIONS")
    parser.add_argument("out", metavar="OUT")
    parser.add_argument(
        "--command", action="append", metavar="COMMAND",
        help="a command of hive and its options, such as 'find --regex evil'; may be repeated "
        "(default: check)")
    parser.add_argument(
        "--batch", type=int, default=32, metavar="N",
        help="give each process of hive at least so many inputs (default: 32)")
    parser.add_argument(
        "--day", type=datetime.date.fromisoformat, metavar="DATE",
        help="the day that the records are filed under (default: today, in UTC)")
    parser.add_argument(
        "--schemas", metavar="FOLDER",
        help="the folder of hive's JSON schemas (default: Docs/Schemas of the repository)")
    options = parser.parse_intermixed_args()
    if options.batch < 1:
        parser.error("--batch must be at least 1")
    options.day = options.day or datetime.datetime.now(datetime.timezone.utc).date()
    options.command = [command.split() for command in options.command or ["check"]]
    names = [command[0] for command in options.command if command]
    if len(set(names)) < len(options.command):
        parser.error("each --command must be another command")
    return options


def main():
    options = arguments()
    schemas = {
        command[0]: record_schema(command[0], options.schemas) for command in options.command}
    spark = (
        SparkSession.builder.appName("hive")
        .config("spark.sql.caseSensitive", True)
        .getOrCreate())
    context = spark.sparkContext
    for module in ("hive_inputs", "hive_rows", "hive_schema", "hive_worker"):
        context.addPyFile(sys.modules[module].__file__)
    inputs = Inputs(spark, options.collections)
    if inputs.is_empty:
        sys.exit(f"hive_spark.py: nothing to read in {' '.join(options.collections)}")
    worker = Worker(options.command, jobs=int(context.getConf().get("spark.task.cpus", "1")))
    counts = write_rows(
        spark, inputs.batches(options.batch), worker, schemas, options.out, str(options.day))
    spark.stop()
    for kind, count in counts.items():
        print(f"{kind}: {count} rows")


if __name__ == "__main__":
    main()
