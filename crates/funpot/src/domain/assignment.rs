//! Which streamer is watched by which worker. Pure.

use super::ids::StreamerId;

/// A worker that lives, and how many streams it watches.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WorkerLoad {
    /// Its name.
    pub name: String,
    /// Streams.
    pub streams: usize,
}

/// A streamer that is to be watched.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Assignment {
    /// Who.
    pub streamer: StreamerId,
    /// By whom; none: no worker lives.
    pub worker: Option<String>,
}

/// Gives every stream whose worker is not among `living` to the one that watches the fewest, by name where several do. Those that
/// change, as they are then; with nobody living, a lost stream waits without a worker.
#[must_use]
pub fn reassign(wanted: &[Assignment], living: &[String]) -> Vec<Assignment> {
    let is_living = |worker: &Option<String>| worker.as_ref().is_some_and(|name| living.contains(name));
    let streams = |name: &String| wanted.iter().filter(|row| row.worker.as_ref() == Some(name)).count();
    let mut loads: Vec<WorkerLoad> =
        living.iter().map(|name| WorkerLoad { name: name.clone(), streams: streams(name) }).collect();
    let mut changed = Vec::new();
    for row in wanted.iter().filter(|row| !is_living(&row.worker)) {
        let worker = take_idlest(&mut loads);
        if worker != row.worker {
            changed.push(Assignment { streamer: row.streamer, worker });
        }
    }
    changed
}

fn take_idlest(loads: &mut [WorkerLoad]) -> Option<String> {
    let idlest =
        loads.iter_mut().min_by(|one, other| (one.streams, &one.name).cmp(&(other.streams, &other.name)))?;
    idlest.streams += 1;
    Some(idlest.name.clone())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn row(streamer: i64, worker: Option<&str>) -> Assignment {
        Assignment { streamer: StreamerId(streamer), worker: worker.map(str::to_owned) }
    }

    #[test]
    fn streams_of_a_lost_worker_go_to_those_that_watch_the_fewest() {
        let wanted =
            [row(1, Some("a")), row(2, Some("lost")), row(3, Some("lost")), row(4, None), row(5, Some("a"))];
        let living = ["a".to_owned(), "b".to_owned()];
        let changed = reassign(&wanted, &living);
        assert_eq!(changed, [row(2, Some("b")), row(3, Some("b")), row(4, Some("a"))]);
    }

    #[test]
    fn with_nobody_left_a_stream_waits_and_nothing_changes_twice() {
        assert_eq!(reassign(&[row(1, Some("lost")), row(2, None)], &[]), [row(1, None)]);
        assert_eq!(reassign(&[row(1, Some("a"))], &["a".to_owned(), "b".to_owned()]), []);
    }
}
