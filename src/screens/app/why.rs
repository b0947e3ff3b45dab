//! From "Why doesn't the gate work?" to the review of a repair; and whether outposts are connected.

use super::{App, Effect, Status, Subject};
use crate::authentik::ApiError;
use crate::plan::{Field, Repair};
use crate::screens::why::{Diagnosis, Healths, Look, WhyEvent, repair};
use crate::site::{Gap, Origin, twins_of};

impl App {
    pub(super) fn on_why(&mut self, event: WhyEvent) -> Vec<Effect> {
        match event {
            WhyEvent::Pressed => self.ask_why(),
            WhyEvent::Closed => {
                self.why = None;
                Vec::new()
            }
            WhyEvent::Looked(look) => self.why_looked(*look),
            WhyEvent::RepairPressed(number) => self.repair_pressed(number),
        }
    }

    fn ask_why(&mut self) -> Vec<Effect> {
        let Some(origin) = self.origin().cloned().filter(|_| self.access.is_some()) else { return Vec::new() };
        self.details = None;
        self.why = Some(Diagnosis { looking: true, ..self.why.take().unwrap_or_default() });
        vec![Effect::AskWhy(Box::new(origin))]
    }

    fn why_looked(&mut self, look: Look) -> Vec<Effect> {
        let error = look.reading.error.clone();
        if error.as_ref().is_some_and(ApiError::is_bad_token) {
            return self.token_stopped();
        }
        let mut effects = Vec::new();
        if error.is_none() {
            self.site.read = look.reading.at;
            look.reading.clone().into_inventory(self.site.inventory.get_or_insert_default());
            self.judge();
            effects = self.remember();
        }
        let judged = self.origin().zip(self.ground()).map(|(origin, ground)| look.judge(origin, &ground));
        // Closed meanwhile: what was read is still worth knowing.
        if let Some(why) = &mut self.why {
            *why = Diagnosis { looking: false, found: judged.filter(|_| error.is_none()), unread: look.unread, error };
        }
        effects
    }

    fn repair_pressed(&mut self, number: usize) -> Vec<Effect> {
        let found = self.why.as_ref().and_then(|why| why.found.as_ref()?.get(number));
        let base = self.access.as_ref().map(|access| &access.base);
        let subject = found.zip(base).and_then(|(found, base)| repair(&found.what, base));
        subject.map(|(_, subject)| self.open_review(subject)).unwrap_or_default()
    }

    /// The review for a gate that is not set up completely.
    pub(super) fn subject_of_gap(&self) -> Option<Subject> {
        let Some(Status::Incomplete(provider, gap)) = self.site.status.clone() else { return None };
        match gap {
            Gap::NoOutpost => Some(Subject::Finish(provider)),
            Gap::NoApplication => Some(Subject::AddApplication(provider)),
            Gap::Twice => {
                let twins = twins_of(&provider, self.inventory(), self.parse);
                Some(Subject::Twice(twins.into_iter().cloned().collect()))
            }
            Gap::CookieDomain => {
                let base = self.access.as_ref().map(|access| &access.base)?;
                let finding = crate::doctor::cookie_domain_of(&provider, self.parse)?;
                repair(&finding, base).map(|(_, subject)| subject)
            }
            Gap::Spelling => {
                let origin = Origin::of(&(self.parse)(&provider.external_host)?)?;
                Some(Subject::Repair(Repair { provider, field: Field::ExternalHost, to: origin.to_string() }))
            }
            Gap::NotConnected => None,
        }
    }

    /// After "Check again": whether the outposts of this gate are connected.
    pub(super) fn read_health(&mut self) -> Vec<Effect> {
        let gate = self.site.status.as_ref().and_then(Status::gate).map(|gate| gate.pk);
        let serving = gate.into_iter().flat_map(|pk| self.inventory().outposts_of(pk));
        let serving: Vec<String> = serving.map(|outpost| outpost.pk.clone()).collect();
        if !std::mem::take(&mut self.site.wants_health) || serving.is_empty() {
            return Vec::new();
        }
        self.site.looking = true;
        vec![Effect::ReadHealth(serving)]
    }

    pub(super) fn health_read(&mut self, healths: &Healths) -> Vec<Effect> {
        self.site.looking = false;
        self.site.took_health(healths);
        self.judge();
        Vec::new()
    }
}
