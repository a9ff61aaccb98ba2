//! Work on several threads whose results are taken in the order of the jobs, so that no output depends on timing.

use std::collections::{BTreeMap, VecDeque};
use std::sync::{Condvar, Mutex, PoisonError};
use std::thread;

use crate::diagnostic::{Diagnostics, Result};
use crate::sync::lock;

/// Jobs that may be under way for each thread; what bounds memory.
const AHEAD: usize = 3;

/// Returns how many threads to use when so many are asked for; 0 is as many as the machine has.
pub(super) fn threads(asked: usize) -> usize {
    match asked {
        0 => thread::available_parallelism().map_or(1, std::num::NonZero::get),
        asked => asked,
    }
}

/// Does every job and takes every result, in order. Any thread may do either, one at a time asking for jobs and one at a
/// time taking results, so that as many threads as there are processors keep all of them at work. One job, or one thread,
/// is done here and now. After the first `None`, `next` has to give no more.
///
/// # Errors
/// The first that `take` returns; no further result is taken then.
pub(super) fn in_order<J: Send, R: Send>(
    threads: usize,
    mut next: impl FnMut() -> Option<J> + Send,
    work: impl Fn(J) -> R + Sync,
    mut take: impl FnMut(R) -> Result<()> + Send,
) -> Result<()> {
    let Some(first) = next() else { return Ok(()) };
    let second = if threads > 1 { next() } else { None };
    let Some(second) = second else {
        take(work(first))?;
        while let Some(job) = next() {
            take(work(job))?;
        }
        return Ok(());
    };
    let mut ready = VecDeque::from([first, second]);
    let crew = Crew {
        most: AHEAD * threads,
        jobs: Mutex::new((0, || ready.pop_front().or_else(&mut next))),
        work,
        take: Mutex::new(take),
        state: Mutex::new(State {
            begun: 0,
            taken: 0,
            waiting: BTreeMap::new(),
            taking: false,
            ended: false,
            failed: None,
        }),
        changed: Condvar::new(),
    };
    thread::scope(|scope| {
        for _ in 1..threads {
            scope.spawn(|| crew.run());
        }
        crew.run();
    });
    lock(&crew.state).failed.take().map_or(Ok(()), Err)
}

/// What the threads share.
struct Crew<N, W, T, R> {
    /// How many jobs may be under way.
    most: usize,
    /// The number of the next job, and what gives it.
    jobs: Mutex<(usize, N)>,
    work: W,
    take: Mutex<T>,
    state: Mutex<State<R>>,
    /// Told when a thread that waits may find something to do.
    changed: Condvar,
}

struct State<R> {
    /// How many jobs were begun, or are about to be.
    begun: usize,
    /// How many results were taken; also the number of the next.
    taken: usize,
    /// Results that have come and are not taken, by the numbers of their jobs.
    waiting: BTreeMap<usize, R>,
    /// Whether a thread is taking results.
    taking: bool,
    /// Whether there are no more jobs, or no more are wanted.
    ended: bool,
    failed: Option<Diagnostics>,
}

/// What a thread does next.
enum Turn<R> {
    Take(R),
    Work,
    Leave,
}

impl<J, R, N, W, T> Crew<N, W, T, R>
where
    N: FnMut() -> Option<J>,
    W: Fn(J) -> R,
    T: FnMut(R) -> Result<()>,
{
    fn run(&self) {
        let _watch = Watch(&self.state, &self.changed);
        loop {
            match self.turn() {
                Turn::Take(result) => self.take(result),
                Turn::Work => self.work(),
                Turn::Leave => return,
            }
        }
    }

    /// Waits until there is something to do. Whoever brings a result comes here next, so nobody has to be told of it.
    fn turn(&self) -> Turn<R> {
        let mut guard = lock(&self.state);
        loop {
            let state = &mut *guard;
            if state.failed.is_some() || (state.ended && state.begun == state.taken) {
                return Turn::Leave;
            }
            if !state.taking
                && let Some(result) = state.waiting.remove(&state.taken)
            {
                state.taking = true;
                return Turn::Take(result);
            }
            if !state.ended && state.begun - state.taken < self.most {
                state.begun += 1;
                return Turn::Work;
            }
            guard = self
                .changed
                .wait(guard)
                .unwrap_or_else(PoisonError::into_inner);
        }
    }

    fn take(&self, result: R) {
        let outcome = (lock(&self.take))(result);
        {
            let mut state = lock(&self.state);
            state.taken += 1;
            state.taking = false;
            // What another thread has said stays: its panic ends the work too.
            if let Err(fault) = outcome {
                state.failed = Some(fault);
            }
        }
        self.changed.notify_all();
    }

    fn work(&self) {
        let (number, job) = {
            let (number, next) = &mut *lock(&self.jobs);
            *number += 1;
            (*number - 1, next())
        };
        let result = job.map(&self.work);
        let mut state = lock(&self.state);
        if let Some(result) = result {
            state.waiting.insert(number, result);
            return;
        }
        state.begun -= 1;
        state.ended = true;
        drop(state);
        self.changed.notify_all();
    }
}

/// Lets the other threads go when one panics; the scope passes the panic on.
struct Watch<'c, R>(&'c Mutex<State<R>>, &'c Condvar);

impl<R> Drop for Watch<'_, R> {
    fn drop(&mut self) {
        if thread::panicking() {
            lock(self.0).failed.get_or_insert_default();
            self.1.notify_all();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::diagnostic::{Diagnostic, codes};

    #[test]
    fn results_come_in_order() {
        for threads in [1, 2, 5] {
            for count in [0_u64, 1, 2, 100] {
                let mut jobs = 0..count;
                let mut found = Vec::new();
                let work = |job: u64| {
                    // Later jobs end sooner.
                    thread::sleep(std::time::Duration::from_micros(100 - job.min(100)));
                    job * 2
                };
                let take = |result| {
                    found.push(result);
                    Ok(())
                };
                in_order(threads, || jobs.next(), work, take).unwrap();
                assert_eq!(found, (0..count).map(|job| job * 2).collect::<Vec<_>>());
            }
        }
    }

    #[test]
    fn a_failure_ends_it() {
        let mut jobs = 0..1000;
        let mut taken = 0;
        let outcome = in_order(
            2,
            || jobs.next(),
            |job| job,
            |_| {
                taken += 1;
                if taken == 5 {
                    Err(Diagnostic::error(codes::WRITE_FAILED, "full").into())
                } else {
                    Ok(())
                }
            },
        );
        assert!(outcome.is_err() && taken == 5 && jobs.start < 100);
    }

    #[test]
    fn a_panic_is_passed_on_and_nobody_waits_for_ever() {
        let outcome = std::panic::catch_unwind(|| {
            let mut jobs = 0..1000;
            let work = |job| assert!(job != 7, "on purpose");
            in_order(3, || jobs.next(), work, |()| Ok(()))
        });
        assert!(outcome.is_err());
    }

    #[test]
    fn a_panic_beside_a_slow_take_is_passed_on() {
        let outcome = std::panic::catch_unwind(|| {
            let mut jobs = 0..20;
            let work = |job| {
                if job == 1 {
                    thread::sleep(std::time::Duration::from_millis(50));
                    panic!("on purpose");
                }
                job
            };
            let take = |job| {
                if job == 0 {
                    thread::sleep(std::time::Duration::from_millis(300));
                }
                Ok(())
            };
            in_order(2, || jobs.next(), work, take)
        });
        assert!(outcome.is_err());
    }
}
