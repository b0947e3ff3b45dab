//! Puts an [`El`] on the page and changes it there: what Leptos asks of a view, once for all elements.

use std::cell::RefCell;
use std::rc::Rc;

use leptos::prelude::*;
use leptos::tachys::html::attribute::any_attribute::AnyAttribute;
use leptos::tachys::hydration::Cursor;
use leptos::tachys::no_attrs;
use leptos::tachys::renderer::types::{Element, Node};
use leptos::tachys::renderer::{CastFrom, RemoveEventHandler, Rndr};
use leptos::tachys::view::any_view::AnyViewState;
use leptos::tachys::view::{Position, PositionState};

use super::dispatch::focus_soon;
use super::element::{Attribute, El, Is, Listener, Parts, Value};

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
                    let value = read.read();
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
    let until_dropped = Rndr::add_event_listener(node, name, Box::new(move |event| hears.borrow_mut().hear(event)));
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
