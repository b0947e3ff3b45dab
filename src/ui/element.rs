//! An element of a view, of one type whatever its tag, attributes and children are.
//!
//! Leptos' `view!` gives each tag, each attribute and each event a type, and each type its own code for being built,
//! changed and dropped, although most of it is the same: that was a third of the popup's module. Here the differences
//! are values. Leptos draws the rest: [`AnyView`], its lists, and what runs again when a signal changes.

use std::borrow::Cow;
use std::cell::RefCell;
use std::rc::Rc;

use leptos::ev::{Event, KeyboardEvent};
use leptos::prelude::*;
use leptos::tachys::html::attribute::any_attribute::AnyAttribute;
use leptos::tachys::hydration::Cursor;
use leptos::tachys::no_attrs;
use leptos::tachys::renderer::types::{Element, Event as Heard, Node};
use leptos::tachys::renderer::{CastFrom, RemoveEventHandler, Rndr};
use leptos::tachys::view::any_view::AnyViewState;
use leptos::tachys::view::{Position, PositionState};

use super::dispatch::focus_soon;

/// An element before it is drawn. Boxed, because it is handed on with each call that adds something.
#[must_use]
pub struct El(Box<Parts>);

struct Parts {
    tag: &'static str,
    attributes: Vec<Attribute>,
    listeners: Vec<(&'static str, Listener)>,
    children: Vec<AnyView>,
    focus: bool,
}

struct Attribute {
    name: &'static str,
    /// A property of the element's object; it is set each time, because a person changes it too.
    property: bool,
    is: Is,
}

enum Is {
    Fixed(Value),
    Live(Box<dyn Fn() -> Value + Send>),
}

type Listener = Box<dyn FnMut(Heard) + Send>;

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
    pub fn live<V: Into<Value>>(self, name: &'static str, read: impl Fn() -> V + Send + 'static) -> Self {
        self.with(name, false, Is::Live(Box::new(move || read().into())))
    }

    /// A property of the element's object: `value`, `checked`, `selected`.
    pub fn prop<V: Into<Value>>(self, name: &'static str, read: impl Fn() -> V + Send + 'static) -> Self {
        self.with(name, true, Is::Live(Box::new(move || read().into())))
    }

    fn with(mut self, name: &'static str, property: bool, is: Is) -> Self {
        self.0.attributes.push(Attribute { name, property, is });
        self
    }

    /// Hears an event.
    pub fn on(self, name: &'static str, mut heard: impl FnMut(Event) + Send + 'static) -> Self {
        self.listen(name, Box::new(move |event| heard(Event::from(event))))
    }

    /// Hears keys.
    pub fn on_key(self, mut heard: impl FnMut(KeyboardEvent) + Send + 'static) -> Self {
        self.listen("keydown", Box::new(move |event| heard(KeyboardEvent::from(event))))
    }

    /// Hears what a field has in it, at `input` or `change`.
    pub fn on_text(self, name: &'static str, mut heard: impl FnMut(String) + Send + 'static) -> Self {
        self.on(name, move |event| heard(event_target_value(&event)))
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
    fn drawn(self) -> AnyView {
        self.into_any()
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
        redrawn(Box::new(move || self().drawn()))
    }
}

fn redrawn(draw: Box<dyn Fn() -> AnyView + Send>) -> AnyView {
    draw.into_any()
}

/// An element on the page.
pub struct Drawn {
    tag: &'static str,
    node: Element,
    attributes: Vec<Kept>,
    listeners: Vec<Listening>,
    children: Vec<AnyViewState>,
    focus: bool,
}

struct Kept {
    name: &'static str,
    property: bool,
    is: KeptIs,
}

enum KeptIs {
    Fixed(Value),
    Live(RenderEffect<Value>),
}

struct Listening {
    name: &'static str,
    now: Rc<RefCell<Listener>>,
    _until_dropped: RemoveEventHandler<Element>,
}

fn set(node: &Element, name: &str, property: bool, before: Option<&Value>, value: &Value) {
    match value {
        Value::Text(text) if property => Rndr::set_property(node, name, &text.as_ref().into()),
        Value::Flag(flag) if property => Rndr::set_property(node, name, &(*flag).into()),
        Value::Text(_) | Value::Flag(_) if before == Some(value) => {}
        Value::Text(text) => Rndr::set_attribute(node, name, text),
        Value::Flag(true) => Rndr::set_attribute(node, name, ""),
        Value::Flag(false) => Rndr::remove_attribute(node, name),
    }
}

impl Attribute {
    fn put(self, node: &Element, before: Option<Value>) -> Kept {
        let Self { name, property, is } = self;
        let is = match is {
            Is::Fixed(value) => {
                set(node, name, property, before.as_ref(), &value);
                KeptIs::Fixed(value)
            }
            Is::Live(read) => {
                let node = node.clone();
                let again = move |before: Option<Value>| {
                    let value = read();
                    set(&node, name, property, before.as_ref(), &value);
                    value
                };
                KeptIs::Live(RenderEffect::new_with_value(again, before))
            }
        };
        Kept { name, property, is }
    }
}

impl Kept {
    fn change(&mut self, new: Attribute, node: &Element) {
        let before = match &mut self.is {
            KeptIs::Fixed(value) => Some(std::mem::replace(value, Value::Flag(false))),
            KeptIs::Live(effect) => effect.take_value(),
        };
        *self = new.put(node, before);
    }
}

fn listen(node: &Element, name: &'static str, listener: Listener) -> Listening {
    let now = Rc::new(RefCell::new(listener));
    let hears = Rc::clone(&now);
    let until_dropped = Rndr::add_event_listener(node, name, Box::new(move |event| (hears.borrow_mut())(event)));
    Listening { name, now, _until_dropped: until_dropped }
}

impl Parts {
    /// Whether what is on the page can become this by changing values: it keeps the focus then.
    fn is_like(&self, drawn: &Drawn) -> bool {
        self.tag == drawn.tag
            && self.focus == drawn.focus
            && self.children.len() == drawn.children.len()
            && self.attributes.len() == drawn.attributes.len()
            && self.listeners.len() == drawn.listeners.len()
            && self
                .attributes
                .iter()
                .zip(&drawn.attributes)
                .all(|(new, old)| new.name == old.name && new.property == old.property)
            && self.listeners.iter().zip(&drawn.listeners).all(|(new, old)| new.0 == old.name)
    }
}

impl Render for El {
    type State = Drawn;

    fn build(self) -> Drawn {
        let Parts { tag, attributes, listeners, children, focus } = *self.0;
        let node = Rndr::create_element(tag, None);
        let attributes = attributes.into_iter().map(|attribute| attribute.put(&node, None)).collect();
        let listeners = listeners.into_iter().map(|(name, listener)| listen(&node, name, listener)).collect();
        let mut children: Vec<_> = children.into_iter().map(Render::build).collect();
        for child in &mut children {
            child.mount(&node, None);
        }
        if focus {
            focus_soon(node.clone());
        }
        Drawn { tag, node, attributes, listeners, children, focus }
    }

    fn rebuild(self, drawn: &mut Drawn) {
        if !self.0.is_like(drawn) {
            let mut new = self.build();
            drawn.insert_before_this(&mut new);
            drawn.unmount();
            *drawn = new;
            return;
        }
        for (new, kept) in self.0.attributes.into_iter().zip(&mut drawn.attributes) {
            kept.change(new, &drawn.node);
        }
        for ((_, new), listening) in self.0.listeners.into_iter().zip(&drawn.listeners) {
            *listening.now.borrow_mut() = new;
        }
        for (new, child) in self.0.children.into_iter().zip(&mut drawn.children) {
            new.rebuild(child);
        }
    }
}

impl Mountable for Drawn {
    fn unmount(&mut self) {
        Rndr::remove(&self.node);
    }

    fn mount(&mut self, parent: &Element, marker: Option<&Node>) {
        Rndr::insert_node(parent, &self.node, marker);
    }

    fn insert_before_this(&self, child: &mut dyn Mountable) -> bool {
        let parent = Rndr::get_parent(&self.node).and_then(Element::cast_from);
        parent.is_some_and(|parent| {
            child.mount(&parent, Some(&self.node));
            true
        })
    }

    fn elements(&self) -> Vec<Element> {
        vec![self.node.clone()]
    }
}

no_attrs!(El);

/// Views are drawn in a browser only; a server's part of this is never asked for.
impl RenderHtml for El {
    type AsyncOutput = Self;
    type Owned = Self;

    const MIN_LENGTH: usize = 0;

    fn dry_resolve(&mut self) {}

    async fn resolve(self) -> Self {
        self
    }

    fn to_html_with_buf(self, _: &mut String, _: &mut Position, _: bool, _: bool, _: Vec<AnyAttribute>) {}

    fn hydrate<const FROM_SERVER: bool>(self, _: &Cursor, _: &PositionState) -> Drawn {
        self.build()
    }

    fn into_owned(self) -> Self {
        self
    }
}
