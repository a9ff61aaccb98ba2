//! Sets and maps whose keys are hashes already: hashing them again would only cost.

use std::hash::{BuildHasherDefault, Hasher};

/// Takes a hash for what it is.
pub(crate) type ByHash = BuildHasherDefault<Given>;

/// The hasher behind [`ByHash`].
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Given(u64);

impl Hasher for Given {
    fn finish(&self) -> u64 {
        self.0
    }

    fn write(&mut self, bytes: &[u8]) {
        for byte in bytes {
            self.0 = self.0.rotate_left(8) ^ u64::from(*byte);
        }
    }

    fn write_u64(&mut self, hash: u64) {
        self.0 = hash;
    }

    fn write_u128(&mut self, hash: u128) {
        let bytes = hash.to_le_bytes();
        let (half, _) = bytes.split_at(8);
        self.0 = half.try_into().map_or(0, u64::from_le_bytes);
    }
}
