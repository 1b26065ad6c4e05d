//! The secrets of workers, by the name of the worker and of the key.

use std::collections::BTreeMap;

/// Keys that one worker may have at a time: the new one, and the one it replaces.
pub const KEYS_PER_WORKER_MAX: usize = 2;
/// The longest name of a worker or a key; both stand in headers and logs.
const NAME_BYTES_MAX: usize = 64;

/// The secrets. The `Debug` form hides them.
#[derive(Clone, Default)]
pub struct WorkerKeys(BTreeMap<(String, String), Vec<u8>>);

impl std::fmt::Debug for WorkerKeys {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "WorkerKeys({} keys, hidden)", self.0.len())
    }
}

impl WorkerKeys {
    /// Reads `worker/key=secret`, one an entry. A secret may have any sign, `=` included.
    ///
    /// Errors: a sentence that names the entry by its number and no secret.
    pub fn parse<'a>(entries: impl IntoIterator<Item = &'a str>) -> Result<Self, String> {
        let mut keys = Self::default();
        for (at, text) in entries.into_iter().enumerate() {
            let wrong = |what: &str| format!("entry {}: {what}", at + 1);
            let (worker, key, secret) = entry(text).ok_or_else(|| wrong("must be worker/key=secret"))?;
            if keys.count(&worker) == KEYS_PER_WORKER_MAX {
                return Err(wrong("a worker has two keys at most"));
            }
            if keys.0.insert((worker, key), secret).is_some() {
                return Err(wrong("this key of this worker stands twice"));
            }
        }
        Ok(keys)
    }

    /// The secret of that worker's key.
    #[must_use]
    pub fn secret(&self, worker: &str, key: &str) -> Option<&[u8]> {
        self.0.get(&(worker.to_owned(), key.to_owned())).map(Vec::as_slice)
    }

    /// Whether there is a worker of that name.
    #[must_use]
    pub fn knows(&self, worker: &str) -> bool {
        self.count(worker) > 0
    }

    fn count(&self, worker: &str) -> usize {
        self.0.keys().filter(|(known, _)| known == worker).count()
    }
}

fn entry(text: &str) -> Option<(String, String, Vec<u8>)> {
    let (name, secret) = text.trim().split_once('=')?;
    let (worker, key) = name.split_once('/')?;
    let is_name = |name: &str| {
        (1..=NAME_BYTES_MAX).contains(&name.len())
            && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-_.".contains(&byte))
    };
    let is_sound = is_name(worker) && is_name(key) && !secret.is_empty();
    is_sound.then(|| (worker.to_owned(), key.to_owned(), secret.as_bytes().to_vec()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn two_keys_of_a_worker_are_known_and_a_third_is_refused() {
        let keys = WorkerKeys::parse(["w-1/old=a", "w-1/new=b=c", "w-2/old=d"]).unwrap();
        assert_eq!(keys.secret("w-1", "new"), Some(&b"b=c"[..]));
        assert_eq!((keys.secret("w-2", "new"), keys.knows("w-2"), keys.knows("w-3")), (None, true, false));
        assert!(WorkerKeys::parse(["w/a=1", "w/b=1", "w/c=1"]).unwrap_err().contains("two keys"));
        assert!(WorkerKeys::parse(["w/a=1", "w/a=2"]).unwrap_err().contains("twice"));
    }

    #[test]
    fn an_entry_that_cannot_be_read_is_named_without_its_secret() {
        for bad in ["", "w=hush", "w/a", "/a=hush", "w/=hush", "w/a=", "w x/a=hush"] {
            let error = WorkerKeys::parse([bad]).unwrap_err();
            assert!(error.starts_with("entry 1:") && !error.contains("hush"), "{error}");
        }
        assert!(!format!("{:?}", WorkerKeys::parse(["w/a=hush"]).unwrap()).contains("hush"));
    }
}
