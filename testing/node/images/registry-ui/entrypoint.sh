#!/bin/sh
# Writes the environment into the page and nginx's configuration, in place, then starts nginx.
set -e
cd /usr/share/nginx/html
for variable in REGISTRY_TITLE SINGLE_REGISTRY SHOW_CONTENT_DIGEST SHOW_CATALOG_NB_TAGS \
  TAGLIST_PAGE_SIZE; do
  sed -i "s~\${$variable}~$(printenv $variable || :)~" index.html
done
if [ -z "${DELETE_IMAGES:-}" ] || [ "$DELETE_IMAGES" = false ]; then
  sed -i 's/${DELETE_IMAGES}/false/' index.html
else
  sed -i 's/${DELETE_IMAGES}/true/' index.html
fi

proxy_headers() {
  env | while IFS= read -r entry; do
    case $entry in
      NGINX_PROXY_HEADER_*)
        name=${entry%%=*}
        name=$(echo "${name#NGINX_PROXY_HEADER_}" | tr _ -)
        printf 'proxy_set_header %s "%s"; ' "$name" "${entry#*=}"
        ;;
    esac
  done
}
site=/etc/nginx/conf.d/default.conf
if [ -n "${NGINX_PROXY_PASS_URL:-}" ]; then
  sed -i "s,\${NGINX_PROXY_PASS_URL},$NGINX_PROXY_PASS_URL," $site
  sed -i "s^\${NGINX_PROXY_HEADERS}^$(proxy_headers)^" $site
  sed -i 's,#! , ,' $site
fi
if [ "$(id -u)" != 0 ]; then
  [ "$NGINX_LISTEN_PORT" != 80 ] || NGINX_LISTEN_PORT=8080
  sed -i '/user  nginx;/d; s,/run/nginx.pid,/tmp/nginx.pid,' /etc/nginx/nginx.conf
fi
sed -i "s,listen       80;,listen       $NGINX_LISTEN_PORT;," $site
exec "$@"
