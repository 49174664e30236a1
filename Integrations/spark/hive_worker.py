# SPDX-License-Identifier: MIT
"""Runs `hive` on a batch of collections."""

import json
import os
import shutil
import subprocess
import tempfile

# Exit codes of hive: all was read, or all but what is reported.
ENDED = (0, 1)


class Worker:
    """Runs the same commands on every batch, on any executor."""

    def __init__(self, commands, jobs):
        self._commands = commands
        self._jobs = jobs
        # What the driver was told holds where an executor has nothing of its own.
        self._program = os.environ.get("HIVE")
        # Paths that do not begin with / are those of the driver.
        self._folder = os.getcwd()

    def __call__(self, batch):
        """The records of a batch, as pairs of a kind and a JSON object."""
        try:
            for command in self._commands:
                yield from self._records(command, batch)
        finally:
            for collection in batch:
                collection.discard()

    def _records(self, command, batch):
        with tempfile.TemporaryFile() as output:
            code, message = self._run(command, batch, output)
            if code in ENDED:
                output.seek(0)
                for line in output:
                    yield command[0], renamed(line, batch).decode("utf-8").rstrip("\n")
                return
        # Nothing of what the process wrote is used: it may end anywhere.
        if len(batch) > 1:
            for collection in batch:
                yield from self._records(command, [collection])
            return
        name = batch[0].name.encode("utf-8", "backslashreplace").decode("utf-8")
        yield "failure", json.dumps(
            {"command": " ".join(command), "input": name, "exitCode": code, "message": message})

    def _run(self, command, batch, output):
        program = os.environ.get("HIVE") or self._program or shutil.which("hive")
        if not program:
            raise FileNotFoundError("hive is neither named by $HIVE nor on the PATH")
        words = [
            program, command[0], "--format", "ndjson", "--jobs", str(self._jobs), *command[1:],
            "--", *(collection.path for collection in batch)]
        with tempfile.TemporaryFile() as errors:
            code = subprocess.run(
                words, stdin=subprocess.DEVNULL, stdout=output, stderr=errors,
                cwd=self._folder if os.path.isdir(self._folder) else None).returncode
            errors.seek(0, os.SEEK_END)
            errors.seek(max(0, errors.tell() - 4096))
            message = errors.read().decode("utf-8", "replace").strip()
        return code, message


def renamed(line, batch):
    """A record with the addresses of the collections in place of their copies' paths."""
    for collection in batch:
        if collection.folder:
            line = line.replace(
                collection.folder.encode(), collection.name.rsplit("/", 1)[0].encode())
    return line
