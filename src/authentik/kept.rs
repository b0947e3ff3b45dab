//! How rows and plans are kept as JSON in the browser's storage: the shapes that serde's derive writes, by a small codec.
//!
//! A library would be the better choice but for its size: serde's derived code makes every visitor anew for each type and each
//! source, which was 85 kB of the popup's module and 42 kB of the worker's. This one goes over [`Value`], which the storage
//! takes anyway, and one loop reads the fields of all types.

use std::collections::BTreeMap;

use serde_json::{Map, Value};

/// Something that is kept.
pub trait Kept {
    /// What reading begins with; also what a field holds that may be missing and is.
    fn blank() -> Self
    where
        Self: Sized;

    /// As it is kept.
    fn keep(&self) -> Value;

    /// Becomes what was kept. False if that is something else; then this is worth nothing.
    fn take(&mut self, kept: &Value) -> bool;

    /// Reads what was kept; `None` if it is something else.
    fn read(kept: &Value) -> Option<Self>
    where
        Self: Sized,
    {
        let mut read = Self::blank();
        read.take(kept).then_some(read)
    }
}

/// `keep_fields!(Flow { pk, slug; name; notes })`: a struct, as an object. What stands behind the semicolon may be missing in
/// what an older version kept; what stands behind a second one is not written either where it is blank.
macro_rules! keep_fields {
    ($type:ident { $($must:ident),* ; $($may:ident),* ; $($seldom:ident),* }) => {
        impl $crate::authentik::kept::Kept for $type {
            fn blank() -> Self {
                use $crate::authentik::kept::Kept;
                Self { $($must: Kept::blank(),)* $($may: Kept::blank(),)* $($seldom: Kept::blank(),)* }
            }

            fn keep(&self) -> serde_json::Value {
                const ALWAYS: &[&str] = &[$(stringify!($must),)* $(stringify!($may),)*];
                const SELDOM: &[&str] = &[$(stringify!($seldom),)*];
                let mut kept = $crate::authentik::kept::object(ALWAYS, &[$(&self.$must,)* $(&self.$may,)*]);
                $crate::authentik::kept::add_unless_blank(&mut kept, SELDOM, &[$(&self.$seldom,)*]);
                kept
            }

            fn take(&mut self, kept: &serde_json::Value) -> bool {
                const MUST: &[&str] = &[$(stringify!($must)),*];
                const NAMES: &[&str] = &[$(stringify!($must),)* $(stringify!($may),)* $(stringify!($seldom),)*];
                let fields: &mut [&mut dyn $crate::authentik::kept::Kept] =
                    &mut [$(&mut self.$must,)* $(&mut self.$may,)* $(&mut self.$seldom,)*];
                $crate::authentik::kept::take_object(kept, NAMES, MUST.len(), fields)
            }
        }
    };
    ($type:ident { $($must:ident),* $(; $($may:ident),*)? }) => {
        impl $crate::authentik::kept::Kept for $type {
            fn blank() -> Self {
                use $crate::authentik::kept::Kept;
                Self { $($must: Kept::blank(),)* $($($may: Kept::blank(),)*)? }
            }

            fn keep(&self) -> serde_json::Value {
                const NAMES: &[&str] = &[$(stringify!($must),)* $($(stringify!($may),)*)?];
                $crate::authentik::kept::object(NAMES, &[$(&self.$must,)* $($(&self.$may,)*)?])
            }

            fn take(&mut self, kept: &serde_json::Value) -> bool {
                const MUST: &[&str] = &[$(stringify!($must)),*];
                const NAMES: &[&str] = &[$(stringify!($must),)* $($(stringify!($may),)*)?];
                let fields: &mut [&mut dyn $crate::authentik::kept::Kept] =
                    &mut [$(&mut self.$must,)* $($(&mut self.$may,)*)?];
                $crate::authentik::kept::take_object(kept, NAMES, MUST.len(), fields)
            }
        }
    };
}

/// `keep_variants!(Phase { Running, Done; Asking })`: an enum. Variants without data are kept as their name, or as the one
/// that is given (`Get = "GET"`); those behind the semicolon hold one value, and are kept as `{"Asking": value}`.
macro_rules! keep_variants {
    (@first $first:ident $($other:ident)*) => { Self::$first };
    (@name $variant:ident) => { stringify!($variant) };
    (@name $variant:ident $name:literal) => { $name };
    ($type:ident { $($bare:ident $(= $name:literal)?),* $(; $($holds:ident),*)? }) => {
        const _: () = {
            use $crate::authentik::kept::{self, Kept};

            #[derive(Clone, Copy)]
            enum At { $($bare,)* $($($holds,)*)? }
            const NAMES: &[&str] =
                &[$(keep_variants!(@name $bare $($name)?),)* $($(stringify!($holds),)*)?];

            impl Kept for $type {
                fn blank() -> Self {
                    keep_variants!(@first $($bare)*)
                }

                fn keep(&self) -> serde_json::Value {
                    let (at, held): (At, Option<&dyn Kept>) = match self {
                        $(Self::$bare => (At::$bare, None),)*
                        $($(Self::$holds(held) => (At::$holds, Some(held)),)*)?
                    };
                    kept::variant(NAMES[at as usize], held)
                }

                fn take(&mut self, kept: &serde_json::Value) -> bool {
                    let Some((at, held)) = kept::which_variant(kept, NAMES) else { return false };
                    let read = match at {
                        $(at if at == At::$bare as usize => held.is_null().then_some(Self::$bare),)*
                        $($(at if at == At::$holds as usize => Kept::read(held).map(Self::$holds),)*)?
                        _ => None,
                    };
                    let taken = read.is_some();
                    if let Some(read) = read {
                        *self = read;
                    }
                    taken
                }
            }
        };
    };
}

pub(crate) use {keep_fields, keep_variants};

/// An object of these fields.
pub fn object(names: &[&str], fields: &[&dyn Kept]) -> Value {
    let mut object = Map::new();
    for (name, field) in names.iter().zip(fields) {
        object.insert((*name).to_owned(), field.keep());
    }
    Value::Object(object)
}

/// Adds the fields that are not blank: no null, no empty list, text or object.
pub fn add_unless_blank(to: &mut Value, names: &[&str], fields: &[&dyn Kept]) {
    let Value::Object(object) = to else { return };
    for (name, field) in names.iter().zip(fields) {
        let kept = field.keep();
        let blank = match &kept {
            Value::Null => true,
            Value::Array(list) => list.is_empty(),
            Value::Object(map) => map.is_empty(),
            Value::String(text) => text.is_empty(),
            _ => false,
        };
        if !blank {
            object.insert((*name).to_owned(), kept);
        }
    }
}

/// Fills the fields from an object; the first `must` of them have to be there.
pub fn take_object(kept: &Value, names: &[&str], must: usize, fields: &mut [&mut dyn Kept]) -> bool {
    let Some(object) = kept.as_object() else { return false };
    names.iter().zip(fields).enumerate().all(|(number, (name, field))| match object.get(*name) {
        Some(value) => field.take(value),
        None => number >= must,
    })
}

/// A variant, with what it holds.
pub fn variant(name: &str, held: Option<&dyn Kept>) -> Value {
    match held {
        Some(held) => object(&[name], &[held]),
        None => Value::from(name),
    }
}

/// Which of the names a kept variant has, and what it holds; null for nothing.
pub fn which_variant<'a>(kept: &'a Value, names: &[&str]) -> Option<(usize, &'a Value)> {
    let (name, held) = match kept {
        Value::String(name) => (name, &Value::Null),
        Value::Object(object) if object.len() == 1 => object.iter().next()?,
        _ => return None,
    };
    Some((names.iter().position(|known| known == name)?, held))
}

/// Sets `to` if there is something.
fn put<T>(to: &mut T, read: Option<T>) -> bool {
    let taken = read.is_some();
    if let Some(read) = read {
        *to = read;
    }
    taken
}

/// Types for which JSON has a word: how they are kept, and how they are read.
macro_rules! keep_plain {
    ($($type:ty: $blank:expr, $keep:expr, $read:expr;)*) => {$(
        impl Kept for $type {
            fn blank() -> Self {
                $blank
            }

            fn keep(&self) -> Value {
                let keep: fn(&$type) -> Value = $keep;
                keep(self)
            }

            fn take(&mut self, kept: &Value) -> bool {
                let read: fn(&Value) -> Option<$type> = $read;
                put(self, read(kept))
            }
        }
    )*};
}

keep_plain! {
    bool: false, |flag| Value::Bool(*flag), Value::as_bool;
    i64: 0, |number| Value::from(*number), Value::as_i64;
    u8: 0, |number| Value::from(*number), |kept| kept.as_u64()?.try_into().ok();
    u16: 0, |number| Value::from(*number), |kept| kept.as_u64()?.try_into().ok();
    f64: 0.0, |number| Value::from(*number), Value::as_f64;
    String: String::new(), |text| Value::from(text.as_str()), |kept| kept.as_str().map(str::to_owned);
    Value: Value::Null, Value::clone, |kept| Some(kept.clone());
    Map<String, Value>: Map::new(), |map| Value::Object(map.clone()), |kept| kept.as_object().cloned();
}

impl<T: Kept> Kept for Option<T> {
    fn blank() -> Self {
        None
    }

    fn keep(&self) -> Value {
        self.as_ref().map_or(Value::Null, Kept::keep)
    }

    fn take(&mut self, kept: &Value) -> bool {
        *self = T::read(kept);
        self.is_some() || kept.is_null()
    }
}

impl<T: Kept> Kept for Vec<T> {
    fn blank() -> Self {
        Self::new()
    }

    fn keep(&self) -> Value {
        Value::Array(self.iter().map(Kept::keep).collect())
    }

    fn take(&mut self, kept: &Value) -> bool {
        let Some(items) = kept.as_array() else { return false };
        items.iter().all(|item| T::read(item).map(|item| self.push(item)).is_some())
    }
}

impl<A: Kept, B: Kept> Kept for (A, B) {
    fn blank() -> Self {
        (A::blank(), B::blank())
    }

    fn keep(&self) -> Value {
        Value::Array(vec![self.0.keep(), self.1.keep()])
    }

    fn take(&mut self, kept: &Value) -> bool {
        let Some([first, second]) = kept.as_array().map(Vec::as_slice) else { return false };
        self.0.take(first) && self.1.take(second)
    }
}

impl<T: Kept> Kept for BTreeMap<String, T> {
    fn blank() -> Self {
        Self::new()
    }

    fn keep(&self) -> Value {
        let mut object = Map::new();
        for (key, value) in self {
            object.insert(key.clone(), value.keep());
        }
        Value::Object(object)
    }

    fn take(&mut self, kept: &Value) -> bool {
        let Some(object) = kept.as_object() else { return false };
        object.iter().all(|(key, value)| T::read(value).map(|value| self.insert(key.clone(), value)).is_some())
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[derive(Debug, PartialEq)]
    struct Row {
        pk: i64,
        name: Option<String>,
        tags: Vec<(String, u8)>,
    }
    keep_fields!(Row { pk; name, tags });

    #[derive(Debug, PartialEq)]
    enum State {
        Idle,
        Done,
        Failed(String),
    }
    keep_variants!(State { Idle, Done = "done"; Failed });

    #[derive(Debug, PartialEq)]
    struct Noted {
        pk: i64,
        notes: Vec<String>,
        row: Option<Row>,
    }
    keep_fields!(Noted { pk; ; notes, row });

    #[test]
    fn a_field_that_is_seldom_there_is_not_written_where_it_is_blank() {
        let none = Noted { pk: 7, notes: Vec::new(), row: None };
        assert_eq!(none.keep(), json!({"pk": 7}));
        assert_eq!(Noted::read(&json!({"pk": 7})), Some(none));
        let some = Noted { pk: 7, notes: vec!["a".into()], row: None };
        assert_eq!(some.keep(), json!({"pk": 7, "notes": ["a"]}));
        assert_eq!(Noted::read(&some.keep()), Some(some));
    }

    #[test]
    fn a_struct_is_an_object_and_reads_back() {
        let row = Row { pk: 7, name: None, tags: vec![("a".into(), 1)] };
        assert_eq!(row.keep(), json!({"pk": 7, "name": null, "tags": [["a", 1]]}));
        assert_eq!(Row::read(&row.keep()), Some(row));
    }

    #[test]
    fn what_may_be_missing_is_blank_and_what_must_be_there_is_asked_for() {
        assert_eq!(Row::read(&json!({"pk": 7, "later": 1})), Some(Row { pk: 7, name: None, tags: Vec::new() }));
        assert_eq!(Row::read(&json!({"name": "x"})), None);
        assert_eq!(Row::read(&json!([7])), None);
    }

    #[test]
    fn a_value_of_another_kind_is_not_read() {
        for wrong in [
            json!({"pk": "7"}),
            json!({"pk": 7, "name": 1}),
            json!({"pk": 7, "tags": null}),
            json!({"pk": 7, "tags": [["a"]]}),
            json!({"pk": 7, "tags": [["a", 1, 2]]}),
            json!({"pk": 7, "tags": [["a", 256]]}),
        ] {
            assert_eq!(Row::read(&wrong), None, "{wrong}");
        }
    }

    #[test]
    fn a_variant_is_its_name_or_an_object_of_it() {
        for (state, kept) in [
            (State::Idle, json!("Idle")),
            (State::Done, json!("done")),
            (State::Failed("why".into()), json!({"Failed": "why"})),
        ] {
            assert_eq!(state.keep(), kept);
            assert_eq!(State::read(&kept), Some(state));
        }
        for wrong in [json!("Done"), json!("Failed"), json!({"Failed": 1}), json!({"done": 1}), json!({}), json!(1)] {
            assert_eq!(State::read(&wrong), None, "{wrong}");
        }
    }

    #[test]
    fn maps_and_numbers_read_back() {
        let map = BTreeMap::from([("a".to_owned(), 1.5), ("b".to_owned(), 2.0)]);
        assert_eq!(BTreeMap::read(&map.keep()), Some(map));
        // A browser gives whole numbers back as whole numbers.
        assert_eq!(f64::read(&json!(2)), Some(2.0));
        assert_eq!(i64::read(&json!(2.5)), None);
    }
}
