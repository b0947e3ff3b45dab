//! An element of a view, of one type whatever its tag, attributes and children are.
//!
//! Leptos' `view!` gives each tag, each attribute and each event a type, and each type its own code for being built,
//! changed and dropped, although most of it is the same: that was a third of the popup's module. Here the differences
//! are values. Leptos draws the rest: [`AnyView`], its lists, and what runs again when a signal changes.

use std::borrow::Cow;

use crate::authentik::read::misleads;
use leptos::ev::{Event, KeyboardEvent};
use leptos::prelude::*;
use leptos::tachys::renderer::types::Event as Heard;

/// So many characters of one text are drawn: the longest snippet has a tenth.
const LONGEST: usize = 20_000;

/// An element before it is drawn. Boxed, because it is handed on with each call that adds something.
#[must_use]
pub struct El(pub(super) Box<Parts>);

/// What an element is made of.
pub struct Parts {
    pub(super) tag: &'static str,
    pub(super) attributes: Vec<Attribute>,
    pub(super) listeners: Vec<(&'static str, Listener)>,
    pub(super) children: Vec<AnyView>,
    pub(super) focus: bool,
}

/// One attribute.
pub struct Attribute {
    pub(super) name: &'static str,
    /// A property of the element's object; it is set each time, because a person changes it too.
    pub(super) property: bool,
    pub(super) is: Is,
}

/// How its value is known.
pub enum Is {
    /// It stays.
    Fixed(Value),
    /// It is read, and again when what it reads changes.
    Live(Box<dyn Reads>),
}

/// Called with each event.
pub type Listener = Box<dyn Hears>;

// Traits rather than boxed `Fn`s: such a box also holds a function for each of the other two ways to call, and there are some
// hundred of them.

/// A function that gives the value of an attribute.
pub trait Reads: Send {
    /// The value as it is now.
    fn read(&self) -> Value;
}

impl<F: Fn() -> V + Send, V: Into<Value>> Reads for F {
    fn read(&self) -> Value {
        self().into()
    }
}

/// A function that hears events.
pub trait Hears: Send {
    /// Called with each.
    fn hear(&mut self, event: Heard);
}

struct Events<F>(F);
struct Keys<F>(F);
struct Texts<F>(F);

impl<F: FnMut(Event) + Send> Hears for Events<F> {
    fn hear(&mut self, event: Heard) {
        (self.0)(Event::from(event));
    }
}

impl<F: FnMut(KeyboardEvent) + Send> Hears for Keys<F> {
    fn hear(&mut self, event: Heard) {
        (self.0)(KeyboardEvent::from(event));
    }
}

impl<F: FnMut(String) + Send> Hears for Texts<F> {
    fn hear(&mut self, event: Heard) {
        (self.0)(event_target_value(&Event::from(event)));
    }
}

/// A function that draws.
trait Draws: Send {
    fn draw(&self) -> AnyView;
}

impl<F: Fn() -> C + Send, C: Child> Draws for F {
    fn draw(&self) -> AnyView {
        self().drawn()
    }
}

/// What an attribute or a property is. A flag that is down is an attribute that isn't there.
#[derive(PartialEq)]
pub enum Value {
    /// Text.
    Text(Cow<'static, str>),
    /// There or not.
    Flag(bool),
}

impl From<&'static str> for Value {
    fn from(text: &'static str) -> Self {
        Self::Text(Cow::Borrowed(text))
    }
}

impl From<String> for Value {
    fn from(text: String) -> Self {
        Self::Text(Cow::Owned(text))
    }
}

impl From<bool> for Value {
    fn from(flag: bool) -> Self {
        Self::Flag(flag)
    }
}

/// "true" or "false", as ARIA wants it.
pub fn truth(is: bool) -> &'static str {
    if is { "true" } else { "false" }
}

/// An element with this tag.
pub fn el(tag: &'static str) -> El {
    let parts = Parts { tag, attributes: Vec::new(), listeners: Vec::new(), children: Vec::new(), focus: false };
    El(Box::new(parts))
}

impl El {
    /// An attribute that stays.
    pub fn attr(self, name: &'static str, value: impl Into<Value>) -> Self {
        self.with(name, false, Is::Fixed(value.into()))
    }

    /// The class.
    pub fn class(self, class: &'static str) -> Self {
        self.attr("class", class)
    }

    /// An attribute that is read again when what it reads changes.
    pub fn live(self, name: &'static str, read: impl Reads + 'static) -> Self {
        self.with(name, false, Is::Live(Box::new(read)))
    }

    /// A property of the element's object: `value`, `checked`, `selected`.
    pub fn prop(self, name: &'static str, read: impl Reads + 'static) -> Self {
        self.with(name, true, Is::Live(Box::new(read)))
    }

    fn with(mut self, name: &'static str, property: bool, is: Is) -> Self {
        self.0.attributes.push(Attribute { name, property, is });
        self
    }

    /// Hears an event.
    pub fn on(self, name: &'static str, heard: impl FnMut(Event) + Send + 'static) -> Self {
        self.listen(name, Box::new(Events(heard)))
    }

    /// Hears keys.
    pub fn on_key(self, heard: impl FnMut(KeyboardEvent) + Send + 'static) -> Self {
        self.listen("keydown", Box::new(Keys(heard)))
    }

    /// Hears what a field has in it, at `input` or `change`.
    pub fn on_text(self, name: &'static str, heard: impl FnMut(String) + Send + 'static) -> Self {
        self.listen(name, Box::new(Texts(heard)))
    }

    fn listen(mut self, name: &'static str, listener: Listener) -> Self {
        self.0.listeners.push((name, listener));
        self
    }

    /// Has the focus once it is on the page.
    pub fn focused(mut self) -> Self {
        self.0.focus = true;
        self
    }

    /// Something inside.
    pub fn child(self, child: impl Child) -> Self {
        self.push(child.drawn())
    }

    fn push(mut self, child: AnyView) -> Self {
        self.0.children.push(child);
        self
    }
}

/// Elements beside each other, with nothing around them.
#[must_use]
pub struct Group(Vec<AnyView>);

/// Nothing yet, for things beside each other.
pub fn group() -> Group {
    Group(Vec::new())
}

impl Group {
    /// One more.
    pub fn child(self, child: impl Child) -> Self {
        self.push(child.drawn())
    }

    fn push(mut self, child: AnyView) -> Self {
        self.0.push(child);
        self
    }
}

/// One view for each of `items`.
pub fn each<T>(items: Vec<T>, mut draw: impl FnMut(usize, T) -> El) -> AnyView {
    let mut all = group();
    for (number, item) in items.into_iter().enumerate() {
        all = all.child(draw(number, item));
    }
    all.drawn()
}

/// What may stand in an element; a closure is drawn again when what it reads changes.
pub trait Child {
    /// As the one type that all views have.
    fn drawn(self) -> AnyView;
}

impl Child for AnyView {
    fn drawn(self) -> AnyView {
        self
    }
}

impl Child for El {
    fn drawn(self) -> AnyView {
        self.into_any()
    }
}

impl Child for Group {
    fn drawn(self) -> AnyView {
        self.0.into_any()
    }
}

impl Child for String {
    fn drawn(mut self) -> AnyView {
        tame(&mut self);
        self.into_any()
    }
}

/// What others wrote turns nothing on the screen around, and is not endless. Lines and tabs stay: texts to paste have them.
fn tame(text: &mut String) {
    let keeps = |c: char| !misleads(c) || matches!(c, '\n' | '\t');
    if text.len() > LONGEST || !text.chars().all(keeps) {
        *text = text.chars().filter(|&c| keeps(c)).take(LONGEST).collect();
    }
}

impl Child for &'static str {
    fn drawn(self) -> AnyView {
        self.to_owned().into_any()
    }
}

impl<C: Child> Child for Option<C> {
    fn drawn(self) -> AnyView {
        self.map_or_else(|| ().into_any(), Child::drawn)
    }
}

impl<F: Fn() -> C + Send + 'static, C: Child> Child for F {
    fn drawn(self) -> AnyView {
        redrawn(Box::new(self))
    }
}

fn redrawn(what: Box<dyn Draws>) -> AnyView {
    (move || what.draw()).into_any()
}
