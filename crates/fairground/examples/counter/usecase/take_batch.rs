//! The writer's side of taking numbers: load, decide, save for every visitor who is waiting.

use crate::domain::{self, KEY, ROLL, TakeRefusal, TakeRequest, Taken, account_of, decide, taken_event};
use crate::store as rows;
use kernel::{IdSource, Timestamp};
use ledger::{Book, Declined};
use std::sync::Arc;
use store::keyed::{Decided, Earlier, Key, KeyKind, KeyedHandler, KeyedVerb, Keys, Lifetime, Saved};
use store::locator::{Kind, Locators};
use store::{StoreError, Tx};

/// A number answers to its key for ever.
pub const KEYS: &[KeyKind] = &[KeyKind { number: KEY, lifetime: Lifetime::Forever }];

/// What a visitor got.
#[derive(Debug, Clone, Copy)]
pub struct Answer {
    /// The number.
    pub taken: Taken,
    /// Whether an earlier request took it.
    pub replayed: bool,
}

/// Decides batches.
pub type TakeHandler = KeyedHandler<TakeVerb>;

/// What taking works with.
pub struct TakeVerb {
    pub(crate) ids: Arc<IdSource>,
}

/// What a batch looks at, and what it makes.
pub struct Batch {
    book: Book,
    made: Vec<Taken>,
}

impl KeyedVerb for TakeVerb {
    type Command = TakeRequest;
    type Outcome = Result<Answer, TakeRefusal>;
    type Made = Taken;
    type Batch = Batch;

    const KIND: Kind = domain::KEY;

    fn name(&self) -> &'static str {
        "take"
    }

    fn key(request: &TakeRequest) -> Key {
        Key { owner: request.visitor, hash: request.key_hash }
    }

    fn load(
        &self,
        tx: &mut Tx<'_>,
        keys: &Keys,
        requests: &[&TakeRequest],
    ) -> Result<(Batch, Earlier<Taken>), StoreError> {
        let mut accounts = vec![ROLL];
        accounts.extend(requests.iter().map(|request| account_of(request.visitor)));
        let book = Book::load(tx, &accounts)?;
        let mut questions = Locators::default();
        requests.iter().for_each(|request| questions.ask(request.visitor, KEY, request.key_hash));
        let found = keys.find(tx, &questions)?;
        let asked = requests.iter().map(|request| Self::key(request));
        let earlier = Earlier::load(tx, asked.zip(found), rows::by_ids, |taken| taken.id)?;
        Ok((Batch { book, made: Vec::new() }, earlier))
    }

    fn is_same(taken: &Taken, request: &TakeRequest) -> bool {
        taken.request_hash == request.request_hash
    }

    fn repeat(&self, taken: &Taken, _: &TakeRequest) -> Self::Outcome {
        Ok(Answer { taken: *taken, replayed: true })
    }

    fn refuse_changed(&self, _: &TakeRequest) -> Self::Outcome {
        Err(TakeRefusal::KeyWasUsed)
    }

    fn decide(
        &self,
        batch: &mut Batch,
        request: &TakeRequest,
        now: Timestamp,
    ) -> Result<Decided<Self>, StoreError> {
        match decide(batch.book.rules(), request, self.ids.next(now), now) {
            Ok(taken) => {
                batch.made.push(taken);
                Ok(Decided { outcome: Ok(Answer { taken, replayed: false }), made: Some(taken) })
            }
            Err(Declined::Refused(refusal)) => Ok(Decided { outcome: Err(refusal), made: None }),
            Err(Declined::Fault(fault)) => Err(fault.into()),
        }
    }

    fn id(taken: &Taken) -> i64 {
        taken.id
    }

    fn save(&self, tx: &mut Tx<'_>, mut batch: Batch, now: Timestamp) -> Result<Saved, StoreError> {
        batch.book.save(tx)?;
        rows::insert(tx, &batch.made)?;
        let events = batch.made.iter().map(|taken| taken_event(self.ids.next(now), taken)).collect();
        Ok(Saved { entries: Locators::default(), events })
    }
}
