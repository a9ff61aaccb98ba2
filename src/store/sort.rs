//! Sorting lines that begin alike: beginnings that all lines share are passed over, and what follows is compared eight
//! bytes at a time.

/// Up to so many lines are compared with each other as a whole.
const FEW: usize = 16;

/// After so many steps what is left is compared as a whole: lines made for it could nest deep.
const STEPS: usize = 200;

/// Bytes of a key.
const WIDTH: usize = size_of::<u64>();

/// Sorts lines by their bytes.
pub(super) fn sort(lines: &mut [&[u8]]) {
    let mut keyed: Vec<(u64, &[u8])> = lines.iter().map(|line| (0, *line)).collect();
    sort_from(&mut keyed, 0, STEPS);
    for (line, (_, sorted)) in lines.iter_mut().zip(keyed) {
        *line = sorted;
    }
}

/// Sorts lines that are the same up to `start`.
fn sort_from(lines: &mut [(u64, &[u8])], start: usize, steps: usize) {
    if lines.len() <= FEW || steps == 0 {
        return sort_whole(lines, start);
    }
    let start = start + shared(lines, start);
    for (key, line) in &mut *lines {
        *key = key_of(rest(line, start));
    }
    lines.sort_unstable_by_key(|(key, _)| *key);
    for run in lines.chunk_by_mut(|(a, _), (b, _)| a == b) {
        // The key of a line that has ended may be that of one that goes on with zeros.
        if run.iter().any(|(_, line)| line.len() < start + WIDTH) {
            sort_whole(run, start);
        } else {
            sort_from(run, start + WIDTH, steps - 1);
        }
    }
}

fn sort_whole(lines: &mut [(u64, &[u8])], start: usize) {
    lines.sort_unstable_by(|(_, a), (_, b)| rest(a, start).cmp(rest(b, start)));
}

fn rest(line: &[u8], start: usize) -> &[u8] {
    line.get(start..).unwrap_or_default()
}

/// Returns how many bytes from `start` on all lines share.
fn shared(lines: &[(u64, &[u8])], start: usize) -> usize {
    let Some(((_, first), others)) = lines.split_first() else {
        return 0;
    };
    let mut common = rest(first, start);
    for (_, line) in others {
        let line = rest(line, start);
        if !line.starts_with(common) {
            let length = common.iter().zip(line).take_while(|(a, b)| a == b).count();
            common = &common[..length];
        }
    }
    common.len()
}

/// Returns the first bytes as a number whose order is theirs, with zeros behind the end.
fn key_of(bytes: &[u8]) -> u64 {
    match bytes.first_chunk() {
        Some(whole) => u64::from_be_bytes(*whole),
        None => {
            let mut padded = [0; WIDTH];
            padded[..bytes.len()].copy_from_slice(bytes);
            u64::from_be_bytes(padded)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn sorted_as_any(lines: &[Vec<u8>]) {
        let mut expected: Vec<&[u8]> = lines.iter().map(Vec::as_slice).collect();
        let mut found = expected.clone();
        expected.sort();
        sort(&mut found);
        assert_eq!(found, expected);
    }

    #[test]
    fn lines_that_nest_deep_are_sorted() {
        let lines: Vec<Vec<u8>> = (0..600)
            .rev()
            .map(|n| [vec![b'a'; n * WIDTH], vec![b'b'; n % 3]].concat())
            .collect();
        sorted_as_any(&lines);
    }

    proptest! {
        #[test]
        fn the_order_is_that_of_bytes(
            lines in prop::collection::vec(
                prop::collection::vec(prop::sample::select(vec![0_u8, b'a', b'b', 255]), 0..24),
                0..200,
            ),
            beginning in prop::collection::vec(any::<u8>(), 0..20),
        ) {
            let lines: Vec<Vec<u8>> =
                lines.into_iter().map(|line| [beginning.clone(), line].concat()).collect();
            sorted_as_any(&lines);
        }
    }
}
