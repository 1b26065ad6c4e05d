//! The tree over the leaves of a block: its root, and the path from one leaf to it.
//!
//! Leaves are paired from the left, level by level; a node without a partner moves up as it is. Pure.

use super::hash::{Hash, node};

/// A step from a leaf to the root: the hash beside, and on which side it stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Step {
    /// The hash of the neighbour.
    pub hash: Hash,
    /// Whether the neighbour stands left.
    pub is_left: bool,
}

/// The root over `leaves`; none for no leaves.
#[must_use]
pub fn root(leaves: &[Hash]) -> Option<Hash> {
    let mut level = leaves.to_vec();
    while level.len() > 1 {
        level = above(&level);
    }
    level.pop()
}

/// The steps from leaf `index` to the root; none where there is no such leaf.
#[must_use]
pub fn path(leaves: &[Hash], index: usize) -> Option<Vec<Step>> {
    leaves.get(index)?;
    let (mut level, mut at, mut steps) = (leaves.to_vec(), index, Vec::new());
    while level.len() > 1 {
        if let Some(hash) = level.get(at ^ 1) {
            steps.push(Step { hash: *hash, is_left: at % 2 == 1 });
        }
        level = above(&level);
        at /= 2;
    }
    Some(steps)
}

/// The root that `steps` lead to from `leaf`.
#[must_use]
pub fn follow(leaf: Hash, steps: &[Step]) -> Hash {
    steps.iter().fold(leaf, |below, step| match step.is_left {
        true => node(&step.hash, &below),
        false => node(&below, &step.hash),
    })
}

fn above(level: &[Hash]) -> Vec<Hash> {
    level
        .chunks(2)
        .map(|pair| match pair {
            [left, right] => node(left, right),
            _ => pair[0],
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn leaves(count: u8) -> Vec<Hash> {
        (0..count).map(|byte| [byte; 32]).collect()
    }

    #[test]
    fn a_tree_of_one_leaf_is_its_leaf_and_a_tree_of_none_has_no_root() {
        assert_eq!((root(&leaves(1)), root(&[])), (Some([0; 32]), None));
        assert_eq!((path(&leaves(1), 0), path(&leaves(1), 1)), (Some(vec![]), None));
    }

    #[test]
    fn three_leaves_are_paired_from_the_left() {
        let [a, b, c] = [[0; 32], [1; 32], [2; 32]];
        assert_eq!(root(&[a, b, c]), Some(node(&node(&a, &b), &c)));
    }

    #[test]
    fn every_path_leads_to_the_root_and_no_path_of_another_leaf_does() {
        for count in 1..=33_u8 {
            let leaves = leaves(count);
            let top = root(&leaves).unwrap();
            for (index, leaf) in leaves.iter().enumerate() {
                let steps = path(&leaves, index).unwrap();
                assert_eq!(follow(*leaf, &steps), top, "{index} of {count}");
                assert_ne!(follow([99; 32], &steps), top, "{index} of {count}");
            }
        }
    }

    #[test]
    fn a_changed_removed_or_exchanged_leaf_changes_the_root() {
        let before = root(&leaves(9)).unwrap();
        let mut changed = leaves(9);
        changed[4][0] ^= 1;
        let mut exchanged = leaves(9);
        exchanged.swap(0, 8);
        for other in [changed, exchanged, leaves(8), leaves(10)] {
            assert_ne!(root(&other).unwrap(), before);
        }
    }
}
