#!/usr/bin/env bash
# Builds, checks, tests and packages Gatewright. Needs rustup and Node; whatever else is missing is found or installed here.
# Runs on Debian, Ubuntu and macOS (so: no bash newer than 3.2), and where only package registries can be reached.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")"

usage() {
  cat <<'END'
./build.sh build     dist/chrome and dist/firefox, to be loaded unpacked
./build.sh check     format, lints (native and wasm32), native tests: the quick loop
./build.sh test      everything: check, build, both browsers, lint, sizes, packages
./build.sh demo      protects a sample site with the built extension in a real browser, and leaves screenshots
./build.sh package   build, and the two zips for the stores
END
}

export CARGO_TARGET_DIR=${CARGO_TARGET_DIR:-$PWD/target}
case $CARGO_TARGET_DIR in /*) ;; *) CARGO_TARGET_DIR=$PWD/$CARGO_TARGET_DIR ;; esac
TOOLS=${GATEWRIGHT_TOOLS:-$HOME/.cache/gatewright}
export PATH="$TOOLS/bin:$PATH"
CARGO_DIR=${CARGO_HOME:-$HOME/.cargo}
WASM=wasm32-unknown-unknown
WASM_ENV= # what the wasm32 builds need besides; set where Debian's Rust makes them
RUST=$(sed -n 's/^channel = "\(.*\)"/\1/p' rust-toolchain.toml)
BINDGEN=$(sed -n 's/^wasm-bindgen = "=\(.*\)"/\1/p' Cargo.toml)
WASM_PACK=0.15.1
GECKODRIVER=0.37.1
MOST_POPUP=900000 # bytes, after wasm-opt
MOST_BACKGROUND=250000
# Warnings of web-ext lint that are allowed, as code:file. CONTRIBUTING.md says why.
LINT_ALLOWED="UNSAFE_VAR_ASSIGNMENT:pkg/popup.js"

say() { printf '\n== [%d:%02d] %s\n' $((SECONDS / 60)) $((SECONDS % 60)) "$*"; }
die() { printf '\n!! %s\n' "$*" >&2; exit 1; }
have() { command -v "$1" >/dev/null 2>&1; }
is_root() { [ "$(id -u)" = 0 ]; }
as_root() { if is_root; then "$@"; else sudo "$@"; fi; }
can_be_root() { is_root || have sudo; }

# --- What is needed, found or installed --------------------------------------------------------------------------------

apt_install() {
  have apt-get && can_be_root || die "$* must be installed, and apt-get with root's rights isn't there to do it."
  say "Installing $* (apt)"
  as_root apt-get update -qq
  as_root env DEBIAN_FRONTEND=noninteractive apt-get install -qq -y --no-install-recommends "$@"
}

# Whether a toolchain can compile for wasm32: its std is there, and is of the same version.
compiles_wasm() {
  local to; to=$(mktemp -d)
  echo | rustup run "$1" rustc --target "$WASM" --crate-type lib --emit metadata -o "$to/x" - 2>/dev/null
  local status=$?; rm -rf "$to"; return $status
}

# First the pinned toolchain; where rustup can download nothing, Debian's packages, and a std for wasm32 made from their source.
need_rust() {
  have rustup || die "rustup is missing. Get it from https://rustup.rs or your package manager, then run this again."
  local pinned=yes
  if ! rustup run "$RUST" rustc --version >/dev/null 2>&1; then
    say "Installing Rust $RUST (rustup)"
    RUSTUP_MAX_RETRIES=1 rustup toolchain install "$RUST" --profile minimal --component rustfmt,clippy --target "$WASM" || pinned=no
  fi
  if [ $pinned = yes ]; then
    compiles_wasm "$RUST" && return
    say "Adding $WASM to Rust $RUST (rustup)"
    RUSTUP_MAX_RETRIES=1 rustup target add --toolchain "$RUST" "$WASM" && return
  fi
  say "rustup could not download it: Debian's Rust takes its place"
  need_debian_rust
  WASM_ENV="RUSTUP_TOOLCHAIN=debian-web CARGO_TARGET_WASM32_UNKNOWN_UNKNOWN_LINKER=wasm-ld-$LLVM"
  [ $pinned = yes ] || export RUSTUP_TOOLCHAIN=debian-web
}

need_debian_rust() {
  local packages=(rustc-web cargo-web rust-web-src rust-web-clippy rustfmt-web)
  dpkg -s "${packages[@]}" >/dev/null 2>&1 || apt_install "${packages[@]}"
  LLVM=$(/usr/bin/rustc -vV | sed -n 's/^LLVM version: \([0-9]*\).*/\1/p')
  have "wasm-ld-$LLVM" || apt_install "lld-$LLVM"
  rustup toolchain link debian-web /usr
  compiles_wasm debian-web && return
  say "Building std for $WASM from Debian's source (half a minute, once)"
  local crate; crate=$(mktemp -d)
  mkdir "$crate/src"
  touch "$crate/src/lib.rs"
  # trim-paths: std's own panic messages carry no path of this machine either.
  printf '%s\n' 'cargo-features = ["trim-paths"]' '[package]' 'name = "only_std"' 'edition = "2021"' \
    '[profile.release]' 'trim-paths = "all"' >"$crate/Cargo.toml"
  (cd "$crate" && CARGO_TARGET_DIR=target RUSTC_BOOTSTRAP=1 RUSTFLAGS="-C embed-bitcode=yes" \
    cargo +debian-web build --release --target "$WASM" -Z build-std=std,panic_abort -Z trim-paths)
  local to=/usr/lib/rustlib/$WASM/lib
  as_root rm -rf "$to"
  as_root mkdir -p "$to"
  rm "$crate/target/$WASM/release/deps"/libonly_std*
  as_root cp "$crate/target/$WASM/release/deps"/lib*.rlib "$to"
  rm -rf "$crate"
  compiles_wasm debian-web || die "Debian's Rust can't compile for $WASM, although its std was just built."
}

# A tool of exactly this version, on PATH or from the crate registry.
need_tool() {
  local binary=$1 version=$2 crate=$3; shift 3
  case " $("$binary" --version 2>/dev/null | tr '\n' ' ') " in *" $version "*) return ;; esac
  say "Installing $crate $version (cargo, a few minutes, once)"
  env -u CARGO_TARGET_DIR cargo install --root "$TOOLS" "$crate" --version "$version" "$@"
}

need_nextest() {
  cargo nextest --version >/dev/null 2>&1 && return
  say "Installing cargo-nextest (cargo, a few minutes, once)"
  env -u CARGO_TARGET_DIR cargo install --root "$TOOLS" --locked cargo-nextest
}

need_node() {
  have node && have npm || die "Node 20.15 or newer is missing, with npm. Get it from https://nodejs.org or your package manager."
  node -e 'const [a, b] = process.versions.node.split("."); process.exit(a > 20 || (a == 20 && b >= 15) ? 0 : 1)' ||
    die "Node $(node --version) is too old: 20.15 or newer is needed."
  [ tests/e2e/node_modules/.package-lock.json -nt tests/e2e/package-lock.json ] && return
  say "Installing what Node needs: wasm-opt, web-ext, axe (npm)"
  npm --prefix tests/e2e ci --no-audit --no-fund
  touch tests/e2e/node_modules/.package-lock.json
}

# Snaps can't be driven: they are kept out of the folders that a test keeps its profile and the extension in.
is_snap() { case "$(readlink -f "$1")" in */snap | /snap/*) return 0 ;; esac; head -c 2000 "$1" | grep -qa '/snap/'; }

# The first of these programs that is there.
find_browser() {
  local name path
  for name in "$@"; do
    path=$(command -v "$name" 2>/dev/null) || continue
    is_snap "$path" || { echo "$path"; return; }
  done
  return 1
}

find_browsers() {
  GATEWRIGHT_CHROMIUM=$(find_browser ${GATEWRIGHT_CHROMIUM:+"$GATEWRIGHT_CHROMIUM"} chromium chromium-browser \
    /Applications/Chromium.app/Contents/MacOS/Chromium "/Applications/Google Chrome for Testing.app/Contents/MacOS/Google Chrome for Testing") || GATEWRIGHT_CHROMIUM=
  GATEWRIGHT_FIREFOX=$(find_browser ${GATEWRIGHT_FIREFOX:+"$GATEWRIGHT_FIREFOX"} firefox-esr firefox \
    /Applications/Firefox.app/Contents/MacOS/firefox) || GATEWRIGHT_FIREFOX=
}

need_browsers() {
  find_browsers
  # On Ubuntu both packages are snaps.
  if grep -qs '^ID=debian' /etc/os-release && have apt-get; then
    [ -n "$GATEWRIGHT_CHROMIUM" ] || apt_install chromium
    [ -n "$GATEWRIGHT_FIREFOX" ] || apt_install firefox-esr
    find_browsers
  fi
  [ -n "$GATEWRIGHT_CHROMIUM" ] || die "Chromium is missing. On a Mac: brew install --cask chromium. Elsewhere (Ubuntu's package is a snap, which can't
   be driven, and Google Chrome refuses unpacked extensions): npx @puppeteer/browsers install chrome@stable, then set GATEWRIGHT_CHROMIUM to its program."
  [ -n "$GATEWRIGHT_FIREFOX" ] || die "Firefox is missing. On a Mac: brew install --cask firefox. Elsewhere (Ubuntu's package is a snap, which can't be
   driven): the archive from mozilla.org; then set GATEWRIGHT_FIREFOX to its program."
  export GATEWRIGHT_CHROMIUM GATEWRIGHT_FIREFOX
  need_tool geckodriver "$GECKODRIVER" geckodriver
}

# --- The commands ------------------------------------------------------------------------------------------------------

on_wasm() { env $WASM_ENV "$@"; }

# Panic messages name the file that they are in. Of that, nothing may tell where this machine keeps things.
without_paths() {
  # erase_components: Leptos erases the types of views, which makes the popup's module an eighth smaller.
  local flags="--cfg=erase_components"$'\x1f'"--remap-path-prefix=$HOME=home" folder sysroot
  sysroot=$(on_wasm rustc --print sysroot)
  for folder in "$PWD=gatewright" "$CARGO_TARGET_DIR=target" "$sysroot/lib/rustlib/src/rust=rust" "/usr/lib/rustlib/src/rust=rust"; do
    flags+=$'\x1f'"--remap-path-prefix=$folder"
  done
  # The registry's folder is named after its host.
  for folder in "$CARGO_DIR"/registry/src/*/; do flags+=$'\x1f'"--remap-path-prefix=$folder="; done
  echo "$flags"
}

optimise() { # FROM TO: features are named, since with -all it writes what Chromium refuses
  node tests/e2e/node_modules/.bin/wasm-opt -Oz --enable-bulk-memory --enable-nontrapping-float-to-int --enable-sign-ext \
    --enable-mutable-globals --enable-reference-types --enable-multivalue \
    --merge-similar-functions --const-hoisting --reorder-functions --strip-producers --strip-target-features "$1" -o "$2"
}

assemble() { # OUT: from the modules to the two unpacked extensions
  local module pkg=$CARGO_TARGET_DIR/pkg
  mkdir -p "$pkg/small"
  for module in popup background; do
    optimise "$pkg/$module/${module}_bg.wasm" "$pkg/small/${module}_bg.wasm"
    cp "$pkg/$module/$module.js" "$pkg/small/"
  done
  node tests/tools/assemble.mjs "$pkg/small" "$1"
}

build() {
  need_rust
  need_tool wasm-bindgen "$BINDGEN" wasm-bindgen-cli
  need_tool wasm-pack "$WASM_PACK" wasm-pack --locked
  need_node
  # Unpacked before the folders are listed.
  on_wasm cargo fetch --quiet --locked --target "$WASM"
  local module
  for module in popup background; do
    say "Building the module '$module' (cold: some minutes)"
    CARGO_ENCODED_RUSTFLAGS=$(without_paths) on_wasm wasm-pack --log-level warn build . --release --no-opt --no-typescript --no-pack \
      --target web --out-dir "$CARGO_TARGET_DIR/pkg/$module" --out-name "$module" --locked --no-default-features --features "$module"
  done
  say "Making them small, and putting dist/ together"
  assemble dist
  wc -c dist/chrome/pkg/*.wasm
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
  return 0
}

counted() { # NAME COMMAND...: a runner that ends with "N passed, N failed", or nextest's summary
  local name=$1 log status line passed failed; shift
  say "$name"
  log=$(mktemp)
  set +e; (set -e; "$@") 2>&1 | tee "$log"; status=${PIPESTATUS[0]}; set -e
  line=$(sed $'s/\x1b\\[[0-9;]*m//g' "$log" | grep -E '(^|[^0-9])[0-9]+ passed' | tail -n 1 || true)
  rm -f "$log"
  passed=$(sed -nE 's/.*(^|[^0-9])([0-9]+) passed.*/\2/p' <<<"$line")
  failed=$(sed -nE 's/.*[^0-9]([0-9]+) failed.*/\1/p' <<<"$line")
  passed=${passed:-0} failed=${failed:-0}
  # One that ended badly without saying how, or ran nothing, has failed.
  if [ "$failed" = 0 ] && { [ "$status" != 0 ] || [ "$passed" = 0 ]; }; then failed=1; fi
  tally "$passed" "$failed" "$name"
}

finish() {
  local status=$?
  if [ $status != 0 ] && [ $FAILED = 0 ]; then tally 0 1 "it stopped early"; fi
  printf '\n== %d:%02d in all\n%s%d passed, %d failed\n' $((SECONDS / 60)) $((SECONDS % 60)) "$BROKEN" $PASSED $FAILED
  if [ $FAILED = 0 ] && [ $PASSED != 0 ]; then exit 0; else exit 1; fi
}

check() {
  need_rust
  need_nextest
  part "Format" cargo fmt --all --check
  part "Lints, native" cargo clippy --locked --workspace --all-targets -- -D warnings
  local module
  for module in popup background; do
    part "Lints, wasm32, $module" on_wasm cargo clippy --locked --target "$WASM" --no-default-features --features "$module" -- -D warnings
  done
  counted "Native tests" cargo nextest run --locked --workspace --no-fail-fast
}

at_most() { # BYTES FILE
  local size; size=$(wc -c <"$2")
  echo "$2: $((size)) of $1 bytes"
  [ "$size" -le "$1" ]
}

tells_no_path() {
  local place
  for place in "$HOME" "$PWD" "$CARGO_DIR" /root/ /home/ /Users/ registry/src; do
    if grep -aFq "$place" dist/chrome/pkg/*.wasm; then echo "a module holds '$place'"; return 1; fi
  done
}

lint() {
  node tests/e2e/node_modules/.bin/web-ext lint --source-dir dist/firefox --no-config-discovery --output json >"$CARGO_TARGET_DIR/lint.json" || true
  node -e '
    const { errors, warnings } = JSON.parse(require("fs").readFileSync(process.argv[1]));
    const told = [...errors, ...warnings.filter(({ code, file }) => !process.argv[2].split(" ").includes(`${code}:${file}`))];
    for (const { _type, code, file, message } of told) console.log(`${_type}: ${code} in ${file ?? "manifest.json"}: ${message}`);
    console.log(`${errors.length} errors, ${warnings.length} warnings, ${told.length} of them not allowed`);
    process.exit(told.length ? 1 : 0);' "$CARGO_TARGET_DIR/lint.json" "$LINT_ALLOWED"
}

packages_are_the_same_twice() {
  local again=$CARGO_TARGET_DIR/again zip
  package
  assemble "$again"
  package "$again"
  for zip in dist/gatewright-*.zip; do cmp "$zip" "$again/${zip#dist/}"; done
}

tests() {
  trap finish EXIT
  need_browsers # first, so that what is missing is told before the long part
  check
  rm -rf dist
  part "Build" build
  need_rust # what the build found out stayed in its subshell
  if [ -e dist/firefox/manifest.json ]; then
    part "popup.wasm is small" at_most $MOST_POPUP dist/chrome/pkg/popup_bg.wasm
    part "background.wasm is small" at_most $MOST_BACKGROUND dist/chrome/pkg/background_bg.wasm
    part "The modules tell no path of this machine" tells_no_path
    part "web-ext lint" lint
    part "The packages are the same twice" packages_are_the_same_twice
    part "The embedded authentik" cargo build --locked -p embedded-authentik
    counted "Both browsers" node tests/e2e/run.mjs
  else
    tally 0 1 "sizes, lint, packages and browsers: there was no build to look at"
  fi
}

demo() {
  need_browsers
  build
  cargo build --locked -p embedded-authentik
  node tests/e2e/demo.mjs
}

case ${1:-} in
  build | demo) "$1" ;;
  check) trap finish EXIT; check ;;
  test) tests ;;
  package) build; package ;;
  *) usage; exit 2 ;;
esac
