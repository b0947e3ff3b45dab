//! `core/users`: who the token is, finding people, one person.

use super::read::Unreadable;
use super::{Call, List, Reader};

/// Whom the token stands for (`core_users_me_retrieve`; 200 for every valid token, 2025.10.3).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Me {
    /// Primary key.
    pub pk: i64,
    /// The login name.
    pub username: String,
    /// The name to show; may be blank.
    pub name: String,
    /// Whether a group, direct or inherited, makes them a superuser.
    pub is_superuser: bool,
}

/// `core_users_me_retrieve`.
pub fn me() -> Call<Me> {
    Call::get("core/users/me/", |answer| {
        let user = answer.get("user").ok_or(Unreadable("/user".into()))?;
        Ok(Me {
            pk: user.int("pk")?,
            username: user.need_text("username")?,
            name: user.text("name"),
            is_superuser: user.flag("is_superuser", false),
        })
    })
}

/// A person, as lists and their own page show them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Person {
    /// Primary key.
    pub pk: i64,
    /// The login name.
    pub username: String,
    /// The name to show; may be blank.
    pub name: String,
    /// E-mail; may be blank, is not unique.
    pub email: String,
    /// Inactive people cannot log in.
    pub is_active: bool,
    /// Superuser through any group.
    pub is_superuser: bool,
    /// `internal`, `external`, `service_account`, `internal_service_account`, or what a later release adds.
    pub kind: String,
    /// ISO 8601; `None` for never.
    pub last_login: Option<String>,
    /// ISO 8601.
    pub date_joined: Option<String>,
    /// Names of the direct groups; only on a person's own page.
    pub groups: Vec<String>,
}

fn person(row: &Reader) -> Result<Person, Unreadable> {
    Ok(Person {
        pk: row.int("pk")?,
        username: row.need_text("username")?,
        name: row.text("name"),
        email: row.text("email"),
        is_active: row.flag("is_active", true),
        is_superuser: row.flag("is_superuser", false),
        kind: row.text("type"),
        last_login: row.opt_text("last_login"),
        date_joined: row.opt_text("date_joined"),
        groups: row.items("groups_obj").iter().map(|group| group.text("name")).collect(),
    })
}

/// `core_users_list` with a search over username, name, e-mail and uuid; words are ANDed, case is ignored (2025.10.3).
/// Quotes would make it a query in authentik's own language on later releases, so they are left out.
pub fn search(words: &str) -> List<Person> {
    let plain: String = words.chars().map(|c| if c == '"' { ' ' } else { c }).collect();
    List::of("core/users/", person).with("search", plain.trim()).with("include_groups", "false").by(20)
}

/// `core_users_retrieve`.
pub fn retrieve(pk: i64) -> Call<Person> {
    Call::get(format!("core/users/{pk}/"), person)
}
