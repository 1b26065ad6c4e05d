//! The ids of the stall. Type tags are part of every public id and never reused.

use kernel::typed_id;

typed_id!(BetId, 0x20, "bet");
typed_id!(EntryId, 0x21, "entry");
typed_id!(WithdrawalId, 0x22, "withdrawal");
typed_id!(DepositId, 0x23, "deposit");
