#!/usr/bin/env bash
# Kills commands with SIGKILL at random moments, and checks that nothing is lost and nothing is half written.
#
#     tests/kills.sh [COMMAND…]
#
# The commands are run, compare, sweep, serve and import; without one, all of them, one after the other. KILLS is how often
# each is killed (1000), KILLS_SECONDS the most time for each (no limit), KILLS_SEED the seed of the moments (1), PROGRAM the
# program (target/debug/cache-budget). Moments are spread over the time that the command takes, and a little beyond: a
# command that ends before its kill is counted apart.
#
# - run, compare, import: every file is the old one or the new one, byte for byte; there is no other file but drafts; the
#   same command then writes the new ones.
# - sweep: every other sweep is killed a second time while it resumes. What is resumed in the end has the bytes of a sweep
#   that was never killed, `--verify` agrees, and no draft is left.
# - serve: the next server has every entry whose save was confirmed, with its body, and nothing of an unfinished upload.
set -euo pipefail
cd "$(dirname "$0")/.."

program=$(realpath "${PROGRAM:-target/debug/cache-budget}")
wanted=${KILLS:-1000}
seconds=${KILLS_SECONDS:-1000000}
seed=${KILLS_SEED:-1}
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
# A pipe on which nothing ever comes: waiting for it costs no process.
mkfifo never
exec {never}<>never

fail() {
    echo "$kind, seed $seed, kill $kills, after $delay µs: $*" >&2
    trap - EXIT
    echo "its files are in $work" >&2
    exit 1
}

wait_us() {
    [ "$1" -gt 0 ] || return 0
    read -r -t "$(($1 / 1000000)).$(printf %06d $(($1 % 1000000)))" -u "$never" || true
}

# Starts a command and kills it after a random part of $span. Returns 0 if it was still running.
killed() {
    delay=$(((RANDOM * 32768 + RANDOM) % span))
    "$@" >said 2>&1 &
    local id=$! code=0
    wait_us "$delay"
    kill -KILL "$id" 2>/dev/null || true
    wait "$id" 2>/dev/null || code=$?
    if [ "$code" = 137 ]; then
        kills=$((kills + 1))
        # Two out of three are to be killed, so that the last moments have their share.
        span=$((span + span / 200 + 1))
        return 0
    fi
    [ "$code" = 0 ] || fail "exit code $code: $(cat said)"
    ended=$((ended + 1))
    span=$((span - span / 100))
    return 1
}

# Measures a command: its time in µs is where $span begins.
measured() {
    local begun=${EPOCHREALTIME/./}
    "$@" >said 2>&1 || fail "$* fails: $(cat said)"
    span=$((${EPOCHREALTIME/./} - begun + 1000))
}

goes_on() { [ "$kills" -lt "$wanted" ] && [ "$SECONDS" -lt "$seconds" ]; }

# Every file of out is the one in old or the one in new.
whole_files() {
    local file name
    for file in out/* out/.*; do
        name=${file#out/}
        case $name in
        . | .. | '*' | '.*') ;;
        cache-budget-??????.tmp) drafts=$((drafts + 1)) && rm "$file" ;;
        *)
            if cmp -s "$file" "new/$name" 2>/dev/null; then
                is_new=$((is_new + 1))
            else
                cmp -s "$file" "old/$name" 2>/dev/null || fail "$name is neither the old nor the new one"
            fi
            ;;
        esac
    done
    for file in old/*; do
        [ -e "out/${file#old/}" ] || fail "${file#old/} is gone"
    done
}

# Kills a command that replaces what is in old by what is in new.
replaces() {
    local older=$1 reader=$2
    shift 2
    drafts=0 is_new=0
    $older >said 2>&1 || fail "$older fails: $(cat said)"
    $reader >said 2>&1 || fail "the old files cannot be read: $(cat said)"
    mv out old
    cp -r old out
    measured "$@"
    $reader >said 2>&1 || fail "the new files cannot be read: $(cat said)"
    mv out new
    while goes_on; do
        rm -rf out
        cp -r old out
        killed "$@" || true
        whole_files
        if [ $((RANDOM % 20)) = 0 ]; then
            "$@" >said 2>&1 || fail "it does not succeed again: $(cat said)"
            diff -r out new >said 2>&1 || fail "it has written something else: $(cat said)"
        fi
    done
    note="$is_new files were new, $drafts drafts were left"
}

scenario() {
    cat >"$1" <<'END'
[cache]
limit = "2 GB"
[workload]
pushes-per-day = 6
days = 5
warmup = "1 d"
[workflow.ci]
on = ["push main", "pull_request"]
job.test = { cold = "17 min", warm = "4 min", cache.rust-cache = { size = "1.2 GB" } }
END
}

kill_run() {
    scenario ci.toml
    local run="$program run ci.toml --replications 2 --no-advice --quiet --output out"
    replaces "$run --seed 2" "$program report out" $run
}

kill_compare() {
    scenario ci.toml
    local compare="$program compare ci.toml --strategy raise-limit=20GB --replications 2 --quiet --output out"
    replaces "$compare --seed 2" "$program report out" $compare
}

kill_import() {
    mkdir -p one/.github/workflows two/.github/workflows
    local workflow="on: [push, pull_request]
jobs:
  test:
    runs-on: ubuntu-latest
    steps:
      - uses: actions/checkout@v4
      - uses: Swatinem/rust-cache@v2
      - run: cargo test"
    echo "$workflow" >one/.github/workflows/ci.yml
    echo "${workflow//test/check}" >two/.github/workflows/ci.yml
    local import="$program import --no-advice --quiet --output out/ci.toml --repo"
    replaces "$import one" "$program check out/ci.toml" $import two
}

kill_sweep() {
    scenario ci.toml
    local sweep="$program sweep ci.toml --vary cache.limit=1GB,2GB,3GB --replications 2 --threads 2 --quiet --output"
    local rounds=0
    measured $sweep whole
    while goes_on; do
        rounds=$((rounds + 1))
        rm -rf out
        if killed $sweep out && [ $((rounds % 2)) = 0 ]; then
            killed $sweep out --resume || true
        fi
        $sweep out --resume >said 2>&1 || fail "it does not resume: $(cat said)"
        diff -r out whole >said 2>&1 || fail "it has other bytes, or left something: $(cat said)"
        if [ $((RANDOM % 20)) = 0 ]; then
            "$program" sweep --verify --output out >said 2>&1 || fail "it is damaged: $(cat said)"
        fi
    done
    note="$rounds sweeps had the bytes of the whole one"
}

# A client that saves entries of many sizes until its server goes, and notes the ones that were confirmed.
client() {
    cat >save.sh <<'END'
calls=${ACTIONS_RESULTS_URL}twirp/github.actions.results.api.v1.CacheService
ask() { curl -sS --max-time 20 -H "Authorization: Bearer $ACTIONS_RUNTIME_TOKEN" -H 'Content-Type: application/json' "$@" 2>/dev/null; }
number=0
while [ "$number" -lt 4 ]; do
    number=$((number + 1))
    key=$1-$number
    size=$(((number * 7919 + $1 * 104729) % 200000 + 1))
    head -c "$size" /dev/zero | tr '\0' "$(printf %d $((number % 10)))" >body
    url=$(ask "$calls/CreateCacheEntry" -d "{\"key\":\"$key\",\"version\":\"v\"}" | sed -n 's/.*"signed_upload_url": *"\([^"]*\)".*/\1/p')
    [ -n "$url" ] || exit 0
    [ "$(curl -sS --max-time 20 -o /dev/null -w '%{http_code}' -X PUT --data-binary @body "$url" 2>/dev/null)" = 201 ] || exit 0
    ask "$calls/FinalizeCacheEntryUpload" -d "{\"key\":\"$key\",\"version\":\"v\",\"size_bytes\":\"$size\"}" | grep -q '"ok": *true' || exit 0
    echo "$key $size $((number % 10))" >>confirmed
done
END
    cat >check.sh <<'END'
calls=${ACTIONS_RESULTS_URL}twirp/github.actions.results.api.v1.CacheService
[ -s confirmed ] || exit 0
while read -r key size digit; do
    url=$(curl -sS --max-time 20 -H "Authorization: Bearer $ACTIONS_RUNTIME_TOKEN" -H 'Content-Type: application/json' \
        "$calls/GetCacheEntryDownloadURL" -d "{\"key\":\"$key\",\"version\":\"v\",\"restore_keys\":[]}" |
        sed -n 's/.*"signed_download_url": *"\([^"]*\)".*/\1/p')
    [ -n "$url" ] || { echo "$key is lost"; exit 1; }
    curl -sS --max-time 20 "$url" >found
    [ "$(wc -c <found)" -eq "$size" ] || { echo "$key has another size"; exit 1; }
    [ -z "$(tr -d "$digit" <found | head -c 1)" ] || { echo "$key has other bytes"; exit 1; }
done <<TAIL
$(tail -n "$1" confirmed)
TAIL
END
}

kill_serve() {
    local round=0 before checked=0
    client
    : >confirmed
    measured "$program" serve --store store --run -- sh save.sh 0
    while goes_on; do
        round=$((round + 1))
        before=$(wc -l <confirmed)
        # Its client ends as soon as nobody answers. Both hold this lock as long as they live.
        exec 9>lock
        flock 9
        killed "$program" serve --store store --run -- sh save.sh "$round" || true
        exec 9>&-
        flock lock true
        local fresh=$(($(wc -l <confirmed) - before))
        # What is new, and some of what was there before.
        "$program" serve --store store --run -- sh check.sh $((fresh + 2)) >said 2>&1 || fail "$(cat said)"
        ! grep -q damage said || fail "$(cat said)"
        [ -z "$(ls store/uploads)" ] || fail "an unfinished upload takes room"
        checked=$((checked + fresh + 2))
        # A store of 10,000 entries would make every start slow.
        if [ $((round % 20)) = 0 ]; then
            "$program" serve --store store --run -- sh check.sh 100000 >said 2>&1 || fail "$(cat said)"
            rm -rf store
            : >confirmed
        fi
    done
    note="$checked confirmed entries were read again"
}

for kind in ${*:-run compare sweep serve import}; do
    RANDOM=$seed kills=0 ended=0 delay=0 span=0 note="" SECONDS=0
    mkdir "$kind"
    cd "$kind"
    "kill_$kind"
    cd ..
    printf '%-8s killed %s times, ended before its kill %s times; %s; %s s\n' "$kind" "$kills" "$ended" "$note" "$SECONDS"
done
