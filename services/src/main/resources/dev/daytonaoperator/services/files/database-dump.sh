# Writes a dump of the database that PGHOST, PGDATABASE and PGUSER name into DUMPS, as
# <time>_before_<version>.dump. A file of that name is whole: it was written under another name and
# read from end to end before it got it. The newest KEEP remain.
set -eu
umask 077
cd "$DUMPS"

rm -f ./*.partial
# Room is made before, and never by removing the newest ones: a failure must not cost a dump.
older() { ls -1 ./*.dump 2> /dev/null | sort -r | tail -n "+$1"; }
older "$KEEP" | while read -r file; do
  rm -f "$file"
done

dump="$(date -u +%Y%m%dT%H%M%SZ)_before_$BEFORE.dump"
pg_dump --no-password --format=custom --file="$dump.partial"
pg_restore --file=/dev/null "$dump.partial"
mv "$dump.partial" "$dump"
sync .
ls -l "$dump"
