#!/usr/bin/env bash
# usage: deploy/backup/sqlite-restore.sh BACKUP DATABASE
# Puts a backup in the place of a database. Stop the program first. What was there is kept beside it, as DATABASE.before-restore.
set -euo pipefail
backup=${1:?name the backup} database=${2:?name the database file}
(cd "$(dirname "$backup")" && sha256sum --check --quiet "$(basename "$backup").sha256")
[ "$(sqlite3 "$backup" 'PRAGMA integrity_check')" = ok ] || { echo "$backup is damaged" >&2; exit 1; }
[ -z "$(sqlite3 "$backup" 'PRAGMA foreign_key_check')" ] || { echo "$backup has rows whose owners are missing" >&2; exit 1; }
umask 077
mkdir -p "$(dirname "$database")"
cp "$backup" "$database.restoring"
# The journal of the old file must never be applied to the new one.
for part in '' -wal -shm; do [ ! -e "$database$part" ] || mv "$database$part" "$database.before-restore$part"; done
mv "$database.restoring" "$database"
echo "Restored $database from $backup"
