//! The in-process sorted queue: short sorted pieces in a row, so that nothing costs more than a walk over their lengths.

use crate::SortedQueue;
use std::collections::HashMap;

/// Members of the longest piece. A hundred thousand members lie in two to four hundred pieces.
const PIECE_MAX: usize = 512;

/// The in-process [`SortedQueue`]: about 40 bytes a member.
#[derive(Debug, Default)]
pub struct LocalSortedQueue {
    scores: HashMap<i64, i64>,
    /// No piece is empty; each ends before the next begins.
    pieces: Vec<Vec<(i64, i64)>>,
}

impl LocalSortedQueue {
    /// An empty queue.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// The piece in which `at` stands or would stand.
    fn piece_of(&self, at: (i64, i64)) -> usize {
        let after = self.pieces.partition_point(|piece| piece.last().is_some_and(|last| *last < at));
        after.min(self.pieces.len().saturating_sub(1))
    }

    fn split(&mut self, piece: usize) {
        // Most members join at the end: the last piece is left nearly full instead of half empty.
        let keep = if piece + 1 == self.pieces.len() { PIECE_MAX * 7 / 8 } else { PIECE_MAX / 2 };
        let rest = self.pieces[piece].split_off(keep);
        self.pieces.insert(piece + 1, rest);
    }
}

impl SortedQueue for LocalSortedQueue {
    fn insert(&mut self, member: i64, score: i64) -> bool {
        if self.scores.contains_key(&member) {
            return false;
        }
        self.scores.insert(member, score);
        let at = (score, member);
        if self.pieces.is_empty() {
            self.pieces.push(vec![at]);
            return true;
        }
        let piece = self.piece_of(at);
        let within = self.pieces[piece].partition_point(|other| *other < at);
        self.pieces[piece].insert(within, at);
        if self.pieces[piece].len() > PIECE_MAX {
            self.split(piece);
        }
        true
    }

    fn remove(&mut self, member: i64) -> bool {
        let Some(score) = self.scores.remove(&member) else { return false };
        let piece = self.piece_of((score, member));
        if let Ok(within) = self.pieces[piece].binary_search(&(score, member)) {
            self.pieces[piece].remove(within);
        }
        if self.pieces[piece].is_empty() {
            self.pieces.remove(piece);
        }
        true
    }

    fn rank(&self, member: i64) -> Option<usize> {
        let at = (*self.scores.get(&member)?, member);
        let piece = self.piece_of(at);
        let before: usize = self.pieces[..piece].iter().map(Vec::len).sum();
        self.pieces[piece].binary_search(&at).ok().map(|within| before + within)
    }

    fn first(&self, count: usize) -> Vec<i64> {
        self.pieces.iter().flatten().take(count).map(|(_, member)| *member).collect()
    }

    fn len(&self) -> usize {
        self.scores.len()
    }
}
