# SPDX-License-Identifier: MIT
"""The rows that Spark writes are the records that `hive` writes. Needs $HIVE, PySpark and Java."""

import json
import os
import pathlib
import shutil
import subprocess
import sys
import tempfile
import unittest
import zipfile

FOLDER = pathlib.Path(__file__).parent
VOLUME = FOLDER.parents[1] / "TestHives" / "volume"
DAY = "2026-06-21"


def plain(value):
    """A row without the columns that a record of its kind does not have."""
    if isinstance(value, dict):
        return {name: plain(member) for name, member in value.items() if member is not None}
    if isinstance(value, list):
        return [plain(member) for member in value]
    return value


def normal(records):
    return sorted(json.dumps(plain(record), sort_keys=True) for record in records)


class SparkTests(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.folder = pathlib.Path(tempfile.mkdtemp(prefix="hive-spark-")).resolve()
        cls.share = cls.folder / "share"
        for number in range(1, 41):
            machine = cls.share / f"pc{number:02}"
            if number % 2:
                shutil.copytree(VOLUME, machine)
            else:
                with zipfile.ZipFile(machine.with_suffix(".zip"), "w") as archive:
                    for file in sorted(VOLUME.rglob("*")):
                        archive.write(file, file.relative_to(VOLUME))
        # One without evidence, one that is cut, one that is no archive.
        shutil.rmtree(cls.share / "pc07")
        (cls.share / "pc07").mkdir()
        (cls.share / "pc07" / "readme.txt").write_text("nothing")
        cut = cls.share / "pc08.zip"
        cut.write_bytes(cut.read_bytes()[:9000])
        (cls.share / "pc10.zip").write_bytes(b"nothing" * 1000)

    @classmethod
    def tearDownClass(cls):
        shutil.rmtree(cls.folder)

    def submit(self, *arguments, master="local[2]"):
        """Runs the job; returns the rows of each kind."""
        out = self.folder / "out"
        shutil.rmtree(out, ignore_errors=True)
        words = [sys.executable, "-m", "pyspark.find_spark_home"]
        home = subprocess.run(words, capture_output=True, text=True, check=True).stdout.strip()
        environment = {
            **os.environ, "PYSPARK_PYTHON": sys.executable, "PYSPARK_DRIVER_PYTHON": sys.executable}
        run = subprocess.run(
            [f"{home}/bin/spark-submit", "--master", master, "--conf", "spark.ui.enabled=false",
             FOLDER / "hive_spark.py", "--day", DAY, *arguments, out],
            capture_output=True, text=True, env=environment, cwd=self.folder)
        self.assertEqual(run.returncode, 0, run.stderr[-4000:])
        rows = {}
        for kind in (out / f"day={DAY}").iterdir():
            from pyspark.sql import SparkSession
            spark = SparkSession.builder.master("local[1]").config(
                "spark.ui.enabled", False).config("spark.sql.caseSensitive", True).getOrCreate()
            rows[kind.name.removeprefix("kind=")] = [
                row.asDict(recursive=True) for row in spark.read.parquet(str(kind)).collect()]
        return rows

    def hive(self, command, *paths):
        """The records that one process writes."""
        run = subprocess.run(
            [os.environ["HIVE"], command, "--format", "ndjson", *paths], capture_output=True,
            cwd=self.folder)
        return [json.loads(line) for line in run.stdout.splitlines()]

    def test_rows_are_the_records_of_one_check(self):
        rows = self.submit("share", "--batch", "10", master="local-cluster[2,1,1024]")
        records = self.hive("check", "share")
        self.assertGreater(len(records), 300)
        self.assertEqual(normal(rows.pop("check")), normal(records))
        self.assertEqual(rows, {})

    def test_every_command_has_its_kind(self):
        rows = self.submit("share", "--command", "events", "--command", "find --in values a")
        records = self.hive("find", "--in", "values", "a", "share")
        for record in records:
            # Members of several types are text.
            if not isinstance(record.get("data", ""), str):
                record["data"] = json.dumps(record["data"], separators=(",", ":"))
        self.assertEqual(normal(rows["find"]), normal(records))
        records = self.hive("events", "share")
        for record in records:
            if "kind" in record:
                record["recordKind"] = record.pop("kind")
        self.assertEqual(normal(rows["events"]), normal(records))

    def test_what_no_process_can_read_is_a_failure(self):
        rows = self.submit("share/pc07", "share/missing.zip", "--command", "growth")
        failures = {row["input"]: row for row in rows["failure"]}
        self.assertEqual(set(failures), {"share/pc07", "share/missing.zip"})
        self.assertEqual(failures["share/pc07"]["exitCode"], 65)
        self.assertEqual(failures["share/missing.zip"]["exitCode"], 66)
        self.assertIn("no such file", failures["share/missing.zip"]["message"])

    def test_files_that_spark_reads_are_named_by_their_addresses(self):
        rows = self.submit(f"file://{self.share}/pc1*.zip")
        names = sorted(str(path) for path in self.share.glob("pc1*.zip"))
        records = self.hive("check", *names)
        text = json.dumps(records).replace(f'"{self.share}/', f'"file:{self.share}/')
        self.assertEqual(normal(rows["check"]), normal(json.loads(text)))


if __name__ == "__main__":
    unittest.main()
