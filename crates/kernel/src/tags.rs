//! The one table of type tags: the byte in every public id that says what kind of thing it names.
//!
//! A tag is part of ids that were handed out: it never changes its meaning and is never reused. A [`TypeTag`] cannot be
//! made outside this file, so no kind of thing exists that this table does not know. To add one: the next free number of
//! the block of your crate, in the table below; then `typed_id!(ZoneId, tags::ZONE, "zone")` in your crate.

/// The tag of one kind of thing. Only this table makes them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct TypeTag(u8);

impl TypeTag {
    /// The byte as it stands in public ids.
    #[must_use]
    pub const fn as_u8(self) -> u8 {
        self.0
    }
}

/// Declares the constants, and [`ALL`] with every one of them beside the block it belongs to.
macro_rules! type_tags {
    ($($block:ident { $($(#[$doc:meta])* $name:ident = $byte:expr),* $(,)? })*) => {
        $($($(#[$doc])* pub const $name: TypeTag = TypeTag($byte);)*)*

        /// Every tag: its name, its block, and itself.
        pub const ALL: &[(&str, Block, TypeTag)] = &[$($((stringify!($name), Block::$block, $name),)*)*];
    };
}

/// A range of tags that belongs to one crate or group of crates.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Block {
    /// What every stall knows: users, tenants, sessions.
    Ground,
    /// The first stall: tickets.
    First,
    /// The second stall: the price grid.
    Second,
    /// The third stall: predictions.
    Third,
    /// The fourth stall: trading bots.
    Fourth,
    /// Tests and examples; never in an id that was handed out.
    Example,
}

impl Block {
    /// The first and the last tag of the block. 0x70 to 0xef are nobody's yet; 0x00 never is a tag.
    #[must_use]
    pub const fn range(self) -> (u8, u8) {
        match self {
            Self::Ground => (0x01, 0x0f),
            Self::First => (0x10, 0x1f),
            Self::Second => (0x20, 0x2f),
            Self::Third => (0x30, 0x4f),
            Self::Fourth => (0x50, 0x6f),
            Self::Example => (0xf0, 0xff),
        }
    }
}

type_tags! {
    Ground {
        /// A person or program with an account.
        USER = 0x01,
        /// A tenant.
        TENANT = 0x02,
        /// A refresh token or page session.
        SESSION = 0x03,
        /// A mail.
        MAIL = 0x04,
    }
    First {
        /// An event.
        EVENT = 0x10,
        /// A show of an event.
        SHOW = 0x11,
        /// A zone of a show.
        ZONE = 0x12,
        /// A category of events.
        CATEGORY = 0x13,
        /// A booking.
        BOOKING = 0x14,
        /// A payment.
        PAYMENT = 0x15,
        /// A refund.
        REFUND = 0x16,
        /// A check-in at a door.
        CHECK_IN = 0x1c,
        /// A gate of an event.
        GATE = 0x1d,
    }
    Second {
        /// A bet.
        BET = 0x20,
        /// An entry of a player's ledger.
        ENTRY = 0x21,
        /// A withdrawal.
        WITHDRAWAL = 0x22,
        /// A deposit.
        DEPOSIT = 0x23,
    }
    Third {
        /// An event of the third stall.
        PREDICTION = 0x30,
        /// A vote.
        VOTE = 0x31,
        /// A streamer.
        STREAMER = 0x32,
        /// A game.
        GAME = 0x33,
        /// A clip of a stream.
        CLIP = 0x34,
        /// A version of a prompt.
        PROMPT = 0x35,
        /// A run of the classifier.
        LLM_RUN = 0x36,
        /// A decision of the classifier.
        LLM_DECISION = 0x37,
        /// An invoice in Stars.
        INVOICE = 0x38,
        /// A withdrawal of credit.
        STARS_WITHDRAWAL = 0x39,
        /// A transfer of credit.
        POT_TRANSFER = 0x3a,
        /// What waits for a person's judgement.
        REVIEW = 0x3b,
        /// An entry of the audit log.
        AUDIT = 0x3c,
        /// A reported result of an event.
        RESULT = 0x3d,
    }
    Fourth {
        /// What a bot does on one exchange binding.
        TRADING = 0x50,
        /// A slice of an exchange account.
        SUB_ACCOUNT = 0x51,
        /// A change of a sub-account's balance.
        TRANSACTION = 0x52,
        /// What a bot or a person reported.
        TRADING_LOG = 0x53,
        /// An account at an exchange.
        EXCHANGE_BINDING = 0x54,
        /// A key of a program.
        API_KEY = 0x55,
        /// Tradings that are looked at together.
        PORTFOLIO = 0x56,
        /// An amount that no entry explains.
        RECONCILIATION_ITEM = 0x57,
        /// A replay of events.
        REPLAY = 0x58,
        /// A row of the audit trail.
        AUDIT_EVENT = 0x59,
        /// An event that could not be applied.
        DEAD_LETTER = 0x5a,
    }
    Example {
        /// For tests and examples.
        EXAMPLE_1 = 0xf0,
        /// For tests and examples.
        EXAMPLE_2 = 0xf1,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeMap;

    #[test]
    fn every_tag_is_unique_and_inside_its_block() {
        let mut seen = BTreeMap::new();
        for (name, block, tag) in ALL {
            let (first, last) = block.range();
            assert!((first..=last).contains(&tag.as_u8()), "{name} is outside of {block:?}");
            let before = seen.insert(*tag, name);
            assert_eq!(before, None, "{name} has the tag of another");
        }
    }

    #[test]
    fn blocks_do_not_overlap_and_leave_zero_alone() {
        use Block::{Example, First, Fourth, Ground, Second, Third};
        let mut last = 0;
        for block in [Ground, First, Second, Third, Fourth, Example] {
            let (from, to) = block.range();
            assert!(last < from && from <= to, "{block:?}");
            last = to;
        }
    }
}
