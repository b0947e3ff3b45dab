//! What a look at authentik brought for the Site screen.

use crate::authentik::ApiError;
use crate::site::{Inventory, Part};

/// Rows that came; parts that were not asked for stay as they were.
#[derive(Clone, Debug, PartialEq, Default)]
pub struct SiteReading {
    /// When, in milliseconds since 1970.
    pub at: f64,
    /// `providers/proxy`
    pub proxies: Option<Vec<crate::authentik::providers_proxy::ProxyProvider>>,
    /// `outposts/instances`
    pub outposts: Option<Vec<crate::authentik::outposts::Outpost>>,
    /// `providers/oauth2`
    pub oauth2: Option<Vec<crate::authentik::providers_oauth2::OAuth2Provider>>,
    /// `core/applications`
    pub applications: Option<Vec<crate::authentik::applications::Application>>,
    /// What the token may not list.
    pub denied: Vec<Part>,
    /// What failed altogether, if anything did: then nothing of this reading counts.
    pub error: Option<ApiError>,
}

impl SiteReading {
    /// Brings the rows into an inventory.
    pub fn into_inventory(self, inventory: &mut Inventory) {
        if let Some(rows) = self.proxies {
            inventory.proxies = rows;
        }
        if let Some(rows) = self.outposts {
            inventory.outposts = rows.into_iter().filter(|outpost| outpost.kind == "proxy").collect();
        }
        if let Some(rows) = self.oauth2 {
            inventory.oauth2 = rows;
        }
        if let Some(rows) = self.applications {
            inventory.applications = rows;
        }
        // The OAuth2 list holds proxy providers too, under the same keys.
        let proxies: Vec<i64> = inventory.proxies.iter().map(|proxy| proxy.pk).collect();
        inventory.oauth2.retain(|provider| !proxies.contains(&provider.pk));
        inventory.denied = self.denied;
    }
}
