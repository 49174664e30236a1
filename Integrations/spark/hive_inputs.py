# SPDX-License-Identifier: MIT
"""Which collections there are, and how they come to the executors."""

import os
import shutil
import tempfile
import urllib.parse

ARCHIVE_ENDINGS = (
    ".zip", ".7z", ".tar", ".tgz", ".tar.gz", ".tbz2", ".tar.bz2", ".txz", ".tar.xz", ".tar.zst")

# Up to so many folders are looked through together by hive, and more one by one.
FEW = 16

# Names of folders that are parts of one machine, as collectors lay them out.
PARTS_OF_MACHINES = {
    "windows", "winnt", "users", "documents and settings", "system32", "config", "uploads"}


def is_archive(name):
    return name.lower().endswith(ARCHIVE_ENDINGS)


class Inputs:
    """The collections: paths that every executor sees, and files that Spark reads for them."""

    def __init__(self, spark, collections):
        self._context = spark.sparkContext
        self._paths = []
        self._addresses = []
        for collection in collections:
            address = urllib.parse.urlsplit(collection)
            if len(address.scheme) < 2:
                self._paths += local_inputs(collection)
            else:
                self._addresses += remote_inputs(spark, collection)

    @property
    def is_empty(self):
        return not self._paths and not self._addresses

    def batches(self, size):
        """What each process of hive gets: an RDD of lists of `Input`, none shorter than `size`
        unless all together are."""
        paths = [Input(path, path) for path in self._paths]
        # No short batch at the end: hive reads few folders in another way than many.
        count = max(1, len(paths) // size)
        bounds = [len(paths) * index // count for index in range(count + 1)]
        lists = [paths[start:end] for start, end in zip(bounds, bounds[1:])]
        batches = self._context.parallelize(lists, count).filter(bool)
        if not self._addresses:
            return batches
        partitions = max(1, len(self._addresses) // size)
        files = self._context.binaryFiles(",".join(self._addresses), partitions)
        return batches.union(files.mapPartitions(lambda files: copied(files, size)))


class Input:
    """A collection: where it is for hive, and what it is called in records."""

    def __init__(self, path, name, folder=None):
        self.path = path
        self.name = name
        # A temporary folder that goes with the input.
        self.folder = folder

    def discard(self):
        if self.folder:
            shutil.rmtree(self.folder, ignore_errors=True)


def local_inputs(path):
    """The collections at a path, as `hive` takes them apart: a folder of one machine is one,
    any other folder has one in each archive and folder in it."""
    if not os.path.isdir(path):
        return [path]
    entries = sorted(os.scandir(path), key=lambda entry: entry.name)
    archives = [entry.path for entry in entries if is_archive(entry.name)]
    folders = [entry for entry in entries if entry.is_dir(follow_symlinks=False)]
    if not archives and len(folders) <= FEW or any(map(is_part_of_machine, entries)):
        return [path]
    inputs = list(archives)
    for folder in folders:
        has_archives = any(is_archive(name) for name in os.listdir(folder.path))
        inputs += local_inputs(folder.path) if has_archives else [folder.path]
    return sorted(inputs)


def is_part_of_machine(entry):
    if entry.is_dir(follow_symlinks=False):
        name = urllib.parse.unquote(entry.name).lower().rstrip(":")
        return name in PARTS_OF_MACHINES or len(name) == 1 and name.isalpha()
    if not entry.is_file(follow_symlinks=False):
        return False
    try:
        with open(entry.path, "rb") as file:
            return file.read(4) == b"regf"
    except OSError:
        return False


def remote_inputs(spark, address):
    """The archives at an address, or in the folder there, by the file systems that Spark has."""
    hadoop = spark.sparkContext._jvm.org.apache.hadoop.fs
    place = hadoop.Path(address)
    files = place.getFileSystem(spark.sparkContext._jsc.hadoopConfiguration())
    found = []
    waiting = list(files.globStatus(place) or [])
    while waiting:
        status = waiting.pop()
        if status.isDirectory():
            waiting += [
                entry for entry in files.listStatus(status.getPath())
                if entry.isDirectory() or is_archive(entry.getPath().getName())]
        else:
            found.append(status.getPath().toString())
    return sorted(found)


def copied(files, size):
    """Copies files into temporary folders, batch by batch."""
    batch = []
    for address, content in files:
        folder = tempfile.mkdtemp(prefix="hive-")
        path = os.path.join(folder, address.rsplit("/", 1)[-1])
        with open(path, "wb") as file:
            file.write(content)
        batch.append(Input(path, address, folder))
        if len(batch) >= size:
            yield batch
            batch = []
    if batch:
        yield batch
