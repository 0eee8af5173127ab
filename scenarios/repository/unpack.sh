#!/bin/sh
# Makes the invented repository from its history, which is a stream of `git fast-export`: the same commits each time.
# Usage: sh unpack.sh [FOLDER]; the folder (output/repository) must not exist.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
folder=${1:-output/repository}
if [ -e "$folder" ]; then
    echo "$folder exists already: remove it, or name another folder" >&2
    exit 1
fi
mkdir -p "$folder"
GIT_CONFIG_GLOBAL=/dev/null GIT_CONFIG_NOSYSTEM=1
export GIT_CONFIG_GLOBAL GIT_CONFIG_NOSYSTEM
git init --quiet --initial-branch=main "$folder"
cd "$folder"
git fast-import --quiet --done <"$here/history.txt"
git update-ref -d refs/heads/topic
git reset --quiet --hard
