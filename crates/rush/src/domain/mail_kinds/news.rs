//! Mails about what happens to a show, to all who have tickets of it or wait for some.

use super::{OF_BOOKING, variable};
use mail::{Kind, Text, Variable};

/// A day before the show.
pub static EVENT_REMINDER: Kind = Kind {
    name: "event_reminder",
    about: "a day before the show, to everybody with tickets",
    variables: OF_BOOKING,
    texts: &[
        Text {
            locale: "en",
            subject: "Soon: {{ event_name }}",
            body: "Hello {{ name }},

{{ event_name }} is near: {{ show_date }}{% if venue_name %}, {{ venue_name }}{% endif %}.
{% if venue_address %}{{ venue_address }}

{% endif %}
{{ quantity }} × {{ zone_name }}, code {{ confirmation_code }}.

Open your ticket: {{ ticket_url }}
",
        },
        Text {
            locale: "th",
            subject: "ใกล้ถึงแล้ว: {{ event_name }}",
            body: "สวัสดี {{ name }}

{{ event_name }} ใกล้ถึงแล้ว: {{ show_date }}{% if venue_name %} {{ venue_name }}{% endif %}

{% if venue_address %}{{ venue_address }}

{% endif %}
{{ zone_name }} × {{ quantity }} รหัส {{ confirmation_code }}

เปิดตั๋ว: {{ ticket_url }}
",
        },
    ],
    list: Some("reminders"),
    is_bulk: true,
    secret_for_s: None,
};

/// The show is at another time.
pub static SHOW_MOVED: Kind = Kind {
    name: "show_moved",
    about: "a show was moved to another time, to everybody with tickets",
    variables: OF_BOOKING,
    texts: &[
        Text {
            locale: "en",
            subject: "New date: {{ event_name }}",
            body: "Hello {{ name }},

{{ event_name }} was moved. It is now on {{ show_date }}{% if venue_name %}, {{ venue_name }}{% endif %}. Your tickets stay good.

Open your ticket: {{ ticket_url }}
",
        },
        Text {
            locale: "th",
            subject: "เปลี่ยนวัน: {{ event_name }}",
            body: "สวัสดี {{ name }}

{{ event_name }} เลื่อนเป็น {{ show_date }}{% if venue_name %} {{ venue_name }}{% endif %} ตั๋วของคุณยังใช้ได้

เปิดตั๋ว: {{ ticket_url }}
",
        },
    ],
    list: None,
    is_bulk: true,
    secret_for_s: None,
};

/// The show or the whole event does not take place.
pub static EVENT_CANCELLED: Kind = Kind {
    name: "event_cancelled",
    about: "a show or an event was cancelled, to everybody with tickets",
    variables: OF_BOOKING,
    texts: &[
        Text {
            locale: "en",
            subject: "Cancelled: {{ event_name }}",
            body: "Hello {{ name }},

we are sorry: {{ event_name }} ({{ show_date }}) does not take place. About your money you will hear from us by another mail.

See your booking: {{ booking_url }}
",
        },
        Text {
            locale: "th",
            subject: "งานถูกยกเลิก: {{ event_name }}",
            body: "สวัสดี {{ name }}

ขออภัย {{ event_name }} ({{ show_date }}) ถูกยกเลิก เราจะแจ้งเรื่องเงินของคุณในอีเมลอีกฉบับ

ดูการจอง: {{ booking_url }}
",
        },
    ],
    list: None,
    is_bulk: true,
    secret_for_s: None,
};

/// What mails to those who wait for seats may say.
const OF_WAITLIST: &[Variable] = &[
    variable("name", "what to call them", "Mali"),
    variable("shop", "the shop's name", "Demo Hall"),
    variable("event_name", "the event", "Fairground at Dusk"),
    variable("show_date", "when the show is, at the venue", "Fri 1 Feb 2030, 20:00"),
    variable("zone_name", "the zone", "Floor"),
    variable("quantity", "how many seats they wait for", "2"),
    variable("rebook_url", "the event's page", "https://tickets.example/rush/events/dusk"),
];

/// Seats are free again.
pub static WAITLIST_ALERT: Kind = Kind {
    name: "waitlist_alert",
    about: "seats are free again, in order to those who wait for them",
    variables: OF_WAITLIST,
    texts: &[
        Text {
            locale: "en",
            subject: "Seats are free: {{ event_name }}",
            body: "Hello {{ name }},

{{ quantity }} × {{ zone_name }} at {{ event_name }} ({{ show_date }}) can be had again. You are next in line for them; after a quarter of an hour the next are told too. They are not held for you: who comes first has them.

Buy now: {{ rebook_url }}
",
        },
        Text {
            locale: "th",
            subject: "มีที่นั่งว่าง: {{ event_name }}",
            body: "สวัสดี {{ name }}

{{ zone_name }} × {{ quantity }} งาน {{ event_name }} ({{ show_date }}) มีที่นั่งว่างอีกครั้ง คุณเป็นคิวถัดไป หลังจากสิบห้านาทีเราจะแจ้งคิวต่อไป ที่นั่งไม่ได้จองไว้ให้ ใครมาก่อนได้ก่อน

ซื้อเลย: {{ rebook_url }}
",
        },
    ],
    list: Some("waitlist"),
    is_bulk: true,
    secret_for_s: None,
};
