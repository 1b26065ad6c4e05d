//! The organizer's pages in their states.

use super::super::{
    AttendeeRow, AttendeesPage, EditorPage, EditorShow, EditorZone, EventForm, GateRow, NewGate, Notice,
    OrganizerPage, OrganizerRow, SalesPage, SalesZone, qr_svg,
};
use super::parts::shell_of_mali;
use super::{Drawn, drawn};
use web::shell::Tone;

const HREF: &str = "/rush/organizer/events/e";

pub fn all() -> Vec<Drawn> {
    vec![
        drawn("organizer", &own(true)),
        drawn("organizer-empty", &own(false)),
        drawn("editor-draft", &editor(true)),
        drawn("editor", &editor(false)),
        drawn("sales", &sales()),
        drawn("attendees", &attendees(true)),
        drawn("attendees-none", &attendees(false)),
    ]
}

fn own(any: bool) -> OrganizerPage {
    let row = OrganizerRow {
        href: HREF.into(),
        name: "Neon Tide: The Last Summer Tour".into(),
        when: "Fri 1 Feb 2030, 20:00".into(),
        status: "On sale",
        class: "tag tag-good",
        sold: "412 of 1,200 sold, 3 held".into(),
    };
    OrganizerPage {
        shell: shell_of_mali("Your events"),
        events: if any { vec![row] } else { vec![] },
        notice: (!any).then(|| Notice::new(Tone::Bad, "No event was made", "name is required")),
        name: String::new(),
    }
}

fn editor_zone() -> EditorZone {
    EditorZone {
        id: "z".into(),
        name: "Standing A".into(),
        price: "2400.00".into(),
        total: 1_200,
        max: 4,
        is_active: true,
        taken: "412 sold, 3 held".into(),
        sale_start: String::new(),
        sale_end: String::new(),
    }
}

fn editor(is_draft: bool) -> EditorPage {
    let zone = editor_zone();
    let show = |zones: Vec<EditorZone>| EditorShow {
        id: "s".into(),
        title: "Fri 1 Feb 2030, 20:00".into(),
        is_cancelled: false,
        name: String::new(),
        date: "2030-02-01".into(),
        start: "20:00".into(),
        end: String::new(),
        doors: "19:00".into(),
        zones,
    };
    let gate = NewGate {
        name: "North".into(),
        key: "k".repeat(43),
        link: "/rush/door#k".into(),
        qr: qr_svg("k").expect("short"),
    };
    EditorPage {
        shell: shell_of_mali("Neon Tide"),
        href: HREF.into(),
        id: "e".into(),
        public_href: (!is_draft).then(|| "/rush/events/neon-tide".into()),
        status: if is_draft { "Draft" } else { "On sale" },
        class: "tag",
        is_draft,
        is_open: true,
        missing: if is_draft {
            vec![(true, "Add a show that is still to come."), (false, "Say where it is.")]
        } else {
            vec![]
        },
        form: EventForm {
            name: "Neon Tide".into(),
            timezone: "Asia/Bangkok".into(),
            is_public: true,
            ..EventForm::default()
        },
        shows: vec![show(vec![zone.clone(), zone]), show(vec![])],
        gates: vec![
            GateRow { id: "g".into(), name: "North".into(), ended: false },
            GateRow { id: "h".into(), name: "South".into(), ended: true },
        ],
        new_gate: (!is_draft).then_some(gate),
        notice: is_draft.then(|| {
            Notice::new(Tone::Bad, "That was not done", "price must be an amount. Nothing was changed.")
        }),
        attempt: "sample-attempt".into(),
    }
}

fn sales() -> SalesPage {
    let zone = |id: &str, name: &str| SalesZone {
        id: id.into(),
        name: name.into(),
        text: "412 sold, 3 held, 785 free".into(),
        sold: "34.3%".into(),
        held: "0.2%".into(),
    };
    SalesPage {
        shell: shell_of_mali("Sales"),
        href: HREF.into(),
        title: "Neon Tide".into(),
        script: "/rush/assets/1/sales.js".into(),
        style: "/rush/assets/1/door.css".into(),
        figures: vec![("sold", "Sold", "412".into()), ("money", "Paid", "฿988,800.00".into())],
        zones: vec![zone("a", "Standing A"), zone("b", "Balcony")],
        bars: (0..60).map(|at| (at, 12.5, 7)).collect(),
        as_of: "21:04".into(),
    }
}

fn attendees(any: bool) -> AttendeesPage {
    let row = AttendeeRow {
        name: "Mali Srisai".into(),
        email: "mali@example.test".into(),
        text: "BK-20261121-7F3K9Q, ticket 2 of 3, Standing A".into(),
        tags: vec!["Inside since 21:04".into(), "Passed on".into()],
    };
    AttendeesPage {
        shell: shell_of_mali("Attendees"),
        href: HREF.into(),
        title: "Neon Tide".into(),
        search: if any { String::new() } else { "nobody".into() },
        people: if any { vec![row] } else { vec![] },
        next: any.then(|| format!("{HREF}/people?after=b")),
    }
}
