//! The ids of the stall. Type tags are part of every public id and never reused.

use kernel::typed_id;

typed_id!(EventId, 0x10, "event");
typed_id!(ShowId, 0x11, "show");
typed_id!(ZoneId, 0x12, "zone");
typed_id!(CategoryId, 0x13, "category");
typed_id!(BookingId, 0x14, "booking");
typed_id!(PaymentId, 0x15, "payment");
typed_id!(RefundId, 0x16, "refund");
