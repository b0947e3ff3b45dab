//! The tolerant reader: answers are read field by field, unknown ones are ignored, missing ones have a default.
//!
//! Only what Gatewright cannot do without is required, and then the error names the place in the answer.

use serde_json::Value;

/// Texts from a server are cut to this many bytes before anything looks at them.
const LONGEST_TEXT: usize = 4096;

/// A value as JSON text. The one way to write one: `to_string` is another, which also knows how to indent.
pub fn json_text(value: &Value) -> String {
    // A value has no keys but texts, which is all that can go wrong.
    serde_json::to_string(value).unwrap_or_default()
}

/// A required field is missing or of another kind; `0` is its place in the answer, such as `/results/3/pk`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Unreadable(pub String);

/// A place in an answer.
#[derive(Clone, Debug)]
pub struct Reader<'a> {
    value: &'a Value,
    at: String,
}

impl<'a> Reader<'a> {
    /// Starts at the top of `value`.
    pub fn new(value: &'a Value) -> Self {
        Self { value, at: String::new() }
    }

    /// The value itself.
    pub fn value(&self) -> &'a Value {
        self.value
    }

    /// The field `key`, if it is there and not null.
    pub fn get(&self, key: &str) -> Option<Reader<'a>> {
        let value = self.value.get(key)?;
        (!value.is_null()).then(|| Reader { value, at: format!("{}/{key}", self.at) })
    }

    fn missing(&self, key: &str) -> Unreadable {
        Unreadable(format!("{}/{key}", self.at))
    }

    /// A required whole number. authentik types pagination and keys as numbers, which some releases send as floats.
    pub fn int(&self, key: &str) -> Result<i64, Unreadable> {
        self.opt_int(key).ok_or_else(|| self.missing(key))
    }

    /// A whole number, if there is one.
    pub fn opt_int(&self, key: &str) -> Option<i64> {
        as_int(self.get(key)?.value)
    }

    /// A required text.
    pub fn need_text(&self, key: &str) -> Result<String, Unreadable> {
        self.opt_text(key).ok_or_else(|| self.missing(key))
    }

    /// A text, or the empty one.
    pub fn text(&self, key: &str) -> String {
        self.opt_text(key).unwrap_or_default()
    }

    /// A text, if there is one; a number counts as its digits.
    pub fn opt_text(&self, key: &str) -> Option<String> {
        match self.get(key)?.value {
            Value::String(text) => Some(cut(text).to_owned()),
            Value::Number(number) => Some(number.to_string()),
            _ => None,
        }
    }

    /// A flag, or `default`.
    pub fn flag(&self, key: &str, default: bool) -> bool {
        self.get(key).and_then(|r| r.value.as_bool()).unwrap_or(default)
    }

    /// The items of a list; none where it is missing.
    pub fn items(&self, key: &str) -> Vec<Reader<'a>> {
        let Some(list) = self.get(key) else { return Vec::new() };
        let Some(values) = list.value.as_array() else { return Vec::new() };
        values.iter().enumerate().map(|(i, value)| Reader { value, at: format!("{}/{i}", list.at) }).collect()
    }

    /// The items, where this place is itself a list; none where it isn't.
    pub fn rows(&self) -> Vec<Reader<'a>> {
        let values = self.value.as_array().into_iter().flatten();
        values.enumerate().map(|(i, value)| Reader { value, at: format!("{}/{i}", self.at) }).collect()
    }

    /// The whole numbers of a list.
    pub fn ints(&self, key: &str) -> Vec<i64> {
        self.items(key).iter().filter_map(|item| as_int(item.value)).collect()
    }

    /// The texts of a list.
    pub fn texts(&self, key: &str) -> Vec<String> {
        self.items(key).iter().filter_map(|item| item.value.as_str().map(|t| cut(t).to_owned())).collect()
    }
}

/// A whole number however it is written: `7`, `7.0`.
#[allow(clippy::cast_possible_truncation, reason = "checked to be whole and small enough to be exact")]
pub fn as_int(value: &Value) -> Option<i64> {
    value.as_i64().or_else(|| value.as_f64().filter(|f| f.fract() == 0.0 && f.abs() < 9e15).map(|f| f as i64))
}

/// Cuts to 4 kB at a character's boundary.
pub fn cut(text: &str) -> &str {
    if text.len() <= LONGEST_TEXT {
        return text;
    }
    let end = (0..=LONGEST_TEXT).rev().find(|&i| text.is_char_boundary(i)).unwrap_or(0);
    &text[..end]
}

/// In lower case, character by character: for comparing. `str::to_lowercase` also knows where a Greek sigma ends a word, which
/// is 5 kB of the popup.
pub fn lower(text: &str) -> String {
    text.chars().flat_map(char::to_lowercase).collect()
}

/// Whether a character changes how the words around it read, or can't be seen: control characters, direction marks and
/// overrides, zero-width spaces. Joiners are none of them: some scripts can't be written without.
pub fn misleads(c: char) -> bool {
    c.is_control()
        || matches!(c, '\u{61c}' | '\u{200b}' | '\u{200e}' | '\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{feff}')
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn floats_nulls_and_missing_fields_are_survived() {
        let value = json!({"pk": 7.0, "name": null, "users": [1, 2.0, "x"]});
        let reader = Reader::new(&value);
        assert_eq!(reader.int("pk"), Ok(7));
        assert_eq!(reader.text("name"), "");
        assert_eq!(reader.ints("users"), [1, 2]);
        assert_eq!(reader.int("none"), Err(Unreadable("/none".into())));
    }

    #[test]
    fn a_missing_field_is_named_by_its_place() {
        let value = json!({"results": [{"pk": 1}, {}]});
        let items = Reader::new(&value).items("results");
        assert_eq!(items[1].int("pk"), Err(Unreadable("/results/1/pk".into())));
    }

    #[test]
    fn fault_24_a_field_of_another_kind_is_as_good_as_missing() {
        let value = json!({"name": {"en": "x"}, "users": "none", "flag": "yes", "pk": "7", "half": 1.5, "big": 1e300});
        let reader = Reader::new(&value);
        assert_eq!(
            (reader.text("name"), reader.ints("users"), reader.flag("flag", true)),
            (String::new(), vec![], true)
        );
        for key in ["pk", "half", "big"] {
            assert_eq!(reader.int(key), Err(Unreadable(format!("/{key}"))));
        }
    }

    #[test]
    fn fault_32_a_text_of_a_megabyte_is_cut() {
        let value = json!({"name": "é".repeat(600_000)});
        assert_eq!(Reader::new(&value).text("name").len(), 4096);
    }
}
