//! The thread that parses, evaluates and drops: a big stack, and a clock over all of it.

use std::sync::mpsc::{self, RecvTimeoutError};
use std::thread;
use std::time::Duration;

use spareval::CancellationToken;

use crate::diagnostic::{Diagnostic, Result, codes};

/// Address space reserved for the stack; memory is taken only as far as the stack grows.
const STACK: usize = 512 << 20;
/// What is tried when the system refuses that much.
const SMALL_STACK: usize = 64 << 20;
/// How long after its deadline a query may take to notice that it is cancelled.
const GRACE: Duration = Duration::from_millis(300);

/// Runs `work` on a thread of its own, and no longer than `limit`.
///
/// The work is told to stop by its token. What does not listen (a parser, a sort) is left behind: its thread goes on
/// until it is done or the process ends, and its outcome is dropped there.
///
/// # Errors
/// `QUERY_LIMIT` when the time is up, `QUERY_FAILED` when the work panicked or no thread could be made.
pub(crate) fn run<T: Send + 'static>(
    limit: Option<Duration>,
    work: impl FnOnce(&CancellationToken) -> T + Send + 'static,
) -> Result<T> {
    let (sender, receiver) = mpsc::sync_channel(1);
    let token = CancellationToken::new();
    let handed = token.clone();
    spawn(move || {
        // The receiver is gone when the time was up; the outcome is dropped here, on the big stack.
        let _ = sender.send(work(&handed));
    })?;
    let outcome = match limit {
        None => receiver.recv().map_err(|_| RecvTimeoutError::Disconnected),
        Some(limit) => receiver.recv_timeout(limit).or_else(|error| match error {
            RecvTimeoutError::Disconnected => Err(error),
            RecvTimeoutError::Timeout => {
                token.cancel();
                receiver.recv_timeout(GRACE)
            }
        }),
    };
    outcome.map_err(|error| match error {
        RecvTimeoutError::Timeout => too_slow(limit.unwrap_or_default()).into(),
        RecvTimeoutError::Disconnected => Diagnostic::error(
            codes::QUERY_FAILED,
            "the query engine broke down over this query",
        )
        .hint("this is a defect; please report it with the query")
        .into(),
    })
}

/// Returns the finding for a query that took longer than it may.
pub(crate) fn too_slow(limit: Duration) -> Diagnostic {
    Diagnostic::error(
        codes::QUERY_LIMIT,
        format!(
            "the query took longer than its limit of {} s; nothing of its answer is given",
            limit.as_secs_f64()
        ),
    )
    .hint("make it more selective, or allow it more time with --timeout")
}

/// Starts the work on the largest stack the system grants.
///
/// A refused thread drops its closure, so the work is handed over only once a thread is there.
fn spawn(work: impl FnOnce() + Send + 'static) -> Result<()> {
    let start = |size| {
        let (hand_over, take) = mpsc::sync_channel(1);
        thread::Builder::new()
            .name("query".to_owned())
            .stack_size(size)
            .spawn(move || take.recv().map(|work: Box<dyn FnOnce() + Send>| work()))
            .map(|_| hand_over)
    };
    let hand_over = start(STACK)
        .or_else(|_| start(SMALL_STACK))
        .map_err(|error| {
            Diagnostic::error(
                codes::QUERY_FAILED,
                format!("the system refused a thread for the query: {error}"),
            )
        })?;
    // The thread waits for this, so the work cannot come back.
    let _ = hand_over.send(Box::new(work));
    Ok(())
}

#[cfg(test)]
mod tests {
    use std::time::Instant;

    use super::*;

    #[test]
    fn work_that_does_not_listen_is_left_behind() {
        let started = Instant::now();
        let error = run(Some(Duration::from_millis(50)), |_| {
            thread::sleep(Duration::from_secs(20));
        })
        .unwrap_err();
        assert_eq!(error.0[0].code, codes::QUERY_LIMIT);
        assert!(error.0[0].message.contains("0.05 s"), "{error}");
        assert!(started.elapsed() < Duration::from_secs(10));
    }

    #[test]
    fn work_that_listens_hands_over_what_it_has() {
        let stopped = run(Some(Duration::from_millis(20)), |token| {
            while !token.is_cancelled() {
                thread::yield_now();
            }
            7
        });
        assert_eq!(stopped, Ok(7));
        assert_eq!(run(None, |_| 1), Ok(1));
    }

    #[test]
    fn the_stack_is_deep() {
        fn down(depth: u64) -> u64 {
            let filler = std::hint::black_box([depth; 64]);
            if depth == 0 {
                filler[63]
            } else {
                down(depth - 1) + filler[0].min(1)
            }
        }
        assert_eq!(run(None, |_| down(50_000)), Ok(50_000));
    }
}
