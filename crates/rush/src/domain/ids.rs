//! The ids of the stall. Their tags are of the one table in `kernel::tags`.

use kernel::{tags, typed_id};

typed_id!(EventId, tags::EVENT, "event");
typed_id!(ShowId, tags::SHOW, "show");
typed_id!(ZoneId, tags::ZONE, "zone");
typed_id!(CategoryId, tags::CATEGORY, "category");
typed_id!(BookingId, tags::BOOKING, "booking");
typed_id!(PaymentId, tags::PAYMENT, "payment");
typed_id!(RefundId, tags::REFUND, "refund");
typed_id!(CheckInId, tags::CHECK_IN, "check-in");
typed_id!(GateId, tags::GATE, "gate");
