//! What is to exist, or exists, apart from the form it is written in: an application with all that belongs to it, and
//! what it refers to by a name that another authentik knows it by, too.

use serde_json::Value;

use crate::authentik::Release;

/// The fields of an object, in the order they are written.
pub type Fields = Vec<(String, Val)>;

/// A value.
#[derive(Clone, Debug, PartialEq)]
pub enum Val {
    /// A text, a number, a flag or nothing.
    Plain(Value),
    /// Values in a row.
    List(Vec<Val>),
    /// Values by name.
    Map(Fields),
    /// Something that is there already.
    There(Thing),
    /// What is made first: its place in [`Export::made`].
    Made(usize),
    /// A variable: its place in [`Export::asked`].
    Asked(usize),
}

/// What can be referred to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// A flow, by its slug.
    Flow,
    /// A group, by its name.
    Group,
    /// A person, by the username.
    User,
    /// A policy of any type, by its name.
    Policy,
    /// An expression policy, by its name.
    Expression,
    /// A key pair, by its name.
    Certificate,
    /// A scope mapping, by its mark or its name.
    Scope,
    /// An outpost, by its name.
    Outpost,
}

/// Something that is there, by what every authentik knows it by.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Thing {
    /// What it is.
    pub kind: Kind,
    /// The field that it is found by.
    pub by: &'static str,
    /// What stands there.
    pub key: String,
    /// Its UUID, or its number, in the authentik that was read.
    pub id: String,
}

/// What is made before the provider.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Made {
    /// A key pair, generated under this name.
    Key(String),
    /// A scope mapping.
    Mapping {
        /// Its name.
        name: String,
        /// The scope.
        scope: String,
        /// The Python expression.
        expression: String,
        /// What it says of itself.
        description: String,
    },
}

/// Something that whoever uses the export has to say.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Asked {
    /// In small letters and underscores.
    pub name: String,
    /// It is a secret.
    pub secret: bool,
    /// It is a number.
    pub number: bool,
    /// What it is, for a person.
    pub says: String,
}

/// A provider.
#[derive(Clone, Debug, PartialEq)]
pub struct Provider {
    /// It is an OAuth2 provider; else a proxy provider.
    pub oauth2: bool,
    /// Its fields.
    pub fields: Fields,
    /// Fields in which something stands that is not in the export.
    pub left_out: Vec<String>,
    /// Its key, where it exists.
    pub id: Option<i64>,
}

/// Who gets in.
#[derive(Clone, Debug, PartialEq)]
pub struct Binding {
    /// Its fields, without the target.
    pub fields: Fields,
    /// Its UUID, where it exists.
    pub id: Option<String>,
}

/// A place in an outpost.
#[derive(Clone, Debug, PartialEq)]
pub struct Place {
    /// The outpost.
    pub outpost: Val,
    /// Its UUID, where the place exists.
    pub id: Option<String>,
}

/// An application with all that belongs to it.
#[derive(Clone, Debug, PartialEq)]
pub struct Export {
    /// The address of the authentik that it is of.
    pub base: String,
    /// Its release, if that is known.
    pub release: Option<Release>,
    /// It exists, rather than being planned.
    pub exists: bool,
    /// The slug of the application.
    pub slug: String,
    /// What is made first.
    pub made: Vec<Made>,
    /// The fields of the application, without its provider.
    pub application: Fields,
    /// Fields of the application in which something stands that is not in the export.
    pub left_out: Vec<String>,
    /// The provider.
    pub provider: Provider,
    /// Who gets in; nobody named is everyone.
    pub bindings: Vec<Binding>,
    /// Where the provider is served.
    pub places: Vec<Place>,
    /// What has to be said.
    pub asked: Vec<Asked>,
    /// What is not in the export, for a person.
    pub notes: Vec<String>,
}

impl Export {
    /// Something that has to be said; the same thing is asked once.
    pub fn ask(&mut self, asked: Asked) -> Val {
        let place = self.asked.iter().position(|other| *other == asked).unwrap_or_else(|| {
            self.asked.push(asked);
            self.asked.len() - 1
        });
        Val::Asked(place)
    }

    /// Adds a note, once.
    pub fn note(&mut self, says: String) {
        if !self.notes.contains(&says) {
            self.notes.push(says);
        }
    }

    /// All that is referred to and is there already, each once, in the order it is met.
    pub fn things(&self) -> Vec<&Thing> {
        let mut found = Vec::new();
        let bindings = self.bindings.iter().flat_map(|binding| &binding.fields);
        for (_, val) in self.provider.fields.iter().chain(&self.application).chain(bindings) {
            collect(val, &mut found);
        }
        for place in &self.places {
            collect(&place.outpost, &mut found);
        }
        found
    }
}

fn collect<'a>(val: &'a Val, found: &mut Vec<&'a Thing>) {
    match val {
        Val::There(thing) if !found.contains(&thing) => found.push(thing),
        Val::List(items) => items.iter().for_each(|item| collect(item, found)),
        Val::Map(fields) => fields.iter().for_each(|(_, val)| collect(val, found)),
        _ => {}
    }
}
