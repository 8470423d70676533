#!/usr/bin/env bash
# usage: deploy/backup/sqlite-restore.sh BACKUP DATABASE
# Puts a backup in the place of a database. Stop the program first. What was there is kept beside it, as DATABASE.before-restore. The new file has the
# owner and the mode of the old one; where there was none, the owner of the folder, alone: a restore as root leaves a file that the program can write.
set -euo pipefail
backup=${1:?name the backup} database=${2:?name the database file}
(cd "$(dirname "$backup")" && sha256sum --check --quiet "$(basename "$backup").sha256")
[ "$(sqlite3 "$backup" 'PRAGMA integrity_check')" = ok ] || { echo "$backup is damaged" >&2; exit 1; }
[ -z "$(sqlite3 "$backup" 'PRAGMA foreign_key_check')" ] || { echo "$backup has rows whose owners are missing" >&2; exit 1; }
umask 077
mkdir -p "$(dirname "$database")"
trap 'rm -f "$database.restoring"' EXIT
cp "$backup" "$database.restoring"
like=$database
[ -e "$like" ] && chmod --reference="$like" "$database.restoring" || like=$(dirname "$database")
owner=$(stat -c %u:%g "$like")
[ "$(stat -c %u:%g "$database.restoring")" = "$owner" ] || chown "$owner" "$database.restoring" ||
  { echo "$database belongs to $owner: restore as that user, or as root" >&2; exit 1; }
# The journal of the old file must never be applied to the new one.
for part in '' -wal -shm; do [ ! -e "$database$part" ] || mv "$database$part" "$database.before-restore$part"; done
mv "$database.restoring" "$database"
echo "Restored $database from $backup"
