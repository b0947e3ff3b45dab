//! "Verify" for a gate: from the button to the verdict, and the permission to ask the site itself.

use super::{App, Effect, Origin, Route, Status};
use crate::screens::gate::{Evidence, Gate, judge};
use crate::screens::{Check, GateEvent, May};
use crate::words::gate_words;

impl App {
    pub(super) fn on_gate(&mut self, event: GateEvent) -> Vec<Effect> {
        match event {
            GateEvent::Pressed => {
                self.check = Check::default();
                self.go(Route::Verify)
            }
            GateEvent::Again => self.verify_gate(),
            GateEvent::Verified(verified) => self.gate_verified(&verified.0, &verified.1),
            GateEvent::LetPressed => self.let_pressed(),
            GateEvent::HostAnswered(yes) => {
                self.check.may = if yes { May::Ask } else { May::Refused };
                if yes { self.verify_gate() } else { Vec::new() }
            }
            GateEvent::GiveBackPressed => {
                let site = self.origin().filter(|_| self.may_give_back()).map(Origin::to_string);
                site.map(Effect::GiveBack).into_iter().collect()
            }
            GateEvent::GivenBack(gone) => {
                let mut effects = if gone { self.toast(gate_words().given_back) } else { Vec::new() };
                effects.extend(self.verify_gate());
                effects
            }
            GateEvent::StrangerPressed => {
                self.origin().map(|site| Effect::OpenPrivate(format!("{site}/"))).into_iter().collect()
            }
            GateEvent::StrangerOpened(opened) => {
                self.check.by_hand = !opened;
                Vec::new()
            }
        }
    }

    /// The gate of the tab's site.
    pub fn gate(&self) -> Option<Gate> {
        let (Status::Protected(provider) | Status::PartOfDomain(provider)) = self.site.status.clone()? else {
            return None;
        };
        Some(Gate { site: self.origin()?.clone(), provider })
    }

    pub(super) fn verify_gate(&mut self) -> Vec<Effect> {
        let Some(gate) = self.gate().filter(|_| !self.check.looking) else { return Vec::new() };
        self.check.looking = true;
        vec![Effect::VerifyGate(Box::new(gate))]
    }

    fn gate_verified(&mut self, gate: &Gate, evidence: &Evidence) -> Vec<Effect> {
        self.check.looking = false;
        let Some(access) = &self.access else { return Vec::new() };
        match (evidence.stranger.is_some(), self.check.may) {
            (true, _) => self.check.may = May::Ask,
            (false, May::Ask) => self.check.may = May::NotAsked,
            (false, _) => {}
        }
        let outcome = judge(evidence, gate, &access.base, self.inventory());
        self.check.outcome = Some((gate.site.clone(), outcome));
        let stopped = [evidence.noted.as_ref().err(), evidence.open_paths.as_ref().err()];
        if stopped.into_iter().flatten().any(crate::authentik::ApiError::is_bad_token) {
            return self.token_stopped();
        }
        Vec::new()
    }

    /// The browser's question would close the popup, so it is asked from a page in a tab.
    fn let_pressed(&mut self) -> Vec<Effect> {
        let Some(site) = self.gate().map(|gate| gate.site.to_string()) else { return Vec::new() };
        if !self.full_page {
            return vec![Effect::OpenOwn(Route::Verify)];
        }
        self.check.may = May::Asking;
        vec![Effect::AskForSite(site)]
    }

    /// Whether the permission for the site can be given back without taking authentik's own along: in Firefox the two are
    /// one where only the port differs.
    pub fn may_give_back(&self) -> bool {
        let own = self.access.as_ref().map(|access| access.base.host());
        self.check.may == May::Ask && self.origin().is_some_and(|site| own != Some(site.host()))
    }
}
