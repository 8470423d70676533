#!/usr/bin/env bash
# usage: SQL_SERVER=… SQL_USER=… SQL_PASSWORD=… deploy/backup/sqlserver-backup.sh FOLDER-ON-THE-SERVER
# A full backup with checksums, which is read through once more. Hangfire's tables and the key ring lie in the same database. Needs sqlcmd.
set -euo pipefail
folder=${1:?name the folder, as the server sees it}
: "${SQL_SERVER:?}" "${SQL_USER:?}" "${SQL_PASSWORD:?}"
file="$folder/learning-$(date -u +%Y%m%dT%H%M%SZ).bak"
SQLCMDPASSWORD=$SQL_PASSWORD sqlcmd -b -C -S "$SQL_SERVER" -U "$SQL_USER" -v file="$file" -Q "
  BACKUP DATABASE [learning] TO DISK = N'\$(file)' WITH CHECKSUM, INIT, STATS = 25;
  RESTORE VERIFYONLY FROM DISK = N'\$(file)' WITH CHECKSUM;" >&2
echo "$file"
