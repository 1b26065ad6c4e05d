//! Sorted queues: members in the order of their scores, and how many stand before one of them.

/// Members in the order of their scores; of equal scores the lower number first. Not the truth of anything: whoever keeps one
/// can make it anew from what is durable.
pub trait SortedQueue: Send + std::fmt::Debug {
    /// Puts `member` at `score`. False: it stands in the queue already and stays where it is.
    fn insert(&mut self, member: i64, score: i64) -> bool;

    /// Takes `member` out. False: it does not stand in the queue.
    fn remove(&mut self, member: i64) -> bool;

    /// How many stand before `member`; none: it does not stand in the queue.
    fn rank(&self, member: i64) -> Option<usize>;

    /// The first `count` members, in order.
    fn first(&self, count: usize) -> Vec<i64>;

    /// Members.
    fn len(&self) -> usize;

    /// Whether there are none.
    fn is_empty(&self) -> bool {
        self.len() == 0
    }
}
