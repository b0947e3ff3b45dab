#!/usr/bin/env bash
# Builds, checks, tests and packages Gatewright. Needs rustup and Node; whatever else is missing is found or installed here.
# Runs on Debian, Ubuntu and macOS (so: no bash newer than 3.2), and where nothing but package registries can be reached.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")"

usage() {
  cat <<'END'
./build.sh build     dist/chrome and dist/firefox, to be loaded unpacked
./build.sh check     format, lints (native and wasm32), native tests: the quick loop
./build.sh test      everything: check, build, both browsers, lint, sizes, packages
./build.sh conformance
                     asks the authentik at AUTHENTIK_URL, with AUTHENTIK_TOKEN, whether it is what Gatewright takes it to be
./build.sh bench     the popup beside a plain JavaScript twin, the worker, requests, sizes: target/bench.json
./build.sh demo      protects a sample site with the built extension in a real browser, and leaves screenshots
./build.sh package   build, and the two zips for the stores
END
}

export CARGO_TARGET_DIR=${CARGO_TARGET_DIR:-$PWD/target}
case $CARGO_TARGET_DIR in /*) ;; *) CARGO_TARGET_DIR=$PWD/$CARGO_TARGET_DIR ;; esac
TOOLS=${GATEWRIGHT_TOOLS:-$HOME/.cache/gatewright} # tools that had to be installed
export PATH="$TOOLS/bin:$PATH"
WASM=wasm32-unknown-unknown
WASM_ENV= # what builds for wasm32 need besides, where Debian's Rust makes them
RUST=$(sed -n 's/^channel = "\(.*\)"/\1/p' rust-toolchain.toml)
BINDGEN=$(sed -n 's/^wasm-bindgen = "=\(.*\)"/\1/p' Cargo.toml)
MOST_POPUP=900000 MOST_BACKGROUND=250000 MOST_CODE=250000 # bytes, after wasm-opt

say() { printf '\n== [%d:%02d] %s\n' $((SECONDS / 60)) $((SECONDS % 60)) "$*"; }
die() { printf '\n!! %s\n' "$*" >&2; exit 1; }
have() { command -v "$1" >/dev/null 2>&1; }
as_root() { if [ "$(id -u)" = 0 ]; then "$@"; else sudo "$@"; fi; }

# --- What is needed, found or installed --------------------------------------------------------------------------------

apt_install() {
  have apt-get || die "Missing: $*. There is no apt-get here that could install it."
  say "Installing $* (apt)"
  as_root apt-get update -qq
  as_root env DEBIAN_FRONTEND=noninteractive apt-get install -qq -y --no-install-recommends "$@"
}

# Whether a toolchain can compile for wasm32: its std is there, and of the same version.
compiles_wasm() {
  local to status=0
  to=$(mktemp -d)
  rustup run "$1" rustc --target "$WASM" --crate-type lib --emit metadata -o "$to/x" - </dev/null >/dev/null 2>&1 || status=1
  rm -rf "$to"
  return $status
}

# The pinned toolchain; where rustup can download nothing, Debian's, with a std for wasm32 made from Debian's source.
need_rust() {
  have rustup || die "rustup is missing. Get it from https://rustup.rs or your package manager, then run this again."
  compiles_wasm "$RUST" && return
  say "Installing Rust $RUST for $WASM (rustup)"
  RUSTUP_MAX_RETRIES=1 rustup toolchain install "$RUST" --profile minimal --component rustfmt,clippy --target "$WASM" && return
  say "rustup could not download it: Debian's Rust takes its place"
  need_debian_rust
  WASM_ENV="RUSTUP_TOOLCHAIN=debian-web CARGO_TARGET_WASM32_UNKNOWN_UNKNOWN_LINKER=wasm-ld-$LLVM"
  # Native code is still built with the pinned one, if it is there.
  rustup run "$RUST" cargo fmt --version >/dev/null 2>&1 || export RUSTUP_TOOLCHAIN=debian-web
}

need_debian_rust() {
  local packages="rustc-web cargo-web rust-web-src rust-web-clippy rustfmt-web" crate to=/usr/lib/rustlib/$WASM/lib
  dpkg -s $packages >/dev/null 2>&1 || apt_install $packages
  LLVM=$(/usr/bin/rustc -vV | sed -n 's/^LLVM version: \([0-9]*\).*/\1/p')
  have "wasm-ld-$LLVM" || apt_install "lld-$LLVM"
  rustup toolchain link debian-web /usr
  compiles_wasm debian-web && return
  say "Building std for $WASM from Debian's source (half a minute, once)"
  crate=$(mktemp -d)
  mkdir "$crate/src"
  touch "$crate/src/lib.rs"
  printf '%s\n' '[package]' 'name = "only_std"' 'edition = "2021"' >"$crate/Cargo.toml"
  (
    cd "$crate"
    export CARGO_TARGET_DIR=target RUSTC_BOOTSTRAP=1 RUSTUP_TOOLCHAIN=debian-web
    cargo fetch --target "$WASM" -Z build-std=std,panic_abort
    CARGO_ENCODED_RUSTFLAGS="-Cembed-bitcode=yes"$'\x1f'"$(flags)" cargo build --release --target "$WASM" -Z build-std=std,panic_abort
  )
  rm "$crate/target/$WASM/release/deps"/libonly_std*
  as_root rm -rf "$to"
  as_root mkdir -p "$to"
  as_root cp "$crate/target/$WASM/release/deps"/lib*.rlib "$to"
  rm -rf "$crate"
  compiles_wasm debian-web || die "Debian's Rust can't compile for $WASM, although its std was just built."
}

# A tool of exactly this version, on PATH or from the crate registry.
need_tool() { # PROGRAM VERSION CRATE [OPTIONS]
  local program=$1 version=$2 crate=$3 found; shift 3
  found=$("$program" --version 2>/dev/null | tr '\n' ' ') || found=
  case " $found " in *" $version "*) return ;; esac
  say "Installing $crate (cargo: some minutes, once)"
  # Not into our target directory: it would be kept there for nothing.
  env -u CARGO_TARGET_DIR cargo install --root "$TOOLS" "$crate" --version "$version" "$@"
}

need_node() {
  have npm || die "Node 20.15 or newer is missing, with npm. Get it from https://nodejs.org or your package manager."
  node -e 'const [a, b] = process.versions.node.split("."); process.exit(a > 20 || (a == 20 && b >= 15) ? 0 : 1)' ||
    die "Node $(node --version) is too old: 20.15 or newer is needed."
  [ tests/e2e/node_modules/.package-lock.json -nt tests/e2e/package-lock.json ] && return
  say "Installing wasm-opt, web-ext and axe (npm)"
  npm --prefix tests/e2e ci --no-audit --no-fund
}

# The first of these that is there and no snap: a snap may not read the folders that tests keep profiles and packages in.
browser() {
  local name
  for name in "$@"; do
    name=$(command -v "$name" 2>/dev/null) || continue
    if [ "${name#/snap/}" = "$name" ] && ! head -c 2000 "$name" | grep -qa /snap/; then echo "$name"; return; fi
  done
}

need_browsers() {
  local debian= mac=/Applications for_testing="/Applications/Google Chrome for Testing.app/Contents/MacOS/Google Chrome for Testing"
  grep -qs '^ID=debian' /etc/os-release && debian=yes # on Ubuntu both packages are snaps
  set -- "${GATEWRIGHT_CHROMIUM:-chromium}" chromium $mac/Chromium.app/Contents/MacOS/Chromium "$for_testing"
  [ -n "$(browser "$@")" ] || [ -z $debian ] || apt_install chromium
  GATEWRIGHT_CHROMIUM=$(browser "$@")
  [ -n "$GATEWRIGHT_CHROMIUM" ] || die "Chromium is missing. On a Mac: brew install --cask chromium. Elsewhere:
   npx @puppeteer/browsers install chrome@stable, and GATEWRIGHT_CHROMIUM=its program. (Ubuntu's package is a snap, which can't be
   driven, and Google's own Chrome refuses unpacked extensions.)"
  set -- "${GATEWRIGHT_FIREFOX:-firefox-esr}" firefox-esr firefox $mac/Firefox.app/Contents/MacOS/firefox
  [ -n "$(browser "$@")" ] || [ -z $debian ] || apt_install firefox-esr
  GATEWRIGHT_FIREFOX=$(browser "$@")
  [ -n "$GATEWRIGHT_FIREFOX" ] || die "Firefox is missing. On a Mac: brew install --cask firefox. Elsewhere: the archive from mozilla.org, and
   GATEWRIGHT_FIREFOX=its program. (Ubuntu's package is a snap, which can't be driven.)"
  export GATEWRIGHT_CHROMIUM GATEWRIGHT_FIREFOX
  need_tool geckodriver 0.37.1 geckodriver
}

# nginx, Caddy and HAProxy, into which native tests paste what people are told to paste. The tests run them themselves, unprivileged and
# at ports of their own; Debian would start what it installs, now and at each boot.
need_proxies() {
  local policy=/usr/sbin/policy-rc.d ours= missing= status=0 program
  PATH=$PATH:/usr/sbin
  for program in nginx caddy haproxy; do have $program || missing+=" $program"; done
  if [ -n "$missing" ]; then
    have apt-get || die "Missing:$missing. On a Mac: brew install$missing"
    if [ ! -e $policy ]; then
      ours=yes
      printf '#!/bin/sh\nexit 101\n' | as_root tee $policy >/dev/null
      as_root chmod +x $policy
    fi
    apt_install $missing || status=$?
    [ -z $ours ] || as_root rm -f $policy
    [ $status = 0 ] || die "Could not install:$missing"
    have systemctl && as_root systemctl disable --quiet $missing 2>/dev/null || true
  fi
  nginx -V 2>&1 | grep -q http_auth_request_module || die "This nginx lacks auth_request. Debian's package 'nginx' has it."
}

# What the exported shell scripts need, which native tests run.
need_jq() {
  local program missing=
  for program in curl jq; do have $program || missing+=" $program"; done
  [ -n "$missing" ] || return 0
  have apt-get || die "Missing:$missing. On a Mac: brew install$missing"
  apt_install $missing
}

# The official descriptions of the API that tests hold requests to: packages that are only fetched, never compiled.
need_schemas() {
  local manifest
  for manifest in tests/schemas/releases/*/Cargo.toml; do
    cargo fetch --locked --manifest-path "$manifest"
  done
}

# --- The commands ------------------------------------------------------------------------------------------------------

on_wasm() { env $WASM_ENV "$@"; }

# Flags for all modules, the separator between them being what cargo wants.
flags() {
  local flags folder
  # Leptos erases the types of views, which makes the popup's module an eighth smaller.
  flags="--cfg=erase_components"
  # Panic messages name a file; of that, nothing may tell where this machine keeps things, nor its registry's host.
  for folder in "$HOME=home" "$PWD=gatewright" "$CARGO_TARGET_DIR=target" "$(on_wasm rustc --print sysroot)/lib/rustlib/src/rust=rust" \
    "${CARGO_HOME:-$HOME/.cargo}"/registry/src/*/; do
    case $folder in */) folder+== ;; esac
    flags+=$'\x1f'"--remap-path-prefix=$folder"
  done
  echo "$flags"
}

assemble() { # OUT: from the modules to the two unpacked extensions
  local module pkg=$CARGO_TARGET_DIR/pkg
  mkdir -p "$pkg/small"
  for module in popup background code; do
    # Features are named, never -all: with that, wasm-opt writes what Chromium refuses. The lowest kilobyte of the memory is the far
    # end of the stack, where a trap is as good as the overflow that would come next: so it counts as unused.
    node tests/e2e/node_modules/.bin/wasm-opt -Oz --low-memory-unused --enable-bulk-memory --enable-nontrapping-float-to-int --enable-sign-ext \
      --enable-mutable-globals --enable-reference-types --enable-multivalue \
      --merge-similar-functions -Oz --const-hoisting --reorder-functions --strip-producers --strip-target-features "$pkg/$module/${module}_bg.wasm" -o "$pkg/small/${module}_bg.wasm"
    cp "$pkg/$module/$module.js" "$pkg/small/"
  done
  node tests/tools/assemble.mjs "$pkg/small" "$1"
}

build() {
  need_rust
  need_node
  need_tool wasm-bindgen "$BINDGEN" wasm-bindgen-cli
  need_tool wasm-pack 0.15.1 wasm-pack --locked
  on_wasm cargo fetch --quiet --locked --target "$WASM" # so that the folders that flags() lists are there
  local module
  for module in popup background code; do
    say "Building the module '$module' (the first time: some minutes)"
    CARGO_ENCODED_RUSTFLAGS=$(flags) on_wasm wasm-pack --log-level warn build . --release --no-opt --no-typescript --no-pack --target web \
      --out-dir "$CARGO_TARGET_DIR/pkg/$module" --out-name "$module" --locked --no-default-features --features "$module"
  done
  say "Making them small, and putting dist/ together"
  assemble dist
  wc -c dist/chrome/pkg/*.wasm
}

build_authentik() {
  cargo build --locked -p embedded-authentik
  export GATEWRIGHT_AUTHENTIK_BIN=$CARGO_TARGET_DIR/debug/embedded-authentik
}

demo() {
  need_browsers
  build
  say "Building the embedded authentik"
  build_authentik
  say "The demo"
  node tests/e2e/demo.mjs
}

bench() {
  need_browsers
  build
  say "Building the embedded authentik"
  build_authentik
  say "Measuring: tests/bench/README.md says what"
  node tests/bench/bench.mjs
}

# Against a real server. It makes things there, and deletes them again: README.md says which.
conformance() {
  [ -n "${AUTHENTIK_URL:-}" ] || die "AUTHENTIK_URL is not set. It looks like https://auth.example.com"
  [ -n "${AUTHENTIK_TOKEN:-}" ] || die "AUTHENTIK_TOKEN is not set: an API token of a superuser."
  need_rust
  cargo test --quiet --locked -p gatewright-conformance --test suite -- --nocapture
}

package() { node tests/tools/package.mjs "${1:-dist}"; }

# --- Tests, counted ----------------------------------------------------------------------------------------------------

PASSED=0 FAILED=0 BROKEN=

tally() { # PASSED FAILED NAME
  PASSED=$((PASSED + $1)) FAILED=$((FAILED + $2))
  if [ "$2" != 0 ]; then BROKEN+="   failed: $3"$'\n'; fi
}

part() { # NAME COMMAND...: one test
  local name=$1 status; shift
  say "$name"
  set +e; (set -e; "$@"); status=$?; set -e
  if [ $status = 0 ]; then tally 1 0 "$name"; else tally 0 1 "$name"; fi
}

counted() { # NAME COMMAND...: a runner that ends with "N passed, N failed", as nextest and the e2e tests do
  local name=$1 log status line passed failed; shift
  say "$name"
  log=$(mktemp)
  set +e; (set -e; "$@") 2>&1 | tee "$log"; status=${PIPESTATUS[0]}; set -e
  line=$(sed $'s/\x1b\\[[0-9;]*m//g' "$log" | grep -E '(^|[^0-9])[0-9]+ passed' | tail -n 1) || line=
  rm -f "$log"
  passed=$(sed -nE 's/(.*[^0-9])?([0-9]+) passed.*/\2/p' <<<"$line")
  failed=$(sed -nE 's/.*[^0-9]([0-9]+) failed.*/\1/p' <<<"$line")
  # A runner that ends badly without saying how, or that ran nothing, has failed.
  if [ "${failed:-0}" = 0 ] && { [ "$status" != 0 ] || [ "${passed:-0}" = 0 ]; }; then failed=1; fi
  tally "${passed:-0}" "${failed:-0}" "$name"
}

finish() { # the last line, however it ends
  local status=$?
  if [ $status != 0 ] && [ $FAILED = 0 ]; then tally 0 1 "it stopped early"; fi
  [ -z "$COUNTED" ] || say_counted
  printf '\n== %d:%02d in all\n%s%d passed, %d failed\n' $((SECONDS / 60)) $((SECONDS % 60)) "$BROKEN" $PASSED $FAILED
  if [ $FAILED = 0 ] && [ $PASSED != 0 ]; then exit 0; else exit 1; fi
}

# How many requests and answers went over the API in tests, all as authentik describes them, by the release of the server.
COUNTED=
count_anew() { mkdir -p "$CARGO_TARGET_DIR"; COUNTED=$CARGO_TARGET_DIR/checked.txt; : >"$COUNTED"; export GATEWRIGHT_CHECKED=$COUNTED; }
say_counted() {
  sort -V "$COUNTED" | awk '
    $1 != last { if (last) line = line sprintf("; %s: %d and %d", last, a, b); last = $1; a = b = 0 }
    { a += $2; b += $3; requests += $2; answers += $3 }
    END {
      if (last) line = line sprintf("; %s: %d and %d", last, a, b)
      printf "Held against the official descriptions: %d requests (each against all five), %d answers%s\n", requests, answers, line
    }'
}

check() {
  count_anew
  need_rust
  cargo nextest --version >/dev/null 2>&1 || need_tool cargo-nextest 0.9.143 cargo-nextest --locked # any will do
  need_schemas
  need_proxies
  need_jq
  part "Format" cargo fmt --all --check
  part "Lints, native" cargo clippy --locked --workspace --all-targets -- -D warnings
  local module
  for module in popup background code; do
    part "Lints, wasm32, $module" on_wasm cargo clippy --locked --target "$WASM" --no-default-features --features "$module" -- -D warnings
  done
  counted "Native tests" cargo nextest run --locked --workspace --no-fail-fast
}

at_most() { # BYTES FILE
  local size; size=$(($(wc -c <"$2")))
  echo "$2: $size of $1 bytes"
  [ "$size" -le "$1" ]
}

tells_no_path() {
  local found=0
  grep -rhaoF -e "$HOME/" -e "$PWD/" dist/chrome dist/firefox && found=1
  grep -rhaoE '/(root|home|Users)/[ -~]{0,60}|[.]cargo/|registry/src' dist/chrome dist/firefox && found=1
  [ $found = 0 ]
}

packages_are_the_same_twice() {
  local again=$CARGO_TARGET_DIR/again zip
  package
  assemble "$again"
  package "$again"
  for zip in dist/*.zip; do cmp "$zip" "$again/${zip#dist/}"; done
}

tests() {
  need_browsers # first, so that what is missing is told before the long part
  check
  rm -rf dist
  part "Build" build
  if [ ! -e dist/firefox/manifest.json ]; then
    tally 0 1 "sizes, lint, packages and browsers: there is no build to look at"
    return
  fi
  part "popup.wasm is small" at_most $MOST_POPUP dist/chrome/pkg/popup_bg.wasm
  part "background.wasm is small" at_most $MOST_BACKGROUND dist/chrome/pkg/background_bg.wasm
  part "code.wasm is small" at_most $MOST_CODE dist/chrome/pkg/code_bg.wasm
  part "The packages tell no path of this machine" tells_no_path
  part "web-ext lint" node tests/tools/lint.mjs dist/firefox
  part "The packages are the same twice" packages_are_the_same_twice
  say "Building the embedded authentik"
  build_authentik
  counted "Both browsers" node tests/e2e/run.mjs
}

main() {
  case ${1:-} in
    build | bench | conformance | demo) "$1" ;;
    package) build; package ;;
    check) trap finish EXIT; check ;;
    test) trap finish EXIT; tests ;;
    *) usage; exit 2 ;;
  esac
}

main "$@"; exit # on one line: what is changed below while it runs is not read
