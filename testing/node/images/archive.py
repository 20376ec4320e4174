#!/usr/bin/env python3
"""Writes images as an archive that "docker load" and "ctr images import" read, to stdout.

usage: archive.py IMAGE.json...

An image is {"references": [...], "layers": [folder with layer.tar and digest], "config": {...}},
the lowest layer first. Layers that several images share are in the archive once.
"""

import hashlib
import io
import json
import os
import sys
import tarfile

PATH = "PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"
CREATED = "1970-01-01T00:00:00Z"


def digest(layer):
    with open(os.path.join(layer, "digest"), encoding="ascii") as file:
        return file.read().strip()


def image_config(image):
    config = dict(image["config"])
    environment = config.get("Env", [])
    if not any(entry.startswith("PATH=") for entry in environment):
        environment = [PATH] + environment
    config["Env"] = environment
    return json.dumps(
        {
            "architecture": "amd64",
            "os": "linux",
            "created": CREATED,
            "config": config,
            "rootfs": {
                "type": "layers",
                "diff_ids": ["sha256:" + digest(layer) for layer in image["layers"]],
            },
            "history": [{"created": CREATED} for _ in image["layers"]],
        }
    ).encode()


def main():
    archive = tarfile.open(fileobj=sys.stdout.buffer, mode="w|")
    written = set()
    manifest = []

    def add(name, data):
        if name not in written:
            written.add(name)
            entry = tarfile.TarInfo(name)
            entry.size = len(data)
            archive.addfile(entry, io.BytesIO(data))

    for path in sys.argv[1:]:
        with open(path, encoding="utf-8") as file:
            image = json.load(file)
        for layer in image["layers"]:
            name = digest(layer) + "/layer.tar"
            if name not in written:
                written.add(name)
                archive.add(os.path.join(layer, "layer.tar"), arcname=name)
        config = image_config(image)
        name = hashlib.sha256(config).hexdigest() + ".json"
        add(name, config)
        manifest.append(
            {
                "Config": name,
                "RepoTags": image["references"],
                "Layers": [digest(layer) + "/layer.tar" for layer in image["layers"]],
            }
        )
    add("manifest.json", json.dumps(manifest).encode())
    archive.close()


main()
