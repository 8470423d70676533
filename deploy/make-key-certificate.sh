#!/usr/bin/env bash
# usage: KEYS_PASSWORD=… deploy/make-key-certificate.sh FOLDER [USER]
# Makes keys.pfx, the certificate that encrypts the key ring in the database. It is no TLS certificate and nobody checks its name or end.
# The folder must not be that of the database: whoever copies both is anybody. USER is who runs the program, where that is not you (needs root).
set -euo pipefail
folder=${1:?name the folder for keys.pfx} user=${2:-}
: "${KEYS_PASSWORD:?set it to the password of the file}"
umask 077
mkdir -p "$folder"
[ ! -e "$folder/keys.pfx" ] || { echo "$folder/keys.pfx is there already: without it the keys in the database cannot be read." >&2; exit 1; }
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
openssl req -x509 -newkey rsa:3072 -nodes -days 3650 -subj /CN=miiwrap-learning-keys -keyout "$work/key.pem" -out "$work/certificate.pem" 2>/dev/null
openssl pkcs12 -export -inkey "$work/key.pem" -in "$work/certificate.pem" -out "$folder/keys.pfx" -passout env:KEYS_PASSWORD
chmod 600 "$folder/keys.pfx"
[ -z "$user" ] || chown "$user" "$folder" "$folder/keys.pfx"
echo "Wrote $folder/keys.pfx"
