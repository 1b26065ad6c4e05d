//! The ids of the stall. Their tags are of the one table in `kernel::tags`.

use kernel::{tags, typed_id};

typed_id!(BetId, tags::BET, "bet");
typed_id!(EntryId, tags::ENTRY, "entry");
typed_id!(WithdrawalId, tags::WITHDRAWAL, "withdrawal");
typed_id!(DepositId, tags::DEPOSIT, "deposit");
