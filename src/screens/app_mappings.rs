//! The scope mappings of an OIDC app: authentik's own, the service's, and one of ours that asserts verified addresses.

use super::review::Review;
use super::review_field::Ground;
use crate::authentik::scope_mappings::{self, ScopeMapping};
use crate::catalogue;
use crate::plan::Mapping;
use crate::site::Inventory;
use crate::words::{fill, words};

/// What every provider gets, so that no service lacks a claim that it may ask for.
const SCOPES: [&str; 4] = ["openid", "profile", "email", "offline_access"];

impl Review {
    pub(super) fn needed_scopes(&self, ground: &Ground) -> Vec<String> {
        let known = self.oidc(ground).map(|oidc| oidc.scopes.as_slice()).unwrap_or_default();
        let mut scopes: Vec<String> = SCOPES.map(str::to_owned).to_vec();
        scopes.extend(known.iter().filter(|scope| !SCOPES.contains(&scope.as_str())).cloned());
        scopes
    }

    /// The service's own mappings: the required ones, and the optional ones that were chosen.
    pub(super) fn own_mappings<'a>(&self, ground: &Ground<'a>) -> Vec<&'a catalogue::Mapping> {
        let all = self.oidc(ground).map(|oidc| oidc.mappings.as_slice()).unwrap_or_default();
        let wanted = |(number, mapping): (u8, &'a catalogue::Mapping)| {
            (mapping.required || self.app.optional.contains(&number)).then_some(mapping)
        };
        (0..).zip(all).filter_map(wanted).collect()
    }

    /// Whether e-mail addresses will be asserted to be verified, which is said before.
    pub fn asserts_verified(&self, ground: &Ground) -> bool {
        self.own_mappings(ground).iter().any(|mapping| asserts_verified(mapping))
    }

    pub(super) fn mappings(&self, ground: &Ground) -> Vec<Mapping> {
        let own = self.own_mappings(ground);
        let replaced = |scope: &String| own.iter().any(|mapping| mapping.replaces_default && mapping.scope == *scope);
        let is_own = |scope: &String| own.iter().any(|mapping| mapping.scope == *scope);
        let scopes = self.needed_scopes(ground).into_iter().filter(|scope| !replaced(scope));
        let there = scopes.filter_map(|scope| {
            let found = scope_mappings::pick(self.scopes(), &scope);
            // A scope of the service's own stands among ours.
            found
                .filter(|found| !is_own(&scope) || !found.managed.is_empty())
                .map(|found| Mapping::There(found.pk.clone()))
        });
        let mut all: Vec<Mapping> = there.collect();
        if self.app.keys.is_none() {
            return all;
        }
        let mut names: Vec<String> = Vec::new();
        for mapping in own {
            let same = |there: &&ScopeMapping| {
                there.managed.is_empty()
                    && there.scope == mapping.scope
                    && there.expression.trim() == mapping.expression.trim()
            };
            if let Some(there) = self.scopes().iter().find(same) {
                all.push(Mapping::There(there.pk.clone()));
                continue;
            }
            let service = self.service(ground).map(|service| service.name.as_str()).unwrap_or_default();
            let template =
                if asserts_verified(mapping) { words().mapping_verified } else { words().mapping_of_service };
            let base = fill(template, &[("service", service), ("scope", &mapping.scope)]);
            let taken =
                |name: &str| self.scopes().iter().any(|there| there.name == name) || names.iter().any(|n| n == name);
            let name = Inventory::free(&base, " ", taken);
            names.push(name.clone());
            all.push(Mapping::New { name, scope: mapping.scope.clone(), expression: mapping.expression.clone() });
        }
        all
    }
}

fn asserts_verified(mapping: &catalogue::Mapping) -> bool {
    mapping.scope == "email" && mapping.replaces_default
}
