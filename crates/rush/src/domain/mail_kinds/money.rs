//! Mails about money.

use super::OF_BOOKING;
use mail::{Kind, Text};

/// Money was taken.
pub static PAYMENT_RECEIPT: Kind = Kind {
    name: "payment_receipt",
    about: "money was taken for a booking",
    variables: OF_BOOKING,
    texts: &[
        Text {
            locale: "en",
            subject: "Receipt: {{ total_price }} for {{ event_name }}",
            body: "Hello {{ name }},

we received your payment.

{{ event_name }}, {{ zone_name }}
{{ quantity }} × {{ unit_price }} = {{ total_price }}
{% if confirmation_code %}Booking {{ confirmation_code }}{% endif %}

Sold by {{ shop }}.

See your booking: {{ booking_url }}
",
        },
        Text {
            locale: "th",
            subject: "ใบเสร็จ: {{ total_price }} สำหรับ {{ event_name }}",
            body: "สวัสดี {{ name }}

เราได้รับการชำระเงินของคุณแล้ว

{{ event_name }} {{ zone_name }}
{{ quantity }} × {{ unit_price }} = {{ total_price }}
{% if confirmation_code %}การจอง {{ confirmation_code }}{% endif %}

ขายโดย {{ shop }}

ดูการจอง: {{ booking_url }}
",
        },
    ],
    list: None,
    is_bulk: false,
    secret_for_s: None,
};

/// A charge was declined.
pub static PAYMENT_FAILED: Kind = Kind {
    name: "payment_failed",
    about: "a charge was declined; the hold may still run",
    variables: OF_BOOKING,
    texts: &[
        Text {
            locale: "en",
            subject: "Payment did not go through: {{ event_name }}",
            body: "Hello {{ name }},

your payment of {{ total_price }} for {{ event_name }} did not go through{% if reason %}: {{ reason }}{% endif %}. Nothing was taken. While your seats are held you can try again.

See your booking: {{ booking_url }}
",
        },
        Text {
            locale: "th",
            subject: "ชำระเงินไม่สำเร็จ: {{ event_name }}",
            body: "สวัสดี {{ name }}

การชำระเงิน {{ total_price }} สำหรับ {{ event_name }} ไม่สำเร็จ{% if reason %} ({{ reason }}){% endif %} ไม่มีการหักเงิน คุณลองใหม่ได้ขณะที่ที่นั่งยังถูกจองไว้

ดูการจอง: {{ booking_url }}
",
        },
    ],
    list: None,
    is_bulk: false,
    secret_for_s: None,
};

/// Money went back.
pub static REFUND_PROCESSED: Kind = Kind {
    name: "refund_processed",
    about: "money of a booking went back",
    variables: OF_BOOKING,
    texts: &[
        Text {
            locale: "en",
            subject: "Refund: {{ refund_amount }} for {{ event_name }}",
            body: "Hello {{ name }},

{{ refund_amount }} for {{ event_name }} ({{ show_date }}) is on its way back to you{% if reason %}: {{ reason }}{% endif %}. Depending on your bank it takes a few days.

See your booking: {{ booking_url }}
",
        },
        Text {
            locale: "th",
            subject: "คืนเงิน: {{ refund_amount }} สำหรับ {{ event_name }}",
            body: "สวัสดี {{ name }}

เรากำลังคืนเงิน {{ refund_amount }} สำหรับ {{ event_name }} ({{ show_date }}) ให้คุณ{% if reason %} ({{ reason }}){% endif %} อาจใช้เวลาสองสามวันขึ้นอยู่กับธนาคาร

ดูการจอง: {{ booking_url }}
",
        },
    ],
    list: None,
    is_bulk: false,
    secret_for_s: None,
};
