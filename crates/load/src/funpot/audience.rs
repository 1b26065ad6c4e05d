//! Who votes on what: made by the server, voters with credits and tokens, events that stay open.

use super::control::{CreatedEvent, FunpotControl, Voter};
use crate::error::LoadError;

/// Voters made by one call.
const CHUNK: u32 = 2_000;
/// Credits of each: more votes than anybody may cast in a run.
const CREDITS: i64 = 1_000_000;
/// Every vote's cost, credits: the default.
pub const COST: i64 = 100;
/// Seconds for which events stay open: the most that is allowed.
const OPEN_S: u64 = 1_800;

/// Voters and events of a run.
#[derive(Debug)]
pub struct Audience {
    /// Who votes.
    pub voters: Vec<Voter>,
    /// What is open.
    pub events: Vec<CreatedEvent>,
}

impl Audience {
    /// The public ids of a voter and an event.
    #[must_use]
    pub fn place(&self, voter: u32, event: u32) -> (&str, &str) {
        (&self.voters[voter as usize].user_id, &self.events[event as usize].event_id)
    }
}

/// Makes `voters` voters and `events` events; `nonce` numbers them other than those of earlier runs. Errors: the server did not make them.
pub async fn create(
    control: &mut FunpotControl,
    voters: u32,
    events: u32,
    nonce: u64,
) -> Result<Audience, LoadError> {
    eprintln!("making {voters} voters and {events} events");
    let mut all: Vec<Voter> = Vec::with_capacity(voters as usize);
    while all.len() < voters as usize {
        let left = voters - u32::try_from(all.len()).unwrap_or(voters);
        let first = nonce.wrapping_add(all.len() as u64);
        let made = control.create_voters(first, left.min(CHUNK), CREDITS).await?;
        if made.is_empty() {
            return Err(LoadError::Setup("the server made no voters".to_owned()));
        }
        all.extend(made);
    }
    let events = control.create_events(nonce, events, COST, OPEN_S).await?;
    Ok(Audience { voters: all, events })
}
