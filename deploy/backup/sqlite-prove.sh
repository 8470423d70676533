#!/usr/bin/env bash
# usage: deploy/backup/sqlite-prove.sh DATABASE [PROGRAM.dll]
# Proves that a backup of this database, which may be in use, can be restored: takes one, restores it elsewhere, compares every table, and lets the
# program look at the result when its name is given. Touches nothing of the original.
set -euo pipefail
database=${1:?name the database file} program=${2:-}
here=$(cd "$(dirname "$0")" && pwd)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
backup=$("$here/sqlite-backup.sh" "$database" "$work/backups")
"$here/sqlite-restore.sh" "$backup" "$work/restored/learning.db" >/dev/null
tables=$(sqlite3 "$backup" "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%' ORDER BY name")
rows=0
for table in $tables; do
  before=$(sqlite3 "$backup" "SELECT COUNT(*) FROM \"$table\"")
  after=$(sqlite3 "$work/restored/learning.db" "SELECT COUNT(*) FROM \"$table\"")
  [ "$before" = "$after" ] || { echo "$table: $before rows in the backup, $after restored" >&2; exit 1; }
  rows=$((rows + after))
done
[ "$rows" -gt 0 ] || { echo "The backup holds no row at all" >&2; exit 1; }
if [ -n "$program" ]; then
  ConnectionStrings__Learning="Data Source=$work/restored/learning.db" Mail__PickupFolder="$work/mail" dotnet "$program" --migrate
fi
echo "Restored $rows rows in $(wc -w <<<"$tables") tables, all sound"
