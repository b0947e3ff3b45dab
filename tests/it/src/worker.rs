//! The way to the worker: a call, through JSON, as a message would go.

use std::rc::Rc;

use gatewright::plan::{Order, Reply};
use gatewright::ports::Worker;

use crate::World;

impl Worker for World {
    async fn order(&self, order: &Order) -> Option<Reply> {
        let message = order.to_message().to_string();
        let order = Order::from_message(&serde_json::from_str(&message).ok()?)?;
        let worker = Rc::clone(&self.worker.borrow());
        Reply::from_message(&worker.obey(self, order).await.to_message())
    }
}
