//! The signed proof of a sale that is over: streamed page by page, hashed as it leaves, signed at its end. Anybody may have it.

use super::sales_rows;
use crate::app::App;
use crate::domain::event_status::EventStatus;
use crate::domain::ids::{BookingId, EventId, ZoneId};
use crate::domain::sale_proof::{self, CONTEXT, SealedBlock, SealedTransfer, SoldBooking};
use crate::refusals::sale as refusals;
use bytes::Bytes;
use futures_util::stream::{self, Stream};
use kernel::{Refusal, TenantId};
use ledger::Book;
use ledger::seal::{self, Block};
use sha2::{Digest, Sha256};
use std::collections::{BTreeSet, HashMap, HashSet};
use std::sync::Arc;
use store::{StoreError, Tx};

/// Blocks that are read at a time.
const BLOCKS: i64 = 16;
/// Buyers that are read at a time.
const BUYERS: usize = 1_000;

/// A proof that is being written.
pub struct Writing {
    app: Arc<App>,
    event: EventId,
    zones: HashSet<i64>,
    buyers: BTreeSet<i64>,
    hasher: Sha256,
    last_height: i64,
    part: Part,
    is_first: bool,
}

/// What comes next.
enum Part {
    Head(String),
    Bookings(Option<BookingId>),
    Blocks(i64),
    Buyers,
    Signature,
    End,
}

/// The proof of a sale as a stream of text. Errors: there is no such event for this visitor, its sale is not over, or its last transfers
/// are still being sealed.
pub async fn open(
    app: &Arc<App>,
    tenant: TenantId,
    id: EventId,
) -> Result<impl Stream<Item = Result<Bytes, std::io::Error>> + use<>, Refusal> {
    let listed = zones_of(app, tenant, id)?;
    let zones: HashSet<i64> = listed.iter().map(|(zone, ..)| zone.0).collect();
    let (first, last) = sealed_range(app, id, &zones).await?;
    let as_of = app.clock.now().rfc3339();
    let head = sale_proof::head(&app.public.encode(id), &as_of, &app.ticket_keys.public()[0], &listed);
    let writing = Writing {
        app: Arc::clone(app),
        event: id,
        zones,
        buyers: BTreeSet::new(),
        hasher: Sha256::new(),
        last_height: last,
        part: Part::Head(head),
        is_first: true,
    };
    Ok(stream::unfold((writing, first), |(mut writing, first)| async move {
        let next = writing.next(first).await.transpose()?;
        let text = next.map_err(|refusal| std::io::Error::other(refusal.message.to_string()));
        if text.is_err() {
            writing.part = Part::End;
        }
        Some((text, (writing, first)))
    }))
}

/// The zones of an event whose sale is over: number, name, seats.
fn zones_of(app: &App, tenant: TenantId, id: EventId) -> Result<Vec<(ZoneId, String, i64)>, Refusal> {
    let (snapshot, now) = (app.catalogue.current(), app.clock.now());
    let found =
        snapshot.event(id).filter(|event| event.tenant == tenant && event.status != EventStatus::Draft);
    let event = found.ok_or_else(|| Refusal::not_found("event"))?;
    let zones: Vec<_> = snapshot.shows(event.id).iter().flat_map(|show| snapshot.zones(show.id)).collect();
    let is_open = |zone: ZoneId| {
        let sells = event.status == EventStatus::Published
            && snapshot.offer(zone).is_some_and(|offer| offer.closes_at > now);
        sells || app.availability.of(zone).is_some_and(|seats| seats.held > 0)
    };
    if zones.iter().any(|zone| is_open(zone.id)) {
        return Err(refusals::not_over());
    }
    Ok(zones.iter().map(|zone| (zone.id, zone.fields.name.clone(), zone.fields.total_seats)).collect())
}

/// The first and the last height of the blocks with the event's transfers. Errors: what they add up to is not yet what the accounts have.
async fn sealed_range(app: &App, id: EventId, zones: &HashSet<i64>) -> Result<(i64, i64), Refusal> {
    let read = app.store.read(move |tx| {
        let first = seal::first_after(tx, id.0)?;
        Ok::<_, StoreError>((first, seal::head(tx)?.map_or(0, |head| head.height)))
    });
    let (first, last) = read.await?;
    let Some(first) = first else { return Err(refusals::being_sealed()) };
    let mut posted: HashMap<i64, i64> = zones.iter().map(|zone| (*zone, 0)).collect();
    let mut height = first;
    while height <= last {
        let blocks = load(app, height, last).await?;
        let Some((newest, _)) = blocks.last() else { break };
        height = newest.height + 1;
        for (_, transfers) in &blocks {
            transfers.iter().for_each(|transfer| fold(&mut posted, transfer));
        }
    }
    for (zone, sum) in posted {
        let account = app.store.read(move |tx| Book::peek(tx, zone)).await?;
        if account
            .is_some_and(|account| account.balances.posted() != sum || account.balances.debits_pending > 0)
        {
            return Err(refusals::being_sealed());
        }
    }
    Ok((first, last))
}

/// Adds what a transfer posts to the zone it is of.
fn fold(posted: &mut HashMap<i64, i64>, transfer: &SealedTransfer) {
    let [_, kind, debit, credit, amount, ..] = transfer.numbers;
    if matches!(kind, 1 | 3) {
        if let Some(sum) = posted.get_mut(&debit) {
            *sum -= amount;
        }
        if let Some(sum) = posted.get_mut(&credit) {
            *sum += amount;
        }
    }
}

/// Some blocks from `height` on with their transfers, none above `last`.
async fn load(app: &App, height: i64, last: i64) -> Result<Vec<(SealedBlock, Vec<SealedTransfer>)>, Refusal> {
    let read = app.store.read(move |tx| {
        let blocks = seal::blocks(tx, height, BLOCKS.min(last + 1 - height))?;
        blocks.into_iter().map(|block| with_transfers(tx, block)).collect::<Result<Vec<_>, StoreError>>()
    });
    Ok(read.await?)
}

fn with_transfers(tx: &mut Tx<'_>, block: Block) -> Result<(SealedBlock, Vec<SealedTransfer>), StoreError> {
    let transfers = seal::sealed(tx, &block)?;
    let published = transfers.iter().map(|(recorded, asset)| SealedTransfer {
        numbers: seal::hash::leaf_numbers(recorded),
        asset: asset.as_str().to_owned(),
        leaf: seal::hash::leaf(recorded, asset),
    });
    let published = published.collect();
    let header = SealedBlock {
        height: block.height,
        at_us: block.at.as_micros(),
        count: block.ids.len(),
        root: block.root,
        previous: block.previous,
        hash: block.hash,
    };
    Ok((header, published))
}

impl Writing {
    /// The next piece of text; none after the last.
    async fn next(&mut self, first: i64) -> Result<Option<Bytes>, Refusal> {
        let part = std::mem::replace(&mut self.part, Part::End);
        let text = match part {
            Part::Head(text) => {
                self.part = Part::Bookings(None);
                text
            }
            Part::Bookings(after) => self.bookings(after, first).await?,
            Part::Blocks(height) => self.blocks(height).await?,
            Part::Buyers => self.buyers().await?,
            Part::Signature => return Ok(Some(self.signature().into())),
            Part::End => return Ok(None),
        };
        self.hasher.update(&text);
        Ok(Some(text.into()))
    }

    /// Members of a list, with a comma before each but the first.
    fn listed(&mut self, members: impl IntoIterator<Item = String>) -> String {
        let mut text = String::new();
        for member in members {
            if !self.is_first {
                text.push(',');
            }
            self.is_first = false;
            text += &member;
        }
        text
    }

    /// Ends a list and begins the next one.
    fn turn(&mut self, part: Part, between: &str) -> String {
        self.part = part;
        self.is_first = true;
        between.to_owned()
    }

    async fn bookings(&mut self, after: Option<BookingId>, first: i64) -> Result<String, Refusal> {
        let page = sales_rows::page(&self.app, self.event, after).await?;
        let sold = page.rows.iter().map(|row| {
            let booking = &row.booking;
            sale_proof::booking(&SoldBooking {
                number: booking.id.0,
                zone: booking.zone.0,
                quantity: booking.quantity,
                unit_price: booking.unit_price_minor,
                total: booking.total_minor,
                paid: row.paid_minor,
                returned: booking.quantity - booking.seats_owned(),
                given_back: row.given_back_minor,
            })
        });
        let text = self.listed(sold.collect::<Vec<_>>());
        match page.next {
            Some(next) => {
                self.part = Part::Bookings(Some(next));
                Ok(text)
            }
            None => Ok(text + &self.turn(Part::Blocks(first), "],\"blocks\":[")),
        }
    }

    async fn blocks(&mut self, height: i64) -> Result<String, Refusal> {
        let blocks = load(&self.app, height, self.last_height).await?;
        for transfer in blocks.iter().flat_map(|(_, transfers)| transfers) {
            if transfer.is_of(&self.zones) {
                self.buyers.insert(transfer.other_side(&self.zones));
            }
        }
        let zones = self.zones.clone();
        let written = blocks.iter().map(|(block, transfers)| sale_proof::block(block, transfers, &zones));
        let text = self.listed(written.collect::<Vec<_>>());
        match blocks.last() {
            Some((newest, _)) if newest.height < self.last_height => {
                self.part = Part::Blocks(newest.height + 1);
                Ok(text)
            }
            _ => Ok(text + &self.turn(Part::Buyers, "],\"buyers\":[")),
        }
    }

    /// The next accounts with a cap; a tenant's stock has none.
    async fn buyers(&mut self) -> Result<String, Refusal> {
        let some: Vec<i64> = self.buyers.iter().copied().take(BUYERS).collect();
        self.buyers.retain(|account| some.last().is_some_and(|last| account > last));
        let read = self.app.store.read(move |tx| {
            let mut caps = Vec::with_capacity(some.len());
            for id in some {
                let cap = Book::peek(tx, id)?.and_then(|account| account.ceiling);
                caps.extend(cap.map(|cap| sale_proof::buyer(id, cap)));
            }
            Ok::<_, StoreError>(caps)
        });
        let text = self.listed(read.await?);
        if self.buyers.is_empty() {
            return Ok(text + &self.turn(Part::Signature, "]"));
        }
        self.part = Part::Buyers;
        Ok(text)
    }

    /// The end: the signature over the hash of everything before it.
    fn signature(&mut self) -> String {
        let hash = std::mem::take(&mut self.hasher).finalize();
        let signature = self.app.ticket_keys.signer().sign_bytes(&[CONTEXT, hash.as_slice()].concat());
        format!(",\"signature\":\"{}\"}}", sale_proof::hex(&signature))
    }
}
