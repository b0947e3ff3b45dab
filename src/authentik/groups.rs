//! `core/groups`: names to choose from.

use super::List;
use super::kept::keep_fields;

/// A group, as a choice.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Group {
    /// UUID.
    pub pk: String,
    /// Its name.
    pub name: String,
    /// Whether its members are superusers.
    pub is_superuser: bool,
}

keep_fields!(Group { pk, name, is_superuser });

/// `core_groups_list`, without the people.
pub fn list() -> List<Group> {
    List::of("core/groups/", |row| {
        Ok(Group { pk: row.need_text("pk")?, name: row.text("name"), is_superuser: row.flag("is_superuser", false) })
    })
    .with("include_users", "false")
}
