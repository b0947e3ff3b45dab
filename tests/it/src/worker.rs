//! The way to the worker: a call, through JSON, as a message would go.

use gatewright::plan::{Order, Reply};
use gatewright::ports::Worker;

use crate::World;

impl Worker for World {
    async fn order(&self, order: &Order) -> Option<Reply> {
        let message = serde_json::to_string(order).ok()?;
        let order = serde_json::from_str(&message).ok()?;
        Some(self.worker.obey(self, order).await)
    }
}
