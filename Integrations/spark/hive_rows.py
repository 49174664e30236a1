# SPDX-License-Identifier: MIT
"""From records to rows of Parquet."""

from pyspark import StorageLevel
from pyspark.sql import functions
from pyspark.sql.types import StringType, StructField, StructType

from hive_schema import FAILURE

# Columns that say where a row is filed; a member of that name gets another.
PARTITIONS = {"day": "recordDay", "kind": "recordKind"}
UNREADABLE = "_unreadable"


def write_rows(spark, batches, worker, schemas, out, day):
    """Runs a worker on batches and files its records; returns the number of rows of each kind."""
    records = spark.createDataFrame(
        batches.flatMap(worker), "kind string, record string"
    ).persist(StorageLevel.DISK_ONLY)
    counts = {}
    failures = records.where("kind = 'failure'").select("record")
    for kind, schema in schemas.items():
        own = records.where(functions.col("kind") == kind)
        if schema is None:
            schema = spark.read.json(own.rdd.map(lambda row: row.record)).schema
        parsed = parse(own, schema)
        counts[kind] = write(parsed.where(f"{UNREADABLE} is null").drop(UNREADABLE), out, day, kind)
        failures = failures.union(
            parsed.where(f"{UNREADABLE} is not null").select(
                functions.to_json(
                    functions.struct(
                        functions.lit(kind).alias("command"),
                        functions.concat(
                            functions.lit("a record does not fit the schema: "), UNREADABLE
                        ).alias("message"))).alias("record")))
    counts["failure"] = write(parse(failures, FAILURE).drop(UNREADABLE), out, day, "failure")
    records.unpersist()
    return counts


def parse(records, schema):
    """Objects as columns; those that do not fit are kept as they are in a column of their own."""
    schema = StructType(schema.fields + [StructField(UNREADABLE, StringType())])
    rows = records.select(
        functions.from_json(
            "record", schema, {"mode": "PERMISSIVE", "columnNameOfCorruptRecord": UNREADABLE}
        ).alias("row")).select("row.*")
    return rows.withColumnsRenamed(PARTITIONS)


def write(rows, out, day, kind):
    """Files rows under a day and a kind, in place of those that are there; returns their number."""
    hadoop = rows.sparkSession.sparkContext._jvm.org.apache.hadoop.fs
    folder = hadoop.Path(f"{out}/day={day}/kind={kind}")
    files = folder.getFileSystem(rows.sparkSession.sparkContext._jsc.hadoopConfiguration())
    files.delete(folder, True)
    count = rows.count()
    if count > 0:
        rows.withColumns({"day": functions.lit(day), "kind": functions.lit(kind)}).write.mode(
            "append").partitionBy("day", "kind").parquet(out)
    return count
