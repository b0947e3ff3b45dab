say() { printf '%s\n' "$*" >&2; }
stop() {
  say "Stopped: $*"
  exit 1
}

# What was written, and the step behind it: another run can go on there, with what was known. What that step needs is read again.
written=
sent=
known='{}'
answer=null
go_on_at=${GO_ON_AT:-1}
next=1
ended() {
  [ "$?" != 0 ] || return 0
  [ -z "$written" ] || say "What was written before stays: $written. Look at it in authentik."
  [ -z "$sent" ] || say "May have been written: $sent. Look at it in authentik before you run this again."
  [ "$next" = 1 ] || say "To go on from there, run this again with" \
    "${AUTHENTIK_URL:+AUTHENTIK_URL=$(printf '%q' "$AUTHENTIK_URL") }GO_ON_AT=$next GO_ON_WITH=$(printf '%q' "$known")"
}
trap ended EXIT
step() {
  if [ -n "$sent" ]; then
    written=$written${written:+, }$sent
    sent=
    next=$1
  fi
  [ "$1" -ge "$go_on_at" ]
}
for tool in curl jq; do
  command -v "$tool" >/dev/null || stop "$tool is not installed. Nothing was changed."
done
url=${AUTHENTIK_URL:-$default_url}
url=${url%/}
case $url in
  https://* | http://*) ;;
  *) stop 'AUTHENTIK_URL is no address. It begins with https:// and ends before /api.' ;;
esac
case ${AUTHENTIK_TOKEN-} in
  '') stop 'set AUTHENTIK_TOKEN to an API token of authentik. Nothing was changed.' ;;
  *[!A-Za-z0-9._~+/=-]*) stop 'AUTHENTIK_TOKEN holds a character that no token has. Nothing was changed.' ;;
esac

# The token goes through a pipe: on a command line, other people on this machine could read it. No redirect is followed.
bearer() { printf 'Authorization: Bearer %s\n' "$AUTHENTIK_TOKEN"; }
options=(-q --silent --show-error --globoff --proto '=http,https' --max-redirs 0 --max-time 60
  --header @- --header 'Accept: application/json' --write-out '\n%{http_code}')

# METHOD PATH BODY [gone|may fail]: the answer is in $answer
request() {
  local out status said
  if [ "$1" = GET ]; then
    out=$(bearer | curl "${options[@]}" --request GET --url "$url/api/v3/$2") || stop "no answer from $url. Is the address right, and the server up?"
  else
    sent="$1 $2"
    out=$(bearer | curl "${options[@]}" --request "$1" ${3:+--header 'Content-Type: application/json' --data-binary @/dev/fd/3} \
      --url "$url/api/v3/$2" 3< <(printf '%s' "$3")) \
      || stop "no answer to $1 $2."
  fi
  status=${out##*$'\n'}
  answer=${out%$'\n'*}
  case $status in
    2??)
      case $answer in
        '{'* | '['*) ;;
        '') answer=null ;;
        *) stop "the answer to $1 $2 is not authentik's. Is $url its address?" ;;
      esac
      return ;;
    [34]??) [ "$1" = GET ] || sent= ;;
  esac
  case $status in
    404) if [ -n "${4-}" ]; then answer=null; return; fi ;;
    4??) if [ "${4-}" = 'may fail' ]; then answer=null; return; fi ;;
  esac
  said=$(printf '%s' "${answer//"$AUTHENTIK_TOKEN"/[token]}" | LC_ALL=C tr -d '\000-\037\177')
  said=${said:0:600}
  case $status$said in
    401* | 403*'Token invalid'*) stop 'authentik does not take this token.' ;;
  esac
  case $status in
    3??) stop "$url leads elsewhere ($status). Set AUTHENTIK_URL to where it leads, if that is your authentik." ;;
    403) stop "this token may not do that: $1 $2: $said" ;;
    *) stop "$1 $2 failed with status $status: $said" ;;
  esac
}

# NAME VALUE (as JSON)
keep() { known=$(printf '%s' "$known" | jq -c --arg name "$1" --argjson value "$2" '. + {($name): $value}'); }

# PROGRAM: what it makes of what is known, as JSON, or as it is for a path. It is called for a variable of its own: a failure
# in the middle of a command would be none.
fill() { jq -cn --argjson k "$known" "$functions $1" || stop 'a request needs what is not known. It was not sent.'; }
spell() { jq -rn --argjson k "$known" "$functions $1" || stop 'a request is about something that is not known. It was not sent.'; }

# PROGRAM: whether it is true of the answer. An answer may hold a secret: it goes through pipes only.
is() { printf '%s' "$answer" | jq -e --argjson k "$known" "$functions $1" >/dev/null; }

# PROGRAM SAYS [PROGRAM]: stops if the first is not true. Where the second is, nothing was written.
expect() {
  is "$1" && return
  [ -z "${3-}" ] || ! is "$3" || sent=
  stop "$2"
}

# NAME PATH: what stands there in the answer
take() {
  local value
  value=$(printf '%s' "$answer" | jq -c --argjson k "$known" "$functions at($2)")
  keep "$1" "$value"
}

functions='def known(n): $k[n] | if . == null then error("not known") else . end;
def at(p): . as $all | try ($all | getpath(p)) catch null;
def once: reduce .[] as $one ([]; if any(.[]; . == $one) then . else . + [$one] end);
def word: if type == "string" or type == "number" then tostring | @uri else error("not known") end;'

# STEPS: takes what the run knew that stopped, if this one goes on from there. It was of this script, and of this authentik.
go_on() {
  known=$(jq -cn --arg script "$script" --arg url "$url" '{of: {$script, $url}}')
  [ -n "${GO_ON_AT-}${GO_ON_WITH-}" ] || return 0
  case $go_on_at in
    *[!0-9]* | 0*) stop 'GO_ON_AT is the number of a step. Nothing was changed.' ;;
  esac
  [ "$go_on_at" -le "$1" ] || stop "GO_ON_AT is too much: there are $1 steps. Nothing was changed."
  answer=${GO_ON_WITH:-null}
  is 'type == "object"' 2>/dev/null || stop 'GO_ON_WITH is not what was told. Nothing was changed.'
  is 'at(["of", "script"]) == $k.of.script' || stop 'GO_ON_WITH was told by another script. Nothing was changed.'
  is 'at(["of", "url"]) == $k.of.url' || stop "GO_ON_WITH is of another authentik than $url. Nothing was changed."
  known=$answer
  next=$go_on_at
}

# PATH FIELD VALUE PICK: of the rows whose FIELD is VALUE (as JSON) what PICK takes, in $rows
rows_of() {
  local page=1 both
  rows='[]'
  while [ "$page" != 0 ]; do
    request GET "${1}page=$page&page_size=100" ''
    both=$(printf '%s' "$answer" | jq -c --argjson rows "$rows" --arg field "$2" --argjson wanted "$3" \
      "(\$rows + [.results[] | select(.[\$field] == \$wanted) | $4] | unique), (.pagination.next // 0 | floor)")
    rows=${both%%$'\n'*}
    page=${both##*$'\n'}
  done
}

# NAME WHAT PATH FIELD VALUE: keeps the pk of the only one that is there
one() {
  rows_of "$3" "$4" "$5" .pk
  case $rows in
    '[]') stop "there is no $2 whose $4 is $5 in this authentik." ;;
    *,*) stop "there are several: $2 whose $4 is $5. Which one is meant can't be known." ;;
  esac
  rows=${rows#[}
  keep "$1" "${rows%]}"
}

# NAME PATH BODY: the scope mapping of that name, which is made if there is none
mapping() {
  local name there
  name=$(printf '%s' "$3" | jq -c .name)
  rows_of "$2?" name "$name" .
  if [ "$rows" = '[]' ]; then
    request POST "$2" "$3"
    rows="[$answer]"
  fi
  there=$(printf '%s' "$rows" | jq -c --argjson wanted "$3" \
    '.[0] | select(.scope_name == $wanted.scope_name and .expression == $wanted.expression) | .pk')
  [ -n "$there" ] || stop "there is another scope mapping with this name: $name"
  keep "$1" "$there"
}

# PATH BODY: the application there gets the icon whose url is in BODY; up to 2025.10 at a path of its own
icon() {
  local body
  request GET "$1" ''
  if printf '%s' "$answer" | jq -e 'has("meta_icon_url")' >/dev/null; then
    body=$(printf '%s' "$2" | jq -c '{meta_icon: .url}')
    request PATCH "$1" "$body"
  else
    request POST "$1set_icon_url/" "$2"
  fi
}
