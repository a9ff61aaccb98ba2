#!/bin/sh
# OpenRefine, started headless on loopback, reconciles a column against `factmill serve`.
#
# usage: tests/openrefine.sh [PATH OF factmill]
# Needs the Debian package `openrefine`, curl and python3; exits with 77 ("skipped") where one is missing.
set -eu
factmill=${1:-target/debug/factmill}
for tool in openrefine curl python3; do
    command -v "$tool" >/dev/null || { echo "skipped: $tool is not installed"; exit 77; }
done
work=$(mktemp -d)
pids=
stop() {
    for pid in $pids; do kill "$pid" 2>/dev/null || true; done
    rm -rf "$work"
}
trap stop EXIT
free_port() { python3 -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])'; }

cat >"$work/guilds.ttl" <<'TTL'
@prefix : <http://example.org/> . @prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
:Guild rdfs:label "Guild"@en .
:weavers a :Guild ; rdfs:label "Guild of Weavers"@en , "Цех ткачей"@ru ; :founded "1402" .
:bakers a :Guild ; rdfs:label "Guild of Bakers"@en ; :founded "1500" .
:ship a :Ship ; rdfs:label "Guild of Bakers"@en .
TTL
printf 'name\nGuild of Weavers\nЦех ткачей\nGuild of Bakers\nSalvation Army\n' >"$work/names.csv"

port=$(free_port)
"$factmill" serve --port "$port" --data "$work/guilds.ttl" 2>"$work/serve.log" & pids="$pids $!"
refine_port=$(free_port)
mkdir "$work/refine"
# The launcher is replaced by what it starts, so that the process to end is the one noted here.
(cd /usr/share/openrefine && exec java -Xmx512M -Djava.awt.headless=true -Drefine.headless=true -Drefine.host=127.0.0.1 -Drefine.port="$refine_port" \
    -Drefine.data_dir="$work/refine" -Drefine.webapp=webapp -Drefine.verbosity=error \
    -cp "server/*" \
    com.google.refine.Refine) >"$work/refine.log" 2>&1 & pids="$pids $!"

refine=http://127.0.0.1:$refine_port/command/core
service=http://127.0.0.1:$port/
at=0
until curl -fsS "$refine/get-csrf-token" >/dev/null 2>&1 && curl -fsS "$service" >/dev/null 2>&1; do
    at=$((at + 1))
    [ $at -lt 90 ] || { echo "one of the two did not start:"; cat "$work/serve.log" "$work/refine.log"; exit 1; }
    sleep 1
done

python3 - "$refine" "$service" "$work/names.csv" <<'PY'
import json, re, sys, time, urllib.parse, urllib.request
refine, service, table = sys.argv[1:]

def call(path, data=None, kind="application/x-www-form-urlencoded"):
    request = urllib.request.Request(refine + path, data, {"Content-Type": kind} if data else {})
    answer = urllib.request.urlopen(request)
    return answer.geturl(), answer.read().decode()

def token():
    return json.loads(call("/get-csrf-token")[1])["token"]

manifest = json.load(urllib.request.urlopen(service))
print("$ curl", "SERVICE/")
print("versions", manifest["versions"], "types", [one["name"] for one in manifest["defaultTypes"]])

rows = open(table, "rb").read()
edge = b"----edge"
body = b"".join(b"--" + edge + b"\r\nContent-Disposition: form-data; name=\"" + name + b"\"" + more + b"\r\n\r\n" + value + b"\r\n"
    for name, more, value in [(b"project-name", b"", b"guilds"), (b"format", b"", b"text/line-based/*sv"),
        (b"project-file", b"; filename=\"names.csv\"\r\nContent-Type: text/csv; charset=utf-8", rows)]) + b"--" + edge + b"--\r\n"
options = urllib.parse.quote(json.dumps({"encoding": "UTF-8", "separator": ",", "headerLines": 1}))
made = urllib.request.Request(f"{refine}/create-project-from-upload?csrf_token={token()}&format=text/line-based/*sv&options={options}", body,
    {"Content-Type": "multipart/form-data; boundary=" + edge.decode()})
try:
    address = urllib.request.urlopen(made).geturl()
except urllib.error.HTTPError as error:
    address = error.geturl()
project = re.search(r"project=(\d+)", address).group(1)

config = {"mode": "standard-service", "service": service, "identifierSpace": manifest["identifierSpace"], "schemaSpace": manifest["schemaSpace"],
    "type": {"id": "http://example.org/Guild", "name": "Guild"}, "autoMatch": True, "columnDetails": [], "limit": 0}
started = call("/reconcile?" + urllib.parse.urlencode({"project": project, "csrf_token": token()}),
    urllib.parse.urlencode({"columnName": "name", "config": json.dumps(config), "engine": json.dumps({"facets": [], "mode": "row-based"})}).encode())[1]
assert json.loads(started)["code"] in ("ok", "pending"), started
print("$ OpenRefine: reconcile the column \"name\" with the type Guild")
for _ in range(60):
    if not json.loads(call(f"/get-processes?project={project}")[1])["processes"]:
        break
    time.sleep(0.5)
answer = json.loads(call(f"/get-rows?project={project}&start=0&limit=10")[1])
recons = answer.get("pool", {}).get("recons", {})
found = {}
for row in answer["rows"]:
    cell = row["cells"][0]
    recon = cell.get("r") or recons.get(str(cell.get("i")), {})
    recon = recon if isinstance(recon, dict) else recons[str(recon)]
    match = recon.get("m") or {}
    found[cell["v"]] = match.get("id")
    print(cell["v"], "->", recon.get("j"), match.get("id"))
wanted = {"Guild of Weavers": "http://example.org/weavers", "Цех ткачей": "http://example.org/weavers", "Guild of Bakers": "http://example.org/bakers", "Salvation Army": None}
assert found == wanted, (found, answer)
print("all as wanted")
PY
