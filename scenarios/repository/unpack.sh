#!/bin/sh
# Makes a repository from its history, which is a stream of `git fast-export`: the same commits each time.
# Usage: sh unpack.sh [FOLDER [HISTORY]]; the folder (output/repository) must not exist. HISTORY is `history`, an invented
# repository, or `founding`, the workflows of the founding case before and after its pull request, in our own words.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
folder=${1:-output/repository}
history=$here/${2:-history}.txt
if [ -e "$folder" ]; then
    echo "$folder exists already: remove it, or name another folder" >&2
    exit 1
fi
mkdir -p "$folder"
GIT_CONFIG_GLOBAL=/dev/null GIT_CONFIG_NOSYSTEM=1
export GIT_CONFIG_GLOBAL GIT_CONFIG_NOSYSTEM
git init --quiet --initial-branch=main "$folder"
cd "$folder"
git fast-import --quiet --done <"$history"
git update-ref -d refs/heads/topic
git reset --quiet --hard
