//! Mails about a booking's life.

use super::OF_BOOKING;
use mail::{Kind, Text};

/// Paid: the seats are the buyer's; the ticket is attached.
pub static BOOKING_CONFIRMATION: Kind = Kind {
    name: "booking_confirmation",
    about: "a booking was paid for; the ticket with its QR code is attached",
    variables: OF_BOOKING,
    texts: &[
        Text {
            locale: "en",
            subject: "Your tickets: {{ event_name }}",
            body: "Hello {{ name }},

your tickets are paid for and yours:

{{ event_name }}
{{ show_date }}
{% if venue_name %}{{ venue_name }}{% if venue_address %}, {{ venue_address }}{% endif %}

{% endif %}
{{ quantity }} × {{ zone_name }}
{{ total_price }}

Code {{ confirmation_code }}. Your ticket with its QR code is attached, and always here:

Open your ticket: {{ ticket_url }}
",
        },
        Text {
            locale: "th",
            subject: "ตั๋วของคุณ: {{ event_name }}",
            body: "สวัสดี {{ name }}

ชำระเงินเรียบร้อยแล้ว ตั๋วเป็นของคุณ:

{{ event_name }}
{{ show_date }}
{% if venue_name %}{{ venue_name }}{% if venue_address %} {{ venue_address }}{% endif %}

{% endif %}
{{ zone_name }} × {{ quantity }}
{{ total_price }}

รหัส {{ confirmation_code }} ตั๋วพร้อม QR code อยู่ในไฟล์แนบ และดูได้ตลอดที่:

เปิดตั๋ว: {{ ticket_url }}
",
        },
    ],
    list: None,
    is_bulk: false,
    secret_for_s: None,
};

/// Time ran out before it was paid.
pub static BOOKING_EXPIRED: Kind = Kind {
    name: "booking_expired",
    about: "the time to pay ran out and the seats went back",
    variables: OF_BOOKING,
    texts: &[
        Text {
            locale: "en",
            subject: "Your seats were released: {{ event_name }}",
            body: "Hello {{ name }},

the time to pay for {{ quantity }} × {{ zone_name }} at {{ event_name }} ({{ show_date }}) ran out, and the seats are on sale again. No money was taken.

Try again: {{ rebook_url }}
",
        },
        Text {
            locale: "th",
            subject: "ที่นั่งของคุณถูกปล่อยแล้ว: {{ event_name }}",
            body: "สวัสดี {{ name }}

หมดเวลาชำระเงินสำหรับ {{ zone_name }} × {{ quantity }} งาน {{ event_name }} ({{ show_date }}) ที่นั่งกลับมาขายใหม่แล้ว ไม่มีการหักเงิน

จองอีกครั้ง: {{ rebook_url }}
",
        },
    ],
    list: None,
    is_bulk: false,
    secret_for_s: None,
};

/// Given back.
pub static BOOKING_CANCELLED: Kind = Kind {
    name: "booking_cancelled",
    about: "a booking was cancelled before it was paid",
    variables: OF_BOOKING,
    texts: &[
        Text {
            locale: "en",
            subject: "Cancelled: {{ event_name }}",
            body: "Hello {{ name }},

your booking of {{ quantity }} × {{ zone_name }} at {{ event_name }} ({{ show_date }}) is cancelled{% if reason %}: {{ reason }}{% endif %}. The seats are on sale again.

See the event: {{ rebook_url }}
",
        },
        Text {
            locale: "th",
            subject: "ยกเลิกการจอง: {{ event_name }}",
            body: "สวัสดี {{ name }}

การจอง {{ zone_name }} × {{ quantity }} งาน {{ event_name }} ({{ show_date }}) ถูกยกเลิกแล้ว{% if reason %} ({{ reason }}){% endif %} ที่นั่งกลับมาขายใหม่แล้ว

ดูงานนี้: {{ rebook_url }}
",
        },
    ],
    list: None,
    is_bulk: false,
    secret_for_s: None,
};
