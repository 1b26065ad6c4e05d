//! Values by path prefix: the longest prefix that a path lies below wins.

/// Longest prefix first.
#[derive(Debug, Clone)]
pub(crate) struct PrefixTable<T>(Vec<(&'static str, T)>);

impl<T> FromIterator<(&'static str, T)> for PrefixTable<T> {
    fn from_iter<I: IntoIterator<Item = (&'static str, T)>>(entries: I) -> Self {
        let mut entries: Vec<_> = entries.into_iter().collect();
        entries.sort_by_key(|(prefix, _)| std::cmp::Reverse(prefix.len()));
        Self(entries)
    }
}

impl<T> PrefixTable<T> {
    /// What stands under the longest prefix that `path` lies below.
    pub fn at(&self, path: &str) -> Option<&T> {
        self.0.iter().find(|(prefix, _)| is_below(path, prefix)).map(|(_, value)| value)
    }
}

/// Whether `path` is `prefix` or lies below it: `/shop` holds `/shop` and `/shop/x`, not `/shopping`.
fn is_below(path: &str, prefix: &str) -> bool {
    let rest = path.strip_prefix(prefix);
    rest.is_some_and(|rest| rest.is_empty() || rest.starts_with('/') || prefix.ends_with('/'))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_longest_prefix_of_whole_segments_wins() {
        let table: PrefixTable<u8> = [("/shop", 1), ("/shop/api", 2), ("/", 0)].into_iter().collect();
        for (path, value) in [("/shop", 1), ("/shop/x", 1), ("/shop/api/x", 2), ("/shop/apis", 1)] {
            assert_eq!(table.at(path), Some(&value), "{path}");
        }
        assert_eq!((table.at("/shopping"), table.at("/")), (Some(&0), Some(&0)));
        let some: PrefixTable<u8> = [("/shop", 1)].into_iter().collect();
        assert_eq!((some.at("/shopping"), some.at("/")), (None, None));
    }
}
