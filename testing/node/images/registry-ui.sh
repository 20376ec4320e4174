# The registry's page: nginx from Debian, which serves a page of our own and passes /v2 on. How the
# environment gets into its files is as in the image that it stands for.
# shellcheck shell=bash
# shellcheck disable=SC2154
install_registry_ui() {
  user nginx 101 /var/cache/nginx
  debian_packages nginx-light
  rm -rf "$root/etc/nginx" "$root"/usr/share/nginx/html/*
  mkdir -p "$root/etc/nginx/conf.d" "$root/usr/share/nginx/html" "$root/var/cache/nginx"
  file "$node/images/registry-ui/nginx.conf" /etc/nginx/nginx.conf 644
  file "$node/images/registry-ui/default.conf" /etc/nginx/conf.d/default.conf 644
  file "$node/images/registry-ui/index.html" /usr/share/nginx/html/index.html 644
  file "$node/images/registry-ui/entrypoint.sh" /docker-entrypoint.sh
  ln -sf /dev/stdout "$root/var/log/nginx/access.log"
  ln -sf /dev/stderr "$root/var/log/nginx/error.log"
  in_root chown -R nginx:nginx /etc/nginx /usr/share/nginx/html /var/cache/nginx /var/log/nginx
}
layer registry-ui debian install_registry_ui "$node"/images/registry-ui/*
image registry-ui "$(catalogued joxit/docker-registry-ui)" '{
  "Entrypoint": ["/docker-entrypoint.sh"], "Cmd": ["nginx", "-g", "daemon off;"],
  "WorkingDir": "/usr/share/nginx/html", "StopSignal": "SIGQUIT",
  "Env": ["NGINX_LISTEN_PORT=80", "NGINX_PROXY_HEADER_Host=$http_host",
          "SHOW_CATALOG_NB_TAGS=false"],
  "ExposedPorts": {"80/tcp": {}}}'
