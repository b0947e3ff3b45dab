//! The entry points of the three modules. They see everything, and hold nothing but the joining.

#[cfg(feature = "code")]
mod code;
#[cfg(feature = "popup")]
mod popup;
#[cfg(feature = "background")]
mod worker;
