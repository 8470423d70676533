#!/usr/bin/env bash
# usage: SQL_SERVER=… SQL_USER=… SQL_PASSWORD=… deploy/backup/sqlserver-prove.sh FOLDER-ON-THE-SERVER
# Proves that a backup can be restored: takes one, restores it as a database of another name, checks every page of it, and drops it again.
set -euo pipefail
folder=${1:?name the folder, as the server sees it}
here=$(cd "$(dirname "$0")" && pwd)
file=$("$here/sqlserver-backup.sh" "$folder")
SQLCMDPASSWORD=$SQL_PASSWORD sqlcmd -b -C -S "$SQL_SERVER" -U "$SQL_USER" -v file="$file" folder="$folder" -Q "
  DECLARE @data sysname = (SELECT name FROM [learning].sys.database_files WHERE type = 0);
  DECLARE @log sysname = (SELECT name FROM [learning].sys.database_files WHERE type = 1);
  DECLARE @sql nvarchar(max) = N'RESTORE DATABASE [learning_proof] FROM DISK = N''\$(file)'' WITH CHECKSUM, REPLACE, MOVE ''' + @data + N''' TO N''\$(folder)/learning_proof.mdf'', MOVE ''' + @log + N''' TO N''\$(folder)/learning_proof.ldf''';
  EXEC (@sql);
  DBCC CHECKDB ([learning_proof]) WITH NO_INFOMSGS, ALL_ERRORMSGS;
  IF (SELECT SUM(rows) FROM [learning_proof].sys.partitions WHERE index_id IN (0, 1)) = 0 THROW 50000, 'The backup holds no row at all', 1;
  DROP DATABASE [learning_proof];"
echo "Restored and checked $file"
