//! Locks on what several threads share.

use std::sync::{Mutex, MutexGuard, PoisonError};

/// Takes a lock, also when a thread that held it has panicked: its panic is passed on where the thread is waited for.
pub(crate) fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
