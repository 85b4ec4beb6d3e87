#!/bin/sh
# jupyterhub 6.1.1: the notebook server of every student imports the Hub's own database layer.
#
# A single-user server has no database: it asks the Hub over HTTP who may come in. But `jupyterhub.singleuser.extension` takes its authentication
# from `jupyterhub.services.auth`, which imports the scopes, and these the tables, the users and the spawners of the Hub: all of
# SQLAlchemy's object mapper, and Alembic, which migrates the tables. On top of Jupyter Server that was 47 MB a student (39 MB
# with 5.5.0); the memory is printed here, and only what is imported is compared.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/python" -m pip install --quiet --disable-pip-version-check jupyterhub==6.1.1 jupyter_server==2.21.1 psutil==7.2.2
cat > "$folder/try.py" <<'END'
import sys

import jupyter_server.serverapp  # what a notebook server needs without a Hub
import psutil

modules, memory = set(sys.modules), psutil.Process().memory_info().rss
import jupyterhub.singleuser.extension

print(f"{(psutil.Process().memory_info().rss - memory) / 2**20:.0f} MB more", file=sys.stderr)
for name in ("sqlalchemy.orm", "alembic.autogenerate", "jupyterhub.orm", "jupyterhub.user", "jupyterhub.spawner"):
    print(f"{name}: {name in sys.modules and name not in modules}")
END
cat > "$folder/expected" <<'END'
sqlalchemy.orm: True
alembic.autogenerate: True
jupyterhub.orm: True
jupyterhub.user: True
jupyterhub.spawner: True
END
cd "$folder"
venv/bin/python try.py > seen
cat seen
diff expected seen
