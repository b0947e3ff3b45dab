//! From "As code" to the texts, and back to where one was.

use serde_json::{Value, json};

use super::{App, Effect, Route, Status};
use crate::authentik::kept::Kept;
use crate::screens::code::Code;
use crate::screens::event::CodeEvent;
use crate::words::code_words;

impl App {
    pub(super) fn on_code(&mut self, event: CodeEvent) -> Vec<Effect> {
        match event {
            CodeEvent::Pressed => self.open_code(),
            CodeEvent::Chosen(form) => {
                if let Some(code) = &mut self.code {
                    code.form = form;
                }
                Vec::new()
            }
            CodeEvent::Again => self.ask_code(),
            CodeEvent::Written(written) => self.code_written(&written.0, written.1.as_ref()),
            CodeEvent::Closed => {
                self.route = self.code.take().map(|code| code.back).unwrap_or_default();
                vec![Effect::ShowRoute(self.route.clone())]
            }
        }
    }

    /// The change that is reviewed; without a review, what the site has.
    pub(super) fn open_code(&mut self) -> Vec<Effect> {
        let Some(base) = self.access.as_ref().map(|access| access.base.to_string()) else { return Vec::new() };
        let plan = self.preview();
        let planned = plan.is_some();
        let ask = match (plan, self.slug_of_site()) {
            (Some(plan), _) => json!({"base": base, "plan": plan.keep()}),
            (None, Some(slug)) => json!({"base": base, "slug": slug}),
            _ => return Vec::new(),
        };
        let back = std::mem::replace(&mut self.route, Route::Code);
        let back = if back == Route::Code { Route::Site } else { back };
        self.code = Some(Code { ask, planned, back, form: crate::screens::Form::default(), texts: None });
        let mut effects = vec![Effect::ShowRoute(Route::Code)];
        effects.extend(self.ask_code());
        effects
    }

    /// The application that the tab's site has.
    pub fn slug_of_site(&self) -> Option<&str> {
        match self.site.status.as_ref()? {
            Status::Protected(provider) | Status::PartOfDomain(provider) => provider.application_slug.as_deref(),
            Status::OidcApp { slug, .. } => slug.as_deref(),
            _ => None,
        }
    }

    fn ask_code(&mut self) -> Vec<Effect> {
        let Some(code) = &mut self.code else { return Vec::new() };
        code.texts = None;
        vec![Effect::WriteCode(code.ask.clone())]
    }

    fn code_written(&mut self, ask: &Value, answer: Option<&Value>) -> Vec<Effect> {
        let Some(code) = self.code.as_mut().filter(|code| code.ask == *ask) else { return Vec::new() };
        let said = |key: &str| answer.and_then(|answer| answer.get(key));
        let texts = said("texts")
            .and_then(Value::as_array)
            .map(|texts| texts.iter().map(|text| text.as_str().unwrap_or_default().to_owned()).collect());
        let why = said("failed").and_then(Value::as_str).unwrap_or(code_words().not_loaded);
        code.texts = Some(texts.ok_or_else(|| why.to_owned()));
        if said("stopped").and_then(Value::as_bool) == Some(true) { self.token_stopped() } else { Vec::new() }
    }
}
