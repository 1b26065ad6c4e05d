//! A part of the newest entries: versions of places in the order of the places, the newest version of a place first.

use crate::place::Place;
use std::cmp::Reverse;
use std::collections::BTreeMap;

/// What a place holds since a row of the log.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Version {
    /// The row's number.
    pub(crate) seq: i64,
    /// None: the entry was removed.
    pub(crate) id: Option<i64>,
    /// Whether the place may have been taken before.
    pub(crate) replaces: bool,
}

/// The rows of the log that a transaction sees, first and last; none of them if the last is less.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Seqs {
    pub(crate) first: i64,
    pub(crate) last: i64,
}

/// Versions by place.
#[derive(Debug, Default)]
pub(crate) struct Segment {
    versions: BTreeMap<(Place, Reverse<i64>), (Option<i64>, bool)>,
}

impl Segment {
    pub(crate) fn insert(&mut self, place: Place, version: Version) {
        self.versions.insert((place, Reverse(version.seq)), (version.id, version.replaces));
    }

    pub(crate) fn remove(&mut self, place: Place, seq: i64) {
        self.versions.remove(&(place, Reverse(seq)));
    }

    pub(crate) fn len(&self) -> usize {
        self.versions.len()
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.versions.is_empty()
    }

    /// Takes all versions out, in order.
    pub(crate) fn take(&mut self) -> impl Iterator<Item = (Place, Version)> {
        let version = |((place, Reverse(seq)), (id, replaces))| (place, Version { seq, id, replaces });
        std::mem::take(&mut self.versions).into_iter().map(version)
    }

    /// The newest version of `place` among `seqs`.
    pub(crate) fn at(&self, place: Place, seqs: Seqs) -> Option<Version> {
        if self.versions.is_empty() || seqs.last < seqs.first {
            return None;
        }
        let range = (place, Reverse(seqs.last))..=(place, Reverse(seqs.first));
        let ((_, Reverse(seq)), (id, replaces)) = self.versions.range(range).next()?;
        Some(Version { seq: *seq, id: *id, replaces: *replaces })
    }

    /// The newest version among `seqs` of every place from `from` to `to`, both included, in order.
    pub(crate) fn newest(
        &self,
        from: Place,
        to: Place,
        seqs: Seqs,
    ) -> impl Iterator<Item = (Place, Version)> {
        let range = (from, Reverse(i64::MAX))..=(to, Reverse(i64::MIN));
        let mut last = None;
        self.versions.range(range).filter_map(move |((place, Reverse(seq)), (id, replaces))| {
            let is_seen = (seqs.first..=seqs.last).contains(seq);
            if !is_seen || last == Some(*place) {
                return None;
            }
            last = Some(*place);
            Some((*place, Version { seq: *seq, id: *id, replaces: *replaces }))
        })
    }
}

/// The newest version of `place` among `seqs` in any of `layers`.
pub(crate) fn newest_at(layers: &[&Segment], place: Place, seqs: Seqs) -> Option<Version> {
    layers.iter().filter_map(|layer| layer.at(place, seqs)).max_by_key(|version| version.seq)
}

/// The newest version of each place from `from` to `to` in any of `layers`: at most `limit` places, the smallest.
pub(crate) fn newest_between(
    layers: &[&Segment],
    (from, to): (Place, Place),
    seqs: Seqs,
    limit: usize,
) -> BTreeMap<Place, Version> {
    let mut newest = BTreeMap::new();
    if from > to {
        return newest;
    }
    for layer in layers {
        for (place, version) in layer.newest(from, to, seqs).take(limit) {
            let known = newest.entry(place).or_insert(version);
            if known.seq < version.seq {
                *known = version;
            }
        }
    }
    while newest.len() > limit {
        newest.pop_last();
    }
    newest
}
