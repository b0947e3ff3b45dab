//! A plan, or what exists, as files that people keep: Terraform, a blueprint, a shell script. No secret is in any of them.
//!
//! [`Export`] is what the three have in common; a [`Script`] is what the shell script does. They live in a module of their
//! own, which is loaded when somebody asks for it.

mod blueprint;
mod build;
mod hcl;
mod labels;
mod names;
mod of_application;
mod of_plan;
mod script;
mod shell;
mod terraform;
mod value;

use serde_json::{Value, json};

use crate::authentik::kept::Kept;
use crate::authentik::{Access, ApiError};
use crate::plan::Plan;
use crate::ports::Http;
use crate::words::{error_text, export_words, fill};

pub use blueprint::{blueprint, quote as yaml_quote};
pub use hcl::quote as hcl_quote;
pub use names::{Names, Row, list_of, names};
pub use of_application::{application, bindings_of, oauth2_provider, of_application, proxy_provider};
pub use of_plan::{kinds_of, of_plan};
pub use script::{Manner, Script, Step};
pub use shell::shell;
pub use terraform::terraform;
pub use value::{Asked, Binding, Export, Fields, Kind, Made, Place, Provider, Thing, Val};

/// The three texts.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Texts {
    /// Terraform.
    pub terraform: String,
    /// Blueprint.
    pub blueprint: String,
    /// Shell script.
    pub shell: String,
}

/// A plan as code.
pub async fn plan_as_code(http: &impl Http, access: &Access, plan: &Plan) -> Result<Texts, ApiError> {
    let base = access.base.to_string();
    let names = names(http, access, &kinds_of(plan)).await?;
    let export = of_plan(&base, plan, &names);
    let script = export.as_ref().map_or_else(|| Script::of_change(&base, plan, &names), Script::of_export);
    let words = export_words();
    let or = |text: Option<String>, says: &str| text.unwrap_or_else(|| format!("# {says}\n"));
    Ok(Texts {
        terraform: or(export.as_ref().map(terraform), words.terraform_change),
        blueprint: or(export.as_ref().map(blueprint), words.blueprint_change),
        shell: shell(&script),
    })
}

/// What exists as code: the application with this slug.
pub async fn application_as_code(http: &impl Http, access: &Access, slug: &str) -> Result<Texts, ApiError> {
    let export = of_application(http, access, slug).await?;
    let shell = shell(&Script::of_export(&export));
    Ok(Texts { terraform: terraform(&export), blueprint: blueprint(&export), shell })
}

/// Answers what a view asks: `{"base", "plan"}` or `{"base", "slug"}`. The answer is `{"texts": [three]}`, or
/// `{"failed": why}`, with `"stopped": true` where authentik doesn't take the token any more.
pub async fn answer(http: &impl Http, access: Option<&Access>, ask: &Value) -> Value {
    let words = export_words();
    let failed = |why: &str| json!({"failed": why});
    let text = |key: &str| ask.get(key).and_then(Value::as_str);
    let Some(access) = access.filter(|access| Some(access.base.to_string().as_str()) == text("base")) else {
        return failed(words.failed_instance);
    };
    let texts = match (ask.get("plan").and_then(Plan::read), text("slug")) {
        (Some(plan), _) => plan_as_code(http, access, &plan).await,
        (None, Some(slug)) => application_as_code(http, access, slug).await,
        _ => return failed(words.failed_ask),
    };
    match texts {
        Ok(texts) => json!({"texts": [texts.terraform, texts.blueprint, texts.shell]}),
        Err(error) => {
            let why = fill(words.failed_read, &[("why", &error_text(&error))]);
            json!({"failed": why, "stopped": error.is_bad_token()})
        }
    }
}
