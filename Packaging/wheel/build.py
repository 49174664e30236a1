# SPDX-License-Identifier: MIT
"""Packs a folder with scripts/ and data/ as a wheel.

usage: build.py FOLDER VERSION OUTPUT

The tag of the platform is the oldest manylinux that the files' symbols allow.
"""

import base64
import csv
import hashlib
import io
import os
import pathlib
import platform
import re
import subprocess
import sys
import zipfile

HERE = pathlib.Path(__file__).resolve().parent
NAME = "registry_hive"


def newest_glibc(files):
    """The newest version of glibc that a symbol of the files asks for."""
    versions = set()
    for file in files:
        symbols = subprocess.run(
            ["objdump", "-T", str(file)], check=True, capture_output=True, text=True).stdout
        versions |= {(int(a), int(b)) for a, b in re.findall(r"\bGLIBC_(\d+)\.(\d+)", symbols)}
    return max(versions)


def metadata(version):
    return "\n".join([
        "Metadata-Version: 2.1",
        "Name: registry-hive",
        f"Version: {version}",
        "Summary: Reads offline Windows registry hives",
        "License: MIT",
        "Keywords: registry,hive,forensics,windows",
        "Classifier: Environment :: Console",
        "Classifier: Operating System :: POSIX :: Linux",
        "Requires-Python: >=3.8",
        "Description-Content-Type: text/markdown",
        "",
        (HERE / "README.md").read_text(encoding="utf-8"),
    ])


def main():
    if len(sys.argv) != 4:
        sys.exit(__doc__)
    folder, version, output = pathlib.Path(sys.argv[1]), sys.argv[2], pathlib.Path(sys.argv[3])
    files = sorted(path for path in folder.rglob("*") if path.is_file())
    major, minor = newest_glibc(files)
    tag = f"py3-none-manylinux_{major}_{minor}_{platform.machine()}"
    info = f"{NAME}-{version}.dist-info"
    entries = [(f"{NAME}-{version}.data/{path.relative_to(folder)}", path.read_bytes(),
                0o755 if os.access(path, os.X_OK) else 0o644) for path in files]
    entries += [
        (f"{info}/METADATA", metadata(version).encode(), 0o644),
        (f"{info}/WHEEL", ("Wheel-Version: 1.0\nGenerator: registry-hive\n"
                           f"Root-Is-Purelib: false\nTag: {tag}\n").encode(), 0o644),
        (f"{info}/LICENSE", (HERE.parent.parent / "LICENSE").read_bytes(), 0o644),
    ]
    record = io.StringIO()
    rows = csv.writer(record, lineterminator="\n")
    for name, data, _ in entries:
        digest = base64.urlsafe_b64encode(hashlib.sha256(data).digest()).rstrip(b"=").decode()
        rows.writerow([name, f"sha256={digest}", len(data)])
    rows.writerow([f"{info}/RECORD", "", ""])
    entries.append((f"{info}/RECORD", record.getvalue().encode(), 0o644))

    wheel = output / f"{NAME}-{version}-{tag}.whl"
    with zipfile.ZipFile(wheel, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data, mode in entries:
            entry = zipfile.ZipInfo(name, (1980, 1, 1, 0, 0, 0))
            entry.external_attr = (0o100000 | mode) << 16
            entry.compress_type = zipfile.ZIP_DEFLATED
            archive.writestr(entry, data)
    print(wheel)


main()
