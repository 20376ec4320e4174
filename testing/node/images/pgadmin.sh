# pgAdmin and its server gunicorn from PyPI, on Debian's Python.
# shellcheck shell=bash
# shellcheck disable=SC2154
install_pgadmin() {
  local packages=/venv/lib/python3.13/site-packages
  debian_packages python3 python3-venv libcap2-bin postgresql-client
  in_root python3 -m venv /venv
  in_root /venv/bin/pip install --no-cache-dir "pgadmin4==$PGADMIN_VERSION" \
    gunicorn==23.0.0
  mv "$root$packages/pgadmin4" "$root/pgadmin4"
  ln -s /pgadmin4 "$root$packages/pgadmin4"
  find "$root/pgadmin4" -depth -type d \( -name tests -o -name regression \) -exec rm -rf {} +
  ln -s /usr/lib/postgresql/17/bin "$root/usr/local/pgsql-17"
  in_root useradd --system --uid 5050 --gid root --shell /usr/sbin/nologin pgadmin
  install -d -m 770 "$root/run/pgadmin" "$root/var/lib/pgadmin"
  touch "$root/pgadmin4/config_distro.py"
  chmod 664 "$root/pgadmin4/config_distro.py"
  in_root chown pgadmin:root /run/pgadmin /var/lib/pgadmin /pgadmin4/config_distro.py
  file "$node/images/pgadmin-entrypoint.sh" /entrypoint.sh
  file "$node/images/pgadmin-run.py" /pgadmin4/run_pgadmin.py 644
  # As there: whoever drops this capability altogether cannot start Python at all.
  in_root setcap CAP_NET_BIND_SERVICE=+eip /usr/bin/python3.13
}
layer pgadmin debian install_pgadmin "$PGADMIN_VERSION" "$node/images/pgadmin-entrypoint.sh" \
  "$node/images/pgadmin-run.py"
image pgadmin "$(catalogued dpage/pgadmin4)" '{
  "Entrypoint": ["/entrypoint.sh"], "WorkingDir": "/pgadmin4", "User": "5050",
  "Env": ["PYTHONPATH=/pgadmin4"], "Volumes": {"/var/lib/pgadmin": {}},
  "ExposedPorts": {"80/tcp": {}, "443/tcp": {}}}'
