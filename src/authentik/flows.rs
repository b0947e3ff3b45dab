//! `flows/instances`: the two flows that every provider needs.

use super::List;
use super::kept::keep_fields;

/// A flow, as a choice.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Flow {
    /// UUID.
    pub pk: String,
    /// The slug; the default ones are known by it.
    pub slug: String,
    /// Its name.
    pub name: String,
    /// What it is for: `authorization`, `invalidation`, …
    pub designation: String,
}

keep_fields!(Flow { pk, slug, name, designation });

/// `flows_instances_list`.
pub fn list() -> List<Flow> {
    List::of("flows/instances/", |row| {
        Ok(Flow {
            pk: row.need_text("pk")?,
            slug: row.text("slug"),
            name: row.text("name"),
            designation: row.text("designation"),
        })
    })
}

/// The flow by its default slug, else the first of its designation: people rename and replace them.
pub fn pick<'a>(flows: &'a [Flow], slug: &str, designation: &str) -> Option<&'a Flow> {
    flows.iter().find(|flow| flow.slug == slug).or_else(|| flows.iter().find(|flow| flow.designation == designation))
}

/// The authorization flow that authentik's own form chooses.
pub fn authorization(flows: &[Flow]) -> Option<&Flow> {
    pick(flows, "default-provider-authorization-implicit-consent", "authorization")
}

/// The invalidation flow that authentik's own form chooses.
pub fn invalidation(flows: &[Flow]) -> Option<&Flow> {
    pick(flows, "default-provider-invalidation-flow", "invalidation")
}
