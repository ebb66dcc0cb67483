#!/bin/sh
# Brings the databases to the schema that this image's server expects: makes them on the first start, upgrades them
# when the image's tag has moved, and changes nothing where they are up to date. The server never migrates by itself
# and does not start on an older schema, so this job ends well before it is let up.
set -eu

# temporal-sql-tool reads these itself. Unset it would try MySQL on 127.0.0.1, so a gap is refused here, by name.
: "${SQL_PLUGIN:?names the database plugin: postgres12}"
: "${SQL_HOST:?is the database host}"
: "${SQL_PORT:?is the database port}"
: "${SQL_USER:?owns the databases and may create them}"
: "${SQL_PASSWORD:?is the password of SQL_USER}"
: "${DATASTORE_DATABASE:?names the database of the .do Datastore}"

versions=/etc/temporal/schema/postgresql/v12

# $1 database, $2 its directory of versioned steps. `create` takes an existing database as done, and `setup-schema`
# leaves a version later than 0.0 alone, so the three are one upgrade path, safe to repeat.
prepare() {
    temporal-sql-tool --db "$1" create
    temporal-sql-tool --db "$1" setup-schema -v 0.0
    temporal-sql-tool --db "$1" update-schema -d "$2"
}

prepare temporal "$versions/temporal/versioned"
prepare temporal_visibility "$versions/visibility/versioned"

# Only made here: its tables are the worker's own affair. An init script of the PostgreSQL image would run on an
# empty volume alone, and so never for a deployment that is upgraded.
temporal-sql-tool --db "$DATASTORE_DATABASE" create

echo 'schema: up to date'
