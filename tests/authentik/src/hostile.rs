//! What hostile or broken texts look like: names that a server may hold, and titles that a page may have.

/// So long is the longest of them, in bytes: a megabyte.
pub const LONG: usize = 1 << 20;

/// Names, one of each kind of malice; the last is a megabyte. What they would run sets `hacked`.
pub fn names() -> Vec<String> {
    [
        "<script>globalThis.hacked = 'script'; alert(1)</script>",
        "<img src=x onerror=\"globalThis.hacked = 'image'\">",
        "\"'><svg onload=globalThis.hacked='svg'>",
        "safe\u{202e}gnp.exe\u{2066}",
        "two\nlines\r\n\tand \"quotes\" 'single' `backticks`\u{0}\u{7}",
        "{{ constructor }} {{7*7}} ${7*7} {name} {why} %s",
        "javascript:globalThis.hacked='url'",
        "名前 اسم שם 👩‍👩‍👧‍👦",
    ]
    .into_iter()
    .map(str::to_owned)
    .chain(std::iter::once("W".repeat(LONG)))
    .collect()
}

/// The name with this number; they go round.
pub fn name(number: usize) -> String {
    let mut names = names();
    let which = number % names.len();
    names.swap_remove(which)
}
