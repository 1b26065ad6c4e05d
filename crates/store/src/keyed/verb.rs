//! The skeleton of a hot verb whose commands are known by their keys: load, decide each, save, publish.
//!
//! The skeleton owns what every such verb has in common: the clock is read once a batch, the same key gets the same answer and
//! a changed request is refused, keys are entered with what they made and recorded afterwards, events leave through the
//! outbox. A stall fills in a [`KeyedVerb`]; [`KeyedHandler`] makes a [`BatchHandler`] of it.

use super::keys::Keys;
use super::known::{Earlier, Key, Known};
use crate::locator::{Kind, Locators};
use crate::{BatchHandler, StoreError, Tx, outbox};
use kernel::{Clock, Event, Timestamp};
use std::sync::Arc;

/// One hot verb.
pub trait KeyedVerb: Send + Sync + 'static {
    /// What is asked.
    type Command: Send + Sync + 'static;
    /// What is answered, refusals included.
    type Outcome: Send + 'static;
    /// What a key stands for from then on.
    type Made;
    /// Everything a batch looks at, and what it makes.
    type Batch;

    /// Under which locators its keys are found.
    const KIND: Kind;

    /// Label in metrics (`reserve`).
    fn name(&self) -> &'static str;

    /// The command's key.
    fn key(command: &Self::Command) -> Key;

    /// Loads what `commands` need and locks it where the engine has locks, then what their keys have made before.
    fn load(
        &self,
        tx: &mut Tx<'_>,
        keys: &Keys,
        commands: &[&Self::Command],
    ) -> Result<(Self::Batch, Earlier<Self::Made>), StoreError>;

    /// Whether the same command made it.
    fn is_same(made: &Self::Made, command: &Self::Command) -> bool;

    /// The answer to a repeated command: as before.
    fn repeat(&self, made: &Self::Made, command: &Self::Command) -> Self::Outcome;

    /// The answer to another command under a used key.
    fn refuse_changed(&self, command: &Self::Command) -> Self::Outcome;

    /// Decides one new command at `now`. A refusal is an outcome that made nothing, and changes nothing in the batch.
    /// Errors: a fault of ours; nothing of the batch is kept, and its commands are tried alone.
    fn decide(
        &self,
        batch: &mut Self::Batch,
        command: &Self::Command,
        now: Timestamp,
    ) -> Result<Decided<Self>, StoreError>;

    /// The number of what was made.
    fn id(made: &Self::Made) -> i64;

    /// Writes what the batch made; called only when it made something. What is still to be entered and told is returned.
    fn save(&self, tx: &mut Tx<'_>, batch: Self::Batch, now: Timestamp) -> Result<Saved, StoreError>;

    /// After the commit, before anybody is answered: the place for hints held in memory.
    fn publish(&self, _outcomes: &[Self::Outcome]) {}
}

/// What one command came to.
pub struct Decided<V: KeyedVerb + ?Sized> {
    /// Its answer.
    pub outcome: V::Outcome,
    /// What its key stands for from now on; none: it was refused, and its key is free.
    pub made: Option<V::Made>,
}

/// What a saved batch leaves to the skeleton.
#[derive(Debug, Default)]
pub struct Saved {
    /// Locators beside those of the keys.
    pub entries: Locators,
    /// For the outbox, in order.
    pub events: Vec<Event>,
}

/// A [`KeyedVerb`] as a handler of batches.
pub struct KeyedHandler<V> {
    verb: V,
    keys: Arc<Keys>,
    clock: Arc<dyn Clock>,
}

impl<V: KeyedVerb> KeyedHandler<V> {
    /// A handler of `verb`.
    pub fn new(verb: V, keys: Arc<Keys>, clock: Arc<dyn Clock>) -> Self {
        Self { verb, keys, clock }
    }

    fn decide_one(
        &self,
        batch: &mut V::Batch,
        known: (&mut Earlier<V::Made>, &mut Locators),
        command: &V::Command,
        now: Timestamp,
    ) -> Result<V::Outcome, StoreError> {
        let (earlier, entries) = known;
        let key = V::key(command);
        match earlier.known(key, |made| V::is_same(made, command)) {
            Known::Same(made) => return Ok(self.verb.repeat(made, command)),
            Known::Changed => return Ok(self.verb.refuse_changed(command)),
            Known::New => {}
        }
        let decided = self.verb.decide(batch, command, now)?;
        if let Some(made) = decided.made {
            entries.add(key.owner, V::KIND, key.hash, V::id(&made));
            earlier.insert(key, made);
        }
        Ok(decided.outcome)
    }

    fn save(
        &self,
        tx: &mut Tx<'_>,
        batch: V::Batch,
        mut entries: Locators,
        now: Timestamp,
    ) -> Result<(), StoreError> {
        self.keys.turn(now);
        let saved = self.verb.save(tx, batch, now)?;
        entries.append(&saved.entries);
        entries.insert(tx)?;
        outbox::append(tx, &saved.events)?;
        entries.places().for_each(|(owner, kind, key)| self.keys.record(owner, kind, key));
        Ok(())
    }
}

impl<V: KeyedVerb> BatchHandler for KeyedHandler<V> {
    type Command = V::Command;
    type Outcome = V::Outcome;

    fn verb(&self) -> &'static str {
        self.verb.name()
    }

    fn handle(&self, tx: &mut Tx<'_>, commands: &[&V::Command]) -> Result<Vec<V::Outcome>, StoreError> {
        let (mut batch, mut earlier) = self.verb.load(tx, &self.keys, commands)?;
        // Only now: loading may have waited for another node's locks, and a command is late by when it is decided.
        let now = self.clock.now();
        let mut entries = Locators::default();
        let mut outcomes = Vec::with_capacity(commands.len());
        for command in commands {
            outcomes.push(self.decide_one(&mut batch, (&mut earlier, &mut entries), command, now)?);
        }
        if !entries.is_empty() {
            self.save(tx, batch, entries, now)?;
        }
        Ok(outcomes)
    }

    fn committed(&self, outcomes: &[V::Outcome]) {
        self.verb.publish(outcomes);
    }
}
