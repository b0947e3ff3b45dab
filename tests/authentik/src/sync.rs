//! Locks that survive a panic in a test.

use std::sync::{Mutex, MutexGuard, PoisonError};

/// Locks, also after somebody panicked while holding the lock.
pub fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
