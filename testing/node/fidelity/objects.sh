# MinIO: the bucket, what the scoped user may do, sessions, the Job that makes it all.
# shellcheck shell=bash
# shellcheck disable=SC2154
echo "--- MinIO"
forward minio 35011 9000
forward minio 35012 9001
scoped_key=$(secret object-storage-access accessKey)
scoped_secret=$(secret object-storage-access secretKey)
root_secret=$(secret object-storage-credentials rootPassword)
root_user=$(secret object-storage-credentials rootUser)
mc=$("$node/build.sh" mc)/bin/mc
scoped() { MC_HOST_s="http://$scoped_key:$scoped_secret@localhost:35011" "$mc" --config-dir "$work/mc" "$@"; }
root_mc() { MC_HOST_r="http://$root_user:$root_secret@localhost:35011" "$mc" --config-dir "$work/mc" "$@"; }
volume=daytona-volume-$(cat /proc/sys/kernel/random/uuid)
echo content >"$work/object"
check "the bucket is there" says daytona/ scoped ls s
check "the scoped user writes into it" scoped cp "$work/object" s/daytona/kept
check "  and reads from it" says content scoped cat s/daytona/kept
check "  makes a volume's bucket" scoped mb "s/$volume"
check "  and removes it" scoped rb --force "s/$volume"
check "  but makes no other" says "Access Denied" scoped mb s/other
root_mc mb --ignore-existing r/foreign >/dev/null
root_mc cp "$work/object" r/foreign/object >/dev/null
check "  reads no other" says "Insufficient permissions" scoped cat s/foreign/object
check "  and administrates nothing" says "Access Denied" scoped admin info s
root_mc rb --force r/foreign >/dev/null
assume_role() { # as the API does for uploads of SDKs
  request -K - -X POST --aws-sigv4 aws:amz:us-east-1:sts -d 'Action=AssumeRole&Version=2011-06-15&DurationSeconds=3600' \
    http://localhost:35011/minio/v1/assume-role <<<"user = \"$scoped_key:$scoped_secret\"" | sed 's/>[^<]*</></g'
}
check "STS gives the scoped user a session" says "<SessionToken>" assume_role
check "the console" says "<title>MinIO Console" request http://localhost:35012/
end_forwards
# The Job that has made bucket and user, once more.
check "the bucket's Job does it again without error" bucket_job .
