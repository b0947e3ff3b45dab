//! The entry points of the two modules. They see everything, and hold nothing but the joining.

#[cfg(feature = "popup")]
mod popup;
#[cfg(feature = "background")]
mod worker;
