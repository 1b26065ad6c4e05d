//! Facts about sorted queues, checked against a list that is sorted anew each time.

use cluster::{LocalSortedQueue, SortedQueue};
use rand::rngs::SmallRng;
use rand::{Rng as _, SeedableRng as _};

/// Finds everything by looking at everybody.
#[derive(Default)]
struct Oracle(Vec<(i64, i64)>);

impl Oracle {
    fn order(&self) -> Vec<i64> {
        let mut all = self.0.clone();
        all.sort_unstable();
        all.into_iter().map(|(_, member)| member).collect()
    }
}

#[test]
fn on_any_history_ranks_and_first_members_are_those_of_a_sorted_list() {
    let seed = rand::random::<u64>();
    println!("seed {seed}");
    let mut chance = SmallRng::seed_from_u64(seed);
    let (mut queue, mut oracle) = (LocalSortedQueue::new(), Oracle::default());
    for step in 0..6_000_i64 {
        let member = chance.random_range(0..3_000);
        let known = oracle.0.iter().position(|(_, other)| *other == member);
        if chance.random_range(0..3) == 0 {
            assert_eq!(queue.remove(member), known.is_some());
            known.map(|at| oracle.0.swap_remove(at));
        } else {
            // Mostly at the end, as people come; some anywhere, as a shuffle puts them.
            let score = if chance.random_bool(0.8) { step } else { chance.random_range(-500..6_000) };
            assert_eq!(queue.insert(member, score), known.is_none());
            if known.is_none() {
                oracle.0.push((score, member));
            }
        }
        if step % 97 == 0 {
            let order = oracle.order();
            assert_eq!(queue.first(usize::MAX), order);
            assert_eq!(queue.first(10), order[..order.len().min(10)]);
            assert_eq!((queue.len(), queue.is_empty()), (order.len(), order.is_empty()));
            assert!(order.iter().enumerate().all(|(at, member)| queue.rank(*member) == Some(at)));
        }
    }
    assert_eq!(queue.rank(-1), None);
}
