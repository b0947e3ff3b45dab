//! The way to the worker: a call, through JSON, as a message would go.

use gatewright::plan::{Order, Reply};
use gatewright::ports::Worker;

use crate::World;

impl Worker for World {
    async fn order(&self, order: &Order) -> Option<Reply> {
        let message = order.to_message().to_string();
        let order = Order::from_message(&serde_json::from_str(&message).ok()?)?;
        let reply = Box::pin(self.worker.obey(self, order)).await.to_message();
        // As the loader does after each answer.
        Box::pin(self.worker.look_later(self)).await;
        Reply::from_message(&reply)
    }
}
