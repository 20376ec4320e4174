# Making images: an image is a chain of layers and a configuration. Sourced by images.sh.
#
# A file of images/ says what an image is:
#
#   install_redis() { debian_packages redis-server; ... }    # a layer: what this changes in $root
#   layer redis debian install_redis                         # on top of the layer "debian"
#   image redis redis:7 '{"Cmd": ["redis-server"]}'          # that layer and those below it
#
# A layer is made again when the function, its inputs or a layer below it has changed.
# shellcheck shell=bash
# shellcheck disable=SC2030,SC2031,SC2154
store=${DAYTONA_TEST_CACHE:-${XDG_CACHE_HOME:-$HOME/.cache}/daytona-operator}/node-images
catalogue=$node/../../services/src/main/java/dev/daytonaoperator/services/ImageCatalogue.java
declare -A chain=([scratch]="") defined=()
images=()

# define NAME: reads images/NAME.sh, once; a file does so with what it builds on
define() {
  [ -z "${defined[$1]:-}" ] || return 0
  defined[$1]=yes
  [ -f "$node/images/$1.sh" ] || fail "no such image: $1"
  # shellcheck source=/dev/null
  source "$node/images/$1.sh"
}

# catalogued REPOSITORY: the reference with the tag that the operator deploys
catalogued() {
  local tag
  tag=$(tr -d '\n' <"$catalogue" |
    grep -o "ImageReference.of( *\"$1\", *\"[^\"]*\")" | sed 's/.*, *"\(.*\)")/\1/')
  [ -n "$tag" ] || fail "the operator's image catalogue has no $1"
  echo "$1:$tag"
}

programs=$("$node/build.sh" --print-dir)/bin

# program NAME: the path of a program of build.sh, which builds it if need be
program() {
  [ -x "$programs/$1" ] || "$node/build.sh" "$1" >/dev/null
  echo "$programs/$1"
}

# npm_package PACKAGE VERSION: the folder of the installed package, with those it needs beside it
npm_package() {
  local folder=$store/npm/$1-$2
  if [ ! -f "$folder/installed" ]; then
    command -v npm >/dev/null || packages npm
    rm -rf "$folder"
    mkdir -p "$folder"
    npm install --silent --no-audit --no-fund --prefix "$folder" "$1@$2" >&2 ||
      fail "npm could not install $1@$2"
    touch "$folder/installed"
  fi
  echo "$folder/node_modules/$1"
}

# python_package PACKAGE VERSION: the folder with what the package alone installs
python_package() {
  local folder=$store/python/$1-$2
  if [ ! -f "$folder/installed" ]; then
    python3 -m pip --version >/dev/null 2>&1 || packages python3-pip
    rm -rf "$folder"
    python3 -m pip install --quiet --root-user-action ignore --no-deps --no-compile --only-binary :all: --target "$folder" \
      "$1==$2" >&2 || fail "pip could not install $1==$2"
    touch "$folder/installed"
  fi
  echo "$folder"
}

# key BASE FUNCTION INPUT...: an input is a file or a text
key() {
  local base=$1 setup=$2 input
  shift 2
  {
    echo "$base ${chain[$base]}"
    declare -f "$setup" debian_packages
    for input in "$@"; do
      if [ -f "$input" ]; then sha256sum <"$input"; else echo "$input"; fi
    done
  } | sha256sum | cut -c1-12
}

# layer NAME BASE FUNCTION [INPUT...]
layer() {
  local name=$1 base=$2 setup=$3 folder
  shift 3
  [ "$base" != debian ] || debian_base
  folder=$store/$name-$(key "$base" "$setup" "$@")
  chain[$name]="${chain[$base]} $folder"
  if [ ! -f "$folder/layer.tar" ]; then
    needs_root
    mkdir -p "$store"
    (
      exec 8>"$store/lock"
      flock 8
      [ -f "$folder/layer.tar" ] || make_layer "$folder" "$base" "$setup" "$@"
    )
  fi
}

# make_layer FOLDER BASE FUNCTION INPUT...: runs FUNCTION with the file system of BASE below $root
make_layer() {
  local folder=$1 base=$2 setup=$3 start=$SECONDS lower="" below
  shift 3
  echo "making layer $(basename "$folder") (once; cached in $store)" >&2
  building=$store/building
  clear_building
  mkdir -p "$building"/{diff,work,root}
  trap clear_building EXIT
  for below in ${chain[$base]}; do lower=$below/diff${lower:+:$lower}; done
  if [ -n "$lower" ]; then
    mount -t overlay overlay "$building/root" \
      -o "lowerdir=$lower,upperdir=$building/diff,workdir=$building/work"
  else
    mount --bind "$building/diff" "$building/root"
  fi
  # A step that fails must end this: no "if" or "||" around it, under which bash ignores errors.
  (
    set -e
    root=$building/root
    "$setup" "$@" >"$store/log" 2>&1
  )
  unmount_building
  rm -rf "$building"/{root,work} "$building/diff"/{var/cache/apt,var/lib/apt/lists,root/.cache} \
    "$building/diff"/etc/{resolv,pip}.conf "$building/diff"/tmp/*
  [ ! -d "$building/diff/var/log" ] || find "$building/diff/var/log" -type f -delete
  python3 "$node/images/layer.py" "$building/diff" "$building/layer.tar" >"$building/digest"
  rm -rf "$folder"
  mv "$building" "$folder"
  echo "made layer $(basename "$folder") in $((SECONDS - start)) s" >&2
}

unmount_building() {
  awk -v prefix="$building/" 'index($2, prefix) == 1 { print $2 }' /proc/mounts | sort -r |
    while read -r mount; do umount "$mount" || umount -l "$mount"; done
}

clear_building() {
  [ $? = 0 ] || [ ! -d "$building" ] || tail -n 20 "$store/log" >&2
  unmount_building
  rm -rf "$building"
}

# image LAYER REFERENCES CONFIGURATION: several references are separated by blanks; the
# configuration is what image configs have as "config", in JSON
image() {
  local name=$1 references=$2 configuration=$3 description layers
  # shellcheck disable=SC2086
  layers=$(printf '%s\n' ${chain[$name]})
  description=$(jq -n --arg references "$references" --arg layers "$layers" \
    --argjson config "$configuration" \
    '{references: ($references | split(" ")), layers: ($layers | split("\n")), config: $config}')
  mkdir -p "$store/images"
  images+=("$store/images/$name-$(sha256sum <<<"$description" | cut -c1-12).json")
  echo "$description" >"${images[-1]}"
}

# debian_base: the layer on which the others with Debian packages stand
debian_base() {
  local folder
  packages mmdebstrap jq python3
  folder=$store/debian-$(declare -f make_debian | cat - <(echo "$DEBIAN_SUITE") | sha256sum | cut -c1-12)
  chain[debian]=$folder
  [ -f "$folder/layer.tar" ] || (
    mkdir -p "$store"
    exec 8>"$store/lock"
    flock 8
    [ -f "$folder/layer.tar" ] || make_debian "$folder"
  )
}

make_debian() {
  local building=$1.building
  echo "making layer $(basename "$1") (once; cached in $store)" >&2
  rm -rf "$building"
  mkdir -p "$building"
  mmdebstrap --variant=minbase --include=ca-certificates,tini,netbase \
    --dpkgopt='path-exclude=/usr/share/man/*' --dpkgopt='path-exclude=/usr/share/locale/*' \
    --dpkgopt='path-exclude=/usr/share/doc/*' --dpkgopt='path-include=/usr/share/doc/*/copyright' \
    "$DEBIAN_SUITE" "$building/diff" >"$store/log" 2>&1 || {
    tail -n 20 "$store/log" >&2
    fail "mmdebstrap could not make the base layer"
  }
  rm -rf "$building/diff"/dev/* "$building/diff/etc/resolv.conf"
  python3 "$node/images/layer.py" "$building/diff" "$building/layer.tar" >"$building/digest"
  mv "$building" "$1"
}

# --- for the functions of layers, which have the file system below $root ---

# in_root COMMAND...: with the network and the trust store of this machine
in_root() {
  local path
  for path in /etc/resolv.conf /etc/ssl/certs /etc/apt/apt.conf.d /etc/pip.conf; do
    [ -e "$path" ] && ! mountpoint -q "$root$path" || continue
    if [ -d "$path" ]; then mkdir -p "$root$path"; else touch "$root$path"; fi
    mount --bind "$path" "$root$path"
  done
  if ! mountpoint -q "$root/proc"; then
    mount -t proc proc "$root/proc"
    mount --rbind /dev "$root/dev"
    mount --make-rslave "$root/dev"
  fi
  PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin LC_ALL=C.UTF-8 HOME=/root \
    chroot "$root" "$@"
}

# debian_packages PACKAGE...
debian_packages() {
  local cache=$store/apt apt=(apt-get -y -o APT::Sandbox::User=root
    -o Binary::apt-get::APT::Keep-Downloaded-Packages=true)
  mkdir -p "$cache"/{archives/partial,lists/partial} "$root"/var/{cache/apt/archives,lib/apt/lists}
  if ! mountpoint -q "$root/var/lib/apt/lists"; then
    mount --bind "$cache/archives" "$root/var/cache/apt/archives"
    mount --bind "$cache/lists" "$root/var/lib/apt/lists"
  fi
  [ -n "$(find "$cache/updated" -mmin -600 2>/dev/null)" ] || in_root "${apt[@]}" update
  touch "$cache/updated"
  printf '#!/bin/sh\nexit 101\n' >"$root/usr/sbin/policy-rc.d" # no service starts
  chmod +x "$root/usr/sbin/policy-rc.d"
  DEBIAN_FRONTEND=noninteractive in_root "${apt[@]}" install --no-install-recommends "$@"
  rm -f "$root/usr/sbin/policy-rc.d"
}

# user NAME UID HOME: and a group of that number
user() {
  in_root groupadd --system --gid "$2" "$1"
  in_root useradd --system --gid "$1" --uid "$2" --home-dir "$3" --shell /bin/sh "$1"
}

# file SOURCE PATH [MODE]: copies a file into the image
file() { install -D -m "${3:-755}" "$1" "$root$2"; }
