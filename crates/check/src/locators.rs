//! Locators on SQLite: what is in the log and what is in the tree do not contradict each other.

use crate::claim::Claim;
use crate::fault::CheckFault;
use crate::source::Source;
use std::collections::HashMap;

/// What the log says of a place so far.
#[derive(Debug, Default, Clone, Copy)]
struct Logged {
    is_taken: bool,
    /// A row said that the place was new, and the tree has an id that no row since then has brought there.
    is_strange: bool,
}

/// No place was taken twice: a row that says that its place was new is the first of its place, and the tree has nothing there, or
/// what this row or a later one says. None where there is no log.
pub(crate) fn claim(source: &mut Source) -> Result<Option<Claim>, CheckFault> {
    if !source.has_table("locator_log")? {
        return Ok(None);
    }
    let mut claim = Claim::new("every place of a locator was taken once");
    let mut places: HashMap<[i64; 3], Logged> = HashMap::new();
    let sql = "SELECT n.owner, n.kind, n.key, n.id, n.replaces, t.id FROM locator_log n
               LEFT JOIN main.locators t ON t.owner = n.owner AND t.kind = n.kind AND t.key = n.key ORDER BY n.seq";
    source.for_each(sql, |row| {
        let place = [row.int(0)?, row.int(1)?, row.int(2)?];
        let (id, in_tree) = (row.opt_int(3)?, row.opt_int(5)?);
        let is_new = row.opt_truth(4)? == Some(false);
        let logged = places.entry(place).or_default();
        claim.check(!is_new || !logged.is_taken, || format!("{place:?} was new twice"));
        logged.is_strange = (logged.is_strange || (is_new && in_tree.is_some())) && in_tree != id;
        logged.is_taken = id.is_some();
        Ok(())
    })?;
    for (place, _) in places.iter().filter(|(_, logged)| logged.is_strange) {
        claim.add_wrong(|| format!("{place:?} was new, and the tree has another id there"));
    }
    Ok(Some(claim))
}
