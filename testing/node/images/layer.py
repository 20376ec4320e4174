#!/usr/bin/env python3
"""Packs the upper directory of an overlay mount as an image layer and prints the layer's digest.

usage: layer.py DIRECTORY LAYER.tar

What the overlay deleted (a character device 0:0) or replaced (a directory marked opaque) becomes
the empty files .wh.NAME and .wh..wh..opq of the image format.
"""

import hashlib
import io
import os
import stat
import sys
import tarfile


class HashingFile:
    def __init__(self, file):
        self.file = file
        self.sha256 = hashlib.sha256()

    def write(self, data):
        self.sha256.update(data)
        return self.file.write(data)


def attribute(path, name):
    try:
        return os.getxattr(path, name, follow_symlinks=False)
    except OSError:
        return None


def add(layer, path, name):
    status = os.lstat(path)
    if stat.S_ISSOCK(status.st_mode):
        return
    if stat.S_ISCHR(status.st_mode) and status.st_rdev == 0:
        deleted = os.path.join(os.path.dirname(name), ".wh." + os.path.basename(name))
        layer.addfile(tarfile.TarInfo(deleted), io.BytesIO())
        return
    entry = layer.gettarinfo(path, arcname=name)
    capability = attribute(path, "security.capability")
    if capability is not None:
        entry.pax_headers = {"SCHILY.xattr.security.capability": capability.decode("ascii")}
    if entry.isreg():
        with open(path, "rb") as content:
            layer.addfile(entry, content)
        return
    layer.addfile(entry)
    if stat.S_ISDIR(status.st_mode):
        if attribute(path, "trusted.overlay.opaque") == b"y":
            layer.addfile(tarfile.TarInfo(os.path.join(name, ".wh..wh..opq")), io.BytesIO())
        for child in sorted(os.listdir(path)):
            add(layer, os.path.join(path, child), os.path.join(name, child))


def main():
    directory, out = sys.argv[1:]
    with open(out, "wb") as file:
        hashing = HashingFile(file)
        with tarfile.open(fileobj=hashing, mode="w|", format=tarfile.PAX_FORMAT) as layer:
            for child in sorted(os.listdir(directory)):
                add(layer, os.path.join(directory, child), child)
    print(hashing.sha256.hexdigest())


main()
