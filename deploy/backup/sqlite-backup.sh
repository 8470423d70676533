#!/usr/bin/env bash
# usage: deploy/backup/sqlite-backup.sh DATABASE FOLDER
# Copies a database that is in use: one consistent state, with a checksum beside it. Prints the name of the copy. Needs sqlite3.
set -euo pipefail
database=${1:?name the database file} folder=${2:?name the folder for backups}
[ -f "$database" ] || { echo "There is no database $database" >&2; exit 1; }
umask 077
mkdir -p "$folder"
copy="$folder/learning-$(date -u +%Y%m%dT%H%M%S%NZ).db"
sqlite3 -cmd '.timeout 30000' "$database" "VACUUM INTO '${copy//\'/\'\'}'"
(cd "$folder" && sha256sum "$(basename "$copy")" >"$(basename "$copy").sha256")
echo "$copy"
