//! Work on several threads whose results are taken in the order of the jobs, so that no output depends on timing.

use std::collections::VecDeque;
use std::sync::Mutex;
use std::sync::mpsc;
use std::thread;

use crate::diagnostic::Result;

/// Jobs that may be under way for each thread; what bounds memory.
const AHEAD: usize = 3;

/// Returns how many threads to use when so many are asked for; 0 is as many as the machine has.
pub(super) fn threads(asked: usize) -> usize {
    match asked {
        0 => thread::available_parallelism().map_or(1, std::num::NonZero::get),
        asked => asked,
    }
}

/// Does every job and takes every result, in order. One job, or one thread, is done here and now.
///
/// # Errors
/// The first that `take` returns; no further result is taken then.
pub(super) fn in_order<J: Send, R: Send>(
    threads: usize,
    mut next: impl FnMut() -> Option<J>,
    work: impl Fn(J) -> R + Sync,
    mut take: impl FnMut(R) -> Result<()>,
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
    let (jobs, taken_jobs) = mpsc::channel::<(usize, J)>();
    let taken_jobs = Mutex::new(taken_jobs);
    let (results, came) = mpsc::channel::<(usize, R)>();
    thread::scope(|scope| {
        let jobs = jobs;
        for _ in 0..threads {
            let (results, taken_jobs, work) = (results.clone(), &taken_jobs, &work);
            scope.spawn(move || {
                while let Some((number, job)) = receive(taken_jobs) {
                    if results.send((number, work(job))).is_err() {
                        break;
                    }
                }
            });
        }
        drop(results);
        let mut waiting: VecDeque<Option<R>> = VecDeque::new();
        let (mut sent, mut taken) = (0, 0);
        let mut ready = VecDeque::from([first, second]);
        loop {
            while sent - taken < AHEAD * threads {
                let Some(job) = ready.pop_front().or_else(&mut next) else {
                    break;
                };
                if jobs.send((sent, job)).is_err() {
                    break;
                }
                sent += 1;
                waiting.push_back(None);
            }
            if sent == taken {
                return Ok(());
            }
            // Threads end only when there are no more jobs, or by a panic, which the scope passes on.
            let Ok((number, result)) = came.recv() else {
                return Ok(());
            };
            if let Some(place) = waiting.get_mut(number - taken) {
                *place = Some(result);
            }
            while let Some(Some(_)) = waiting.front() {
                if let Some(Some(result)) = waiting.pop_front() {
                    taken += 1;
                    take(result)?;
                }
            }
        }
    })
}

fn receive<J>(jobs: &Mutex<mpsc::Receiver<(usize, J)>>) -> Option<(usize, J)> {
    jobs.lock().ok()?.recv().ok()
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
}
