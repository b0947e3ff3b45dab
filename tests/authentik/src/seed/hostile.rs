//! An authentik whose names, addresses and icons are meant to do harm: the company's, renamed. Keys and slugs stay.

use crate::hostile::name;
use crate::world::World;
use serde_json::json;

/// Addresses that would run where somebody opens them, or that lead elsewhere.
const ADDRESSES: [&str; 4] = [
    "javascript:globalThis.hacked='launch'",
    "data:text/html,<script>globalThis.hacked='data'</script>",
    "https://user:pw@elsewhere.example/",
    "//elsewhere.example/\u{202e}moc",
];

/// Renames everything that has a name. What is unique gets a mark of its own in front.
pub fn rename(world: &mut World) {
    let marked = |number: usize| format!("{number} {}", name(number));
    for (number, user) in world.users.iter_mut().enumerate() {
        user.name = marked(number);
        user.email = format!("{}@example.org", name(number + 3).chars().take(200).collect::<String>());
    }
    for (number, group) in world.groups.iter_mut().filter(|group| !group.is_superuser).enumerate() {
        group.name = marked(number);
    }
    for (number, app) in world.applications.iter_mut().enumerate() {
        app.name = marked(number);
        ADDRESSES[number % ADDRESSES.len()].clone_into(&mut app.meta_launch_url);
        ADDRESSES[(number + 1) % ADDRESSES.len()].clone_into(&mut app.meta_icon);
        app.meta_description = name(number + 1);
        app.meta_publisher = name(number + 2);
        app.group = name(number + 4);
    }
    for (number, provider) in world.providers.iter_mut().enumerate() {
        provider.name = marked(number);
        if number % 3 == 0 {
            provider.oauth.redirect_uris.push(json!({ "matching_mode": "strict", "url": ADDRESSES[0] }));
        }
    }
    for (number, outpost) in world.outposts.iter_mut().enumerate() {
        outpost.name = format!("{} outpost {number}", name(number));
    }
    for (number, flow) in world.flows.iter_mut().enumerate() {
        flow["name"] = json!(name(number));
        flow["title"] = json!(name(number + 1));
    }
    for (number, mapping) in world.scope_mappings.iter_mut().enumerate() {
        mapping["name"] = json!(marked(number));
    }
    for (number, certificate) in world.certificates.iter_mut().enumerate() {
        certificate["name"] = json!(marked(number));
    }
    world.brand["branding_title"] = json!(name(0));
}
